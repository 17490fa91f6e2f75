"""A format: what makes one kind of tournament differ from another. The engine knows formats only by this protocol."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from .pairing import Pairing
from .place import Place


@dataclass(frozen=True, slots=True)
class RoundName:
    """What a round is called, for upstairs to say in any language. `number` is the entrants it has room for."""

    kind: Literal["final", "semi_finals", "quarter_finals", "round_of"]
    number: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pairing was made, one sentence for upstairs to say.

    "seeds" (1, 8): the draw sets seed 1 against seed 8; "bye" (1,): seed 1 has no opponent, the field being short;
    "winners" ("m1.1", "m1.2"): the winners of these two meet.
    """

    kind: Literal["seeds", "bye", "winners"]
    sources: tuple[int | str, ...]


class Format(Protocol):
    """A kind of tournament. Its values are immutable and equal if they have the same rules."""

    @property
    def name(self) -> str:
        """What the log and the command line call it."""

    @property
    def sizes(self) -> range:
        """The numbers of entrants it can be drawn for."""

    def draw(self, entrants: int) -> tuple[Place, ...]:
        """Every place for this many entrants in calling order: a place comes after those that feed it."""

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
        """What a round of a draw for this many entrants is called."""

    def why(self, place: Place) -> Reason:
        """Why its two occupants meet."""

    def ranks(self, pairings: Collection[Pairing]) -> Mapping[int, int]:
        """The ranks that are certain, from 1, by entrant. Equals share a rank and the ranks they fill are skipped."""
