/**
 * Which live match a screen shows. The server knows the rule (tournaments/formats/spotlight.py); this asks it whenever
 * something happened, and now and then.
 *
 * @typedef {object} Shown
 * @property {number} id
 * @property {string} path of its socket
 * @property {string} pairing
 * @property {string} round
 * @property {[string, string]} names left and right, as they sit
 * @property {[number, number]} score
 * @property {boolean} turned whether the pairing's upper slot sits on the right
 * @property {number} points
 * @property {number} best_of
 * @property {"called" | "live" | "over"} phase
 */

const GAP_MS = 1_000; // between two questions
const AGAIN_MS = 15_000; // if nothing happens

export class Spotlight {
  /**
   * @param {string} address
   * @param {(match: Shown | null) => void} onMatch after every answer
   * @param {string} [only] the number of the one match to show
   */
  constructor(address, onMatch, only = "") {
    this.address = address;
    this.onMatch = onMatch;
    this.only = only;
    /** @type {Shown | null} */
    this.match = null;
    this.since = 0; // `performance.now()` of the first answer with this match
    this.askedAt = -Infinity;
    this.timer = 0;
    this.ask();
  }

  /** Something happened: is another match to be shown now? */
  ask() {
    this.#plan(Math.max(0, this.askedAt + GAP_MS - performance.now()));
  }

  /** @param {number} ms */
  #plan(ms) {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.#look(), ms);
  }

  async #look() {
    this.askedAt = performance.now();
    this.#plan(AGAIN_MS);
    const query = new URLSearchParams(
      this.only
        ? { only: this.only }
        : this.match
          ? { shown: String(this.match.id), shown_ms: String(Math.round(performance.now() - this.since)) }
          : {},
    );
    try {
      const answer = await fetch(`${this.address}?${query}`, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return;
      /** @type {{ match: Shown | null }} */
      const { match } = await answer.json();
      if (match?.id !== this.match?.id) this.since = performance.now();
      this.match = match;
      this.onMatch(match);
    } catch {
      /* no connection, at this moment: it is asked again */
    }
  }
}
