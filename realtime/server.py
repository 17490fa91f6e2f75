"""The Daphne server, with what it lacks: a shutdown that tells every socket, a limit for readers that do not read, a
direct way between a consumer and its transport.

All use of Daphne's, Autobahn's and Twisted's internals is in this module; consumers run on any ASGI server without
it.
"""

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.server import Server as DaphneServer
from daphne.ws_protocol import WebSocketFactory as DaphneFactory
from daphne.ws_protocol import WebSocketProtocol as DaphneProtocol
from twisted.internet import reactor
from twisted.internet.error import CannotListenError

from realtime import codes, process

logger = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 65536  # beyond it the connection is closed unread
MAX_UNREAD_BYTES = 1 << 20  # a client that never reads would grow our memory
PING_S = 5
PING_TIMEOUT_S = 10
DRAIN_S = 5


class WebSocketProtocol(DaphneProtocol):
    """One connection. ``attach`` lets a consumer hear without the queue, ``write_frame`` speak without the send."""

    _heard: Callable[[bytes, bool], None] | None = None

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

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803 - Autobahn's name
        if self._heard is None:
            # The consumer is still entering. Nothing that comes now may grow without end.
            if self.application_queue.qsize() < 200:
                super().onMessage(payload, isBinary)
        elif not self.muted:
            self._heard(payload, isBinary)

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
        transport.write(wire)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803 - Autobahn's name
        self._heard = None
        super().onClose(wasClean, code, reason)


class WebSocketFactory(DaphneFactory):
    protocol = WebSocketProtocol


class Server(DaphneServer):
    """Daphne, with ``begin`` (run in the loop before listening is announced) and ``drain`` hooks."""

    def __init__(
        self,
        application: Any,
        endpoints: list[str],
        *,
        begin: Callable[[], Awaitable[None]] | None = None,
        drain: Callable[[], Awaitable[None]] | None = None,
        announce: Callable[[str, int], None] | None = None,
    ) -> None:
        super().__init__(
            application,
            endpoints=endpoints,
            signal_handlers=False,
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
            ping_interval=PING_S,
            ping_timeout=PING_TIMEOUT_S,
            websocket_timeout=-1,
            server_name="Rallypoint",
            verbosity=1,
        )
        self._listen_on = endpoints
        self._begin = begin
        self._drain = drain
        self._announce = announce
        self._draining = False
        self.failed = False

    def run(self) -> None:
        """Serve until stopped. In the main thread SIGTERM and SIGINT drain."""
        loop = reactor._asyncioEventloop
        asyncio.set_event_loop(loop)
        process.begin(loop)
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.stop_gently)
        except (RuntimeError, ValueError):
            pass  # not the main thread: a test's server
        # Listening waits for ``begin``: who connects at once must find what was adopted.
        self.endpoints: list[str] = []
        reactor.callWhenRunning(lambda: loop.create_task(self._open()))
        super().run()

    async def _open(self) -> None:
        from twisted.internet.endpoints import serverFromString

        self.ws_factory = WebSocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=self.websocket_max_message_size,
            maxFramePayloadSize=self.websocket_max_frame_size,
            failByDrop=False,  # say why (1009, 1007, 1002) before the connection is cut
            tcpNoDelay=True,
        )
        try:
            if self._begin is not None:
                await self._begin()
            for endpoint in self._listen_on:
                port = (
                    await serverFromString(reactor, endpoint)
                    .listen(self.http_factory)
                    .asFuture(asyncio.get_running_loop())
                )
                self.listen_success(port)
                self.listeners.append(port)
        except Exception as error:
            self.failed = True
            logger.critical("cannot serve: %s", error, exc_info=not isinstance(error, (OSError, CannotListenError)))
            self.stop()
            return
        # Full collections reached 400 ms at 5,000 connections: what boot has made stays, the young are
        # collected rarely.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 50, 100)
        if self._announce is not None:
            self._announce(*self.listening_addresses[0])

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, WebSocketProtocol):
            scope["extensions"] = {"rallypoint.direct": protocol}
        return super().create_application(protocol, scope)

    def stop_gently(self) -> None:
        """Stop listening, drain, tell every socket 1012, wait for the applications, stop. Twice: stop at once."""
        if self._draining:
            self.stop()
            return
        self._draining = True
        asyncio.get_running_loop().create_task(self._stop_gently())

    async def _stop_gently(self) -> None:
        try:
            for port in self.listeners:
                port.stopListening()
            if self._drain is not None:
                await asyncio.wait_for(self._drain(), DRAIN_S)
            for protocol in list(self.connections):
                if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                    protocol.sendCloseFrame(code=codes.RESTART)
            applications = [d["application_instance"] for d in self.connections.values() if "application_instance" in d]
            if applications:
                _, late = await asyncio.wait(applications, timeout=DRAIN_S)
                for application in late:
                    application.cancel()
            await process.settle(DRAIN_S)
        except Exception:
            logger.exception("while stopping")
        finally:
            self.stop()

    def kill_all_applications(self) -> None:
        """Daphne's own raises KeyError for upgraded connections; ``stop_gently`` has done this work already."""
