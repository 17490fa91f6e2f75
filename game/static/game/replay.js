/** The replay page: a recording on the court, and everything that moves through it. */

import { drawNumeral } from "../site/js/numerals.js";
import { clockText } from "../site/js/page.js";
import { Announcer } from "./announcer.js";
import { CourtView } from "./court_view.js";
import { Dialogs } from "./dialogs.js";
import { CLASSIC } from "./pong/court.js";
import { Playhead, Recording } from "./recording.js";
import { Sound } from "./sound.js";
import { Texts } from "./texts.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-replay-page]"));
/**
 * @template {Element} E
 * @param {string} selector
 * @returns {E}
 */
const find = (selector) => /** @type {E} */ (root.querySelector(selector));
/**
 * @template {Element} E
 * @param {string} part
 * @returns {E[]}
 */
const pair = (part) => [0, 1].map((side) => find(`[data-${part}="${side}"]`));

const FRAME_MS = 1_000 / 60;
const SECOND_MS = 1_000;
const LONGEST_STEP_MS = 100; // a page that was away goes on from where it was
const AGAIN_MS = 1_500; // so soon after a serve, "back" means the rally before
const LEAD_MS = 600; // a rally is shown from a moment before its serve
const PAUSE_AFTER_MS = 350; // of a pause between points that is shortened so much stays as it was after the point ...
const PAUSE_BEFORE_MS = 250; // ... and before the serve
const HURRY = 8;
const REST_MS = 250; // browsers refuse an address that changes with every move of a finger
const MARKS = 1_000; // the width of the bar of marks, in its own units
const SVG = "http://www.w3.org/2000/svg";

const texts = new Texts(find("template[data-texts]"));
const announcer = new Announcer(find("[data-announcer]"));
const dialogs = new Dialogs(root);
const sound = new Sound();
const view = new CourtView(find("canvas"), CLASSIC);
const upright = matchMedia("(max-width: 40rem) and (orientation: portrait)"); // as in match.css
const scores = pair("score");
const numerals = /** @type {SVGElement[]} */ (pair("numeral"));
const names = pair("name").map((element) => (element.textContent ?? "").trim());
const scrub = /** @type {HTMLInputElement} */ (find("[data-scrub]"));
const speeds = /** @type {HTMLSelectElement} */ (find("[data-speed]"));
const skip = /** @type {HTMLInputElement} */ (find("[data-skip]"));
const link = /** @type {HTMLInputElement} */ (find(".replay-link"));
const toggleButton = /** @type {HTMLButtonElement} */ (find("[data-act=toggle]"));

/** @type {Playhead | null} */
let head = null;
let playing = false;
let last = 0;
let remembering = 0;
let drawn = ""; // what the page says of the moment: not written again when it is the same
/** @type {import("./wire.js").Happening[]} */
let happened = [];

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The moment that the address names, in seconds: `#t=83.2`, or `?t=83.2`. */
function asked() {
  for (const part of [location.hash.slice(1), location.search.slice(1)]) {
    const t = Number.parseFloat(new URLSearchParams(part).get("t") ?? "");
    if (Number.isFinite(t) && t >= 0) return t * 1_000;
  }
  return 0;
}

async function load() {
  notice("loading");
  try {
    const answer = await fetch(root.dataset.document ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`the replay: expected 200, came ${answer.status}`);
    const found = await answer.json();
    const recording = new Recording(found);
    view.rules = recording.rules;
    head = new Playhead(recording);
    show(found);
  } catch (error) {
    console.error(error);
    root.dataset.state = "failed";
    notice("failed");
  }
}

/** @param {any} found the document */
function show(found) {
  notice("");
  for (const [side, element] of pair("rating").entries()) {
    const rating = found.seats[side]?.rating;
    write(element, rating ? String(Math.round(rating)) : "");
  }
  const { recording } = /** @type {Playhead} */ (head);
  scrub.max = String(recording.length);
  scrub.disabled = toggleButton.disabled = false;
  write(find("[data-length]"), clockText(recording.length));
  find("[data-marks]").replaceChildren(...recording.rallies.map((rally) => mark(rally, recording.length)));
  seek(asked());
}

/**
 * A point on the bar: of the left side above it, of the right side below.
 * @param {import("./recording.js").Rally} rally
 * @param {number} length
 */
function mark({ point, side }, length) {
  const shape = document.createElementNS(SVG, "path");
  const x = Math.round((MARKS * point) / length);
  shape.setAttribute("d", side === 0 ? `M${x} 0V8` : `M${x} 16V24`);
  shape.setAttribute("class", side === 0 ? "replay-mark-left" : "replay-mark-right");
  return shape;
}

/** @param {string} name of a text, or "" for none */
function notice(name) {
  const element = /** @type {HTMLElement} */ (find("[data-notice]"));
  element.textContent = name && texts.say(name);
  element.hidden = name === "";
}

/** @param {boolean} on */
function play(on) {
  if (!head) return;
  if (on && head.ended) head.seek(0);
  playing = on;
  last = performance.now();
  if (!on) remember();
  tell();
}

/**
 * To a moment; whether it plays stays as it is.
 * @param {number} t
 */
function seek(t) {
  if (!head) return;
  head.seek(t);
  happened = [];
  if (head.ended) playing = false;
  remember();
  tell();
}

/** @param {number} ms */
function step(ms) {
  if (!head) return;
  if (Math.abs(ms) < SECOND_MS) play(false);
  seek(head.t + ms);
}

/** @param {number} way -1 to the serve of this rally or of the one before, 1 to the next one */
function jump(way) {
  if (!head) return;
  const { t, recording } = head;
  const serves = recording.rallies.map(({ serve }) => Math.max(serve - LEAD_MS, 0));
  const to = way < 0 ? serves.findLast((serve) => serve < t - AGAIN_MS) : serves.find((serve) => serve > t + 1);
  seek(to ?? (way < 0 ? 0 : recording.length));
}

