/** Every chat panel of the page: `templates/chat/_panel.html`. Text goes in as text, never as HTML. */
import { Live, Versioned } from "./live.js";
import { announce, dress, errorText, safeUrl } from "./page.js";

/**
 * @typedef {{ n: number, kind: string, author: { id: number, name: string } | null, text: string, url: string | null, at_ms: number }} Line
 */

const KEPT = 150;

class Chat {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.panel = panel;
    this.log = this.part("log");
    this.form = /** @type {HTMLFormElement} */ (/** @type {unknown} */ (this.part("form")));
    this.field = /** @type {HTMLInputElement} */ (this.part("field"));
    this.error = this.part("error");
    this.latest = this.part("latest");
    /** What was sent and not seen yet: kept in case it is refused. */
    this.pending = "";
    /** Enter was pressed before the socket was open: what stands in the field is said when it is. */
    this.sayWhenOpen = false;

    this.toEnd();
    this.log.addEventListener("scroll", () => {
      if (this.atEnd()) this.latest.hidden = true;
    });
    this.latest.addEventListener("click", () => this.toEnd());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    this.field.addEventListener("input", () => {
      this.sayWhenOpen = false;
      this.refuse("");
    });

    this.room = new Versioned({
      n: Number(panel.dataset.n) || 0,
      apply: (/** @type {{ line: Line | null }} */ message) => {
        if (message.line) this.add(message.line, true);
      },
      resync: (n) => this.live.send({ type: "since", n }),
    });
    this.live = new Live(`/ws/chat/${panel.dataset.chat}/`, { onMessage: (message) => this.hear(message) });
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.panel.querySelector(`[data-chat-${name}]`));
  }

  /** @param {any} message */
  hear(message) {
    switch (message.type) {
      case "history":
        this.history(message.lines, message.since ?? 0);
        this.mayWrite(message.can_write);
        this.room.snapshot(message.n);
        if (this.sayWhenOpen && message.can_write) this.say();
        break;
      case "line":
        // A line for my eyes only comes by itself, after everybody's event of that number was an empty one.
        if (message.n <= this.room.n && message.line && !this.log.querySelector(`[data-n="${Number(message.n)}"]`)) this.add(message.line, true);
        else this.room.event(message.n, message);
        break;
      case "error":
        this.refuse(errorText(this.panel, message.code));
        if (this.pending && !this.field.value) this.field.value = this.pending;
        this.pending = "";
        break;
    }
  }

  /** @param {boolean} can */
  mayWrite(can) {
    this.panel.dataset.canWrite = String(can);
    this.form.hidden = !can;
    this.part("closed").hidden = can;
  }

  say() {
    const text = this.field.value.trim();
    if (!text) {
      this.refuse(errorText(this.panel, "empty"));
      return;
    }
    this.sayWhenOpen = !this.live.send({ type: "say", text });
    if (this.sayWhenOpen) {
      // A page that has just opened connects in a moment; a lost connection may take longer, and is said.
      this.refuse(this.live.state === "connecting" ? "" : errorText(this.panel, "offline"));
      return;
    }
    this.pending = text;
    this.field.value = "";
    this.refuse("");
    this.toEnd();
  }

  /** @param {string} text */
  refuse(text) {
    this.error.textContent = text;
    if (text) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /**
   * The server's list is the truth: what is not in it any more goes, what is missing comes.
   * @param {Line[]} lines all that are kept after `since`
   * @param {number} since
   */
  history(lines, since) {
    const stay = new Set(lines.map((line) => String(line.n)));
    const there = new Set();
    for (const element of this.log.querySelectorAll("[data-n]")) {
      const n = /** @type {HTMLElement} */ (element).dataset.n;
      if (Number(n) <= since || stay.has(n ?? "")) there.add(n);
      else element.remove();
    }
    for (const line of lines) if (!there.has(String(line.n))) this.add(line, false);
  }

  /**
   * @param {Line} line
   * @param {boolean} fresh it happened now
   */
  add(line, fresh) {
    const news = line.kind !== "line" || !line.author;
    const template = /** @type {HTMLTemplateElement} */ (this.panel.querySelector(`[data-chat-template="${news ? "news" : "line"}"]`));
    const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    element.dataset.n = String(line.n);
    const time = /** @type {HTMLTimeElement} */ (element.querySelector("time"));
    time.dateTime = new Date(line.at_ms).toISOString();
    /** @type {HTMLElement} */ (element.querySelector(".chat-text")).textContent = line.text;
    const link = /** @type {HTMLAnchorElement} */ (element.querySelector("a"));
    if (news) {
      const kinds = /** @type {HTMLTemplateElement} */ (this.panel.querySelector("[data-chat-kinds]")).content;
      const kind = kinds.querySelector(`[data-kind="${CSS.escape(line.kind)}"]`) ?? kinds.querySelector('[data-kind="notice"]');
      element.dataset.kind = line.kind;
      /** @type {HTMLElement} */ (element.querySelector("b")).textContent = kind?.textContent ?? "";
      if (line.url && safeUrl(line.url)) link.href = line.url;
      else link.remove();
    } else if (line.author) {
      element.dataset.user = String(line.author.id);
      link.textContent = line.author.name;
      link.setAttribute("href", (link.getAttribute("href") ?? "").replace("/0/", `/${line.author.id}/`));
    }

    const follow = this.atEnd();
    const next = [...this.log.querySelectorAll("[data-n]")].find((other) => Number(/** @type {HTMLElement} */ (other).dataset.n) > line.n);
    this.log.insertBefore(element, next ?? null);
    const lines = this.log.querySelectorAll("[data-n]");
    if (lines.length > KEPT) lines[0].remove();
    dress(this.log);

    if (fresh && news && line.kind !== "result") announce(line.text);
    if (element.classList.contains("is-you")) this.pending = "";
    if (follow || element.classList.contains("is-you")) this.toEnd();
    else if (fresh) this.latest.hidden = false;
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 48;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.latest.hidden = true;
  }
}

for (const panel of document.querySelectorAll("[data-chat]")) new Chat(/** @type {HTMLElement} */ (panel));
