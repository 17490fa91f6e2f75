"""The events of a tournament's log. The log is the truth; everything else is folded from it.

An event is valid in itself by construction: a wrong field is Refused with the code "event". Whether it is allowed
now is the engine's question. As JSON an event is an object of its `kind` and its fields; a field that is None is left
out. Kinds and fields are stored for ever: add, never rename.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Literal, Self, get_args

from .place import Slot
from .refused import Refused


def _expect(true: bool, expected: str, came: object) -> None:
    if not true:
        raise Refused("event", expected, repr(came))


def _expect_id(value: object, noun: str) -> None:
    _expect(type(value) is int and value > 0, f"{noun} id, an integer from 1", value)


def _expect_slot(value: object) -> None:
    _expect(type(value) is int and value in (1, 2), "winner slot 1 or 2", value)


def _expect_pairing(value: object) -> None:
    _expect(isinstance(value, str) and value != "", "a pairing's id, a string", value)


class _Fact:
    """What all events share: the way to JSON."""

    __slots__ = ()
    kind: ClassVar[str]

    def to_dict(self) -> dict[str, object]:
        """The event as JSON-ready values; `from_dict` takes it back."""
        stored: dict[str, object] = {"kind": self.kind}
        for field in fields(self):  # type: ignore[arg-type]  # every event is a dataclass
            value = getattr(self, field.name)
            if value is not None:
                stored[field.name] = _lists(value)
        return stored


def _lists(value: object) -> object:
    return [_lists(item) for item in value] if isinstance(value, tuple) else value


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Entered(_Fact):
    """Somebody entered, before the draw or, where the format has late entry, after it.

    Ids are from 1 and never used again for somebody else.
    """

    kind: ClassVar[str] = "entered"
    entrant: int
    name: str

    def __post_init__(self) -> None:
        _expect_id(self.entrant, "an entrant's")
        _expect(isinstance(self.name, str) and self.name.strip() != "", "a name that is not empty", self.name)


@dataclass(frozen=True, slots=True)
class Left(_Fact):
    """An entrant left before the draw, without a trace in it, and may enter again."""

    kind: ClassVar[str] = "left"
    entrant: int

    def __post_init__(self) -> None:
        _expect_id(self.entrant, "an entrant's")


@dataclass(frozen=True, slots=True)
class Drawn(_Fact):
    """The draw was made: every entrant's id, the first seed first. From here on seeds are locked."""

    kind: ClassVar[str] = "drawn"
    order: tuple[int, ...]

    def __post_init__(self) -> None:
        _expect(isinstance(self.order, tuple), "the entrants' ids by seed", self.order)
        for entrant in self.order:
            _expect_id(entrant, "an entrant's")


@dataclass(frozen=True, slots=True)
class Result(_Fact):
    """A pairing was played and the entrant in slot `winner` won it.

    `score` is (slot 1, slot 2) and need not favour the winner: a match also ends when somebody retires or does not
    come back in time. `match` is the id of the match that decided it.
    """

    kind: ClassVar[str] = "result"
    pairing: str
    winner: Slot
    score: tuple[int, int] | None = None
    match: int | None = None

    def __post_init__(self) -> None:
        _expect_pairing(self.pairing)
        _expect_slot(self.winner)
        _expect_played(self.score, self.match)

    @classmethod
    def by_score(cls, pairing: str, score: tuple[int, int], match: int | None = None) -> Self:
        """The result of a match played to its end. Refused with "level" when the score names no winner."""
        _expect_score(score)
        if score[0] == score[1]:
            raise Refused("level", "a score with a winner", list(score))
        return cls(pairing, 1 if score[0] > score[1] else 2, score, match)


def _expect_score(score: object) -> None:
    _expect(
        isinstance(score, tuple) and len(score) == 2 and all(type(points) is int and points >= 0 for points in score),
        "a score of two integers from 0",
        score,
    )


def _expect_pairs(pairs: object) -> None:
    _expect(
        isinstance(pairs, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs),
        "a list of pairs of entrants' ids",
        pairs,
    )
    assert isinstance(pairs, tuple)
    for pair in pairs:
        for entrant in pair:
            _expect_id(entrant, "an entrant's")


def _expect_played(score: Any, match: Any) -> None:
    """Of what was played: a score and the id of the match, either of which may be unknown."""
    if score is not None:
        _expect_score(score)
    if match is not None:
        _expect_id(match, "a match's")


@dataclass(frozen=True, slots=True)
class Walkover(_Fact):
    """The entrant in slot `winner` goes on without a match: the other one did not appear or was disqualified."""

    kind: ClassVar[str] = "walkover"
    pairing: str
    winner: Slot

    def __post_init__(self) -> None:
        _expect_pairing(self.pairing)
        _expect_slot(self.winner)


@dataclass(frozen=True, slots=True)
class DoubleForfeit(_Fact):
    """Neither appeared: nobody goes on, and the next opponent gets a walkover."""

    kind: ClassVar[str] = "double_forfeit"
    pairing: str

    def __post_init__(self) -> None:
        _expect_pairing(self.pairing)


@dataclass(frozen=True, slots=True)
class Dropped(_Fact):
    """An entrant is gone for good after the draw: what is decided stands, everything to come is forfeited."""

    kind: ClassVar[str] = "dropped"
    entrant: int

    def __post_init__(self) -> None:
        _expect_id(self.entrant, "an entrant's")


@dataclass(frozen=True, slots=True)
class MatchEnded(_Fact):
    """One match of a pairing's series was won by the entrant in slot `winner`; the last one decides the pairing.

    Where a pairing is one match this is its result.
    """

    kind: ClassVar[str] = "match_ended"
    pairing: str
    winner: Slot
    score: tuple[int, int] | None = None
    match: int | None = None

    def __post_init__(self) -> None:
        _expect_pairing(self.pairing)
        _expect_slot(self.winner)
        _expect_played(self.score, self.match)


