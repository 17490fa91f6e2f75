"""A large bracket as a page, and one result of a tournament to every one of a thousand viewers, over real sockets."""

import asyncio
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import servers
from benchmarks.audience import Audience
from benchmarks.load import percentiles
from benchmarks.servers import ROOT, Server
from benchmarks.table import Promise, Report
from benchmarks.websocket import WebSocket, connect

ENTRANTS, PROGRAMS, VIEWERS = 1_024, 16, 1_000
TINY = (16, 4, 3)
MOST_BYTES = 120_000  # of the page of 1,024, compressed
MOST_CACHED_MS = 500.0  # until it is there, from the second time on
MOST_RESULT_BYTES = 8_000
MOST_P99_MS = 500.0
PATIENCE_S = 60
SETTLE_S = 1.0
TIMES = 5


def _page(server: Server, tournament: int) -> tuple[int, float]:
    """The compressed bytes of the page, and the milliseconds until they are here."""
    url = f"http://127.0.0.1:{server.port}/tournaments/{tournament}/"
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    begun = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
        body = answer.read()
    return len(body), (time.perf_counter() - begun) * 1000


class _Programs:
    """Programs that sit down at every match they are called to; as soon as it is live, the left one gives up."""

    def __init__(self, server: Server, tournament: int, tokens: dict[str, str]) -> None:
        self.given_up: dict[int, float] = {}  # when (monotonic, s), by match
        self.results: dict[str, int] = {}  # the match of each result, by the number of its event
        self._port = server.port
        self._path = f"/ws/tournaments/{tournament}/"
        self._tokens = tokens
        self._over = asyncio.Event()
        self._turn = asyncio.Lock()
        self._decided = asyncio.Event()
        self._called: set[int] = set()
        self._sockets: list[WebSocket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def play(self) -> None:
        """Until the tournament is over."""
        await self._connect(self._path, "", self._hear)
        async with asyncio.timeout(PATIENCE_S * 2):
            await self._over.wait()
        await asyncio.sleep(SETTLE_S)  # what is under way to the viewers
        for socket in self._sockets:
            socket.close()

    async def _connect(self, path: str, token: str, heard: Callable[[bytes], None]) -> WebSocket:
        socket = await connect("127.0.0.1", self._port, path, token, heard)
        self._sockets.append(socket)
        return socket

    def _hear(self, payload: bytes) -> None:
        message: dict[str, Any] = msgspec.json.decode(payload)
        if message["type"] == "snapshot":
            for pairing in message["tournament"]["pairings"]:
                if pairing["state"] in ("called", "live") and pairing["match"] not in self._called:
                    self._called.add(pairing["match"])
                    tokens = [self._tokens[str(entrant)] for entrant in pairing["entrants"]]
                    self._spawn(self._meet(pairing["match"], tokens))
        elif message["type"] == "event":
            event = message["event"]
            if event["kind"] == "result":
                self.results[str(message["n"])] = event["match"]
                self._decided.set()
            elif event["kind"] == "called":
                self._sockets[0].say(msgspec.json.encode({"type": "since", "n": message["n"]}))
            if message["tournament"]["phase"] == "finished":
                self._over.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _meet(self, match: int, tokens: list[str]) -> None:
        is_live = asyncio.Event()

        def hear(payload: bytes) -> None:
            if (payload.startswith(b"[7,") or payload.startswith(b"[10,")) and b'"phase":"live"' in payload:
                is_live.set()

        path = f"/ws/game/{match}/"
        left, _ = [await self._connect(path, token, hear) for token in tokens]
        await is_live.wait()
        async with self._turn:  # one result at a time
            await asyncio.sleep(SETTLE_S)
            self._decided.clear()
            self.given_up[match] = asyncio.get_running_loop().time()
            left.say(b"[9]")
            await self._decided.wait()


async def _results(server: Server, tournament: int, tokens: dict[str, str], viewers: int) -> dict[str, Any]:
    """Play the tournament before so many viewers."""
    path = f"/ws/tournaments/{tournament}/"
    watching = await Audience.open("benchmarks.viewers", server.port, path, viewers)
    programs = _Programs(server, tournament, tokens)
    await programs.play()
    seen = await watching.leave()
    latencies = [
        (instant - programs.given_up[programs.results[n]]) * 1000
        for n, instants in seen["heard"].items()
        for instant in instants
    ]
    p50, p99 = percentiles(latencies)
    return {
        "results": len(programs.results),
        "bytes": sorted(seen["sizes"].values())[len(seen["sizes"]) // 2],
        "most_bytes": max(seen["sizes"].values()),
        "p50": p50,
        "p99": p99,
        "missed": viewers * len(programs.results) - len(latencies),
    }


@contextmanager
def _server(core: int, entrants: int, programs: int) -> Iterator[tuple[Server, dict[str, Any]]]:
    with tempfile.TemporaryDirectory(prefix="rallypoint-bench-") as directory:
        settings = servers.environment(Path(directory), READY_TOURNAMENT_S="600")
        command = [sys.executable, "-m", "benchmarks.prepare_tournaments", str(entrants), str(programs)]
        made = subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)
        serve = ["manage.py", "serve", "--prepare", "--host", "127.0.0.1", "--port", "0"]
        with contextmanager(servers.run)("ours", serve, settings, core, [], servers.READY) as server:
            yield server, msgspec.json.decode(made.stdout)


def run(tiny: bool = False) -> Report:
    core = servers.pin_load()
    entrants, programs, viewers = TINY if tiny else (ENTRANTS, PROGRAMS, VIEWERS)
    with _server(core, entrants, programs) as (server, made):
        size, first_ms = _page(server, made["large"])
        cached_ms = sorted(_page(server, made["large"])[1] for _ in range(TIMES))[TIMES // 2]
        found = asyncio.run(_results(server, made["small"], made["tokens"], viewers))
    rows: list[Sequence[str]] = [
        [
            f"page of a double elimination of {entrants:,}",
            f"{size:,}",
            f"{first_ms:,.0f} first",
            f"{cached_ms:,.0f} then",
        ],
        [
            f"a result to each of {viewers:,} viewers",
            f"{found['bytes']:,}",
            f"{found['p50']:,.0f} p50",
            f"{found['p99']:,.0f} p99",
        ],
    ]
    report = Report(
        "A tournament before its viewers",
        ["what", "bytes", "ms", "ms"],
        rows,
        [
            "The page compressed, from the question to its last byte, first after a start. A result from the word of",
            f"who gives up to the word at a viewer, {found['results']} one by one; the bytes are the median,",
            f"the last one, which ends the tournament, has {found['most_bytes']:,}.",
        ],
    )
    report.promises = [Promise("results that a viewer missed", float(found["missed"]), "", most=0.0)]
    if not tiny:
        report.promises += [
            Promise(f"bytes of the page of {entrants:,}", float(size), "", most=MOST_BYTES),
            Promise("the page from the second time on", cached_ms, " ms", most=MOST_CACHED_MS),
            Promise("bytes of a result", float(found["bytes"]), "", most=MOST_RESULT_BYTES),
            Promise("a result at the viewers, p99", found["p99"], " ms", most=MOST_P99_MS),
        ]
    return report
