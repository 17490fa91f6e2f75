"""How many matches a core serves, and at what cost: a naive 60 Hz game, a bare relay on the same stack, and ours.

The same simulated people play against each (players.py). The server has one core, the load another. First each server
has the same few matches, for the costs of a match; then more and more, until a command takes 20 ms to the opponent at
p99.
"""

import asyncio
import sys
import time
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.load import Load, Window
from benchmarks.servers import Server
from benchmarks.table import Promise, Report

P99_MS = 20.0  # how long a command may take to the opponent's client
LEAST_CPU_RATIO = 15.0  # the naive game's processor time for a match-second, by ours: docs promise it
MOST_BYTES_S = 220.0  # payload to a player: docs promise it, and the messages
MOST_MESSAGES_S = 8.0
MOST_MESSAGES_TO_SPECTATOR_S = 7.0
FAST_LOAD = 0.9  # above this share of its own core the load would be what is measured
LEAST_TICKS_S = 50  # of the naive game: it sleeps 1/60 s between two, so it never has quite 60
QUIET = 0.1  # above this share of the machine, others disturb the figures


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured. Times in seconds."""

    few: int = 8  # matches that the naive game still serves in time
    together: int = 16  # matches for the costs of one: the naive game still keeps its 60 Hz with as many
    settle_s: float = 6  # three of them are the countdown
    watch_s: float = 15
    grown_s: float = 5  # for those that join to be under way
    step_watch_s: float = 6
    first: float = 0.5  # of the capacity that the costs let expect, with this the search begins ...
    step: float = 1.2  # ... and goes up by this, until it fails twice in a row
    steps: int = 6
    most: int = 1_500  # matches made for the search
    tries: int = 3  # for the costs, if others disturb
    budget_s: float = 95  # for one server: no step of the search begins after it


TINY = Scale(few=1, together=2, settle_s=4, watch_s=1, grown_s=0, step_watch_s=0.5, steps=1, most=3, tries=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What one server showed: the cost of a match, and the most within the limit (None: not even the first step)."""

    cost: Window
    peak: Window | None
    at_least: bool  # the search ended before the server did
    stands: tuple[float, float] | None  # messages and payload bytes to a spectator, a second; only of ours


async def _measure(server: Server, scale: Scale) -> Found:
    load = Load(server)
    until = time.monotonic() + scale.budget_s
    try:
        await load.grow(scale.few)
        await asyncio.sleep(scale.settle_s)
        few = await _best_of_two(load, scale.step_watch_s)
        _say(server.name, few)
        await load.grow(scale.together)
        await asyncio.sleep(scale.settle_s)
        cost = await _calmest(load, scale)
        stands = await load.spectate(scale.watch_s) if load.name == "ours" else None
        peak = next((window for window in (cost, few) if window.p99_ms < P99_MS), None)
        expected = 1e6 / cost.cpu_us_a_match_s
        wanted = expected * scale.first
        for _ in range(scale.steps):
            matches = max(min(round(wanted), scale.most), load.matches + 1)
            await load.grow(matches)
            await asyncio.sleep(scale.grown_s)
            window = await _best_of_two(load, scale.step_watch_s)
            _say(server.name, window)
            if window.p99_ms >= P99_MS:
                return Found(cost, peak, at_least=False, stands=stands)
            peak = window
            if load.matches >= scale.most or window.load_core > FAST_LOAD or time.monotonic() > until:
                break
            # Costs fall with many matches at once: what is seen now says better how far it is.
            wanted = max(wanted * scale.step, load.matches * scale.step)
        return Found(cost, peak, at_least=True, stands=stands)
    finally:
        await load.end()


async def _calmest(load: Load, scale: Scale) -> Window:
    """The costs, from the time in which other processes disturbed least: they starve a tick and spoil every cache."""
    windows: list[Window] = []
    while len(windows) < scale.tries and not (windows and windows[-1].others <= QUIET):
        windows.append(await load.watch(scale.watch_s))
        _say(load.name, windows[-1])
    return min(windows, key=lambda window: window.others)


async def _best_of_two(load: Load, seconds: float) -> Window:
    """A second chance: another process may have had the core."""
    window = await load.watch(seconds)
    return window if window.p99_ms < P99_MS else await load.watch(seconds)


def _say(name: str, window: Window) -> None:
    print(
        f"  {name}: {window.matches} matches, {window.cpu_us_a_match_s:,.0f} us a match-second, "
        f"p99 {window.p99_ms:.1f} ms, "
        f"server {window.core:.0%} of its core, load {window.load_core:.0%}, others {window.others:.0%} of all",
        file=sys.stderr,
        flush=True,
    )