/** The address of this moment: in the field to be copied, and once it has rested for a while in the bar of the browser. */
function remember() {
  if (!head) return;
  const moment = `#t=${(Math.round(head.t / 100) / 10).toFixed(1)}`;
  link.value = `${location.origin}${location.pathname}${moment}`;
  clearTimeout(remembering);
  if (playing || location.hash === moment || (!location.hash && head.t === 0)) return;
  remembering = window.setTimeout(() => history.replaceState(history.state, "", `${location.pathname}${moment}`), REST_MS);
}

/** What the page says of the moment. */
function tell() {
  if (!head) return;
  const [a, b] = head.score;
  const state = playing ? "playing" : head.ended ? "ended" : "paused";
  root.dataset.t = String(Math.round(head.t));
  const now = `${state} ${a} ${b} ${Math.floor(head.t / SECOND_MS)}`;
  scrub.value = String(head.t);
  if (now === drawn) return;
  drawn = now;
  root.dataset.state = state;
  root.dataset.a = String(a);
  root.dataset.b = String(b);
  [a, b].forEach((value, side) => {
    write(scores[side], String(value));
    drawNumeral(numerals[side], value);
  });
  const time = clockText(head.t);
  write(find("[data-clock]"), time);
  scrub.setAttribute("aria-valuetext", texts.say("moment", { time, length: clockText(head.recording.length), a, b }));
  write(find("[data-toggle-text]"), texts.say({ playing: "pause", ended: "again", paused: "play" }[state]));
  /** @type {HTMLElement} */ (find("[data-start]")).hidden = state !== "paused" || head.t > 0;
}

/** @param {number} way */
function change(way) {
  const place = Math.min(Math.max(speeds.selectedIndex + way, 0), speeds.options.length - 1);
  if (place === speeds.selectedIndex) return;
  speeds.selectedIndex = place;
  announcer.say(texts.say("said-speed", { speed: speeds.options[place].text }));
}

/** How much faster than time itself it goes now. */
function rate() {
  const speed = Number(speeds.value);
  if (!head || !skip.checked) return speed;
  const { t, recording } = head;
  const served = recording.rallies.find(({ point }) => point > t); // the rally that comes or is played
  const before = recording.rallies.findLast(({ point }) => point <= t);
  const pauses = served && before && t > before.point + PAUSE_AFTER_MS && t < served.serve - PAUSE_BEFORE_MS;
  return pauses ? speed * HURRY : speed;
}

/** The court stands on a phone held upright, the right side at the bottom, as the stands see a match. */
function turn() {
  const bottom = upright.matches ? 1 : null;
  if (view.bottom !== bottom) view.turn(bottom);
  root.dataset.bottom = bottom === null ? "" : "1";
}

/** @param {number} now */
function draw(now) {
  if (head && playing) {
    happened.push(...head.advance(Math.min(Math.max(now - last, 0), LONGEST_STEP_MS) * rate()));
    last = now;
    for (const { kind, side, a = 0, b = 0 } of happened) {
      if (kind === "point") announcer.say(texts.say("said-point", { name: names[side], a, b }));
    }
    if (head.ended) play(false);
    else tell();
  }
  const frame = head?.frame(happened) ?? null;
  view.draw(frame);
  write(find("[data-countdown]"), frame?.countdown ? String(frame.countdown) : "");
  if (playing) for (const cue of frame?.cues ?? []) sound.play(cue);
  happened = [];
  requestAnimationFrame(draw);
}

function showSound() {
  find("[data-sound]").setAttribute("aria-pressed", String(!sound.muted));
}

function toggleSound() {
  sound.toggle();
  showSound();
  if (!sound.muted) sound.play("paddle");
}

/** @type {Record<string, () => void>} */
const acts = { toggle: () => play(!playing), back: () => jump(-1), on: () => jump(1) };

/** @type {Record<string, () => void>} */
const keys = {
  " ": () => play(!playing),
  k: () => play(!playing),
  ArrowLeft: () => step(-SECOND_MS),
  ArrowRight: () => step(SECOND_MS),
  j: () => jump(-1),
  l: () => jump(1),
  ",": () => step(-FRAME_MS),
  ".": () => step(FRAME_MS),
  "<": () => change(-1),
  ">": () => change(1),
  Home: () => seek(0),
  End: () => seek(Infinity),
  m: toggleSound,
  "?": () => dialogs.open("help"),
};

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || dialogs.isOpen) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest("select, textarea, [contenteditable]") || (target.closest("input") && target !== scrub && target !== skip)) return;
  if (event.key === " " && target.closest("a, button, summary, input[type=checkbox]")) return; // it belongs to what has the focus
  const act = keys[event.key] ?? keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

root.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
  if (button) acts[button.dataset.act ?? ""]?.();
  if (target.closest("[data-sound]")) toggleSound();
  if (target === view.canvas) play(!playing);
  // a link to a moment of this very replay: the court is what one wants to see
  const moment = /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-moment]"));
  if (moment && moment.pathname === location.pathname) {
    view.canvas.scrollIntoView({ block: "nearest" });
    if (moment.hash === location.hash) seek(asked()); // no news to the browser
  }
});
root.addEventListener("click", () => remember(), true); // before the link is copied
scrub.addEventListener("input", () => seek(Number(scrub.value)));
addEventListener("hashchange", () => seek(asked()));
addEventListener("visibilitychange", () => document.hidden && playing && play(false));
upright.addEventListener("change", turn);

showSound();
turn();
requestAnimationFrame(draw);
void load();
