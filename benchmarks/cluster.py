"""What a second process costs: the same matches on one process and on two over Redis, and the naive game over the core
Redis layer.

All processes of the platform share one core, the load, Redis and PostgreSQL have the other: what is compared is the
processor time of the platform for a match-second. Players of one match on two processes are the dear case: every
command and every event crosses.
"""

import asyncio
import sys
from contextlib import ExitStack

from benchmarks import servers
from benchmarks.load import Load, Window
from benchmarks.servers import Server
from benchmarks.table import Promise, Report
from tests.services import Postgres, Redis

MATCHES, NAIVE_MATCHES = 40, 2
SETTLE_S, WATCH_S = 8.0, 15.0
LEAST_NAIVE_RATIO = 30.0  # the naive game's processor time for a match-second, by ours
MOST_TOGETHER = 1.3  # two processes, both players at the host's, by one process
MOST_SPLIT = 4.0  # the same, the players at different ones


async def _measure(server: Server, matches: int, tiny: bool) -> Window:
    load = Load(server)
    try:
        await load.grow(matches)
        await asyncio.sleep(SETTLE_S if not tiny else 4)
        window = await load.watch(WATCH_S if not tiny else 1)
        print(
            f"  {window.matches} matches: {window.cpu_us_a_match_s:,.0f} us a match-second, p99 {window.p99_ms:.1f} ms",
            file=sys.stderr,
            flush=True,
        )
        return window
    finally:
        await load.end()


def run(tiny: bool = False) -> Report:
    matches, naive_matches = (2, 1) if tiny else (MATCHES, NAIVE_MATCHES)
    core = servers.pin_load()
    found: dict[str, Window] = {}
    with ExitStack() as stack:
        postgres, redis = Postgres(), Redis()
        for service in (postgres, redis):
            stack.callback(service.remove)
            service.start()
        with servers.naive_on_redis(core, naive_matches, redis.url) as server:
            found["naive, core Redis layer"] = asyncio.run(_measure(server, naive_matches, tiny))
        ways = {
            "one process": (1, lambda match, side: 0),
            "two, players together": (2, lambda match, side: match % 2),
            "two, players apart": (2, lambda match, side: side),
        }
        for name, (processes, place) in ways.items():
            with (
                postgres.database() as url,
                servers.cluster(core, matches, processes, url, redis.url, place) as server,
            ):
                found[name] = asyncio.run(_measure(server, matches, tiny))
    return _report(found)


def _report(found: dict[str, Window]) -> Report:
    naive, one, together, apart = found.values()
    report = Report(
        f"Many processes: {one.matches} matches of ours, {naive.matches} of the naive game",
        ["", "CPU, us a match-second", "by one process", "input to opponent p50, ms", "p99, ms", "by one process"],
    )
    for name, window in found.items():
        report.rows.append(
            [
                name,
                f"{window.cpu_us_a_match_s:,.0f}",
                f"{window.cpu_us_a_match_s / one.cpu_us_a_match_s:.2f}",
                f"{window.p50_ms:.1f}",
                f"{window.p99_ms:.1f}",
                f"{window.p99_ms / one.p99_ms:.1f}",
            ]
        )
    if broken := sum(window.broken for window in found.values()):
        report.notes.append(f"{broken} sockets closed or messages refused.")
    cost = one.cpu_us_a_match_s
    report.promises = [
        Promise(
            "CPU a match-second, naive over the core Redis layer : one process of ours",
            naive.cpu_us_a_match_s / cost,
            "x",
            least=LEAST_NAIVE_RATIO,
        ),
        Promise("two processes, players together : one", together.cpu_us_a_match_s / cost, "x", most=MOST_TOGETHER),
        Promise("two processes, players apart : one", apart.cpu_us_a_match_s / cost, "x", most=MOST_SPLIT),
    ]
    return report
