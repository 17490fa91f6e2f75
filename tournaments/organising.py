"""What organisers do while a tournament runs, and after: use cases, each one transaction and one line in the log.

What an act does to matches that are played is not done here: the director ends those whose pairing is not theirs any
more (`calling.stands`), so that it happens whatever process dies.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import seen
from chat import flood
from chat.models import Line
from game import referees
from game.models import Match
from realtime import process
from realtime.wire import Refused
from tournaments import calling, director, ending, log
from tournaments.board import Board
from tournaments.formats import engine, refused
from tournaments.formats.engine import Change
from tournaments.formats.events import Cancelled, Dropped, Event, Overridden, Reopened, Replaced, Undone
from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Slot
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Call, Entrant, Entry, Tournament
from tournaments.registration import own_name, require_organiser
from tournaments.writing import Writing, writing

LEAST_EXTENSION_S, MOST_EXTENSION_S = 10, 3_600


@dataclass(frozen=True, slots=True)
class Drop:
    """An entrant is gone, or sent away for a ``reason``."""

    entrant: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """Another verdict of a pairing; ``score`` by its slots."""

    pairing: str
    how: str
    winner: Slot | None = None
    score: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """A pairing is to be played again."""

    pairing: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Another one takes over an entrant's place: the user of this name, or at one screen anybody."""

    entrant: int
    name: str


@dataclass(frozen=True, slots=True)
class Undo:
    """An entry of the log, by its number, is as if it had not been."""

    n: int


Act = Drop | Override | Reopen | Replace | Undo


def preview(user: User, tournament_id: int, act: Act) -> dict[str, Any]:
    """What an act would change: every pairing that would be another, and the matches it would end, as
    docs/protocol.md has it. Refused like the act itself; nothing is written.
    """
    tournament = Tournament.objects.get(pk=tournament_id)
    pen = Writing(tournament)
    require_organiser(pen, user)
    event = _event(pen, act, by_preview=True)
    after = _applied(pen.state, event)
    boards = Board(tournament, pen.state), Board(tournament, after)
    return {
        "n": tournament.n,
        "changes": [_shown(*boards, change) for change in engine.difference(pen.state, after)],
        "ends": _ends(pen, after),
        "phase": after.phase,
    }


def do(user: User, tournament_id: int, act: Act, *, n: int | None = None, confirm: Collection[int] = ()) -> None:
    """Do what a preview showed. ``n`` is the version it was of; ``confirm`` names the matches under way that may end
    by it, which a drop need not ask for.

    Refused: ``not_organiser``, ``wrong_phase``, ``stale`` (another organiser has done something since ``n``),
    ``confirm`` (it would end others), ``nobody``, ``already_entered`` and ``alias`` (who is to take a place over), and
    what the engine refuses: ``pairing``, ``decision``, ``not_entered``, ``undo``.
    """
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_fresh(pen, n)
        event = _event(pen, act)
        ends = _ends(pen, _applied(pen.state, event))
        if not isinstance(act, Drop) and (more := [end for end in ends if end["match"] not in confirm]):
            names = ", ".join(f"{end['match']}: {end['names'][0]} - {end['names'][1]}" for end in more)
            raise Refused("confirm", "your word that these matches under way may end", names)
        before = pen.state
        pen.append(event)
        if isinstance(act, Drop):
            _tell_drop(pen, act)
        elif isinstance(act, Override | Reopen):
            _tell_decision(pen, act)
        _settle(pen, before)


def drop_out(user: User, tournament_id: int) -> None:
    """Be gone from a tournament that runs, oneself. It is no organiser's act, and no preview grows stale by it.

    Refused: ``wrong_phase``, ``not_entered`` (or dropped already).
    """
    with writing(tournament_id) as pen:
        _require_running(pen)
        entrant = pen.tournament.entrants.filter(user=user, pk__in=pen.state.entrants).first()
        if entrant is None:
            raise Refused("not_entered", "an entrant", user.name)
        before, act = pen.state, Drop(entrant.pk)
        pen.append(_event(pen, act))
        _tell_drop(pen, act)
        _settle(pen, before)


def pause(user: User, tournament_id: int) -> None:
    """Call no more matches; those called are played. Refused: ``not_organiser``, ``wrong_phase``, ``paused``."""
    _turn(user, tournament_id, paused=True)


def resume(user: User, tournament_id: int) -> None:
    """Call matches again. Refused: ``not_organiser``, ``wrong_phase``, ``not_paused``."""
    _turn(user, tournament_id, paused=False)


