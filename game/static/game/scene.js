/**
 * What is on the court at an instant: a pure function of match time, the changes received, and the paddles steered here.
 *
 * - The own paddle and the own verdict are shown at once; the host's word corrects them.
 * - Nothing is guessed about the other side: the ball rests at its plane until the decision arrives.
 * - Whatever the host's word moves is blended over 100 ms. An own return that was shown too early is the exception: it flies slower until its time has come,
 *   for a ball that goes back is seen by everybody.
 */

import { BALL, name } from "./wire.js";
import { OwnPaddle } from "./own_paddle.js";
import { Timeline } from "./timeline.js";
import { ballX, ballY, fold } from "./pong/ball.js";
import { paddleHeight } from "./pong/court.js";
import { paddleY } from "./pong/paddle.js";
import { cross, over } from "./pong/rally.js";
import { quotient } from "./pong/whole.js";

/** @typedef {import("./pong/ball.js").Ball} Ball */
/** @typedef {import("./pong/court.js").Ruleset} Ruleset */
/** @typedef {import("./pong/rally.js").State} State */
/** @typedef {import("./wire.js").Change} Change */
/** @typedef {import("./wire.js").Happening} Happening */
/** @typedef {{x: number, y: number}} Place */

/**
 * @typedef {object} Frame everything in mpx, as if the court lay
 * @property {[number, number]} paddles their centres
 * @property {number} paddleHeight
 * @property {Place | null} ball
 * @property {Place[]} trail the newest first
 * @property {number | null} serveTo the side to which a waiting serve will go
 * @property {{side: number, strength: number} | null} flash of the point that `side` won; strength 1..0
 * @property {number | null} countdown 3, 2, 1
 * @property {("paddle" | "wall" | "point")[]} cues what is heard
 */

export const STANDS_DELAY_MS = 200;
const MOST_DELAY_MS = 600;
const DELAY_SLEW = 0.1; // the drawn time of the stands runs at least at 0.9 of its speed
const BLEND_MS = 100;
const SLOWER = 2; // a return shown too early takes so many times as long to come to its place
const FARTHEST_BLEND = 240_000; // mpx: beyond it the ball jumps, a slide would be a lie
const FLASH_MS = 250;
const LONG_WAIT_MS = 2_000; // a serve that waits longer is counted down; the pause between points is not
const TRAIL_STEP_MS = 14;
const TRAIL_STEPS = 7;

/** @typedef {{x: number, y: number, since: number, ms: number}} Slide by how much something is drawn elsewhere, less and less from `since` on */
/** @type {Slide} */
const STILL = Object.freeze({ x: 0, y: 0, since: 0, ms: BLEND_MS });

export class Scene {
  /**
   * @param {Ruleset} rules
   * @param {State} state
   */
  constructor(rules, state) {
    this.rules = rules;
    this.timeline = new Timeline(state);
    /** @type {Map<number, OwnPaddle>} */
    this.own = new Map();
    /** Somebody is waited for: no serve leaves. */
    this.waits = false;
    /** Over without the last point: there is no ball any more. */
    this.ended = false;
    /** How long the host usually takes to decide an own hit: the ball rests on the paddle for so long. */
    this.holdMs = 40;
    /** @type {{key: string, hit: boolean, ball: Ball} | null} */
    this.verdict = null;
    /** The last corrections, each of which wears off: of the two paddles, and of the ball. */
    this.slides = [STILL, STILL, STILL];
    /** @type {{ball: Ball, since: number} | null} a ball that leaves the court */
    this.leaving = null;
    /** @type {{side: number, since: number} | null} */
    this.flash = null;
    this.heard = -1; // the arrival whose tone was played on the own verdict
    this.bounces = { ball: /** @type {Ball | null} */ (null), count: 0 };
    this.wait = { t0: -1, ms: 0 };
    /** How far in the past the stands are drawn: where their link or a player's is slow, farther, so that nothing arrives too late to be drawn as it was. */
    this.delayMs = STANDS_DELAY_MS;
    this.neededMs = STANDS_DELAY_MS;
    this.t = -Infinity;
  }

