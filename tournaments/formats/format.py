"""A format: what makes one kind of tournament differ from another. The engine knows formats only by this protocol."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol

from .options import NO_OPTIONS, Options
from .pairing import Pairing
from .place import Bye, LoserOf, Place, RankOf, Seed, Source, WinnerOf
from .refused import Refused
from .score import NO_SCORE, Score


@dataclass(frozen=True, slots=True)
class RoundName:
    """What a round is called, for upstairs to say in any language.

    `number` is the entrants it has room for in a knock-out, and the number of the round in its section elsewhere.
    """

    kind: Literal[
        "final",
        "semi_finals",
        "quarter_finals",
        "round_of",
        "third_place",
        "winners_round",
        "winners_final",
        "losers_round",
        "losers_final",
        "grand_final",
        "second_final",
        "round",
        "group_round",
        "arena",
    ]
    number: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pairing was made, one sentence for upstairs to say.

    "seeds" (1, 8): the draw sets seed 1 against seed 8; "bye" (1,): seed 1 has no opponent, the field being short;
    "winners" ("m1.1", "m1.2"): the winners of these two meet; "losers": the losers of these two; "drop" ("w2.1",
    "l1.2"): the loser of the first meets the winner of the second; "ranks" ((1, 1), (2, 2)): the first of group 1
    meets the second of group 2; "all" (3, 5): in this round of the table these two seeds meet; "swiss" (3, 5): the
    round was drawn so; "arena" (3, 5): both were free, and stand close to each other; "again" ("f1.1",): the second
    final, since the losers' champion won the first; "nobody" (): it is empty, the field being short; "sources": what
    the slots say, as in a losers' match among some who start there.
    """

    kind: Literal[
        "seeds", "bye", "winners", "losers", "drop", "ranks", "all", "swiss", "arena", "again", "nobody", "sources"
    ]
    sources: tuple[int | str | tuple[int, int], ...]


Awaited = Literal[
    "round",  # the next round, once it is drawn
    "added_round",  # one round more, if somebody enters late and makes it necessary
    "opponent",  # whoever is free
    "group",  # the end of their group, which says who goes on
]


class Progress(Protocol):
    """What a format may look at in a tournament under way."""

    @property
    def order(self) -> Sequence[int]: ...
    @property
    def pairings(self) -> Mapping[str, Pairing]: ...
    @property
    def dropped(self) -> Set[int]: ...
    @property
    def withdrawn(self) -> Set[int]: ...
    @property
    def undecided(self) -> int: ...
    @property
    def rounds_drawn(self) -> int: ...
    @property
    def closed(self) -> bool: ...
    @property
    def cards(self) -> Mapping[int, "Card"]: ...


@dataclass(frozen=True, slots=True)
class Card:
    """An entrant's score card, in a format that pairs as it goes: the ids of the pairings, the last one last, and what
    those of them that are decided came to.
    """

    pairings: tuple[str, ...] = ()
    score: Score = NO_SCORE


@dataclass(frozen=True, slots=True)
class Line:
    """An entrant's line in a table: the rank it would have now, and the numbers that say so."""

    rank: int
    points: Fraction
    tie_breaks: Mapping[str, Fraction]


class Format(Protocol):
    """A kind of tournament with its options. Its values are immutable and equal if they have the same rules."""

    @property
    def name(self) -> str:
        """What the log and the command line call it."""

    @property
    def options(self) -> Options:
        """What the organiser chose."""

    @property
    def takes(self) -> frozenset[str]:
        """The names of the options it has."""

    @property
    def series_in(self) -> frozenset[str]:
        """The sections and kinds of rounds that can have series of their own length."""

    def best_of(self, place: Place, entrants: int) -> int:
        """The matches of the series of a place in a draw for this many entrants, at most."""

    @property
    def sizes(self) -> range:
        """The numbers of entrants it can be drawn for."""

    @property
    def late_entry(self) -> bool:
        """May somebody enter after the draw?"""

    def draw(self, entrants: int) -> tuple[Place, ...]:
        """Every place for this many entrants in calling order: a place comes after those that feed it.

        Refused with "option" if the options do not fit the number.
        """

    @property
    def pairs_as_it_goes(self) -> bool:
        """Are entrants put together whenever they are free, until it is closed?"""

    def round_due(self, progress: Progress) -> int | None:
        """The number of the round to be drawn now, in a format that draws round by round; else None."""

    def may_meet(self, progress: Progress) -> tuple[int, ...]:
        """Who is paired in the round that is due, by seed."""

    def group_order(self, group: int, pairings: Sequence[Pairing], progress: Progress) -> tuple[int | None, ...]:
        """The entrants of a group that is over, by rank; None for a rank that stayed vacant."""

    def drawn_round(self, round: int, pairs: Sequence[tuple[int, int]], bye: int | None) -> tuple[Place, ...]:
        """The places of a round that was drawn so, by seeds."""

    def paired(self, number: int, seeds: tuple[int, int]) -> Place:
        """The place of two who were put together, the `number`th pair since the draw."""

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
        """What a round of a draw for this many entrants is called."""

    def why(self, place: Place) -> Reason:
        """Why its two occupants meet."""

    def ranks(self, progress: Progress, table: Mapping[int, Line]) -> Mapping[int, int]:
        """The ranks that are certain, from 1, by entrant. Equals share a rank and the ranks they fill are skipped.

        Where a `table` decides, every rank is the one of now, from the first result on.
        """

    def table(self, progress: Progress) -> Mapping[int, Line]:
        """The lines of the table by entrant; empty where there is none."""

    def awaited(self, progress: Progress, late: int) -> Mapping[int, Awaited]:
        """What entrants of a tournament that runs may wait for besides the pairing they are in, if so many more enter
        ``late``. Who is not named plays no more than that pairing and what is fed by it.
        """


