/** The bracket in somebody else's page. */
import { followBracket } from "./bracket.js";
import { Tournament } from "./follow.js";

const page = /** @type {HTMLElement} */ (document.querySelector("[data-screen]"));
new Tournament(page);
followBracket(page);
