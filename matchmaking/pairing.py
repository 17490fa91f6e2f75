"""Pairing: who of the waiting plays whom, and when it is worth asking again.

A ticket's window is the rating difference it allows. It starts at 100 points and widens linearly while its owner
waits, and two tickets are paired as soon as the window of each holds the other. Because windows are straight lines the
instant at which two of them meet is closed form: nobody polls, the matchmaker sleeps until `next_due_ms`.

All arithmetic is in integers, so that the instant and the test at that instant can never disagree.
Source of the rules: the design's matchmaking page; the constants give their own reasons.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
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
    """One person's wait in a queue, in which they have no other.

    `person`, `last_opponent` and `blocked` are ids of persons; a block counts whichever side it is on, and whoever is
    barred for another reason belongs into `blocked` too. `max_ping_ms` is the limit on the *other's* ping; one
    that is not known (None) is above no limit. `joined_ms` is kept when a match falls through through no fault of
    theirs: they are first in line again. After `anyone_after_ms` of waiting the window holds everybody.
    """

    id: int
    person: int
    rating: int
    joined_ms: int
    provisional: bool = False
    last_opponent: int | None = None
    blocked: frozenset[int] = frozenset()
    anyone_after_ms: int | None = None
    ping_ms: int | None = None
    max_ping_ms: int | None = None


Pair = tuple[Ticket, Ticket]  # who waited longer comes first


def slope(arrivals_per_minute: float) -> int:
    """How fast windows widen, in thousandths of a rating point a second."""
    if arrivals_per_minute < 0:
        raise ValueError(f"expected arrivals a minute from 0, came {arrivals_per_minute}")
    shared = SLOPE_SHARED / arrivals_per_minute if arrivals_per_minute else SLOPE_STEEPEST
    return round(1000 * min(SLOPE_STEEPEST, max(SLOPE_FLATTEST, shared)))


def above_limit(ticket: Ticket, other: Ticket) -> bool:
    """Whether the ping of `other` is above the limit that `ticket` sets."""
    return ticket.max_ping_ms is not None and other.ping_ms is not None and other.ping_ms > ticket.max_ping_ms


def count_above_limit(tickets: Sequence[Ticket]) -> dict[int, int]:
    """How many of the others are above the limit of each ticket, by its id: those that keep nobody off are left out."""
    pings_ms = sorted(ticket.ping_ms for ticket in tickets if ticket.ping_ms is not None)
    counts = {
        ticket.id: len(pings_ms) - bisect_right(pings_ms, ticket.max_ping_ms) - above_limit(ticket, ticket)
        for ticket in tickets
        if ticket.max_ping_ms is not None
    }
    return {id: count for id, count in counts.items() if count}


def gap(a: Ticket, b: Ticket) -> int | None:
    """How far apart two tickets count as, in rating points; None if they must never be paired."""
    if a.person == b.person or a.person in b.blocked or b.person in a.blocked:
        return None
    if above_limit(a, b) or above_limit(b, a):
        return None
    points = abs(a.rating - b.rating)
    if a.provisional and b.provisional:
        points = max(0, points - ATTRACTION_OF_PROVISIONALS)
    if a.last_opponent == b.person or b.last_opponent == a.person:
        points += DISTANCE_OF_LAST_OPPONENT
    return points


def window(ticket: Ticket, now_ms: int, slope: int) -> float:
    """The gap that `ticket` allows now, in rating points: none before it joined, any once anyone will do."""
    waited_ms = now_ms - ticket.joined_ms
    if waited_ms < 0:
        return -math.inf
    if ticket.anyone_after_ms is not None and waited_ms >= ticket.anyone_after_ms:
        return math.inf
    return WINDOW_AT_FIRST + waited_ms * slope // _MICRO


def opens_ms(ticket: Ticket, points: int, slope: int) -> int:
    """The first instant at which the window of `ticket` holds a gap of `points`: `window` solved for the time."""
    wait_ms = -(-max(0, points - WINDOW_AT_FIRST) * _MICRO // slope)  # rounded up: not a millisecond too soon
    if ticket.anyone_after_ms is not None:
        wait_ms = min(wait_ms, max(0, ticket.anyone_after_ms))
    return ticket.joined_ms + wait_ms


def meet_ms(a: Ticket, b: Ticket, slope: int) -> int | None:
    """The first instant at which the windows of both hold the gap between them; None: never."""
    points = gap(a, b)
    if points is None:
        return None
    return max(opens_ms(a, points, slope), opens_ms(b, points, slope))


def pair(tickets: Iterable[Ticket], now_ms: int, arrivals_per_minute: float) -> tuple[tuple[Pair, ...], int | None]:
    """The pairs to be made now, and the first instant at which those left over would give one (None: never).

    Who waited longest chooses first, and takes the nearest of those allowed (of equals, who waited longer). Nobody
    is left over who could be paired with somebody else left over. The instant holds as long as nobody arrives or
    leaves and the arrivals a minute are the same.
    """
    pace = slope(arrivals_per_minute)
    ladder = sorted(tickets, key=lambda ticket: ticket.rating)
    ratings = [ticket.rating for ticket in ladder]
    windows = {ticket.id: window(ticket, now_ms, pace) for ticket in ladder}
    undecided = set(windows)
    pairs: list[Pair] = []
    left: list[Ticket] = []
    for eldest in sorted(ladder, key=_seniority):
        if eldest.id not in undecided:
            continue
        undecided.remove(eldest.id)
        reach = windows[eldest.id] + ATTRACTION_OF_PROVISIONALS  # nobody further up or down the ladder can be allowed
        first, end = bisect_left(ratings, eldest.rating - reach), bisect_right(ratings, eldest.rating + reach)
        allowed = (
            (points, _seniority(other), other)
            for other in ladder[first:end]
            if other.id in undecided
            and (points := gap(eldest, other)) is not None
            and points <= windows[eldest.id]
            and points <= windows[other.id]
        )
        nearest = min(allowed, default=None)
        if nearest is None:
            left.append(eldest)
        else:
            partner = nearest[-1]
            undecided.remove(partner.id)
            pairs.append((eldest, partner))
    return tuple(pairs), _next_due_ms(left, pace)


def _seniority(ticket: Ticket) -> tuple[int, int]:
    return ticket.joined_ms, ticket.id


def _next_due_ms(tickets: Iterable[Ticket], slope: int) -> int | None:
    """The first instant at which any two windows meet."""
    ladder = sorted(tickets, key=lambda ticket: ticket.rating)
    due_ms: int | None = None
    for rung, lower in enumerate(ladder, start=1):
        for upper in islice(ladder, rung, None):
            nearest = upper.rating - lower.rating - ATTRACTION_OF_PROVISIONALS
            if due_ms is not None and opens_ms(lower, nearest, slope) >= due_ms:
                break  # and everybody further up meets `lower` later still
            meets_ms = meet_ms(lower, upper, slope)
            if meets_ms is not None and (due_ms is None or meets_ms < due_ms):
                due_ms = meets_ms
    return due_ms


def estimate_wait_ms(recent_waits_ms: Sequence[int]) -> int | None:
    """What to tell somebody who joins: the median of the last waits, which one lonely wait does not spoil."""
    return median_high(recent_waits_ms) if recent_waits_ms else None
