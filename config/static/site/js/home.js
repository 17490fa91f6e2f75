/** The home page: its two lists stay fresh, and the number of people waiting. */
import { drawNumeral } from "./numerals.js";
import { fill, replaceFragments } from "./page.js";

const EVERY_MS = 5_000;

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-fragments]"));
let busy = false;
let last = Date.now();

async function refresh() {
  if (!place || busy || document.visibilityState !== "visible" || Date.now() - last < EVERY_MS - 500) return;
  busy = true;
  try {
    const answer = await fetch(place.dataset.fragments ?? "", { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok) replaceFragments(await answer.json());
  } catch {
    /* the next time */
  } finally {
    busy = false;
    last = Date.now();
  }
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", refresh);

/* ---- The points chosen for Play hold for the other ways too ---- */

const play = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-queue-form]"));
const waitingText = /** @type {HTMLElement | null} */ (document.querySelector("[data-waiting]"));
/** @type {Map<number, number>} */
const waiting = new Map();

function points() {
  return play ? Number(new FormData(play).get("points") ?? 11) : 11;
}

function follow() {
  for (const input of document.querySelectorAll("[data-follow-points]")) /** @type {HTMLInputElement} */ (input).value = String(points());
}

function showWaiting() {
  const count = waiting.get(points());
  if (!waitingText || count === undefined) return;
  showDigits("waiting", count);
  waitingText.textContent = count ? fill(waitingText.dataset.some, { n: count }) : (waitingText.dataset.none ?? "");
}

play?.addEventListener("change", () => {
  follow();
  showWaiting();
});
addEventListener("pageshow", follow);
document.addEventListener("rallypoint:queue", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  waiting.set(detail.points, detail.waiting);
  showWaiting();
});

/* ---- Pressed Play: the button says that it works ---- */

document.addEventListener("rallypoint:you", (event) => {
  const button = /** @type {HTMLButtonElement | null} */ (play?.querySelector("[data-go]") ?? null);
  if (!button) return;
  const queued = Boolean(/** @type {CustomEvent} */ (event).detail.ticket);
  button.dataset.calm ??= button.textContent ?? "";
  button.disabled = queued;
  button.textContent = (queued ? button.dataset.queued : button.dataset.calm) ?? "";
});

/* ---- Above the court: how many wait, how many play ---- */

/** @param {"waiting" | "live"} name @param {number} value */
function showDigits(name, value) {
  const svg = document.querySelector(`[data-court-score="${name}"] svg`);
  if (svg) drawNumeral(/** @type {SVGElement} */ (svg), value);
}

for (const name of /** @type {const} */ (["waiting", "live"])) {
  showDigits(name, Number(document.querySelector(`[data-court-score="${name}"] svg`)?.getAttribute("data-digits")) || 0);
}
document.addEventListener("rallypoint:fragments", () => showDigits("live", document.querySelectorAll("#live-matches .match-card").length));
