"""Results: what a match does to its tournament, inside the transaction in which the match begins or ends."""

from typing import Any

from django.utils.translation import gettext as _

from chat import lines
from chat.models import Line
from game.models import Match
from realtime import process
from tournaments import director
from tournaments.formats.events import DoubleForfeit, Event, Result, Walkover
from tournaments.models import Call, Tournament
from tournaments.writing import Writing, room_name, writing


def on_match_begun(match: Match, **_: Any) -> None:
    """Inside the transaction that makes a match live: the board shows it."""
    call = Call.objects.filter(match=match).first()
    if call is not None:
        with writing(call.tournament_id) as pen:
            pen.note("begun", call.pairing, match=match.pk)


def on_match_finished(match: Match, absent: tuple[int, ...], **_: Any) -> None:
    """Inside the transaction of a result: it enters the log, and those who were waited for are free."""
    call = Call.objects.filter(match=match).first()
    if call is not None:
        with writing(call.tournament_id) as pen:
            if pen.state.phase == "running":
                enter(pen, call.pairing, match)
    waiting = Tournament.objects.filter(phase=Tournament.Phase.RUNNING, entrants__user__seats__match=match).distinct()
    for tournament_id in {*waiting.values_list("pk", flat=True), *([call.tournament_id] if call else [])}:
        process.on_commit(director.nudge, tournament_id)


def enter(pen: Writing, pairing: str, match: Match) -> None:
    """Enter the result of a pairing's match into the log, and announce it."""
    pen.append(event(pairing, match))
    _announce_result(pen, pairing, match)


def event(pairing: str, match: Match) -> Event:
    """What a match that is over says of its pairing."""
    if match.winner is None:
        return DoubleForfeit(pairing)
    slot = match.winner + 1
    if match.reason == Match.Reason.WALKOVER or match.started_ms is None:
        return Walkover(pairing, 1 if slot == 1 else 2)
    return Result(pairing, 1 if slot == 1 else 2, (match.a, match.b), match.pk)


def _announce_result(pen: Writing, id: str, match: Match) -> None:
    tournament, pairing = pen.tournament, pen.state.pairings[id]
    key = room_name(tournament.pk)
    names = [pen.state.entrants[entrant] for entrant in pairing.entrants]
    subject = f"{key}:{tournament.n}"
    if pairing.winner is None:
        text = _("Nobody came to %(left)s against %(right)s.") % {"left": names[0], "right": names[1]}
    else:
        winner = pen.state.entrants[pairing.winner]
        loser = next(pen.state.entrants[entrant] for entrant in pairing.losers)
        how = pairing.verdict.how if pairing.verdict else None
        if how == "walkover":
            text = _("%(winner)s goes on without a match: %(loser)s did not come.") % {"winner": winner, "loser": loser}
        else:
            score = (match.a, match.b) if match.winner == 0 else (match.b, match.a)
            values = {"winner": winner, "loser": loser, "a": score[0], "b": score[1]}
            text = _("%(winner)s beat %(loser)s %(a)s-%(b)s.") % values
    lines.announce(key, Line.Kind.RESULT, text, subject=f"{subject}:result", url=match.get_absolute_url())
    if pen.state.phase == "finished":
        champion = pen.state.champion
        text = (
            _("%(name)s has won %(tournament)s!")
            % {"name": pen.state.entrants[champion], "tournament": tournament.name}
            if champion is not None
            else _("%(tournament)s is over without a winner: nobody came to the end.") % {"tournament": tournament.name}
        )
        lines.announce(key, Line.Kind.WINNER, text, subject=f"{subject}:winner", url=tournament.get_absolute_url())
