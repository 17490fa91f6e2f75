"""Calling: what the director does, as rows. Every pairing that can be played becomes a match."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
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
from tournaments.board import Board, round_name
from tournaments.formats.pairing import Pairing
from tournaments.models import Call, Entrant, Tournament
from tournaments.writing import Writing, room_name, writing

BOT_READY_MS = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """What one look at a tournament gave."""

    running: bool
    next_due_ms: int | None  # wall time at which somebody's rest is over
    in_the_way: list[int]  # matches to be ended first: those called play them meanwhile


def lease(tournament_id: int) -> str:
    """What a running tournament is called in leases."""
    return f"tournament.{tournament_id}"


def step(tournament_id: int, epoch: int) -> Step:
    """Call every pairing whose two are free and rested. Who is in another match is waited for. What is over needs no
    lease any more. Raises LostLeaseError.
    """
    with writing(tournament_id) as pen:
        if pen.state.phase != "running":
            hosting.forget(lease(tournament_id))
            return Step(False, None, [])
        hosting.check(lease(tournament_id), epoch)
        return _step(pen)


def adopt(tournament_id: int, only: bool) -> int | None:
    """Take the lease of a running tournament if its host is gone; whoever has it, if this is the ``only`` process."""
    room = lease(tournament_id)
    with transaction.atomic():
        epoch = hosting.claim(room, take_over=True) if only else hosting.claim_orphan(room)
        if epoch is not None and not Tournament.objects.filter(pk=tournament_id, phase=Tournament.Phase.RUNNING):
            hosting.forget(room)
            return None
        return epoch


def _step(pen: Writing) -> Step:
    board = Board(pen.tournament, pen.state)
    due: list[int] = []
    in_the_way: list[int] = []
    for pairing in pen.state.playable():
        if pairing.id in board.calls:
            continue
        entrants = [board.entrants[id] for id in pairing.entrants]
        users = [entrant.user for entrant in entrants if entrant.user is not None]
        held = Seat.objects.filter(holder__in=users)
        if held.exclude(match__origin__in=tickets.MEANWHILE).exists():
            continue  # the end of that match is a nudge
        elif (rested_ms := _rested_ms(pen.tournament, users)) > wall_ms():
            due.append(rested_ms)
        elif meanwhile := list(held.values_list("match_id", flat=True)):
            in_the_way += meanwhile  # ended only now that nothing else is waited for
        else:
            _call(pen, board, pairing, entrants)
    return Step(True, min(due, default=None), in_the_way)


def running() -> list[int]:
    return list(Tournament.objects.filter(phase=Tournament.Phase.RUNNING).values_list("pk", flat=True))


def _rested_ms(tournament: Tournament, users: list[User]) -> int:
    """When all of them have rested since their last match of this tournament. Programs need no rest."""
    people = [user for user in users if not user.is_bot]
    played = Match.objects.filter(call__tournament=tournament, seats__user__in=people, started_ms__isnull=False)
    last = played.order_by("-finished_ms").values_list("finished_ms", flat=True).first()
    return (last or 0) + settings.REST_S * 1000 if last else 0


def _call(pen: Writing, board: Board, pairing: Pairing, entrants: list[Entrant]) -> None:
    tournament = pen.tournament
    round = next(r for r in pen.state.rounds() if pairing in r.pairings)
    title = f"{tournament.name} · {round_name(round)}"
    people = any(entrant.user is not None for entrant in entrants)
    players = [_player(entrant, tournament.points) for entrant in entrants]
    try:
        match = matches.call(
            players,
            rules=tournament.choice.rules(),
            origin=Match.Origin.TOURNAMENT,
            ready_ms=settings.READY_TOURNAMENT_S * 1000 if people else BOT_READY_MS,
            title=title,
            url=tournament.get_absolute_url(),
        )
    except BusyError:
        return  # sat down elsewhere in this very moment; the end of that match is a nudge
    Call.objects.create(tournament=tournament, pairing=pairing.id, match=match)
    pen.note("called", pairing.id, match=match.pk)
    key = room_name(tournament.pk)
    lines.announce(
        key,
        Line.Kind.ROUND,
        _("%(round)s: play begins.") % {"round": round_name(round)},
        subject=f"{key}:{'round' if round.section == 'main' else round.section}:{round.number}",
    )
    for entrant, opponent in (entrants, reversed(entrants)):
        if entrant.user is None:
            continue
        tickets.withdraw(entrant.user)
        text = _("Your next match: against %(opponent)s (%(title)s).") % {"opponent": opponent.name, "title": title}
        url = match.get_absolute_url()
        subject = f"{key}:{tournament.n}:call:{entrant.user_id}"
        lines.announce(key, Line.Kind.CALL, text, subject=subject, url=url, person=entrant.user)
        process.on_commit(personal.notify, entrant.user.pk, "call", text, url)


def _player(entrant: Entrant, points: int) -> Player:
    user = entrant.user
    rating = round(ratings.current(user, points).value) if user is not None and user.is_claimed else None
    return Player(entrant.name, user, entrant.bot, rating)
