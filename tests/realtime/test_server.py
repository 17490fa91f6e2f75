"""What our server adds to Daphne."""

import asyncio
import base64
import os
import socket
from typing import Any

import pytest

from realtime import rooms
from realtime.server import MAX_UNREAD_BYTES
from tests.conftest import LiveServer, Sockets
from tests.realtime.waiting import until


def never_reads(server: LiveServer, path: str) -> socket.socket:
    """A raw TCP client that opens a WebSocket and then reads nothing at all."""
    host, _, port = server.host.partition(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((host, int(port)))
    key = base64.b64encode(os.urandom(16)).decode()
    raw.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert raw.recv(12) == b"HTTP/1.1 101"
    return raw


async def listeners(room: str, wanted: int) -> None:
    await until(lambda: (len(found) if (found := rooms.find(room)) else 0) == wanted)


async def test_who_never_reads_is_dropped_and_the_others_are_not(
    server: LiveServer, sockets: Sockets, caplog: pytest.LogCaptureFixture
) -> None:
    reader = await sockets.open("/ws/chat/lobby/")
    await reader.until("history")
    raw = await asyncio.to_thread(never_reads, server, "/ws/chat/lobby/")
    try:
        await listeners("chat.lobby", 2)
        total = 0
        for n in range(1, 200):  # the kernel's buffers take some megabytes first

            async def publish(n: int = n) -> None:
                rooms.publish("chat.lobby", n, {"n": n, "type": "line", "pad": "x" * 100_000})

            await asyncio.to_thread(server.call, publish())
            total += 100_000
            assert (await reader.receive())["n"] == n
            if len(rooms.room("chat.lobby")) == 1:
                break
        assert total > MAX_UNREAD_BYTES
        await listeners("chat.lobby", 1)
        assert [r.getMessage().partition("] ")[2].partition(":")[0] for r in caplog.records] == ["does not read"]
    finally:
        raw.close()
    await reader.send({"type": "since", "n": 0})
    assert (await reader.until("history"))["n"] == 0


async def test_a_page_and_a_socket_come_from_one_address(server: LiveServer, sockets: Sockets) -> None:
    import urllib.request

    def get() -> tuple[int, str]:
        with urllib.request.urlopen(server.url + "/", timeout=10) as response:
            return response.status, response.headers["Server"]

    assert await asyncio.to_thread(get) == (200, "Rallypoint")
    client = await sockets.open("/ws/matchmaking/")
    assert (await client.until("you"))["user"] is None


async def test_a_text_that_is_not_utf8_closes_the_connection(server: LiveServer, sockets: Sockets) -> None:
    client: Any = await sockets.open("/ws/chat/lobby/")
    await client.until("history")
    await client._connection.send(b"\xff\xfe", text=True)
    assert await client.closed() == 1007
