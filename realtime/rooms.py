"""Rooms: whoever listens to one live thing in this process, and the numbered events they hear.

A room event is encoded and framed once. It goes to the sockets of this process directly, and to all other processes
by one layer message (see ``nerves``). What matters is a row: a room only carries news, and a listener that sees a gap
resyncs.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from realtime.wire import Frame, frame

HISTORY = 64  # events kept for those that missed a few
UNNUMBERED = 0  # the version of what changes nothing, and nobody misses who does not hear it
SLICE = 20  # listeners served before the loop may turn to something else: about half a millisecond


class Listener(Protocol):
    """A socket in a room."""

    def push(self, frame: Frame) -> None: ...

    def ring(self, what: str) -> None: ...


Relay = Callable[[int, Frame, Mapping[Any, Frame]], None]


class Room:
    """One room of this process. Made by ``room()`` and forgotten when it is empty and nobody hosts it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.version = 0
        self.hosted = False
        # Who hosts the room may know better than ``broadcast`` which other processes have listeners.
        self.relay: Relay | None = None
        self._front: dict[Listener, None] = {}  # players: served first
        self._crowd: dict[Listener, None] = {}
        self._events: deque[tuple[int, Frame]] = deque(maxlen=HISTORY)
        self._backlog: deque[tuple[Frame, Mapping[Any, Frame]]] = deque()

    def join(self, listener: Listener, front: bool = False) -> None:
        self._crowd.pop(listener, None)
        self._front.pop(listener, None)
        (self._front if front else self._crowd)[listener] = None

    def to_crowd(self, listener: Listener) -> None:
        """Who was in front is served with the crowd, if they are here at all."""
        if listener in self._front:
            self.join(listener)

    def leave(self, listener: Listener) -> None:
        self._front.pop(listener, None)
        self._crowd.pop(listener, None)
        if not len(self) and not self.hosted:
            _rooms.pop(self.name, None)

    def __len__(self) -> int:
        return len(self._front) + len(self._crowd)

    def listeners(self) -> Iterable[Listener]:
        """Everybody here, the front first."""
        return [*self._front, *self._crowd]

    def publish(self, version: int, message: Any, instead: Mapping[Any, Frame] | None = None) -> Frame:
        """Give event number ``version`` to everybody here and in other processes.

        ``instead``: for some listeners another form of the same event.
        """
        event = frame(message)
        self.deliver(version, event, instead or {})
        if self.relay is not None:
            self.relay(version, event, instead or {})
        elif broadcast is not None:
            broadcast(self.name, version, event)
        return event

    def deliver(self, version: int, event: Frame, instead: Mapping[Any, Frame]) -> None:
        """The local half of ``publish``: players at once, a large crowd in slices, always in order."""
        if version != UNNUMBERED:
            self.version = max(self.version, version)
            self._events.append((version, event))
        for listener in list(self._front):
            listener.push(instead.get(listener, event) if instead else event)
        if self._backlog or len(self._crowd) > SLICE:
            self._backlog.append((event, instead))
            if len(self._backlog) == 1:
                asyncio.get_running_loop().call_soon(self._serve, list(self._crowd), 0)
        else:
            for listener in list(self._crowd):
                listener.push(instead.get(listener, event) if instead else event)

    def _serve(self, crowd: list[Listener], start: int) -> None:
        event, instead = self._backlog[0]
        for listener in crowd[start : start + SLICE]:
            if listener in self._crowd:
                listener.push(instead.get(listener, event) if instead else event)
        if start + SLICE < len(crowd):
            asyncio.get_running_loop().call_soon(self._serve, crowd, start + SLICE)
            return
        self._backlog.popleft()
        if self._backlog:
            asyncio.get_running_loop().call_soon(self._serve, list(self._crowd), 0)

    def since(self, version: int) -> list[Frame] | None:
        """The events after ``version``, or None if they are no longer all here: then a snapshot is due."""
        if version == self.version:
            return []
        events = [(n, event) for n, event in self._events if n > version]
        # Versions rise by one inside an epoch: a complete tail starts with the very next number and has no gap.
        complete = bool(events) and [n for n, _ in events] == list(range(version + 1, version + 1 + len(events)))
        return [event for _, event in events] if complete else None


_rooms: dict[str, Room] = {}
# Set by ``nerves`` when there are other processes to tell: (room, version, event) and (room, what).
broadcast: Callable[[str, int, Frame], None] | None = None
broadcast_ring: Callable[[str, str], None] | None = None


def room(name: str) -> Room:
    """The room of this name, made if need be."""
    found = _rooms.get(name)
    if found is None:
        found = _rooms[name] = Room(name)
    return found


def find(name: str) -> Room | None:
    return _rooms.get(name)


def publish(name: str, version: int, message: Any, instead: Mapping[Any, Frame] | None = None) -> None:
    """Give an event to a room that may have nobody in this process: then nothing is kept here."""
    here = find(name)
    if here is not None:
        here.publish(version, message, instead)
    elif broadcast is not None:
        broadcast(name, version, frame(message))


def ring(name: str, what: str) -> None:
    """Tell every listener of a room, in every process, that ``what`` has changed: each looks for itself.

    For news that differs from person to person (``user.<id>``), or is too rare to number.
    """
    ring_here(name, what)
    if broadcast_ring is not None:
        broadcast_ring(name, what)


def ring_here(name: str, what: str) -> None:
    if (here := find(name)) is not None:
        for listener in here.listeners():
            listener.ring(what)


def ring_all(what: str, spread_s: float) -> None:
    """Ring everybody in this process, each at a moment of their own within ``spread_s``."""
    loop = asyncio.get_running_loop()
    for here in list(_rooms.values()):
        for listener in here.listeners():
            loop.call_later(random.uniform(0, spread_s), listener.ring, what)


def discard(name: str) -> None:
    """Forget an empty room."""
    _rooms.pop(name, None)


def count() -> int:
    return len(_rooms)
