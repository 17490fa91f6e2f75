/** Whole numbers, forced at the boundary. Twin of game/pong/whole.py. */

export const LATEST_MS = 2 ** 31 - 1;

/**
 * Gives `value` back if it is a whole number in least..most.
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @returns {number}
 * @throws {RangeError} saying what was expected and what came
 */
export function whole(name, value, least, most) {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name}: expected a whole number in ${least}..${most}, came ${JSON.stringify(value)}`);
}

/**
 * Division rounded down; exact while both numbers are below 2^53.
 * @param {number} dividend
 * @param {number} divisor
 * @returns {number}
 */
export function quotient(dividend, divisor) {
  return Math.floor(dividend / divisor);
}

/**
 * The remainder that goes with `quotient`: never negative for a positive divisor, as in Python.
 * @param {number} dividend
 * @param {number} divisor
 * @returns {number}
 */
export function remainder(dividend, divisor) {
  return dividend - divisor * Math.floor(dividend / divisor);
}
