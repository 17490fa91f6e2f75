"""The end of a tournament, told to everybody."""

from django.utils.translation import gettext as _

from chat import lines
from chat.models import Line
from tournaments.writing import Writing, room_name


def announce(pen: Writing) -> None:
    """Say who has won, if it is over."""
    if pen.state.phase != "finished":
        return
    tournament, champion = pen.tournament, pen.state.champion
    key = room_name(tournament.pk)
    if champion is not None:
        names = {"name": pen.state.entrants[champion], "tournament": tournament.name}
        text = _("%(name)s has won %(tournament)s!") % names
    else:
        text = _("%(tournament)s is over without a winner: nobody came to the end.") % {"tournament": tournament.name}
    lines.announce(
        key, Line.Kind.WINNER, text, subject=f"{key}:{tournament.n}:winner", url=tournament.get_absolute_url()
    )
