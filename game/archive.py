"""Matches that are over and hosted by nobody, as their rows have them."""

from typing import Any

from game import matches
from game.models import Match
from game.pong import court
from game.pong.rally import pack, resume


def snapshot(match_id: int) -> list[Any] | None:
    """The snapshot of a match that is over ([7, n, now, match]), or None if there is none."""
    match = Match.objects.filter(pk=match_id).prefetch_related("seats").first()
    if match is None:
        return None
    rules = court.from_dict(match.ruleset)
    # Where everything stands still: paddles in the middle, the ball at its place.
    still = pack(resume(rules, 0, 0, match.seed, 0))
    still[-3:-1] = [match.a, match.b]
    shown = {
        "id": match.pk,
        "phase": "over",
        "ruleset": match.ruleset,
        "seats": [
            {"name": seat.name, "user": seat.user_id, "bot": seat.bot or None, "rating": seat.rating}
            for seat in match.seats.all()
        ],
        "state": still,
        "presence": {
            "present": [False, False],
            "watching": 0,
            "names": [],
            "until": None,
            "serve": None,
            "away": [0, 0],
            "pings": [None, None],
            "phase": "over",
        },
        "result": matches.result(match),
        "offer": None,
    }
    return [7, 0, 0, shown]
