"""The arena: everybody plays as often as they can until the clock runs out, and winning in a row pays.

Each two who are put together are an event of the log, so that a replay pairs nobody again. Who is put together is
`arena_pairing`'s; whoever hosts asks it by `arena_draw`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from . import table
from .format import Awaited, Bracket, Card, Line, Progress, Reason, RoundName
from .place import Place, Seed
from .score import Score

NO_CARD = Card()


@dataclass(frozen=True, slots=True)
class Arena(Bracket):
    """Single matches only: a series would keep two of them together for most of it."""

    @property
    def name(self) -> str:
        return "arena"

    @property
    def takes(self) -> frozenset[str]:
        return frozenset({"minutes"})

    @property
    def sizes(self) -> range:
        return range(2, 10_001)

    @property
    def late_entry(self) -> bool:
        return True

    @property
    def pairs_as_it_goes(self) -> bool:
        return True

    def draw(self, entrants: int) -> tuple[Place, ...]:
        return ()

    def paired(self, number: int, seeds: tuple[int, int]) -> Place:
        upper, lower = seeds
        return Place(f"a.{number}", "main", 1, number, (Seed(upper), Seed(lower)))

    def awaited(self, progress: Progress, late: int) -> Mapping[int, Awaited]:
        return {} if progress.closed else dict.fromkeys(progress.order, "opponent")

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
        return RoundName("arena", round)

    def why(self, place: Place) -> Reason:
        upper, lower = (slot.number for slot in place.slots if isinstance(slot, Seed))
        return Reason("arena", (upper, lower))

    def table(self, progress: Progress) -> Mapping[int, Line]:
        scores = {entrant: progress.cards.get(entrant, NO_CARD).score for entrant in progress.order}
        above: dict[tuple[int, int, int], int] = {}
        for number, key in enumerate(sorted(map(merit, scores.values())), start=1):
            above.setdefault(key, number)
        return {entrant: _line(score, above[merit(score)]) for entrant, score in scores.items()}

    def ranks(self, progress: Progress, lines: Mapping[int, Line]) -> Mapping[int, int]:
        return table.by_rank(lines) if progress.closed or progress.undecided < len(progress.pairings) else {}


def merit(score: Score) -> tuple[int, int, int]:
    """Who is less stands higher: by points, then wins, then the fewest matches that it took."""
    return -score.points, -score.wins, score.played


def _line(score: Score, rank: int) -> Line:
    numbers = {"WIN": score.wins, "matches": score.played, "streak": score.streak}
    return Line(rank, Fraction(score.points), {name: Fraction(number) for name, number in numbers.items()})
