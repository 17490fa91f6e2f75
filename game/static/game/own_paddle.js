/** The paddle of a seat at this screen: it moves at once, and the commands that the host has not answered yet are kept until it does. */

import { aim, paddleY } from "./pong/paddle.js";

/** @typedef {import("./pong/court.js").Ruleset} Ruleset */
/** @typedef {import("./pong/paddle.js").Paddle} Paddle */

export class OwnPaddle {
  /**
   * @param {Ruleset} rules
   * @param {Paddle} paddle as the host has it
   */
  constructor(rules, paddle) {
    this.rules = rules;
    this.paddle = paddle;
    /** @type {{seq: number, stamp: number, command: number, paddle: Paddle}[]} */
    this.unanswered = [];
    /** The last command sent, null when nothing was: the same one is not sent again. @type {number | null} */
    this.command = null;
  }

  /**
   * @param {number} t
   * @returns {number} the centre, mpx
   */
  at(t) {
    return paddleY(this.rules, this.paddle, t);
  }

  /**
   * A command that was sent.
   * @param {number} seq
   * @param {number} stamp
   * @param {number} command
   */
  steer(seq, stamp, command) {
    this.command = command;
    this.#move(stamp, command);
    this.unanswered.push({ seq, stamp, command, paddle: this.paddle });
  }

  /**
   * The host took a command as it was stamped.
   * @param {number} seq
   * @returns {Paddle | null} the paddle as it is since then for everybody
   */
  accept(seq) {
    const accepted = this.unanswered.findLast((sent) => sent.seq <= seq);
    this.unanswered = this.unanswered.filter((sent) => sent.seq > seq);
    return accepted?.paddle ?? null;
  }

  /**
   * The host says otherwise: begin from there, then do again what it has not answered. Doing again what it had already done changes nothing.
   * @param {Paddle} paddle
   */
  anchor(paddle) {
    this.unanswered.shift(); // answers come in order: this is the one for the oldest
    this.paddle = paddle;
    for (const sent of this.unanswered) {
      this.#move(Math.max(sent.stamp, this.paddle.t), sent.command);
      sent.paddle = this.paddle;
    }
  }

  /**
   * Nothing that is on its way will be answered.
   * @param {Paddle} paddle
   */
  reset(paddle) {
    this.unanswered = [];
    this.command = null;
    this.paddle = paddle;
  }

  /**
   * @param {number} t
   * @param {number} command
   */
  #move(t, command) {
    const target = aim(this.rules, this.paddle, t, command);
    if (target !== this.paddle.target) this.paddle = { t, y: this.at(t), target };
  }
}
