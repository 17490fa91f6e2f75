/** How good the way to a player is, for the eye: by its round trip, and by how much that varies. The game allows for either; it only feels less direct. */

/** @typedef {"good" | "fair" | "poor"} Quality */

const FAIR = { rtt: 90, spread: 60 };
const POOR = { rtt: 180, spread: 150 };
const STEADY_MS = 4_000;

/**
 * @param {number} rtt ms
 * @param {number} [spread] between the quickest and the slowest of the last exchanges, ms
 * @returns {Quality}
 */
export function quality(rtt, spread = 0) {
  if (rtt > POOR.rtt || spread > POOR.spread) return "poor";
  return rtt > FAIR.rtt || spread > FAIR.spread ? "fair" : "good";
}

/** Whether to warn: not for one bad moment, and not gone after one good one. */
export class Warning {
  constructor() {
    this.on = false;
    /** Since when it is otherwise. @type {number | null} */
    this.since = null;
  }

  /**
   * @param {Quality | null} seen
   * @param {number} now ms
   * @returns {boolean}
   */
  look(seen, now) {
    if ((seen === "poor") === this.on) this.since = null;
    else if (this.since === null) this.since = now;
    else if (now - this.since >= STEADY_MS) {
      this.on = !this.on;
      this.since = null;
    }
    return this.on;
  }
}
