/** The scoreboard around the court: score, who is there, how far away, who watches, and what is waited for. */

import { drawNumeral } from "../site/js/numerals.js";
import { clockText } from "../site/js/page.js";
import { quality, Warning } from "./signal.js";

/** @typedef {import("./scene.js").Frame} Frame */
/** @typedef {import("./session.js").MatchSession} MatchSession */
/** @typedef {import("./texts.js").Texts} Texts */

const SLOW_MS = 180; // a bad connection is called slow, or else unsteady

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Board {
  /**
   * @param {HTMLElement} root
   * @param {Texts} texts
   */
  constructor(root, texts) {
    this.root = root;
    this.texts = texts;
    /** @param {string} selector */
    const find = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
    /** @param {string} part */
    const pair = (part) => [0, 1].map((side) => find(`[data-${part}="${side}"]`));
    this.scores = pair("score");
    this.numerals = /** @type {SVGElement[]} */ (/** @type {unknown} */ (pair("numeral")));
    this.seats = pair("seat");
    this.names = pair("name");
    this.ratings = pair("rating");
    this.pings = pair("ping");
    /** @type {(number | null)[]} */
    this.pingsShown = [null, null];
    this.away = pair("away");
    this.countdown = find("[data-countdown]");
    this.badSignal = find("[data-bad-signal]");
    this.warning = new Warning();
    this.notice = find("[data-notice]");
    this.watching = find("[data-watching]");
    this.watchers = find("[data-watchers]");
    this.taken = find("[data-taken]");
    this.title = document.title;
  }

  /**
   * @param {number} side
   * @returns {string}
   */
  nameOf(side) {
    return (this.names[side].textContent ?? "").trim();
  }

  /**
   * What changes with a message.
   * @param {MatchSession} session
   */
  change(session) {
    const { dataset } = this.root;
    dataset.phase = session.phase;
    dataset.a = String(session.score[0]);
    dataset.b = String(session.score[1]);
    dataset.sides = session.sides.join(",");
    dataset.n = String(session.n);
    const begun = session.phase !== "connecting" && session.phase !== "called";
    const title = begun ? `${dataset.a}–${dataset.b} ${this.title}` : this.title;
    if (document.title !== title) document.title = title;
    this.taken.hidden = !session.taken || session.phase === "over";
    const { present, watching, names } = session.presence;
    for (const side of [0, 1]) {
      this.seats[side].classList.toggle("is-here", session.sides.length === 1 && session.sides[0] === side);
      this.away[side].hidden = present[side] || session.phase === "over" || session.phase === "connecting";
      const rating = session.seats[side]?.rating;
      write(this.ratings[side], rating ? String(Math.round(rating)) : "");
    }
    write(this.watching, this.texts.say(watching === 1 ? "watching-one" : "watching", { count: watching }));
    const more = watching - names.length;
    const shown = more > 0 && names.length ? [...names, this.texts.say("watching-more", { count: more })] : names;
    const listed = shown.length ? shown : [this.texts.say(watching ? "watching-guests" : "watching-none")];
    if (listed.join("\n") !== [...this.watchers.children].map((item) => item.textContent).join("\n")) {
      this.watchers.replaceChildren(...listed.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
    }
  }

  /**
   * What changes with time.
   * @param {MatchSession} session
   * @param {Frame | null} frame
   */
  tick(session, frame) {
    const state = session.scene?.state;
    const score = state && session.phase !== "over" ? [state.a, state.b] : session.score;
    const known = session.phase !== "connecting";
    for (const side of [0, 1]) {
      write(this.scores[side], known ? String(score[side]) : "");
      drawNumeral(this.numerals[side], known ? score[side] : null);
    }
    write(this.countdown, frame?.countdown ? String(frame.countdown) : "");
    const notice = session.taken ? "" : this.#waiting(session);
    write(this.notice, notice);
    this.notice.hidden = notice === "";
    for (const side of [0, 1]) this.#signal(session, side);
    this.#warn(session);
  }

  /**
   * "Waiting for Bob… 0:12", "Bob is away: 0:24 left".
   * @param {MatchSession} session
   */
  #waiting(session) {
    const { presence, phase, clock } = session;
    if (phase === "connecting") return this.texts.say("connecting");
    if (phase !== "called" && (phase !== "paused" || presence.until === null)) return "";
    const missing = [0, 1].filter((side) => !presence.present[side]);
    if (!missing.length) return this.texts.say("ready");
    const time = presence.until === null || !clock.isKnown ? "" : clockText(presence.until - clock.now() + 999);
    const what = phase === "called" ? "waiting" : "away";
    if (missing.length === 2) return this.texts.say(`${what}-both`, { time });
    return this.texts.say(what, { name: this.nameOf(missing[0]), time });
  }

  /**
   * Both pings: one's own as measured here, the other's as the host says.
   * @param {MatchSession} session
   * @param {number} side
   */
  #signal(session, side) {
    const own = session.sides.includes(side);
    const ping = session.phase === "over" || session.seats[side]?.bot ? null : own ? session.clock.rtt : session.presence.pings?.[side];
    const element = this.pings[side];
    const ms = ping === null || ping === undefined ? null : Math.round(ping);
    if (ms !== this.pingsShown[side]) write(element, ms === null ? "" : this.texts.say("ping", { ms }));
    this.pingsShown[side] = ms; // each frame asks, and hardly ever is there something to write
    const signal = ms === null ? "" : quality(ms, own ? session.clock.spread : 0);
    if (element.dataset.signal !== signal) element.dataset.signal = signal;
  }

  /** A word to who plays here on a bad connection. @param {MatchSession} session */
  #warn(session) {
    const { clock } = session;
    const plays = session.sides.length > 0 && session.phase !== "over" && clock.rtt !== null;
    const warns = this.warning.look(plays ? quality(clock.rtt ?? 0, clock.spread) : null, performance.now());
    const ms = Math.round(clock.rtt ?? 0);
    if (warns) write(this.badSignal, this.texts.say(ms > SLOW_MS ? "signal-slow" : "signal-unsteady", { ms }));
    if (this.badSignal.hidden === warns) this.badSignal.hidden = !warns;
  }
}
