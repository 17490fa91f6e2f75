"""Seeding: in which order the entrants are drawn, and listed before."""

import random

from matchmaking import ratings
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Tournament

UNRATED = 1500.0


def order(tournament: Tournament, state: State, by: str = "") -> tuple[int, ...]:
    """The entrants by seed, as the tournament wants it, or ``by`` another of its ways. Equals stay as they entered."""
    entered = tuple(state.entrants)
    match by or tournament.seeding:
        case Tournament.Seeding.RANDOM:
            return tuple(random.SystemRandom().sample(entered, len(entered)))
        case Tournament.Seeding.HAND:
            return shown_order(tournament, state)
        case Tournament.Seeding.RATING:
            strengths = _strengths(tournament, state)
            return tuple(sorted(entered, key=lambda entrant: strengths[entrant], reverse=True))
    return entered


def shown_order(tournament: Tournament, state: State) -> tuple[int, ...]:
    """The entrants before the draw as lists have them: by hand where that seeds them, else as they entered. Who came
    after the last order stands behind it.
    """
    if tournament.seeding != Tournament.Seeding.HAND:
        return tuple(state.entrants)
    last = len(state.entrants) + 1
    seeds = {pk: seed or last for pk, seed in tournament.entrants.values_list("pk", "seed")}
    return tuple(sorted(state.entrants, key=lambda entrant: seeds.get(entrant, last)))


def _strengths(tournament: Tournament, state: State) -> dict[int, float]:
    users = {e.pk: e.user for e in tournament.entrants.select_related("user") if e.pk in state.entrants}
    return {
        entrant: ratings.current(user, tournament.points).value if user is not None and user.is_claimed else UNRATED
        for entrant, user in users.items()
    }
