"""The base of every consumer: Channels' verbs, without the costs and traps that traps.md names.

- no thread hop for each message: what needs the database goes through ``later`` and ``database.run``;
- no layer channel for each socket: sockets listen to rooms;
- a message is limited (token bucket, 4 KiB), decoded and validated before anybody sees it; a refusal is typed and
  changes nothing;
- an error is logged and closes the socket with a code of ours, never a zombie.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from realtime import codes, database, metrics, process, rooms
from realtime.bucket import Bucket
from realtime.clock import monotonic_ms
from realtime.wire import Decoder, Frame, Refused, frame

logger = logging.getLogger(__name__)

UNAVAILABLE = Refused("unavailable", "a database that answers", "none at this moment: try again")
MISSED = "missed"  # rung when news may have been lost: the layer was away
REFUSALS_IN_A_ROW = 20  # a client that does not listen


class CloseError(Exception):
    """End this socket with a code of ours, after saying why."""

    def __init__(self, code: int, refusal: Refused) -> None:
        super().__init__(str(refusal))
        self.code = code
        self.refusal = refusal


class LiveConsumer(AsyncWebsocketConsumer):
    """One socket. Subclasses give ``decode``, ``enter``, ``hear`` and, if they need it, ``leave`` and ``rung``.

    ``hear`` is synchronous: it mutates, or hands work to ``later``. One socket's later work runs in order, one at a
    time.
    """

    decode: ClassVar[Decoder[Any]]
    burst: ClassVar[int] = 30
    rate: ClassVar[int] = 5

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bucket = Bucket(self.burst, self.rate)
        self._refusals = 0
        self._rooms: dict[str, None] = {}
        self._jobs: deque[Callable[[], Awaitable[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._unsent: asyncio.Queue[Frame | None] | None = None  # None in it: the end
        self._outlet: asyncio.Task[None] | None = None
        self._direct: Any = None
        self._held: list[Frame] | None = []  # what rooms said before the snapshot; None once that is told
        self._closing = False
        self.heard_ms = monotonic_ms()  # when this socket said something last, whatever it was

    # -- what a subclass says ------------------------------------------------------------------------------------

    async def enter(self) -> None:
        """The socket is open: find the room, join it, send the snapshot. May raise Refused (said) or CloseError
        (final).
        """

    def hear(self, message: Any) -> None:
        """One decoded message. May raise Refused."""
        raise NotImplementedError

    def leave(self) -> None:
        """The socket is gone. Idempotent; called once even if the application is killed."""

    def rung(self, what: str) -> None:
        """A room of ours says that ``what`` has changed."""

    def refusal(self, refused: Refused) -> Any:
        """A refusal in this socket's own form."""
        return {"type": "error", "code": refused.code, "expected": refused.expected, "came": refused.came}

    # -- what a subclass uses ------------------------------------------------------------------------------------

    @property
    def user(self) -> Any:
        """The user of the handshake, or None."""
        return self.scope.get("user")

    def require_user(self) -> Any:
        if self.user is None:
            raise Refused(
                "sign_in_required", "a signed-in user, a guest or a bot's token", self.scope.get("anonymous", "nobody")
            )
        return self.user

    @property
    def rtt_ms(self) -> int | None:
        """The round trip to the client as measured here; None until it is, and on another server than ours."""
        return self._direct.rtt_ms if self._direct is not None else None

    def measure(self, every_s: float) -> None:
        """From now on measure the round trip every so often."""
        if self._direct is not None:
            self._direct.measure(every_s)

    def join(self, name: str, front: bool = False) -> rooms.Room:
        """Listen to a room until the socket is gone."""
        room = rooms.room(name)
        room.join(self, front)
        self._rooms[name] = None
        return room

    def tell(self, message: Any) -> None:
        """Send a message to this socket alone."""
        self.give(frame(message))

    def give(self, frame: Frame) -> None:
        """Send a frame that may be shared with other sockets."""
        if self._direct is not None:
            self._direct.write_frame(frame.wire)
        elif self._unsent is not None:
            self._unsent.put_nowait(frame)

    def push(self, frame: Frame) -> None:
        """A room's event. One that comes while ``enter`` still reads the snapshot is sent after it: none is lost
        between the two.
        """
        if self._held is None:
            self.give(frame)
        else:
            self._held.append(frame)

    def later(self, job: Callable[..., Awaitable[None]], *args: Any) -> None:
        """Do async work for this socket, after what it asked for before."""
        self._jobs.append(lambda: job(*args))
        if self._worker is None or self._worker.done():
            self._worker = process.spawn(self._work(), f"{type(self).__name__} {self.scope['path']}")

    # -- Channels' verbs -----------------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        self.base_send = send
        metrics.opened(self)
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            pass
        finally:
            metrics.closed(self)
            self._gone()

    async def dispatch(self, message: Any) -> None:
        """As Channels does it, without its hop through the one thread-sensitive thread."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        await self.accept()
        self._open_outlet()
        refusal: CloseError | None = self.scope.get("refusal")
        if refusal is None:
            if self.user is not None:
                self.join(f"user.{self.user.id}")
            refusal = await self._attempt(self.enter, CloseError(codes.UNAVAILABLE, UNAVAILABLE))
        held, self._held = self._held or (), None
        for event in held:
            self.give(event)
        if refusal is not None:
            await self._end(refusal)
        elif self._direct is not None and not self._closing:
            self._direct.attach(self._heard)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is not None:
            self._heard(text_data.encode(), False)
        else:
            self._heard(bytes_data or b"", True)

    async def disconnect(self, code: int) -> None:
        self._gone()

    def ring(self, what: str) -> None:
        if what in ("signed_out", f"signed_out:{self.scope.get('session_key')}"):
            self._later_end(
                CloseError(
                    codes.SIGNED_OUT, Refused("sign_in_required", "a live session", "a session that was signed out")
                )
            )
        else:
            self.rung(what)

    # -- inside --------------------------------------------------------------------------------------------------

    def _open_outlet(self) -> None:
        """Frames go straight to our own server's transport; on any other ASGI server, through a queue and its send."""
        self._direct = self.scope.get("extensions", {}).get("rallypoint.direct")
        if self._direct is None:
            self._unsent = asyncio.Queue()
            self._outlet = process.spawn(self._send_queue(self._unsent), "outlet")

    async def _send_queue(self, unsent: asyncio.Queue[Frame | None]) -> None:
        while (unsent_frame := await unsent.get()) is not None:
            await self.base_send({"type": "websocket.send", "text": unsent_frame.text})

    def _heard(self, payload: bytes, binary: bool) -> None:
        if self._closing:
            return
        self.heard_ms = monotonic_ms()
        try:
            if not self._bucket.take(self.heard_ms):
                wanted = f"at most {self.burst} messages at once and {self.rate} a second"
                raise CloseError(codes.FLOOD, Refused("flood", wanted, "more"))
            if binary:
                raise Refused("not_json", "a text frame", f"a binary frame of {len(payload)} bytes")
            self.hear(self.decode(payload))
            if not self._jobs:  # what is still to be done may be refused
                self._refusals = 0
        except Refused as refused:
            self._refuse(refused)
        except CloseError as close:
            self._later_end(close)
        except Exception:
            self._fail()

    async def _work(self) -> None:
        while self._jobs and not self._closing:
            if (close := await self._attempt(self._jobs.popleft())) is not None:
                await self._end(close)

    async def _attempt(self, job: Callable[[], Awaitable[None]], away: CloseError | None = None) -> CloseError | None:
        """Do a job. Gives how the socket must be closed, if it must; ``away`` is that for when the database is away."""
        try:
            await job()
            self._refusals = 0
        except Refused as refused:
            self._refuse(refused)
        except CloseError as close:
            return close
        except database.AWAY as error:
            logger.warning("%s %s: the database is away: %r", type(self).__name__, self.scope["path"], error)
            if away is None:
                self.tell(self.refusal(UNAVAILABLE))
            return away
        except Exception:
            self._fail()
        return None

    def _refuse(self, refused: Refused) -> None:
        metrics.refusals.labels(refused.code).inc()
        self.tell(self.refusal(refused))
        self._refusals += 1
        if self._refusals > REFUSALS_IN_A_ROW:
            wanted = f"at most {REFUSALS_IN_A_ROW} refused messages in a row"
            self._later_end(CloseError(codes.TOO_MANY_REFUSALS, Refused("too_many_refusals", wanted, "one more")))

    def _fail(self) -> None:
        who = {"user": self.user.pk} if self.user is not None else None
        logger.exception("%s %s", type(self).__name__, self.scope["path"], extra=who)
        self._later_end(
            CloseError(codes.OUR_ERROR, Refused("our_error", "a working server", "an error of ours, logged"))
        )

    def _later_end(self, close: CloseError) -> None:
        if not self._closing:
            process.spawn(self._end(close), "closing a socket")

    async def _end(self, close: CloseError) -> None:
        if self._closing:
            return
        self._closing = True
        self.tell(self.refusal(close.refusal))
        if self._unsent is not None and self._outlet is not None:
            self._unsent.put_nowait(None)
            await asyncio.wait([self._outlet])  # what was said before the end is sent before it
        await self.close(close.code)

    def _gone(self) -> None:
        if self._unsent is not None:
            self._unsent.put_nowait(None)
        if self._rooms or not self._closing:
            self._closing = True
            for name in self._rooms:
                rooms.room(name).leave(self)
            self._rooms.clear()
            self.leave()


class NowhereConsumer(LiveConsumer):
    """Any other address: says so, in a way that a browser can read."""

    async def enter(self) -> None:
        raise CloseError(codes.NOT_FOUND, Refused("not_found", "the address of a socket", self.scope["path"]))
