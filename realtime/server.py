"""The Daphne server, with what it lacks: a start that adopts before it listens, a shutdown that tells every socket.

All use of Daphne's, Autobahn's and Twisted's internals is here and in ``websocket``; consumers run on any ASGI server
without them.
"""

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from daphne.server import Server as DaphneServer
from twisted.internet import reactor
from twisted.internet.error import CannotListenError

from realtime import codes, process
from realtime.websocket import WebSocketFactory, WebSocketProtocol

logger = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 65536  # beyond it the connection is closed unread
PING_S = 5
PING_TIMEOUT_S = 10
DRAIN_S = 5


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
