"""Tickets as rows: taken, given back, turned into matches. Use cases, each one transaction."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from msgspec import UNSET, UnsetType

from accounts.limits import set_max_ping
from accounts.models import User
from game import matches
from game.matches import POINTS, BusyError, Player
from game.models import Match, Seat
from game.pong.court import Choice
from matchmaking import pairing, ratings
from matchmaking.models import Ticket
from realtime import hosting, process, rooms
from realtime.clock import wall_ms
from realtime.wire import Refused

ABORTED_APART_MS = 3_600_000  # a pair whose match was aborted does not meet again for so long
# What one may do while waiting: it ends without a result when an opponent is found.
MEANWHILE = (Match.Origin.BOT, Match.Origin.HOTSEAT)

# Sent in the server's loop when the tickets of a queue have changed, with ``points`` and ``arrived`` (how many are
# new).
queue_changed = Signal()


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at a queue gave."""

    waiting: int
    waits_ms: list[int]  # of those who were matched
    next_due_ms: int | None  # wall time of the next look
    in_the_way: list[int]  # matches to be ended first: those wanted play them meanwhile
    above_limit: dict[int, int]  # of those who wait on: how many others their limit of ping keeps off, by user


def join(
    user: User,
    points: int = 11,
    anyone_after_s: int | None = None,
    *,
    ping_ms: int | None = None,
    max_ping_ms: int | UnsetType | None = UNSET,
) -> Ticket:
    """Take a ticket. A limit of ping that is given (None: none) is the user's from now on; otherwise it is what it was.
    Refused with ``already_queued`` or ``in_match``.
    """
    if points not in POINTS:
        raise Refused("bad_message", f"points of {POINTS}", points)
    with transaction.atomic():
        if Ticket.objects.filter(user=user).exists():
            raise _queued(user)
        current = matches.holding(user)
        if current is not None and current.origin not in MEANWHILE:
            raise Refused("in_match", "somebody who is in no match", current.get_absolute_url())
        if isinstance(max_ping_ms, UnsetType):  # a socket's user is as it was at its handshake
            max_ping_ms = User.objects.values_list("max_ping_ms", flat=True).get(pk=user.pk)
        else:
            _set_max_ping(user, max_ping_ms)
        rating = ratings.current(user, points)
        ticket, made = Ticket.objects.get_or_create(
            user=user,
            defaults={
                "points": points,
                "rating": round(rating.value),
                "provisional": rating.provisional,
                "joined_ms": wall_ms(),
                "anyone_after_ms": anyone_after_s * 1000 if anyone_after_s is not None else None,
                "ping_ms": ping_ms,
                "max_ping_ms": max_ping_ms,
            },
        )
        if not made:  # by another tab, in this very moment
            raise _queued(user)
        _tell(ticket, arrived=1)
    return ticket


def _set_max_ping(user: User, max_ping_ms: int | None) -> None:
    try:
        set_max_ping(user, max_ping_ms)
    except ValueError as error:
        raise Refused("bad_message", str(error), max_ping_ms) from None


def _queued(user: User) -> Refused:
    return Refused("already_queued", "somebody who does not wait yet", user.name)


def leave(user: User) -> None:
    """Give the ticket back. Refused with ``not_queued``; a match that is offered already is not left by this."""
    with transaction.atomic():
        ticket = Ticket.objects.filter(user=user, match__isnull=True).first()
        if ticket is None:
            raise Refused("not_queued", "somebody who waits", user.name)
        ticket.delete()
        _tell(ticket)


def measured(user: User, ping_ms: int) -> None:
    """The ping of somebody who waits is known now, or another one than it was."""
    _change(user, ping_ms=ping_ms)


def on_max_ping_changed(user: User, max_ping_ms: int | None, **_: Any) -> None:
    """Who waits already waits by the new limit."""
    _change(user, max_ping_ms=max_ping_ms)


def _change(user: User, **values: int | None) -> None:
    """Change the ticket of somebody who still waits."""
    with transaction.atomic():
        for ticket in Ticket.objects.filter(user=user, match__isnull=True):
            if Ticket.objects.filter(pk=ticket.pk, match__isnull=True).update(**values):
                _tell(ticket)


def withdraw(user: User) -> None:
    """Take somebody out of the queue who is wanted elsewhere."""
    with transaction.atomic():
        for ticket in Ticket.objects.filter(user=user):
            ticket.delete()
            _tell(ticket)


def queue_room(points: int) -> str:
    """What a queue is called in leases."""
    return f"queue.{points}"


