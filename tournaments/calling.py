"""Calling: what the director does, as rows. Every pairing that can be played becomes a match."""

import contextlib
from collections.abc import Set
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from chat import lines
from chat.models import Line
from game import matches
from game.matches import BusyError, Player
from game.models import Match
from matchmaking import personal, ratings, tickets
from realtime import hosting, process
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments import arena_directing, starting
from tournaments.board import round_name
from tournaments.formats.events import RoundDrawn
from tournaments.formats.pairing import Pairing
from tournaments.formats.tournament import Tournament as State
from tournaments.free import Free
from tournaments.models import ENTERING, Call, Entrant, Tournament
from tournaments.writing import Writing, room_name, writing

BOT_READY_MS = 1_000
AT_ONCE = 32  # matches called in one transaction


@dataclass(frozen=True, slots=True)
class Step:
    """What one look at a tournament gave."""

    directed: bool  # goes on being
    next_due_ms: int | None  # wall time at which there is something to do again
    to_end: list[int]  # matches to be ended first: their pairing is not theirs any more, or their players are called
    round_due: State | None = None  # the tournament, if its next round is to be drawn


def lease(tournament_id: int) -> str:
    """What a running tournament is called in leases."""
    return f"tournament.{tournament_id}"


def step(tournament_id: int, epoch: int) -> Step:
    """Do what is due: open the check-in, start at the time set, call every pairing whose two are free and rested. Who
    is in another match is waited for. What is over needs no lease any more. Raises LostLeaseError.
    """
    with writing(tournament_id) as pen:
        calls = list(open_calls(pen.tournament))
        to_end = [call.match_id for call in calls if stands(pen.state, call) is None]
        if not is_directed(pen.tournament):
            hosting.forget(lease(tournament_id))
            return Step(False, None, to_end)
        hosting.check(lease(tournament_id), epoch)
        if pen.state.phase == "open":
            return Step(True, starting.look(pen), [])
        if pen.tournament.paused:
            return Step(True, None, to_end)
        if pen.state.round_due is not None:
            return Step(True, None, to_end, pen.state)
        arena_due = arena_directing.look(pen)
        due, in_the_way = _call_all(pen, {call.pairing for call in calls})
        dues = [ms for ms in (due, arena_due) if ms is not None]
        return Step(True, min(dues, default=None), to_end + in_the_way)


def draw_round(tournament_id: int, epoch: int, event: RoundDrawn) -> None:
    """Enter a round that was drawn for a state of the tournament; it is not taken if that is not the state any more.
    Raises LostLeaseError.
    """
    with writing(tournament_id) as pen:
        hosting.check(lease(tournament_id), epoch)
        with contextlib.suppress(Refused):  # somebody dropped or came meanwhile: it is drawn again
            pen.append(event)


def directed() -> list[int]:
    """The tournaments that need a director: they run, or start at a time that is set."""
    return list(Tournament.objects.filter(DIRECTED).values_list("pk", flat=True))


def is_directed(tournament: Tournament) -> bool:
    waits = tournament.phase in ENTERING and tournament.starts_ms is not None
    return waits or tournament.phase == Tournament.Phase.RUNNING


DIRECTED = Q(phase=Tournament.Phase.RUNNING) | Q(phase__in=ENTERING, starts_ms__isnull=False)


def adopt(tournament_id: int, only: bool) -> int | None:
    """Take the lease of a tournament if its host is gone; whoever has it, if this is the ``only`` process."""
    room = lease(tournament_id)
    with transaction.atomic():
        epoch = hosting.claim(room, take_over=True) if only else hosting.claim_orphan(room)
        if epoch is not None and not Tournament.objects.filter(DIRECTED, pk=tournament_id):
            hosting.forget(room)
            return None
        return epoch


def stands(state: State, call: Call) -> Pairing | None:
    """The pairing that a call's match decides; None if it has been decided, or is between others now."""
    pairing = state.pairings.get(call.pairing)
    if state.phase != "running" or pairing is None or pairing.state != "playable":
        return None
    return pairing if {call.left, call.right} == set(pairing.entrants) else None


def open_calls(tournament: Tournament) -> QuerySet[Call]:
    """The calls whose match is not over."""
    return tournament.calls.filter(entered=None)


