/** A tournament's page: the server's fragments replaced as its events come, and the buttons that this reader may press. */
import { Live, Versioned } from "./live.js";
import { errorText, me, replaceFragments, sure } from "./page.js";

const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-tournament]"));
if (page) start(page);

/** @param {HTMLElement} page */
function start(page) {
  /** @param {string} name @returns {HTMLElement | null} */
  const act = (name) => page.querySelector(`[data-act="${name}"]`);
  const errorPlace = /** @type {HTMLElement} */ (page.querySelector("[data-error-place]"));
  let chosenRound = "";

  const room = new Versioned({
    n: Number(page.dataset.n) || 0,
    apply: (/** @type {{ fragments: Record<string, string> }} */ message) => {
      replaceFragments(message.fragments);
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
      try {
        const answer = await fetch(page.dataset.fragments ?? "", { headers: { Accept: "application/json" }, cache: "no-store" });
        if (!answer.ok) continue;
        const { n: version, ...fragments } = await answer.json();
        if (version < room.n) continue;
        replaceFragments(fragments);
        room.snapshot(version);
      } catch {
        /* again, a little later */
      }
    }
    fetching = false;
  }

  /* ---- Who sees which button ---- */

  function show() {
    const status = /** @type {HTMLElement | null} */ (document.getElementById("tournament-status"));
    const open = status?.dataset.phase === "open";
    const mine = me() !== "" && Boolean(page.querySelector(`#tournament-entrants [data-entrant][data-user="${CSS.escape(me())}"]`));
    const count = page.querySelectorAll("#tournament-entrants [data-entrant]").length;
    const full = count >= Number(page.dataset.size);
    const organiser = me() !== "" && page.dataset.organiser === me();
    /** @param {string} name @param {boolean} visible */
    const visible = (name, visible) => {
      const element = act(name);
      if (element) element.hidden = !visible;
    };
    visible("join", open && !mine && !full);
    visible("leave", open && mine);
    visible("organise", organiser && (open || status?.dataset.phase === "running"));
    visible("start", open);
    const fill = /** @type {HTMLElement | null} */ (page.querySelector(".fill"));
    if (fill) fill.hidden = !open || full;
    const share = /** @type {HTMLElement | null} */ (page.querySelector("[data-share]"));
    if (share) share.hidden = status?.dataset.phase === "finished" || status?.dataset.phase === "cancelled";
    for (const item of page.querySelectorAll(".now-item")) item.classList.toggle("is-mine", Boolean(item.querySelector(".is-you")));
    showRound();
  }

  /** @param {string} text */
  function showError(text) {
    errorPlace.textContent = text;
  }

  /** @param {object} message */
  function ask(message) {
    showError(live.send(message) ? "" : errorText(page, "offline"));
  }

  /* ---- One round at a time on a phone ---- */

  function showRound() {
    const bracket = document.getElementById("tournament-bracket");
    if (!bracket) return;
    const rounds = [...bracket.querySelectorAll(".round")].map((round) => /** @type {HTMLElement} */ (round));
    if (!rounds.length) return;
    const running = rounds.find((round) => round.querySelector('[data-state="called"], [data-state="live"], [data-state="playable"]'));
    const current = rounds.some((round) => round.dataset.round === chosenRound) ? chosenRound : ((running ?? rounds[rounds.length - 1]).dataset.round ?? "");
    for (const round of rounds) round.classList.toggle("is-current", round.dataset.round === current);
    for (const element of bracket.querySelectorAll(".round-button")) {
      const button = /** @type {HTMLElement} */ (element);
      const pressed = button.dataset.round === current;
      button.setAttribute("aria-pressed", String(pressed));
      // In sight, without moving the page itself.
      const strip = button.parentElement;
      if (pressed && strip) strip.scrollLeft = button.offsetLeft - strip.offsetLeft - (strip.clientWidth - button.offsetWidth) / 2;
    }
  }

  page.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const round = /** @type {HTMLElement | null} */ (target.closest(".round-button"));
    if (round) {
      chosenRound = round.dataset.round ?? "";
      showRound();
      return;
    }
    const button = /** @type {HTMLElement | null} */ (target.closest("button[data-act]"));
    if (!button) return;
    switch (button.dataset.act) {
      case "leave":
      case "start":
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

  // Who has a name enters over the socket; a stranger's form goes to the server, which makes a guest and enters in one step.
  act("join")?.addEventListener("submit", (event) => {
    if (!me() || !live.isOpen) return;
    event.preventDefault();
    ask({ type: "join" });
  });

  document.addEventListener("rallypoint:fragments", () => {
    showError("");
    show();
  });
  show();
}