  /** The state that is drawn. */
  get state() {
    return this.timeline.state;
  }

  /**
   * Who plays at this screen.
   * @param {number[]} sides
   */
  seat(sides) {
    for (const side of [...this.own.keys()]) if (!sides.includes(side)) this.own.delete(side);
    for (const side of sides) {
      if (!this.own.has(side)) this.own.set(side, new OwnPaddle(this.rules, this.state[name(side)]));
    }
  }

  /**
   * A snapshot: everything is as it says.
   * @param {State} state
   * @param {boolean} otherClock its times are another host's: nothing slides from there to here
   */
  restore(state, otherClock) {
    if (otherClock) {
      this.t = -Infinity;
      this.slides = [STILL, STILL, STILL];
      this.flash = this.leaving = null;
      this.heard = -1;
    }
    this.#blended(this.t, () => {
      this.timeline = new Timeline(state);
      this.verdict = null;
      for (const [side, own] of this.own) own.reset(state[name(side)]);
    });
  }

  /**
   * The host says otherwise about a paddle that is steered here.
   * @param {number} side
   * @param {import("./pong/paddle.js").Paddle} paddle
   */
  anchor(side, paddle) {
    this.#blended(this.t, () => {
      this.own.get(side)?.anchor(paddle);
      this.verdict = null;
    });
  }

  /**
   * Applies what is due at `t`.
   * @param {number} t
   * @returns {Happening[]}
   */
  settle(t) {
    const due = this.timeline.due(t);
    if (due.length) {
      // What came before it was due is drawn as it is: nothing else was shown.
      const late = due.filter((change) => change.at < this.t);
      this.#wait(late);
      this.#blended(t, () => {
        for (const change of late) this.#apply(change, t);
      });
      for (const change of due) if (change.at >= this.t) this.#apply(change, t);
    }
    this.delayMs = Math.min(this.neededMs, this.delayMs + DELAY_SLEW * Math.max(t - this.t, 0)); // the first time there is nothing to wait for
    this.t = t;
    return due.flatMap((change) => change.happening ?? []);
  }

  /**
   * The stands look farther back by as much as something came too late to be drawn as it was.
   * @param {Change[]} late
   */
  #wait(late) {
    if (this.own.size) return;
    for (const { at } of late) {
      const needed = this.delayMs + this.t - at;
      if (needed <= MOST_DELAY_MS) this.neededMs = Math.max(this.neededMs, needed); // what is later was stuck somewhere
    }
  }

  /**
   * What this screen says about the arrival at the plane of a seat here, once `t` has passed it; null when there is nothing to say.
   * @param {number} t
   * @returns {{side: number, t1: number, hit: boolean} | null}
   */
  arrival(t) {
    const { ball } = this.state;
    if (t <= ball.t1 || !this.isRunning || !this.own.has(ball.to)) return null;
    return { side: ball.to, t1: ball.t1, hit: this.#judge().hit };
  }

  /** Whether the ball rests until somebody is back: only a serve does, a rally is played out. */
  get held() {
    return this.waits && this.state.rally === 0;
  }

  get #isOver() {
    return this.ended || over(this.rules, this.state);
  }

  /** Whether the ball flies, or will at its time. */
  get isRunning() {
    return !this.held && !this.#isOver;
  }

  /**
   * @param {number} t
   * @param {Happening[]} happenings
   * @returns {Frame}
   */
  frame(t, happenings) {
    const shown = this.#ball(t);
    /** @type {Frame["cues"]} */
    const cues = [];
    for (const happening of happenings) {
      if (happening.kind === "point") cues.push("point");
      else if (happening.t !== this.heard) cues.push("paddle");
    }
    if (shown.foreseen && this.heard !== this.state.ball.t1) {
      this.heard = this.state.ball.t1;
      cues.push("paddle");
    }
    if (this.#bounced(shown.flight, t)) cues.push("wall");

    const { ball } = this.state;
    if (ball.t0 !== this.wait.t0) this.wait = { t0: ball.t0, ms: ball.t0 - t };
    const toServe = ball.t0 - t;
    const serving = this.isRunning && this.state.rally === 0 && toServe > 0 && !this.leaving;
    const counted = serving && this.wait.ms > LONG_WAIT_MS && toServe <= 3_000;
    const strength = this.flash ? 1 - (t - this.flash.since) / FLASH_MS : 0;
    return {
      paddles: [this.#paddle(0, t) + this.#slid(0, t).y, this.#paddle(1, t) + this.#slid(1, t).y],
      paddleHeight: paddleHeight(this.rules, this.state.rally),
      ball: shown.place && this.#shifted(shown.place, t),
      trail: shown.place ? this.#trail(shown.flight, t).map((place) => this.#shifted(place, t)) : [],
      serveTo: serving ? ball.to : null,
      flash: this.flash && strength > 0 ? { side: this.flash.side, strength } : null,
      countdown: counted ? Math.ceil(toServe / 1_000) : null,
      cues,
    };
  }

  /**
   * @param {Change} change
   * @param {number} t
   */
  #apply(change, t) {
    const before = this.state;
    this.timeline.state = change.apply(before);
    if (change.lane !== BALL || !change.happening) return;
    const { happening } = change;
    if (happening.kind === "point") {
      const own = this.own.has(before.ball.to) && !this.verdict?.hit; // then it is already seen to go out here
      this.leaving = { ball: before.ball, since: own ? Math.min(before.ball.t1, t) : t };
      this.flash = { side: happening.side, since: t };
      this.slides[BALL] = STILL;
    } else if (this.own.has(happening.side)) {
      this.holdMs = Math.round(this.holdMs * 0.7 + (this.state.ball.t0 - happening.t) * 0.3);
    }
    this.verdict = null;
  }

  /** The own verdict on the arrival that is due, judged once. */
  #judge() {
    const { state } = this;
    const { t1, to } = state.ball;
    const key = `${state.ball.t0}-${t1}`;
    if (this.verdict?.key !== key) {
      const own = /** @type {OwnPaddle} */ (this.own.get(to));
      const [after, event] = cross(this.rules, { ...state, [name(to)]: own.paddle }, Math.max(this.holdMs, 0));
      this.verdict = { key, hit: event.kind === "hit", ball: after.ball };
    }
    return this.verdict;
  }

  /**
   * Where the ball is shown, without corrections; `flight` is what it flies on, `foreseen` that this is an own hit not yet confirmed.
   * @param {number} t
   * @returns {{place: Place | null, flight: Ball | null, foreseen: boolean}}
   */
  #ball(t) {
    const { ball } = this.state;
    if (this.leaving) {
      const place = this.#beyond(this.leaving.ball, t - this.leaving.since);
      if (place) return { place, flight: null, foreseen: false };
      this.leaving = null;
    }
    if (this.#isOver) return { place: null, flight: null, foreseen: false };
    if (this.held) return { place: this.#on(ball, ball.t0), flight: null, foreseen: false };
    if (t > ball.t1 && this.own.has(ball.to)) {
      const verdict = this.#judge();
      if (!verdict.hit) return { place: this.#beyond(ball, t - ball.t1), flight: null, foreseen: false };
      return { place: this.#on(verdict.ball, t), flight: verdict.ball, foreseen: true };
    }
    return { place: this.#on(ball, t), flight: ball, foreseen: false };
  }

  /**
   * @param {Ball} ball
   * @param {number} t
   * @returns {Place}
   */
  #on(ball, t) {
    return { x: ballX(this.rules, ball, t), y: ballY(this.rules, ball, t) };
  }

  /**
   * Where a missed ball is `ms` after it passed the plane; null when it has left the court.
   * @param {Ball} ball
   * @param {number} ms
   * @returns {Place | null}
   */
  #beyond(ball, ms) {
    const from = this.#on(ball, ball.t1);
    const speed = Math.abs(from.x - ballX(this.rules, ball, ball.t0)) / (ball.t1 - ball.t0);
    const way = speed * Math.max(ms, 0);
    if (way > this.rules.plane + this.rules.ball) return null;
    return { x: ball.to === 0 ? from.x - way : from.x + way, y: fold(this.rules, ball.y0 + ball.vy * (ball.t1 - ball.t0 + Math.max(ms, 0))) };
  }

  /**
   * @param {Ball | null} flight
   * @param {number} t
   */
  #trail(flight, t) {
    const places = [];
    if (flight && t < flight.t1) {
      for (let step = 1; step <= TRAIL_STEPS && t - step * TRAIL_STEP_MS > flight.t0; step += 1) {
        places.push(this.#on(flight, t - step * TRAIL_STEP_MS));
      }
    }
    return places;
  }

  /**
   * Whether the ball met a wall since the last frame: only for the ear, the rules know no such event.
   * @param {Ball | null} flight
   * @param {number} t
   */
  #bounced(flight, t) {
    let count = 0;
    if (flight) {
      const flown = Math.min(Math.max(t, flight.t0), flight.t1) - flight.t0;
      count = quotient(flight.y0 + flight.vy * flown - quotient(this.rules.ball, 2), this.rules.height - this.rules.ball);
    }
    const bounced = flight !== null && this.bounces.ball === flight && this.bounces.count !== count;
    this.bounces = { ball: flight, count };
    return bounced;
  }

  /**
   * @param {number} side
   * @param {number} t
   */
  #paddle(side, t) {
    return this.own.get(side)?.at(t) ?? paddleY(this.rules, this.state[name(side)], t);
  }

  /**
   * What is left of a correction.
   * @param {number} lane
   * @param {number} t
   * @returns {Place}
   */
  #slid(lane, t) {
    const { x, y, since, ms } = this.slides[lane];
    const rest = Math.min(Math.max(1 - (t - since) / ms, 0), 1);
    return { x: x * rest, y: y * rest };
  }

  /**
   * @param {Place} place
   * @param {number} t
   * @returns {Place}
   */
  #shifted(place, t) {
    const { x, y } = this.#slid(BALL, t);
    return { x: place.x + x, y: place.y + y };
  }

  /**
   * Does what changes the picture at `t`, and remembers by how much, so that it slides there. What stays where it was slides on as before.
   * @param {number} t
   * @param {() => void} change
   */
  #blended(t, change) {
    if (!Number.isFinite(t)) {
      change();
      return;
    }
    const paddles = [0, 1].map((side) => this.#paddle(side, t));
    const ball = this.#ball(t);
    const scoreBefore = this.state.a + this.state.b;
    change();
    for (const side of [0, 1]) {
      const way = paddles[side] - this.#paddle(side, t);
      if (way !== 0) this.slides[side] = { x: 0, y: way + this.#slid(side, t).y, since: t, ms: BLEND_MS };
    }
    const after = this.#ball(t);
    if (!ball.place || !after.place || scoreBefore !== this.state.a + this.state.b) {
      this.slides[BALL] = STILL;
    } else if (ball.place.x !== after.place.x || ball.place.y !== after.place.y) {
      const { x, y } = this.#shifted(ball.place, t);
      this.slides[BALL] = this.#slide(x - after.place.x, y - after.place.y, t, ball, after.flight);
    }
  }

  /**
   * @param {number} x how far the ball was shown from where it is
   * @param {number} y
   * @param {number} t
   * @param {{flight: Ball | null, foreseen: boolean}} before
   * @param {Ball | null} flight
   * @returns {Slide}
   */
  #slide(x, y, t, before, flight) {
    if (before.foreseen && before.flight && flight && before.flight.y0 === flight.y0 && before.flight.vy === flight.vy) {
      const early = flight.t0 - before.flight.t0; // the host took longer to decide: the same return, later
      if (early > 0) return { x, y, since: t, ms: Math.max(BLEND_MS, Math.min(SLOWER * early, flight.t1 - t)) };
    }
    return Math.hypot(x, y) < FARTHEST_BLEND ? { x, y, since: t, ms: BLEND_MS } : STILL;
  }
}