def extend(user: User, tournament_id: int, pairing: str, seconds: int) -> None:
    """Give the two who are called more time to come. Refused: ``not_organiser``, ``not_called``, ``bad_message``."""
    if not LEAST_EXTENSION_S <= seconds <= MOST_EXTENSION_S:
        raise Refused("bad_message", f"{LEAST_EXTENSION_S} to {MOST_EXTENSION_S} seconds", seconds)
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        calls = calling.open_calls(pen.tournament).filter(pairing=pairing).select_related("match")
        call = calls.first() if pairing in pen.state.pairings else None
        if call is None or call.match.phase != Match.Phase.CALLED or calling.stands(pen.state, call) is None:
            raise Refused("not_called", "a match that waits for its players", pairing)
        referees.extend(call.match, seconds * 1000)
        pen.note("extended", pairing=pairing, match=call.match_id, seconds=seconds)


def announce(user: User, tournament_id: int, text: str) -> None:
    """Say something to everybody, in the chat. Refused: ``not_organiser``, ``empty``, ``too_long``."""
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        line = _clean(text)
        pen.note("announced", text=line)
        pen.announce(Line.Kind.NOTICE, line, "announced")


def appoint(user: User, tournament_id: int, name: str) -> None:
    """Make somebody a co-organiser. Refused: ``not_organiser``, ``nobody``, ``already_organiser``."""
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        other = _named(name)
        if pen.tournament.is_organised_by(other):
            raise Refused("already_organiser", "somebody who is no organiser yet", name)
        pen.tournament.co_organisers.add(other)
        pen.note("appointed", user=other.pk, name=other.name)


def dismiss(user: User, tournament_id: int, user_id: int) -> None:
    """Make somebody a co-organiser no more; oneself too. Refused: ``not_organiser``, ``nobody``."""
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        other = pen.tournament.co_organisers.filter(pk=user_id).first()
        if other is None:
            raise Refused("nobody", "a co-organiser", user_id)
        pen.tournament.co_organisers.remove(other)
        pen.note("dismissed", user=other.pk, name=other.name)


def cancel(user: User, tournament_id: int) -> None:
    """Call it off: matches under way end without a result. Refused: ``not_organiser``, ``wrong_phase``."""
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        before = pen.state
        pen.append(Cancelled())
        pen.announce(
            Line.Kind.NOTICE, _("%(name)s was cancelled by its organiser.") % {"name": pen.tournament.name}, "cancelled"
        )
        for match_id in calling.open_calls(pen.tournament).values_list("match_id", flat=True):
            process.on_commit(referees.abort, match_id)  # of one that is not directed any more nobody else would
        _settle(pen, before)


# -- the event of an act -------------------------------------------------------------------------------------------


def _event(pen: Writing, act: Act, *, by_preview: bool = False) -> Event:
    match act:
        case Drop(entrant=entrant):
            return _made(Dropped, entrant=entrant)
        case Override(pairing=id, how=how, winner=winner, score=score):
            return _made(Overridden, pairing=id, how=how, winner=winner, score=score)
        case Reopen(pairing=id):
            return _made(Reopened, pairing=id)
        case Undo(n=n):
            return Undone(log.number_of(pen.tournament, n))
        case Replace(entrant=entrant, name=name):
            _require_running(pen)
            other = _substitute(pen, name)
            if entrant in pen.state.entrants and other.pk in pen.state.entrants:
                raise Refused("already_entered", "somebody who is not entered", other.name)
            if by_preview:  # under any number that nobody has
                by = other.pk or max(pen.state.entrants, default=0) + 1
                return _made(Replaced, entrant=entrant, by=by, name=other.name)
            other.waiting_since_ms = None
            other.save()
            return _made(Replaced, entrant=entrant, by=other.pk, name=other.name)


def _made(kind: Callable[..., Event], **fields: Any) -> Event:
    try:
        return kind(**fields)
    except refused.Refused as no:
        raise Refused("bad_message", no.expected, no.came) from None


def _applied(state: State, event: Event) -> State:
    with log.in_our_words():
        return engine.apply(state, event)


def _substitute(pen: Writing, name: str) -> Entrant:
    """Who takes a place over, as an entrant of this tournament; one who is new is not stored yet."""
    if pen.tournament.hot_seat:
        return Entrant(tournament=pen.tournament, name=own_name(pen, name))
    user = _named(name)
    known = pen.tournament.entrants.filter(user=user).first()
    return known or Entrant(tournament=pen.tournament, user=user, name=user.name)


def _named(name: str) -> User:
    user = User.objects.filter(username__iexact=seen(name), is_active=True).first()
    if user is None:
        raise Refused("nobody", "the name of somebody who has been here", name)
    return user


def _clean(text: str) -> str:
    """As a line of the chat. Refused: ``empty``, ``too_long``."""
    try:
        return flood.clean(text)
    except flood.Refused as no:
        raise Refused(no.code, no.expected, no.came) from None


