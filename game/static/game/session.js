/**
 * One match over its socket (docs/protocol.md, /ws/game/): what the host has said, who plays here, and everything that is sent. It draws nothing.
 */

import { Live, Versioned } from "../site/js/live.js";
import { HostClock } from "./clock.js";
import { unpack } from "./pong/rally.js";
import { STANDS_DELAY_MS, Scene } from "./scene.js";
import * as wire from "./wire.js";

/** @typedef {import("./pong/court.js").Ruleset} Ruleset */
/** @typedef {import("./wire.js").Happening} Happening */
/** @typedef {import("./wire.js").Offer} Offer */
/** @typedef {import("./wire.js").Presence} Presence */
/** @typedef {import("./wire.js").Result} Result */

/** @typedef {{name: string, user: number | null, bot: string | null, rating: number | null}} Seat */

/**
 * @typedef {object} SessionHandlers
 * @property {() => void} onChange something but the motion changed
 * @property {(happening: Happening) => void} onHappening a hit or a point, as it is drawn
 * @property {(result: Result) => void} onResult the end, once
 * @property {(offer: Offer) => void} onOffer a rematch was offered, accepted or declined
 */

const FIRST_ASKS = 5;
const FIRST_GAP_MS = 70;
const CLOCK_GAP_MS = 2_000;
const STANDS_CLOCK_GAP_MS = 10_000; // who only watches looks at the past, and needs no better time
const LIFE_MS = 1_000; // who says nothing for longer than 2.5 s is away
const DEAD_MS = 5_000; // nothing came although it was asked for: the connection is gone, and nobody has said so
const LONGEST_TIMER_MS = 2_000; // a timer in a tab that slept comes late: look again

/** @type {Presence} */
const NOBODY = { phase: "called", present: [true, true], watching: 0, names: [], until: null, serve: null, away: [0, 0] };

export class MatchSession {
  /**
   * Connects at once.
   * @param {string} path
   * @param {SessionHandlers} handlers
   */
  constructor(path, handlers) {
    this.path = path;
    this.handlers = handlers;
    this.clock = new HostClock();
    /** @type {"connecting" | "called" | "live" | "paused" | "over"} */
    this.phase = "connecting";
    /** @type {Ruleset | null} */
    this.rules = null;
    /** @type {Seat[]} */
    this.seats = [];
    /** @type {[number, number]} */
    this.score = [0, 0];
    /** @type {number[]} */
    this.sides = [];
    /** @type {Presence} */
    this.presence = NOBODY;
    /** @type {Result | null} */
    this.result = null;
    /** @type {Offer | null} */
    this.offer = null;
    /** @type {Scene | null} */
    this.scene = null;
    /** Whether this page has had a seat: after the end and in a second tab it matters. */
    this.played = false;
    /** Another tab of the same person took the seat. */
    this.taken = false;
    this.seq = 0;
    this.leastStamp = [0, 0];
    /** What each side wants now: a new connection must be told again. @type {(number | null)[]} */
    this.wanted = [null, null];
    /** Since the last frame. @type {Happening[]} */
    this.happened = [];
    this.defended = -1; // the arrival for which the frontier was sent
    this.defendTimer = 0;
    this.askTimer = 0;
    this.asks = 0;
    this.askedAt = 0;
    this.saidAt = 0;
    this.unheardSince = 0; // the first question since the host was heard last, 0 when there is none
    this.#connect();
  }

  /** The version of all this. */
  get n() {
    return this.versions.n;
  }

  /** Whether a command would be taken. */
  get isSteerable() {
    return this.sides.length > 0 && this.phase === "live" && this.live.isOpen;
  }

  /** The drawn time: the stands see the match a moment later, and without corrections. */
  get time() {
    return this.clock.now() - (this.sides.length ? 0 : (this.scene?.delayMs ?? STANDS_DELAY_MS));
  }

  /** The newest tab has the seat: come anew, and it is this one. */
  takeOver() {
    this.live.close();
    this.taken = false;
    this.sides = [];
    this.scene?.seat([]);
    this.#connect();
  }

  /** For the end of the page. */
  close() {
    clearTimeout(this.askTimer);
    clearTimeout(this.defendTimer);
    this.live.close();
  }

  resign() {
    this.live.send([wire.RESIGN]);
  }

  /** @param {boolean} yes */
  rematch(yes) {
    this.live.send([wire.REMATCH, yes ? 1 : 0]);
  }

  /**
   * A key, mouse or finger here: the paddle moves at once, and the host hears of it with the time at which it happened.
   * @param {number} side
   * @param {number} command
   */
  steer(side, command) {
    this.wanted[side] = command;
    this.#send(side, command);
  }

  /**
   * What is on the court now.
   * @returns {import("./scene.js").Frame | null}
   */
  frame() {
    if (!this.scene || !this.clock.isKnown) return null;
    this.#settle();
    return this.scene.frame(this.time, this.happened.splice(0));
  }

