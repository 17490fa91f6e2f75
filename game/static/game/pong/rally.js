/**
 * The rally: from serve to goal, a closed form of time with one next event, the ball's arrival. Twin of game/pong/rally.py,
 * number for number; that module says why. States are never changed in place.
 */

import { ballY } from "./ball.js";
import { flightMs, reach } from "./court.js";
import { aim, paddleY } from "./paddle.js";
import { LATEST_MS, quotient, remainder, whole } from "./whole.js";

/** @typedef {import("./ball.js").Ball} Ball */
/** @typedef {import("./court.js").Ruleset} Ruleset */
/** @typedef {import("./paddle.js").Paddle} Paddle */

/**
 * @typedef {object} State
 * @property {Paddle} left
 * @property {Paddle} right
 * @property {Ball} ball
 * @property {number} rally hits so far; 0: the ball is a serve
 * @property {number} a
 * @property {number} b
 * @property {number} seed of the next serve
 */

/**
 * @typedef {object} Hit
 * @property {"hit"} kind
 * @property {number} t
 * @property {number} side that returned the ball
 * @property {number} y
 * @property {number} vy
 * @property {number} t0
 * @property {number} t1
 * @property {number} rally
 */

/**
 * @typedef {object} Point
 * @property {"point"} kind
 * @property {number} t
 * @property {number} side that scored
 * @property {number} a
 * @property {number} b
 * @property {number} t0 of the next serve, as t1, to and vy
 * @property {number} t1
 * @property {number} to
 * @property {number} vy
 * @property {boolean} over
 */

const PRIME = 2 ** 31 - 1;
const FACTOR = 48271;
const LONGEST_HOLD_MS = 600000;
const VY = 10;

/**
 * A match at 0-0 whose first serve leaves at `t`.
 * @param {Ruleset} rules
 * @param {number} seed 1..2^31-2
 * @param {number} t
 * @returns {State}
 */
export function create(rules, seed, t) {
  return resume(rules, 0, 0, seed, t);
}

/**
 * A match at a-b, both paddles at rest in the middle, whose next serve leaves at `t`.
 * @param {Ruleset} rules
 * @param {number} a
 * @param {number} b
 * @param {number} seed
 * @param {number} t
 * @returns {State}
 */
export function resume(rules, a, b, seed, t) {
  whole("a", a, 0, rules.points - 1);
  whole("b", b, 0, rules.points - 1);
  whole("seed", seed, 1, PRIME - 1);
  whole("t", t, 0, LATEST_MS);
  const y = quotient(rules.height, 2);
  const middle = { t: 0, y, target: y };
  return { left: middle, right: middle, rally: 0, a, b, ...serve(rules, seed, t) };
}

/**
 * The serve that leaves the middle of the court at `t0`, drawn from `seed`, and the seed after it.
 * @param {Ruleset} rules
 * @param {number} seed
 * @param {number} t0
 * @returns {{ball: Ball, seed: number}}
 */
function serve(rules, seed, t0) {
  const sideDraw = remainder(seed * FACTOR, PRIME);
  const slopeDraw = remainder(sideDraw * FACTOR, PRIME);
  const steepest = quotient(rules.serve_deflection, rules.serve_flight_ms);
  const vy = remainder(slopeDraw, 2 * steepest + 1) - steepest;
  const ball = { t0, t1: t0 + rules.serve_flight_ms, to: sideDraw % 2, y0: quotient(rules.height, 2), vy };
  return { ball, seed: slopeDraw };
}

/**
 * The state after `side` gave `command` at `t`; the very same state if its target stays what it was.
 * @param {Ruleset} rules
 * @param {State} state
 * @param {number} side
 * @param {number} t from the paddle's last command to the arrival, both included
 * @param {number} command
 * @returns {State}
 */
export function steer(rules, state, side, t, command) {
  const name = whole("side", side, 0, 1) === 0 ? "left" : "right";
  const paddle = state[name];
  const target = aim(rules, paddle, whole("t", t, paddle.t, state.ball.t1), command);
  return target === paddle.target ? state : { ...state, [name]: { t, y: paddleY(rules, paddle, t), target } };
}

/**
 * Decides the arrival at ball.t1; the ball rests `hold` ms.
 * @param {Ruleset} rules
 * @param {State} state
 * @param {number} [hold]
 * @returns {[State, Hit | Point]}
 */
