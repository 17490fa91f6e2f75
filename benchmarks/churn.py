"""The tail under new connections: many matches on one process, then the same with 60 new sockets a second.

As many matches as leave the server's core about 70 % busy with all of that, up to 700. What is looked for are pauses:
of the garbage collector, of handshakes, of the database.
"""

import asyncio
import sys

from benchmarks import servers
from benchmarks.load import Load, Window
from benchmarks.servers import Server
from benchmarks.table import Promise, Report
from benchmarks.websocket import WebSocket, connect

MOST_MATCHES, CONNECTS_S, STAY_S = 700, 60, 5.0
SETTLE_S, WATCH_S = 6.0, 15.0
FIRST = 30  # matches, and a time of connections without matches, from whose cost the rest is reckoned
BUSY = 0.7
MOST_RATIO = 3.0


async def _come_and_go(server: Server, seconds: float) -> int:
    """New sockets at everybody's address, each for STAY_S; gives how many could not be opened."""
    loop = asyncio.get_running_loop()
    failed = 0

    async def visit() -> None:
        nonlocal failed
        try:
            _, token = server.seats[-1][0]
            socket: WebSocket = await connect("127.0.0.1", server.port, "/ws/matchmaking/", token, lambda _: None)
        except (OSError, ConnectionError):
            failed += 1
            return
        await asyncio.sleep(STAY_S)
        socket.close()

    start = loop.time()
    async with asyncio.TaskGroup() as visits:
        for number in range(round(seconds * CONNECTS_S)):
            await asyncio.sleep(max(start + number / CONNECTS_S - loop.time(), 0))
            visits.create_task(visit())
    return failed


async def _measure(server: Server, tiny: bool) -> tuple[Window, Window, int]:
    load = Load(server)
    watch_s = 1.0 if tiny else WATCH_S
    try:
        server_s = server.cpu_s()
        await _come_and_go(server, watch_s)
        connecting_s = (server.cpu_s() - server_s) / watch_s  # each second
        print(f"  a connection costs {connecting_s / CONNECTS_S * 1000:.1f} ms", file=sys.stderr, flush=True)
        await load.grow(2 if tiny else FIRST)
        await asyncio.sleep(4 if tiny else SETTLE_S)
        cost_us = (await load.watch(1 if tiny else 5)).cpu_us_a_match_s
        wanted = int((BUSY - connecting_s) * 1e6 / cost_us)
        await load.grow(2 if tiny else max(min(wanted, MOST_MATCHES), FIRST))
        await asyncio.sleep(4 if tiny else SETTLE_S)
        calm = await load.watch(watch_s)
        visits = asyncio.create_task(_come_and_go(server, watch_s + 2))
        await asyncio.sleep(1)
        busy = await load.watch(watch_s)
        failed = await visits
        for window in (calm, busy):
            print(
                f"  {window.matches} matches, p99 {window.p99_ms:.1f} ms, core {window.core:.0%}, "
                f"load {window.load_core:.0%}",
                file=sys.stderr,
                flush=True,
            )
        return calm, busy, failed
    finally:
        await load.end()


def run(tiny: bool = False) -> Report:
    core = servers.pin_load()
    with servers.ours(core, 3 if tiny else MOST_MATCHES) as server:
        calm, busy, failed = asyncio.run(_measure(server, tiny))
    report = Report(
        f"{calm.matches} matches, and {CONNECTS_S} new connections a second beside them",
        ["", "input to opponent p50, ms", "p99, ms", "server's core", "load's core"],
    )
    for name, window in (("without", calm), ("with", busy)):
        cells = [f"{window.p50_ms:.1f}", f"{window.p99_ms:.1f}", f"{window.core:.0%}", f"{window.load_core:.0%}"]
        report.rows.append([name, *cells])
    if failed:
        report.notes.append(f"{failed} connections could not be opened.")
    ratio = busy.p99_ms / calm.p99_ms
    report.promises = [Promise("input to opponent p99, with : without new connections", ratio, "x", most=MOST_RATIO)]
    return report
