/** The record of a rally, played again. Twin of game/pong/replay.py, which says what a record is. */

import { cross, steer, unpack } from "./rally.js";

/** @typedef {import("./court.js").Ruleset} Ruleset */
/** @typedef {import("./rally.js").Hit} Hit */
/** @typedef {import("./rally.js").Point} Point */
/** @typedef {import("./rally.js").State} State */

/**
 * @typedef {object} RallyRecord
 * @property {number} epoch
 * @property {number[]} opening
 * @property {number[][]} log
 * @property {number[]} holds
 */

/**
 * The log in absolute time; its first entry counts from `t`.
 * @param {number} t
 * @param {number[][]} log
 * @returns {{t: number, side: number, command: number}[]}
 */
function absolute(t, log) {
  return log.map(([dt, side, command]) => {
    t += dt;
    return { t, side, command };
  });
}

/**
 * The states of a record one after another, from the opening to the end: each is in force from `t` on, and `event` is what
 * brought it about if an arrival did. A viewer draws any instant from them.
 * @param {Ruleset} rules
 * @param {RallyRecord} record
 * @returns {Generator<{t: number, state: State, event: Hit | Point | null}>}
 */
export function* states(rules, { opening, log, holds }) {
  let state = unpack(opening);
  const commands = absolute(state.ball.t0, log);
  let next = 0;
  yield { t: Math.min(state.ball.t0, commands[0]?.t ?? state.ball.t0), state, event: null };
  for (const hold of [...holds, null]) {
    for (; next < commands.length && (hold === null || commands[next].t <= state.ball.t1); next += 1) {
      const { t: at, side, command } = commands[next];
      state = steer(rules, state, side, at, command);
      yield { t: at, state, event: null };
    }
    if (hold === null) return;
    const [after, event] = cross(rules, state, hold);
    state = after;
    yield { t: event.t, state, event };
  }
}

/**
 * The events of a record, one for each hold, and the state it ends in.
 * @param {Ruleset} rules
 * @param {RallyRecord} record
 * @returns {[(Hit | Point)[], State]}
 */
export function replay(rules, record) {
  const events = [];
  let end;
  for (const { state, event } of states(rules, record)) {
    end = state;
    if (event) events.push(event);
  }
  return [events, end];
}
