"""How long the screens of a match stand still when its host is killed: from kill -9 to the countdown, on both screens.

Three processes under ``serve --processes 3``, real sockets that come back as a page does. Each round kills one of the
processes that host something; ``serve`` starts another.
"""

import asyncio
import contextlib
import os
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import psycopg

from benchmarks import servers
from benchmarks.table import Promise, Report
from game.pong.bot import HARD
from tests.services import Postgres, Redis
from tournaments.exhibition.bot import Bot
from tournaments.exhibition.contest import Contest
from tournaments.exhibition.site import Site

PROCESSES, PAIRS, ROUNDS = 3, 12, 6
UNDER_WAY_S, LOOK_S, GIVEN_UP_S = 8.0, 0.02, 30.0
MOST_MS = 5_000.0
READY = re.compile(r"ready at http://127\.0\.0\.1:(\d+)/")


@contextlib.asynccontextmanager
async def _playing(url: str, pairs: int) -> AsyncIterator[list[Contest]]:
    site = Site(url)
    bots = [Bot(site, await asyncio.to_thread(site.make_bot), HARD) for _ in range(2 * pairs)]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(bot.run()) for bot in bots]
        for bot in bots:
            await bot.there.wait()
            bot.ask({"type": "join", "points": 11, "anyone_after_s": 0})
        while not all(bot.contests for bot in bots):
            await asyncio.sleep(LOOK_S)
        yield [contest for bot in bots for contest in bot.contests.values()]
        for task in running:
            task.cancel()


async def _kill(database: Postgres, name: str, contests: Sequence[Contest]) -> list[float]:
    """Kill the process that hosts most; gives for each of its matches how long both screens took, ms."""
    at = {"host": str(database.directory), "user": database.USER, "dbname": name}
    with psycopg.connect(**at) as connection:  # type: ignore[arg-type]
        rows = connection.execute(
            "select p.pid, l.room, l.epoch from realtime_lease l join realtime_process p on p.name = l.host"
            " where l.room like 'match.%'"
        ).fetchall()
    pid = max({row[0] for row in rows}, key=lambda pid: sum(row[0] == pid for row in rows))
    hit = {int(room.partition(".")[2]): epoch for host, room, epoch in rows if host == pid}
    screens: dict[int, list[Contest]] = {number: [] for number in hit}
    for contest in contests:
        number = int(contest.connection.url.rstrip("/").rpartition("/")[2])
        if number in screens and not contest.view.over:
            screens[number].append(contest)
    took: dict[int, float] = {}
    start = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    while len(took) < len(screens) and time.monotonic() < start + GIVEN_UP_S:
        await asyncio.sleep(LOOK_S)
        for number, both in screens.items():
            if number not in took and all(c.view.epoch > hit[number] and c.view.phase != "paused" for c in both):
                took[number] = (time.monotonic() - start) * 1000
    return [took.get(number, GIVEN_UP_S * 1000) for number in screens]


async def _measure(postgres: Postgres, name: str, url: str, tiny: bool) -> list[float]:
    took: list[float] = []
    async with _playing(url, 2 if tiny else PAIRS) as contests:
        for number in range(1 if tiny else ROUNDS):
            await asyncio.sleep(UNDER_WAY_S)
            took += (found := await _kill(postgres, name, contests))
            print(f"  kill {number + 1}: {[round(ms) for ms in found]} ms", file=sys.stderr, flush=True)
    return took


def run(tiny: bool = False) -> Report:
    postgres, redis = Postgres(), Redis()
    with contextlib.ExitStack() as stack:
        for service in (postgres, redis):
            stack.callback(service.remove)
            service.start()
        url = stack.enter_context(postgres.database())
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rallypoint-bench-")))
        environment = servers.environment(directory, DATABASE_URL=url, REDIS_URL=redis.url)
        command = ["manage.py", "serve", "--prepare", "--processes", str(PROCESSES), "--host", "127.0.0.1"]
        server = stack.enter_context(
            contextlib.contextmanager(servers.run)("ours", [*command, "--port", "0"], environment, None, [], READY)
        )
        name = url.partition("?")[0].rpartition("/")[2]
        took = asyncio.run(_measure(postgres, name, f"http://127.0.0.1:{server.port}", tiny))
    median = statistics.median(took)
    p95 = sorted(took)[min(int(len(took) * 0.95), len(took) - 1)]
    report = Report(
        f"kill -9 of a host, {PROCESSES} processes under serve: until play is counted down again on both screens",
        ["matches hit", "p50, ms", "p95, ms", "longest, ms"],
        [[str(len(took)), f"{median:,.0f}", f"{p95:,.0f}", f"{max(took):,.0f}"]],
    )
    report.promises = [Promise("kill -9 to the countdown, p95", p95, " ms", most=MOST_MS)]
    return report
