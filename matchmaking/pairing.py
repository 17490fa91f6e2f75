"""Pairing: who of the waiting plays whom, and when it is worth asking again.

A ticket's window is the rating difference it allows. It starts at 100 points and widens linearly while its owner
waits, and two tickets are paired as soon as the window of each holds the other. Because windows are straight lines the
instant at which two of them meet is closed form: nobody polls, the matchmaker sleeps until `next_due_ms`.

All arithmetic is in integers, so that the instant and the test at that instant can never disagree.
Source of the rules: the design's matchmaking page; the constants give their own reasons.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_high

WINDOW_AT_FIRST = 100  # rating points
# Points a second, shared among the arrivals of a minute: whoever is better suited comes sooner when many come.
#   arrivals a minute   <= 2.6    5    10    20   >= 40
#   points a second         15    8     4     2       1
SLOPE_SHARED = 40
SLOPE_STEEPEST = 15
SLOPE_FLATTEST = 1
# Two provisional ratings say little about who is better, and both settle sooner against each other.
ATTRACTION_OF_PROVISIONALS = 100  # rating points off the gap
# The last opponent counts as this much further away: 10 s of waiting for two equals who are alone (at 15 points a
# second), minutes when many arrive and somebody else will come.
DISTANCE_OF_LAST_OPPONENT = 250  # rating points on the gap

_MICRO = 1_000_000  # windows are computed in millionths of a point, as a slope in thousandths times milliseconds


@dataclass(frozen=True, slots=True)
class Ticket:
    """One person's wait in a queue.

    `person`, `last_opponent` and `blocked` are ids of persons; a block counts whichever side it is on, and whoever is
    barred for another reason belongs into `blocked` too. `joined_ms` is kept when a match falls through through no
    fault of theirs: they are first in line again. After `anyone_after_ms` of waiting the window holds everybody.
    """

    id: int
    person: int
    rating: int
    joined_ms: int
    provisional: bool = False
    last_opponent: int | None = None
    blocked: frozenset[int] = frozenset()
    anyone_after_ms: int | None = None


Pair = tuple[Ticket, Ticket]  # who waited longer comes first


def slope(arrivals_per_minute: float) -> int:
    """How fast windows widen, in thousandths of a rating point a second."""
    if arrivals_per_minute < 0:
        raise ValueError(f"expected arrivals a minute from 0, came {arrivals_per_minute}")
    shared = SLOPE_SHARED / arrivals_per_minute if arrivals_per_minute else SLOPE_STEEPEST
    return round(1000 * min(SLOPE_STEEPEST, max(SLOPE_FLATTEST, shared)))


def gap(a: Ticket, b: Ticket) -> int | None:
    """How far apart two tickets count as, in rating points; None if they must never be paired."""
    if a.person == b.person or a.person in b.blocked or b.person in a.blocked:
        return None
    points = abs(a.rating - b.rating)
    if a.provisional and b.provisional:
        points = max(0, points - ATTRACTION_OF_PROVISIONALS)
    if a.last_opponent == b.person or b.last_opponent == a.person:
        points += DISTANCE_OF_LAST_OPPONENT
    return points


def opens_ms(ticket: Ticket, points: int, slope: int) -> int:
    """The first instant at which the window of `ticket` holds a gap of `points`."""
    wait_ms = -(-max(0, points - WINDOW_AT_FIRST) * _MICRO // slope)  # rounded up: not a millisecond too soon
    if ticket.anyone_after_ms is not None:
        wait_ms = min(wait_ms, ticket.anyone_after_ms)
    return ticket.joined_ms + wait_ms


def meet_ms(a: Ticket, b: Ticket, slope: int) -> int | None:
    """The first instant at which the windows of both hold the other; None: never."""
    points = gap(a, b)
    if points is None:
        return None
    return max(opens_ms(a, points, slope), opens_ms(b, points, slope))


def pair(tickets: Iterable[Ticket], now_ms: int, arrivals_per_minute: float) -> tuple[list[Pair], int | None]:
    """The pairs to be made now, and the first instant at which those left over would give one (None: never).

    Who waited longest chooses first, and takes the nearest of those allowed (of equals the one who waited longer).
    Nobody is left over who could be paired with somebody else left over. The instant holds as long as nobody
    arrives or leaves and the arrivals a minute are the same.
    """
    pace = slope(arrivals_per_minute)
    ladder = _Ladder(tickets)
    pairs: list[Pair] = []
    left: list[Ticket] = []
    while ladder.tickets:
        eldest = ladder.take(ladder.eldest)
        partner = min(
            (
                (points, other.joined_ms, other.id, other)
                for other in ladder.within(_reach(eldest, now_ms, pace), of=eldest.rating)
                if (points := gap(eldest, other)) is not None
                and max(opens_ms(eldest, points, pace), opens_ms(other, points, pace)) <= now_ms
            ),
            default=None,
        )
        if partner is None:
            left.append(eldest)
        else:
            pairs.append((eldest, ladder.take(partner[-1])))
    return pairs, _next_due_ms(left, pace)
