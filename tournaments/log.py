"""The log of a tournament: appended to under a lock, folded by the engine. Everything else is derived from it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from realtime import process
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments.formats import engine, events, refused
from tournaments.formats.options import Options
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Entry, Tournament

# What the page shows, or the organisers did, and the engine does not need.
NOTES = (
    "called",  # a pairing's match was called
    "begun",  # it is played
    "set_aside",  # it ended without counting: its pairing had been decided otherwise, or it was aborted
    "opened",  # a draft was opened
    "changed",  # what can still be changed before the draw was: name, places, format, ...
    "waiting",  # somebody joined the waitlist
    "given_up",  # somebody left the waitlist
    "check_in",  # the check-in was opened
    "checked_in",  # somebody says that they are there
    "seeded",  # the organisers put the entrants in an order
    "postponed",  # it could not start at its time
    "paused",
    "resumed",
    "disqualified",  # the reason of a drop
    "extended",  # a call's timer
    "announced",
    "appointed",  # a co-organiser
    "dismissed",
)

# Folded states by tournament, with the version they are of. A cache: dropped at any time without harm. Written in the
# server's loop only, and only what is committed.
_states: dict[int, tuple[int, State]] = {}
CACHED = 200


def state(tournament: Tournament) -> State:
    """What this version of the tournament's log has come to."""
    cached = _states.get(tournament.pk)
    if cached is not None and cached[0] == tournament.n:
        return cached[1]
    folded = fold(tournament, stored(tournament).filter(n__lte=tournament.n).values_list("event", flat=True))
    process.on_commit(_remember, tournament.pk, tournament.n, folded)
    return folded


def refold(tournament: Tournament) -> State:
    """What the log comes to under another format. Refused (``full``) if that cannot have had this log."""
    with in_our_words():
        return fold(tournament, stored(tournament).values_list("event", flat=True))


def stored(tournament: Tournament) -> QuerySet[Entry]:
    """The entries that are events of the engine."""
    return tournament.log.exclude(kind__in=NOTES)


def fold(tournament: Tournament, entries: Iterable[Any]) -> State:
    """What these stored events of a tournament come to, by its format and the options it was made with."""
    options = Options.from_dict(tournament.options or {})
    return engine.fold(tournament.format, [events.from_dict(entry) for entry in entries], options)


def lock(tournament_id: int) -> Tournament:
    """The tournament, locked until the end of the transaction: who writes its log, writes alone."""
    return Tournament.objects.select_for_update().get(pk=tournament_id)


def append(tournament: Tournament, event: events.Event, before: State, by: User | None = None) -> State:
    """Add an event to a locked tournament's log. Raises Refused if it is not allowed in the state ``before`` it."""
    with in_our_words():
        after = engine.apply(before, event)
    _add(tournament, event.kind, event.to_dict(), by)
    if after.phase != before.phase:
        tournament.phase = Tournament.Phase(after.phase)
        tournament.save(update_fields=["phase"])
    process.on_commit(_remember, tournament.pk, tournament.n, after)
    return after


def note(tournament: Tournament, kind: str, state: State, by: User | None = None, **what: Any) -> None:
    """Add a note to a locked tournament's log; the ``state`` stays what it is."""
    _add(tournament, kind, what, by)
    process.on_commit(_remember, tournament.pk, tournament.n, state)


# The engine's refusals in the words of docs/protocol.md.
CODES = {"phase": "wrong_phase", "size": "full", "entrant": "not_entered"}


@contextmanager
def in_our_words() -> Iterator[None]:
    """What the engine refuses in the body is Refused as the wire has it."""
    try:
        yield
    except refused.Refused as no:
        raise Refused(CODES.get(no.code, no.code), no.expected, no.came) from None


def number_of(tournament: Tournament, n: int) -> int:
    """The engine's number of the entry ``n``: it counts events, and no notes. Refused if that entry is a note."""
    entries = stored(tournament).filter(n__lte=n)
    if not entries.filter(n=n).exists():
        raise Refused("undo", "the number of an event of the log", n)
    return entries.count()


def numbers(tournament: Tournament) -> dict[int, int]:
    """The engine's numbers of the entries that are events, by their numbers in the log."""
    entries = stored(tournament).filter(n__lte=tournament.n).order_by("n")
    return {n: number for number, n in enumerate(entries.values_list("n", flat=True), 1)}


def _add(tournament: Tournament, kind: str, event: dict[str, Any], by: User | None) -> None:
    Tournament.objects.filter(pk=tournament.pk).update(n=F("n") + 1)
    tournament.n += 1
    Entry.objects.create(tournament=tournament, n=tournament.n, kind=kind, event=event, at_ms=wall_ms(), by=by)


def _remember(tournament_id: int, n: int, folded: State) -> None:
    _states.pop(tournament_id, None)
    if len(_states) >= CACHED:
        _states.pop(next(iter(_states)))  # what has not changed for longest
    _states[tournament_id] = (n, folded)
