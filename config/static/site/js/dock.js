/**
 * The dock: the one socket that is open on every page. The queue, and everything personal: match found, your next match, notices.
 *
 * Other scripts hear it on `document`:
 *   `rallypoint:you`    detail: the whole "you" message
 *   `rallypoint:queue`  detail: { points, waiting }
 *   `rallypoint:notice` detail: { kind, text, url }
 * and may `document.dispatchEvent(new CustomEvent("rallypoint:ask", { detail: message }))` to send something over it.
 */
import { Live } from "./live.js";
import { announce, clockText, errorText, fill, goTo, safeUrl, toast } from "./page.js";

/**
 * @typedef {{ points: number, joined_ms: number, estimate_ms: number | null, ping_ms: number | null, max_ping_ms: number | null, above_limit: number }} Ticket
 * @typedef {{ id: number, url: string, phase: "called" | "live", side: number, opponent: string, pings: (number | null)[], title: string, origin: string, ready_by_ms: number | null }} Offer
 * @typedef {{ type: "you", user: object | null, ticket: Ticket | null, match: Offer | null, now_ms: number }} You
 */

const dock = /** @type {HTMLElement | null} */ (document.getElementById("dock"));

if (dock) start(dock);

/** @param {HTMLElement} dock */
function start(dock) {
  const texts = dock.dataset;
  /** @param {string} name @returns {HTMLElement} */
  const part = (name) => /** @type {HTMLElement} */ (dock.querySelector(`[data-dock-${name}]`));
  const queueRow = /** @type {HTMLElement} */ (dock.querySelector('[data-dock="queue"]'));
  const matchRow = /** @type {HTMLElement} */ (dock.querySelector('[data-dock="match"]'));

  /** @type {You | null} */
  let you = null;
  /** Server's wall clock minus ours. */
  let offset = 0;
  /** @type {Map<number, number>} */
  const waiting = new Map();
  let announced = "";
  let timer = 0;
  let goTimer = 0;

  const live = new Live("/ws/matchmaking/", { onMessage });

  /** @param {any} message */
  function onMessage(message) {
    switch (message.type) {
      case "you":
        you = message;
        offset = message.now_ms - Date.now();
        render();
        document.dispatchEvent(new CustomEvent("rallypoint:you", { detail: message }));
        break;
      case "queue":
        waiting.set(message.points, message.waiting);
        render();
        document.dispatchEvent(new CustomEvent("rallypoint:queue", { detail: message }));
        break;
      case "notice":
        toast(message.text, { url: message.url, kind: message.kind });
        document.dispatchEvent(new CustomEvent("rallypoint:notice", { detail: message }));
        break;
      case "error":
        toast(errorText(dock, message.code), { kind: "error" });
        live.send({ type: "refresh" });
        break;
    }
  }

  /** @param {object} message */
  function ask(message) {
    if (!live.send(message)) toast(errorText(dock, "offline"), { kind: "error" });
  }

  /* ---- What is shown ---- */

  function here() {
    return you?.match ? new URL(you.match.url, location.href).pathname === location.pathname : false;
  }

  function render() {
    const ticket = you?.ticket ?? null;
    const match = you?.match && !here() && safeUrl(you.match.url) ? you.match : null;
    queueRow.hidden = !ticket || Boolean(match);
    matchRow.hidden = !match;
    dock.hidden = !ticket && !match;
    document.documentElement.classList.toggle("has-dock", !dock.hidden);
    if (ticket && !match) queueFacts(ticket);
    if (match) matchFacts(match);
    speak(ticket, match);
    attention(ticket, match);
    if (here() && you?.match) claim(you.match.id);
    if (match?.phase === "called") go(match);
    else clearTimeout(goTimer);
    clearTimeout(timer);
    if (!dock.hidden) timer = window.setTimeout(render, 1_000 - ((Date.now() + offset) % 1_000) + 5);
  }

  /** @param {Ticket} ticket */
  function queueFacts(ticket) {
    part("clock").textContent = clockText(Date.now() + offset - ticket.joined_ms);
    const estimate = part("estimate");
    estimate.hidden = !ticket.estimate_ms;
    if (ticket.estimate_ms) estimate.textContent = fill(texts.about, { t: clockText(ticket.estimate_ms) });
    const count = waiting.get(ticket.points);
    const place = part("waiting");
    place.hidden = count === undefined || ticket.above_limit > 0;
    if (count !== undefined) place.textContent = count > 1 ? fill(texts.waiting, { n: count }) : (texts.alone ?? "");
    const above = part("above");
    above.hidden = !ticket.above_limit;
    const link = /** @type {HTMLElement} */ (above.firstElementChild);
    link.textContent = fill(ticket.above_limit > 1 ? texts.above : texts.aboveOne, { n: ticket.above_limit });
    show("ping", texts.ping, ticket.ping_ms);
    const busy = you?.match?.origin === "bot";
    /** @type {HTMLElement} */ (dock.querySelector(".dock-meanwhile")).hidden = busy;
  }

  /** A ping, if it is known. @param {string} name @param {string | undefined} text @param {number | null | undefined} ms */
  function show(name, text, ms) {
    const place = part(name);
    place.hidden = ms === null || ms === undefined;
    if (!place.hidden) place.textContent = fill(text, { ms: ms ?? 0 });
  }

  /** @param {Offer} match */
  function matchFacts(match) {
    show("their-ping", texts.theirPing, match.pings?.[1 - match.side]);
    part("title").textContent = headline(match);
    part("against").textContent = match.opponent ? fill(texts.against, { name: match.opponent }) : match.title;
    const left = secondsLeft(match);
    part("ready").hidden = left === null;
    if (left !== null) part("ready").textContent = clockText(left * 1_000);
    /** @type {HTMLAnchorElement} */ (part("open")).href = match.url;
  }

  /** @param {Offer} match */
  function headline(match) {
    if (match.phase === "live") return texts.running ?? "";
    return (match.origin === "tournament" ? texts.next : texts.found) ?? "";
  }

  /** @param {Offer} match @returns {number | null} */
  function secondsLeft(match) {
    if (match.phase !== "called" || !match.ready_by_ms) return null;
    return Math.max(0, Math.ceil((match.ready_by_ms - Date.now() - offset) / 1_000));
  }

  /** @param {Ticket | null} ticket @param {Offer | null} match */
  function speak(ticket, match) {
    const key = match ? `match ${match.id} ${match.phase}` : ticket ? "queue" : "";
    if (key === announced) return;
    const before = announced;
    announced = key;
    if (match) announce(`${headline(match)} ${match.opponent ? fill(texts.against, { name: match.opponent }) : ""}`);
    else if (ticket) announce(texts.announceWaiting ?? "");
    else if (before === "queue" && !you?.match) announce(texts.announceLeft ?? "");
    if (match?.phase === "called") chime();
  }

  /* ---- Title and icon ---- */

  const icon = /** @type {HTMLLinkElement | null} */ (document.getElementById("icon"));
  let ownTitle = document.title;
  let setTitle = "";

  /** @param {Ticket | null} ticket @param {Offer | null} match */
  function attention(ticket, match) {
    if (document.title !== setTitle) ownTitle = document.title;
    let title = ownTitle;
    let alert = false;
    if (match?.phase === "called") {
      const left = secondsLeft(match);
      const blink = document.visibilityState === "hidden" && Math.floor(Date.now() / 1_000) % 2 === 1;
      title =
        match.origin === "tournament" && left !== null
          ? fill(texts.titleNext, { t: clockText(left * 1_000) })
          : (texts.titleFound ?? "");
      alert = true;
      if (blink) title = `● ${title}`;
    } else if (ticket && !match && !here()) {
      title = `${fill(texts.titleWaiting, { t: clockText(Date.now() + offset - ticket.joined_ms) })} · ${ownTitle}`;
    }
    if (document.title !== title) document.title = title;
    setTitle = title;
    const href = (alert ? icon?.dataset.alert : icon?.dataset.calm) ?? "";
    if (icon && href && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
  }

  /* ---- Going there ---- */

  /**
   * One of my tabs goes there by itself: the one I look at, at once; a hidden one a little later, unless another has gone. Each tab goes once only,
   * so that "back" stays "back".
   * @param {Offer} match
   */
  function go(match) {
    if (goTimer && goFor === match.id) return;
    clearTimeout(goTimer);
    if (remembered(sessionStorageOf(), `rallypoint.went.${match.id}`)) return;
    goFor = match.id;
    const hidden = document.visibilityState === "hidden";
    goTimer = window.setTimeout(() => leaveFor(match), hidden ? 1_500 : 500);
  }
  let goFor = 0;

  /** @param {Offer} match */
  function leaveFor(match) {
    goTimer = 0;
    if (you?.match?.id !== match.id || you.match.phase !== "called" || here()) return;
    if (document.visibilityState === "hidden" && claimed(match.id)) return;
    claim(match.id);
    remember(sessionStorageOf(), `rallypoint.went.${match.id}`, "1");
    goTo(match.url);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (goTimer) {
      clearTimeout(goTimer);
      goTimer = 0;
    }
    render();
  });

  /** @param {number} id */
  function claim(id) {
    remember(localStorageOf(), "rallypoint.tab", `${id} ${Date.now()}`);
  }

  /** @param {number} id */
  function claimed(id) {
    const [match, at] = (remembered(localStorageOf(), "rallypoint.tab") ?? "").split(" ");
    return match === String(id) && Date.now() - Number(at) < 20_000;
  }

  /* ---- Buttons ---- */

  part("leave").addEventListener("click", () => ask({ type: "leave" }));
  for (const button of dock.querySelectorAll("[data-dock-bot]")) {
    button.addEventListener("click", () => ask({ type: "bot", strength: /** @type {HTMLElement} */ (button).dataset.dockBot }));
  }
  document.addEventListener("rallypoint:ask", (event) => ask(/** @type {CustomEvent} */ (event).detail));

  // Somebody who has a name queues without leaving the page; a stranger's form goes to the server, which makes a guest.
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!("queueForm" in form.dataset) || !you?.user || !live.isOpen) return;
    event.preventDefault();
    const data = new FormData(form);
    const limit = data.get("max_ping_ms");
    const kept = limit === null ? {} : { max_ping_ms: limit === "" ? null : Number(limit) };
    ask({ type: "join", points: Number(data.get("points") ?? 11), ...kept });
  }, true);
}

