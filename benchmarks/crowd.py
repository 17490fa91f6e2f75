"""One match with a crowd: what a thousand spectators cost, how soon the last of them hears, and whether the players
notice.
"""

import asyncio
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.audience import Audience
from benchmarks.load import Load, Window, percentiles
from benchmarks.servers import Server
from benchmarks.table import Promise, Report

COUNTS = (0, 100, 1_000)
SETTLE_S, WATCH_S = 5.0, 60.0  # one match's commands are few: a p99 needs a while
MOST_RATIO = 3.0  # the players' p99 with the largest crowd, by that without


@dataclass(frozen=True, slots=True)
class Seen:
    """A crowd of so many: the players' window, the crowd's latencies, and what the crowd missed."""

    count: int
    players: Window
    p50_ms: float
    p99_ms: float
    missed: int


async def _watch(server: Server, load: Load, count: int, watch_s: float) -> Seen:
    path = server.seats[0][0][0]
    stands = await Audience.open("benchmarks.stands", server.port, path, count)
    await asyncio.sleep(SETTLE_S)
    load.forget()
    window = await load.watch(watch_s)
    said = load.all_said()
    heard: dict[str, list[float]] = (await stands.leave())["heard"]
    known = {key: instants for key, instants in heard.items() if key in said}
    latencies = [(instant - said[key]) * 1000 for key, instants in known.items() for instant in instants]
    p50, p99 = percentiles(latencies) if count else (0.0, 0.0)
    return Seen(count, window, p50, p99, sum(count - len(instants) for instants in known.values()))


async def _measure(server: Server, counts: tuple[int, ...], watch_s: float) -> list[Seen]:
    load = Load(server)
    try:
        await load.grow(1)
        await asyncio.sleep(SETTLE_S)
        return [await _watch(server, load, count, watch_s) for count in counts]
    finally:
        await load.end()


def run(tiny: bool = False) -> Report:
    core = servers.pin_load()
    with servers.ours(core, 1) as server:
        found = asyncio.run(_measure(server, (0, 3) if tiny else COUNTS, 2.0 if tiny else WATCH_S))
    report = Report(
        "One match with a crowd",
        ["spectators", "server's core", "players' p50, ms", "p99, ms", "crowd's p50, ms", "p99, ms", "events missed"],
    )
    for seen in found:
        players = seen.players
        cells = [f"{players.core:.1%}", f"{players.p50_ms:.1f}", f"{players.p99_ms:.1f}"]
        crowd = [f"{seen.p50_ms:.1f}", f"{seen.p99_ms:.1f}", str(seen.missed)] if seen.count else ["", "", ""]
        report.rows.append([str(seen.count), *cells, *crowd])
    alone, most = found[0], found[-1]
    ratio = most.players.p99_ms / alone.players.p99_ms
    report.promises = [
        Promise(f"players' p99, with {most.count} spectators : without", ratio, "x", most=MOST_RATIO),
        Promise("events that a spectator missed", float(sum(seen.missed for seen in found)), "", most=0.0),
    ]
    return report
