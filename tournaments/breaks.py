"""Breaks: what entrants of an arena say of themselves while it runs. Use cases, each one transaction."""

from accounts.models import User
from realtime.wire import Refused
from tournaments import director
from tournaments.formats.events import Rested, Returned
from tournaments.writing import Writing, writing


def rest(user: User, tournament_id: int) -> None:
    """Take a break: not be put together with anybody from now on. A match under way is played.

    Refused: ``wrong_phase``, ``not_entered``, ``rest`` (who has one already), ``format`` (other than an arena).
    """
    with writing(tournament_id) as pen:
        pen.append(Rested(_entrant(pen, user)))


def come_back(user: User, tournament_id: int) -> None:
    """End one's break. Refused as `rest`, with ``rest`` for who has none."""
    with writing(tournament_id) as pen:
        pen.append(Returned(_entrant(pen, user)))
        director.direct(pen.tournament)


def _entrant(pen: Writing, user: User) -> int:
    entrant = pen.tournament.entrants.filter(user=user).first()
    if entrant is None or entrant.pk not in pen.state.entrants:
        raise Refused("not_entered", "somebody who has entered", user.name)
    return entrant.pk
