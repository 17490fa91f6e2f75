"""Sockets that only listen, in a process of their own so that they are in nobody's way: seen from both sides."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from benchmarks.servers import ROOT
from benchmarks.websocket import WebSocket, connect

OPENING = 32


class Audience:
    """The process, as the one who measures has it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    @classmethod
    async def open(cls, module: str, port: int, path: str, count: int) -> "Audience":
        """Start ``python -m module port path count``, and wait until its sockets are open."""
        process = subprocess.Popen(  # noqa: ASYNC220 - it only forks
            [sys.executable, "-m", module, str(port), path, str(count)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        await asyncio.to_thread(process.stdout.readline)
        return cls(process)

    async def leave(self) -> dict[str, Any]:
        """Close it, and give what it heard."""
        out, _ = await asyncio.to_thread(self._process.communicate)
        heard: dict[str, Any] = msgspec.json.decode(out)
        return heard


async def attend(port: int, path: str, count: int, hear: Callable[[bytes], None]) -> int:
    """Inside that process: open so many sockets, say so, and listen until the input is closed. Gives how many of them
    were closed by then.
    """
    sockets: list[WebSocket] = []
    while len(sockets) < count:
        more = min(OPENING, count - len(sockets))
        sockets += await asyncio.gather(*(connect("127.0.0.1", port, path, "", hear) for _ in range(more)))
    print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.sleep(0.5)  # what is under way
    return sum(socket.closed is not None for socket in sockets)
