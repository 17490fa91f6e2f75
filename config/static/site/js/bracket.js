/**
 * The bracket of a tournament's page: one round at a time on a phone, the way of one entrant marked, and the keyboard.
 *
 * What is shown comes from the server's fragments; after each of them everything here is applied anew.
 */
import { me } from "./page.js";

const PATH = /^#entrant-(\d+)$/;
const narrow = matchMedia("(max-width: 47.99rem)"); // as in bracket.css

/** @param {HTMLElement} page what holds the bracket, before and after it is replaced */
export function followBracket(page) {
  /** The chosen section and, for each section, the chosen round. */
  let chosenSection = "";
  /** @type {Map<string, string>} */
  const chosenRounds = new Map();
  let current = ""; // the pairing that the keyboard is at, by its element's id
  let hovered = "";
  /** @type {HTMLElement[]} */
  let marked = [];

  /** @template {Element} E @param {string} selector @param {ParentNode} [root] @returns {E[]} */
  const all = (selector, root = page) => /** @type {E[]} */ ([...root.querySelectorAll(selector)]);

  /* ---- Sections and rounds ---- */

  /** @param {HTMLElement} section @returns {HTMLElement[]} */
  const roundsOf = (section) => all(".round", section);

  /**
   * Where it happens: what is under way; then the last that was decided; a second final that was not needed is neither.
   * @param {HTMLElement[]} parts sections, or rounds of one
   */
  const ofNow = (parts) =>
    parts.find((part) => part.querySelector('[data-state="called"], [data-state="live"], [data-state="playable"]')) ??
    parts.findLast((part) => part.querySelector('[data-state="decided"]')) ??
    parts[0];

  function showChosen() {
    /** @type {HTMLElement[]} */
    const sections = all(".bracket-section");
    if (!sections.length) return;
    const section = sections.find((each) => each.dataset.section === chosenSection) ?? ofNow(sections);
    for (const each of sections) {
      each.classList.toggle("is-current", each === section);
      const rounds = roundsOf(each);
      const chosen = chosenRounds.get(each.dataset.section ?? "");
      const round = rounds.find((one) => one.dataset.round === chosen) ?? ofNow(rounds);
      for (const one of rounds) one.classList.toggle("is-current", one === round);
      press(all(".round-switch .round-button", each), (button) => button.dataset.round === round?.dataset.round);
      if (narrow.matches && each === section && round) bringIn(round);
    }
    press(all(".section-switch .round-button"), (button) => button.dataset.section === section.dataset.section);
  }

  /** @param {HTMLElement[]} buttons @param {(button: HTMLElement) => boolean} isPressed */
  function press(buttons, isPressed) {
    for (const button of buttons) {
      const pressed = isPressed(button);
      button.setAttribute("aria-pressed", String(pressed));
      // In sight, without moving the page itself.
      const strip = button.parentElement;
      if (pressed && strip) strip.scrollLeft = button.offsetLeft - strip.offsetLeft - (strip.clientWidth - button.offsetWidth) / 2;
    }
  }

  /** The scroller goes to a round, the page stays. @param {HTMLElement} round */
  function bringIn(round) {
    const scroller = /** @type {HTMLElement | null} */ (round.closest(".rounds-scroller"));
    if (!scroller) return;
    const inset = parseFloat(getComputedStyle(scroller).paddingLeft);
    const left = scroller.scrollLeft + round.getBoundingClientRect().left - scroller.getBoundingClientRect().left - inset;
    if (Math.abs(scroller.scrollLeft - left) > 1) scroller.scrollLeft = left;
  }

  // A swipe over the rounds chooses the one it ends at.
  page.addEventListener(
    "scrollend",
    (event) => {
      const scroller = /** @type {HTMLElement} */ (event.target);
      if (!narrow.matches || !scroller.classList?.contains("rounds-scroller")) return;
      const section = /** @type {HTMLElement | null} */ (scroller.closest(".bracket-section"));
      if (!section?.dataset.section) return;
      const middle = scroller.getBoundingClientRect().left + scroller.clientWidth / 2;
      const round = roundsOf(section).find((each) => each.getBoundingClientRect().right > middle);
      if (!round?.dataset.round || round.classList.contains("is-current")) return;
      chosenRounds.set(section.dataset.section, round.dataset.round);
      showChosen();
    },
    true,
  );

  /* ---- The way of one entrant ---- */

  const pinned = () => PATH.exec(location.hash)?.[1] ?? "";

  /** @param {string} entrant */
  const placesOf = (entrant) =>
    /** @type {HTMLElement[]} */ (all(`.pairing a[href="#entrant-${entrant}"]`).map((link) => link.closest(".pairing")));

  function markPath() {
    for (const element of marked) element.classList.remove("is-path");
    const entrant = hovered || pinned();
    marked = entrant ? [...placesOf(entrant), ...all(`.slot:has(a[href="#entrant-${entrant}"]), tr:has(a[href="#entrant-${entrant}"])`)] : [];
    for (const element of marked) element.classList.add("is-path");
    document.getElementById("tournament-bracket")?.classList.toggle("has-path", marked.length > 0);
  }

  function markOwn() {
    for (const pairing of all(".pairing.is-own")) pairing.classList.remove("is-own");
    if (me()) for (const slot of all(`.pairing .slot[data-user="${CSS.escape(me())}"]`)) slot.closest(".pairing")?.classList.add("is-own");
  }

  /** Whoever is pinned is brought in sight: where they are now, which is the last of their places. */
  function showPinned() {
    const places = pinned() ? placesOf(pinned()) : [];
    const last = places.findLast((place) => place.dataset.state !== "void") ?? places[places.length - 1];
    if (!last) return;
    choose(last);
    last.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {Element | null} element @returns {string} the entrant whose name this is */
  const named = (element) => PATH.exec(element?.closest("a[href^='#entrant-']")?.getAttribute("href") ?? "")?.[1] ?? "";

  /** @param {string} entrant */
  function hover(entrant) {
    if (entrant === hovered) return;
    hovered = entrant;
    markPath();
  }

  page.addEventListener("pointerover", (event) => event.pointerType !== "touch" && hover(named(/** @type {Element} */ (event.target))));
  page.addEventListener("pointerleave", () => hover(""));
  page.addEventListener("focusin", (event) => hover(named(/** @type {Element} */ (event.target))));
  page.addEventListener("focusout", () => hover(""));

  function release() {
    history.replaceState(null, "", location.pathname + location.search);
    hovered = "";
    markPath();
  }

  addEventListener("hashchange", () => {
    markPath();
    showPinned();
  });

  /* ---- Fingers and mice ---- */

  page.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest(".round-button"));
    if (button) {
      const section = /** @type {HTMLElement | null} */ (button.closest(".bracket-section"));
      if (button.dataset.section) chosenSection = button.dataset.section;
      else chosenRounds.set(section?.dataset.section ?? "", button.dataset.round ?? "");
      showChosen();
      return;
    }
    const entrant = named(target);
    if (!entrant) return;
    event.preventDefault(); // in a frame, links go to a new tab
    if (entrant === pinned()) release();
    else location.hash = `entrant-${entrant}`;
  });

  /* ---- The keyboard: one pairing of the bracket is in the order of the Tab key, arrows go to the others ---- */

  /** @param {HTMLElement} pairing @param {boolean} reachable */
  function reach(pairing, reachable) {
    for (const element of all("summary, a", pairing)) {
      if (reachable) element.removeAttribute("tabindex");
      else element.setAttribute("tabindex", "-1");
    }
  }

  /** @returns {HTMLElement[]} */
  const pairings = () => all("#tournament-bracket .pairing[id]");

  /** The order of the Tab key is right again. @param {HTMLElement[]} [changed] the pairings that were replaced */
  function rove(changed = pairings()) {
    if (!document.getElementById(current)) {
      const first = document.querySelector('#tournament-bracket .pairing:is([data-state="live"], [data-state="called"], [data-state="playable"])');
      current = (first ?? document.querySelector("#tournament-bracket .pairing[id]"))?.id ?? "";
    }
    for (const pairing of changed) reach(pairing, pairing.id === current);
    const here = document.getElementById(current);
    if (here && !changed.includes(here)) reach(here, true);
  }

  /** @param {HTMLElement} pairing */
  function choose(pairing) {
    const before = document.getElementById(current);
    if (before && before !== pairing) reach(before, false);
    current = pairing.id;
    reach(pairing, true);
    const section = /** @type {HTMLElement | null} */ (pairing.closest(".bracket-section"));
    const round = /** @type {HTMLElement | null} */ (pairing.closest(".round"));
    if (!section?.dataset.section || !round?.dataset.round || !narrow.matches) return;
    chosenSection = section.dataset.section;
    chosenRounds.set(chosenSection, round.dataset.round);
    showChosen();
  }

  /**
   * Where an arrow key leads: up and down in the round, left and right to what stands beside it in the round before or
   * after; from the first and the last round to the section before or after.
   * @param {HTMLElement} pairing
   * @param {string} key
   * @returns {HTMLElement | null}
   */
  function neighbour(pairing, key) {
    const round = /** @type {HTMLElement} */ (pairing.closest(".round"));
    /** @type {HTMLElement[]} */
    const rows = all(".pairing", round);
    const row = rows.indexOf(pairing);
    /** @param {HTMLElement[]} list @returns {HTMLElement | null} */
    const first = (list) => list.find((each) => each.id) ?? null;
    if (key === "ArrowDown") return first(rows.slice(row + 1)) ?? first(all(".pairing", nextSection(round, 1) ?? document.createElement("i")));
    if (key === "ArrowUp") {
      const above = first(rows.slice(0, row).reverse());
      const before = nextSection(round, -1);
      return above ?? (before ? first(all(".pairing", before).reverse()) : null);
    }
    if (key === "Home" || key === "End") return first(key === "Home" ? rows : rows.reverse());
    const rounds = roundsOf(/** @type {HTMLElement} */ (round.closest(".bracket-section")));
    const beside = rounds[rounds.indexOf(round) + (key === "ArrowRight" ? 1 : -1)];
    if (!beside) return null;
    /** @type {HTMLElement[]} */
    const others = all(".pairing", beside);
    const wanted = Math.floor((row * others.length) / rows.length);
    return first([...others.slice(wanted), ...others.slice(0, wanted).reverse()]);
  }

  /** @param {HTMLElement} round @param {1 | -1} step */
  function nextSection(round, step) {
    /** @type {HTMLElement[]} */
    const sections = all(".bracket-section");
    return sections[sections.indexOf(/** @type {HTMLElement} */ (round.closest(".bracket-section"))) + step] ?? null;
  }

  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const pairing = /** @type {HTMLElement | null} */ (target.closest(".pairing"));
    if (event.key === "Escape") {
      const open = /** @type {HTMLDetailsElement | null} */ (page.querySelector(".why[open]"));
      if (open) open.open = false;
      else if (hovered || pinned()) release();
      return;
    }
    if (!/^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(event.key)) return;
    const scroller = target.classList.contains("rounds-scroller") ? target : null;
    if (!pairing && !scroller) return;
    const to = pairing ? neighbour(pairing, mirrored(event.key)) : firstOf(/** @type {HTMLElement} */ (scroller));
    if (!to) return;
    event.preventDefault();
    choose(to);
    const summary = /** @type {HTMLElement | null} */ (to.querySelector("summary"));
    summary?.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  /** @param {HTMLElement} scroller @returns {HTMLElement | null} */
  function firstOf(scroller) {
    const here = document.getElementById(current);
    return here && scroller.contains(here) ? here : scroller.querySelector(".pairing[id]");
  }

  /** @param {string} key as it is where one writes from right to left */
  function mirrored(key) {
    if (getComputedStyle(page).direction !== "rtl") return key;
    return key === "ArrowLeft" ? "ArrowRight" : key === "ArrowRight" ? "ArrowLeft" : key;
  }

  page.addEventListener("focusin", (event) => {
    const pairing = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("#tournament-bracket .pairing"));
    if (pairing && pairing.id !== current) choose(pairing);
  });

  /* ---- After every fragment ---- */

  /** @param {string[]} [ids] the elements that were replaced */
  function refresh(ids) {
    const bracket = !ids || ids.includes("tournament-bracket");
    const changed = bracket
      ? pairings()
      : /** @type {HTMLElement[]} */ (ids.filter((id) => id.startsWith("pairing-")).map((id) => document.getElementById(id)).filter(Boolean));
    rove(changed);
    markOwn();
    markPath();
    showChosen();
  }

  document.addEventListener("rallypoint:fragments", (event) => refresh(/** @type {CustomEvent<string[]>} */ (event).detail));
  narrow.addEventListener("change", showChosen);
  refresh();
  showPinned();
}

/**
 * A point was made: the score stands beside the names until the next fragment says it too.
 * @param {ParentNode} page
 * @param {{ pairing: string, score: [number, number] }} message in the order of the slots
 */
export function showScore(page, { pairing, score }) {
  const places = [document.getElementById(`pairing-${pairing.replaceAll(".", "-")}`), page.querySelector(`[data-pairing="${CSS.escape(pairing)}"]`)];
  for (const place of places) {
    if (!place) continue;
    const series = place.querySelector(".series-live");
    if (series) series.textContent = `${score[0]}–${score[1]}`;
    else place.querySelectorAll(".plate").forEach((plate, slot) => (plate.textContent = String(score[slot])));
  }
}
