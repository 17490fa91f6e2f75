/** The words of the page: they live in its template, in the reader's language, as <span data-text="name">…{place}…</span>. */

import { fill } from "../site/js/page.js";

export class Texts {
  /** @param {HTMLTemplateElement} template */
  constructor(template) {
    /** @type {Map<string, string>} */
    this.texts = new Map();
    for (const element of template.content.querySelectorAll("[data-text]")) {
      this.texts.set(/** @type {HTMLElement} */ (element).dataset.text ?? "", (element.textContent ?? "").trim());
    }
  }

  /**
   * @param {string} name
   * @param {Record<string, string | number>} [values] what goes into the places
   * @returns {string}
   */
  say(name, values) {
    return fill(this.texts.get(name), values);
  }
}