export function cross(rules, state, hold = 0) {
  if (over(rules, state)) {
    throw new RangeError(`cross: expected a match below ${rules.points} points, came ${state.a}-${state.b}`);
  }
  whole("hold", hold, 0, LONGEST_HOLD_MS);
  const { t1, to } = state.ball;
  const y = ballY(rules, state.ball, t1);
  const off = y - paddleY(rules, to === 0 ? state.left : state.right, t1);
  return Math.abs(off) < reach(rules, state.rally)
    ? giveBack(rules, state, y, off, t1 + hold)
    : score(rules, state, 1 - to, t1 + hold + rules.serve_pause_ms);
}

/**
 * @param {Ruleset} rules
 * @param {State} state
 * @param {number} y where the ball met the paddle
 * @param {number} off from the paddle's centre
 * @param {number} t0 when it leaves
 * @returns {[State, Hit]}
 */
function giveBack(rules, state, y, off, t0) {
  const { t1: t, to: side } = state.ball;
  const rally = state.rally + 1;
  const durationMs = flightMs(rules, rally);
  const slope = quotient(Math.abs(off) * rules.deflection, reach(rules, state.rally) * durationMs);
  const vy = off > 0 ? slope : 0 - slope; // not -slope: there is no -0
  const t1 = t0 + durationMs;
  const ball = { t0, t1, to: 1 - side, y0: y, vy };
  return [{ ...state, ball, rally }, { kind: "hit", t, side, y, vy, t0, t1, rally }];
}

/**
 * @param {Ruleset} rules
 * @param {State} state
 * @param {number} side that scores
 * @param {number} t0 when the next serve leaves
 * @returns {[State, Point]}
 */
function score(rules, state, side, t0) {
  const { ball, seed } = serve(rules, state.seed, t0);
  const a = state.a + (side === 0 ? 1 : 0);
  const b = state.b + (side === 1 ? 1 : 0);
  const after = { ...state, ball, rally: 0, a, b, seed };
  const { t1, to, vy } = ball;
  return [after, { kind: "point", t: state.ball.t1, side, a, b, t0, t1, to, vy, over: over(rules, after) }];
}

/**
 * The state for commands at `t`: each arrival before `t` is decided, without a hold.
 * @param {Ruleset} rules
 * @param {State} state
 * @param {number} t
 * @returns {State}
 */
export function advance(rules, state, t) {
  while (state.ball.t1 < t && !over(rules, state)) [state] = cross(rules, state);
  return state;
}

/**
 * The state whose serve, which has not begun, leaves at `t0`, never earlier than before.
 * @param {Ruleset} rules
 * @param {State} state
 * @param {number} t0
 * @returns {State}
 */
export function postpone(rules, state, t0) {
  if (state.rally) throw new RangeError(`postpone: expected a serve, came a rally of ${state.rally} hits`);
  whole("t0", t0, state.ball.t0, LATEST_MS);
  return { ...state, ball: { ...state.ball, t0, t1: t0 + rules.serve_flight_ms } };
}

/**
 * Whether a side has all its points.
 * @param {Ruleset} rules
 * @param {State} state
 * @returns {boolean}
 */
export function over(rules, state) {
  return Math.max(state.a, state.b) >= rules.points;
}

/**
 * The side that has all its points, or null.
 * @param {Ruleset} rules
 * @param {State} state
 * @returns {number | null}
 */
export function winner(rules, state) {
  if (!over(rules, state)) return null;
  return state.b > state.a ? 1 : 0;
}

/**
 * The state as 15 whole numbers: left t, y, target; right; ball t0, t1, to, y0, vy; rally, a, b, seed.
 * @param {State} state
 * @returns {number[]}
 */
export function pack({ left, right, ball, rally, a, b, seed }) {
  const paddles = [left.t, left.y, left.target, right.t, right.y, right.target];
  return [...paddles, ball.t0, ball.t1, ball.to, ball.y0, ball.vy, rally, a, b, seed];
}

/**
 * The state of a `pack`.
 * @param {number[]} numbers
 * @returns {State}
 */
export function unpack(numbers) {
  if (!Array.isArray(numbers) || numbers.length !== 15) {
    throw new RangeError(`state: expected a list of 15 whole numbers, came ${JSON.stringify(numbers)}`);
  }
  numbers.forEach((number, index) => whole(`state[${index}]`, number, index === VY ? -LATEST_MS : 0, LATEST_MS));
  const [lt, ly, ltarget, rt, ry, rtarget, t0, t1, to, y0, vy, rally, a, b, seed] = numbers;
  whole("side", to, 0, 1);
  whole("ball.t1", t1, t0 + 1, LATEST_MS);
  const left = { t: lt, y: ly, target: ltarget };
  const right = { t: rt, y: ry, target: rtarget };
  return { left, right, ball: { t0, t1, to, y0, vy }, rally, a, b, seed };
}
