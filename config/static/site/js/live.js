/**
 * The one socket of every page: connect, jittered back-off, final codes, heal by itself; and the helper that keeps a numbered room in order.
 *
 * @typedef {"connecting" | "open" | "waiting" | "final" | "closed"} LiveState
 *
 * @typedef {object} LiveHandlers
 * @property {() => void} [onOpen] the socket is open (each time, also after a reconnect)
 * @property {(message: any) => void} [onMessage] one parsed JSON message
 * @property {(state: LiveState, retryAt: number) => void} [onState] `retryAt` is a `Date.now()` instant, 0 when nothing is planned
 * @property {() => void} [onLost] what was to be sent soon is not sent: the connection could not be made
 * @property {(code: number) => void} [onFinal] closed for good: 4400, 4401, 4403 or 4404
 */

/** Closed for good: the page does not come back by itself. */
export const FINAL_CODES = Object.freeze([4400, 4401, 4403, 4404]);

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const STABLE_MS = 3_000;
const BAR_AFTER_MS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * How long to wait before the next attempt.
 * @param {number} code the close code
 * @param {number} attempt failures in a row before this one
 * @param {() => number} [random]
 * @returns {number} milliseconds
 */
export function backOff(code, attempt, random = Math.random) {
  if (code === 1012 && attempt === 0) return 500 + random() * 2_500;
  if (code === 4429) return 5_000 + random() * 1_000;
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return attempt === 0 ? ceiling : ceiling / 2 + (random() * ceiling) / 2;
}

/**
 * How long to wait before a fetch is tried once more.
 * @param {number} attempt failures in a row, from 1
 * @returns {number} milliseconds
 */
export function retryMs(attempt) {
  return Math.min(8_000, 400 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/**
 * @param {string} path such as "/ws/game/12/"
 * @returns {string}
 */
export function socketAddress(path) {
  return (location.protocol === "https:" ? "wss://" : "ws://") + location.host + path;
}

export class Live {
  /**
   * Connects at once.
   * @param {string} path such as "/ws/game/12/"
   * @param {LiveHandlers} [handlers]
   */
  constructor(path, handlers = {}) {
    this.path = path;
    this.handlers = handlers;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {LiveState} */
    this.state = "connecting";
    this.retryAt = 0;
    /** When the connection was lost (`Date.now()`), 0 while it is there. */
    this.downSince = 0;
    /** Before this instant nothing may hurry the next attempt (4429). */
    this.notBefore = 0;
    this.attempt = 0;
    this.openedAt = 0;
    this.timer = 0;
    this.finalCode = 0;
    /** @type {any[]} what is sent when the socket opens */
    this.soon = [];
    lives.add(this);
    this.connect();
  }

  get isOpen() {
    return this.state === "open";
  }

  /** @private */
  connect() {
    clearTimeout(this.timer);
    this.retryAt = 0;
    this.setState("connecting");
    let socket;
    try {
      socket = new WebSocket(socketAddress(this.path));
    } catch {
      this.down(1006);
      return;
    }
    this.socket = socket;
    this.timer = window.setTimeout(() => this.abandon(), CONNECT_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(this.timer);
      this.openedAt = Date.now();
      this.downSince = 0;
      this.setState("open");
      for (const value of this.soon.splice(0)) this.send(value);
      this.handlers.onOpen?.();
    };
    socket.onmessage = (event) => {
      if (typeof event.data !== "string") return;
      let message;
      try {
        message = JSON.parse(event.data);
      } catch {
        return;
      }
      this.handlers.onMessage?.(message);
    };
    socket.onclose = (event) => this.down(event.code);
  }

  /**
   * @private
   * @param {number} code
   */
  down(code) {
    this.drop();
    if (this.soon.splice(0).length) this.handlers.onLost?.(); // what is done much later is not what was meant
    if (FINAL_CODES.includes(code)) {
      this.finalCode = code;
      this.setState("final");
      this.handlers.onFinal?.(code);
      return;
    }
    const now = Date.now();
    if (this.openedAt && now - this.openedAt >= STABLE_MS) this.attempt = 0;
    this.openedAt = 0;
    if (!this.downSince) this.downSince = now;
    const wait = backOff(code, this.attempt);
    this.attempt += 1;
    this.notBefore = code === 4429 ? now + wait : 0;
    this.retryAt = now + wait;
    this.timer = window.setTimeout(() => this.connect(), wait);
    this.setState("waiting");
  }

  /** @private */
  drop() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close();
    } catch {
      /* it is gone already */
    }
  }

  /**
   * @private
   * @param {LiveState} state
   */
  setState(state) {
    this.state = state;
    this.handlers.onState?.(state, this.retryAt);
    showBar();
  }

  /**
   * Sends one message as JSON.
   * @param {any} value
   * @returns {boolean} false when the socket is not open (nothing is kept for later)
   */
  send(value) {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(value));
    return true;
  }

  /**
   * Sends one message as JSON, or keeps it for the moment in which the socket opens.
   * @param {any} value
   * @returns {boolean} false when there is no connection
   */
  sendSoon(value) {
    if (this.send(value)) return true;
    if (this.state !== "connecting") return false;
    this.soon.push(value);
    return true;
  }

  /** Do not wait for the planned attempt. Does nothing while connected, or when the server asked to wait. */
  hurry() {
    if (this.state === "waiting" && Date.now() >= this.notBefore) this.connect();
  }

  /** The other side does not answer any more: drop this socket and connect anew. */
  abandon() {
    if (this.state === "open" || this.state === "connecting") this.down(1006);
  }

  /** Closes for good. */
  close() {
    lives.delete(this);
    this.drop();
    this.setState("closed");
  }
}

