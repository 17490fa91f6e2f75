"""A tournament at one point of its log: what is known, and the questions it answers."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Literal, Protocol

from .events import Event
from .format import Card, Format, Line, Progress, Reason, RoundName
from .graph import EMPTY, Graph
from .layers import Chain, Layers
from .pairing import Pairing, Played, Verdict
from .refused import Refused

Phase = Literal["open", "running", "finished", "cancelled"]
Start = tuple[Mapping[int, str], tuple[int, ...]]  # the entrants' names at the draw, and their ids by seed
Key = tuple[str, int, int]  # a pairing and the seeds of the two who met in it; 0 is nobody


class Staged(Progress, Protocol):
    """What one must know of a tournament to say its phase."""

    @property
    def format(self) -> Format: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def undecided_ids(self) -> Set[str]: ...
    @property
    def seeds(self) -> Mapping[int, int]: ...
    @property
    def resting(self) -> Set[int]: ...


def phase(tournament: Staged) -> Phase:
    if tournament.cancelled:
        return "cancelled"
    if not tournament.order:
        return "open"
    goes_on = tournament.undecided or pairing_open(tournament) or round_due(tournament) is not None
    return "running" if goes_on else "finished"


def round_due(tournament: Staged) -> int | None:
    return tournament.format.round_due(tournament) if tournament.order and not tournament.cancelled else None


def pairing_open(tournament: Staged) -> bool:
    """Are entrants put together as they are free, since the draw and until it is closed?"""
    drawn = bool(tournament.order) and not tournament.cancelled
    return drawn and tournament.format.pairs_as_it_goes and not tournament.closed


def may_be_paired(tournament: Staged, entrant: int) -> bool:
    """Is this an entrant who is in no pairing that is not decided, takes no break and has not dropped?"""
    if entrant not in tournament.seeds or entrant in tournament.dropped or entrant in tournament.resting:
        return False
    card = tournament.cards.get(entrant)
    return card is None or tournament.undecided_ids.isdisjoint(card.pairings)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is on record of two who met in a pairing. It counts as long as it is these two who meet there."""

    matches: tuple[Played, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """An event of the log after the draw, with the seeds of those concerned when it happened."""

    n: int
    event: Event
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The pairings of a section that are played at the same stage; `number` counts from 1 in its section."""

    section: str
    number: int
    name: RoundName
    pairings: tuple[Pairing, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """An entrant's rank, from 1; None as long as it is not certain, or where there is a table, has not begun.

    `points` and `tie_breaks` are set where there is a table: the numbers beside the rank.
    """

    entrant: int
    seed: int
    rank: int | None
    points: Fraction | None = None
    tie_breaks: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tournament:
    """What a log has come to. Made by the engine only; never stored, never changed.

    `entrants` are names by id in order of entering; `order` is the ids by seed, empty before the draw; `pairings` are
    by id in calling order; `withdrawn` are those of the `dropped` who were in a group that was not over. Where pairs
    are made as it goes, `resting` are those who take a break, `absent` those of them who were not there for a match,
    and `closed` says that no more are made.

    Two tournaments are equal if they look the same. What is not compared is how they came to it: `n`, the number of
    events; `past`, those since the draw, and `start`, the entrants at the draw, from which an undoing folds anew; the
    number of `pairs` that were made as it goes, undone ones too; and the `book`: every ruling there has been, also on
    pairings that an override took apart. Nor what follows from the rest: `seeds` and score `cards` by entrant.
    """

    format: Format
    entrants: Mapping[int, str] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    pairings: Layers[str, Pairing] = field(default_factory=Layers)
    dropped: frozenset[int] = frozenset()
    withdrawn: frozenset[int] = frozenset()
    cancelled: bool = False
    undecided_ids: frozenset[str] = frozenset()  # of the pairings without a verdict
    rounds_drawn: int = 0
    resting: frozenset[int] = frozenset()
    absent: frozenset[int] = frozenset()
    closed: bool = False
    n: int = field(default=0, compare=False)
    seeds: Mapping[int, int] = field(default_factory=dict, compare=False, repr=False)
    cards: Mapping[int, Card] = field(default_factory=dict, compare=False, repr=False)
    pairs: int = field(default=0, compare=False)
    graph: Graph = field(default=EMPTY, compare=False, repr=False)
    ranked: Mapping[int, tuple[int | None, ...]] = field(default_factory=dict, compare=False, repr=False)
    book: Layers[Key, Ruling] = field(default_factory=Layers, compare=False, repr=False)
    past: Chain[Past] = field(default_factory=Chain, compare=False, repr=False)
    start: Start = field(default=({}, ()), compare=False, repr=False)
    # Once asked for:
    _table: list[Mapping[int, Line]] = field(default_factory=list, compare=False, repr=False)
    _standings: list[tuple[Standing, ...]] = field(default_factory=list, compare=False, repr=False)

    @property
    def phase(self) -> Phase:
        return phase(self)

    @property
    def undecided(self) -> int:
        """How many pairings have no verdict."""
        return len(self.undecided_ids)

    @property
    def pairing_open(self) -> bool:
        """Are entrants put together as they are free? Whoever hosts asks `arena_draw`, and writes `Paired`."""
        return pairing_open(self)

    @property
    def playing(self) -> set[int]:
        """Who is in a pairing that is not decided."""
        return {entrant for id in self.undecided_ids for entrant in self.pairings[id].entrants}

    def may_be_paired(self, entrant: int) -> bool:
        """Is this an entrant who is in no pairing that is not decided, takes no break and has not dropped?"""
        return may_be_paired(self, entrant)

    @property
    def round_due(self) -> int | None:
        """The round to be drawn now: whoever hosts draws it among `may_meet`, and writes `RoundDrawn`."""
        return round_due(self)

    @property
    def may_meet(self) -> tuple[int, ...]:
        """Who is paired in the round that is due, by seed."""
        return self.format.may_meet(self)

    @property
    def champion(self) -> int | None:
        """The entrant who won it all; None before the end, and for ever if everybody left forfeited."""
        if self.phase != "finished":
            return None
        return next((standing.entrant for standing in self.standings() if standing.rank == 1), None)

    def pairing(self, id: str) -> Pairing:
        """Refused with "pairing" if the draw has none of that id."""
        try:
            return self.pairings[id]
        except KeyError:
            raise Refused("pairing", "the id of a pairing of the draw", id) from None

    def best_of(self, id: str) -> int:
        """The matches of a pairing's series, at most. Refused with "pairing" if the draw has none of that id."""
        return self.format.best_of(self.pairing(id).place, len(self.order))

    def playable(self) -> tuple[Pairing, ...]:
        """What can be played now, in calling order. Nothing any more once the tournament is called off."""
        if self.cancelled:
            return ()
        undecided = (self.pairings[id] for id in self.undecided_ids)
        return tuple(sorted((pairing for pairing in undecided if pairing.state == "playable"), key=self._calling))

    def _calling(self, pairing: Pairing) -> tuple[int, int, int]:
        return self.graph.position.get(pairing.id, 0), pairing.place.round, pairing.place.number

    def rounds(self) -> tuple[Round, ...]:
        """Every pairing by section and round, in calling order."""
        stages = groupby(self.pairings.values(), key=lambda pairing: (pairing.place.section, pairing.place.round))
        return tuple(
            Round(section, number, self.format.round_name(section, number, len(self.order)), tuple(pairings))
            for (section, number), pairings in stages
        )

    def round_of(self, id: str) -> Round:
        """The round of a pairing, without the other pairings of it. Refused with "pairing" if there is none."""
        place = self.pairing(id).place
        name = self.format.round_name(place.section, place.round, len(self.order))
        return Round(place.section, place.round, name, (self.pairing(id),))

    def table(self) -> Mapping[int, Line]:
        """The line of each entrant since the draw; in groups it is of their own group. Nothing where there is none."""
        if not self._table:
            self._table.append(self.format.table(self))
        return self._table[0]

    def standings(self) -> tuple[Standing, ...]:
        """Every entrant since the draw: who is still in it by seed, then the others by rank and seed."""
        if not self._standings:
            self._standings.append(self._ranked())
        return self._standings[0]

    def _ranked(self) -> tuple[Standing, ...]:
        table = self.table()
        ranks = self.format.ranks(self, table)
        standings = []
        for seed, entrant in enumerate(self.order, start=1):
            line = table.get(entrant)
            numbers = (line.points, line.tie_breaks) if line is not None else (None, {})
            standings.append(Standing(entrant, seed, ranks.get(entrant), *numbers))
        return tuple(sorted(standings, key=lambda standing: (standing.rank or 0, standing.seed)))

    def why(self, id: str) -> Reason:
        """Why the two of this pairing meet. Refused with "pairing" if the draw has none of that id."""
        return self.format.why(self.pairing(id).place)
