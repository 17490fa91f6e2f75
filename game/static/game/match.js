/** The match page: brings the session, the court, the hands and the words together. */

import { goTo } from "../site/js/page.js";
import { Announcer } from "./announcer.js";
import { Board } from "./board.js";
import { CourtView } from "./court_view.js";
import { Dialogs } from "./dialogs.js";
import { Keys, isTaken } from "./keys.js";
import { Pointers } from "./pointers.js";
import { CLASSIC } from "./pong/court.js";
import { ResultPanel } from "./result_panel.js";
import { MatchSession } from "./session.js";
import { Sound } from "./sound.js";
import { Texts } from "./texts.js";

const root = /** @type {HTMLElement} */ (document.querySelector("[data-match-page]"));
/**
 * @template {Element} E
 * @param {string} selector
 * @returns {E}
 */
const find = (selector) => /** @type {E} */ (root.querySelector(selector));

const texts = new Texts(find("template[data-texts]"));
const announcer = new Announcer(find("[data-announcer]"));
const board = new Board(root, texts);
const panel = new ResultPanel(root, texts, board);
const dialogs = new Dialogs(root);
const sound = new Sound();
const view = new CourtView(find("canvas"), CLASSIC);
const EDGE_PX = 4;
const upright = matchMedia("(max-width: 40rem) and (orientation: portrait)"); // as in match.css

let phase = "connecting";
const session = new MatchSession(root.dataset.path ?? "", { onChange: change, onHappening: tell, onResult: end, onOffer: follow });
const sides = () => (session.phase === "over" ? [] : session.sides); // a key held before the serve counts from the serve
const keys = new Keys({ sides, stands: () => view.bottom !== null, steer: (side, command) => session.steer(side, command) });
new Pointers({ view, sides, busy: (side) => keys.holds(side), steer: (side, command) => session.steer(side, command) });

/** Something but the motion changed. */
function change() {
  if (session.rules) view.rules = session.rules;
  board.change(session);
  panel.change(session);
  find("[data-resign]").hidden = session.phase === "over" || !session.sides.length;
  turn();
  const played = root.classList.contains("is-playing");
  if (root.classList.toggle("is-playing", session.isSteerable) && !played) requestAnimationFrame(showCourt);
  if (phase !== session.phase) {
    phase = session.phase;
    // a place that must be kept is worth a sentence; how long, is not: a countdown is not read out
    if (phase === "called" || phase === "paused") sayWho(phase === "called" ? "said-waiting" : "said-away");
  }
}

/** The whole court, wherever the page was scrolled to; scrollIntoView would keep the page's scroll padding too, and a lying phone has no room for it. */
function showCourt() {
  const { top, bottom } = view.canvas.getBoundingClientRect();
  if (bottom > innerHeight) scrollBy(0, Math.min(top, bottom - innerHeight + EDGE_PX));
  else if (top < 0) scrollBy(0, top - EDGE_PX);
}

/** @param {string} text */
function sayWho(text) {
  const missing = [0, 1].filter((side) => !session.presence.present[side]);
  if (missing.length === 1) announcer.say(texts.say(text, { name: board.nameOf(missing[0]) }));
}

/** The court stands on a phone held upright, the own side at the bottom. */
function turn() {
  const bottom = session.sides.length === 1 ? session.sides[0] : 1;
  const turned = upright.matches ? bottom : null;
  if (turned !== view.bottom) view.turn(turned);
  root.dataset.bottom = upright.matches ? String(bottom) : "";
}

/** @param {import("./wire.js").Happening} happening */
function tell(happening) {
  if (happening.kind !== "point" || session.phase === "over") return;
  const [a, b] = [happening.a ?? 0, happening.b ?? 0];
  announcer.say(texts.say("said-point", { name: board.nameOf(happening.side), a, b }));
}

/** @param {import("./wire.js").Result} result */
function end(result) {
  if (phase === "connecting") return; // it was over before: the page says so itself
  keys.let();
  if (session.sides.length) showCourt();
  const { score } = session;
  const reason = panel.because(result);
  announcer.say(texts.say("said-result", { headline: panel.headline(result), a: score[0], b: score[1], reason }));
}

/** @param {import("./wire.js").Offer} offer */
function follow(offer) {
  if (!session.played) return;
  if (offer.match) {
    announcer.say(texts.say("rematch-on"));
    goTo(panel.urlOf(offer.match));
  } else if (session.sides.length === 1 && offer.offered[1 - session.sides[0]] && !offer.declined) {
    announcer.say(texts.say("rematch-asked", { name: board.nameOf(1 - session.sides[0]) }));
  }
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
const acts = {
  offer: () => session.rematch(true),
  accept: () => session.rematch(true),
  decline: () => session.rematch(false),
  withdraw: () => session.rematch(false),
};

root.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const rematch = /** @type {HTMLElement | null} */ (target.closest("[data-rematch]"));
  if (rematch) acts[rematch.dataset.rematch ?? ""]?.();
  if (target.closest("[data-sound]")) toggleSound();
  if (target.closest("[data-take-over]")) session.takeOver();
  if (target.closest("[data-resign]")) {
    session.resign();
    dialogs.close();
  }
  // a button that was clicked (not reached by keyboard) gives the keys back to the paddle
  if (event.detail > 0 && !dialogs.isOpen) /** @type {HTMLElement | null} */ (target.closest("button"))?.blur();
});

// whoever taps the court wants to play, not to type
view.canvas.addEventListener("pointerdown", () => {
  if (document.activeElement instanceof HTMLElement && isTaken(document.activeElement)) document.activeElement.blur();
});

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || dialogs.isOpen) return;
  const { target } = event;
  if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))) {
    if (event.key === "Escape") target.blur(); // from the chat back to the paddle
    return;
  }
  if (event.key === "m" || event.key === "M") toggleSound();
  else if (event.key === "?") dialogs.open("help");
  else if (event.key === "Escape") {
    event.preventDefault(); // or it would close what it opens
    dialogs.open("leave");
  }
});

upright.addEventListener("change", turn);
addEventListener("pagehide", (event) => event.persisted || session.close());

/** Only draws: everything else would happen without it. */
function draw() {
  const frame = session.frame();
  view.draw(frame);
  board.tick(session, frame);
  for (const cue of frame?.cues ?? []) sound.play(cue);
  requestAnimationFrame(draw);
}

showSound();
change();
requestAnimationFrame(draw);
