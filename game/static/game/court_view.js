/**
 * The court on its canvas: black and white, a dashed net, in device pixels. It draws a frame and knows nothing else.
 *
 * On a phone held upright the court stands: its length goes down the screen, the side that plays here at the bottom.
 */

/** @typedef {import("./pong/court.js").Ruleset} Ruleset */
/** @typedef {import("./scene.js").Frame} Frame */

const WHITE = "#ffffff";
const NET = "#8a8f94";
const PADDLE_WIDTH = 10_000; // mpx, as wide as the ball; its face touches the ball as that reaches the plane
const DASH = 12_500; // 20 dashes and 20 gaps on 500 px
const SHARPEST = 3; // device pixels for a CSS pixel: more is not seen, only paid for

export class CourtView {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Ruleset} rules
   */
  constructor(canvas, rules) {
    this.canvas = canvas;
    this.rules = rules;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** Which side is at the bottom when the court stands, null when it lies. @type {number | null} */
    this.bottom = null;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.pixel = 1; // mpx in a device pixel
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  /** @param {number | null} bottom */
  turn(bottom) {
    this.bottom = bottom;
    this.resize();
  }

  resize() {
    const sharp = Math.min(window.devicePixelRatio || 1, SHARPEST);
    const width = Math.max(1, Math.round(this.canvas.clientWidth * sharp));
    const height = Math.max(1, Math.round(this.canvas.clientHeight * sharp));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
  }

  /**
   * The place on the court under a point of the window.
   * @param {number} clientX
   * @param {number} clientY
   * @returns {{x: number, y: number}} mpx; outside the court too
   */
  place(clientX, clientY) {
    const box = this.canvas.getBoundingClientRect();
    const across = (clientX - box.left) / Math.max(box.width, 1);
    const down = (clientY - box.top) / Math.max(box.height, 1);
    const { width, height } = this.rules;
    if (this.bottom === null) return { x: across * width, y: down * height };
    return { x: (this.bottom === 1 ? down : 1 - down) * width, y: across * height };
  }

  /** @param {Frame | null} frame nothing but the net before the first snapshot */
  draw(frame) {
    const { context, canvas, rules } = this;
    const { width, height } = rules;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height); // the page's black, and its numerals, are behind
    this.#lay(canvas.width, canvas.height);

    if (frame?.flash && !this.still.matches) {
      context.globalAlpha = 0.16 * frame.flash.strength;
      context.fillStyle = WHITE;
      context.fillRect(frame.flash.side === 0 ? width / 2 : 0, 0, width / 2, height);
      context.globalAlpha = 1;
    }
    context.fillStyle = NET;
    const thick = Math.max(4_000, 2 * this.pixel);
    for (let y = DASH / 2; y < height; y += 2 * DASH) context.fillRect((width - thick) / 2, y, thick, DASH);
    if (!frame) return;

    context.fillStyle = WHITE;
    this.#paddle(rules.plane - rules.ball / 2 - PADDLE_WIDTH, frame.paddles[0], frame.paddleHeight);
    this.#paddle(width - rules.plane + rules.ball / 2, frame.paddles[1], frame.paddleHeight);
    if (!this.still.matches) {
      frame.trail.forEach((place, index) => {
        context.globalAlpha = 0.22 * (1 - index / frame.trail.length);
        this.#square(place, rules.ball * (1 - (0.5 * index) / frame.trail.length));
      });
      context.globalAlpha = 1;
    }
    if (frame.serveTo !== null && frame.ball) this.#arrow(frame.ball, frame.serveTo === 0 ? -1 : 1);
    if (frame.ball) this.#square(frame.ball, rules.ball);
  }

  /**
   * From court to canvas: one scale, lying or standing.
   * @param {number} across device pixels
   * @param {number} down
   */
  #lay(across, down) {
    const { width, height } = this.rules;
    const stands = this.bottom !== null;
    const scale = Math.min(across / (stands ? height : width), down / (stands ? width : height));
    this.pixel = 1 / scale;
    if (!stands) this.context.setTransform(scale, 0, 0, scale, 0, 0);
    else if (this.bottom === 1) this.context.setTransform(0, scale, scale, 0, 0, 0);
    else this.context.setTransform(0, -scale, scale, 0, 0, width * scale);
  }

  /**
   * @param {number} x its left edge
   * @param {number} y its centre
   * @param {number} tall
   */
  #paddle(x, y, tall) {
    const least = Math.max(tall, 2 * this.pixel); // shrunk to nothing it is still where it is
    this.context.fillRect(x, y - least / 2, PADDLE_WIDTH, least);
  }

  /**
   * @param {{x: number, y: number}} place
   * @param {number} size
   */
  #square({ x, y }, size) {
    this.context.fillRect(x - size / 2, y - size / 2, size, size);
  }

  /**
   * Where the serve will go.
   * @param {{x: number, y: number}} place of the ball
   * @param {number} way -1 to the left, 1 to the right
   */
  #arrow({ x, y }, way) {
    const { context } = this;
    context.beginPath();
    context.moveTo(x + way * 36_000, y);
    context.lineTo(x + way * 22_000, y - 9_000);
    context.lineTo(x + way * 22_000, y + 9_000);
    context.fill();
  }
}
