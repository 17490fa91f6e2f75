/** Names and score of the match in the spotlight, for a stream. */
import { Tournament } from "./follow.js";
import { Spotlight } from "./spotlight.js";

const page = /** @type {HTMLElement} */ (document.querySelector("[data-overlay]"));

/** @param {string} selector @param {string} text */
function write(selector, text) {
  const element = page.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

const spotlight = new Spotlight(
  page.dataset.spotlight ?? "",
  (match) => {
    page.hidden = !match;
    page.dataset.match = match ? String(match.id) : "";
    if (!match) return;
    write("[data-round-name]", match.round);
    for (const side of [0, 1]) {
      write(`[data-name="${side}"]`, match.names[side]);
      write(`[data-score="${side}"]`, String(match.score[side]));
    }
  },
  page.dataset.only,
);

new Tournament(page, {
  onChange: () => spotlight.ask(),
  onScore: ({ match, score }) => {
    const shown = spotlight.match;
    if (shown?.id === match) for (const side of [0, 1]) write(`[data-score="${side}"]`, String(score[shown.turned ? 1 - side : side]));
    spotlight.ask();
  },
});
