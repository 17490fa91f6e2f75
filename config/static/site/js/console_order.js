/**
 * The entrants before the start, in an order that is changed by hand: dragged by a handle, moved by its arrow keys, or by the buttons beside it.
 * What is shown moves at once; one message says where to, when the hand has let go.
 */
import { announce, fill } from "./page.js";

const SETTLE_MS = 400; // after the last key
const ANSWER_MS = 5_000; // so long the order shown is believed without an answer
const EDGE_PX = 60; // so near the edge of the screen it scrolls
const SCROLL_PX = 12;

export class Order {
  /**
   * @param {HTMLElement} page
   * @param {(message: object) => boolean} send
   * @param {() => void} refresh show the order as the server has it
   */
  constructor(page, send, refresh) {
    this.page = page;
    this.send = send;
    this.refresh = refresh;
    /** Something is being moved, or on its way: what the server has shown meanwhile is older. */
    this.busy = false;
    /** The server has shown something meanwhile, which was left out. */
    this.behind = false;
    /** @type {HTMLElement | null} moved by keys, and not told yet */
    this.untold = null;
    this.timer = 0;
    /** @type {{ item: HTMLElement, before: Element | null, pointer: number, y: number, frame: number } | null} */
    this.drag = null;
    page.addEventListener("pointerdown", (event) => this.grab(event));
    page.addEventListener("pointermove", (event) => this.follow(event));
    page.addEventListener("pointerup", () => this.drop());
    page.addEventListener("pointercancel", () => this.putBack());
    page.addEventListener("keydown", (event) => this.key(event));
    page.addEventListener("click", (event) => this.press(event));
  }

