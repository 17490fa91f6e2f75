/** The home page: its two lists stay fresh, and the number of people waiting. */
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
  const button = /** @type {HTMLButtonElement | null} */ (play?.querySelector(".court-go") ?? null);
  if (button) button.disabled = Boolean(/** @type {CustomEvent} */ (event).detail.ticket);
});
