"""The parts of a tournament's page as HTML, by element id: rendered by the templates that make the page, and kept.

What is kept is a cache of this process: dropped at any time without harm. A pairing is rendered anew when what it shows
is another; the large parts of a page when its version is, the bracket also when the score of a match under way is.
"""

import threading
from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from tournaments import entering
from tournaments.after import After
from tournaments.board import Board
from tournaments.formats.pairing import Pairing

CACHED = 50  # tournaments in one language each, of which parts are kept

Key = tuple[int, str | None]
_pairings: dict[Key, dict[str, tuple[dict[str, Any], str]]] = {}
_parts: dict[Key, dict[str, tuple[Any, str]]] = {}
_lock = threading.Lock()


def render(template: str, context: dict[str, Any]) -> str:
    # A template gives a SafeString, which the wire does not know; joined to a plain string it is one.
    return render_to_string(template, context) + ""


def pairing(board: Board, pairing: Pairing) -> str:
    """One pairing of the bracket."""
    kept = _kept(_pairings, board)
    shown = board.pairing(pairing)
    found = kept.get(pairing.id)
    if found is None or found[0] != shown:
        found = kept[pairing.id] = (shown, render("tournaments/_pairing.html", {"pairing": shown}))
    return found[1]


def bracket(board: Board) -> str:
    """Every section with its rounds and pairings."""
    sections = board.sections()
    for section in sections:
        for round in section["rounds"]:
            # Our own templates made it, with every name escaped.
            html = "".join(pairing(board, each) for each in round["pairings"])
            round["html"] = mark_safe(html)
    return render("tournaments/_bracket.html", {"tournament": board.head(), "sections": sections})


def standings(board: Board) -> str:
    """The tables, or an empty place for them."""
    return render("tournaments/_standings.html", {"tables": board.tables()})


def standings_table(table: dict[str, Any]) -> str:
    return render("tournaments/_standings_table.html", {"table": table})


def standings_row(row: dict[str, Any]) -> str:
    return render("tournaments/_standings_row.html", {"row": row})


def entrants(board: Board) -> str:
    """Who is in and, before the start, who waits."""
    context = {**_listing(board), "entry": entering.shown(board), "entrants": board.entrant_list()}
    return render("tournaments/_entrants.html", context)


def entrants_row(board: Board, entrant: int) -> str:
    return render("tournaments/_entrant.html", {**_listing(board), "entrant": board.entrant(entrant)})


def waitlist_row(waiting: dict[str, Any]) -> str:
    return render("tournaments/_waiting.html", {"waiting": waiting})


def counts(board: Board) -> dict[str, str]:
    """How many are in and how many wait, by element id."""
    context = {**_listing(board), "entry": {"waiting": board.waiting}}
    return {
        "entrants-count": render("tournaments/_entrants_count.html", context),
        "waitlist-count": render("tournaments/_waitlist_count.html", context),
    }


def _listing(board: Board) -> dict[str, Any]:
    return {"tournament": board.head(), "has_paths": bool(board.state.order)}


def after(board: Board) -> str:
    """What there is to tell of a tournament that is over, or an empty place for it."""
    short = After(board).short() if board.state.phase == "finished" else None
    return render("tournaments/_after.html", {"after": short})


LARGE: dict[str, Callable[[Board], str]] = {
    "tournament-bracket": bracket,
    "tournament-standings": standings,
    "tournament-entrants": entrants,
    "tournament-after": after,
}


def page(board: Board) -> dict[str, str]:
    """The large parts as of a version that is committed, by element id; from the cache if nothing has changed."""
    return {id: _part(board, id, make) for id, make in LARGE.items()}


def results(board: Board) -> str:
    """Every rank and every match of a tournament that is over, kept as the parts of its page are."""
    return _part(board, "results", _results)


def _results(board: Board) -> str:
    return render("tournaments/_results.html", {"after": After(board).whole()})


def _part(board: Board, name: str, make: Callable[[Board], str]) -> str:
    kept = _kept(_parts, board)
    stamp = (board.stamp, board.scores if make is bracket else None)
    found = kept.get(name)
    if found is None or found[0] != stamp:
        found = kept[name] = (stamp, make(board))
    return found[1]


def forget() -> None:
    """Drop all that is kept."""
    _pairings.clear()
    _parts.clear()


def _kept(cache: dict[Key, dict[str, Any]], board: Board) -> dict[str, Any]:
    key = (board.tournament.pk, get_language())
    with _lock:
        found: dict[str, Any] = cache.pop(key, {})
        if len(cache) >= CACHED:
            cache.pop(next(iter(cache)))  # what was not asked for the longest
        cache[key] = found
    return found
