"""One connection of our server, with raw bytes over real sockets."""

import asyncio
import base64
import os
import socket
import struct
from typing import Any

import msgspec
import pytest

from realtime import rooms
from realtime.websocket import MAX_UNREAD_BYTES
from tests.conftest import LiveServer, Sockets
from tests.realtime.waiting import until

TEXT, CONTINUATION, PING, FINAL = 0x1, 0x0, 0x9, 0x80


def open_raw(server: LiveServer, path: str, read_buffer: int | None = None) -> socket.socket:
    """A raw TCP client, after the handshake."""
    host, _, port = server.host.partition(":")
    raw = socket.socket()
    raw.settimeout(10)
    if read_buffer is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, read_buffer)
    raw.connect((host, int(port)))
    key = base64.b64encode(os.urandom(16)).decode()
    raw.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += raw.recv(1)
    assert head.startswith(b"HTTP/1.1 101")
    return raw


def masked(payload: bytes, first: int = FINAL | TEXT) -> bytes:
    """A client's frame."""
    key, size = os.urandom(4), len(payload)
    length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0x80 | 126, size)
    return bytes([first]) + length + key + bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def take(raw: socket.socket, size: int) -> bytes:
    taken = b""
    while len(taken) < size:
        more = raw.recv(size - len(taken))
        assert more, "closed"
        taken += more
    return taken


def answer(raw: socket.socket) -> tuple[int, bytes]:
    """The next frame of the server: opcode and payload."""
    first, size = take(raw, 2)
    if size == 126:
        (size,) = struct.unpack("!H", take(raw, 2))
    return first & 0xF, take(raw, size)


def refusal(raw: socket.socket) -> tuple[str, str]:
    opcode, payload = answer(raw)
    message = msgspec.json.decode(payload)
    assert (opcode, message["type"]) == (TEXT, "error")
    return message["code"], message["came"]


def say(text: str) -> bytes:
    return b'{"type": "nonsense", "text": "%s"}' % text.encode()


async def test_frames_are_heard_however_the_bytes_are_cut(server: LiveServer) -> None:
    """One by one, several in one segment, in pieces, long, empty, not in ASCII, in fragments: always all, in order."""
    payloads = [say(text) for text in ("one", "zwölf", "ünf" * 30, "", "x" * 60)] + [b"", b"q" * 120, b"r" * 130]
    frames = [masked(payload) for payload in payloads]
    texts = [payload.decode() for payload in payloads]
    came = [text if len(text) <= 80 else text[:80] + "..." for text in texts]

    def play() -> None:
        with open_raw(server, "/ws/chat/lobby/") as raw:
            assert answer(raw)[0] == TEXT  # the history
            for frame, shown in zip(frames, came, strict=True):
                raw.sendall(frame)
                assert refusal(raw)[1] == shown
            raw.sendall(b"".join(frames))
            assert [refusal(raw)[1] for _ in frames] == came

    def play_in_pieces() -> None:
        with open_raw(server, "/ws/chat/lobby/") as raw:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            assert answer(raw)[0] == TEXT
            for byte in masked(say("slow")) + masked(say("ly")):
                raw.sendall(bytes([byte]))
            assert [refusal(raw)[1] for _ in range(2)] == [say("slow").decode(), say("ly").decode()]
            begin, end = say("fragments")[:9], say("fragments")[9:]
            # A ping may come between two fragments; what looks whole must not be heard before its end.
            raw.sendall(masked(begin, TEXT))
            raw.sendall(masked(b"p", FINAL | PING))
            assert answer(raw) == (0xA, b"p")
            raw.sendall(masked(end, FINAL | CONTINUATION))
            assert refusal(raw)[1] == say("fragments").decode()
            raw.sendall(masked(say("after")))
            assert refusal(raw)[1] == say("after").decode()

    await asyncio.to_thread(play)
    await asyncio.to_thread(play_in_pieces)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param(b"\x81\x02hi", 1002, id="a frame that is not masked"),
        pytest.param(b"\xc1\x82abcd\x00\x00", 1002, id="an extension that was not agreed on"),
        pytest.param(masked(b"hi", FINAL | CONTINUATION), 1002, id="the end of nothing"),
        pytest.param(masked(b"\xff\xfe"), 1007, id="no UTF-8"),
    ],
)
async def test_what_is_no_websocket_is_closed(server: LiveServer, frame: bytes, code: int) -> None:
    def play() -> int:
        with open_raw(server, "/ws/chat/lobby/") as raw:
            assert answer(raw)[0] == TEXT
            raw.sendall(frame)
            opcode, payload = answer(raw)
            assert opcode == 0x8
            return int(struct.unpack("!H", payload[:2])[0])

    assert await asyncio.to_thread(play) == code


async def test_a_slow_reader_gets_every_byte_in_order(server: LiveServer) -> None:
    """What the kernel does not take at once waits, and nothing overtakes it."""
    count, pad = 60, "x" * 10_000

    async def publish() -> None:
        for n in range(1, count + 1):
            rooms.publish("chat.lobby", n, {"n": n, "pad": pad if n % 3 else ""})

    def play() -> list[int]:
        with open_raw(server, "/ws/chat/lobby/", 4096) as raw:
            assert answer(raw)[0] == TEXT
            server.call(publish())
            return [msgspec.json.decode(answer(raw)[1])["n"] for _ in range(count)]

    assert await asyncio.to_thread(play) == list(range(1, count + 1))


async def listeners(room: str, wanted: int) -> None:
    await until(lambda: (len(found) if (found := rooms.find(room)) else 0) == wanted)


async def test_who_never_reads_is_dropped_and_the_others_are_not(
    server: LiveServer, sockets: Sockets, caplog: pytest.LogCaptureFixture
) -> None:
    reader = await sockets.open("/ws/chat/lobby/")
    await reader.until("history")
    raw = await asyncio.to_thread(open_raw, server, "/ws/chat/lobby/", 4096)
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


async def test_a_text_that_is_not_utf8_closes_the_connection(server: LiveServer, sockets: Sockets) -> None:
    client: Any = await sockets.open("/ws/chat/lobby/")
    await client.until("history")
    await client._connection.send(b"\xff\xfe", text=True)
    assert await client.closed() == 1007
