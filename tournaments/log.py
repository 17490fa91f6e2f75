"""The log of a tournament: appended to under a lock, folded by the engine. Everything else is derived from it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from realtime import process
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments.formats import engine, events, refused
from tournaments.formats.options import Options
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Entry, Tournament

NOTES = ("called", "begun")  # what the page shows and the engine does not need

# Folded states by tournament, with the version they are of. A cache: dropped at any time without harm. Written in the
# server's loop only, and only what is committed.
_states: dict[int, tuple[int, State]] = {}
CACHED = 200


def state(tournament: Tournament) -> State:
    """What this version of the tournament's log has come to."""
    cached = _states.get(tournament.pk)
    if cached is not None and cached[0] == tournament.n:
        return cached[1]
    entries = tournament.log.filter(n__lte=tournament.n).exclude(kind__in=NOTES).values_list("event", flat=True)
    folded = fold(tournament, entries)
    process.on_commit(_remember, tournament.pk, tournament.n, folded)
    return folded


def fold(tournament: Tournament, entries: Iterable[Any]) -> State:
    """What these stored events of a tournament come to, by its format and the options it was made with."""
    options = Options.from_dict(tournament.options or {})
    return engine.fold(tournament.format, [events.from_dict(entry) for entry in entries], options)


def lock(tournament_id: int) -> Tournament:
    """The tournament, locked until the end of the transaction: who writes its log, writes alone."""
    return Tournament.objects.select_for_update().get(pk=tournament_id)


def append(tournament: Tournament, event: events.Event, before: State) -> State:
    """Add an event to a locked tournament's log. Raises Refused if it is not allowed in the state ``before`` it."""
    try:
        after = engine.apply(before, event)
    except refused.Refused as no:
        raise Refused(CODES.get(no.code, no.code), no.expected, no.came) from None
    _add(tournament, event.kind, event.to_dict())
    if after.phase != tournament.phase:
        tournament.phase = Tournament.Phase(after.phase)
        tournament.save(update_fields=["phase"])
    process.on_commit(_remember, tournament.pk, tournament.n, after)
    return after


def note(tournament: Tournament, kind: str, state: State, **what: Any) -> None:
    """Add a note to a locked tournament's log; the ``state`` stays what it is."""
    _add(tournament, kind, what)
    process.on_commit(_remember, tournament.pk, tournament.n, state)


# The engine's refusals in the words of docs/protocol.md.
CODES = {"phase": "wrong_phase", "size": "full", "entrant": "not_entered"}


def _add(tournament: Tournament, kind: str, event: dict[str, Any]) -> None:
    Tournament.objects.filter(pk=tournament.pk).update(n=F("n") + 1)
    tournament.n += 1
    Entry.objects.create(tournament=tournament, n=tournament.n, kind=kind, event=event, at_ms=wall_ms())


def _remember(tournament_id: int, n: int, folded: State) -> None:
    _states.pop(tournament_id, None)
    if len(_states) >= CACHED:
        _states.pop(next(iter(_states)))  # what has not changed for longest
    _states[tournament_id] = (n, folded)
