/**
 * What an organiser does not do lightly: a dialog with the act's form, then what it would change, in words, then "Do it".
 * A preview is of a version; what is done is what it showed, or is refused and shown anew.
 *
 * @typedef {{ names: (string | null)[], state: string, how: string | null, winner: number | null, score: number[] | null }} Side
 * @typedef {{ pairing: string, number: number | null, before: Side | null, after: Side | null }} Change
 * @typedef {{ match: number, pairing: string, number: number | null, names: string[], score: number[], live: boolean }} End
 */
import { announce, errorText, fill } from "./page.js";

/** By act: the kind of the event that says it is done. */
const DONE = { drop: "dropped", override: "overridden", reopen: "reopened", replace: "replaced", undo: "undone" };
const AGAIN = ["stale", "confirm"]; // refusals after which it is looked at again
const AT_ONCE = ["drop", "reopen", "undo"]; // there is nothing to fill in

export class Acts {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLElement} page has the texts of refusals
   * @param {(message: object) => boolean} send
   */
  constructor(dialog, page, send) {
    this.dialog = dialog;
    this.page = page;
    this.send = send;
    this.form = /** @type {HTMLFormElement} */ (dialog.querySelector("[data-act-form]"));
    /** The button that opened the dialog: it may be another element when the dialog closes. */
    this.opener = "";
    this.name = "";
    /** @type {any} the act whose preview is asked for or shown */
    this.act = null;
    /** @type {{ n: number, confirm: number[] } | null} what the preview showed */
    this.seen = null;
    /** @type {"" | "preview" | "do"} what an answer is awaited to */
    this.waits = "";
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    this.form.addEventListener("input", () => this.changed());
    this.part("do").addEventListener("click", () => this.perform());
    this.part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      this.waits = "";
      document.getElementById(this.opener)?.focus();
    });
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.dialog.querySelector(`[data-${name}]`));
  }

  /** @param {HTMLElement} button whose `data-open` says which act, and what else says of whom */
  open(button) {
    this.opener = button.id;
    this.name = button.dataset.open ?? "";
    this.of = { ...button.dataset };
    this.form.reset();
    const { left = "", right = "", winner } = button.dataset;
    this.part("title").textContent = fill(this.text(`title-${this.name}`), /** @type {Record<string, string>} */ (this.of));
    for (const element of this.dialog.querySelectorAll("[data-fields]")) {
      const fields = /** @type {HTMLElement} */ (element);
      fields.hidden = fields.dataset.fields !== this.name;
      for (const input of fields.querySelectorAll("input")) input.disabled = fields.hidden;
    }
    for (const element of this.dialog.querySelectorAll("[data-left]")) element.textContent = left;
    for (const element of this.dialog.querySelectorAll("[data-right]")) element.textContent = right;
    // An override is wanted for another winner.
    const other = /** @type {HTMLInputElement | null} */ (this.form.querySelector(`[name="winner"][value="${winner === "1" ? 2 : 1}"]`));
    if (other) other.checked = true;
    this.changed();
    this.dialog.showModal();
    if (AT_ONCE.includes(this.name)) this.ask();
  }

  /** What is filled in is another act: it is not previewed. */
  changed() {
    const how = String(new FormData(this.form).get("how") ?? "score");
    this.part("needs-winner").hidden = how === "double_forfeit";
    this.part("needs-score").hidden = how !== "score";
    this.seen = null;
    this.waits = "";
    this.part("preview").hidden = true;
    this.part("do").hidden = true;
    this.part("ask").hidden = false;
    this.refuse("");
  }

  /** @returns {any} the act as the socket takes it */
  message() {
    const given = new FormData(this.form);
    /** @param {string} name */
    const word = (name) => String(given.get(name) ?? "").trim();
    const { entrant, pairing, entry } = /** @type {Record<string, string>} */ (this.of);
    switch (this.name) {
      case "drop":
        return { type: "drop", entrant: Number(entrant) };
      case "disqualify":
        return { type: "drop", entrant: Number(entrant), reason: word("reason") };
      case "replace":
        return { type: "replace", entrant: Number(entrant), name: word("name") };
      case "reopen":
        return { type: "reopen", pairing };
      case "undo":
        return { type: "undo", entry: Number(entry) };
    }
    const how = word("how");
    const act = { type: "override", pairing, how };
    if (how === "double_forfeit") return act;
    const winner = Number(word("winner"));
    if (how === "walkover" || (!word("a") && !word("b"))) return { ...act, winner };
    return { ...act, winner, score: [Number(word("a")), Number(word("b"))] };
  }

  ask() {
    const missing = /** @type {HTMLInputElement | undefined} */ (
      [...this.form.querySelectorAll("input")].find((input) => !input.disabled && !input.checkValidity() && input.offsetParent)
    );
    if (missing) {
      this.refuse(errorText(this.page, "bad_message"));
      missing.focus();
      return;
    }
    this.act = this.message();
    if (this.send({ type: "preview", act: this.act })) this.waits = "preview";
    else this.refuse(errorText(this.page, "offline"));
  }

  /** @param {{ n: number, changes: Change[], ends: End[], phase: string }} shown */
  preview(shown) {
    if (this.waits !== "preview" || !this.dialog.open) return;
    this.waits = "";
    this.seen = { n: shown.n, confirm: shown.ends.map((end) => end.match) };
    list(this.part("changes"), shown.changes.map((change) => this.changeText(change)));
    list(this.part("ends"), shown.ends.map((end) => this.endText(end)));
    this.part("changes-part").hidden = !shown.changes.length;
    this.part("no-change").hidden = Boolean(shown.changes.length);
    this.part("ends-part").hidden = !shown.ends.length;
    const before = document.getElementById("console-status")?.dataset.phase;
    const note = before === shown.phase ? "" : shown.phase === "running" ? "goes-on" : shown.phase === "finished" ? "is-over" : "";
    this.part("phase-note").hidden = !note;
    this.part("phase-note").textContent = note && this.text(note);
    this.part("preview").hidden = false;
    this.part("do").hidden = false;
    this.part("ask").hidden = true;
    this.part("preview").focus();
  }

  perform() {
    if (!this.seen || this.waits) return;
    const { n, confirm } = this.seen;
    // A drop asks for no word: who is gone plays no more.
    const message = this.act.type === "drop" ? { ...this.act, n } : { ...this.act, n, confirm };
    if (this.send(message)) this.waits = "do";
    else this.refuse(errorText(this.page, "offline"));
  }

  /** @param {any} event of the log */
  event(event) {
    if (this.waits !== "do" || event.kind !== DONE[/** @type {keyof typeof DONE} */ (this.act.type)]) return;
    if (event.entrant !== this.act.entrant || event.pairing !== this.act.pairing) return;
    announce(this.page.dataset.done ?? "");
    this.dialog.close();
  }

  /**
   * @param {{ code: string }} refusal
   * @returns {boolean} whether it was of what this dialog asked
   */
  refused({ code }) {
    if (!this.waits || !this.dialog.open) return false;
    const again = this.waits === "do" && AGAIN.includes(code);
    this.waits = "";
    if (again) this.ask();
    this.refuse(errorText(this.page, code));
    return true;
  }

  /** Events may have been missed: whether it is done is not known, so it is looked at again. */
  missed() {
    if (!this.dialog.open || !this.waits) return;
    if (this.waits === "do") this.refuse(errorText(this.page, "stale"));
    this.ask();
  }

  /** @param {string} text */
  refuse(text) {
    this.part("refusal").textContent = text;
  }

  /* ---- Words ---- */

  /** @param {string} name @returns {string} */
  text(name) {
    return this.dialog.getAttribute(`data-${name}`) ?? "";
  }

  /** @param {{ number: number | null, pairing: string }} of */
  matchText({ number, pairing }) {
    return number === null ? pairing : fill(this.text("match"), { number });
  }

  /** @param {Change} change */
  changeText(change) {
    return fill(this.text("change"), { match: this.matchText(change), before: this.sideText(change.before), after: this.sideText(change.after) });
  }

  /** @param {Side | null} side */
  sideText(side) {
    if (!side) return this.text("gone");
    const [left, right] = side.names.map((name) => name ?? this.text("unknown"));
    const [winner, loser] = side.winner === 2 ? [right, left] : [left, right];
    const score = side.score && (side.winner === 2 ? [side.score[1], side.score[0]] : side.score);
    const values = { left, right, winner, loser, ...(score && { a: score[0], b: score[1] }) };
    const kind = side.how === "score" && !score ? "won" : (side.how ?? side.state);
    return fill(this.text(`side-${kind.replaceAll("_", "-")}`), values);
  }

  /** @param {End} end */
  endText(end) {
    const [left, right] = end.names;
    const values = { match: this.matchText(end), left, right, a: end.score[0], b: end.score[1] };
    return fill(this.text(end.live ? "end-live" : "end-called"), values);
  }
}

/** @param {HTMLElement} place @param {string[]} texts */
function list(place, texts) {
  place.replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}
