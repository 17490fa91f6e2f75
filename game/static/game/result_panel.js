/** After the end: who won and how, the rematch, and where to go from here. */

/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./session.js").MatchSession} MatchSession */
/** @typedef {import("./texts.js").Texts} Texts */
/** @typedef {import("./wire.js").Result} Result */

export class ResultPanel {
  /**
   * @param {HTMLElement} root
   * @param {Texts} texts
   * @param {Board} board
   */
  constructor(root, texts, board) {
    this.texts = texts;
    this.board = board;
    /** @param {string} selector */
    const find = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
    this.panel = find("[data-result]");
    this.title = find("[data-result-title]");
    this.score = find("[data-result-score]");
    this.reason = find("[data-result-reason]");
    this.numbers = find("[data-result-numbers]");
    this.replay = find("[data-replay-link]");
    this.statistics = find("[data-statistics]");
    this.asked = false;
    this.question = find("[data-rematch-text]");
    this.link = /** @type {HTMLAnchorElement} */ (root.querySelector("[data-rematch-link]"));
    /** @type {Record<string, HTMLElement>} */
    this.buttons = {};
    for (const act of ["offer", "accept", "decline", "withdraw"]) this.buttons[act] = find(`[data-rematch="${act}"]`);
    this.address = { url: root.dataset.url ?? "", id: root.dataset.id ?? "" };
  }

  /**
   * The page of another match: this one's with another number.
   * @param {number} id
   * @returns {string}
   */
  urlOf(id) {
    const { url, id: own } = this.address;
    const at = url.lastIndexOf(own);
    return at < 0 ? url : url.slice(0, at) + id + url.slice(at + own.length);
  }

  /**
   * The sentence of the result, shown and said.
   * @param {Result} result
   */
  headline({ winner }) {
    return winner === null ? this.texts.say("no-winner") : this.texts.say("winner", { name: this.board.nameOf(winner) });
  }

  /** @param {Result} result */
  because({ winner, reason }) {
    const loser = winner === null ? "" : this.board.nameOf(1 - winner);
    return this.texts.say(winner === null ? `reason-${reason}-both` : `reason-${reason}`, { name: loser });
  }

  /** @param {MatchSession} session */
  change(session) {
    const { result } = session;
    this.panel.hidden = !result;
    if (!result) return;
    this.title.textContent = this.headline(result);
    this.score.textContent = `${session.score[0]}–${session.score[1]}`;
    this.reason.textContent = this.because(result);
    this.reason.hidden = this.reason.textContent === "";
    this.#count(session);
    this.#ask(session);
  }

  /**
   * The match in numbers and its replay: there with the page, or fetched once the end has been seen.
   * @param {MatchSession} session
   */
  #count({ score }) {
    if (this.asked || score[0] + score[1] === 0) return;
    this.asked = true;
    if (this.statistics.firstElementChild) this.#showNumbers();
    else void this.#fetchNumbers();
  }

  async #fetchNumbers() {
    try {
      const answer = await fetch(this.statistics.dataset.statistics ?? "");
      if (answer.status === 204) return; // there are none
      if (!answer.ok) throw new Error(`the numbers: expected 200, came ${answer.status}`);
      this.statistics.innerHTML = await answer.text();
      this.#showNumbers();
    } catch {
      this.asked = false; // the server is away: with the next news again
    }
  }

  #showNumbers() {
    this.replay.hidden = false;
    this.numbers.textContent = this.statistics.querySelector("[data-statistics-line]")?.textContent ?? "";
    this.numbers.hidden = this.numbers.textContent === "";
  }

  /** @param {MatchSession} session */
  #ask(session) {
    const { sides, offer } = session;
    const me = sides[0];
    const mine = me !== undefined && (offer?.offered[me] ?? false);
    const theirs = me !== undefined && sides.length === 1 && (offer?.offered[1 - me] ?? false);
    const open = me !== undefined && !offer?.declined && !offer?.match;
    this.buttons.offer.hidden = !open || mine || theirs;
    this.buttons.accept.hidden = this.buttons.decline.hidden = !open || mine || !theirs;
    this.buttons.withdraw.hidden = !open || !mine || sides.length === 2;
    let text = "";
    if (offer?.match) text = "rematch-on";
    else if (offer?.declined && session.played) text = "rematch-declined";
    else if (open && theirs && !mine) text = "rematch-asked";
    else if (open && mine && sides.length === 1) text = "rematch-waiting";
    this.question.textContent = text && this.texts.say(text, { name: me === undefined ? "" : this.board.nameOf(1 - me) });
    this.question.hidden = text === "";
    this.link.hidden = !offer?.match;
    if (offer?.match) this.link.href = this.urlOf(offer.match);
  }
}
