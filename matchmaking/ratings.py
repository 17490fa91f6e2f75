"""Ratings as rows: changed in the transaction of the result."""

from typing import Any

from accounts.models import User
from game.models import Match
from matchmaking import glicko
from matchmaking.models import Rating
from realtime.clock import wall_ms

RATED_ORIGINS = (Match.Origin.QUEUE, Match.Origin.REMATCH, Match.Origin.TOURNAMENT)
RATED_REASONS = (Match.Reason.POINTS, Match.Reason.RESIGNED, Match.Reason.LEFT)


def current(user: User, points: int) -> glicko.Rating:
    """What is known of this user's strength now."""
    row = Rating.objects.filter(user=user, points=points).first()
    return _aged(row) if row else glicko.Rating()


def on_match_finished(match: Match, **_: Any) -> None:
    """Rate a match of two claimed accounts that was played."""
    if match.winner is None or match.origin not in RATED_ORIGINS or match.reason not in RATED_REASONS:
        return
    seats = list(match.seats.select_related("user"))
    users = [seat.user for seat in (seats[match.winner], seats[1 - match.winner]) if seat.user is not None]
    if len(users) < 2 or not all(user.is_claimed for user in users):
        return
    now_ms = wall_ms()
    # Locked in the order of their numbers, so that two results cannot wait for each other.
    rows = {}
    for user in sorted(users, key=lambda user: user.pk):
        Rating.objects.get_or_create(user=user, points=match.points, defaults={"at_ms": now_ms})
        rows[user.pk] = Rating.objects.select_for_update().get(user=user, points=match.points)
    winner, loser = (rows[user.pk] for user in users)
    for row, rated in zip((winner, loser), glicko.after_match(_aged(winner), _aged(loser)), strict=True):
        row.value, row.deviation, row.volatility, row.at_ms = rated.value, rated.deviation, rated.volatility, now_ms
        row.save()


def _aged(row: Rating) -> glicko.Rating:
    return glicko.after_time_away(row.glicko, max(wall_ms() - row.at_ms, 0))
