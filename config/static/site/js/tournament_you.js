/** What comes next for the reader, read off the parts of a tournament's page, which are the same for everybody. */
import { fill, me } from "./page.js";

const STATES = ["live", "called", "playable", "waiting"]; // the nearest first
const strip = /** @type {HTMLElement | null} */ (document.querySelector("[data-you]"));
if (strip) start(strip);

/** @param {HTMLElement} strip */
function start(strip) {
  const words = /** @type {HTMLElement} */ (strip.querySelector("[data-you-text]"));
  const way = /** @type {HTMLAnchorElement} */ (strip.querySelector("[data-you-match]"));
  const button = /** @type {HTMLElement} */ (strip.querySelector("[data-act]"));

  function show() {
    const mine = me() && document.querySelector(`#tournament-entrants [data-entrant][data-user="${CSS.escape(me())}"]`);
    strip.hidden = !mine || document.getElementById("tournament-status")?.dataset.phase !== "running";
    if (strip.hidden || !mine) return;
    const gone = Boolean(mine.querySelector("[data-gone]"));
    const slot = gone ? null : next();
    const pairing = /** @type {HTMLElement | null} */ (slot?.closest(".pairing") ?? null);
    const opponent = [...(pairing?.querySelectorAll(".slot") ?? [])].find((other) => other !== slot);
    const name = opponent?.querySelector(".player-name, .slot-pending")?.textContent ?? "";
    const text = fill(strip.getAttribute(`data-${gone ? "gone" : (pairing?.dataset.state ?? "none")}`) ?? "", { opponent: name });
    if (words.textContent !== text) words.textContent = text; // a screen reader hears only what is new
    const link = pairing?.querySelector('a[href*="/game/"]');
    way.hidden = !link || !["live", "called"].includes(pairing?.dataset.state ?? "");
    if (link) way.href = link.getAttribute("href") ?? "/";
    button.hidden = gone;
  }

  /** @returns {Element | undefined} the reader's slot in their next match */
  function next() {
    for (const state of STATES) {
      const slot = document.querySelector(`#tournament-bracket .pairing[data-state="${state}"] .slot[data-user="${CSS.escape(me())}"]`);
      if (slot) return slot;
    }
  }

  document.addEventListener("rallypoint:fragments", show);
  show();
}