def _call_all(pen: Writing, under_way: Set[str]) -> tuple[int | None, list[int]]:
    """Call what can be called, some at a time: a large round must not keep the database from those who play. Gives
    when there is more to do, and the matches that are in the way.
    """
    waiting = [pairing for pairing in pen.state.playable() if pairing.id not in under_way]
    if not waiting:
        return None, []
    free = Free(pen.tournament, {entrant for pairing in waiting for entrant in pairing.entrants})
    due: list[int] = []
    in_the_way: list[int] = []
    seated: set[User] = set()
    called = 0
    for pairing in waiting:
        wait, holders = free.wait(pairing.entrants), free.holders(pairing.entrants)
        if wait.elsewhere or seated.intersection(holders):
            continue  # the end of that match is a nudge
        elif wait.rested_ms is not None:
            due.append(wait.rested_ms)
        elif wait.in_the_way:
            in_the_way += wait.in_the_way  # ended only now that nothing else is waited for
        elif called == AT_ONCE:
            due.append(wall_ms())
            break
        elif _call(pen, pairing, [free.entrants[pairing.entrants[slot - 1]] for slot in pairing.sides]):
            seated.update(holders)
            called += 1
    return min(due, default=None), in_the_way


def _call(pen: Writing, pairing: Pairing, entrants: list[Entrant]) -> bool:
    """Call these two, left and right. False: one of them has sat down elsewhere in this very moment."""
    tournament = pen.tournament
    round = pen.state.round_of(pairing.id)
    title = f"{tournament.name} · {round_name(round)}"
    try:
        match = matches.call(
            [_player(entrant, tournament) for entrant in entrants],
            rules=tournament.choice.rules(),
            origin=Match.Origin.TOURNAMENT,
            ready_ms=_ready_ms(tournament, entrants),
            title=title,
            url=tournament.get_absolute_url(),
        )
    except BusyError:
        return False  # the end of that match is a nudge
    left, right = (entrant.pk for entrant in entrants)
    Call.objects.create(tournament=tournament, pairing=pairing.id, match=match, left=left, right=right)
    pen.note("called", pairing=pairing.id, match=match.pk)
    key = room_name(tournament.pk)
    lines.announce(
        key,
        Line.Kind.ROUND,
        _("%(round)s: play begins.") % {"round": round_name(round)},
        subject=f"{key}:{'round' if round.section == 'main' else round.section}:{round.number}",
    )
    if tournament.hot_seat:
        _notify_screen(tournament, match, entrants)
    for entrant, opponent in (entrants, reversed(entrants)):
        if entrant.user is None:
            continue
        tickets.withdraw(entrant.user)
        text = _("Your next match: against %(opponent)s (%(title)s).") % {"opponent": opponent.name, "title": title}
        url = match.get_absolute_url()
        subject = f"{key}:{tournament.n}:call:{entrant.user_id}"
        lines.announce(key, Line.Kind.CALL, text, subject=subject, url=url, person=entrant.user)
        process.on_commit(personal.notify, entrant.user.pk, "call", text, url)
    return True


def _notify_screen(tournament: Tournament, match: Match, entrants: list[Entrant]) -> None:
    """Whoever holds the screen is told whose turn it is."""
    if tournament.organiser is not None:
        tickets.withdraw(tournament.organiser)
        names = {"left": entrants[0].name, "right": entrants[1].name}
        text = _("Next at this screen: %(left)s against %(right)s.") % names
        process.on_commit(personal.notify, tournament.organiser.pk, "call", text, match.get_absolute_url())


def _player(entrant: Entrant, tournament: Tournament) -> Player:
    user = tournament.organiser if tournament.hot_seat and not entrant.bot else entrant.user
    rated = user is not None and user.is_claimed and not tournament.hot_seat
    rating = round(ratings.current(user, tournament.points).value) if user is not None and rated else None
    return Player(entrant.name, user, entrant.bot, rating)


def _ready_ms(tournament: Tournament, entrants: list[Entrant]) -> int:
    """How long whoever is called may take to come."""
    if tournament.hot_seat and any(not entrant.bot for entrant in entrants):
        return int(settings.READY_HOT_SEAT_S) * 1000
    people = any(entrant.user is not None for entrant in entrants)
    return int(settings.READY_TOURNAMENT_S) * 1000 if people else BOT_READY_MS
