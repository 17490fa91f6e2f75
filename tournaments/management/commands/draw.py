"""`manage.py draw`: print the draw of a field as JSON, and how it stands after a file of results.

The way in for everybody who wants to check us, or to run a draw without a server: it needs no database.
"""

import json
import re
from argparse import ArgumentTypeError
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from django.core.management.base import CommandParser

from tournaments.formats.engine import FORMATS, apply, begin, fold
from tournaments.formats.events import DoubleForfeit, Drawn, Entered, Event, Result, Walkover, from_dict
from tournaments.formats.format import check
from tournaments.formats.options import NO_OPTIONS, GrandFinal, Options
from tournaments.formats.refused import Refused
from tournaments.formats.swiss_draw import next_round
from tournaments.formats.tournament import Standing, Tournament
from tournaments.management.one_line import OneLineCommand, wrong

DRAWN = [name for name, format in FORMATS.items() if not format(NO_OPTIONS).pairs_as_it_goes]


class Command(OneLineCommand):
    help = "Print the draw of a format for a number of entrants as JSON; entrants are named by their seeds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", required=True, help=f"one of {', '.join(DRAWN)}")
        parser.add_argument("--entrants", required=True, type=_whole, help="how many entrants")
        parser.add_argument(
            "--grand-final",
            choices=get_args(GrandFinal),
            help="of a double elimination: none, a single one, or a second one if the losers' champion wins (reset)",
        )
        parser.add_argument(
            "--options",
            type=_object,
            metavar="JSON",
            help='more of the format\'s options, as an object: {"third_place": true}, {"cycles": 2}, {"rounds": 5}, '
            '{"groups": 4, "advance": 2, "play_offs": "double_elimination"}',
        )
        parser.add_argument(
            "--results",
            type=Path,
            metavar="FILE",
            help='results in the order they came, a JSON list of {"match": id, and one of "score": [a, b], '
            '"walkover": 1 or 2 (who goes on), "double_forfeit": true}',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen: dict[str, object] = options["options"] or {}
        if options["grand_final"] is not None:
            if chosen.get("grand_final", options["grand_final"]) != options["grand_final"]:
                raise wrong(f"--grand-final: expected one grand final, came two, also {chosen['grand_final']!r}")
            chosen = {**chosen, "grand_final": options["grand_final"]}
        try:
            tournament = draw(options["format"], options["entrants"], chosen)
        except Refused as refused:
            raise wrong(str(refused)) from refused
        except RecursionError as error:
            raise wrong(f"--options: expected an object of options, came {error}") from error
        if options["results"] is not None:
            tournament = play(tournament, options["results"])
        self.stdout.write(json.dumps(printed(tournament), indent=2))


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,20}", text):
        raise ArgumentTypeError(f"expected a whole number, came {text!r}")
    return int(text)


def _object(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ArgumentTypeError(f"expected a JSON object, came {text!r}")
    return value


def draw(format_name: str, entrants: int, chosen: Mapping[str, object]) -> Tournament:
    """The draw of entrants 1..`entrants`, each seeded by its number, with the options that were `chosen`.

    Refused if the format has no draw of that size, or not that option, even as it is by default.
    """
    options = Options.from_dict(chosen)
    format = begin(format_name, options).format
    check(format, chosen)
    if format.pairs_as_it_goes:
        raise Refused("format", f"one of {', '.join(DRAWN)}: nothing is drawn in others", format_name)
    sizes = format.sizes
    if entrants not in sizes:
        raise Refused("size", f"{sizes[0]} to {sizes[-1]} entrants", entrants)  # before a billion of them enter
    seeds = range(1, entrants + 1)
    log: list[Event] = [*(Entered(seed, f"Seed {seed}") for seed in seeds), Drawn(tuple(seeds))]
    return rounds_drawn(fold(format_name, log, options))


def rounds_drawn(tournament: Tournament) -> Tournament:
    """The tournament with the round that is due, where rounds are drawn one by one."""
    if tournament.round_due is None:
        return tournament
    return apply(tournament, next_round(tournament))


def play(tournament: Tournament, file: Path) -> Tournament:
    """The tournament after the results in `file`; the error names the first that is wrong, counted from 0."""
    try:
        results = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise wrong(f"{file}: expected a JSON list of results, came {error}") from error
    if not isinstance(results, list):
        raise wrong(f"{file}: expected a JSON list of results, came {results!r:.80}")
    for number, result in enumerate(results):
        try:
            tournament = after(tournament, event(result))
        except Refused as refused:
            raise wrong(f"{file}: result {number}: {refused}") from refused
        except RecursionError as error:
            raise wrong(f"{file}: result {number}: expected a match and how it ended, came {error}") from error
    return tournament


def after(tournament: Tournament, result: Event) -> Tournament:
    """The tournament after one more result. Refused also if the score is of a series and does not decide it."""
    played = apply(tournament, result)
    if isinstance(result, Result) and result.score is not None:
        best_of = tournament.best_of(result.pairing)
        if best_of > 1 and max(result.score) != best_of // 2 + 1:
            expected = f"{best_of // 2 + 1} matches won by the winner of a best of {best_of}"
            raise Refused("event", expected, list(result.score))
    return rounds_drawn(played)


def event(result: object) -> Event:
    """The event that one line of a results file stands for."""
    match result:
        case {"match": str(pairing), "score": [int(upper), int(lower)], **rest} if not rest:
            return Result.by_score(pairing, (upper, lower))
        case {"match": str(pairing), "walkover": winner, **rest} if not rest:
            return from_dict({"kind": Walkover.kind, "pairing": pairing, "winner": winner})
        case {"match": str(pairing), "double_forfeit": True, **rest} if not rest:
            return DoubleForfeit(pairing)
        case _:
            raise Refused("event", "a match with one of score [a, b], walkover 1|2, double_forfeit true", repr(result))


def printed(tournament: Tournament) -> dict[str, object]:
    return {
        "format": tournament.format.name,
        "entrants": len(tournament.order),
        "matches": [pairing.place.to_dict() for pairing in tournament.pairings.values()],
        "standings": [_line(standing) for standing in tournament.standings()],
        "next": [pairing.id for pairing in tournament.playable()],
    }


def _line(standing: Standing) -> dict[str, object]:
    line: dict[str, object] = {"entrant": standing.entrant, "seed": standing.seed, "rank": standing.rank}
    if standing.points is not None:
        line["PTS"] = _number(standing.points)
        line |= {name: _number(value) for name, value in standing.tie_breaks.items()}
    return line


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)
