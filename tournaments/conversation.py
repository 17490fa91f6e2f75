"""The conversation of a tournament: everybody may read and write."""

from chat.conversations import Policy
from tournaments.models import Tournament


def find(tournament_id: int) -> Policy | None:
    tournament = Tournament.objects.filter(pk=tournament_id).first()
    return Policy(tournament.name) if tournament else None
