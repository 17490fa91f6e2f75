"""What concerns one person, on whatever page they are: their ticket, the match they are called to, notices."""

import json
from typing import Any

from accounts.models import User
from game import matches
from game.models import Match
from matchmaking import ratings, tickets
from matchmaking.models import Ticket
from realtime import rooms
from realtime.clock import wall_ms
from realtime.compiled import First

NOTICE = "notice:"

_waiting = First(lambda user_id: Ticket.objects.filter(user=user_id, match__isnull=True), -1)


def state(user: User | None) -> dict[str, Any]:
    """The whole of it, as the wire has it (see docs/protocol.md): small, so it is sent anew each time it changes."""
    shown: dict[str, Any] = {"type": "you", "user": None, "ticket": None, "match": None, "now_ms": wall_ms()}
    if user is None:
        return shown
    rating = round(ratings.current(user, 11).value) if user.is_claimed else None
    shown["user"] = {"id": user.pk, "name": user.name, "guest": user.is_guest, "rating": rating}
    ticket = _waiting(user.pk)
    if ticket is not None:
        shown["ticket"] = {
            "points": ticket.points,
            "joined_ms": ticket.joined_ms,
            "estimate_ms": None,
            "ping_ms": ticket.ping_ms,
            "max_ping_ms": ticket.max_ping_ms,
            "above_limit": tickets.above_limit(ticket),
        }
    match = matches.holding(user)
    if match is not None:
        shown["match"] = _match(match, user)
    return shown


def notify(user_id: int, kind: str, text: str, url: str) -> None:
    """Show a toast on every page this user has open. In the server's loop (``process.on_commit``)."""
    rooms.ring(f"user.{user_id}", NOTICE + json.dumps({"type": "notice", "kind": kind, "text": text, "url": url}))


def _match(match: Match, user: User) -> dict[str, Any]:
    seats = list(match.seats.all())
    side = next(seat.side for seat in seats if seat.user_id == user.pk)
    pings = dict(Ticket.objects.filter(match=match).values_list("user_id", "ping_ms"))  # those of the queue
    return {
        "id": match.pk,
        "url": match.get_absolute_url(),
        "phase": match.phase,
        "side": side,
        "opponent": seats[1 - side].name,
        "pings": [pings.get(seat.user_id or 0) for seat in seats],
        "title": match.title,
        "origin": match.origin,
        "ready_by_ms": match.ready_by_ms,
    }