/**
 * Keeps the numbered events of one room in order. Events that were seen are dropped; an event that comes too early is kept and the missing ones are asked for.
 *
 * @template M
 */
export class Versioned {
  /**
   * @param {object} options
   * @param {number} [options.n] the version the page already shows
   * @param {(message: M, n: number) => void} options.apply the next event, each exactly once and in order
   * @param {(n: number) => void} options.resync ask for everything after n
   * @param {number} [options.patienceMs] ask again after this time
   */
  constructor({ n = 0, apply, resync, patienceMs = 3_000 }) {
    this.n = n;
    this.apply = apply;
    this.resync = resync;
    this.patienceMs = patienceMs;
    /** @type {Map<number, M>} */
    this.early = new Map();
    this.timer = 0;
  }

  /**
   * A snapshot is the whole truth at version n.
   * @param {number} n
   */
  snapshot(n) {
    this.n = n;
    this.drain();
  }

  /**
   * One numbered event.
   * @param {number} n
   * @param {M} message
   */
  event(n, message) {
    if (n <= this.n) return;
    this.early.set(n, message);
    this.drain();
  }

  /** @private */
  drain() {
    for (const n of [...this.early.keys()]) if (n <= this.n) this.early.delete(n);
    for (let next = this.early.get(this.n + 1); next !== undefined; next = this.early.get(this.n + 1)) {
      this.n += 1;
      this.early.delete(this.n);
      this.apply(next, this.n);
    }
    if (this.early.size === 0) {
      clearTimeout(this.timer);
      this.timer = 0;
    } else if (!this.timer) {
      this.ask();
    }
  }

  /** @private */
  ask() {
    this.resync(this.n);
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      if (this.early.size) this.ask();
    }, this.patienceMs);
  }
}

/* ---- The quiet bar: one for all sockets of the page. Its texts are in base.html. ---- */

/** @type {Set<Live>} */
const lives = new Set();
let barTimer = 0;
let barWasShown = false;
let backUntil = 0;
let leaving = false;

function showBar() {
  clearTimeout(barTimer);
  barTimer = 0;
  const bar = document.getElementById("connection");
  if (!bar || leaving) return;
  const words = /** @type {HTMLElement} */ (bar.querySelector("[data-connection-text]") ?? bar);
  const count = bar.querySelector("[data-connection-count]");
  const texts = bar.dataset;
  /** @param {string} state @param {string} text @param {string} counter */
  const show = (state, text, counter) => {
    bar.dataset.state = state;
    // Only real changes, so that a screen reader hears the sentence once and not every second.
    if (words.textContent !== text) words.textContent = text;
    if (count && count.textContent !== counter) count.textContent = counter;
  };

  const final = [...lives].find((live) => live.state === "final");
  if (final) {
    const text = texts[`final${final.finalCode}`] ?? texts.final ?? "";
    const reload = /** @type {HTMLElement | null} */ (bar.querySelector("[data-connection-reload]"));
    if (reload) reload.hidden = false;
    show("final", text, "");
    return;
  }

  const now = Date.now();
  const down = [...lives].filter((live) => live.downSince);
  if (!down.length) {
    if (barWasShown) {
      barWasShown = false;
      backUntil = now + 1_600;
      show("back", texts.back ?? "", "");
    }
    if (now < backUntil) {
      barTimer = window.setTimeout(showBar, backUntil - now + 10);
    } else {
      // Never `hidden`: a live region that appears together with its words is not read out.
      bar.dataset.state = "";
      words.textContent = "";
      if (count) count.textContent = "";
    }
    return;
  }
  const since = Math.min(...down.map((live) => live.downSince));
  if (now - since < BAR_AFTER_MS) {
    barTimer = window.setTimeout(showBar, BAR_AFTER_MS - (now - since) + 10);
    return;
  }
  barWasShown = true;
  const planned = down.filter((live) => live.retryAt).map((live) => live.retryAt);
  const seconds = planned.length ? Math.max(0, Math.ceil((Math.min(...planned) - now) / 1_000)) : 0;
  const counter = seconds > 0 ? (texts.count ?? "").replace("{s}", String(seconds)) : (texts.trying ?? "");
  show("down", texts.down ?? "", counter);
  barTimer = window.setTimeout(showBar, 250);
}

function hurryAll() {
  for (const live of lives) live.hurry();
}

let wasOffline = false;
addEventListener("offline", () => {
  wasOffline = true;
});
addEventListener("online", () => {
  // After a change of network an "open" socket is usually dead without knowing it.
  if (wasOffline) for (const live of lives) if (live.isOpen) live.abandon();
  wasOffline = false;
  hurryAll();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") hurryAll();
});
addEventListener("pagehide", () => {
  leaving = true;
});
addEventListener("pageshow", (event) => {
  leaving = false;
  if (event.persisted) {
    for (const live of lives) if (live.isOpen) live.abandon();
    hurryAll();
  }
});
