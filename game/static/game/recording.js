/**
 * A match as its document has it (docs/replays.md), played again by the twin of the rules and laid out in time: what is in force at any instant.
 *
 * Time runs from the first serve. Each host counted its own: a rally with a new epoch is put where it would have been served at once.
 */

import { BALL, name } from "./wire.js";
import { Scene } from "./scene.js";
import { pack, postpone, unpack } from "./pong/rally.js";
import { states } from "./pong/replay.js";

/** @typedef {import("./pong/court.js").Ruleset} Ruleset */
/** @typedef {import("./pong/rally.js").State} State */
/** @typedef {import("./wire.js").Change} Change */
/** @typedef {import("./wire.js").Happening} Happening */

/**
 * @typedef {object} DocumentRally
 * @property {number} epoch
 * @property {number[]} opening 15 numbers, or the instant of the serve of a rally that follows from the one before
 * @property {[number[], number[]][]} log for each side the times and the commands
 * @property {number[]} holds
 * @property {number} a
 * @property {number} b
 * @property {number} side
 */

/** @typedef {{serve: number, point: number, side: number, a: number, b: number}} Rally times in ms since the first serve */

const AFTER_MS = 1_200; // the last ball is seen to go out
const BEFORE_MS = 1_000; // so much is played up to a moment, for what is left of the instants before it

/**
 * The record of a rally, as `states` plays it.
 * @param {Ruleset} rules
 * @param {DocumentRally} rally
 * @param {State | null} end of the rally before
 * @returns {import("./pong/replay.js").RallyRecord}
 */
export function recordOf(rules, { epoch, opening, log, holds }, end) {
  const served = opening.length > 1 || !end ? opening : pack(postpone(rules, end, opening[0]));
  const serve = served[6];
  const entries = log.flatMap(([times, given], side) => {
    let t = serve;
    return times.map((dt, place) => ({ t: (t += dt), side, command: given[place] }));
  });
  entries.sort((one, two) => one.t - two.t);
  let before = serve;
  const merged = entries.map(({ t, side, command }) => {
    const entry = [t - before, side, command];
    before = t;
    return entry;
  });
  return { epoch, opening: served, log: merged, holds };
}

export class Recording {
  /** @param {{ruleset: Ruleset, rallies: DocumentRally[]}} document */
  constructor({ ruleset, rallies }) {
    this.rules = ruleset;
    /** @type {Rally[]} */
    this.rallies = [];
    /** In order of time. @type {Change[]} */
    this.changes = [];
    /** @type {State | null} */
    this.first = null;
    this.#play(rallies);
    this.changes.sort((one, two) => one.at - two.at);
    const points = Math.max(...this.rallies.map(({ a, b }) => Math.max(a, b)), 0);
    /** It ended otherwise than by points: after its last rally there is no ball. */
    this.stopped = points < ruleset.points;
    this.length = (this.rallies.at(-1)?.point ?? 0) + AFTER_MS;
  }

