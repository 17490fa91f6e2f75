/** The ball: one straight flight from plane to plane, which the walls only fold. Twin of game/pong/ball.py. */

import { quotient, remainder } from "./whole.js";

/** @typedef {import("./court.js").Ruleset} Ruleset */

/**
 * @typedef {object} Ball
 * @property {number} t0 leaves at
 * @property {number} t1 reaches the plane at
 * @property {number} to of this side
 * @property {number} y0 from this height, mpx
 * @property {number} vy at this speed, mpx/ms, down is positive
 */

/**
 * The height at which the centre is when without walls it would be at `y`, mpx: a triangle wave.
 * @param {Ruleset} rules
 * @param {number} y
 * @returns {number}
 */
export function fold(rules, y) {
  const low = quotient(rules.ball, 2);
  const span = rules.height - rules.ball;
  const phase = remainder(y - low, 2 * span);
  return low + Math.min(phase, 2 * span - phase);
}

/**
 * Whether the flight starts at the centre line: only a serve lasts serve_flight_ms.
 * @param {Ruleset} rules
 * @param {Ball} ball
 * @returns {boolean}
 */
export function isServe(rules, ball) {
  return ball.t1 - ball.t0 === rules.serve_flight_ms;
}

/**
 * The height of the centre at `t`, mpx; it rests before t0 and after t1. For drawing `t` may be a fraction.
 * @param {Ruleset} rules
 * @param {Ball} ball
 * @param {number} t
 * @returns {number}
 */
export function ballY(rules, ball, t) {
  return fold(rules, ball.y0 + ball.vy * (Math.min(Math.max(t, ball.t0), ball.t1) - ball.t0));
}

/**
 * The centre along the court at `t`, mpx from the left, rounded down; it rests as in `ballY`.
 * @param {Ruleset} rules
 * @param {Ball} ball
 * @param {number} t
 * @returns {number}
 */
export function ballX(rules, ball, t) {
  const planes = [rules.plane, rules.width - rules.plane];
  const start = isServe(rules, ball) ? quotient(rules.width, 2) : planes[1 - ball.to];
  const flown = Math.min(Math.max(t, ball.t0), ball.t1) - ball.t0;
  return start + quotient((planes[ball.to] - start) * flown, ball.t1 - ball.t0);
}
