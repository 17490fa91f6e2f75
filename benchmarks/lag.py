"""What is decided against the defender's screen on bad links, and what a cheat gains: ``simulator``, at length.

Whole matches in virtual time, on all cores. The cells with a promise get 50,000 arrivals, the others 5,000: together,
with the cheats, they take two quiet cores four to five minutes. Equal seeds give equal figures, on any machine.
"""

import os
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks.links import MOBILE, PROFILES, WIFI, WIRED, Profile
from benchmarks.simulator import HONEST, Figures, Habits, Match, play
from benchmarks.table import Promise, Report
from game.pong.court import PX, ruleset

RTTS_MS = (20, 60, 120, 200)
MOST_DIFFERED = {  # percent of verdicts, by RTT and profile
    (120, WIRED.name): 0.01,
    (120, WIFI.name): 0.01,
    (120, MOBILE.name): 0.1,
    (200, MOBILE.name): 0.5,
}
LEAST_ON_ARRIVAL = 5.0  # percent at an RTT of 120, judged on arrival
MOST_WAIT_MS = {WIRED.name: 15, WIFI.name: 20, MOBILE.name: 30}  # the median, beyond half a round trip
WITHHOLDS = Habits(tells=False)
BACK_DATES = Habits(back_date_ms=280)
CHEAT_RTT_MS = 20
MOST_FROM_EVEN = 2.0  # percent of points, for who withholds frontiers
MOST_POINTS = 75.0  # percent, for who back-dates
APART = 1_000_003  # between the seeds of two pieces of work


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is simulated."""

    promised: int = 50_000  # arrivals of a cell with a promise
    others: int = 5_000
    piece: int = 2_500  # arrivals simulated at a time
    withheld: int = 400  # matches, to 5 points
    judged: int = 100  # matches for the detector, each of cheats and of honest players


TINY = Scale(promised=150, others=150, piece=150, withheld=2, judged=2)


def cell(profile: Profile, rtt_ms: int, seed: int, arrivals: int) -> Figures:
    return play(profile, rtt_ms, range(seed, seed + arrivals), arrivals=arrivals)


def duel(profile: Profile, rtt_ms: int, seed: int, habits: Habits, points: int = 11) -> Figures:
    """A match of who has these habits against an honest player, the first's figures first."""
    rules = ruleset(points)
    if seed % 2 == 0:
        return Match(profile, rtt_ms, seed, (habits, HONEST), rules).play()
    figures = Match(profile, rtt_ms, seed, (HONEST, habits), rules).play()
    figures.points.reverse()
    figures.feels = [(cheat, honest) for honest, cheat in figures.feels]
    return figures


def run(tiny: bool = False) -> Report:
    scale = TINY if tiny else Scale()
    # Not forked: what calls this may have threads.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        pieces = {
            key: [
                pool.submit(cell, profile, rtt_ms, 1 + APART * number, scale.piece)
                for number in range((scale.promised if _promised(*key) else scale.others) // scale.piece)
            ]
            for profile in PROFILES
            for rtt_ms in RTTS_MS
            for key in [(rtt_ms, profile.name)]
        }
        duels = {
            "back-dates by 280 ms": (BACK_DATES, WIFI, CHEAT_RTT_MS, scale.judged, 11),
            "honest": (HONEST, MOBILE, 200, scale.judged, 11),
            "withholds frontiers": (WITHHOLDS, WIFI, CHEAT_RTT_MS, scale.withheld, 5),
        }
        matches = {
            name: [pool.submit(duel, profile, rtt_ms, 1 + seed, habits, points) for seed in range(number)]
            for name, (habits, profile, rtt_ms, number, points) in duels.items()
        }
        found: dict[tuple[int, str], Figures] = {}
        for key, work in pieces.items():
            found[key] = _sum(piece.result() for piece in work)
            cells = ", ".join(_cells(found[key]))
            print(f"  {key[1]} at {key[0]} ms: {found[key].arrivals:,} arrivals: {cells}", file=sys.stderr, flush=True)
        played: dict[str, Figures] = {}
        for name, work in matches.items():
            played[name] = _sum(match.result() for match in work)
            print(f"  {_judged(name, played[name])}", file=sys.stderr, flush=True)
    report = Report(
        f"Verdicts and waits, simulated: {sum(figures.arrivals for figures in found.values()):,} arrivals",
        [
            "link",
            "RTT, ms",
            "arrivals",
            "against the screen, %",
            "judged on arrival, %",
            "with its place, %",
            "wait p50, ms",
            "p95, ms",
            "opponent's jump p50, px",
            "p95, px",
            "turned by old commands, %",
        ],
    )
    for (rtt_ms, name), figures in found.items():
        report.rows.append([name, str(rtt_ms), f"{figures.arrivals:,}", *_cells(figures)])
        report.promises += _promises(rtt_ms, name, figures)
    report.notes.append(
        "Judged on arrival: the same matches, each command taking effect when it is heard, the paddle set right after "
        "every ball; with its place: each command also says where the paddle was."
    )
    _judge(report, played)
    return report


