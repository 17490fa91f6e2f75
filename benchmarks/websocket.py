"""A lean WebSocket client: many in one process, so that the load is not what is measured."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class WebSocket(asyncio.Protocol):
    """One connection (RFC 6455), whole frames only. ``heard`` gets every text message's payload, at once.

    It counts what the benchmark wants to know: messages and payload bytes, each way.
    """

    def __init__(self, path: str, token: str, heard: Callable[[bytes], None]) -> None:
        self._path = path
        self._token = token
        self._heard = heard
        self._buffer = b""
        self._key = os.urandom(4)
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: int | None = None  # the close code, once it is closed
        self.messages_in = self.messages_out = self.bytes_in = self.bytes_out = 0
        self.written = 0  # bytes to the wire, with the handshake and all framing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        host, port = transport.get_extra_info("peername")[:2]
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {self._path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"Authorization: Bearer {self._token}"] if self._token else []
        self._put("\r\n".join([*lines, "", ""]).encode())

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = self.closed or 1006
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(f"{self._path}: closed in the handshake"))

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        at, end = 0, len(data)
        if not self.opened.done():
            at = self._shake_hands(data)
            if not at:
                self._buffer = data
                return
        while end - at >= 2:
            size, body = data[at + 1], at + 2
            if size == 126 and end >= at + 4:
                size, body = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127 and end >= at + 10:
                size, body = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            elif size > 125:
                break
            if end < body + size:
                break
            self._frame(data[at] & 0xF, data[body : body + size])
            at = body + size
        self._buffer = data[at:]

    def _shake_hands(self, data: bytes) -> int:
        """Where the frames begin, or 0 if the answer is not whole yet."""
        head, found, _ = data.partition(b"\r\n\r\n")
        if not found:
            return 0
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(f"{self._path}: expected 101, came {head[:80]!r}")
        self.opened.set_result(None)
        return len(head) + 4

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.messages_in += 1
            self.bytes_in += len(payload)
            self._heard(payload)
        elif opcode == PING:
            self._write(PONG, payload)
        elif opcode == CLOSE:
            self.closed = int.from_bytes(payload[:2], "big") or 1005
            self._write(CLOSE, payload[:2])

    def say(self, payload: bytes) -> None:
        """Send a text message."""
        self.messages_out += 1
        self.bytes_out += len(payload)
        self._write(TEXT, payload)

    def _write(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        long = struct.pack("!H", size) if size > 125 else b""
        head = bytes((0x80 | opcode, 0x80 | (126 if long else size))) + long
        mask = (self._key * (size // 4 + 1))[:size]
        masked = int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")
        self._put(head + self._key + masked.to_bytes(size, "big"))

    def _put(self, data: bytes) -> None:
        if self._transport is not None:
            self.written += len(data)
            self._transport.write(data)

    @property
    def port(self) -> int:
        """Our own, by which a proxy knows us."""
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connect(host: str, port: int, path: str, token: str, heard: Callable[[bytes], None]) -> WebSocket:
    """An open socket. Raises ConnectionError or OSError."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: WebSocket(path, token, heard), host, port)
    await socket.opened
    return socket
