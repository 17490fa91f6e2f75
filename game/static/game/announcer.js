/** What a screen reader says: the score after each point, the result, the next match; never a countdown. */

const AGAIN = "\u00a0"; // the same sentence twice is only heard twice when the text differs

export class Announcer {
  /** @param {HTMLElement} region aria-live */
  constructor(region) {
    this.region = region;
    this.last = "";
  }

  /** @param {string} text */
  say(text) {
    if (!text) return;
    this.last = this.last === text ? text + AGAIN : text;
    this.region.textContent = this.last;
  }
}
