"""One round of a Swiss: who meets whom, without colours, and why.

A pairing is judged by what comes first here:

1. nobody has more byes than needed: a second one only when everybody has had one;
2. as few rematches as can be, none if that is possible;
3. the bye goes to the lowest score;
4. the sum of the squared score gaps of all pairs;
5. the bye goes to the lowest in the standing;
6. the sum of the distances to the *fold*: the best of the upper half of a score group meets the best of its lower
   half, the second the second, and so on. Between two groups it is the distance in the standing.

The best one is a perfect matching of least cost. Not all pairs are tried: everybody is joined to the 16 nearest, by
the fold and in the standing, and afterwards the potentials of the matching tell which of all other pairs could have
made a smaller sum of gaps. They seldom exist; then they are joined too, and it is matched again. So 1 to 4 are exact.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from .matching import Edge, Matching

NEAREST = 16
AT_ONCE = 4  # how many pairs of everybody are added to those tried, where that might help
SMALL = 40  # up to this many players all pairs are tried at once


@dataclass(frozen=True, slots=True)
class Contender:
    """Who is to be paired. `score` is in whole numbers, `met` are all opponents so far, `byes` how many there were."""

    id: int
    score: int
    met: frozenset[int] = frozenset()
    byes: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody stands: the score, and the place in the group of those who have it, from 1, of `size`."""

    id: int
    score: int
    place: int
    size: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who meet, the one who stands higher first. In parts, for pages to say why they do."""

    upper: Seat
    lower: Seat
    off_fold: int  # how far from the fold partner, or in the standing from the next of another group; 0: exactly so
    rematch: bool = False

    @property
    def floated(self) -> int:
        """The score gap; 0 within a group."""
        return self.upper.score - self.lower.score


@dataclass(frozen=True, slots=True)
class Round:
    """The pairs by the standing of their upper seats. `bye` is who has no opponent, if the field is odd."""

    pairs: tuple[Pair, ...]
    bye: Seat | None = None


def pair(standing: Sequence[Contender]) -> Round:
    """The next round of these contenders, given in their standing, the best first. Same standing, same round."""
    if len({contender.id for contender in standing}) < len(standing):
        raise ValueError("expected every contender once")
    if any(upper.score < lower.score for upper, lower in pairwise(standing)):
        raise ValueError("expected the contenders in their standing, by falling score")
    if len(standing) < 2:
        return Round((), *_seats(standing))
    field = _Field(standing)
    mate = field.matched()
    pairs = [
        Pair(field.seats[one], field.seats[other], field.fold(one, other), other in field.met[one])
        for one, other in enumerate(mate[: len(standing)])
        if one < other < len(standing)
    ]
    return Round(tuple(pairs), field.seats[mate[-1]] if field.odd else None)


def _seats(standing: Iterable[Contender]) -> list[Seat]:
    groups = [list(group) for _, group in groupby(standing, key=lambda contender: contender.score)]
    return [
        Seat(contender.id, contender.score, place, len(group))
        for group in groups
        for place, contender in enumerate(group, start=1)
    ]


@dataclass(frozen=True, slots=True)
class _Members:
    """The contenders of one score in one part of a matching, a vertex or blossom: (potential, index), falling."""

    part: int
    members: list[tuple[int, int]]


class _Field:
    """The contenders by their index in the standing, and what their pairs cost.

    The criteria are one number: a unit of one is more than all of the next can ever sum up to. In an odd field there
    is one vertex more, the bye; its edges are the contenders with the fewest byes so far.
    """

    def __init__(self, standing: Sequence[Contender]) -> None:
        self.size = len(standing)
        self.odd = self.size % 2 == 1
        self.seats = _seats(standing)
        self.scores = [contender.score for contender in standing]
        index = {contender.id: at for at, contender in enumerate(standing)}
        self.met = [{index[id] for id in contender.met if id in index} for contender in standing]
        for one, others in enumerate(self.met):
            for other in others:
                self.met[other].add(one)
        fewest = min(contender.byes for contender in standing)
        self.eligible = [at for at, contender in enumerate(standing) if contender.byes == fewest]
        self.starts = [at - seat.place + 1 for at, seat in enumerate(self.seats)]  # of everybody's group
        # A distance to the fold is less than `size`, and so is a place. The gaps' unit is four times what those after
        # it can sum up to, to leave room for the `tolerance`: see `_missing`.
        self.place_unit = self.size**2
        self.tolerance = 4 * self.size**2
        self.gap_unit = self.tolerance * self.size
        spread = self.scores[0] - self.scores[-1]
        self.bye_unit = self.gap_unit * (self.size * spread**2 + 1)
        self.rematch_unit = self.bye_unit * (spread + 1)

    def fold(self, one: int, other: int) -> int:
        """How far two are from being fold partners, or next to each other if they are of different groups."""
        distance = other - one
        if self.starts[one] == self.starts[other]:
            return abs(distance - self.seats[one].size // 2)
        return distance - 1

    def cost(self, one: int, other: int) -> int:
        cost = (self.scores[one] - self.scores[other]) ** 2 * self.gap_unit + self.fold(one, other)
        return cost + self.rematch_unit if other in self.met[one] else cost

    def matched(self) -> list[int]:
        """Everybody's opponent by index; the last one is the bye's in an odd field."""
        edges = set(self._all() if self.size <= SMALL else self._near(NEAREST))
        nearest = NEAREST
        while True:
            matching = Matching(self.size + self.odd, [*self._edges(edges), *self._byes()])
            if matching.solve() is not None:
                nearest *= 2
                edges |= set(self._near(nearest) if nearest < self.size else self._all())
            elif not self._least(matching.mate) and (missing := self._missing(matching, edges)):
                edges.update(missing)
            else:
                return matching.mate

    def _least(self, mate: Sequence[int]) -> bool:
        """Is this the least that any field of these scores could have, whoever has met whom?

        Where an odd number stands above a border between two groups, at least one pair spans it; and the square of
        a gap over several borders is no less than the sum of their squares.
        """
        bye = mate[-1] if self.odd else None
        if bye is not None and self.scores[bye] > self.scores[self.eligible[-1]]:
            return False
        if any(other in self.met[one] for one, other in enumerate(mate[: self.size])):
            return False
        playing = [score for at, score in enumerate(self.scores) if at != bye]
        least = sum((upper - lower) ** 2 for upper, lower in zip(playing[::2], playing[1::2], strict=True))
        gaps = sum((self.scores[one] - self.scores[mate[one]]) ** 2 for one in range(self.size) if one != bye)
        return gaps == 2 * least

    def _edges(self, pairs: Iterable[tuple[int, int]]) -> list[Edge]:
        """Cheapest first, so that the fold is what is tried first."""
        return sorted(((one, other, self.cost(one, other)) for one, other in pairs), key=lambda edge: (edge[2], edge))

    def _byes(self) -> list[Edge]:
        lowest = self.scores[self.eligible[-1]]
        return [
            (at, self.size, (self.scores[at] - lowest) * self.bye_unit + (self.size - 1 - at) * self.place_unit)
            for at in reversed(self.eligible)
            if self.odd
        ]

    def _all(self) -> Iterator[tuple[int, int]]:
        return ((one, other) for one in range(self.size) for other in range(one + 1, self.size))

    def _near(self, nearest: int) -> Iterator[tuple[int, int]]:
        """Everybody with half as many about the fold partner, and half as many in the standing on either side, those
        of other groups; rematches excepted."""
        for one in range(self.size):
            start, size = self.starts[one], self.seats[one].size
            partner = one + size // 2
            about = range(max(one + 1, partner - nearest // 4), min(start + size, partner + nearest // 4 + 1))
            other_groups = range(start + size, min(self.size, one + nearest // 2 + 1))
            for other in (*about, *other_groups):
                if other not in self.met[one]:
                    yield one, other

    def _missing(self, matching: Matching, edges: set[tuple[int, int]]) -> list[tuple[int, int]]:
        """The pairs not tried, and no rematches, that might have made the sum of gaps smaller.

        A pair can make the whole cheaper by no more than what its potentials exceed its cost, all pairs together by
        half the field's size times that: below `tolerance` for each, by less than one unit of a gap.
        """
        if self.size <= SMALL:
            return []
        found: set[tuple[int, int]] = set()
        due = [(matching.outermost(), 0)]
        while due:
            parts, around = due.pop()
            groups: dict[int, list[_Members]] = {}
            for part in parts:
                members: dict[int, list[tuple[int, int]]] = {}
                for at in matching.leaves(part):
                    if at < self.size:
                        members.setdefault(self.scores[at], []).append((matching.potentials[at] - around, at))
                for score, those in members.items():
                    groups.setdefault(score, []).append(_Members(part, sorted(those, reverse=True)))
                own, children = matching.inside(part)
                if children and 2 * (max(those[0][0] for those in members.values()) - own) > self.tolerance:
                    due.append((children, around + own))
            for of_parts in groups.values():
                of_parts.sort(key=lambda members: members.members, reverse=True)
            for upper, uppers in groups.items():
                for lower, lowers in groups.items():
                    if lower <= upper:
                        least = 2 * (upper - lower) ** 2 * self.gap_unit + self.tolerance
                        found.update(self._exceeding(uppers, lowers, least, edges))
        return sorted(found)

    def _exceeding(
        self, uppers: list[_Members], lowers: list[_Members], least: int, edges: set[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """The pairs of two groups (or of one), in different parts, with potentials above `least` together: of
        everybody the first few, for they are tried at once, and those after them are seldom needed then."""
        for mine in uppers:
            for own, one in mine.members:
                found = 0
                for theirs in lowers:
                    if found == AT_ONCE or own + theirs.members[0][0] <= least:
                        break
                    if theirs.part == mine.part:
                        continue
                    for other_own, other in theirs.members:
                        if found == AT_ONCE or own + other_own <= least:
                            break
                        pair = (one, other) if one < other else (other, one)
                        if pair not in edges and other not in self.met[one]:
                            found += 1
                            yield pair
