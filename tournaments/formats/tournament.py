"""A tournament at one point of its log: what is known, and the questions it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from .format import Format, Reason, RoundName
from .pairing import Pairing
from .place import Slot
from .refused import Refused

Phase = Literal["open", "running", "finished", "cancelled"]


@dataclass(frozen=True, slots=True)
class Round:
    """The pairings of a section that are played at the same stage; `number` counts from 1 in its section."""

    section: str
    number: int
    name: RoundName
    pairings: tuple[Pairing, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """An entrant's rank, from 1; None as long as it is not certain."""

    entrant: int
    seed: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class Tournament:
    """What a log has come to. Made by the engine only; never stored, never changed.

    `entrants` are names by id in order of entering; `order` is the ids by seed, empty before the draw; `pairings` are
    by id in calling order; `feeds` says which slots wait for the winner of a place.
    """

    format: Format
    entrants: Mapping[int, str] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    pairings: Mapping[str, Pairing] = field(default_factory=dict)
    feeds: Mapping[str, tuple[tuple[str, Slot], ...]] = field(default_factory=dict, repr=False)
    dropped: frozenset[int] = frozenset()
    cancelled: bool = False

    @property
    def phase(self) -> Phase:
        if self.cancelled:
            return "cancelled"
        if not self.order:
            return "open"
        return "running" if any(pairing.verdict is None for pairing in self.pairings.values()) else "finished"

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

    def standings(self) -> tuple[Standing, ...]:
        """Every entrant since the draw: who is still in it by seed, then the others by rank and seed."""
        ranks = self.format.ranks(self.pairings.values())
        standings = (Standing(entrant, seed, ranks.get(entrant)) for seed, entrant in enumerate(self.order, start=1))
        return tuple(sorted(standings, key=lambda standing: (standing.rank or 0, standing.seed)))

    def why(self, id: str) -> Reason:
        """Why the two of this pairing meet. Refused with "pairing" if the draw has none of that id."""
        return self.format.why(self.pairing(id).place)
