import asyncio
from time import perf_counter
from typing import Any

from game import archive, matches, referees, remote, wire
from game.referee import Referee
from game.remote import RemoteReferee
from realtime import codes, database, hosting, metrics, nerves, process
from realtime.clock import monotonic_ms
from realtime.consumer import CloseError, LiveConsumer
from realtime.hosting import Host
from realtime.wire import Refused

AGAIN_S = 0.05  # the host was another one than it seemed: look again
PING_S = 2.0  # how often a player's round trip is measured
PATIENCE_MS = 8_000  # for a match without a host: a lease has to run out first


class GameConsumer(LiveConsumer):
    """One player or spectator of one match. Thin: decodes, limits, and hands to the referee."""

    decode = wire.decode
    burst = 120
    rate = 80

    referee: Referee | RemoteReferee | None = None
    _over: Any = None  # the snapshot of a match that nobody hosts any more
    _entering_anew = False

    async def enter(self) -> None:
        match_id = int(self.scope["url_route"]["kwargs"]["match"])
        while not self._closing and not process.leaving:
            self.referee = await self._find(match_id)
            if self.referee is None:
                await self._show_archived(match_id)
                return
            watching = b"watch=1" in self.scope["query_string"]
            sides = self.referee.sides_of(self.user.pk) if self.user is not None and not watching else []
            self.tell([12, sides])
            if sides:
                self.measure(PING_S)
            if await self._sit_down(self.referee, match_id, sides):
                return
            await asyncio.sleep(AGAIN_S)

    async def _sit_down(self, referee: Referee | RemoteReferee, match_id: int, sides: list[int]) -> bool:
        """Take the seats, or one in the stands, and get the snapshot. False: somebody else hosts it by now."""
        if isinstance(referee, RemoteReferee):
            return await referee.enter(self, sides)
        referee.arrive(self, sides)
        self.give(referee.snapshot())
        # No await since the snapshot: what it does not have comes to the room.
        self.join(matches.room_name(match_id), front=bool(sides))
        if not sides:
            referee.crowd_changed()
        return True

    async def _show_archived(self, match_id: int) -> None:
        self._over = await database.run(archive.snapshot, match_id)
        if self._over is None:
            raise CloseError(codes.NOT_FOUND, Refused("not_found", "a match that exists", match_id))
        self.tell(self._over)
        self.tell([12, []])

    async def _find(self, match_id: int) -> Referee | RemoteReferee | None:
        """The referee, here or in another process; None if the match is over or there is none."""
        until_ms = monotonic_ms() + PATIENCE_MS
        while True:
            if (referee := referees.find(match_id)) is not None:
                return referee
            unfinished, users, host = await database.run(_look_up, match_id)
            if not unfinished:
                return None
            if host is not None and not host.here:
                return remote.referee(match_id, host, users)
            if (referee := await referees.wait(match_id)) is not None:
                return referee
            if nerves.mine is None or monotonic_ms() > until_ms:
                raise CloseError(
                    codes.UNAVAILABLE, Refused("not_hosted", "a match with a host", "one that waits for its host")
                )

    def rung(self, what: str) -> None:
        if what == remote.HOSTED and not self._entering_anew and not process.leaving:
            self._entering_anew = True
            self.later(self._enter_anew)

    async def _enter_anew(self) -> None:
        """The match has another host: whatever it was before, begin with its snapshot."""
        self._entering_anew = False
        former, self.referee = self.referee, None
        if former is not None:
            former.depart(self)
        await self.enter()

    def hear(self, message: wire.Message) -> None:
        referee = self.referee
        if referee is None:
            self._hear_without_host(message)
        elif isinstance(message, wire.Clock):
            self.tell([3, message.c, referee.now()])
        elif isinstance(message, wire.Resync):
            self._resync(referee, message.last_n)
        else:
            began_s = perf_counter()
            referee.hear(message, self)
            metrics.input_delay.observe(perf_counter() - began_s)

    def _hear_without_host(self, message: wire.Message) -> None:
        """The match is over and left by all, or changes its host in this moment: then the snapshot is on its way."""
        if isinstance(message, wire.Clock):
            if self._over is not None:
                self.tell([3, message.c, 0])
        elif isinstance(message, wire.Resync):
            if self._over is not None:
                self.tell(self._over)
        else:
            raise Refused("not_live", "a match that is being played", "over" if self._over else "changing its host")

    def _resync(self, referee: Referee | RemoteReferee, last_n: int) -> None:
        """What was missed, event by event, or a snapshot."""
        metrics.resyncs.add()
        if isinstance(referee, RemoteReferee):
            referee.resync(self, last_n)
            return
        missed = referee.room.since(last_n)
        for event in missed if missed is not None else [referee.snapshot()]:
            self.give(event)

    def leave(self) -> None:
        if self.referee is not None:
            self.referee.depart(self)
            if isinstance(self.referee, Referee):
                self.referee.crowd_changed()

    def refusal(self, refused: Refused) -> Any:
        return [11, refused.code, refused.expected, refused.came]


def _look_up(match_id: int) -> tuple[bool, list[int | None], Host | None]:
    return matches.is_unfinished(match_id), matches.users(match_id), hosting.where(matches.room_name(match_id))
