/** A tournament's page: the server's fragments replaced as its events come, and the buttons that this reader may press. */
import { followBracket, showScore } from "./bracket.js";
import { Live, Versioned } from "./live.js";
import { startEntering } from "./entering.js";
import { announce, errorText, me, replaceFragments } from "./page.js";

const LARGE_MS = 2_000;
const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-tournament]"));
if (page) start(page);

/** @param {HTMLElement} page */
function start(page) {
  /** @param {string} name @returns {HTMLElement | null} */
  const act = (name) => page.querySelector(`[data-act="${name}"]`);
  const errorPlace = /** @type {HTMLElement} */ (page.querySelector("[data-error-place]"));

  const room = new Versioned({
    n: Number(page.dataset.n) || 0,
    apply: (/** @type {{ fragments: Record<string, string | null> }} */ { fragments }) => {
      const pushed = Object.entries(fragments).filter(([, html]) => html !== null);
      replaceFragments(/** @type {Record<string, string>} */ (Object.fromEntries(pushed)));
      if (pushed.length < Object.keys(fragments).length) fetchLater();
    },
    resync: (n) => {
      // A page whose socket is down gets a snapshot when it is up again.
      live.send({ type: "since", n });
    },
  });
  const live = new Live(page.dataset.path ?? "", { onMessage });

  /** @param {any} message */
  function onMessage(message) {
    switch (message.type) {
      case "snapshot":
        if (message.n > room.n) void catchUp(message.n);
        break;
      case "event":
        room.event(message.n, message);
        break;
      case "score":
        showScore(page, message);
        break;
      case "error":
        showError(errorText(page, message.code));
        break;
    }
  }

  /* ---- The page is behind: fetch what it shows ---- */

  let wanted = 0;
  let fetching = false;

  /** @param {number} n */
  async function catchUp(n) {
    wanted = Math.max(wanted, n);
    if (fetching) return;
    fetching = true;
    for (let attempt = 0; room.n < wanted; attempt += 1) {
      if (attempt) await new Promise((resolve) => setTimeout(resolve, Math.min(8_000, 400 * 2 ** attempt) * (0.5 + Math.random() / 2)));
      await fetchParts();
    }
    fetching = false;
  }

  // What is too large to be pushed is fetched: soon, but not by everybody at once, and not for each of many changes.
  let fetchTimer = 0;

  function fetchLater() {
    if (!fetchTimer) fetchTimer = window.setTimeout(() => void fetchLarge(), LARGE_MS * (0.25 + Math.random() * 0.75));
  }

  async function fetchLarge() {
    fetchTimer = 0;
    if (!(await fetchParts())) fetchLater();
  }

  /** Every live part of the page. @returns {Promise<boolean>} whether it is shown now */
  async function fetchParts() {
    try {
      const answer = await fetch(page.dataset.fragments ?? "", { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return false;
      const { n: version, ...fragments } = await answer.json();
      if (version < room.n) return false;
      replaceFragments(fragments);
      room.snapshot(version);
      return true;
    } catch {
      return false; // no connection, at this moment
    }
  }

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

  /** @param {string} text */
  function showError(text) {
    errorPlace.textContent = text;
  }

  /** @param {object} message */
  function ask(message) {
    showError(live.send(message) ? "" : errorText(page, "offline"));
  }

  page.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("button[data-act]"));
    if (!button) return;
    switch (button.dataset.act) {
      case "start":
        ask({ type: "start" });
        break;
      case "fill":
        ask({ type: "fill", strength: /** @type {HTMLSelectElement} */ (page.querySelector("[data-fill-strength]")).value });
        break;
      case "cancel":
        if (sure(button)) ask({ type: "cancel" });
        break;
    }
  });

  /**
   * Pressed twice is meant.
   * @param {HTMLElement} button
   * @returns {boolean}
   */
  function sure(button) {
    if (button.dataset.before !== undefined) {
      button.textContent = button.dataset.before;
      delete button.dataset.before;
      return true;
    }
    button.dataset.before = button.textContent ?? "";
    button.textContent = button.dataset.confirm ?? "";
    announce(button.textContent);
    window.setTimeout(() => {
      if (button.dataset.before === undefined) return;
      button.textContent = button.dataset.before;
      delete button.dataset.before;
    }, 5_000);
    return false;
  }

  const entering = startEntering(page, { ask, isOpen: () => live.isOpen });
  document.addEventListener("rallypoint:fragments", () => {
    showError("");
    show();
  });
  show();
  followBracket(page);
}