def _promised(rtt_ms: int, name: str) -> bool:
    return (rtt_ms, name) in MOST_DIFFERED


def _sum(pieces: Iterator[Figures]) -> Figures:
    figures = Figures()
    for piece in pieces:
        figures.add(piece)
    return figures


def _cells(figures: Figures) -> list[str]:
    waits, jumps = _percentiles(figures.waits_ms), _percentiles(figures.corrections_mpx)
    return [
        f"{_percent(figures.differed, figures.arrivals):.3f}",
        f"{_percent(figures.differed_on_arrival, figures.arrivals):.2f}",
        f"{_percent(figures.differed_by_place, figures.arrivals):.2f}",
        *(f"{wait:.0f}" for wait in waits),
        *(f"{jump / PX:.0f}" for jump in jumps),
        f"{_percent(figures.turned, figures.arrivals):.1f}",
    ]


def _promises(rtt_ms: int, name: str, figures: Figures) -> Iterator[Promise]:
    where = f"{name}, {rtt_ms} ms"
    if _promised(rtt_ms, name):
        differed = _percent(figures.differed, figures.arrivals)
        yield Promise(f"{where}: verdicts against the screen", differed, " %", most=MOST_DIFFERED[rtt_ms, name])
    if rtt_ms == 120:
        on_arrival = _percent(figures.differed_on_arrival, figures.arrivals)
        yield Promise(f"{where}: the same, judged on arrival", on_arrival, " %", least=LEAST_ON_ARRIVAL)
    wait_ms, _ = _percentiles(figures.waits_ms)
    yield Promise(f"{where}: wait p50", wait_ms, " ms", most=rtt_ms / 2 + MOST_WAIT_MS[name])


def _judged(name: str, figures: Figures) -> str:
    turned = sorted(_percent(feel.turned, feel.arrivals) for feel, _ in figures.feels)
    named = sum(feel.suspicious for feel, _ in figures.feels)
    return (
        f"Who {'is ' if name == 'honest' else ''}{name}: {_percent(figures.points[0], sum(figures.points)):.1f} % of "
        f"points in {len(turned)} matches; turned by old commands: {turned[0]:.0f} to {turned[-1]:.0f} % of a match; "
        f"named in {named}."
    )


def _judge(report: Report, played: dict[str, Figures]) -> None:
    """The cheats: what they gain, and whether they are named."""
    points = {name: _percent(figures.points[0], sum(figures.points)) for name, figures in played.items()}
    report.notes += [_judged(name, figures) for name, figures in played.items()]
    cheats, honest = played["back-dates by 280 ms"], played["honest"]
    accused = [feel for feels in honest.feels for feel in feels] + [feel for _, feel in cheats.feels]
    report.promises += [
        Promise(
            "withholding frontiers: points away from 50 %",
            abs(points["withholds frontiers"] - 50),
            " %",
            most=MOST_FROM_EVEN,
        ),
        Promise("back-dating by 280 ms: points", points["back-dates by 280 ms"], " %", most=MOST_POINTS),
        Promise(
            "back-dating by 280 ms: named",
            _percent(sum(feel.suspicious for feel, _ in cheats.feels), len(cheats.feels)),
            " % of matches",
            least=100.0,
        ),
        Promise("honest players named", float(sum(feel.suspicious for feel in accused)), "", most=0.0),
    ]


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole


def _percentiles(samples: list[int]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    cuts = statistics.quantiles(samples, n=20, method="inclusive")
    return cuts[9], cuts[18]
