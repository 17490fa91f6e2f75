"""Ten thousand sockets come and go, and leave nothing behind."""

import asyncio
import re
import urllib.request
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.processes.conftest import Make
from tests.processes.conftest import make_server as make_server
from tests.processes.server import Server, until
from tournaments.exhibition.site import Site

pytestmark = pytest.mark.soak

WARM_UP, COUNT, AT_ONCE = 10_000, 10_000, 50
MORE = 1.05  # of memory, at most, once the collector has come round
GAUGES = ("rallypoint_sockets", "rallypoint_rooms", "rallypoint_tasks")


async def come_and_go(server: Server, count: int, tokens: list[str]) -> None:
    few = asyncio.Semaphore(AT_ONCE)

    async def visit(number: int) -> None:
        path = ("/ws/matchmaking/", "/ws/chat/lobby/", "/ws/game/1/", "/ws/nowhere/")[number % 4]
        headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"} if number % 3 else {}
        async with few, connect(f"ws://{server.host}{path}", additional_headers=headers, proxy=None) as socket:
            await socket.recv()

    async with asyncio.TaskGroup() as visits:
        for number in range(count):
            visits.create_task(visit(number))


def gauges(server: Server) -> dict[str, float]:
    """What the server says of itself, summed over labels."""
    with urllib.request.urlopen(f"http://{server.host}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    found = re.findall(r"^(\w+)(?:\{[^}]*\})? ([0-9.e+]+)$", text, re.MULTILINE)
    return {name: sum(float(value) for other, value in found if other == name) for name in GAUGES}


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]


@pytest.mark.timeout(1_200)
async def test_ten_thousand_sockets_leave_nothing(make_server: Make) -> None:
    server = make_server()
    await server.start()
    site = Site(server.url)
    tokens = [(await asyncio.to_thread(site.make_bot)).token for _ in range(10)]
    before = gauges(server)
    assert before["rallypoint_sockets"] == 0
    await come_and_go(server, WARM_UP, tokens)
    assert server.pid is not None
    warm_kb = resident_kb(server.pid)
    await come_and_go(server, COUNT, tokens)
    await until(lambda: gauges(server) == before, f"everything is as before: {before}, not {gauges(server)}")
    full_kb = resident_kb(server.pid)
    print(f"{COUNT} sockets: {warm_kb} kB before, {full_kb} kB after")
    assert full_kb <= warm_kb * MORE
