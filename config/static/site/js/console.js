/** The organiser's console: its parts fetched anew as the tournament's events come, and the acts that need no second thought. */
import { Acts } from "./console_acts.js";
import { Order } from "./console_order.js";
import { Live, retryMs } from "./live.js";
import { startNames } from "./names.js";
import { announce, clockText, errorText, replaceFragments, sure, toast } from "./page.js";

const GATHER_MS = 150; // events that come so close together are one fetch
/** By form: the kind of the event that says it is done. */
const FORM_DONE = /** @type {Record<string, string>} */ ({ announce: "announced", appoint: "appointed" });
const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-console]"));
if (page) start(page);

/** @param {HTMLElement} page */
function start(page) {
  const live = new Live(page.dataset.path ?? "", { onMessage, onLost: lost });
  const acts = new Acts(/** @type {HTMLDialogElement} */ (document.getElementById("console-dialog")), page, send);
  const names = startNames(page, "console-entrants", send);
  const order = new Order(page, send, () => void refresh());
  /** @type {Set<string> | null} the keys of the rounds that are unfolded; null until the reader folds one: those under way are */
  let unfolded = null;
  let ahead = Number(page.dataset.now) - Date.now(); // the server's clock

  /** @param {any} message */
  function onMessage(message) {
    switch (message.type) {
      case "snapshot":
        acts.missed();
        if (message.n > shown) void refresh(message.n);
        break;
      case "event":
        acts.event(message.event);
        order.event(message.event);
        done(message.event);
        void refresh(message.n);
        break;
      case "preview":
        acts.preview(message);
        break;
      case "error":
        undone();
        if (!acts.refused(message)) toast(errorText(page, message.code), { kind: "error" });
        break;
    }
  }

  /**
   * @param {object} message
   * @returns {boolean} false when there is no connection, which is said
   */
  function send(message) {
    const can = live.sendSoon(message);
    if (!can) offline();
    return can;
  }

  function lost() {
    undone();
    offline();
  }

  /** What was asked for did not happen: what was written stays, the order is as it was. */
  function undone() {
    order.refused();
    names.refused();
    sent = null;
  }

  function offline() {
    toast(errorText(page, "offline"), { kind: "error" });
  }

  /* ---- What is shown: fetched after each event, one fetch in flight, those that come meanwhile in the next one ---- */

  let shown = Number(page.dataset.n) || 0;
  let wanted = shown;
  let asked = false;
  let fetching = false;

  /** @param {number} n the version to be shown; 0: as it is, with other rounds unfolded */
  async function refresh(n = 0) {
    wanted = Math.max(wanted, n);
    asked ||= !n;
    if (fetching) return;
    fetching = true;
    for (let attempt = 0; shown < wanted || asked; attempt += 1) {
      const wait = attempt ? retryMs(attempt) : GATHER_MS;
      await new Promise((resolve) => setTimeout(resolve, wait));
      asked = false;
      try {
        const query = unfolded ? `?${new URLSearchParams({ rounds: [...unfolded].join(",") })}` : "";
        const address = `${page.dataset.fragments}${query}`;
        const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
        if (answer.status === 404) return location.reload(); // an organiser no more
        if (!answer.ok) continue;
        const { n: version, now_ms: now, fragments } = await answer.json();
        ahead = now - Date.now();
        if (version < shown) continue;
        if (order.busy) {
          order.behind = true;
          delete fragments["console-entrants"];
        }
        replaceFragments(fragments);
        if (version > shown) attempt = 0;
        shown = version;
        tick();
      } catch {
        asked ||= shown >= wanted;
      }
    }
    fetching = false;
  }

  page.addEventListener("click", (event) => {
    const round = /** @type {HTMLDetailsElement | null} */ (/** @type {Element} */ (event.target).closest("summary")?.closest("[data-round]") ?? null);
    const key = round?.dataset.round;
    if (!key) return;
    unfolded ??= new Set([...page.querySelectorAll("[data-round][open]")].map((open) => /** @type {HTMLElement} */ (open).dataset.round ?? ""));
    if (unfolded.delete(key)) return;
    unfolded.add(key);
    void refresh();
  });

  /* ---- Timers ---- */

  function tick() {
    for (const element of page.querySelectorAll("[data-until]")) {
      const text = clockText(Number(/** @type {HTMLElement} */ (element).dataset.until) - Date.now() - ahead + 999);
      if (element.textContent !== text) element.textContent = text;
    }
    for (const form of page.querySelectorAll("[data-before-only]")) {
      /** @type {HTMLElement} */ (form).hidden = !["draft", "open", "check_in"].includes(document.getElementById("console-status")?.dataset.phase ?? "");
    }
  }
  setInterval(tick, 500);
  tick();

  /* ---- Acts ---- */

  /** @type {{ form: HTMLFormElement, kind: string } | null} what was written and sent last */
  let sent = null;

  page.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("button"));
    if (!button) return;
    const { send: what, extend, seconds, seed, fill, remove, dismiss, open } = button.dataset;
    if (button.dataset.confirm && !sure(button)) return;
    if (what) send({ type: what });
    else if (extend) send({ type: "extend", pairing: extend, seconds: Number(seconds) });
    else if (seed) send({ type: "seed", by: seed });
    else if (fill) send({ type: "fill", strength: fill });
    else if (remove) send({ type: "remove", entrant: Number(remove) });
    else if (dismiss) send({ type: "dismiss", user: Number(dismiss) });
    else if (open) acts.open(button);
  });

  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const what = form.dataset.consoleForm;
    if (!what) return;
    event.preventDefault();
    if (send({ type: what, ...Object.fromEntries(new FormData(form)) })) sent = { form, kind: FORM_DONE[what] };
  });

  /** @param {any} event of the log: what was written is done, and can be forgotten */
  function done(event) {
    if (event.kind !== sent?.kind) return;
    sent.form.reset();
    sent = null;
    announce(page.dataset.done ?? "");
  }
}
