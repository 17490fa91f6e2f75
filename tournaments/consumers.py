import functools
from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from accounts.models import User
from realtime import codes, database, metrics
from realtime.consumer import MISSED, CloseError, LiveConsumer
from realtime.wire import Decoder, Refused
from tournaments import breaks, organising, registration
from tournaments.board import Board
from tournaments.models import Tournament
from tournaments.writing import room_name


class _Told(msgspec.Struct, tag_field="type", tag=str.lower, forbid_unknown_fields=True):
    """A message to a tournament, told apart by its ``type``."""


class Since(_Told):
    n: int


# -- everybody -----------------------------------------------------------------------------------------------------


class Join(_Told):
    password: str = ""
    invitation: str = ""
    alias: str = ""


class Leave(_Told):
    pass


class DropOut(_Told, tag="drop_out"):
    pass


class CheckIn(_Told, tag="check_in"):
    pass


class Rest(_Told):
    pass


class Return(_Told):
    pass


# -- organisers, before the start ----------------------------------------------------------------------------------


class Publish(_Told):
    pass


class Fill(_Told):
    strength: Literal["easy", "medium", "hard"] = "medium"
    count: Annotated[int, msgspec.Meta(ge=1, le=registration.LARGEST)] | None = None


class Names(_Told):
    names: Annotated[list[str], msgspec.Meta(min_length=1, max_length=registration.MOST_NAMES)]


class Remove(_Told):
    entrant: int


class Seed(_Told):
    order: list[int] | None = None
    by: Literal["rating", "random", "entry"] | None = None


class Move(_Told):
    entrant: int
    to: int


class Start(_Told):
    pass


# -- organisers, from the start on ---------------------------------------------------------------------------------


MOST_POINTS = 999  # in a score, or matches of a series: far above any
Points = Annotated[int, msgspec.Meta(ge=0, le=MOST_POINTS)]


class Drop(_Told):
    entrant: int
    reason: str = ""
    n: int | None = None

    @property
    def act(self) -> organising.Act:
        return organising.Drop(self.entrant, self.reason)


class Override(_Told):
    pairing: str
    how: Literal["score", "walkover", "double_forfeit"] = "score"
    winner: Literal[1, 2] | None = None
    score: tuple[Points, Points] | None = None
    n: int | None = None
    confirm: list[int] = []

    @property
    def act(self) -> organising.Act:
        return organising.Override(self.pairing, self.how, self.winner, self.score)


class Reopen(_Told):
    pairing: str
    n: int | None = None
    confirm: list[int] = []

    @property
    def act(self) -> organising.Act:
        return organising.Reopen(self.pairing)


class Replace(_Told):
    entrant: int
    name: str
    n: int | None = None
    confirm: list[int] = []

    @property
    def act(self) -> organising.Act:
        return organising.Replace(self.entrant, self.name)


class Undo(_Told):
    entry: int
    n: int | None = None
    confirm: list[int] = []

    @property
    def act(self) -> organising.Act:
        return organising.Undo(self.entry)


Act = Drop | Override | Reopen | Replace | Undo


class Preview(_Told):
    act: Act


class Pause(_Told):
    pass


class Resume(_Told):
    pass


class Extend(_Told):
    pairing: str
    seconds: int = 60


class Announce(_Told):
    text: str


class Appoint(_Told):
    name: str


class Dismiss(_Told):
    user: int


class Cancel(_Told):
    pass


Before = Publish | Fill | Names | Remove | Seed | Move | Start
During = Act | Preview | Pause | Resume | Extend | Announce | Appoint | Dismiss | Cancel
Message = Since | Join | Leave | DropOut | CheckIn | Rest | Return | Before | During


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
        if isinstance(message, Preview):
            self.later(self._tell_preview, user, message.act.act)
        elif isinstance(message, Act):
            confirm = () if isinstance(message, Drop) else message.confirm
            self._do(organising.do, user, message.act, n=message.n, confirm=confirm)
        else:
            self._hear_more(user, message)

    def _hear_more(self, user: User, message: Message) -> None:
        match message:
            case Join(password=password, invitation=invitation, alias=alias):
                self._do(registration.join, user, password=password, invitation=invitation, alias=alias)
            case Leave():
                self._do(registration.leave, user)
            case DropOut():
                self._do(organising.drop_out, user)
            case CheckIn():
                self._do(registration.check_in, user)
            case Rest():
                self._do(breaks.rest, user)
            case Return():
                self._do(breaks.come_back, user)
            case Publish():
                self._do(registration.publish, user)
            case Fill(strength=strength, count=count):
                self._do(registration.fill, user, strength, count)
            case Names(names=names):
                self._do(registration.add_names, user, names)
            case Remove(entrant=entrant):
                self._do(registration.remove, user, entrant)
            case Seed(order=order, by=by):
                if (order is None) == (by is None):
                    raise Refused("bad_message", "an order or by what, one of them", message)
                self._do(registration.seed, user, by or order or [])
            case Move(entrant=entrant, to=to):
                self._do(registration.move, user, entrant, to)
            case Start():
                self._do(registration.start, user)
            case Pause():
                self._do(organising.pause, user)
            case Resume():
                self._do(organising.resume, user)
            case Extend(pairing=pairing, seconds=seconds):
                self._do(organising.extend, user, pairing, seconds)
            case Announce(text=text):
                self._do(organising.announce, user, text)
            case Appoint(name=name):
                self._do(organising.appoint, user, name)
            case Dismiss(user=other):
                self._do(organising.dismiss, user, other)
            case Cancel():
                self._do(organising.cancel, user)

    def _do(self, use_case: Callable[..., Any], user: User, *args: Any, **kwargs: Any) -> None:
        self.later(database.run, functools.partial(use_case, user, self._id, *args, **kwargs))

    async def _tell_preview(self, user: User, act: organising.Act) -> None:
        self.tell({"type": "preview", **await database.run(organising.preview, user, self._id, act)})

    def rung(self, what: str) -> None:
        if what == MISSED:
            self.later(self._tell_snapshot)

    async def _tell_snapshot(self) -> None:
        snapshot = await database.run(_snapshot, self._id, self.user)
        if snapshot is None:
            raise CloseError(codes.NOT_FOUND, Refused("not_found", "a tournament that exists", self._id))
        self.tell(snapshot)


def _snapshot(tournament_id: int, user: User | None) -> dict[str, Any] | None:
    tournament = Tournament.objects.select_related("organiser").filter(pk=tournament_id).first()
    if tournament is None or (tournament.phase == Tournament.Phase.DRAFT and not tournament.is_organised_by(user)):
        return None
    return {"type": "snapshot", "n": tournament.n, "tournament": Board.of(tournament).wire()}
