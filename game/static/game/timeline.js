/**
 * The state as it is drawn: each change waits until the drawn time has come to it. A player's screen draws the present and a change is mostly due as it
 * arrives; the stands draw 200 ms in the past and see everything at its own time.
 */

/** @typedef {import("./pong/rally.js").State} State */
/** @typedef {import("./wire.js").Change} Change */

export class Timeline {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    /** Per lane: changes of one thing keep their order, different things do not wait for each other. @type {Change[][]} */
    this.lanes = [[], [], []];
  }

  /** @param {Change} change */
  push(change) {
    const lane = this.lanes[change.lane];
    const before = lane.at(-1)?.at ?? change.at;
    lane.push({ ...change, at: Math.max(change.at, before) });
  }

  /**
   * The changes that are due at `t`, taken out; the caller applies them.
   * @param {number} t
   * @returns {Change[]}
   */
  due(t) {
    /** @type {Change[]} */
    const due = [];
    for (const lane of this.lanes) while (lane.length && lane[0].at <= t) due.push(/** @type {Change} */ (lane.shift()));
    return due;
  }
}
