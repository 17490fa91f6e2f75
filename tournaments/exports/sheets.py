"""Sheets: comma-separated values (RFC 4180) that open in any spreadsheet, and do nothing there.

A cell of text that begins as a formula does has an apostrophe before it, which spreadsheets take for "this is text".
Numbers are plain.
"""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction
from io import StringIO

from ..formats.pairing import Pairing, Played
from ..formats.statistics import played, ranking, records
from ..formats.tournament import Tournament
from .about import About, Match, instant

FORMULA = frozenset("=+-@\t\r＝＋－＠")  # noqa: RUF001 - some take the wide ones for the others  # fmt: skip
BOM = "\ufeff"  # by which spreadsheets know that it is UTF-8
Cell = str | int | Fraction | None

RANKS = ("rank", "entrant", "name", "seed", "won", "lost", "points_scored", "points_conceded", "dropped")
MATCHES = (
    *("pairing", "section", "group", "round", "number", "best_of"),
    *("entrant_1", "name_1", "seed_1", "entrant_2", "name_2", "seed_2"),
    *("how", "winner", "score_1", "score_2"),
    *("game", "game_score_1", "game_score_2", "started", "finished", "url"),
)


def ranks(tournament: Tournament) -> str:
    """The final ranks, or those of now: a line for each entrant of the draw, the best first."""
    standings = ranking(tournament)
    of = records(tournament)
    tie_breaks = list(dict.fromkeys(name for standing in standings for name in standing.tie_breaks))
    has_points = any(standing.points is not None for standing in standings)
    head = [*RANKS, *(["points"] if has_points else []), *tie_breaks]
    return _sheet(
        head,
        (
            [
                standing.rank,
                standing.entrant,
                tournament.entrants[standing.entrant],
                standing.seed,
                of[standing.entrant].won,
                of[standing.entrant].lost,
                of[standing.entrant].points,
                of[standing.entrant].conceded,
                "yes" if standing.entrant in tournament.dropped else "no",
                *([standing.points] if has_points else []),
                *(standing.tie_breaks.get(name) for name in tie_breaks),
            ]
            for standing in standings
        ),
    )


def matches(tournament: Tournament, about: About) -> str:
    """A line for each match that was played, and one for each pairing without any: byes, forfeits, what is to come.
    Pairings that nobody ever comes to are left out.
    """
    seeds = {entrant: seed for seed, entrant in enumerate(tournament.order, start=1)}
    rows: list[list[Cell]] = []
    for pairing in tournament.pairings.values():
        if pairing.state == "void":
            continue
        head = _head(tournament, pairing, seeds)
        games = played(pairing) or (None,)
        rows += [[*head, *_game(about, number, game)] for number, game in enumerate(games, start=1)]
    return _sheet(MATCHES, rows)


def _head(tournament: Tournament, pairing: Pairing, seeds: dict[int, int]) -> list[Cell]:
    place, verdict = pairing.place, pairing.verdict
    two: list[Cell] = []
    for entrant in pairing.occupants:
        if isinstance(entrant, int):
            two += [entrant, tournament.entrants[entrant], seeds[entrant]]
        else:
            two += [None, None, None]
    score = verdict.score if verdict is not None and verdict.score is not None else (None, None)
    best_of = tournament.best_of(pairing.id)
    shown: list[Cell] = [pairing.id, place.section, place.group, place.round, place.number, best_of, *two]
    return [*shown, verdict.how if verdict is not None else None, pairing.winner, *score]


def _game(about: About, number: int, game: Played | None) -> list[Cell]:
    if game is None:
        return [None] * 6
    match = about.matches.get(game.match, Match()) if game.match is not None else Match()
    score = game.score or (None, None)
    return [number, *score, instant(match.started_ms), instant(match.finished_ms), match.url]


def _sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return BOM + written.getvalue()


def _cell(value: Cell) -> str | int | float | None:
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: marks and blanks that are not seen do not hide one."""
    begins = next((c for c in text if c in FORMULA or not (c.isspace() or unicodedata.category(c) == "Cf")), "")
    return f"'{text}" if begins in FORMULA and begins else text