def pair(points: int, epoch: int, arrivals_per_minute: float) -> Round:
    """Look at a queue once: call every pair that is due, say when to look again. Raises LostLeaseError."""
    with transaction.atomic():
        hosting.check(queue_room(points), epoch)
        now_ms = wall_ms()
        found = Ticket.objects.filter(points=points, match__isnull=True).select_related("user")
        waiting = {ticket.pk: ticket for ticket in found.select_for_update(of=("self",))}
        views = [_view(ticket) for ticket in waiting.values()]
        pairs, next_due_ms = pairing.pair(views, now_ms, arrivals_per_minute)
        called: set[int] = set()
        waits_ms: list[int] = []
        in_the_way: list[int] = []
        for pair in pairs:
            tickets = [waiting[view.id] for view in pair]
            busy = list(Seat.objects.filter(holder__in=[t.user for t in tickets]).values_list("match_id", flat=True))
            if busy:
                in_the_way += busy
                continue
            try:
                _call(tickets, points)
            except BusyError:
                continue  # sat down elsewhere in this very moment; the next change of the queue looks again
            waits_ms += [now_ms - ticket.joined_ms for ticket in tickets]
            called.update(view.id for view in pair)
        above = pairing.count_above_limit([view for view in views if view.id not in called])
        above_limit = {waiting[id].user_id: count for id, count in above.items()}
    return Round(len(waiting) - len(waits_ms), waits_ms, next_due_ms, in_the_way, above_limit)


def waiting(points: int) -> int:
    return Ticket.objects.filter(points=points, match__isnull=True).count()


def above_limit(ticket: Ticket) -> int:
    """How many others in this queue are above the limit of ping that its owner sets."""
    if ticket.max_ping_ms is None:
        return 0
    waiting = Ticket.objects.filter(points=ticket.points, match__isnull=True).exclude(pk=ticket.pk)
    return waiting.filter(ping_ms__gt=ticket.max_ping_ms).count()


def on_match_finished(match: Match, absent: tuple[int, ...], **_: Any) -> None:
    """An offered match that did not come about: who came is back in line with the time they waited, who did not is
    out.
    """
    came_for_nothing = match.reason == Match.Reason.ABORTED and match.origin == Match.Origin.QUEUE and bool(absent)
    for seat in match.seats.filter(user__isnull=False):
        for ticket in Ticket.objects.filter(user=seat.user, match=match):
            let_go(ticket, back=came_for_nothing and seat.side not in absent)
        # The end of a match played meanwhile may be what a pair waited for.
        for ticket in Ticket.objects.filter(user=seat.user, match__isnull=True):
            _tell(ticket)


def let_go(ticket: Ticket, back: bool) -> None:
    """The match that was offered for this ticket is over: back in line with it, or out."""
    if back:
        ticket.match = None
        ticket.save(update_fields=["match"])
    else:
        ticket.delete()
    _tell(ticket)


def _call(tickets: list[Ticket], points: int) -> None:
    players = [Player(t.user.name, t.user, rating=t.rating if t.user.is_claimed else None) for t in tickets]
    ready_ms = settings.READY_QUEUE_S * 1000
    match = matches.call(players, rules=Choice(points).rules(), origin=Match.Origin.QUEUE, ready_ms=ready_ms)
    Ticket.objects.filter(pk__in=[t.pk for t in tickets]).update(match=match)


def _view(ticket: Ticket) -> pairing.Ticket:
    last = (
        Match.objects.filter(seats__user=ticket.user, phase=Match.Phase.OVER)
        .exclude(origin__in=MEANWHILE)
        .order_by("-pk")
        .first()
    )
    lately = Match.objects.filter(
        seats__user=ticket.user,
        origin=Match.Origin.QUEUE,
        reason=Match.Reason.ABORTED,
        finished_ms__gt=wall_ms() - ABORTED_APART_MS,
    )
    opponents = Seat.objects.filter(match__in=lately, user__isnull=False).exclude(user=ticket.user)
    return pairing.Ticket(
        id=ticket.pk,
        person=ticket.user_id,
        rating=ticket.rating,
        joined_ms=ticket.joined_ms,
        provisional=ticket.provisional,
        last_opponent=last.seats.exclude(user=ticket.user).values_list("user_id", flat=True).first() if last else None,
        blocked=frozenset(opponents.values_list("user_id", flat=True)),
        anyone_after_ms=ticket.anyone_after_ms,
        ping_ms=ticket.ping_ms,
        max_ping_ms=ticket.max_ping_ms,
    )


def _tell(ticket: Ticket, arrived: int = 0) -> None:
    process.on_commit(queue_changed.send, sender=Ticket, points=ticket.points, arrived=arrived)
    process.on_commit(rooms.ring, f"user.{ticket.user_id}", "personal")
