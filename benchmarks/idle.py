"""What a socket costs that only waits: memory for each of 10,000 signed-in ones, held for a minute."""

import asyncio
import sys
from pathlib import Path

from benchmarks import servers
from benchmarks.servers import Server
from benchmarks.table import Promise, Report
from benchmarks.websocket import WebSocket, connect

SOCKETS, OPENING, HELD_S = 10_000, 40, 60.0


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


async def _measure(server: Server, count: int, held_s: float) -> tuple[int, int, int, float]:
    """Memory before, with all of them, and after a while, kB; and the share of its core that the server needs then."""
    tokens = [token for seats in server.seats for _, token in seats]
    before = resident_kb(server.pid)
    open_sockets: list[WebSocket] = []
    while len(open_sockets) < count:
        more = range(len(open_sockets), min(len(open_sockets) + OPENING, count))
        # Loopback has 28,000 ports for one address: enough.
        open_sockets += await asyncio.gather(
            *(
                connect("127.0.0.1", server.port, "/ws/matchmaking/", tokens[n % len(tokens)], lambda _: None)
                for n in more
            )
        )
        if len(open_sockets) % 2_000 < OPENING:
            print(f"  {len(open_sockets)} sockets", file=sys.stderr, flush=True)
    full, cpu_s = resident_kb(server.pid), server.cpu_s()
    await asyncio.sleep(held_s)
    share = (server.cpu_s() - cpu_s) / held_s
    held = resident_kb(server.pid)
    lost = sum(socket.closed is not None for socket in open_sockets)
    for socket in open_sockets:
        socket.close()
    if lost:
        raise RuntimeError(f"expected {count} sockets to stay open, came {lost} closed")
    return before, full, held, share


def run(tiny: bool = False) -> Report:
    count, held_s = (50, 1.0) if tiny else (SOCKETS, HELD_S)
    core = servers.pin_load()
    with servers.ours(core, 50) as server:
        before, full, held, share = asyncio.run(_measure(server, count, held_s))
    report = Report(
        f"{count:,} idle sockets in one process, held for {held_s:.0f} s",
        ["", "MB", "kB a socket"],
        [
            ["before", f"{before / 1024:.0f}", ""],
            ["all open", f"{full / 1024:.0f}", f"{(full - before) / count:.1f}"],
            ["held", f"{held / 1024:.0f}", f"{(held - before) / count:.1f}"],
        ],
        [f"While they are held the server uses {share:.1%} of its core: pings, every 5 s to each."],
    )
    report.promises = [Promise("all stay open", float(count), " sockets", least=float(count))]
    return report
