/**
 * The court and the numbers of the game. Twin of game/pong/court.py; the server sends a match's ruleset as this record.
 *
 * Units: ms, milli-pixels (1 px = 1000 mpx), mpx/ms.
 */

import { quotient } from "./whole.js";

/**
 * @typedef {object} Ruleset
 * @property {string} id
 * @property {number} points the score that wins
 * @property {number} width
 * @property {number} height
 * @property {number} plane from the court's end to the ball's centre as it touches the paddle
 * @property {number} paddle full height
 * @property {number} ball diameter
 * @property {number} paddle_speed mpx/ms
 * @property {number} deflection
 * @property {number} serve_deflection
 * @property {number} serve_pause_ms
 * @property {number} serve_flight_ms
 * @property {readonly number[]} flights_ms
 * @property {number} shrink_from
 * @property {number} shrink_to
 */

export const PX = 1000;

/**
 * Flight durations that shorten by a 25th with every hit until the floor.
 * @param {number} firstMs
 * @param {number} floorMs
 * @returns {number[]}
 */
export function speedUp(firstMs, floorMs) {
  const flightsMs = [firstMs];
  while (flightsMs.at(-1) > floorMs) flightsMs.push(Math.max(quotient(flightsMs.at(-1) * 24, 25), floorMs));
  return flightsMs;
}

/**
 * The plain game of 1972, to `points`; court.py says why the numbers are what they are.
 * @param {number} [points]
 * @returns {Ruleset}
 */
export function ruleset(points = 11) {
  return {
    id: `classic-${points}`,
    points,
    width: 800 * PX,
    height: 500 * PX,
    plane: 30 * PX,
    paddle: 90 * PX,
    ball: 10 * PX,
    paddle_speed: 500,
    deflection: 600 * PX,
    serve_deflection: 200 * PX,
    serve_pause_ms: 1200,
    serve_flight_ms: 1000,
    flights_ms: speedUp(1400, 600),
    shrink_from: 40,
    shrink_to: 74,
  };
}

export const CLASSIC = ruleset(11);

/**
 * How long the ball flies from plane to plane after hit number `rally` (1, 2, ...), ms.
 * @param {Ruleset} rules
 * @param {number} rally
 * @returns {number}
 */
export function flightMs(rules, rally) {
  return rules.flights_ms[Math.min(rally, rules.flights_ms.length) - 1];
}

/**
 * What is left of a paddle's `length` after `rally` hits.
 * @param {Ruleset} rules
 * @param {number} length
 * @param {number} rally
 * @returns {number}
 */
function shrunk(rules, length, rally) {
  const left = Math.min(Math.max(rules.shrink_to - rally, 0), rules.shrink_to - rules.shrink_from);
  return quotient(length * left, rules.shrink_to - rules.shrink_from);
}

/**
 * The paddle's full height after `rally` hits, mpx.
 * @param {Ruleset} rules
 * @param {number} rally
 * @returns {number}
 */
export function paddleHeight(rules, rally) {
  return shrunk(rules, rules.paddle, rally);
}

/**
 * After `rally` hits the paddle returns a ball whose centre is less than this far from its own, mpx.
 * @param {Ruleset} rules
 * @param {number} rally
 * @returns {number}
 */
export function reach(rules, rally) {
  return shrunk(rules, quotient(rules.paddle + rules.ball, 2), rally);
}
