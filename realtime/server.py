"""The Daphne server, with what it lacks: a start that adopts before it listens, a shutdown that tells every socket.

All use of Daphne's, Autobahn's and Twisted's internals is here and in ``websocket``; consumers run on any ASGI server
without them.
"""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from daphne.server import Server as DaphneServer
from twisted.internet import reactor
from twisted.internet.error import CannotListenError

from realtime import codes, process, reading
from realtime.websocket import WebSocketFactory, WebSocketProtocol, let_go

logger = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 65536  # beyond it the connection is closed unread
# A socket that was closed is cut if its client has not answered by then. Autobahn's one second is too short for a slow
# link: with the cut the client's system throws away what it has not read, and so the reason for the close.
CLOSE_S = 10
# A stop, in all: what hosts is drained, then the last requests are answered, then what was begun is ended.
DRAIN_S = 12
ANSWER_S = 1.5
SETTLE_S = 1
BACKLOG = 1024  # connections that wait to be accepted: a whole cluster's clients come back at once


class Server(DaphneServer):
    """Daphne, with ``begin`` (run in the loop before listening is announced) and ``drain`` hooks.

    It listens on endpoints (Twisted's descriptions), or on bound sockets, which other processes may share and which are
    closed here once the reactor has them.
    """

    def __init__(
        self,
        application: Any,
        endpoints: Sequence[str | socket.socket],
        *,
        begin: Callable[[], Awaitable[None]] | None = None,
        drain: Callable[[], Awaitable[None]] | None = None,
        announce: Callable[[str, int], None] | None = None,
    ) -> None:
        super().__init__(
            application,
            endpoints=list(endpoints),
            signal_handlers=False,
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
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
        reading.watch(loop)
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.stop_gently)
        except (RuntimeError, ValueError):
            pass  # not the main thread: a test's server
        # Listening waits for ``begin``: who connects at once must find what was adopted.
        self.endpoints: list[str | socket.socket] = []
        reactor.callWhenRunning(lambda: loop.create_task(self._open()))
        super().run()

    async def _listen(self, endpoint: str | socket.socket) -> Any:
        if isinstance(endpoint, socket.socket):
            with endpoint:
                endpoint.setblocking(False)
                endpoint.listen(BACKLOG)
                return reactor.adoptStreamPort(endpoint.fileno(), endpoint.family, self.http_factory)
        from twisted.internet.endpoints import serverFromString

        listening = serverFromString(reactor, endpoint).listen(self.http_factory)
        return await listening.asFuture(asyncio.get_running_loop())

    async def _open(self) -> None:
        self.ws_factory = WebSocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            allowNullOrigin=True,
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=self.websocket_max_message_size,
            maxFramePayloadSize=self.websocket_max_frame_size,
            failByDrop=False,  # say why (1009, 1007, 1002) before the connection is cut
            closeHandshakeTimeout=CLOSE_S,
            tcpNoDelay=True,
        )
        try:
            if self._begin is not None:
                await self._begin()
            for endpoint in self._listen_on:
                port = await self._listen(endpoint)
                self.listen_success(port)
                self.listeners.append(port)
        except Exception as error:
            self.failed = True
            logger.critical("cannot serve: %s", error, exc_info=not isinstance(error, (OSError, CannotListenError)))
            self.stop()
            return
        # Full collections reached 400 ms at 5,000 connections, of which what boot has made was the most: that is left
        # out for good. Closed connections leave nothing to collect (``let_go``), so the young need not be looked at
        # often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 5, 10)
        if self._announce is not None:
            self._announce(*self.listening_addresses[0])

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, WebSocketProtocol):
            scope["extensions"] = {"rallypoint.direct": protocol}
        return super().create_application(protocol, scope)

    def application_checker(self) -> None:
        """Daphne's, every second: it forgets connections that are over. Their last references go then too."""
        over = [connection for connection, details in self.connections.items() if details.get("disconnected")]
        super().application_checker()
        for connection in over:
            if connection not in self.connections:
                let_go(connection)

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
                await self._drained(self._drain)
            for protocol in list(self.connections):
                if isinstance(protocol, WebSocketProtocol) and protocol.state == protocol.STATE_OPEN:
                    protocol.sendCloseFrame(code=codes.RESTART)
            applications = [d["application_instance"] for d in self.connections.values() if "application_instance" in d]
            if applications:
                _, late = await asyncio.wait(applications, timeout=ANSWER_S)
                for application in late:
                    application.cancel()
            await process.settle(SETTLE_S)
        except Exception:
            logger.exception("while stopping")
        finally:
            self.stop()

    async def _drained(self, drain: Callable[[], Awaitable[None]]) -> None:
        """Whatever comes of it, every socket is told afterwards."""
        try:
            await asyncio.wait_for(drain(), DRAIN_S)
        except TimeoutError:
            logger.warning("draining took more than %d s: what is left is taken over by others", DRAIN_S)
        except Exception:
            logger.exception("while draining")

    def kill_all_applications(self) -> None:
        """Daphne's own raises KeyError for upgraded connections; ``stop_gently`` has done this work already."""
