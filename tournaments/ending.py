"""The end of a tournament, told to everybody."""

from django.utils.translation import gettext as _

from chat.models import Line
from tournaments.writing import Writing


def announce(pen: Writing) -> None:
    """Say who has won, if it is over."""
    if pen.state.phase != "finished":
        return
    tournament, champion = pen.tournament, pen.state.champion
    if champion is not None:
        names = {"name": pen.state.entrants[champion], "tournament": tournament.name}
        text = _("%(name)s has won %(tournament)s!") % names
    else:
        text = _("%(tournament)s is over without a winner: nobody came to the end.") % {"tournament": tournament.name}
    pen.announce(Line.Kind.WINNER, text, "winner", tournament.get_absolute_url())
