"""The score of every match under way, point by point, for all who look at its tournament.

It is no entry of the log, and has no number: what the match comes to is its result. Who misses a point sees it with the
next one, or with the next fragment.
"""

from functools import lru_cache
from typing import Any

from realtime import process, rooms
from tournaments import log
from tournaments.models import Call
from tournaments.writing import room_name

REMEMBERED = 4096  # matches of which it is known whether they belong to a tournament


def on_rally_added(match_id: int, a: int, b: int, **_: Any) -> None:
    """Inside the transaction of a point."""
    found = _pairing_of(match_id)
    if found is None:
        return
    tournament_id, pairing, turned = found
    score = (b, a) if turned else (a, b)
    message = {"type": "score", "pairing": pairing, "match": match_id, "score": score}
    process.on_commit(rooms.publish, room_name(tournament_id), rooms.UNNUMBERED, message)


@lru_cache(REMEMBERED)
def _pairing_of(match_id: int) -> tuple[int, str, bool] | None:
    """The tournament and pairing that a match belongs to, and whether its left seat is the pairing's lower slot; None
    if it belongs to none. That never changes once a match is called."""
    call = Call.objects.select_related("tournament").filter(match=match_id).first()
    if call is None:
        return None
    pairing = log.state(call.tournament).pairings.get(call.pairing)
    return call.tournament_id, call.pairing, pairing is not None and call.is_turned(pairing)
