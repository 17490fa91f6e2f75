"""One WebSocket connection of our server: a direct way between a consumer and its transport, and a limit for readers
that do not read.

This module and ``server`` are the only ones that know the insides of Daphne, Autobahn and Twisted. Two short cuts are
worth knowing them; together they halve what a match costs (docs/architecture.md), and both fall back to the long way:

- a small, whole, ASCII text frame is unmasked here and heard at once, past Autobahn's general parser (and so is the
  answer to a ping);
- a frame is written to the socket at once if nothing waits before it, past Twisted's buffer, its change of epoll's set
  and back, and another turn of the loop.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable
from statistics import median
from time import monotonic
from typing import Any

from autobahn.websocket import protocol as autobahn
from daphne.ws_protocol import WebSocketFactory as DaphneFactory
from daphne.ws_protocol import WebSocketProtocol as DaphneProtocol

from realtime import codes

logger = logging.getLogger(__name__)

MAX_UNREAD_BYTES = 1 << 20  # a client that never reads would grow our memory
MAX_UNHEARD = 200  # messages kept while the consumer is still entering

FINAL_TEXT = 0x81  # first byte of a frame: FIN and opcode 1 (RFC 6455 5.2)
MASKED = 0x80  # of the second byte; the rest is the length
SMALL = 126  # from here on the length stands elsewhere
FINAL_PING, FINAL_PONG = 0x89, 0x8A
PING_S = 5  # of silence, before a client is asked whether it is there
PONG_S = 10  # and how long it may take to answer
PING = bytes((FINAL_PING, 0))  # the server's own frames are not masked
ROUND_TRIPS = 5  # kept: the median is told
HEAD = 6  # bytes before the payload of a small masked frame


# Autobahn formats its whole configuration for a debug line of each handshake, whether it is logged or not: a sixth of
# what a new connection cost.
autobahn.pformat = repr


class WebSocketProtocol(DaphneProtocol):
    """One connection. ``attach`` lets a consumer hear without the queue, ``write_frame`` speak without the send."""

    _heard: Callable[[bytes, bool], None] | None = None
    _pulse: asyncio.TimerHandle | None = None
    _every_s: float | None = None  # a ping, asked for by ``measure``
    _last_s = 0.0  # when anything was read of the client, in the loop's time
    _pinged_s: float | None = None  # when the ping went out that is not answered yet
    _round_trips: deque[float] | None = None  # of the last pings, s

    def attach(self, heard: Callable[[bytes, bool], None]) -> None:
        """From now on give messages to ``heard`` at once; first those that wait in the queue, in order."""
        queue = self.application_queue
        waiting = [queue.get_nowait() for _ in range(queue.qsize())]
        for message in waiting:
            if message["type"] != "websocket.receive":
                queue.put_nowait(message)
            elif message.get("text") is not None:
                heard(message["text"].encode(), False)
            else:
                heard(message["bytes"], True)
        self._heard = heard

    def write_frame(self, wire: bytes) -> None:
        """Write a whole frame; drop the connection instead if its unread output has grown too large."""
        if self.state != self.STATE_OPEN:
            return
        transport = self.transport
        unread = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
        if unread > MAX_UNREAD_BYTES:
            logger.warning("%s does not read: %d bytes wait, dropped", self.client_addr, unread)
            self.sendCloseFrame(code=codes.SLOW_READER)
            transport.abortConnection()
            return
        if not unread and transport.connected and not transport.disconnecting:
            sent = transport.writeSomeData(wire)
            if sent == len(wire):
                return
            if type(sent) is int:
                wire = wire[sent:]
            # Otherwise the connection is lost: the reactor finds that out in its own way, with what is written now.
        transport.write(wire)

    # -- is the client there, and how far away? ---------------------------------------------------------------------

    @property
    def rtt_ms(self) -> int | None:
        """The round trip as the client's own WebSocket answers pings, a median; None before the first answer."""
        return round(median(self._round_trips) * 1000) if self._round_trips else None

    def measure(self, every_s: float) -> None:
        """Ping from now on every so often, whether the client is silent or not."""
        self._every_s = every_s
        self._feel_pulse(asyncio.get_running_loop())

    def _feel_pulse(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ping a client that has been silent, and drop one that answers nothing.

        Each connection at its own moment. Daphne pings whoever is due every two seconds, all in one go: with a
        thousand spectators that, and their answers, stopped the loop for 40 ms.
        """
        if self._pulse is not None:
            self._pulse.cancel()
        if self.state != self.STATE_OPEN:
            return
        now_s = loop.time()
        silent_s = now_s - self._last_s
        if silent_s >= PING_S + PONG_S:
            logger.info("%s is silent for %.0f s, dropped", self.client_addr, silent_s)
            self.transport.abortConnection()
            return
        wanted = self._every_s is not None or self._round_trips is None
        if silent_s >= PING_S or (wanted and self._pinged_s is None):
            self._pinged_s = self._pinged_s or now_s  # of several without an answer the first one counts
            self.write_frame(PING)
        self._pulse = loop.call_later(self._every_s or PING_S, self._feel_pulse, loop)

    def _answered(self) -> None:
        """A pong. One for a ping that was sent while another was under way tells nothing."""
        if self._pinged_s is not None:
            if self._round_trips is None:
                self._round_trips = deque(maxlen=ROUND_TRIPS)
            self._round_trips.append(max(self._last_s - self._pinged_s, 0.0))
            self._pinged_s = None

    def check_timeouts(self) -> None:
        """Daphne's, every two seconds: only a connection that is not open yet is of interest to it now."""
        if self.state == self.STATE_CONNECTING:
            super().check_timeouts()

    # -- Autobahn's names ----------------------------------------------------------------------------------------

    def onOpen(self) -> None:  # noqa: N802
        super().onOpen()
        loop = asyncio.get_running_loop()
        self._last_s = loop.time()
        self._pulse = loop.call_later(random.uniform(0, PING_S), self._feel_pulse, loop)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self._last_s = monotonic()
        if not self._hear_at_once(data):
            self._dataReceived(data)

    def _hear_at_once(self, data: bytes) -> bool:
        """Hear ``data`` if it is one small text frame, as almost always; anything else is Autobahn's to judge."""
        if (
            self._heard is None
            or self.muted
            or self.state != self.STATE_OPEN
            or self.data  # the beginning of a frame
            or self.current_frame is not None
            or self.inside_message
            or len(data) < HEAD
            or not MASKED <= data[1] < MASKED + SMALL
        ):
            return False
        size = data[1] - MASKED
        if len(data) != HEAD + size:
            return False
        if data[0] != FINAL_TEXT:
            if data[0] != FINAL_PONG or size:
                return False
            self._answered()
            return True
        mask = (data[2:HEAD] * (size // 4 + 1))[:size]
        payload = (int.from_bytes(data[HEAD:], "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")
        if not payload.isascii():  # it may be no UTF-8 either
            return False
        self._heard(payload, False)
        return True

    def onPong(self, payload: bytes) -> None:  # noqa: N802
        self._answered()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        if self._heard is None:
            if self.application_queue.qsize() < MAX_UNHEARD:
                super().onMessage(payload, isBinary)
        elif not self.muted:
            self._heard(payload, isBinary)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803
        self._heard = None
        if self._pulse is not None:
            self._pulse.cancel()
        super().onClose(wasClean, code, reason)


def let_go(connection: Any) -> None:
    """Cut a connection that is over and done with out of the rings of references that Twisted and Autobahn leave.

    There are some 60 objects and 9 kB in them; without this only the collector would find them, late.
    """
    if isinstance(connection, WebSocketProtocol):
        connection.is_open = connection.is_closed = connection.application_deferred = None
    elif connection.transport is None and (channel := getattr(connection, "channel", None)) is not None:
        channel.requests.clear()  # an HTTP request that became a WebSocket
        connection.channel = None


class WebSocketFactory(DaphneFactory):
    protocol = WebSocketProtocol