  /** @param {DocumentRally[]} rallies */
  #play(rallies) {
    /** @type {State | null} */
    let end = null;
    let epoch = -1;
    let shift = 0;
    for (const rally of rallies) {
      const record = recordOf(this.rules, rally, end);
      const opening = unpack(record.opening);
      const anew = rally.epoch !== epoch;
      if (anew) shift = (end ? (this.rallies.at(-1)?.point ?? 0) + this.rules.serve_pause_ms : 0) - opening.ball.t0;
      const served = shifted(opening, shift);
      const before = this.rallies.at(-1)?.point ?? -Infinity;
      const floor = anew ? before : -Infinity; // its paddles were not moved while the former host played
      if (!this.first) this.first = served;
      else this.#serve(served, before, anew);
      /** @type {State} */
      let state = opening;
      for (const { t, state: after, event } of states(this.rules, record)) {
        this.#note(t + shift, floor, shifted(state, shift), shifted(after, shift), event);
        if (event?.kind === "point") {
          const { side, a, b } = event;
          this.rallies.push({ serve: served.ball.t0, point: event.t + shift, side, a, b });
        }
        state = after;
      }
      end = state;
      epoch = rally.epoch;
    }
  }

  /**
   * The ball of the next serve is there as soon as the point is made, where it will be served from.
   * @param {State} served
   * @param {number} at
   * @param {boolean} anew another host: the paddles are in the middle again
   */
  #serve(served, at, anew) {
    const { left, right, ball } = served;
    this.changes.push({ lane: BALL, at, apply: (state) => ({ ...state, ball, ...(anew ? { left, right } : {}) }), happening: null });
  }

  /**
   * @param {number} at
   * @param {number} floor nothing changes before it
   * @param {State} before
   * @param {State} after
   * @param {import("./pong/rally.js").Hit | import("./pong/rally.js").Point | null} event
   */
  #note(at, floor, before, after, event) {
    for (const side of [0, 1]) {
      const paddle = after[name(side)];
      if (paddle.t !== before[name(side)].t || paddle.target !== before[name(side)].target) {
        this.changes.push({ lane: side, at: Math.max(paddle.t, floor), apply: (state) => ({ ...state, [name(side)]: paddle }), happening: null });
      }
    }
    if (!event) return;
    const { ball, rally, a, b } = after;
    /** @type {Happening} */
    const happening = event.kind === "hit" ? { kind: "hit", t: at, side: event.side } : { kind: "point", t: at, side: event.side, a, b };
    this.changes.push({ lane: BALL, at, apply: (state) => ({ ...state, ball, rally, a, b }), happening });
  }
}

/**
 * A state whose times are `ms` later.
 * @param {State} state
 * @param {number} ms
 * @returns {State}
 */
function shifted(state, ms) {
  const { left, right, ball } = state;
  return {
    ...state,
    left: { ...left, t: left.t + ms },
    right: { ...right, t: right.t + ms },
    ball: { ...ball, t0: ball.t0 + ms, t1: ball.t1 + ms },
  };
}

/** Where in a recording one is: a scene that is taken on from change to change, and made anew to go back. */
export class Playhead {
  /** @param {Recording} recording */
  constructor(recording) {
    this.recording = recording;
    this.t = 0;
    this.seek(0);
  }

  /**
   * To any instant.
   * @param {number} t
   */
  seek(t) {
    const { rules, changes, first } = this.recording;
    this.t = Math.min(Math.max(t, 0), this.recording.length);
    let state = /** @type {State} */ (first);
    const from = this.t - BEFORE_MS;
    this.next = 0;
    for (; this.next < changes.length && changes[this.next].at <= from; this.next += 1) state = changes[this.next].apply(state);
    this.scene = new Scene(rules, state);
    this.scene.settle(from);
    this.#settle();
  }

  /**
   * A little on.
   * @param {number} ms
   * @returns {Happening[]}
   */
  advance(ms) {
    this.t = Math.min(this.t + ms, this.recording.length);
    return this.#settle();
  }

  /** @param {Happening[]} happened since the last frame */
  frame(happened) {
    return this.scene.frame(this.t, happened);
  }

  get score() {
    return [this.scene.state.a, this.scene.state.b];
  }

  get ended() {
    return this.t >= this.recording.length;
  }

  /** Each change at its very instant, so that nothing is left to be smoothed. */
  #settle() {
    const { changes, rallies, stopped } = this.recording;
    /** @type {Happening[]} */
    const happened = [];
    for (; this.next < changes.length && changes[this.next].at <= this.t; this.next += 1) {
      this.scene.timeline.push(changes[this.next]);
      happened.push(...this.scene.settle(changes[this.next].at));
    }
    this.scene.settle(this.t);
    this.scene.ended = stopped && this.t >= (rallies.at(-1)?.point ?? 0);
    return happened;
  }
}
