/** A tournament's page: the server's fragments replaced as its events come, and the buttons that this reader may press. */
import { followBracket } from "./bracket.js";
import { startEntering } from "./entering.js";
import { Tournament } from "./follow.js";
import { errorText, me, sure } from "./page.js";

const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-tournament]"));
if (page) start(page);

/** @param {HTMLElement} page */
function start(page) {
  /** @param {string} name @returns {HTMLElement | null} */
  const act = (name) => page.querySelector(`[data-act="${name}"]`);
  const errorPlace = /** @type {HTMLElement} */ (page.querySelector("[data-error-place]"));

  const tournament = new Tournament(page, { onError: refused });

  /* ---- Who sees which button ---- */

  function show() {
    const status = /** @type {HTMLElement | null} */ (document.getElementById("tournament-status"));
    const open = status?.dataset.phase === "open" || status?.dataset.phase === "check_in";
    const count = page.querySelectorAll("#tournament-entrants [data-entrant]").length;
    const full = count >= Number(page.dataset.size);
    const organiser = me() !== "" && page.dataset.organiser === me();
    /** @param {string} name @param {boolean} visible */
    const visible = (name, visible) => {
      const element = act(name);
      if (element) element.hidden = !visible;
    };
    entering.show();
    visible("organise", organiser && (open || status?.dataset.phase === "running"));
    visible("start", open);
    const fill = /** @type {HTMLElement | null} */ (page.querySelector(".fill"));
    if (fill) fill.hidden = !open || full;
    const share = /** @type {HTMLElement | null} */ (page.querySelector("[data-share]"));
    if (share) share.hidden = status?.dataset.phase === "finished" || status?.dataset.phase === "cancelled";
    for (const item of page.querySelectorAll(".now-item")) item.classList.toggle("is-mine", Boolean(item.querySelector(".is-you")));
  }

  /** @param {string} code */
  function refused(code) {
    showError(errorText(page, code));
    entering.refused(code);
  }

  /** @param {string} text */
  function showError(text) {
    errorPlace.textContent = text;
  }

  /** @param {object} message */
  function ask(message) {
    showError(tournament.send(message) ? "" : errorText(page, "offline"));
  }

  page.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("button[data-act]"));
    if (!button) return;
    switch (button.dataset.act) {
      case "start":
      case "rest":
      case "return":
        ask({ type: button.dataset.act });
        break;
      case "fill":
        ask({ type: "fill", strength: /** @type {HTMLSelectElement} */ (page.querySelector("[data-fill-strength]")).value });
        break;
      case "cancel":
      case "drop_out":
        if (sure(button)) ask({ type: button.dataset.act });
        break;
    }
  });

  const entering = startEntering(page, { ask, isOpen: () => tournament.isOpen });
  document.addEventListener("rallypoint:fragments", () => {
    showError("");
    show();
  });
  show();
  followBracket(page);
}
