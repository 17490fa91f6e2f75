"""How long a tournament takes to be folded from its log, to take one more event, and to be ranked, on one core."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from benchmarks.table import Promise, Report
from tournaments.formats.engine import apply, fold
from tournaments.formats.events import Drawn, Entered, Event, Overridden, Result
from tournaments.formats.swiss_draw import next_round
from tournaments.formats.tournament import Standing, Tournament

FIELDS = {"single_elimination": 1024, "double_elimination": 1024, "round_robin": 64, "groups": 1024, "swiss": 2048}
TINY = 16
MOST_FOLD_S = 1.0  # of the double elimination
TIMES = 5  # the best of so many


def run(tiny: bool = False) -> Report:
    rows: list[Sequence[str]] = []
    fold_s = 0.0
    for format, most in FIELDS.items():
        log = _log(format, TINY if tiny else most)
        tournament = fold(format, log)
        took_s = _best(lambda format=format, log=log: fold(format, log))  # type: ignore[misc]
        if format == "double_elimination":
            fold_s = took_s
        before, last = fold(format, log[:-1]), log[-1]
        apply_s = _best(lambda before=before, last=last: apply(before, last))  # type: ignore[misc]
        override = _override(tournament)
        override_s = _best(lambda tournament=tournament, override=override: apply(tournament, override))  # type: ignore[misc]
        standings_s = _best(lambda tournament=tournament: _ranked(tournament))  # type: ignore[misc]
        rows.append(
            [
                format,
                f"{len(tournament.order):,}",
                f"{len(log):,}",
                *(f"{seconds * 1000:,.1f}" for seconds in (took_s, apply_s, override_s, standings_s)),
            ]
        )
    report = Report(
        "A tournament played to its end, folded from its log",
        ["format", "entrants", "events", "fold, ms", "one event, ms", "override of the first, ms", "standings, ms"],
        rows,
        ["CPU time, the best of five."],
    )
    if not tiny:
        what = f"fold of a double elimination of {FIELDS['double_elimination']:,}"
        report.promises.append(Promise(what, fold_s, " s", most=MOST_FOLD_S))
    return report


def _ranked(tournament: Tournament) -> Sequence[Standing]:
    """Its standings, as if nobody had asked for them before."""
    return replace(tournament, _table=[], _standings=[]).standings()


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def _log(format: str, entrants: int) -> list[Event]:
    """The log of a tournament that chance decides."""
    toss = random.Random(entrants)
    ids = tuple(range(1, entrants + 1))
    log: list[Event] = [*(Entered(id, f"E{id}") for id in ids), Drawn(ids)]
    tournament = fold(format, log)
    while tournament.phase == "running":
        if tournament.round_due is not None:
            due: list[Event] = [next_round(tournament)]
        else:
            due = [Result(pairing.id, toss.choice((1, 2)), (11, 7)) for pairing in tournament.playable()]
        log += due
        tournament = fold(format, log)
    return log


def _override(tournament: Tournament) -> Overridden:
    """The first that was played goes to the other one: all that followed is looked at again."""
    first = next(p for p in tournament.pairings.values() if p.verdict is not None and p.verdict.how == "score")
    return Overridden(first.id, "score", 2 if first.verdict is not None and first.verdict.winner == 1 else 1)
