"""A bad link to a real server: a TCP proxy that delays as ``links`` says, and can be cut.

    async with Proxy("127.0.0.1", server_port, WIFI, rtt_ms=120, seed=1) as proxy:
        await page.goto(f"http://127.0.0.1:{proxy.port}/")
        proxy.cut()  # nobody hears anything any more, and nobody is told why
        proxy.restore()  # all of it arrives after all, as TCP sends again what nobody has acknowledged

It runs in the event loop it was started in, whose times are those of its delays (a test whose server or browser lives
in other threads or processes needs no other than its own).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Self, cast

from benchmarks.links import Profile, Way

Handed = Callable[[int, int], None]


class Proxy:
    """Listens on ``port`` of 127.0.0.1 (a free one unless it is said) for connections to ``host``:``port``.

    Each chunk of bytes is one packet of ``profile`` at ``rtt_ms``. Each connection has luck of its own, drawn from the
    seed and its number, so equal traffic meets equal delays. The end of a connection travels like its bytes: in order,
    late, and not while the link is cut.

    ``handed``, if set, is called whenever bytes of a client have just been given to the server: with the client's own
    port, and how many of its bytes the server has had so far.
    """

    def __init__(
        self, host: str, port: int, profile: Profile, rtt_ms: float, seed: int, handed: Handed | None = None
    ) -> None:
        self.port = 0  # until it listens
        self.handed = handed
        self._upstream = host, port
        self._profile = profile
        self._rtt_ms = rtt_ms
        self._seed = seed
        self._connections = 0
        self._whole = asyncio.Event()  # not cut
        self._whole.set()
        self._pipes: set[_Pipe] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _End(self._accept), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Stop listening, and drop every connection at once."""
        assert self._server is not None
        self._server.close()
        for opening in self._opening:
            opening.cancel()
        for pipe in list(self._pipes):
            pipe.drop()
        await asyncio.gather(*self._opening, return_exceptions=True)
        await self._server.wait_closed()
        await asyncio.sleep(0)  # the transports close in the loop's next round

    def cut(self) -> None:
        """Swallow everything, both ways: what is under way too. No connection is closed, and new ones stay silent."""
        self._whole.clear()
        for pipe in self._pipes:
            pipe.hold()

    def restore(self) -> None:
        """The link is whole again: what was swallowed sets out anew, in order."""
        self._whole.set()
        for pipe in self._pipes:
            pipe.release()

    def lose(self) -> None:
        """The connections of now stay silent for good, as after a change of network: nobody is told, none is closed."""
        for pipe in self._pipes:
            pipe.lose()

    def _accept(self, client: "_End") -> None:
        opening = asyncio.get_running_loop().create_task(self._open(client))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    async def _open(self, client: "_End") -> None:
        """The client is connected: connect it on, once the link is whole, and join the two ends."""
        self._connections += 1
        number = self._connections
        try:
            await self._whole.wait()
            loop = asyncio.get_running_loop()
            _, server = await loop.create_connection(lambda: _End(), *self._upstream)
        except OSError:
            client.transport.abort()  # nobody listens there
            return
        except asyncio.CancelledError:
            client.transport.abort()
            raise
        peer: int = client.transport.get_extra_info("peername")[1]

        def count(total: int) -> None:
            if self.handed is not None:
                self.handed(peer, total)

        up = _Pipe(client, server, self._way(number, "up"), self._pipes, count)
        down = _Pipe(server, client, self._way(number, "down"), self._pipes, lambda _: None)
        up.other, down.other = down, up
        for pipe in (up, down):
            pipe.source.lead(pipe)
            if not self._whole.is_set():
                pipe.hold()

    def _way(self, number: int, direction: str) -> Way:
        return Way(self._profile, self._rtt_ms, Random(f"{self._seed} {number} {direction}"))


class _End(asyncio.Protocol):
    """One end of a connection. What comes waits until there is a pipe for it."""

    transport: asyncio.Transport

    def __init__(self, made: Callable[["_End"], None] | None = None) -> None:
        self._made = made
        self._pipe: _Pipe | None = None
        self._early: list[bytes] = []  # b"": its end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        if self._made is not None:
            self._made(self)

    def lead(self, pipe: "_Pipe") -> None:
        """From now on what comes goes into ``pipe``."""
        self._pipe = pipe
        for data in self._early:
            pipe.take(data)
        self._early.clear()

    def data_received(self, data: bytes) -> None:
        self._take(data)

    def eof_received(self) -> bool:
        self._take(b"")
        return True  # it may still listen

    def connection_lost(self, error: Exception | None) -> None:
        self._take(b"")

    def _take(self, data: bytes) -> None:
        if self._pipe is not None:
            self._pipe.take(data)
        else:
            self._early.append(data)


class _Pipe:
    """One direction of one connection, in ``pipes`` until its end has arrived."""

    other: "_Pipe"  # the other direction

    def __init__(
        self, source: _End, target: _End, way: Way, pipes: set["_Pipe"], handed: Callable[[int], None]
    ) -> None:
        self.source = source
        self._target = target
        self._way = way
        self._handed = handed
        self._pipes = pipes
        self._loop = asyncio.get_running_loop()
        self._under_way: deque[tuple[float, bytes]] = deque()  # (when it arrives, ms; what: b"" is the end)
        self._timer: asyncio.TimerHandle | None = None
        self._held = False
        self._lost = False
        self._ended = False  # nothing comes after the end
        self._total = 0
        pipes.add(self)

    def take(self, data: bytes) -> None:
        if self._ended:
            return
        self._ended = not data
        self._under_way.append((self._way.arrives(self._loop.time() * 1000), data))
        self._arm()

    def hold(self) -> None:
        self._held = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # An unread connection fills up, as one does whose bytes nobody acknowledges: its sender notices that.
        if not self.source.transport.is_closing():
            self.source.transport.pause_reading()

    def release(self) -> None:
        if not self._held or self._lost:
            return
        self._held = False
        now = self._loop.time() * 1000
        self._under_way = deque((self._way.arrives(now), data) for _, data in self._under_way)
        if not self.source.transport.is_closing():
            self.source.transport.resume_reading()
        self._arm()

    def lose(self) -> None:
        """Swallow all of it, for good."""
        self.hold()
        self._lost = True
        self._under_way.clear()

    def drop(self) -> None:
        """Close both ends now."""
        self._pipes.discard(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._under_way.clear()
        self._ended = True
        self.source.transport.abort()
        self._target.transport.abort()

    def _arm(self) -> None:
        if self._timer is None and self._under_way and not self._held:
            self._timer = self._loop.call_at(self._under_way[0][0] / 1000, self._arrive)

    def _arrive(self) -> None:
        """Hand over what has arrived by now."""
        self._timer = None
        now = self._loop.time() * 1000 + 0.01
        while self._under_way and self._under_way[0][0] <= now:
            _, data = self._under_way.popleft()
            if data:
                self._target.transport.write(data)
                self._total += len(data)
                self._handed(self._total)
            else:
                self._end()
        self._arm()

    def _end(self) -> None:
        """The source has closed its side, or is gone."""
        self._pipes.discard(self)
        source, target = self.source.transport, self._target.transport
        if source.is_closing() or self.other not in self._pipes:
            source.close()
            target.close()
        elif not target.is_closing():
            target.write_eof()
