"""Round robin: everybody meets everybody, once or twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from . import table
from .berger import SIZES
from .berger import table as berger
from .format import SERIES, Bracket, Line, Progress, Reason
from .place import Place, Seed

TIE_BREAKS = ("DE", "WIN", "SB", "PD")


@dataclass(frozen=True, slots=True)
class RoundRobin(Bracket):
    """Rounds by the Berger tables; seeds are the numbers of the table. Equals after all tie-breaks share a rank."""

    @property
    def name(self) -> str:
        return "round_robin"

    @property
    def takes(self) -> frozenset[str]:
        return SERIES | {"cycles", "tie_breaks"}

    @property
    def sizes(self) -> range:
        return SIZES

    def draw(self, entrants: int) -> tuple[Place, ...]:
        table.check(self.options.tie_breaks)
        return places(tuple(range(1, entrants + 1)), self.options.cycles)

    def why(self, place: Place) -> Reason:
        upper, lower = (slot.number for slot in place.slots if isinstance(slot, Seed))
        return Reason("all", (upper, lower))

    def table(self, progress: Progress) -> Mapping[int, Line]:
        rounds = max((pairing.place.round for pairing in progress.pairings.values()), default=0)
        tie_breaks = TIE_BREAKS if self.options.tie_breaks is None else self.options.tie_breaks
        return table.lines(progress.order, progress.pairings.values(), rounds, tie_breaks, predetermined=True)

    def ranks(self, progress: Progress, lines: Mapping[int, Line]) -> Mapping[int, int]:
        return table.by_rank(lines) if progress.undecided < len(progress.pairings) else {}


@lru_cache(maxsize=256)  # a running tournament asks for the same draw at every replay
def places(seeds: Sequence[int], cycles: int, group: int | None = None) -> tuple[Place, ...]:
    """Every place of the tables for these seeds, by round. Whom the round leaves out has no place in it."""
    section, prefix = ("main", "r") if group is None else ("group", f"g{group}r")
    return tuple(
        Place(
            f"{prefix}{round}.{number}",
            section,
            round,
            number,
            (Seed(seeds[home - 1]), Seed(seeds[away - 1])),
            group,
        )
        for round, drawn in enumerate(berger(len(seeds), cycles), start=1)
        for number, (home, away) in enumerate(drawn.pairs, start=1)
    )
