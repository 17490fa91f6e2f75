"""What our server adds to Daphne."""

import asyncio
import gc
import socket
import weakref
from typing import Any

import pytest

from tests.conftest import LiveServer, Sockets
from tests.realtime.test_websocket import PING, answer, open_raw
from tests.realtime.waiting import until


def opcodes(raw: socket.socket) -> list[int]:
    """Of all frames until the connection is cut."""
    found = []
    try:
        while True:
            found.append(answer(raw)[0])
    except (AssertionError, ConnectionResetError):
        return found


async def test_a_page_and_a_socket_come_from_one_address(server: LiveServer, sockets: Sockets) -> None:
    import urllib.request

    def get() -> tuple[int, str]:
        with urllib.request.urlopen(server.url + "/", timeout=10) as response:
            return response.status, response.headers["Server"]

    assert await asyncio.to_thread(get) == (200, "Rallypoint")
    client = await sockets.open("/ws/matchmaking/")
    assert (await client.until("you"))["user"] is None


async def test_a_closed_connection_leaves_nothing_to_the_collector(server: LiveServer, sockets: Sockets) -> None:
    """Ten kilobytes each would otherwise wait for a collection that is rare on purpose."""
    from daphne.http_protocol import WebRequest

    from realtime.websocket import WebSocketProtocol

    def connections() -> list[Any]:
        return [o for o in gc.get_objects() if isinstance(o, WebSocketProtocol | WebRequest)]

    gc.collect()
    old = connections()
    client = await sockets.open("/ws/matchmaking/")
    await client.until("you")
    new = [weakref.ref(o) for o in connections() if not any(o is other for other in old)]
    assert new  # the WebSocket, and the request that it was if that is not gone yet
    del old
    gc.disable()
    try:
        await client.close()
        await until(lambda: all(ref() is None for ref in new))
    finally:
        gc.enable()


async def test_who_is_silent_is_asked_and_then_dropped(
    server: LiveServer, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    from realtime import websocket

    monkeypatch.setattr(websocket, "PING_S", 0.1)
    monkeypatch.setattr(websocket, "PONG_S", 0.2)
    answers = await sockets.open("/ws/matchmaking/")  # the library answers pings by itself
    await answers.until("you")
    raw = await asyncio.to_thread(open_raw, server, "/ws/matchmaking/")
    with raw:
        assert PING in await asyncio.to_thread(opcodes, raw)
    await answers.send({"type": "refresh"})
    await answers.until("you")
