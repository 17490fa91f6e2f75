/**
 * A tournament followed by a page: its room, its fragments as they are pushed, and what is fetched because it was missed
 * or is too large to be pushed.
 */
import { Live, Versioned, retryMs } from "./live.js";
import { showScore } from "./bracket.js";
import { replaceFragments } from "./page.js";

const LARGE_MS = 2_000;

/** @typedef {{ pairing: string, match: number, score: [number, number] }} Score */

export class Tournament {
  /**
   * Connects at once.
   * @param {HTMLElement} page with data-path, data-n and, if it shows fragments, data-fragments
   * @param {object} [handlers]
   * @param {(score: Score) => void} [handlers.onScore] a point was made in a live match
   * @param {() => void} [handlers.onChange] an entry of the log was applied, or the page caught up
   * @param {(code: string) => void} [handlers.onError] something that was asked for is refused, or "offline"
   */
  constructor(page, { onScore, onChange, onError } = {}) {
    this.page = page;
    this.onChange = onChange;
    this.shown = Number(page.dataset.n) || 0; // the version up to which nothing is missing that had to be fetched
    this.wanted = this.shown;
    this.fetching = false;
    this.fetchTimer = 0;
    /** @type {{ n: number, pushed: Record<string, string> }[]} what was applied while a fetch is in flight, whose answer may be older */
    this.meanwhile = [];
    this.room = new Versioned({
      n: this.shown,
      apply: (/** @type {{ fragments: Record<string, string | null> }} */ { fragments }, n) => this.#apply(fragments, n),
      // A page whose socket is down gets a snapshot when it is up again.
      resync: (n) => void this.live.send({ type: "since", n }),
    });
    this.live = new Live(page.dataset.path ?? "", {
      onLost: () => onError?.("offline"),
      onMessage: (message) => {
        switch (message.type) {
          case "snapshot":
            if (message.n > this.room.n) void this.#catchUp(message.n);
            break;
          case "event":
            this.room.event(message.n, message);
            break;
          case "score":
            showScore(page, message);
            onScore?.(message);
            break;
          case "error":
            onError?.(message.code);
        }
      },
    });
  }

  /** @param {object} message @returns {boolean} whether it could be sent, or is about to be */
  send(message) {
    return this.live.sendSoon(message);
  }

  get isOpen() {
    return this.live.isOpen;
  }

  /** @param {Record<string, string | null>} fragments null: fetch it @param {number} n */
  #apply(fragments, n) {
    const entries = Object.entries(fragments).filter(([, html]) => html !== null);
    const pushed = /** @type {Record<string, string>} */ (Object.fromEntries(entries));
    replaceFragments(pushed);
    if (this.fetching) this.meanwhile.push({ n, pushed });
    if (entries.length < Object.keys(fragments).length) this.#fetchLater();
    this.onChange?.();
  }

  /** The page is behind: one fetch is in flight at a time, and what comes meanwhile is in the next one. @param {number} n */
  async #catchUp(n) {
    this.wanted = Math.max(this.wanted, n);
    if (this.fetching) return;
    this.fetching = true;
    for (let attempt = 0; this.shown < this.wanted; attempt += 1) {
      if (attempt) await new Promise((resolve) => setTimeout(resolve, retryMs(attempt)));
      await this.#fetchParts();
    }
    this.fetching = false;
  }

  /** What is too large to be pushed is fetched: soon, but not by everybody at once, and not for each of many changes. */
  #fetchLater() {
    if (this.fetchTimer) return;
    this.fetchTimer = window.setTimeout(
      () => {
        this.fetchTimer = 0;
        void this.#catchUp(this.room.n);
      },
      LARGE_MS * (0.25 + Math.random() * 0.75),
    );
  }

  /** Every live part of the page. */
  async #fetchParts() {
    const address = this.page.dataset.fragments;
    if (!address) return this.#caughtUp(Math.max(this.room.n, this.wanted), {}); // it shows none of them
    this.meanwhile = [];
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return;
      const { n: version, ...fragments } = await answer.json();
      this.#caughtUp(version, fragments);
    } catch {
      // no connection, at this moment
    }
  }

  /** @param {number} version @param {Record<string, string>} fragments every part as of it */
  #caughtUp(version, fragments) {
    replaceFragments(fragments);
    for (const { n, pushed } of this.meanwhile) if (n > version) replaceFragments(pushed);
    this.shown = version;
    this.room.snapshot(Math.max(version, this.room.n));
    this.onChange?.();
  }
}
