"""A place of the printed draw: two slots, each of which says where its occupant comes from.

Later formats add sources of their own here (the loser of a place, the second of a group) and nothing else changes.
"""

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


Source = Seed | Bye | WinnerOf


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a draw. `id` never changes for a given format and field: "m1.3" is round 1, number 3.

    `section` groups rounds that are printed together ("main"); `round` and `number` count from 1.
    """

    id: str
    section: str
    round: int
    number: int
    slots: tuple[Source, Source]

    def to_dict(self) -> dict[str, object]:
        return {
            "id": self.id,
            "section": self.section,
            "round": self.round,
            "number": self.number,
            "slots": [source.to_dict() for source in self.slots],
        }
