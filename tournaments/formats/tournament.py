"""A tournament at one point of its log: what is known, and the questions it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Literal, Protocol

from .events import Event
from .format import Format, Progress, Reason, RoundName
from .graph import EMPTY, Graph
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


def phase(tournament: Staged) -> Phase:
    if tournament.cancelled:
        return "cancelled"
    if not tournament.order:
        return "open"
    return "running" if tournament.undecided or round_due(tournament) is not None else "finished"


def round_due(tournament: Staged) -> int | None:
    return tournament.format.round_due(tournament) if tournament.order and not tournament.cancelled else None


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
    by id in calling order; `withdrawn` are those of the `dropped` who were in a group that was not over.

    Two tournaments are equal if they look the same. What is not compared is how they came to it: `n`, the number of
    events; `past`, those since the draw, and `start`, the entrants at the draw, from which an undoing folds anew; and
    the `book`: every ruling there has been, also on pairings that an override took apart.
    """

    format: Format
    entrants: Mapping[int, str] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    pairings: Mapping[str, Pairing] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    withdrawn: frozenset[int] = frozenset()
    cancelled: bool = False
    undecided: int = 0  # pairings without a verdict
    rounds_drawn: int = 0
    n: int = field(default=0, compare=False)
    graph: Graph = field(default=EMPTY, compare=False, repr=False)
    ranked: Mapping[int, tuple[int | None, ...]] = field(default_factory=dict, compare=False, repr=False)
    book: Mapping[Key, Ruling] = field(default_factory=dict, compare=False, repr=False)
    past: tuple[Past, ...] = field(default=(), compare=False, repr=False)
    start: Start = field(default=({}, ()), compare=False, repr=False)
    _standings: list[tuple[Standing, ...]] = field(default_factory=list, compare=False, repr=False)  # once asked for

    @property
    def phase(self) -> Phase:
        return phase(self)

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
        place = self.pairing(id).place
        return self.format.options.matches(place.section, place.round)

    def playable(self) -> tuple[Pairing, ...]:
        """What can be played now, in calling order. Nothing any more once the tournament is called off."""
        if self.cancelled:
            return ()
        return tuple(pairing for pairing in self.pairings.values() if pairing.state == "playable")

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

    def standings(self) -> tuple[Standing, ...]:
        """Every entrant since the draw: who is still in it by seed, then the others by rank and seed."""
        if not self._standings:
            self._standings.append(self._ranked())
        return self._standings[0]

    def _ranked(self) -> tuple[Standing, ...]:
        table = self.format.table(self)
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
