"""What is worth telling of a match, counted from the records of its rallies.

Its time runs from the match's first serve. Each host counts its own time, so a rally with a new epoch is put where it
would have been served at once: the usual pause after the point before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

from .court import Ruleset
from .rally import Hit, Point, unpack
from .replay import Record, replay


@dataclass(frozen=True, slots=True)
class RallyStats:
    """One rally: who scored, the score then, and how often the ball was returned.

    The serve left at `serve_ms` and the point was made at `point_ms` of the match's time.
    """

    number: int
    side: int
    a: int
    b: int
    hits: int
    serve_ms: int
    point_ms: int


@dataclass(frozen=True, slots=True)
class Fastest:
    """The fastest flight: px/s along the court, px/s as it was seen (along and across), ms from plane to plane."""

    along_px_s: int
    seen_px_s: int
    crossing_ms: int


@dataclass(frozen=True, slots=True)
class Stats:
    """A match in numbers. `points` is the score over time: (ms, a, b), from (0, 0, 0) on."""

    rallies: tuple[RallyStats, ...]
    hits: int
    longest: RallyStats | None  # the first of those with the most hits
    fastest: Fastest | None  # None if no ball was returned
    flown_ms: int  # from serve to point, without the pauses
    lasted_ms: int  # from the first serve to the last point
    points: tuple[tuple[int, int, int], ...]


def stats(rules: Ruleset, records: Sequence[Record]) -> Stats:
    """The numbers of a match of whole rallies. Raises ValueError for a record that breaks a rule."""
    rallies: list[RallyStats] = []
    fastest: Fastest | None = None
    for (record, events), shift_ms in zip(played := _played(rules, records), _shifts(rules, played), strict=True):
        point = events[-1]
        assert isinstance(point, Point)
        hits = [event for event in events if isinstance(event, Hit)]
        serve_ms = unpack(record["opening"]).ball.t0 + shift_ms
        number = len(rallies) + 1
        rallies.append(RallyStats(number, point.side, point.a, point.b, len(hits), serve_ms, point.t + shift_ms))
        for hit in hits:
            speed = _speed(rules, hit)
            if fastest is None or (speed.along_px_s, speed.seen_px_s) > (fastest.along_px_s, fastest.seen_px_s):
                fastest = speed
    return Stats(
        tuple(rallies),
        sum(rally.hits for rally in rallies),
        max(rallies, key=lambda rally: rally.hits, default=None),
        fastest,
        sum(rally.point_ms - rally.serve_ms for rally in rallies),
        rallies[-1].point_ms if rallies else 0,
        ((0, 0, 0), *((rally.point_ms, rally.a, rally.b) for rally in rallies)),
    )


def _played(rules: Ruleset, records: Sequence[Record]) -> list[tuple[Record, list[Hit | Point]]]:
    played = []
    for number, record in enumerate(records, 1):
        events, _ = replay(rules, record)
        if not events or not isinstance(events[-1], Point):
            raise ValueError(f"rally {number}: expected a point at its end, came {len(events)} arrivals without one")
        played.append((record, events))
    return played


def _shifts(rules: Ruleset, played: Sequence[tuple[Record, list[Hit | Point]]]) -> list[int]:
    """What is to be added to the times of each rally, ms."""
    shifts: list[int] = []
    epoch = point_ms = shift_ms = 0
    for record, events in played:
        serve_ms = unpack(record["opening"]).ball.t0
        if not shifts:
            shift_ms = -serve_ms
        elif record["epoch"] != epoch:
            shift_ms = point_ms + rules.serve_pause_ms - serve_ms
        shifts.append(shift_ms)
        epoch, point_ms = record["epoch"], events[-1].t + shift_ms
    return shifts


def _speed(rules: Ruleset, hit: Hit) -> Fastest:
    """How fast the ball left: mpx/ms is px/s."""
    crossing_ms = hit.t1 - hit.t0
    along = (rules.width - 2 * rules.plane) // crossing_ms
    return Fastest(along, isqrt(along * along + hit.vy * hit.vy), crossing_ms)