@dataclass(frozen=True, slots=True)
class Bracket:
    """What formats have in common that are drawn once and for all, and what no format need say twice."""

    options: Options = NO_OPTIONS

    @property
    def series_in(self) -> frozenset[str]:
        return frozenset({"main"})

    def best_of(self, place: Place, entrants: int) -> int:
        kind = self.round_name(place.section, place.round, entrants).kind
        return self.options.matches(place.section, place.round, kind)

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
        return RoundName("round", round)

    @property
    def late_entry(self) -> bool:
        return False

    @property
    def pairs_as_it_goes(self) -> bool:
        return False

    def round_due(self, progress: Progress) -> int | None:
        return None

    def may_meet(self, progress: Progress) -> tuple[int, ...]:
        return ()

    def group_order(self, group: int, pairings: Sequence[Pairing], progress: Progress) -> tuple[int | None, ...]:
        return ()

    def drawn_round(self, round: int, pairs: Sequence[tuple[int, int]], bye: int | None) -> tuple[Place, ...]:
        raise Refused("round", "a format that draws round by round", round)

    def paired(self, number: int, seeds: tuple[int, int]) -> Place:
        raise Refused("pairs", "a format that pairs as it goes", list(seeds))

    def table(self, progress: Progress) -> Mapping[int, Line]:
        return {}

    def awaited(self, progress: Progress, late: int) -> Mapping[int, Awaited]:
        return {}

    def why(self, place: Place) -> Reason:
        return reason(place)


def reason(place: Place) -> Reason:
    """Why the two of a place of a bracket meet."""
    if place.if_needed:
        return Reason("again", (_named(place.slots[0]),))
    match place.slots:
        case Bye(), Bye():
            return Reason("nobody", ())
        case (Bye(), other) | (other, Bye()):
            return Reason("bye", (_named(other),))
        case Seed(), Seed():
            kind = "seeds"
        case WinnerOf(), WinnerOf():
            kind = "winners"
        case LoserOf(), LoserOf():
            kind = "losers"
        case LoserOf(), WinnerOf():
            kind = "drop"
        case RankOf(), RankOf():
            kind = "ranks"
        case _:
            kind = "sources"
    upper, lower = place.slots
    return Reason(kind, (_named(upper), _named(lower)))  # type: ignore[arg-type]  # one of the words above


def _named(source: Source) -> int | str | tuple[int, int]:
    match source:
        case Seed(number=seed):
            return seed
        case WinnerOf(place=id) | LoserOf(place=id):
            return id
        case RankOf(group=group, rank=rank):
            return (group, rank)
    raise ValueError(f"expected an occupied slot, came {source}")


def check(format: Format, chosen: Iterable[str]) -> None:
    """Refused with "option" if one of these was chosen and the format does not have it."""
    for name in chosen:
        if name not in format.takes:
            raise Refused("option", f"an option of {format.name}: {', '.join(sorted(format.takes))}", name)
    for name, _ in format.options.best_of_in:
        if name.partition(".")[0] not in format.series_in:
            expected = f"best_of_in: of {', '.join(sorted(format.series_in))}, or a round of a section"
            raise Refused("option", expected, name)


SERIES = frozenset({"best_of", "best_of_in"})
