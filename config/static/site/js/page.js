/**
 * What every page shares: relative times, "you", fragments, toasts, the theme, copying a link, "/" for the chat.
 * Words come from the templates, never from here.
 */

/** @returns {string} the reader's id, "" for a stranger */
export function me() {
  return document.body.dataset.user ?? "";
}

/* ---- Words ---- */

/**
 * Fills the places of a text from a template: `{name}`.
 * @param {string | undefined} text
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function fill(text, values = {}) {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/**
 * The text for a refusal, from `data-error-<code>` of an element, or its `data-error`.
 * @param {HTMLElement} element
 * @param {string} code
 * @returns {string}
 */
export function errorText(element, code) {
  return element.getAttribute(`data-error-${String(code).replaceAll("_", "-")}`) ?? element.getAttribute("data-error") ?? code;
}

/**
 * @param {number} ms
 * @returns {string} such as 0:07
 */
export function clockText(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {string} text said once by a screen reader, not shown */
export function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

/**
 * Pressed twice is meant: the first press asks, with the words in `data-confirm`.
 * @param {HTMLElement} button
 * @returns {boolean}
 */
export function sure(button) {
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

/* ---- Times ---- */

// The page's language, as the reader's own region writes it: 14:05 or 2:05 PM.
const written = document.documentElement.lang;
const language = navigator.languages.find((own) => own.split("-")[0] === written.split("-")[0]) ?? (written || undefined);
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "long" });
const nearTime = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const farDate = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const shortDate = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const wholeDate = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });

/**
 * @param {Date} when
 * @param {number} now
 * @returns {string} relative when near, a date when far, in the reader's time zone
 */
export function timeText(when, now = Date.now()) {
  const seconds = Math.round((when.getTime() - now) / 1_000);
  const size = Math.abs(seconds);
  if (size < 45) return relative.format(0, "second");
  if (size < 45 * 60) return relative.format(Math.trunc(seconds / 60) || Math.sign(seconds), "minute");
  if (size < 22 * 3_600) return relative.format(Math.round(seconds / 3_600), "hour");
  if (size < 6 * 86_400) return relative.format(Math.round(seconds / 86_400), "day");
  return farDate.format(when);
}

/** @param {ParentNode} root */
function showTimes(root) {
  const now = Date.now();
  for (const element of root.querySelectorAll("time[data-at]:not([datetime])")) {
    const time = /** @type {HTMLTimeElement} */ (element);
    const when = new Date(Number(time.dataset.at));
    if (!Number.isNaN(when.getTime())) time.dateTime = when.toISOString();
  }
  for (const element of root.querySelectorAll("time[datetime]")) {
    const time = /** @type {HTMLTimeElement} */ (element);
    if (!["relative", "clock", "when"].some((kind) => kind in time.dataset)) continue;
    const when = new Date(time.dateTime);
    if (Number.isNaN(when.getTime())) continue;
    const text = "clock" in time.dataset ? nearTime.format(when) : "when" in time.dataset ? shortDate.format(when) : timeText(when, now);
    if (time.textContent !== text) time.textContent = text;
    if (!time.title) time.title = wholeDate.format(when);
  }
}

/* ---- You ---- */

/** @param {ParentNode} root */
function markYou(root) {
  const id = me();
  for (const element of root.querySelectorAll("[data-user]")) {
    if (element === document.body) continue;
    element.classList.toggle("is-you", id !== "" && /** @type {HTMLElement} */ (element).dataset.user === id);
  }
}

/**
 * Everything that the server's HTML leaves to the reader's own page.
 * @param {ParentNode} [root]
 */
export function dress(root = document) {
  showTimes(root);
  markYou(root);
}

/* ---- Fragments ---- */

/**
 * Replaces elements by id with HTML from the server. What did not change is not touched; focus and the places of inner scrollers are kept. An empty text
 * takes an element away; one that names the list it belongs to (`data-list`), and is not in it, goes to the end of it.
 * @param {Record<string, string>} fragments
 * @returns {HTMLElement[]} what was replaced
 */
export function replaceFragments(fragments) {
  /** @type {HTMLElement[]} */
  const replaced = [];
  for (const [id, html] of Object.entries(fragments ?? {})) {
    const old = document.getElementById(id);
    if (typeof html !== "string" || (old && seen.get(old) === html)) continue;
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = /** @type {HTMLElement | null} */ (template.content.firstElementChild);
    if (!fresh) {
      old?.remove();
      if (old) replaced.push(old);
      continue;
    }
    const list = document.getElementById(fresh.dataset.list ?? "");
    if (!old && !list) continue;
    seen.set(fresh, html);
    const focus = old && focusPath(old);
    const scrolls = [...(old?.querySelectorAll("[data-keep-scroll]") ?? [])].map((element) => [element.scrollLeft, element.scrollTop]);
    if (old && (!list || old.parentElement === list)) {
      old.replaceWith(fresh);
    } else {
      old?.remove();
      list?.append(fresh);
    }
    dress(/** @type {ParentNode} */ (fresh.parentNode ?? document));
    [...fresh.querySelectorAll("[data-keep-scroll]")].forEach((element, i) => {
      if (scrolls[i]) [element.scrollLeft, element.scrollTop] = scrolls[i];
    });
    for (let around = fresh.parentElement; around; around = around.parentElement) seen.delete(around);
    refocus(fresh, focus);
    replaced.push(fresh);
  }
  if (replaced.length) document.dispatchEvent(new CustomEvent("rallypoint:fragments", { detail: replaced.map((element) => element.id) }));
  return replaced;
}