def run(tiny: bool = False) -> Report:
    scale = TINY if tiny else Scale()
    core = servers.pin_load()
    found: dict[str, Found] = {}
    for start, most in ((servers.naive, 200), (servers.bare, scale.most), (servers.ours, scale.most)):
        with start(core, most) as server:
            found[server.name] = asyncio.run(_measure(server, scale))
    return _report(found)


def _report(found: dict[str, Found]) -> Report:
    names = ("naive", "bare", "ours")
    costs = {name: found[name].cost for name in names}
    naive, ours = costs["naive"], costs["ours"]
    report = Report(
        f"Matches on one core: {ours.matches} each of the naive 60 Hz game, a bare Daphne relay, and ours",
        ["", *names, "naive : ours"],
    )

    def row(what: str, values: dict[str, float], form: str, compare: bool = True) -> None:
        ratio = values["naive"] / values["ours"] if compare and values["ours"] else None
        cells = [format(values[name], form) for name in names]
        report.rows.append([what, *cells, "" if ratio is None else f"{ratio:.1f}"])

    row("CPU, us a match-second", {n: w.cpu_us_a_match_s for n, w in costs.items()}, ",.0f")
    row("payload to a player, B/s", {n: w.bytes_in_s for n, w in costs.items()}, ",.0f")
    row("payload from a player, B/s", {n: w.bytes_out_s for n, w in costs.items()}, ",.0f")
    row("messages to a player, /s", {n: w.messages_in_s for n, w in costs.items()}, ".1f")
    row("messages from a player, /s", {n: w.messages_out_s for n, w in costs.items()}, ".1f")
    stands = found["ours"].stands
    assert stands is not None
    report.rows.append(["messages to a spectator, /s", "-", "-", f"{stands[0]:.1f}", ""])
    report.rows.append(["payload to a spectator, B/s", "-", "-", f"{stands[1]:,.0f}", ""])
    row("commands of a player, /s", {n: w.commands_a_match_s / 2 for n, w in costs.items()}, ".1f", compare=False)
    row("input to opponent p50, ms", {n: w.p50_ms for n, w in costs.items()}, ".1f")
    row("input to opponent p99, ms", {n: w.p99_ms for n, w in costs.items()}, ".1f")
    peaks = {name: found[name].peak for name in names}
    most = [("none" if (p := peaks[n]) is None else f"{'>= ' if found[n].at_least else ''}{p.matches}") for n in names]
    first, last = peaks["naive"], peaks["ours"]
    gain = f"{last.matches / first.matches:.1f} x" if first is not None and last is not None else ""
    report.rows.append([f"matches with that p99 < {P99_MS:.0f} ms", *most, gain])

    def at_peak(what: str, values: dict[str, float | None], form: str) -> None:
        report.rows.append(
            [what, *("-" if (value := values[name]) is None else format(value, form) for name in names), ""]
        )

    at_peak("  p99 then, ms", {n: None if p is None else p.p99_ms for n, p in peaks.items()}, ".1f")
    at_peak(
        "  CPU then, us a match-second",
        {n: None if p is None else p.cpu_us_a_match_s for n, p in peaks.items()},
        ",.0f",
    )
    at_peak("  the server's share of its core", {n: None if p is None else p.core for n, p in peaks.items()}, ".0%")
    at_peak("  the load's share of its own", {n: None if p is None else p.load_core for n, p in peaks.items()}, ".0%")

    windows = [*costs.values(), *(p for p in peaks.values() if p is not None)]
    report.notes.append("p99 includes the load's own lag: it reads the news on one core too.")
    if (others := max(window.others for window in windows)) > QUIET:
        report.notes.append(
            f"NOT QUIET: other processes used up to {others:.0%} of this machine meanwhile. Run it again alone."
        )
    if naive.messages_in_s < LEAST_TICKS_S:
        report.notes.append(
            f"The naive game fell behind ({naive.messages_in_s:.0f} ticks a second): it looks cheaper than it is."
        )
    if broken := sum(window.broken for window in windows):
        report.notes.append(f"{broken} sockets closed or messages refused.")
    report.promises = [
        Promise(
            "CPU a match-second, naive : ours",
            naive.cpu_us_a_match_s / ours.cpu_us_a_match_s,
            "x",
            least=LEAST_CPU_RATIO,
        ),
        Promise("payload to a player", max(ours.bytes_in_s, last.bytes_in_s if last else 0), " B/s", most=MOST_BYTES_S),
        Promise("messages to a player", ours.messages_in_s, " /s", most=MOST_MESSAGES_S),
        Promise("messages to a spectator", stands[0], " /s", most=MOST_MESSAGES_TO_SPECTATOR_S),
    ]
    return report
