"""Who is put together in an arena: of those who are there and free, whenever one comes or a match ends. Nobody waits
for a round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .matching import Matching

BOTTOM, TOP = 300, 2_000  # what a place in the standing weighs against a point of rating
BAND = 16  # how far apart in the standing two may be, in the second attempt


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who is there and free. `last` is the last opponent."""

    id: int
    rating: int
    last: int | None = None


def pair(waiting: Sequence[Waiting], active: int) -> tuple[tuple[int, int], ...]:
    """Who plays whom now, of these in their standing, the best first: as many as can be.

    `active` is how many there are, playing ones included: if they are two, they may meet again and again, else nobody
    meets the last opponent. First everybody from the top takes who suits best. If that leaves some who could have
    been paired, all are paired anew, so that as few as possible are left, by the least sum of weights in a band.
    """
    if len({player.id for player in waiting}) < len(waiting):
        raise ValueError("expected everybody once")
    if active < len(waiting):
        raise ValueError(f"expected as many active as wait or more, {len(waiting)}, came {active}")
    hall = _Hall(waiting, again=active == 2)
    pairs = hall.greedily()
    if len(waiting) - 2 * len(pairs) > 1:
        pairs = max(pairs, hall.in_a_band(), key=len)  # the first of equals
    return tuple((waiting[one].id, waiting[other].id) for one, other in pairs)


class _Hall:
    """Those who wait, by their index in the standing."""

    def __init__(self, waiting: Sequence[Waiting], again: bool) -> None:
        self.waiting = waiting
        self.size = len(waiting)
        self.again = again

    def may(self, one: int, other: int) -> bool:
        first, second = self.waiting[one], self.waiting[other]
        return self.again or (first.last != second.id and second.last != first.id)

    def weight(self, one: int, other: int) -> int:
        """How badly two suit each other: a place counts for more the higher the better one stands."""
        factor = BOTTOM + (TOP - BOTTOM) * (self.size - 1 - one) // max(1, self.size - 1)
        return (other - one) * factor + abs(self.waiting[one].rating - self.waiting[other].rating)

    def greedily(self) -> list[tuple[int, int]]:
        free = list(range(self.size))
        pairs = []
        while free:
            one = free.pop(0)
            best = None
            for place, other in enumerate(free):
                if best is not None and (other - one) * BOTTOM >= best[0]:
                    break  # whoever comes now suits less by the places alone
                if self.may(one, other) and (best is None or self.weight(one, other) < best[0]):
                    best = self.weight(one, other), place
            if best is not None:
                pairs.append((one, free.pop(best[1])))
        return pairs

    def in_a_band(self) -> list[tuple[int, int]]:
        """The cheapest of the matchings with the fewest left over.

        It is a perfect one, in which to be left over is to be matched without a match, at more than all matches cost
        together; in an odd field somebody is so for nothing. Neighbours in the standing can be left over together,
        so that there always is one.
        """
        weights = {
            (one, other): self.weight(one, other)
            for one in range(self.size)
            for other in range(one + 1, min(one + BAND, self.size - 1) + 1)
            if self.may(one, other)
        }
        reach = self.size if self.size <= BAND else 2
        left_over = {
            (one, other): sum(weights.values()) + 1
            for one in range(self.size)
            for other in range(one + 1, min(one + reach, self.size))
            if (one, other) not in weights
        }
        nobody = {(one, self.size): 0 for one in range(self.size) if self.size % 2}
        edges = [(*pair, cost) for part in (weights, left_over, nobody) for pair, cost in part.items()]
        matching = Matching(self.size + self.size % 2, edges)
        alone = matching.solve()
        assert alone is None, "neighbours can always be matched"
        return [pair for pair in enumerate(matching.mate) if pair in weights]
