"""The conversation of a match: everybody may read and write."""

from chat.conversations import Policy
from game.models import Match


def find(match_id: int) -> Policy | None:
    match = Match.objects.filter(pk=match_id).prefetch_related("seats").first()
    return Policy(title_of(match)) if match else None


def title_of(match: Match) -> str:
    """ "Ann - Bob"."""
    return " - ".join(seat.name for seat in match.seats.all())
