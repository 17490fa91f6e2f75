"""One match with a crowd: what a thousand spectators cost, and how soon players and the last of the crowd hear."""

import asyncio

from benchmarks import servers
from benchmarks.load import Load, Window, percentiles
from benchmarks.servers import Server
from benchmarks.table import Report
from benchmarks.websocket import WebSocket, connect

COUNTS = (100, 1_000)
OPENING = 32
SETTLE_S, WATCH_S = 5.0, 10.0


class Spectator:
    """Hears only: how long after a command was said is it heard of in the stands?"""

    def __init__(self, load: Load, latencies_ms: list[float]) -> None:
        self._load = load
        self._latencies_ms = latencies_ms
        self.loop = asyncio.get_running_loop()

    def hear(self, payload: bytes) -> None:
        if payload.startswith(b"[4,") and (said := self._load.said(payload)) is not None:
            self._latencies_ms.append((self.loop.time() - said) * 1000)


async def _measure(server: Server, counts: tuple[int, ...], watch_s: float) -> list[tuple[int, Window, float, float]]:
    load = Load(server)
    latencies_ms: list[float] = []
    crowd: list[WebSocket] = []
    found = []
    path = server.seats[0][0][0]
    try:
        await load.grow(1)
        for count in counts:
            while len(crowd) < count:
                crowd += await asyncio.gather(
                    *(
                        connect("127.0.0.1", server.port, path, "", Spectator(load, latencies_ms).hear)
                        for _ in range(min(OPENING, count - len(crowd)))
                    )
                )
            await asyncio.sleep(SETTLE_S)
            latencies_ms.clear()
            window = await load.watch(watch_s)
            found.append((count, window, *percentiles(latencies_ms)))
    finally:
        for socket in crowd:
            socket.close()
        await load.end()
    return found


def run(tiny: bool = False) -> Report:
    core = servers.pin_load()
    with servers.ours(core, 1) as server:
        found = asyncio.run(_measure(server, (3,) if tiny else COUNTS, 1.0 if tiny else WATCH_S))
    report = Report(
        "One match with a crowd",
        ["spectators", "server's core", "players' p99, ms", "crowd's p50, ms", "crowd's p99, ms", "load's core"],
    )
    for count, window, p50, p99 in found:
        report.rows.append(
            [
                str(count),
                f"{window.core:.1%}",
                f"{window.p99_ms:.1f}",
                f"{p50:.1f}",
                f"{p99:.1f}",
                f"{window.load_core:.1%}",
            ]
        )
    return report
