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
   * @param {(code: string) => void} [handlers.onError] something that was asked for is refused
   */
  constructor(page, { onScore, onChange, onError } = {}) {
    this.page = page;
    this.onChange = onChange;
    this.wanted = 0;
    this.fetching = false;
    this.fetchTimer = 0;
    /** What was asked for before the page was ever connected: it is sent when it is. @type {object[] | null} */
    this.early = [];
    this.room = new Versioned({
      n: Number(page.dataset.n) || 0,
      apply: (/** @type {{ fragments: Record<string, string | null> }} */ { fragments }) => this.#apply(fragments),
      // A page whose socket is down gets a snapshot when it is up again.
      resync: (n) => void this.live.send({ type: "since", n }),
    });
    this.live = new Live(page.dataset.path ?? "", {
      onOpen: () => {
        for (const message of this.early ?? []) this.live.send(message);
        this.early = null;
      },
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
    return this.early ? this.early.push(message) > 0 : this.live.send(message);
  }

  get isOpen() {
    return this.live.isOpen;
  }

  /** @param {Record<string, string | null>} fragments null: fetch it */
  #apply(fragments) {
    const pushed = Object.entries(fragments).filter(([, html]) => html !== null);
    replaceFragments(/** @type {Record<string, string>} */ (Object.fromEntries(pushed)));
    if (pushed.length < Object.keys(fragments).length) this.#fetchLater();
    this.onChange?.();
  }

  /** The page is behind. @param {number} n */
  async #catchUp(n) {
    this.wanted = Math.max(this.wanted, n);
    if (this.fetching) return;
    this.fetching = true;
    for (let attempt = 0; this.room.n < this.wanted; attempt += 1) {
      if (attempt) await new Promise((resolve) => setTimeout(resolve, retryMs(attempt)));
      await this.#fetchParts();
    }
    this.fetching = false;
  }

  /** What is too large to be pushed is fetched: soon, but not by everybody at once, and not for each of many changes. */
  #fetchLater() {
    if (this.fetchTimer) return;
    this.fetchTimer = window.setTimeout(
      async () => {
        this.fetchTimer = 0;
        if (!(await this.#fetchParts())) this.#fetchLater();
      },
      LARGE_MS * (0.25 + Math.random() * 0.75),
    );
  }

  /** Every live part of the page. @returns {Promise<boolean>} whether it is shown now */
  async #fetchParts() {
    const address = this.page.dataset.fragments;
    if (!address) {
      // It shows none of them.
      this.room.snapshot(Math.max(this.room.n, this.wanted));
      this.onChange?.();
      return true;
    }
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return false;
      const { n: version, ...fragments } = await answer.json();
      if (version < this.room.n) return false;
      replaceFragments(fragments);
      this.room.snapshot(version);
      this.onChange?.();
      return true;
    } catch {
      return false; // no connection, at this moment
    }
  }
}