# -- what is allowed, and what it touches --------------------------------------------------------------------------


def _require_running(pen: Writing) -> None:
    if pen.state.phase != "running":
        raise Refused("wrong_phase", "a tournament that runs", pen.tournament.phase)


def _require_fresh(pen: Writing, n: int | None) -> None:
    """Refused if an organiser has done something since version ``n``: who acts now has not seen it."""
    if n is not None and (other := pen.tournament.log.filter(n__gt=n, by__isnull=False).last()) is not None:
        raise Refused("stale", f"the tournament as {other.by} left it at {other.n}: look again", n)


def _ends(pen: Writing, after: State) -> list[dict[str, Any]]:
    """The matches under way that would have no place in the tournament any more, and have one now: those that the
    director ends already do not end by this.
    """
    calls: list[Call] = list(calling.open_calls(pen.tournament).select_related("match"))
    names, board = pen.state.entrants, Board(pen.tournament, pen.state)
    return [
        {
            "match": call.match_id,
            "pairing": call.pairing,
            "number": board.numbers.get(call.pairing),
            "names": [names.get(call.left, ""), names.get(call.right, "")],
            "score": [call.match.a, call.match.b],
            "live": call.match.phase == Match.Phase.LIVE,
        }
        for call in calls
        if calling.stands(pen.state, call) is not None and calling.stands(after, call) is None
    ]


def _shown(before: Board, after: Board, change: Change) -> dict[str, Any]:
    return {
        "pairing": change.id,
        "number": before.numbers.get(change.id) or after.numbers.get(change.id),
        "before": _side(before.state, change.before),
        "after": _side(after.state, change.after),
    }


def _side(state: State, pairing: Pairing | None) -> dict[str, Any] | None:
    if pairing is None:
        return None
    verdict = pairing.verdict
    names = [state.entrants.get(occupant) if isinstance(occupant, int) else None for occupant in pairing.occupants]
    return {
        "names": names,
        "state": pairing.state,
        "how": verdict.how if verdict else None,
        "winner": verdict.winner if verdict else None,
        "score": list(verdict.score) if verdict and verdict.score else None,
    }


# -- what follows --------------------------------------------------------------------------------------------------


def _settle(pen: Writing, before: State) -> None:
    """The director looks; one that was over and runs again has a director again. Another end is told like any."""
    director.direct(pen.tournament)
    if before.phase == "finished" and pen.state.phase == "running":
        pen.announce(
            Line.Kind.NOTICE, _("%(name)s goes on: a result was corrected.") % {"name": pen.tournament.name}, "again"
        )
    if (before.phase, before.champion) != (pen.state.phase, pen.state.champion):
        ending.announce(pen)


def _turn(user: User, tournament_id: int, *, paused: bool) -> None:
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_running(pen)
        if pen.tournament.paused == paused:
            code, expected = ("paused", "one that is not paused") if paused else ("not_paused", "one that is paused")
            raise Refused(code, expected, "it is already" if paused else "it is not")
        pen.tournament.paused = paused
        pen.tournament.save(update_fields=["paused"])
        pen.note("paused" if paused else "resumed")
        name = {"name": pen.tournament.name}
        text = _("%(name)s is paused: no match is called.") if paused else _("%(name)s goes on.")
        pen.announce(Line.Kind.NOTICE, text % name, "paused" if paused else "resumed")
        director.direct(pen.tournament)


def _tell_drop(pen: Writing, act: Drop) -> None:
    name = pen.state.entrants[act.entrant]
    if act.reason:
        reason = _clean(act.reason)
        pen.note("disqualified", entrant=act.entrant, reason=reason)
        text = _("%(name)s is disqualified: %(reason)s") % {"name": name, "reason": reason}
    else:
        text = _("%(name)s has dropped out.") % {"name": name}
    pen.announce(Line.Kind.NOTICE, text, f"drop:{act.entrant}")


def _tell_decision(pen: Writing, act: Override | Reopen) -> None:
    names = [pen.state.entrants[entrant] for entrant in pen.state.pairings[act.pairing].entrants]
    values = {"left": names[0], "right": names[-1]}
    if isinstance(act, Reopen):
        text = _("%(left)s and %(right)s play again: their match was reopened.")
    else:
        text = _("The result of %(left)s against %(right)s was corrected.")
    pen.announce(Line.Kind.NOTICE, text % values, f"decision:{act.pairing}")


def audited(tournament: Tournament, most: int = 100) -> list[Entry]:
    """What organisers have done, who has dropped out, and what was drawn, the last first."""
    which = Q(by__isnull=False) | Q(kind__in=("dropped", "drawn", "round_drawn"))
    return list(tournament.log.filter(which).select_related("by").order_by("-n")[:most])
