/**
 * The keyboard as commands: -1, 0 or 1 for a side. W and S and the arrows steer the own paddle; at one keyboard W and S are the left one's and the arrows the
 * right one's. The last key pressed wins, and releasing it goes back to one that is still held.
 */

const UP = -1;
const DOWN = 1;
const STOP = 0;

/** By place on the keyboard, not by letter: the same fingers everywhere. @type {Record<string, {hand: number, command: number}>} */
const KEYS = {
  KeyW: { hand: 0, command: UP },
  KeyS: { hand: 0, command: DOWN },
  ArrowUp: { hand: 1, command: UP },
  ArrowDown: { hand: 1, command: DOWN },
};
/** Only while the court stands, where the paddle runs across the screen. @type {Record<string, {hand: number, command: number}>} */
const ACROSS = {
  KeyA: { hand: 0, command: UP },
  KeyD: { hand: 0, command: DOWN },
  ArrowLeft: { hand: 1, command: UP },
  ArrowRight: { hand: 1, command: DOWN },
};
const NOT_STEERING = "a, button, input, textarea, select, summary, dialog, [contenteditable]";

/**
 * Whether a key belongs to what has the focus.
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
export function isTaken(target) {
  return target instanceof Element && target.closest(NOT_STEERING) !== null;
}

export class Keys {
  /**
   * @param {object} options
   * @param {() => number[]} options.sides who plays here
   * @param {() => boolean} options.stands whether the court stands
   * @param {(side: number, command: number) => void} options.steer
   */
  constructor({ sides, stands, steer }) {
    this.sides = sides;
    this.stands = stands;
    this.steer = steer;
    /** What is held, the newest last. @type {{code: string, side: number, command: number}[]} */
    this.held = [];
    addEventListener("keydown", (event) => this.#press(event));
    addEventListener("keyup", (event) => this.#release(event.code));
    addEventListener("blur", () => this.let());
    addEventListener("pagehide", () => this.let());
    document.addEventListener("visibilitychange", () => document.hidden && this.let());
    document.addEventListener("focusin", (event) => isTaken(event.target) && this.let());
  }

  /**
   * @param {number} side
   * @returns {boolean} whether a key for it is held
   */
  holds(side) {
    return this.held.some((key) => key.side === side);
  }

  /** Lets go of everything. */
  let() {
    const sides = new Set(this.held.map((key) => key.side));
    this.held = [];
    for (const side of sides) this.steer(side, STOP);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const key = KEYS[event.code] ?? (this.stands() ? ACROSS[event.code] : undefined);
    const sides = this.sides();
    if (!key || !sides.length || event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
    event.preventDefault(); // arrows scroll
    if (event.repeat || this.held.some((held) => held.code === event.code)) return;
    const side = sides.length === 2 ? key.hand : sides[0];
    this.held.push({ code: event.code, side, command: key.command });
    this.steer(side, key.command);
  }

  /** @param {string} code */
  #release(code) {
    const released = this.held.find((key) => key.code === code);
    if (!released) return;
    this.held = this.held.filter((key) => key !== released);
    this.steer(released.side, this.held.findLast((key) => key.side === released.side)?.command ?? STOP);
  }
}
