"""The waitlist: who comes when all places are taken, in the order of coming. It moves up by itself."""

from django.utils.translation import gettext as _

from matchmaking import personal
from realtime import process
from tournaments.formats.events import Entered
from tournaments.writing import Writing


def has_room(pen: Writing) -> bool:
    return len(pen.state.entrants) < pen.tournament.size


def move_up(pen: Writing, *, checked_in: bool = False) -> None:
    """Enter those who wait while there are places; only those who have ``checked_in``, if that is asked."""
    waiting = pen.tournament.waiting()
    for entrant in waiting.filter(checked_in=True) if checked_in else waiting:
        if not has_room(pen):
            return
        entrant.waiting_since_ms = None
        entrant.save(update_fields=["waiting_since_ms"])
        pen.append(Entered(entrant.pk, entrant.name))
        if entrant.user_id is not None:
            text = _("A place came free: you are in %(tournament)s.") % {"tournament": pen.tournament.name}
            process.on_commit(personal.notify, entrant.user_id, "entered", text, pen.tournament.get_absolute_url())
