/**
 * A tournament on a projector: the court of the match in the spotlight; between two matches how it stands, the table and
 * the bracket in turn. Nobody has to touch it.
 */
import { CourtView } from "../../game/court_view.js";
import { CLASSIC } from "../../game/pong/court.js";
import { MatchSession } from "../../game/session.js";
import { Tournament } from "./follow.js";
import { drawNumeral } from "./numerals.js";
import { fill } from "./page.js";
import { Spotlight } from "./spotlight.js";

const RESULT_MS = 8_000; // the end of a match is looked at for so long
const TURN_MS = 15_000; // and what is shown between two matches

const page = /** @type {HTMLElement} */ (document.querySelector("[data-tv]"));
/** @template {Element} E @param {string} selector @returns {E} */
const find = (selector) => /** @type {E} */ (page.querySelector(selector));

const stage = /** @type {HTMLElement} */ (find("[data-live]"));
const between = /** @type {HTMLElement} */ (find("[data-between]"));
const view = new CourtView(find("canvas"), CLASSIC);

/** @type {MatchSession | null} */
let session = null;
let shown = 0; // the number of the match on the stage
let isHeld = false; // a result is looked at

/** @param {string} selector @param {string} text */
function write(selector, text) {
  const element = find(selector);
  if (element.textContent !== text) element.textContent = text;
}

const spotlight = new Spotlight(page.dataset.spotlight ?? "", (match) => {
  if (isHeld) return;
  if ((match?.id ?? 0) === shown) return;
  session?.close();
  session = null;
  shown = match?.id ?? 0;
  page.dataset.match = match ? String(match.id) : "";
  stage.hidden = !match;
  between.hidden = Boolean(match);
  if (!match) {
    turn();
    return;
  }
  write("[data-round-name]", match.round);
  write("[data-result]", "");
  for (const side of [0, 1]) write(`[data-name="${side}"]`, match.names[side]);
  session = new MatchSession(match.path, {
    onChange: () => {
      if (session?.rules) view.rules = session.rules;
    },
    onHappening: () => {},
    onResult: (result) => {
      const name = result.winner === null ? "" : match.names[result.winner];
      write("[data-result]", name ? fill(page.dataset.wins, { name }) : (page.dataset.over ?? ""));
      isHeld = true;
      window.setTimeout(() => {
        isHeld = false;
        spotlight.ask();
      }, RESULT_MS);
    },
    onOffer: () => {},
  });
});

new Tournament(page, {
  onChange: () => {
    spotlight.ask();
    showBoard();
  },
  onScore: () => spotlight.ask(),
});

/* ---- The court ---- */

function draw() {
  requestAnimationFrame(draw);
  if (!session) return;
  const frame = session.frame();
  view.draw(frame);
  const state = session.scene?.state;
  const score = state && session.phase !== "over" ? [state.a, state.b] : session.score;
  for (const side of [0, 1]) {
    const known = session.phase === "connecting" ? null : score[side];
    drawNumeral(find(`[data-numeral="${side}"]`), known);
    write(`[data-score="${side}"]`, known === null ? "" : String(known));
  }
  write("[data-countdown]", frame?.countdown ? String(frame.countdown) : "");
}

/* ---- Between two matches: the tables and the sections of the bracket in turn ---- */

let place = 0;

/** @returns {HTMLElement[]} */
const boards = () => [...between.querySelectorAll(".standings:not([hidden]), .bracket-section")].map((each) => /** @type {HTMLElement} */ (each));

function showBoard() {
  const all = boards();
  all.forEach((each, number) => each.classList.toggle("is-shown", number === place % all.length));
  const current = all[place % (all.length || 1)];
  // A bracket that is larger than the screen: what is played next is in sight.
  current?.querySelector(".pairing:is([data-state='live'], [data-state='called'], [data-state='playable'])")?.scrollIntoView({ block: "center", inline: "center" });
}

function turn() {
  place += 1;
  showBoard();
}

showBoard();
setInterval(() => {
  if (!between.hidden) turn();
}, TURN_MS);
draw();
