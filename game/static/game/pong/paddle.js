/** A paddle: where it was, where it wants to be, and the one speed of all. Twin of game/pong/paddle.py. */

import { PX } from "./court.js";
import { quotient, whole } from "./whole.js";

/** @typedef {import("./court.js").Ruleset} Ruleset */

/**
 * @typedef {object} Paddle
 * @property {number} t at which
 * @property {number} y the centre was here
 * @property {number} target and went on to here
 */

export const TOP = -1;
export const STOP = 0;
export const BOTTOM = 1;
export const FARTHEST_PX = 9999;

/**
 * The centre at `t`, mpx; before its own time the paddle rests.
 * @param {Ruleset} rules
 * @param {Paddle} paddle
 * @param {number} t
 * @returns {number}
 */
export function paddleY(rules, paddle, t) {
  const way = rules.paddle_speed * Math.max(t - paddle.t, 0);
  return paddle.y + Math.min(Math.max(paddle.target - paddle.y, 0 - way), way);
}

/**
 * Where `command`, given at `t`, sends the centre: -1 top, 1 bottom, 0 where it is, 2..9999 a target in px; mpx.
 * @param {Ruleset} rules
 * @param {Paddle} paddle
 * @param {number} t
 * @param {number} command
 * @returns {number}
 */
export function aim(rules, paddle, t, command) {
  const top = quotient(rules.paddle, 2);
  const bottom = rules.height - top;
  switch (whole("command", command, TOP, FARTHEST_PX)) {
    case TOP:
      return top;
    case STOP:
      return paddleY(rules, paddle, t);
    case BOTTOM:
      return bottom;
    default:
      return Math.min(Math.max(command * PX, top), bottom);
  }
}

/**
 * The command of a pointer at `y` mpx, which may be a fraction or outside the court: the nearest target that can be sent.
 * @param {Ruleset} rules
 * @param {number} y
 * @returns {number}
 */
export function pointAt(rules, y) {
  return Math.min(Math.max(Math.round(y / PX), 2), quotient(rules.height, PX));
}
