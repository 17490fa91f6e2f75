"""A match that another process hosts, as the consumers of this process see it: what they do is said to the host with
its epoch, what it says is given to them. The other side is ``outposts``.

Nothing is promised by the layer: a ``sync`` every second shows whether the host is there and whether an event was
lost. A host that does not answer is looked up anew; who hosts by then is told to every socket here by a ring.
"""

import asyncio
import logging
from typing import Any

from game import matches, wire
from realtime import database, hosting, nerves, process, rooms
from realtime.clock import monotonic_ms
from realtime.consumer import LiveConsumer
from realtime.hosting import Host
from realtime.wire import Frame, Refused

logger = logging.getLogger(__name__)

SYNC_S = 1.0
UNANSWERED_MS = 2_200  # two syncs: whoever hosts is looked up
EXCHANGES = 8  # the clock is that of the quickest of so many
HOSTED = "hosted"  # rung in the match's room when it has another host: everybody enters anew


class RemoteReferee:
    """Stands for the referee in another process, under one epoch."""

    def __init__(self, match_id: int, host: Host, users: list[int | None]) -> None:
        self.match_id = match_id
        self.host = host
        self.users = users
        self.room = rooms.room(matches.room_name(match_id))
        self._players: dict[str, LiveConsumer] = {}  # by the number of their socket
        self._sides: dict[str, list[int]] = {}
        self._all: dict[LiveConsumer, None] = {}
        # Who awaits a snapshot; those who cannot go on before they have it, with a future: False, if the host is gone.
        self._awaiting: dict[LiveConsumer, asyncio.Future[bool] | None] = {}
        self._clock: list[tuple[int, int]] = []  # (round trip, the host's time less ours) of the last exchanges
        self._answered_ms = monotonic_ms()
        self._looking = False
        self._timer: asyncio.TimerHandle | None = None
        self._ended = False
        self._sync()

    # -- what consumers use: see Referee -------------------------------------------------------------------------

    def now(self) -> int:
        """Match time of the host, ms, as well as it is known."""
        return monotonic_ms() + min(self._clock, default=(0, -monotonic_ms()))[1]

    def sides_of(self, user_id: int | None) -> list[int]:
        return [side for side in (0, 1) if user_id is not None and self.users[side] == user_id]

    async def enter(self, consumer: LiveConsumer, sides: list[int]) -> bool:
        """A socket takes its user's seats, or watches, and gets a snapshot. False: the host is another one by now."""
        self._all[consumer] = None
        if sides:
            socket = _number(consumer)
            self._players[socket] = consumer
            self._sides[socket] = sides
            self._arrive(socket)
        entered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._want_snapshot(consumer, entered)
        return await entered

    def depart(self, consumer: LiveConsumer) -> None:
        self._all.pop(consumer, None)
        if (entering := self._awaiting.pop(consumer, None)) is not None and not entering.done():
            entering.set_result(False)
        if self._players.pop(_number(consumer), None) is not None:
            self._say("depart", _number(consumer))
        if not self._all:
            self._say("left")
            self.end()

    def hear(self, message: wire.Message, consumer: LiveConsumer) -> None:
        if self._players.get(_number(consumer)) is not consumer:
            raise Refused("not_your_seat", "a seat that this socket plays", "a spectator")
        self._say("hear", _number(consumer), wire.encode(message))

    def resync(self, consumer: LiveConsumer, last_n: int) -> None:
        missed = self.room.since(last_n)
        if missed is None:
            self._want_snapshot(consumer)
            return
        for event in missed:
            consumer.give(event)

    # -- what the host says --------------------------------------------------------------------------------------

    def told(self, what: str, *args: Any) -> None:
        match what, args:
            case "event", (version, text, own):
                instead = {self._players[s]: Frame(t.encode()) for s, t in own.items() if s in self._players}
                self.room.deliver(version, Frame(text.encode()), instead)
            case "tell", (socket, text):
                if (player := self._players.get(socket)) is not None:
                    player.give(Frame(text.encode()))
            case "snapshot", (version, text):
                self._snapshot(version, Frame(text.encode()))
            case "synced", (stamp, host_ms, version):
                self._synced(stamp, host_ms, version)
            case "again", ():
                for socket in self._players:
                    self._arrive(socket)
            case "gone", ():
                self._look_up()

    def _snapshot(self, version: int, snapshot: Frame) -> None:
        self.room.version = version
        awaiting, self._awaiting = self._awaiting, {}
        for consumer, entering in awaiting.items():
            consumer.give(snapshot)
            consumer.join(self.room.name, front=_number(consumer) in self._players)
            if entering is not None and not entering.done():
                entering.set_result(True)

    def _synced(self, stamp: int, host_ms: int, version: int) -> None:
        now = monotonic_ms()
        self._answered_ms = now
        self._clock = [*self._clock[-EXCHANGES + 1 :], (now - stamp, host_ms - (stamp + now) // 2)]
        if version != self.room.version and not self._awaiting:  # nothing overtakes: an event was lost
            for consumer in self._all:
                self._want_snapshot(consumer)

    # -- inside --------------------------------------------------------------------------------------------------

    def _say(self, what: str, *args: Any) -> None:
        mine = nerves.mine
        assert mine is not None
        mine.send(self.host.channel, ["host", self.match_id, self.host.epoch, mine.channel, what, *args])

    def _arrive(self, socket: str) -> None:
        user = self._players[socket].user
        self._say("arrive", socket, user.pk, user.name, self._sides[socket])

    def _want_snapshot(self, consumer: LiveConsumer, entering: asyncio.Future[bool] | None = None) -> None:
        if not self._awaiting:
            self._say("snapshot")
        self._awaiting[consumer] = entering or self._awaiting.get(consumer)

    def _sync(self) -> None:
        """Say that we are here, and who watches; see whether the host is."""
        players = set(self._players.values())
        crowd = [consumer for consumer in self._all if consumer not in players]
        names = list(dict.fromkeys(c.user.name for c in crowd if c.user is not None))[: wire.NAMES_SHOWN]
        now_ms = monotonic_ms()
        heard = [[socket, now_ms - player.heard_ms, player.rtt_ms] for socket, player in self._players.items()]
        self._say("sync", now_ms, len(crowd), names, heard)
        if self._awaiting:
            self._say("snapshot")  # the question or the answer may have been lost
        if monotonic_ms() - self._answered_ms > UNANSWERED_MS:
            self._look_up()
        self._timer = asyncio.get_running_loop().call_later(SYNC_S, self._sync)

    def _look_up(self) -> None:
        if not self._looking and not self._ended:
            self._looking = True
            process.spawn(self._find_host(), f"finding the host of match {self.match_id}")

    async def _find_host(self) -> None:
        moved = False
        try:
            found = await database.run(hosting.where, matches.room_name(self.match_id))
            moved = found is not None and found != self.host
            moved = moved or (found is None and not await database.run(matches.is_unfinished, self.match_id))
        except database.AWAY as error:
            logger.warning("looking for the host of match %s: the database is away: %r", self.match_id, error)
        finally:
            self._looking = False
        if moved and not self._ended:
            self.end()
            rooms.ring_here(self.room.name, HOSTED)

    def end(self) -> None:
        """The host is another one, or nobody here needs it any more. Who was about to enter looks for it again."""
        self._ended = True
        for entering in self._awaiting.values():
            if entering is not None and not entering.done():
                entering.set_result(False)
        self._awaiting.clear()
        if self._timer is not None:
            self._timer.cancel()
        if _remotes.get(self.match_id) is self:
            del _remotes[self.match_id]


_remotes: dict[int, RemoteReferee] = {}


def referee(match_id: int, host: Host, users: list[int | None]) -> RemoteReferee:
    """The referee of a match that ``host`` hosts; one that stood for an earlier host is forgotten."""
    found = _remotes.get(match_id)
    if found is None or found.host != host:
        if found is not None:
            found.end()
        found = _remotes[match_id] = RemoteReferee(match_id, host, users)
    return found


def told(match_id: int, epoch: int, what: str, *args: Any) -> None:
    """What a host says to this process."""
    found = _remotes.get(match_id)
    if found is not None and found.host.epoch == epoch:
        found.told(what, *args)


def end_all() -> None:
    for found in list(_remotes.values()):
        found.end()


def _number(consumer: LiveConsumer) -> str:
    return str(id(consumer))
