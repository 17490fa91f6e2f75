"""Who of a tournament's entrants is free to play now, and what the others wait for: asked once for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max

from accounts.models import User
from game.models import Match, Seat
from matchmaking import tickets
from realtime.clock import wall_ms
from tournaments.models import Entrant, Tournament


@dataclass(frozen=True, slots=True)
class Wait:
    """What those who could play wait for. Nothing: they are called at the next look."""

    elsewhere: tuple[int, ...]  # users in other matches, which are waited for
    rested_ms: int | None  # wall time at which all of them have rested, if they have not
    in_the_way: tuple[int, ...]  # matches that are ended for this one, once nothing else is waited for


class Free:
    """What these entrants wait for, at this instant."""

    def __init__(self, tournament: Tournament, ids: Iterable[int]) -> None:
        self._tournament = tournament
        self.entrants: dict[int, Entrant] = tournament.entrants.select_related("user").in_bulk(list(ids))
        users = {user for id in self.entrants for user in self.holders([id])}
        self._held: dict[int | None, list[tuple[int, str]]] = {}
        for holder, match, origin in Seat.objects.filter(holder__in=users).values_list(
            "holder_id", "match_id", "match__origin"
        ):
            self._held.setdefault(holder, []).append((match, origin))
        self._rested_ms = self._resting([user for user in users if not user.is_bot])

    def wait(self, ids: Iterable[int]) -> Wait:
        """What these wait for, who are to play."""
        users = self.holders(ids)
        held = [(user.pk, match, origin) for user in users for match, origin in self._held.get(user.pk, ())]
        return Wait(
            tuple(user for user, _, origin in held if origin not in tickets.MEANWHILE),
            max((self._rested_ms[user.pk] for user in users if user.pk in self._rested_ms), default=None),
            tuple(match for _, match, origin in held if origin in tickets.MEANWHILE),
        )

    def holders(self, ids: Iterable[int]) -> list[User]:
        """Who must be free for these to play: themselves, or who holds the screen at which they do."""
        entrants = [self.entrants[id] for id in ids]
        if not self._tournament.hot_seat:
            return [entrant.user for entrant in entrants if entrant.user is not None]
        organiser = self._tournament.organiser
        return [organiser] if organiser is not None and not all(entrant.bot for entrant in entrants) else []

    def _resting(self, users: list[User]) -> dict[int, int]:
        """When those of them who rest since their last match of this tournament have rested. Programs need no rest."""
        now_ms, rest_ms = wall_ms(), _rest_ms(self._tournament)
        played = Match.objects.filter(call__tournament=self._tournament, started_ms__isnull=False)
        last = played.filter(finished_ms__gt=now_ms - rest_ms, seats__user__in=users)
        return {user: ms + rest_ms for user, ms in last.values_list("seats__user").annotate(Max("finished_ms"))}


def _rest_ms(tournament: Tournament) -> int:
    """How long people rest between two matches."""
    if tournament.hot_seat:
        return int(settings.REST_HOT_SEAT_S) * 1000
    return int(settings.REST_ARENA_S if tournament.format == "arena" else settings.REST_S) * 1000
