"""Results: what a match does to its tournament, inside the transaction in which the match begins or ends."""

from typing import Any

from django.utils.translation import gettext as _

from chat.models import Line
from game.models import Match
from realtime import process
from tournaments import arena_directing, calling, director, ending
from tournaments.formats.events import DoubleForfeit, Event, MatchEnded, Result, Walkover
from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Slot
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Call, Tournament
from tournaments.writing import Writing, writing


def on_match_begun(match: Match, **_: Any) -> None:
    """Inside the transaction that makes a match live: the board shows it."""
    call = Call.objects.filter(match=match).first()
    if call is not None:
        with writing(call.tournament_id) as pen:
            pen.note("begun", pairing=call.pairing, match=match.pk)


def on_match_finished(match: Match, absent: tuple[int, ...], **_: Any) -> None:
    """Inside the transaction of a result: it enters the log, and those who were waited for are free."""
    call = Call.objects.filter(match=match).first()
    if call is not None:
        with writing(call.tournament_id) as pen:
            enter(pen, call, match)
    waiting = Tournament.objects.filter(phase=Tournament.Phase.RUNNING, entrants__user__seats__match=match).distinct()
    for tournament_id in {*waiting.values_list("pk", flat=True), *([call.tournament_id] if call else [])}:
        process.on_commit(director.nudge, tournament_id)


def enter(pen: Writing, call: Call, match: Match) -> None:
    """Enter what a call's match came to into the log, and announce it. It is set aside if it decides nothing: it was
    aborted, or its pairing was decided otherwise meanwhile, or is between others now.
    """
    pairing = calling.stands(pen.state, call)
    # At one screen nobody's absence tells who is to blame: they play again when somebody is there.
    blameless = match.reason == Match.Reason.ABORTED or (pen.tournament.hot_seat and match.winner is None)
    if pairing is None or blameless:
        if pen.tournament.hot_seat and match.reason == Match.Reason.NO_SHOW:
            pen.tournament.paused = True
            pen.tournament.save(update_fields=["paused"])
            pen.note("paused")
        pen.note("set_aside", pairing=call.pairing, match=match.pk)
        call.entered = pen.tournament.n
    else:
        pen.append(event(pen.state, pairing, call, match))
        call.entered = pen.tournament.n
        _announce_result(pen, pairing.id, match)
        arena_directing.after_match(pen, call, match)
    call.save(update_fields=["entered"])


def event(state: State, pairing: Pairing, call: Call, match: Match) -> Event:
    """What a match that is over says of its pairing, whose two are its seats in this order or the other."""
    if match.winner is None:
        return DoubleForfeit(pairing.id)
    slot: Slot = 1 if pairing.occupants[0] == (call.left, call.right)[match.winner] else 2
    if match.reason == Match.Reason.WALKOVER or match.started_ms is None:
        return Walkover(pairing.id, slot)
    kind = Result if state.best_of(pairing.id) == 1 else MatchEnded
    return kind(pairing.id, slot, call.by_slot(pairing, match.a, match.b), match.pk)


def _announce_result(pen: Writing, id: str, match: Match) -> None:
    pairing = pen.state.pairings[id]
    names = [pen.state.entrants[entrant] for entrant in pairing.entrants]
    if pairing.verdict is None:
        text = _series_text(pen.state, pairing)
    elif pairing.winner is None:
        text = _("Nobody came to %(left)s against %(right)s.") % {"left": names[0], "right": names[1]}
    else:
        winner = pen.state.entrants[pairing.winner]
        loser = next(pen.state.entrants[entrant] for entrant in pairing.losers)
        if pairing.verdict.how == "walkover":
            text = _("%(winner)s goes on without a match: %(loser)s did not come.") % {"winner": winner, "loser": loser}
        else:
            score = pairing.verdict.score or (0, 0)
            score = score if pairing.verdict.winner == 1 else (score[1], score[0])
            values = {"winner": winner, "loser": loser, "a": score[0], "b": score[1]}
            text = _("%(winner)s beat %(loser)s %(a)s-%(b)s.") % values
    pen.announce(Line.Kind.RESULT, text, "result", match.get_absolute_url())
    ending.announce(pen)


def _series_text(state: State, pairing: Pairing) -> str:
    """How a series stands that goes on."""
    names = [state.entrants[entrant] for entrant in pairing.entrants]
    values = {
        "left": names[0],
        "right": names[1],
        "a": pairing.wins[0],
        "b": pairing.wins[1],
        "best_of": state.best_of(pairing.id),
    }
    return _("%(left)s and %(right)s stand at %(a)s-%(b)s, best of %(best_of)s.") % values
