from typing import Any

from game import archive, matches, referees, wire
from game.referee import Referee
from realtime import codes, database
from realtime.consumer import CloseError, LiveConsumer
from realtime.wire import Decoder, Refused


class GameConsumer(LiveConsumer):
    """One player or spectator of one match. Thin: decodes, limits, and hands to the referee."""

    decode = Decoder[wire.Message](wire.Message)
    burst = 120
    rate = 80

    referee: Referee | None = None

    async def enter(self) -> None:
        match_id = int(self.scope["url_route"]["kwargs"]["match"])
        self.referee = await self._find(match_id)
        if self.referee is None:
            over = await database.run(archive.snapshot, match_id)
            if over is None:
                raise CloseError(codes.NOT_FOUND, Refused("not_found", "a match that exists", match_id))
            self._over = over
            self.tell([12, []])
            self.tell(over)
            return
        watching = b"watch=1" in self.scope["query_string"]
        sides = self.referee.sides_of(self.user.pk) if self.user is not None and not watching else []
        self.tell([12, sides])
        self.referee.arrive(self, sides)
        self.give(self.referee.snapshot())
        # No await since the snapshot: what it does not have comes to the room.
        self.join(matches.room_name(match_id), front=bool(sides))
        if not sides:
            self.referee.crowd_changed()

    async def _find(self, match_id: int) -> Referee | None:
        """The referee; None if the match is over or there is none."""
        if (referee := referees.find(match_id)) is not None:
            return referee
        if not await database.run(matches.is_unfinished, match_id):
            return None
        referee = await referees.wait(match_id)
        if referee is None and await database.run(matches.is_unfinished, match_id):
            raise CloseError(
                codes.NOT_HOSTED, Refused("not_hosted", "a match with a host", "one that waits for its host")
            )
        return referee

    def hear(self, message: wire.Message) -> None:
        referee = self.referee
        if isinstance(message, wire.Clock):
            self.tell([3, message.c, referee.now() if referee else 0])
        elif referee is None:
            self._hear_archived(message)
        elif isinstance(message, wire.Command):
            referee.command(message.side, message.seq, message.stamp, message.cmd, self)
        elif isinstance(message, wire.Frontier):
            referee.frontier(message.side, message.t1, self)
        elif isinstance(message, wire.Resync):
            self._resync(referee, message.last_n)
        elif isinstance(message, wire.Resign):
            referee.resign(self)
        else:
            referee.rematch(self, bool(message.yes))

    def _hear_archived(self, message: wire.Message) -> None:
        if isinstance(message, wire.Resync):
            self.tell(self._over)
        else:
            raise Refused("not_live", "a match that is not over", "over")

    def _resync(self, referee: Referee, last_n: int) -> None:
        """What was missed, event by event, or a snapshot."""
        missed = referee.room.since(last_n)
        for event in missed if missed is not None else [referee.snapshot()]:
            self.give(event)

    def leave(self) -> None:
        if self.referee is not None:
            self.referee.depart(self)
            self.referee.crowd_changed()

    def refusal(self, refused: Refused) -> Any:
        return [11, refused.code, refused.expected, refused.came]
