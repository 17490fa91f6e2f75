/**
 * The form of a tournament: shows what the chosen format takes, how many matches it will be, and reads the start in the reader's own time.
 * Without it every option is there, and what the format does not take is ignored.
 */

const PAUSE_MS = 250; // after the last key, before the server is asked

const found = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-tournament-form]"));
if (found) start(found);

/** @param {HTMLFormElement} form */
function start(form) {
  /** @param {string} name @returns {string} also of a field that is not sent */
  const value = (name) => /** @type {HTMLInputElement | RadioNodeList | null} */ (form.elements.namedItem(name))?.value ?? "";

  /* ---- What the format takes ---- */

  function showOptions() {
    const format = value("format");
    for (const element of form.querySelectorAll("[data-for]")) {
      const option = /** @type {HTMLElement} */ (element);
      const taken = (option.dataset.for ?? "").split(" ").includes(format);
      // Groups have some options only with some of their own choices.
      const fits = format !== "groups" || !option.dataset.only || value(option.dataset.only) === option.dataset.value;
      option.hidden = !(taken && fits);
      // What is not shown is not checked by the browser, nor sent.
      for (const field of option.querySelectorAll("input, select")) /** @type {HTMLInputElement} */ (field).disabled = option.hidden;
    }
  }

  /* ---- How many matches it will be ---- */

  let timer = 0;
  /** @type {AbortController | null} */
  let asking = null;

  async function showLengths() {
    asking?.abort();
    const asked = (asking = new AbortController());
    const query = new URLSearchParams();
    for (const [name, field] of new FormData(form)) {
      if (typeof field === "string" && name !== "csrfmiddlewaretoken" && name !== "password") query.append(name, field);
    }
    try {
      const answer = await fetch(`${form.dataset.lengths}?${query}`, { signal: asked.signal });
      if (!answer.ok) return;
      for (const [format, text] of Object.entries(await answer.json())) {
        const place = form.querySelector(`[data-length="${CSS.escape(format)}"]`);
        if (place) place.textContent = String(text);
      }
    } catch {
      /* what stands there is of before: the next change asks again */
    }
  }

  form.addEventListener("input", () => {
    showOptions();
    clearTimeout(timer);
    timer = window.setTimeout(() => void showLengths(), PAUSE_MS);
  });

  /* ---- The start, in the reader's own time ---- */

  const starts = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("starts"));
  const zone = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("zone_min"));

  /** @param {Date} when @returns {string} as a field of a local time has it */
  function local(when) {
    /** @param {number} number */
    const two = (number) => String(number).padStart(2, "0");
    return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}T${two(when.getHours())}:${two(when.getMinutes())}`;
  }

  function readZone() {
    if (!starts || !zone) return;
    // The offset of that day, not of today: summer time may be between.
    const when = starts.value ? new Date(starts.value) : new Date();
    zone.value = Number.isNaN(when.getTime()) ? "" : String(when.getTimezoneOffset());
  }

  if (starts?.dataset.at) starts.value = local(new Date(Number(starts.dataset.at)));
  starts?.addEventListener("input", readZone);
  form.addEventListener("submit", readZone);
  readZone();
  showOptions();
  // A browser that comes back, or was reloaded, fills the fields in after this.
  addEventListener("pageshow", () => {
    showOptions();
    readZone();
  });

  // What the browser finds wrong in a closed group is shown.
  form.addEventListener("invalid", (event) => {
    const section = /** @type {HTMLElement} */ (event.target).closest("details");
    if (section) section.open = true;
  }, true);

  const wrong = /** @type {HTMLElement | null} */ (form.querySelector(".field-bad input, .field-bad select"));
  wrong?.focus();
}
