"""Calling: what the director does, as rows. Every pairing that can be played becomes a match."""

import contextlib
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
from game.models import Match, Seat
from matchmaking import personal, ratings, tickets
from realtime import hosting, process
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments import starting
from tournaments.board import Board, round_name
from tournaments.formats.events import RoundDrawn
from tournaments.formats.pairing import Pairing
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Call, Entrant, Tournament
from tournaments.writing import Writing, room_name, writing

BOT_READY_MS = 1_000


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
        to_end = _moot(pen)
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
        due, in_the_way = _call_all(pen)
        return Step(True, due, to_end + in_the_way)


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
    waits = tournament.phase in (Tournament.Phase.OPEN, Tournament.Phase.CHECK_IN) and tournament.starts_ms is not None
    return waits or tournament.phase == Tournament.Phase.RUNNING


DIRECTED = Q(phase=Tournament.Phase.RUNNING) | Q(
    phase__in=(Tournament.Phase.OPEN, Tournament.Phase.CHECK_IN), starts_ms__isnull=False
)


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


def _moot(pen: Writing) -> list[int]:
    return [call.match_id for call in open_calls(pen.tournament) if stands(pen.state, call) is None]


@dataclass(frozen=True, slots=True)
class Wait:
    """What two who could play wait for. Nothing: they are called at the next look."""

    elsewhere: tuple[int, ...]  # users in other matches, which are waited for
    rested_ms: int | None  # wall time at which all of them have rested, if they have not
    in_the_way: tuple[int, ...]  # matches that are ended for this one, once nothing else is waited for


def wait(tournament: Tournament, entrants: list[Entrant]) -> Wait:
    """What these two of a tournament wait for."""
    users = _holders(tournament, entrants)
    held = Seat.objects.filter(holder__in=users)
    elsewhere = held.exclude(match__origin__in=tickets.MEANWHILE).values_list("holder_id", flat=True)
    rested_ms = _rested_ms(tournament, users)
    return Wait(
        tuple(user for user in elsewhere if user is not None),
        rested_ms if rested_ms > wall_ms() else None,
        tuple(held.filter(match__origin__in=tickets.MEANWHILE).values_list("match_id", flat=True)),
    )


def _call_all(pen: Writing) -> tuple[int | None, list[int]]:
    """Call what can be called. Gives when somebody's rest is over, and the matches that are in the way."""
    board = Board(pen.tournament, pen.state)
    under_way = set(open_calls(pen.tournament).values_list("pairing", flat=True))
    due: list[int] = []
    in_the_way: list[int] = []
    for pairing in pen.state.playable():
        if pairing.id in under_way:
            continue
        entrants = [board.entrants[pairing.entrants[slot - 1]] for slot in pairing.sides]
        waits = wait(pen.tournament, entrants)
        if waits.elsewhere:
            continue  # the end of that match is a nudge
        elif waits.rested_ms is not None:
            due.append(waits.rested_ms)
        elif waits.in_the_way:
            in_the_way += waits.in_the_way  # ended only now that nothing else is waited for
        else:
            _call(pen, pairing, entrants)
    return min(due, default=None), in_the_way


def _holders(tournament: Tournament, entrants: list[Entrant]) -> list[User]:
    """Who must be free for these two to play: themselves, or who holds the screen at which they do."""
    if tournament.hot_seat:
        return [tournament.organiser] if tournament.organiser is not None else []
    return [entrant.user for entrant in entrants if entrant.user is not None]


def _rested_ms(tournament: Tournament, users: list[User]) -> int:
    """When all of them have rested since their last match of this tournament. Programs need no rest."""
    people = [user for user in users if not user.is_bot]
    played = Match.objects.filter(call__tournament=tournament, seats__user__in=people, started_ms__isnull=False)
    last = played.order_by("-finished_ms").values_list("finished_ms", flat=True).first()
    rest_s = settings.REST_HOT_SEAT_S if tournament.hot_seat else settings.REST_S
    return int(last) + rest_s * 1000 if last else 0


def _call(pen: Writing, pairing: Pairing, entrants: list[Entrant]) -> None:
    tournament = pen.tournament
    round = next(r for r in pen.state.rounds() if pairing in r.pairings)
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
        return  # sat down elsewhere in this very moment; the end of that match is a nudge
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