  #connect() {
    // a match has its first version with its first snapshot
    this.versions = new Versioned({
      n: -1,
      apply: (message) => this.#apply(message),
      resync: (n) => this.live.send([wire.RESYNC, Math.max(n, 0)]),
      patienceMs: 1_000,
    });
    this.live = new Live(this.path, {
      onOpen: () => {
        this.unheardSince = 0;
        this.#ask(FIRST_ASKS);
      },
      onMessage: (message) => this.#receive(message),
      onState: () => this.live && this.handlers.onChange(), // not yet while it is being made
    });
  }

  /**
   * Clock exchanges: `asks` in a row, then one every two seconds, or ten in the stands; and one whenever a player has said nothing for a second, as a sign of life.
   * @param {number} [asks]
   */
  #ask(asks) {
    clearTimeout(this.askTimer);
    if (asks !== undefined) this.asks = asks;
    if (!this.#say([wire.CLOCK, this.clock.ask()])) return;
    this.askedAt = this.saidAt;
    this.unheardSince ||= this.askedAt;
    this.asks -= 1;
    this.askTimer = window.setTimeout(() => (this.asks > 0 ? this.#ask() : this.#beAlive()), this.asks > 0 ? FIRST_GAP_MS : LIFE_MS);
  }

  /** From a timer, and from each message: the timers of a hidden tab are slow. */
  #beAlive() {
    clearTimeout(this.askTimer);
    if (!this.live.isOpen) return;
    const now = performance.now();
    if (this.unheardSince && now - this.unheardSince > DEAD_MS) {
      this.live.abandon(); // a network that was changed tells no browser
      return;
    }
    const plays = this.sides.length > 0;
    const due = Math.min(this.askedAt + (plays ? CLOCK_GAP_MS : STANDS_CLOCK_GAP_MS), plays ? this.saidAt + LIFE_MS : Infinity) - now;
    const dead = this.unheardSince ? this.unheardSince + DEAD_MS + 1 - now : Infinity;
    if (due <= 0) this.#ask();
    else this.askTimer = window.setTimeout(() => this.#beAlive(), Math.min(due, dead));
  }

  /**
   * @param {any[]} message
   * @returns {boolean} false when the socket is not open
   */
  #say(message) {
    if (!this.live.send(message)) return false;
    this.saidAt = performance.now();
    return true;
  }

  /** @param {any[]} message */
  #receive(message) {
    if (!Array.isArray(message)) return;
    this.unheardSince = 0;
    switch (message[0]) {
      case wire.CLOCK:
        this.clock.answer(message[1], message[2]);
        break;
      case wire.SNAPSHOT:
        this.#restore(message[1], message[2], message[3]);
        break;
      case wire.SEATS:
        this.#sit(message[1]);
        break;
      case wire.REFUSAL:
        this.#refused(message[1], message[2]);
        break;
      default:
        if (this.n >= 0) this.versions.event(message[1], message); // before the first snapshot nothing can be missing: it has it
    }
    if (message[0] !== wire.CLOCK) this.handlers.onChange();
    this.#settle();
    if (this.asks <= 0) this.#beAlive();
  }

  /**
   * @param {number} n
   * @param {number} now
   * @param {any} match
   */
  #restore(n, now, match) {
    // A host that is none any more; but what is over has none, and is the last word.
    if (this.n >= 0 && wire.epoch(n) < wire.epoch(this.n) && !match.result) return;
    const otherHost = this.n >= 0 && wire.epoch(n) !== wire.epoch(this.n);
    if (otherHost) {
      this.clock.reset();
      this.leastStamp = [0, 0];
    }
    this.clock.guess(now);
    if (otherHost) this.#ask(FIRST_ASKS);

    const state = unpack(match.state);
    this.rules = match.ruleset;
    this.seats = match.seats;
    this.score = [state.a, state.b];
    this.phase = match.phase;
    this.presence = { ...NOBODY, ...match.presence };
    this.offer = match.offer ?? this.offer;
    this.defended = -1;
    this.scene ??= new Scene(match.ruleset, state);
    this.scene.seat(this.sides);
    this.scene.restore(state, otherHost);
    this.#hold();
    this.versions.snapshot(n);
    if (match.result) this.#finish(match.result);
    this.#resteer();
  }

  /** @param {any[]} message a numbered one, in its turn */
  #apply(message) {
    if (!this.scene || !this.rules) return;
    switch (message[0]) {
      case wire.PADDLE:
        this.#paddle(message);
        break;
      case wire.HIT:
      case wire.POINT:
        if (message[0] === wire.POINT) this.score = [message[4], message[5]];
        this.scene.timeline.push(wire.changeOf(this.rules, message));
        break;
      case wire.RESULT:
        this.#finish(message[2]);
        break;
      case wire.PRESENCE:
        this.#attend(message[2]);
        break;
      case wire.OFFER:
        this.offer = message[2];
        this.handlers.onOffer(message[2]);
        break;
    }
  }

  /** @param {number[]} message in the short form (an own command was taken) or in the full one */
  #paddle(message) {
    const scene = /** @type {Scene} */ (this.scene);
    if (message.length === 3) {
      for (const [side, own] of scene.own) {
        const paddle = own.accept(message[2]);
        if (paddle) scene.timeline.push(wire.moved(side, paddle));
      }
      return;
    }
    const [, , side, t, y, target] = message;
    scene.timeline.push(wire.moved(side, { t, y, target }));
    if (scene.own.has(side)) scene.anchor(side, { t, y, target });
  }

  /** @param {Presence} presence */
  #attend(presence) {
    const before = this.phase;
    this.presence = { ...NOBODY, ...presence };
    if (!this.result && presence.phase !== "over") this.phase = presence.phase; // over is what the result says, when it is committed
    this.#hold();
    if (this.presence.serve !== null) this.#postpone(this.presence.serve);
    if (before !== this.phase) this.#resteer();
  }

  /**
   * The next serve leaves at the instant the host has planned: moved on, or back when everybody has come.
   * @param {number} serve
   */
  #postpone(serve) {
    const { timeline } = /** @type {Scene} */ (this.scene);
    const flight = /** @type {Ruleset} */ (this.rules).serve_flight_ms;
    timeline.push({
      lane: wire.BALL,
      at: timeline.lanes[wire.BALL].at(-1)?.at ?? -Infinity, // after the point that it follows, wherever that is on its way to the screen
      apply: (state) => (state.rally || state.ball.t0 === serve ? state : { ...state, ball: { ...state.ball, t0: serve, t1: serve + flight } }),
      happening: null,
    });
  }

  /** No serve leaves while somebody is waited for. */
  #hold() {
    const scene = /** @type {Scene} */ (this.scene);
    scene.waits = this.phase === "called" || this.phase === "paused";
  }

  /** @param {Result} result */
  #finish(result) {
    const first = this.result === null;
    this.result = result;
    this.phase = "over";
    this.score = result.score ?? this.score;
    if (this.scene && result.reason !== "points") this.scene.ended = true; // otherwise the last ball is seen to go out
    if (first) this.handlers.onResult(result);
  }

  /** @param {number[]} sides */
  #sit(sides) {
    this.taken = sides.length === 0 && (this.taken || this.sides.length > 0) && this.phase !== "over";
    // A tab that was taken over comes back after a drop as a spectator: it must not take the seat by itself.
    this.live.path = this.taken ? `${this.path}?watch=1` : this.path;
    const same = sides.join() === this.sides.join();
    this.sides = sides;
    if (sides.length) this.played = true;
    this.scene?.seat(sides);
    if (!same) this.#resteer();
  }

  /**
   * @param {string} code
   * @param {unknown} expected
   */
  #refused(code, expected) {
    if (code === "old_sequence") this.seq = Math.max(this.seq, Number(String(expected).match(/\d+/)?.[0] ?? 0)) + 1;
    if (!this.scene || !["old_sequence", "not_your_seat", "not_live", "bad_stamp"].includes(code)) return;
    for (const [side, own] of this.scene.own) own.reset(this.scene.state[wire.name(side)]);
    if (code === "old_sequence") this.#resteer();
  }

  /** A new connection, seat or phase: the host does not know what is held here. */
  #resteer() {
    for (const [side, own] of this.scene?.own ?? []) {
      own.command = null;
      const command = this.wanted[side];
      if (command !== null) this.#send(side, command);
    }
  }

  /**
   * @param {number} side
   * @param {number} command
   */
  #send(side, command) {
    const own = this.scene?.own.get(side);
    if (!own || !this.isSteerable || own.command === command) return;
    const stamp = Math.max(Math.floor(this.clock.now()), this.leastStamp[side], own.paddle.t);
    this.seq = Math.max(this.seq + 1, stamp); // match time: a newer tab is above an older one without asking
    if (!this.#say([wire.COMMAND, side, this.seq, stamp, command])) return;
    this.leastStamp[side] = stamp;
    own.steer(this.seq, stamp, command);
  }

  /**
   * What became due is applied, and the frontier sent when the ball has come to a plane here: from the frame, from each message, and from a timer, for a
   * hidden tab has no frames.
   */
  #settle() {
    const { scene } = this;
    if (!scene || !this.clock.isKnown) return;
    for (const happening of scene.settle(this.time)) {
      this.handlers.onHappening(happening);
      if (!document.hidden) this.happened.push(happening);
    }
    this.#defend(scene);
  }

  /** @param {Scene} scene */
  #defend(scene) {
    clearTimeout(this.defendTimer);
    if (!this.sides.includes(scene.state.ball.to) || this.phase !== "live" || !scene.isRunning) return;
    const now = Math.floor(this.clock.now());
    const arrival = scene.arrival(now);
    if (!arrival) {
      const wait = Math.min(Math.max(scene.state.ball.t1 + 1 - now, 1), LONGEST_TIMER_MS);
      this.defendTimer = window.setTimeout(() => this.#settle(), wait);
    } else if (this.defended !== arrival.t1) {
      if (!this.#say([wire.FRONTIER, arrival.side, arrival.t1, arrival.hit ? 1 : 0])) return;
      this.defended = arrival.t1;
      this.leastStamp[arrival.side] = Math.max(this.leastStamp[arrival.side], arrival.t1 + 1);
    }
  }
}
