/** What comes next for the reader, read off the parts of a tournament's page, which are the same for everybody. */
import { fill, me } from "./page.js";

const STATES = ["live", "called", "playable", "waiting"]; // the nearest first
const strip = /** @type {HTMLElement | null} */ (document.querySelector("[data-you]"));
if (strip) start(strip);

/** @param {HTMLElement} strip */
function start(strip) {
  const words = /** @type {HTMLElement} */ (strip.querySelector("[data-you-text]"));
  const way = /** @type {HTMLAnchorElement} */ (strip.querySelector("[data-you-match]"));
  const pause = /** @type {HTMLElement} */ (strip.querySelector("[data-break]"));
  const drop = /** @type {HTMLElement} */ (strip.querySelector("[data-drop]"));

  function show() {
    const mine = /** @type {HTMLElement | null} */ (
      me() ? document.querySelector(`#tournament-entrants [data-entrant][data-user="${CSS.escape(me())}"]`) : null
    );
    strip.hidden = !mine || document.getElementById("tournament-status")?.dataset.phase !== "running";
    if (strip.hidden || !mine) return;
    const gone = Boolean(mine.querySelector("[data-gone]"));
    const slot = gone ? null : next();
    const pairing = /** @type {HTMLElement | null} */ (slot?.closest(".pairing") ?? null);
    const opponent = [...(pairing?.querySelectorAll(".slot") ?? [])].find((other) => other !== slot);
    const name = opponent?.querySelector(".player-name, .slot-pending")?.textContent ?? "";
    const rank = mine.dataset.rank ?? rankNow(mine);
    const what = gone ? "gone" : (pairing?.dataset.state ?? outlook(mine, rank));
    const text = fill(strip.getAttribute(`data-${what}`) ?? "", { opponent: name, rank });
    if (words.textContent !== text) words.textContent = text; // a screen reader hears only what is new
    const link = pairing?.querySelector('a[href*="/game/"]');
    way.hidden = !link || !["live", "called"].includes(pairing?.dataset.state ?? "");
    if (link) way.href = link.getAttribute("href") ?? "/";
    drop.hidden = gone;
    showBreak(mine);
  }

  /** @returns {Element | undefined} the reader's slot in their next match */
  function next() {
    for (const state of STATES) {
      const slot = document.querySelector(`#tournament-bracket .pairing[data-state="${state}"] .slot[data-user="${CSS.escape(me())}"]`);
      if (slot) return slot;
    }
  }

  /** @param {HTMLElement} mine @param {string} rank @returns {string} what is to come for the reader, who is in no match */
  function outlook(mine, rank) {
    if ("absent" in mine.dataset) return "absent";
    if ("resting" in mine.dataset) return "resting";
    const toCome = (mine.dataset.toCome ?? "match").replaceAll("_", "-");
    const paused = document.querySelector("#tournament-status[data-paused]");
    if (toCome === "opponent" && paused) return "opponent-paused";
    if (toCome === "nothing" && rank) return "rank" in mine.dataset ? "nothing-ranked" : "nothing-now";
    return toCome;
  }

  /** @param {HTMLElement} mine @returns {string} the rank in the table, if there is one */
  function rankNow(mine) {
    return document.querySelector(`#standing-${mine.dataset.entrant} td`)?.textContent ?? "";
  }

  /** One button, so that whoever pressed it stays on it. @param {HTMLElement} mine */
  function showBreak(mine) {
    pause.hidden = mine.dataset.toCome !== "opponent";
    const act = "resting" in mine.dataset ? "return" : "rest";
    pause.dataset.act = act;
    pause.textContent = pause.dataset[act] ?? "";
    pause.classList.toggle("button-primary", act === "return");
  }

  document.addEventListener("rallypoint:fragments", show);
  show();
}
