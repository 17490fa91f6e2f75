"""A place of the printed draw: two slots, each of which says where its occupant comes from."""

from dataclasses import dataclass
from typing import Literal

Slot = Literal[1, 2]  # the upper and the lower line of a place, as people count them
SLOTS: tuple[Slot, Slot] = (1, 2)


@dataclass(frozen=True, slots=True)
class Seed:
    """The entrant with this seed, from 1."""

    number: int

    def to_dict(self) -> dict[str, object]:
        return {"seed": self.number}


@dataclass(frozen=True, slots=True)
class Bye:
    """Nobody, by construction: the draw has more slots than entrants."""

    def to_dict(self) -> dict[str, object]:
        return {"bye": True}


@dataclass(frozen=True, slots=True)
class WinnerOf:
    """Whoever goes on from the place with this id."""

    place: str

    def to_dict(self) -> dict[str, object]:
        return {"winner_of": self.place}


@dataclass(frozen=True, slots=True)
class LoserOf:
    """Whoever loses in the place with this id. After a double forfeit that is nobody: both are out."""

    place: str

    def to_dict(self) -> dict[str, object]:
        return {"loser_of": self.place}


@dataclass(frozen=True, slots=True)
class RankOf:
    """Whoever comes out of this group, from 1, with this rank, from 1, once the group is over."""

    group: int
    rank: int

    def to_dict(self) -> dict[str, object]:
        return {"group": self.group, "rank": self.rank}


Source = Seed | Bye | WinnerOf | LoserOf | RankOf


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a draw. `id` never changes for a given format and field: "m1.3" is round 1, number 3.

    `section` groups rounds that are printed together ("main", "winners", "losers", "final", "third_place", "group");
    `round` and `number` count from 1; `group`, from 1, is set in groups only. An `if_needed` place is the second
    final: it is void unless the first one was won from its lower slot.
    """

    id: str
    section: str
    round: int
    number: int
    slots: tuple[Source, Source]
    group: int | None = None
    if_needed: bool = False

    @property
    def is_bye(self) -> bool:
        """Is it never played, one slot or both being nobody's by construction?"""
        return Bye() in self.slots

    def to_dict(self) -> dict[str, object]:
        printed: dict[str, object] = {
            "id": self.id,
            "section": self.section,
            "round": self.round,
            "number": self.number,
            "slots": [source.to_dict() for source in self.slots],
        }
        if self.group is not None:
            printed["group"] = self.group
        if self.if_needed:
            printed["if_needed"] = True
        return printed


def winner(place: Place) -> Source:
    """Who goes on from a place, as the draw can know it: nobody from one of two byes."""
    return Bye() if place.slots == (Bye(), Bye()) else WinnerOf(place.id)


def loser(place: Place) -> Source:
    """Who loses in a place, as the draw can know it: nobody where there is a bye."""
    return Bye() if place.is_bye else LoserOf(place.id)
