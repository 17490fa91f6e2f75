/**
 * Mouse and touch as commands: the wanted centre of the paddle, where the pointer is.
 *
 * A mouse steers while it is over the court. A finger steers wherever it is put down; at one keyboard it belongs to the half on which it was put down, so that
 * two people play on one tablet. At most 30 commands a second and side, and the last place is always sent.
 */

import { pointAt } from "./pong/paddle.js";

/** @typedef {import("./court_view.js").CourtView} CourtView */

const LEAST_GAP_MS = 34;

export class Pointers {
  /**
   * @param {object} options
   * @param {CourtView} options.view
   * @param {() => number[]} options.sides who plays here
   * @param {(side: number) => boolean} options.busy whether a key is held for this side: it is stronger
   * @param {(side: number, command: number) => void} options.steer
   */
  constructor({ view, sides, busy, steer }) {
    this.view = view;
    this.sides = sides;
    this.busy = busy;
    this.steer = steer;
    /** The side of each finger. @type {Map<number, number>} */
    this.fingers = new Map();
    this.lanes = [0, 1].map(() => ({ sentAt: -Infinity, timer: 0, command: 0 }));
    const { canvas } = view;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, (event) => this.fingers.delete(/** @type {PointerEvent} */ (event).pointerId));
    }
    canvas.addEventListener("contextmenu", (event) => this.fingers.size && event.preventDefault());
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const sides = this.sides();
    if (!sides.length || event.pointerType === "mouse") return;
    const { x } = this.view.place(event.clientX, event.clientY);
    const side = sides.length === 2 ? Number(x > this.view.rules.width / 2) : sides[0];
    if ([...this.fingers.values()].includes(side)) return; // the first finger keeps the paddle
    this.fingers.set(event.pointerId, side);
    try {
      this.view.canvas.setPointerCapture(event.pointerId);
    } catch {
      /* it was lifted already */
    }
    this.#aim(side, event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const sides = this.sides();
    if (event.pointerType === "mouse") {
      if (sides.length === 1) this.#aim(sides[0], event);
      return;
    }
    const side = this.fingers.get(event.pointerId);
    if (side !== undefined && sides.includes(side)) this.#aim(side, event);
  }

  /**
   * @param {number} side
   * @param {PointerEvent} event
   */
  #aim(side, event) {
    if (this.busy(side)) return;
    const lane = this.lanes[side];
    lane.command = pointAt(this.view.rules, this.view.place(event.clientX, event.clientY).y);
    const wait = lane.sentAt + LEAST_GAP_MS - performance.now();
    if (wait <= 0) this.#send(side);
    else lane.timer ||= window.setTimeout(() => this.#send(side), wait);
  }

  /** @param {number} side */
  #send(side) {
    const lane = this.lanes[side];
    clearTimeout(lane.timer);
    lane.timer = 0;
    if (this.busy(side)) return;
    lane.sentAt = performance.now();
    this.steer(side, lane.command);
  }
}
