"""The host's side of a match that is played or watched from other processes too.

An outpost is another process with sockets of this match. It says what its players do, keeps itself known with a
``sync`` every second, and is given every event once, whatever the number of its sockets. The other side is ``remote``.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from game import wire
from realtime import nerves
from realtime.clock import monotonic_ms
from realtime.wire import Frame, Refused, frame

if TYPE_CHECKING:
    from game.referee import Referee

SILENT_MS = 3_500  # an outpost that has not said anything for so long is gone, and its players with it


@dataclass(frozen=True, slots=True)
class Person:
    """A user as the referee needs one."""

    pk: int
    name: str


class RemotePlayer:
    """A player whose socket is in another process. Says everything to it through the outpost."""

    def __init__(self, outpost: "Outpost", socket: str, user: Person) -> None:
        self.outpost = outpost
        self.socket = socket
        self.user = user
        self.rtt_ms: int | None = None
        self.silent_ms = 0  # as the outpost said last

    @property
    def heard_ms(self) -> int:
        """Of an outpost that says nothing itself nothing follows for its players."""
        return monotonic_ms() - self.silent_ms

    def tell(self, message: Any) -> None:
        self.outpost.say("tell", self.socket, frame(message).text)


@dataclass(slots=True)
class Outpost:
    """One other process."""

    match_id: int
    epoch: int
    process: str
    channel: str
    seen_ms: int = field(default_factory=monotonic_ms)
    players: dict[str, RemotePlayer] = field(default_factory=dict)  # by the number of their socket
    watching: int = 0
    names: list[str] = field(default_factory=list)

    def say(self, what: str, *args: Any) -> None:
        nerves.send(self.channel, ["outpost", self.match_id, self.epoch, what, *args])


class Outposts:
    """All other processes with sockets of one match."""

    def __init__(self, referee: "Referee") -> None:
        self._referee = referee
        self._by_process: dict[str, Outpost] = {}
        self._watchman: asyncio.TimerHandle | None = None
        referee.room.relay = self._relay

    def __len__(self) -> int:
        return len(self._by_process)

    @property
    def watching(self) -> int:
        return sum(outpost.watching for outpost in self._by_process.values())

    @property
    def names(self) -> list[str]:
        return [name for outpost in self._by_process.values() for name in outpost.names]

    def hear(self, process: str, channel: str, what: str, *args: Any) -> None:
        """What an outpost says."""
        if what == "left":
            self.drop(process)
            return
        outpost = self._by_process.get(process)
        if outpost is None:
            outpost = Outpost(self._referee.match.pk, self._referee.epoch, process, channel)
            self._by_process[process] = outpost
            self._watch()
        outpost.seen_ms = monotonic_ms()
        match what, args:
            case "sync", (stamp, watching, names, players):
                self._sync(outpost, stamp, watching, names)
                self._heal(outpost, [socket for socket, _, _ in players])
                for socket, silent_ms, rtt_ms in players:
                    if (player := outpost.players.get(socket)) is not None:
                        player.silent_ms, player.rtt_ms = silent_ms, rtt_ms
            case "snapshot", ():
                outpost.say("snapshot", self._referee.number, self._referee.snapshot().text)
            case "arrive", (socket, user_id, name, sides):
                if socket not in outpost.players:
                    outpost.players[socket] = RemotePlayer(outpost, socket, Person(user_id, name))
                self._referee.arrive(outpost.players[socket], sides)
            case "depart", (socket,):
                if (gone := outpost.players.pop(socket, None)) is not None:
                    self._referee.depart(gone)
            case "hear", (socket, message):
                self._hear(outpost, socket, message)

    def _hear(self, outpost: Outpost, socket: str, text: str) -> None:
        if (player := outpost.players.get(socket)) is None:
            return  # it departed, or we are new here: it will arrive
        player.silent_ms = 0
        try:
            message = wire.decode(text)
            if isinstance(message, wire.Act):
                self._referee.hear(message, player)
        except Refused as refused:
            player.tell([11, refused.code, refused.expected, refused.came])

    def _sync(self, outpost: Outpost, stamp: int, watching: int, names: list[str]) -> None:
        outpost.say("synced", stamp, self._referee.now(), self._referee.number)
        if (outpost.watching, outpost.names) != (watching, names):
            outpost.watching, outpost.names = watching, names
            self._referee.crowd_changed()

    def _heal(self, outpost: Outpost, sockets: list[str]) -> None:
        """An arrival or a departure was lost, or the outpost was silent for so long that it was dropped."""
        for socket in set(outpost.players) - set(sockets):
            self._referee.depart(outpost.players.pop(socket))
        if set(sockets) - set(outpost.players):
            outpost.say("again")

    def _relay(self, version: int, event: Frame, instead: Mapping[Any, Frame]) -> None:
        for outpost in self._by_process.values():
            own = {p.socket: f.text for p, f in instead.items() if isinstance(p, RemotePlayer) and p.outpost is outpost}
            outpost.say("event", version, event.text, own)

    # -- who has fallen silent -----------------------------------------------------------------------------------

    def _watch(self) -> None:
        if self._watchman is None:
            self._watchman = asyncio.get_running_loop().call_later(SILENT_MS / 1000, self._look)

    def _look(self) -> None:
        self._watchman = None
        oldest_ms = monotonic_ms() - SILENT_MS
        for outpost in [o for o in self._by_process.values() if o.seen_ms < oldest_ms]:
            self.drop(outpost.process)
        if self._by_process:
            self._watch()

    def drop(self, process: str) -> None:
        """That process is gone, or has no socket of this match any more."""
        if (outpost := self._by_process.pop(process, None)) is not None:
            for player in outpost.players.values():
                self._referee.depart(player)
            self._referee.crowd_changed()

    def end(self) -> None:
        """This process hosts the match no more: the outposts find the new host."""
        if self._watchman is not None:
            self._watchman.cancel()
        for outpost in self._by_process.values():
            outpost.say("gone")
        self._by_process.clear()