  /** @param {EventTarget | null} target @returns {HTMLElement | null} */
  itemOf(target) {
    return /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-order] > [data-entrant]"));
  }

  /* ---- By pointer ---- */

  /** @param {PointerEvent} event */
  grab(event) {
    const handle = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-handle]"));
    const item = handle && this.itemOf(handle);
    if (!handle || !item || event.button !== 0) return;
    event.preventDefault(); // or text is selected
    handle.focus();
    if (this.untold) this.tell(this.untold);
    this.hold();
    handle.setPointerCapture(event.pointerId);
    this.drag = { item, before: item.nextElementSibling, pointer: event.pointerId, y: event.clientY, frame: 0 };
    item.classList.add("is-dragged");
    this.scroll();
  }

  /** @param {PointerEvent} event */
  follow(event) {
    if (event.pointerId !== this.drag?.pointer) return;
    this.drag.y = event.clientY;
    this.place();
  }

  /** The dragged one goes where the pointer is. */
  place() {
    if (!this.drag) return;
    const { item, y } = this.drag;
    const others = [...(item.parentElement?.children ?? [])].filter((other) => other !== item);
    const next = others.find((other) => {
      const box = other.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    if ((next ?? null) !== item.nextElementSibling) {
      item.parentElement?.insertBefore(item, next ?? null);
      this.number(item);
    }
  }

  /** At the edge of the screen the page moves on, as long as the pointer is there. */
  scroll() {
    if (!this.drag) return;
    const { y } = this.drag;
    const way = y < EDGE_PX ? -SCROLL_PX : y > innerHeight - EDGE_PX ? SCROLL_PX : 0;
    if (way) {
      scrollBy(0, way);
      this.place();
    }
    this.drag.frame = requestAnimationFrame(() => this.scroll());
  }

  drop() {
    if (!this.drag) return;
    const { item, before, frame } = this.drag;
    cancelAnimationFrame(frame);
    this.drag = null;
    item.classList.remove("is-dragged");
    if (item.nextElementSibling === before) {
      this.letGo();
    } else {
      this.tell(item);
      this.say(item, "moved");
    }
  }

  putBack() {
    if (!this.drag) return;
    const { item, before } = this.drag;
    item.parentElement?.insertBefore(item, before);
    this.number(item);
    this.drop();
  }

  /* ---- By keys and buttons ---- */

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape" && this.drag) {
      this.putBack();
      return;
    }
    const item = this.itemOf(event.target);
    if (!item || !(/** @type {Element} */ (event.target).closest("[data-handle]")) || event.altKey || event.ctrlKey || event.metaKey) return;
    const count = item.parentElement?.children.length ?? 0;
    const steps = { ArrowUp: -1, ArrowDown: 1, Home: -count, End: count }[event.key];
    if (!steps) return;
    event.preventDefault();
    this.move(item, steps);
  }

  /** @param {MouseEvent} event */
  press(event) {
    const item = this.itemOf(event.target);
    if (!item) return;
    const step = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-step]"));
    if (step) this.move(item, Number(step.dataset.step));
    // Pressed by a screen reader, or by Enter, a handle says what can be done with it.
    else if (/** @type {Element} */ (event.target).closest("[data-handle]") && event.detail === 0) this.say(item, "grabbed");
  }

  /** @param {HTMLElement} item @param {number} steps */
  move(item, steps) {
    const list = item.parentElement;
    if (!list) return;
    const items = [...list.children];
    const from = items.indexOf(item);
    const to = Math.min(Math.max(from + steps, 0), items.length - 1);
    if (to !== from) {
      if (this.untold && this.untold !== item) this.tell(this.untold);
      this.hold();
      this.untold = item;
      const active = /** @type {HTMLElement | null} */ (document.activeElement);
      list.insertBefore(item, items[to > from ? to + 1 : to] ?? null);
      active?.focus({ preventScroll: true }); // moved, it has lost it
      item.scrollIntoView({ block: "nearest" });
      this.number(item);
      this.timer = window.setTimeout(() => this.tell(item), SETTLE_MS);
    }
    this.say(item, "moved");
  }

  /* ---- What is shown, and what is said ---- */

  /** @param {HTMLElement} item */
  number(item) {
    const items = [...(item.parentElement?.children ?? [])];
    items.forEach((each, i) => {
      const place = each.querySelector("[data-place]");
      if (place) place.textContent = String(i + 1);
      for (const [step, end] of /** @type {[string, number][]} */ ([["-1", 0], ["1", items.length - 1]])) {
        const button = each.querySelector(`[data-step="${step}"]`);
        if (i === end) button?.setAttribute("aria-disabled", "true");
        else button?.removeAttribute("aria-disabled");
      }
    });
  }

  /** @param {HTMLElement} item @param {"moved" | "grabbed"} what */
  say(item, what) {
    const items = [...(item.parentElement?.children ?? [])];
    announce(fill(this.page.dataset[what], { name: item.dataset.name ?? "", place: items.indexOf(item) + 1, count: items.length }));
  }

  /* ---- With the server ---- */

  hold() {
    clearTimeout(this.timer);
    this.busy = true;
  }

  /** @param {HTMLElement} item */
  tell(item) {
    const to = [...(item.parentElement?.children ?? [])].indexOf(item) + 1;
    clearTimeout(this.timer);
    this.untold = null;
    if (to && this.send({ type: "move", entrant: Number(item.dataset.entrant), to })) this.timer = window.setTimeout(() => this.refused(), ANSWER_MS);
    else this.refused();
  }

  letGo() {
    clearTimeout(this.timer);
    this.busy = false;
    this.untold = null;
    if (this.behind) this.refresh();
    this.behind = false;
  }

  /** @param {any} event of the log */
  event(event) {
    if (this.busy && !this.drag && !this.untold && event.kind === "seeded") this.letGo();
  }

  /** It is not as it is shown: what the server has replaces it, even if that is what it was before. */
  refused() {
    if (!this.busy || this.drag) return;
    const shown = document.getElementById("console-entrants");
    const focused = document.activeElement?.id ?? "";
    shown?.replaceWith(shown.cloneNode(true)); // not known to be what its HTML says
    document.getElementById(focused)?.focus({ preventScroll: true });
    this.behind = true;
    this.letGo();
  }
}
