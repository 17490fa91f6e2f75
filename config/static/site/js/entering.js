/**
 * Before the start, for this reader: Join with what it needs, the place on the waitlist, the check-in, the conditions they do not meet, the names
 * at one screen (names.js). The fragments say what is so for everybody (`[data-entry]`, the lists); who the reader is, only the page knows.
 */
import { startNames } from "./names.js";
import { clockText, fill, me } from "./page.js";

const HOUR_MS = 3_600_000;

/**
 * @param {HTMLElement} page
 * @param {{ ask: (message: object) => void, isOpen: () => boolean }} room the tournament's socket
 * @returns {{ show: () => void, refused: (code: string) => void }} to be called when the page has changed, and when the server says no
 */
export function startEntering(page, { ask, isOpen }) {
  const acts = /** @type {HTMLElement} */ (page.querySelector("[data-entering]"));
  const texts = acts.dataset;
  const organises = "organises" in acts.dataset;
  const form = /** @type {HTMLFormElement | null} */ (page.querySelector('form[data-act="join"]'));
  const names = startNames(page, "tournament-entrants", ask);
  /** @param {string} selector @param {boolean} visible @returns {HTMLElement | null} */
  const visible = (selector, visible) => {
    const element = /** @type {HTMLElement | null} */ (page.querySelector(selector));
    if (element) element.hidden = !visible;
    return element;
  };

  function show() {
    const entry = /** @type {HTMLElement | null} */ (page.querySelector("[data-entry]"));
    const phase = /** @type {HTMLElement | null} */ (entry?.closest("[data-phase]"))?.dataset.phase;
    if (!entry) return;
    /** @param {string} what */
    const is = (what) => what in entry.dataset;
    const mine = me() === "" ? null : page.querySelector(`#tournament-entrants .entrant[data-user="${CSS.escape(me())}"]`);
    const waiting = mine?.matches("[data-waiting]") ? [...page.querySelectorAll("#tournament-entrants [data-waiting]")].indexOf(mine) + 1 : 0;
    const joinable = !mine && !is("hotSeat") && (is("open") || (is("late") && !is("full")));
    const invited = !is("byInvitation") || organises || Boolean(form?.elements.namedItem("invitation") && value("invitation"));

    const fit = markConditions(entry, joinable && !organises);
    visible('form[data-act="join"]', joinable && invited && fit);
    visible("[data-uninvited]", joinable && !invited);
    const button = page.querySelector("[data-join-button]");
    if (button) button.textContent = (is("full") ? texts.joinWaitlist : texts.join) ?? "";
    visible('[data-needs="locked"]', is("locked") && !organises);
    visible('[data-needs="aliases"]', is("aliases"));

    const place = visible("[data-you-wait]", waiting > 0);
    const words = waiting === 1 ? (texts.next ?? "") : fill(texts.number, { n: waiting });
    if (place && waiting && place.textContent !== words) place.textContent = words;

    const there = Boolean(mine?.hasAttribute("data-checked"));
    visible('[data-act="check_in"]', Boolean(mine) && phase === "check_in" && !there);
    visible("[data-you-there]", Boolean(mine) && phase === "check_in" && there);
    const leave = visible('[data-act="leave"]', Boolean(mine) && is("before"));
    if (leave) leave.textContent = (waiting ? texts.leaveWaitlist : texts.withdraw) ?? "";

    visible('[data-act="publish"]', phase === "draft");
    for (const element of page.querySelectorAll("[data-before-only]")) /** @type {HTMLElement} */ (element).hidden = !is("before");
    tick();
  }

  /** @param {string} name */
  function value(name) {
    return form ? String(new FormData(form).get(name) ?? "").trim() : "";
  }

  /* ---- Conditions ---- */

  /** @type {Record<string, (value: number) => boolean>} */
  const meets = {
    claimed: () => texts.claimed === "1",
    least_rating: (value) => Number(texts.rating) >= value,
    most_rating: (value) => Number(texts.rating) <= value,
    matches: (value) => Number(texts.matches) >= value,
  };

  /**
   * @param {HTMLElement} entry
   * @param {boolean} wantsIn
   * @returns {boolean} whether the reader meets them all, as far as the page knows
   */
  function markConditions(entry, wantsIn) {
    let fit = true;
    let signUp = false;
    for (const element of entry.querySelectorAll("[data-condition]")) {
      const condition = /** @type {HTMLElement} */ (element);
      const name = condition.dataset.condition ?? "";
      // Of a condition that came after the page nothing is known of the reader: it is listed, and not marked.
      const known = wantsIn && "rating" in texts;
      const met = known && Boolean(meets[name]?.(Number(condition.dataset.value)));
      condition.classList.toggle("condition-met", met);
      condition.classList.toggle("condition-missed", known && !met);
      const word = condition.querySelector("[data-condition-word]");
      if (word) word.textContent = known ? ` ${(met ? texts.met : texts.missed) ?? ""}` : "";
      fit &&= met || !known;
      signUp ||= known && !met && name === "claimed";
    }
    visible("[data-sign-up]", signUp);
    visible("[data-unfit]", !fit && !signUp);
    return fit;
  }

  /* ---- Joining: over the socket for who has a name; a stranger's form makes a guest and enters in one step ---- */

  form?.addEventListener("submit", (event) => {
    if (!me() || !isOpen()) return;
    event.preventDefault();
    ask({ type: "join", password: value("password"), invitation: value("invitation"), alias: value("alias") });
  });

  page.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-entering] button[data-act]"));
    const act = button?.dataset.act;
    if (act === "leave" || act === "check_in" || act === "publish") ask({ type: act });
  });

  /* ---- The last hour, second by second ---- */

  let offset = 0; // server's wall clock minus ours
  let timer = 0;
  document.addEventListener("rallypoint:you", (event) => {
    offset = /** @type {CustomEvent} */ (event).detail.now_ms - Date.now();
  });

  function tick() {
    clearTimeout(timer);
    let running = false;
    for (const element of page.querySelectorAll("[data-countdown]")) {
      const clock = /** @type {HTMLElement} */ (element);
      const left = dueMs(clock) - Date.now() - offset;
      clock.textContent = left > 0 && left < HOUR_MS ? clockText(left) : "";
      running ||= left > 0 && !(/** @type {HTMLElement} */ (clock.parentElement).hidden);
    }
    if (running) timer = window.setTimeout(tick, 1_000);
  }

  /** @param {HTMLElement} clock @returns {number} the time in its line, or that of the start */
  function dueMs(clock) {
    const time = /** @type {HTMLTimeElement | null} */ (clock.closest("p")?.querySelector("time") ?? page.querySelector(".entry-start time"));
    return time ? new Date(time.dateTime).getTime() : Number.NaN;
  }

  /* ---- Refused: to the field that was wrong ---- */

  /** @param {string} code */
  function refused(code) {
    names.refused();
    if (code !== "password" && code !== "alias") return;
    const field = /** @type {HTMLInputElement | null} */ (form?.elements.namedItem(code) ?? null);
    if (field?.checkVisibility()) field.focus();
  }

  return { show, refused };
}
