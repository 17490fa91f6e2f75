"""One client that says a thousand things a second: do the other matches on the same process notice?

It presses a key that often in a match of its own, is thrown out for it, and comes back at once to go on.
"""

import asyncio
import sys
from dataclasses import dataclass

import msgspec

from benchmarks import servers
from benchmarks.load import Load, Window
from benchmarks.servers import Server
from benchmarks.table import Promise, Report
from benchmarks.websocket import WebSocket, connect

OTHERS = 12  # matches: of fewer, a p99 is luck
INPUTS_S = 1_000
EVERY_S = 0.002
SETTLE_S, WATCH_S = 6.0, 30.0
MOST_RATIO = 2.0


@dataclass(slots=True)
class Flooder:
    """What the one client did."""

    said: int = 0
    thrown_out: int = 0


async def _flood(server: Server, flooder: Flooder) -> None:
    """Until cancelled."""
    path, token = server.seats[0][0]
    loop = asyncio.get_running_loop()
    start, socket, sequence = loop.time(), None, 0
    try:
        while True:
            if socket is None or socket.closed is not None:
                if socket is not None:
                    flooder.thrown_out += 1
                    socket.close()
                socket = await _come(server, path, token)
            for _ in range(int((loop.time() - start) * INPUTS_S) - sequence):
                sequence += 1
                if socket.closed is None:
                    socket.say(msgspec.json.encode([1, 0, sequence, 0, (-1, 1)[sequence % 2]]))
                    flooder.said += 1
            await asyncio.sleep(EVERY_S)
    finally:
        if socket is not None:
            socket.close()


async def _come(server: Server, path: str, token: str) -> WebSocket:
    while True:
        try:
            return await connect("127.0.0.1", server.port, path, token, lambda _: None)
        except (OSError, ConnectionError):
            await asyncio.sleep(EVERY_S)


async def _measure(server: Server, tiny: bool) -> tuple[Window, Window, Flooder]:
    settle_s, watch_s = (4.0, 1.0) if tiny else (SETTLE_S, WATCH_S)
    load, flooder = Load(server), Flooder()
    try:
        await load.grow(len(server.seats))
        await asyncio.sleep(settle_s)
        load.leave_first()
        calm = await load.watch(watch_s)
        flood = asyncio.create_task(_flood(server, flooder))
        await asyncio.sleep(1)
        flooder.said = flooder.thrown_out = 0
        busy = await load.watch(watch_s)
        flood.cancel()
        await asyncio.gather(flood, return_exceptions=True)
        for window in (calm, busy):
            print(f"  p99 {window.p99_ms:.1f} ms, core {window.core:.0%}", file=sys.stderr, flush=True)
        return calm, busy, flooder
    finally:
        await load.end()


def run(tiny: bool = False) -> Report:
    core = servers.pin_load()
    with servers.ours(core, 3 if tiny else OTHERS + 1) as server:
        calm, busy, flooder = asyncio.run(_measure(server, tiny))
    report = Report(
        f"{calm.matches} matches, and a client that says {INPUTS_S:,} things a second beside them",
        ["", "input to opponent p50, ms", "p99, ms", "server's core", "inputs said, /s", "thrown out, /s"],
    )
    for name, window, did in (("without", calm, Flooder()), ("with", busy, flooder)):
        cells = [f"{window.p50_ms:.2f}", f"{window.p99_ms:.2f}", f"{window.core:.1%}"]
        rates = [f"{did.said / window.seconds:,.0f}", f"{did.thrown_out / window.seconds:.1f}"]
        report.rows.append([name, *cells, *rates])
    ratio = busy.p99_ms / calm.p99_ms
    report.promises = [Promise("input to opponent p99, with : without the flood", ratio, "x", most=MOST_RATIO)]
    return report
