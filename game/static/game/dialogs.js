/** The page's native dialogs: the keys, and resigning or leaving. `?` opens the one, `Esc` the other. */

export class Dialogs {
  /** @param {HTMLElement} root */
  constructor(root) {
    /** @type {Map<string, HTMLDialogElement>} */
    this.dialogs = new Map();
    for (const element of root.querySelectorAll("dialog")) {
      const dialog = /** @type {HTMLDialogElement} */ (element);
      this.dialogs.set(dialog.dataset.dialog ?? "", dialog);
      dialog.addEventListener("click", (event) => {
        const target = /** @type {Element} */ (event.target);
        if (target === dialog || target.closest("[data-close]")) dialog.close(); // its backdrop, or a button
      });
    }
    root.addEventListener("click", (event) => {
      const opener = /** @type {Element} */ (event.target).closest("[data-opens]");
      if (opener) this.open(/** @type {HTMLElement} */ (opener).dataset.opens ?? "");
    });
  }

  get isOpen() {
    return [...this.dialogs.values()].some((dialog) => dialog.open);
  }

  /** @param {string} name */
  open(name) {
    const dialog = this.dialogs.get(name);
    if (dialog && !this.isOpen) dialog.showModal();
  }

  close() {
    for (const dialog of this.dialogs.values()) dialog.close();
  }
}
