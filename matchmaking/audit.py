"""Audit of queues and ratings: nobody's ticket waits for a match that is over; ratings are what the results give."""

from django.db import transaction

from game.models import Match
from matchmaking import glicko, ratings, tickets
from matchmaking.models import Rating, Ticket
from realtime.audit import Difference

# Points. A rating that is recomputed is the same arithmetic again: all that differs are clocks of several machines.
TOLERANCE = 0.01


def look(*, repair: bool) -> list[Difference]:
    """The differences in tickets. Ratings are looked at by whoever wants to (``look_at_ratings``)."""
    stale = Ticket.objects.filter(match__phase=Match.Phase.OVER).values_list("pk", flat=True)
    return [difference for pk in list(stale) for difference in _look_again(pk, repair)]


def _look_again(pk: int, repair: bool) -> list[Difference]:
    """Under the lock of the ticket, which the end of its match changes in the transaction of the result.

    Who did not come is not known any more: whose match was aborted is given the benefit of the doubt.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        match = Match.objects.filter(pk=ticket.match_id or 0, phase=Match.Phase.OVER).first() if ticket else None
        if ticket is None or match is None:
            return []
        back = match.origin == Match.Origin.QUEUE and match.reason == Match.Reason.ABORTED
        if repair:
            tickets.let_go(ticket, back)
        expected = "one that waits again" if back else "none any more"
        return [Difference(f"ticket of user {ticket.user_id}", expected, f"one for {match}, which is over", repair)]


def recompute(points: int) -> dict[int, glicko.Rating]:
    """The ratings under one ruleset that the results give, from the first to the last, by user.

    Who has claimed their account since is taken to have had it then, and whose account is gone is nobody: both make
    this no judge of every platform's ratings.
    """
    rated: dict[int, tuple[glicko.Rating, int]] = {}  # with the instant (wall time, ms) it is of
    for match in ratings.rated(points):
        pair = ratings.ranked(match)
        now_ms = match.finished_ms
        if pair is None or now_ms is None:
            continue
        winner, loser = (ratings.aged(*rated.get(user.pk, (glicko.Rating(), now_ms)), now_ms) for user in pair)
        for user, after in zip(pair, glicko.after_match(winner, loser), strict=True):
            rated[user.pk] = after, now_ms
    return {user: rating for user, (rating, _) in rated.items()}


def look_at_ratings(points: int) -> list[Difference]:
    """Where a rating is not what the results give. Nothing is repaired: see ``recompute``."""
    expected = recompute(points)
    came = {rating.user_id: rating.glicko for rating in Rating.objects.filter(points=points)}
    return [
        Difference(f"rating of user {user} to {points}", _shown(expected.get(user)), _shown(came.get(user)))
        for user in sorted(expected.keys() | came.keys())
        if not _same(expected.get(user), came.get(user))
    ]


def _same(one: glicko.Rating | None, other: glicko.Rating | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one.value - other.value) < TOLERANCE and abs(one.deviation - other.deviation) < TOLERANCE


def _shown(rating: glicko.Rating | None) -> str:
    return "none" if rating is None else f"{rating.value:.2f} ± {rating.deviation:.2f}"
