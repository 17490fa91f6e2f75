"""Audit of tournaments: the rows repeat what the log comes to, every result is in it, and somebody directs it."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Max, Q

from game.models import Match
from realtime import hosting, process
from realtime.audit import Difference
from realtime.models import Lease
from tournaments import calling, director, log, results
from tournaments.formats import refused
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Call, Entry, Tournament
from tournaments.writing import writing


def look(*, repair: bool, since_ms: int = 0) -> list[Difference]:
    """The differences in tournaments that are not over, or had something in their log since ``since_ms``.

    A tournament is looked at under its lock, as who writes to it has it: a fold takes some ms.
    """
    over = (Tournament.Phase.FINISHED, Tournament.Phase.CANCELLED)
    recent = Tournament.objects.annotate(last_ms=Max("log__at_ms")).filter(
        ~Q(phase__in=over) | Q(last_ms__gte=since_ms) | Q(last_ms__isnull=True)
    )
    return [difference for pk in list(recent.values_list("pk", flat=True)) for difference in _look(pk, repair)]


def _look(pk: int, repair: bool) -> list[Difference]:
    with transaction.atomic():
        tournament = Tournament.objects.select_for_update().filter(pk=pk).first()
        if tournament is None:
            return []
        found = list(_counted(tournament, repair))
        if any(not difference.repaired for difference in found):
            return found  # what the log comes to is not certain
        try:
            state = _fold(tournament)
        except refused.Refused as no:
            return [*found, Difference(f"log of tournament {pk}", no.expected, str(no.came))]
        found += _phase(tournament, state, repair)
        found += _results(tournament, repair)
        found += _lease(tournament, repair)
        return found


def _fold(tournament: Tournament) -> State:
    """From the rows: what is cached may be what is wrong."""
    return log.fold(tournament, log.stored(tournament).values_list("event", flat=True))


def _counted(tournament: Tournament, repair: bool) -> Iterator[Difference]:
    """``n`` is the number of the last entry, and none is missing."""
    counts = tournament.log.aggregate(count=Count("pk"), last=Max("n"))
    count, last = counts["count"], counts["last"] or 0
    if last != count:
        yield Difference(f"log of tournament {tournament.pk}", f"entries 1 to {last}", f"{count} entries")
    elif tournament.n != count:
        came = str(tournament.n)
        if repair:
            tournament.n = count
            tournament.save(update_fields=["n"])
        yield Difference(f"n of tournament {tournament.pk}", f"{count} as its log has it", came, repair)


def _phase(tournament: Tournament, state: State, repair: bool) -> Iterator[Difference]:
    if tournament.folded_phase != state.phase:
        came = str(tournament.phase)
        if repair:
            tournament.phase = Tournament.Phase(state.phase)
            tournament.save(update_fields=["phase"])
        yield Difference(f"phase of tournament {tournament.pk}", f"{state.phase} as its log has it", came, repair)


def _results(tournament: Tournament, repair: bool) -> Iterator[Difference]:
    """Of every call whose match is over the log has what that match says."""
    over = tournament.calls.filter(match__phase=Match.Phase.OVER).select_related("match").order_by("match__finished_ms")
    for call in over:
        what = f"{call.pairing} of tournament {tournament.pk}"
        if call.entered is None:
            repaired = repair and _enter(tournament, call)
            yield Difference(what, f"the result of {call.match} in the log", "none", repaired)
            continue
        entry = tournament.log.filter(n=call.entered).first()
        if entry is None or not _says(entry, call):
            came = "nothing" if entry is None else f"{entry.event}"
            yield Difference(what, f"what {call.match} came to at {call.entered}", came)


def _says(entry: Entry, call: Call) -> bool:
    """Whether an entry is what a call's match came to: set aside, or its result."""
    match, event = call.match, entry.event
    if event.get("pairing") != call.pairing:
        return False
    if entry.kind in ("result", "match_ended"):
        return bool(event.get("match") == match.pk and sorted(event["score"]) == sorted((match.a, match.b)))
    if entry.kind in ("walkover", "double_forfeit"):
        return (entry.kind == "double_forfeit") == (match.winner is None)
    return entry.kind == "set_aside"


def _enter(tournament: Tournament, call: Call) -> bool:
    with writing(tournament.pk) as pen:
        results.enter(pen, call, call.match)
    process.on_commit(director.nudge, tournament.pk)
    return True


def _lease(tournament: Tournament, repair: bool) -> Iterator[Difference]:
    """A tournament that runs, or is to start by itself, without a lease is directed by nobody, for ever."""
    room = calling.lease(tournament.pk)
    if calling.is_directed(tournament) and not Lease.objects.filter(room=room).exists():
        if repair:
            hosting.offer(room)
        yield Difference(f"lease of tournament {tournament.pk}", "one until the end", "none", repair)