/* ---- A short sound, once the browser allows it ---- */

/** @type {AudioContext | null} */
let audio = null;

function wake() {
  try {
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    audio = null;
  }
  removeEventListener("pointerdown", wake, true);
  removeEventListener("keydown", wake, true);
}
addEventListener("pointerdown", wake, true);
addEventListener("keydown", wake, true);

function chime() {
  // The match page's mute holds here too.
  if (remembered(localStorageOf(), "rallypoint.mute") === "1") return;
  try {
    if (!audio && navigator.userActivation?.hasBeenActive) audio = new AudioContext();
    if (!audio || audio.state === "closed") return;
    const at = audio.currentTime + 0.02;
    for (const [delay, frequency] of [[0, 490], [0.13, 735], [0.26, 980]]) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.type = "square";
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.06, at + delay);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + delay + 0.12);
      tone.connect(volume).connect(audio.destination);
      tone.start(at + delay);
      tone.stop(at + delay + 0.13);
    }
  } catch {
    /* silence is fine */
  }
}

/* ---- Storage that may be forbidden ---- */

function localStorageOf() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function sessionStorageOf() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** @param {Storage | null} store @param {string} key @returns {string | null} */
function remembered(store, key) {
  try {
    return store?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** @param {Storage | null} store @param {string} key @param {string} value */
function remember(store, key, value) {
  try {
    store?.setItem(key, value);
  } catch {
    /* full or forbidden */
  }
}