@dataclass(frozen=True, slots=True)
class Overridden(_Fact):
    """The organiser gave a decided pairing another verdict. What followed from the old one is played again.

    What was played since by two who would not have met is set aside, and counts again if they meet after all: so an
    override and its reverse leave everything as it was.
    """

    kind: ClassVar[str] = "overridden"
    pairing: str
    how: Literal["score", "walkover", "double_forfeit"]
    winner: Slot | None = None
    score: tuple[int, int] | None = None
    match: int | None = None

    def __post_init__(self) -> None:
        _expect_pairing(self.pairing)
        hows = ("score", "walkover", "double_forfeit")
        _expect(self.how in hows, f"how of {', '.join(hows)}", self.how)
        if self.how == "double_forfeit":
            _expect(self.winner is None, "no winner of a double forfeit", self.winner)
        else:
            _expect_slot(self.winner)
        if self.score is not None:
            _expect(self.how == "score", f"no score of a {self.how}", self.score)
        _expect_played(self.score, self.match)


@dataclass(frozen=True, slots=True)
class Reopened(_Fact):
    """A decided pairing is to be played again, all of its series. What followed from it waits."""

    kind: ClassVar[str] = "reopened"
    pairing: str

    def __post_init__(self) -> None:
        _expect_pairing(self.pairing)


@dataclass(frozen=True, slots=True)
class Replaced(_Fact):
    """Somebody new, `by`, takes over an entrant's place in the draw, with all that was won and lost from it."""

    kind: ClassVar[str] = "replaced"
    entrant: int
    by: int
    name: str

    def __post_init__(self) -> None:
        _expect_id(self.entrant, "an entrant's")
        _expect_id(self.by, "the new entrant's")
        _expect(isinstance(self.name, str) and self.name.strip() != "", "a name that is not empty", self.name)


@dataclass(frozen=True, slots=True)
class RoundDrawn(_Fact):
    """A round was drawn, in a format that draws round by round: who meets whom, by id, and who has no opponent."""

    kind: ClassVar[str] = "round_drawn"
    round: int
    pairs: tuple[tuple[int, int], ...]
    bye: int | None = None

    def __post_init__(self) -> None:
        _expect(type(self.round) is int and self.round > 0, "a round's number from 1", self.round)
        _expect_pairs(self.pairs)
        if self.bye is not None:
            _expect_id(self.bye, "an entrant's")


@dataclass(frozen=True, slots=True)
class Paired(_Fact):
    """These were put together now, by id, in a format that pairs as it goes: each pair is a pairing of its own."""

    kind: ClassVar[str] = "paired"
    pairs: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        _expect_pairs(self.pairs)
        entrants = [entrant for pair in self.pairs for entrant in pair]
        _expect(0 < len(entrants) == len(set(entrants)), "one or more pairs, nobody in it twice", self.pairs)


@dataclass(frozen=True, slots=True)
class Rested(_Fact):
    """An entrant takes a break: whoever pairs as it goes leaves them out. A match under way is played.

    ``absent``: they did not say so, but were not there for a match.
    """

    kind: ClassVar[str] = "rested"
    entrant: int
    absent: Literal[True] | None = None

    def __post_init__(self) -> None:
        _expect_id(self.entrant, "an entrant's")
        _expect(self.absent is None or self.absent is True, "absent true, or left out", self.absent)


@dataclass(frozen=True, slots=True)
class Returned(_Fact):
    """An entrant is back from a break."""

    kind: ClassVar[str] = "returned"
    entrant: int

    def __post_init__(self) -> None:
        _expect_id(self.entrant, "an entrant's")


@dataclass(frozen=True, slots=True)
class Closed(_Fact):
    """Nobody is paired any more, in a format that pairs as it goes: with the last match under way it is over."""

    kind: ClassVar[str] = "closed"


@dataclass(frozen=True, slots=True)
class Undone(_Fact):
    """Event `n` of the log, from 1, is as if it had not been; undoing an undoing brings it back."""

    kind: ClassVar[str] = "undone"
    n: int

    def __post_init__(self) -> None:
        _expect(type(self.n) is int and self.n > 0, "an event's number from 1", self.n)


@dataclass(frozen=True, slots=True)
class Cancelled(_Fact):
    """The tournament was called off. Nothing follows."""

    kind: ClassVar[str] = "cancelled"


Event = (
    Entered
    | Left
    | Drawn
    | Result
    | MatchEnded
    | Walkover
    | DoubleForfeit
    | Dropped
    | Overridden
    | Reopened
    | Replaced
    | RoundDrawn
    | Paired
    | Rested
    | Returned
    | Closed
    | Undone
    | Cancelled
)

KINDS: Mapping[str, type[Event]] = {event.kind: event for event in get_args(Event)}


def from_dict(stored: object) -> Event:
    """The event that `to_dict` stored. Refused with the code "event" if it is not exactly one."""
    if not isinstance(stored, Mapping):
        raise Refused("event", "an object with a kind", repr(stored))
    kind = stored.get("kind")
    event = KINDS.get(kind) if isinstance(kind, str) else None
    if event is None:
        raise Refused("event", f"a kind of {', '.join(KINDS)}", repr(kind))
    allowed = {field.name for field in fields(event)}
    needed = {field.name for field in fields(event) if field.default is MISSING}
    given: dict[str, Any] = {name: _tuples(value) for name, value in stored.items() if name != "kind"}
    _expect(needed <= given.keys() <= allowed, f"{kind} with {', '.join(sorted(allowed)) or 'no fields'}", stored)
    return event(**given)
