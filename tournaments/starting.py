"""The start: the check-in that comes before it, the draw, and what a time that was set does by itself."""

from django.dispatch import Signal
from django.utils.translation import gettext as _

from chat.models import Line
from matchmaking import personal
from realtime import process
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments import seeding, waitlist
from tournaments.formats.events import Drawn, Left
from tournaments.models import Tournament
from tournaments.writing import Writing

# Sent inside the transaction of the draw, with ``tournament``.
tournament_begun = Signal()

SMALLEST = 2


def look(pen: Writing) -> int | None:
    """What is due in a tournament that is open. Gives the wall time of the next thing, or None."""
    tournament = pen.tournament
    if tournament.starts_ms is None:
        return None
    now_ms = wall_ms()
    if now_ms >= tournament.starts_ms:
        try:
            with pen.attempt():
                begin(pen)
        except Refused as refused:
            _postpone(pen, refused)
            return None
        return now_ms  # and call the first matches
    if tournament.phase == Tournament.Phase.OPEN and tournament.check_in_min:
        opens_ms = tournament.starts_ms - tournament.check_in_min * 60_000
        if now_ms < opens_ms:
            return opens_ms
        open_check_in(pen)
    return tournament.starts_ms


def open_check_in(pen: Writing) -> None:
    """From now on who is entered says that they are there. House bots always are."""
    _turn(pen, Tournament.Phase.CHECK_IN)
    pen.note("check_in")
    text = _("%(name)s: the check-in is open.") % {"name": pen.tournament.name}
    pen.announce(Line.Kind.NOTICE, text, "check_in")
    for user in pen.tournament.entrants.filter(user__isnull=False).values_list("user_id", flat=True):
        process.on_commit(personal.notify, user, "check_in", text, pen.tournament.get_absolute_url())


def begin(pen: Writing) -> None:
    """Draw. Where there is a check-in, those who are not there leave before it, and those who wait move up.

    Refused: ``too_few``, ``full`` (more than the format takes), ``option`` (the format's options do not fit the field).
    """
    if pen.tournament.phase == Tournament.Phase.CHECK_IN:
        absent = pen.tournament.entrants.filter(pk__in=pen.state.entrants, checked_in=False, user__isnull=False)
        for entrant in absent:
            pen.append(Left(entrant.pk))
        waitlist.move_up(pen, checked_in=True)
    if len(pen.state.entrants) < SMALLEST:
        raise Refused("too_few", f"at least {SMALLEST} entrants", len(pen.state.entrants))
    pen.tournament.waiting().update(waiting_since_ms=None)  # nobody moves up any more
    pen.append(Drawn(seeding.order(pen.tournament, pen.state)))
    text = _("%(name)s has begun: %(count)s entrants.") % {
        "name": pen.tournament.name,
        "count": len(pen.state.entrants),
    }
    pen.announce(Line.Kind.NOTICE, text, "start")
    tournament_begun.send(sender=Tournament, tournament=pen.tournament)


def _postpone(pen: Writing, refused: Refused) -> None:
    """It cannot start: it is open as before, and waits for its organiser. Nobody has lost anything."""
    _turn(pen, Tournament.Phase.OPEN, starts_ms=None)
    pen.note("postponed", code=refused.code, expected=refused.expected, came=refused.came)
    text = _("%(name)s could not start at its time: it needs %(expected)s, and there is %(came)s.") % {
        "name": pen.tournament.name,
        "expected": refused.expected,
        "came": refused.came,
    }
    pen.announce(Line.Kind.NOTICE, text, "postponed")


def _turn(pen: Writing, phase: Tournament.Phase, **fields: int | None) -> None:
    pen.tournament.phase = phase
    for name, value in fields.items():
        setattr(pen.tournament, name, value)
    pen.tournament.save(update_fields=["phase", *fields])
