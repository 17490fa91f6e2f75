/** The names of people without accounts, one a line: sent together, and forgotten once they are in. */
import { announce } from "./page.js";

/**
 * @param {HTMLElement} page
 * @param {string} list the id of the list of entrants
 * @param {(message: object) => unknown} send
 * @returns {{ refused: () => void }} to be called when the server says no: what was written stays
 */
export function startNames(page, list, send) {
  const form = /** @type {HTMLFormElement | null} */ (page.querySelector("[data-names]"));
  let wanted = 0; // so many are in when the names are
  const count = () => page.querySelectorAll(`#${list} [data-entrant]`).length;

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const names = String(new FormData(form).get("names") ?? "").split("\n").map((name) => name.trim()).filter(Boolean);
    if (!names.length) return;
    wanted = count() + names.length;
    send({ type: "names", names });
  });

  document.addEventListener("rallypoint:fragments", () => {
    if (!form || !wanted || count() < wanted) return;
    wanted = 0;
    form.reset();
    announce(form.dataset.done ?? "");
  });

  return { refused: () => void (wanted = 0) };
}
