/** The messages of /ws/game/ (docs/protocol.md): their kinds, and what a numbered one does to the state of the rally. */

import { quotient } from "./pong/whole.js";

/** @typedef {import("./pong/court.js").Ruleset} Ruleset */
/** @typedef {import("./pong/rally.js").State} State */

/**
 * @typedef {object} Presence
 * @property {"called" | "live" | "paused" | "over"} phase
 * @property {[boolean, boolean]} present
 * @property {number} watching
 * @property {string[]} names
 * @property {number | null} until the match time at which an absent player forfeits
 * @property {number | null} serve the instant of the next serve
 * @property {[number, number]} away ms of absence left
 * @property {[number | null, number | null]} [pings] ms
 */

/**
 * @typedef {object} Result
 * @property {0 | 1 | null} winner
 * @property {[number, number]} score
 * @property {"points" | "resigned" | "left" | "walkover" | "no_show" | "aborted"} reason
 */

/**
 * @typedef {object} Offer of a rematch
 * @property {[boolean, boolean]} offered
 * @property {boolean} declined
 * @property {number | null} match
 */

/**
 * @typedef {object} Happening what the people at the screen should see and hear
 * @property {"hit" | "point"} kind
 * @property {number} t
 * @property {number} side that hit, or that scored
 * @property {number} [a]
 * @property {number} [b]
 */

/**
 * @typedef {object} Change
 * @property {number} lane what it is about: the paddle of side 0 or 1, or the ball
 * @property {number} at the match time from which it holds
 * @property {(state: State) => State} apply
 * @property {Happening | null} happening
 */

export const RESYNC = 0;
export const COMMAND = 1;
export const FRONTIER = 2;
export const CLOCK = 3;
export const PADDLE = 4;
export const HIT = 5;
export const POINT = 6;
export const SNAPSHOT = 7;
export const RESULT = 8;
export const RESIGN = 9;
export const PRESENCE = 10;
export const REMATCH = 10; // what a client sends after the end
export const REFUSAL = 11;
export const SEATS = 12;
export const OFFER = 13;

export const BALL = 2; // the lane; 0 and 1 are the paddles

const EPOCH = 2 ** 20;

/**
 * The epoch of a version: it rises with each host. `>>` would cut at 2^31.
 * @param {number} n
 * @returns {number}
 */
export function epoch(n) {
  return Math.floor(n / EPOCH);
}

/**
 * @param {number} side
 * @returns {"left" | "right"}
 */
export function name(side) {
  return side === 0 ? "left" : "right";
}

/**
 * A paddle that was set anew.
 * @param {number} side
 * @param {import("./pong/paddle.js").Paddle} paddle
 * @returns {Change}
 */
export function moved(side, paddle) {
  return { lane: side, at: paddle.t, apply: (state) => ({ ...state, [name(side)]: paddle }), happening: null };
}

/**
 * What a full message of kind PADDLE, HIT or POINT changes.
 * @param {Ruleset} rules
 * @param {number[]} message
 * @returns {Change}
 */
export function changeOf(rules, message) {
  const [kind, , ...rest] = message;
  if (kind === PADDLE) {
    const [side, t, y, target] = rest;
    return moved(side, { t, y, target });
  }
  if (kind === HIT) {
    const [t, side, y0, vy, t0, t1, rally] = rest;
    const ball = { t0, t1, to: 1 - side, y0, vy };
    return { lane: BALL, at: t, apply: (state) => ({ ...state, ball, rally }), happening: { kind: "hit", t, side } };
  }
  const [t, side, a, b, t0, t1, to, vy] = rest;
  const last = t1 === 0; // no next serve: the match is over
  const serve = { t0, t1, to, y0: quotient(rules.height, 2), vy };
  /** @param {State} state */
  const apply = (state) => ({ ...state, ball: last ? state.ball : serve, rally: last ? state.rally : 0, a, b });
  return { lane: BALL, at: t, apply, happening: { kind: "point", t, side, a, b } };
}
