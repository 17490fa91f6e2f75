from typing import Annotated, Any, Literal

import msgspec

from realtime import codes, database, metrics
from realtime.consumer import MISSED, CloseError, LiveConsumer
from realtime.wire import Decoder, Refused
from tournaments import registration
from tournaments.board import Board
from tournaments.models import Tournament
from tournaments.writing import room_name


class Since(msgspec.Struct, tag="since", tag_field="type", forbid_unknown_fields=True):
    n: int


class Join(msgspec.Struct, tag="join", tag_field="type", forbid_unknown_fields=True):
    pass


class Leave(msgspec.Struct, tag="leave", tag_field="type", forbid_unknown_fields=True):
    pass


class Fill(msgspec.Struct, tag="fill", tag_field="type", forbid_unknown_fields=True):
    strength: Literal["easy", "medium", "hard"] = "medium"
    count: Annotated[int, msgspec.Meta(ge=1, le=registration.LARGEST)] | None = None


class Start(msgspec.Struct, tag="start", tag_field="type", forbid_unknown_fields=True):
    pass


class Cancel(msgspec.Struct, tag="cancel", tag_field="type", forbid_unknown_fields=True):
    pass


Message = Since | Join | Leave | Fill | Start | Cancel


class TournamentConsumer(LiveConsumer):
    """One viewer of one tournament, who may be an entrant or its organiser."""

    decode = Decoder[Message](Message)

    async def enter(self) -> None:
        self._id = int(self.scope["url_route"]["kwargs"]["tournament"])
        # Listen first, then read: an event between the two comes twice, and the client drops what it has.
        self.join(room_name(self._id))
        await self._tell_snapshot()

    def hear(self, message: Message) -> None:
        if isinstance(message, Since):
            metrics.resyncs.add()
            self.later(self._tell_snapshot)
            return
        user = self.require_user()
        match message:
            case Join():
                self.later(database.run, registration.join, user, self._id)
            case Leave():
                self.later(database.run, registration.leave, user, self._id)
            case Fill(strength=strength, count=count):
                self.later(database.run, registration.fill, user, self._id, strength, count)
            case Start():
                self.later(database.run, registration.start, user, self._id)
            case Cancel():
                self.later(database.run, registration.cancel, user, self._id)

    def rung(self, what: str) -> None:
        if what == MISSED:
            self.later(self._tell_snapshot)

    async def _tell_snapshot(self) -> None:
        snapshot = await database.run(_snapshot, self._id)
        if snapshot is None:
            raise CloseError(codes.NOT_FOUND, Refused("not_found", "a tournament that exists", self._id))
        self.tell(snapshot)


def _snapshot(tournament_id: int) -> dict[str, Any] | None:
    tournament = Tournament.objects.select_related("organiser").filter(pk=tournament_id).first()
    if tournament is None:
        return None
    return {"type": "snapshot", "n": tournament.n, "tournament": Board.of(tournament).wire()}
