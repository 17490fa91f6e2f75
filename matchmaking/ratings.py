"""Ratings as rows: changed in the transaction of the result."""

import functools
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from game.models import Match
from matchmaking import glicko
from matchmaking.models import Rating
from realtime.clock import wall_ms
from realtime.compiled import First

RATED_ORIGINS = (Match.Origin.QUEUE, Match.Origin.REMATCH, Match.Origin.TOURNAMENT)
RATED_REASONS = (Match.Reason.POINTS, Match.Reason.RESIGNED, Match.Reason.LEFT)


def current(user: User, points: int) -> glicko.Rating:
    """What is known of this user's strength now."""
    row = _of(points)(user.pk)
    return aged(row.glicko, row.at_ms, wall_ms()) if row else glicko.Rating()


@functools.cache
def _of(points: int) -> First[Rating]:
    return First(lambda user_id: Rating.objects.filter(user=user_id, points=points), -1)


def rated(points: int) -> QuerySet[Match]:
    """The matches of one queue's kind that may have been rated, from the first to end to the last."""
    played = Match.objects.filter(ruleset__points=points, winner__isnull=False)
    counted = played.filter(origin__in=RATED_ORIGINS, reason__in=RATED_REASONS)
    return counted.order_by("finished_ms", "pk").prefetch_related("seats__user")


def ranked(match: Match) -> tuple[User, User] | None:
    """Winner and loser, if two claimed accounts (not one, at one screen) played the plain game, and so it counts."""
    if match.winner is None or match.origin not in RATED_ORIGINS or match.reason not in RATED_REASONS:
        return None
    if match.choice is None or not match.choice.plain:
        return None
    left, right = (seat.user for seat in match.seats.all())
    if left is None or right is None or not (left.is_claimed and right.is_claimed) or left == right:
        return None
    return (left, right) if match.winner == 0 else (right, left)


def on_match_finished(match: Match, **_: Any) -> None:
    """Rate a match of two claimed accounts that was played."""
    pair = ranked(match)
    if pair is None:
        return
    now_ms = match.finished_ms or wall_ms()  # the result's own time: so the results alone give the ratings again
    # Locked in the order of their numbers, so that two results cannot wait for each other.
    rows = {}
    for user in sorted(pair, key=lambda user: user.pk):
        Rating.objects.get_or_create(user=user, points=match.points, defaults={"at_ms": now_ms})
        rows[user.pk] = Rating.objects.select_for_update().get(user=user, points=match.points)
    winner, loser = (rows[user.pk] for user in pair)
    before = [aged(row.glicko, row.at_ms, now_ms) for row in (winner, loser)]
    for row, after in zip((winner, loser), glicko.after_match(before[0], before[1]), strict=True):
        row.value, row.deviation, row.volatility, row.at_ms = after.value, after.deviation, after.volatility, now_ms
        row.save()


def aged(rating: glicko.Rating, at_ms: int, now_ms: int) -> glicko.Rating:
    """A rating of ``at_ms`` now: the clocks of two machines may differ a little."""
    return glicko.after_time_away(rating, max(now_ms - at_ms, 0))