/** @type {WeakMap<Element, string>} the HTML an element was made of, as long as nothing in it was replaced */
const seen = new WeakMap();

/** @param {HTMLElement} root @returns {{ id: string, href: string | null } | null} */
function focusPath(root) {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return null;
  return { id: active.id, href: active.getAttribute("href") };
}

/** @param {HTMLElement} root @param {{ id: string, href: string | null } | null} focus */
function refocus(root, focus) {
  if (!focus) return;
  const target = focus.id
    ? document.getElementById(focus.id)
    : focus.href && root.querySelector(`a[href="${CSS.escape(focus.href)}"]`);
  if (target) /** @type {HTMLElement} */ (target).focus({ preventScroll: true });
}

/* ---- Toasts ---- */

/**
 * @param {string} text
 * @param {{ url?: string | null, kind?: string, ms?: number }} [options]
 */
export function toast(text, { url = null, kind = "info", ms = 8_000 } = {}) {
  const place = document.getElementById("toasts");
  const template = /** @type {HTMLTemplateElement | null} */ (document.getElementById("toast-template"));
  if (!place || !template || !text) return;
  const toastElement = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  toastElement.dataset.kind = kind;
  const words = toastElement.querySelector("[data-toast-text]");
  if (words) words.textContent = text;
  const link = /** @type {HTMLAnchorElement | null} */ (toastElement.querySelector("[data-toast-link]"));
  if (link && url && safeUrl(url)) {
    link.href = url;
    link.hidden = false;
  }
  const close = () => toastElement.remove();
  toastElement.querySelector("[data-toast-close]")?.addEventListener("click", close);
  let timer = window.setTimeout(close, ms);
  toastElement.addEventListener("pointerenter", () => clearTimeout(timer));
  toastElement.addEventListener("focusin", () => clearTimeout(timer));
  toastElement.addEventListener("pointerleave", () => (timer = window.setTimeout(close, ms / 2)));
  place.append(toastElement);
  while (place.children.length > 4) place.firstElementChild?.remove();
}

/**
 * Only addresses of this site may be followed.
 * @param {string} url
 * @returns {boolean}
 */
export function safeUrl(url) {
  try {
    return new URL(url, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

/**
 * Go to another page, once: a second wish for the same address, while the first one is under way, would break it off.
 * @param {string} url
 */
export function goTo(url) {
  const wanted = new URL(url, location.href).href;
  if (wanted === goingTo) return;
  goingTo = wanted;
  location.assign(wanted);
}
let goingTo = "";

/* ---- The theme ---- */

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : !matchMedia("(prefers-color-scheme: light)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("rallypoint.theme", root.dataset.theme);
  } catch {
    /* it holds for this page */
  }
}

/* ---- A link to share ---- */

/** @param {HTMLElement} button with data-copy="<id of an input>" */
async function copyFrom(button) {
  const input = /** @type {HTMLInputElement | null} */ (document.getElementById(button.dataset.copy ?? ""));
  if (!input) return;
  input.focus();
  input.select();
  let done = false;
  try {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(input.value);
      done = true;
    }
  } catch {
    /* the older way below */
  }
  if (!done) {
    try {
      done = document.execCommand("copy");
    } catch {
      done = false;
    }
  }
  // When even that is refused the link stays selected, ready for the reader's own "copy".
  const text = (done ? button.dataset.done : button.dataset.selected) ?? "";
  const before = button.dataset.label ?? button.textContent ?? "";
  button.dataset.label = before;
  if (text) {
    button.textContent = text;
    announce(text);
    window.setTimeout(() => (button.textContent = before), 2_500);
  }
}

/* ---- One listener for all of it ---- */

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const copy = /** @type {HTMLElement | null} */ (target.closest("[data-copy]"));
  if (copy) void copyFrom(copy);
  if (target.closest("[data-theme-toggle]")) toggleTheme();
  if (target.closest("[data-reload]")) location.reload();
  const select = /** @type {HTMLInputElement | null} */ (target.closest("input[data-select]"));
  if (select) select.select();
});

// A form that was sent once is not sent twice; when the reader comes back it works again.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 4_000);
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  goingTo = "";
  dress();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  if (active && (active.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName))) return;
  const field = /** @type {HTMLElement | null} */ (document.querySelector("[data-chat-field]:not([disabled])"));
  if (!field) return;
  event.preventDefault();
  field.focus();
});

dress();
setInterval(() => {
  if (document.visibilityState === "visible") showTimes(document);
}, 15_000);
document.addEventListener("visibilitychange", () => showTimes(document));
