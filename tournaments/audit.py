"""Audit of tournaments: the rows repeat what the log comes to, every result is in it, and somebody directs it."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Max, Q

from game.models import Match
from realtime import hosting, process
from realtime.audit import Difference
from realtime.models import Lease
from realtime.wire import Refused
from tournaments import calling, director, log, results
from tournaments.formats import refused
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Tournament
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
        found += _results(tournament, state, repair)
        found += _lease(tournament, state, repair)
        return found


def _fold(tournament: Tournament) -> State:
    """From the rows: what is cached may be what is wrong."""
    entries = tournament.log.exclude(kind__in=log.NOTES).values_list("event", flat=True)
    return log.fold(tournament, entries)


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
    if tournament.phase != state.phase:
        came = str(tournament.phase)
        if repair:
            tournament.phase = Tournament.Phase(state.phase)
            tournament.save(update_fields=["phase"])
        yield Difference(f"phase of tournament {tournament.pk}", f"{state.phase} as its log has it", came, repair)


def _results(tournament: Tournament, state: State, repair: bool) -> Iterator[Difference]:
    """Every pairing that was called and whose match is over is decided, and as that match says."""
    entries = tournament.log.filter(kind__in=("result", "walkover", "double_forfeit")).values_list("event", flat=True)
    decided = {event["pairing"]: event for event in entries}
    over = tournament.calls.filter(match__phase=Match.Phase.OVER).select_related("match").order_by("match__finished_ms")
    for call in over:
        what, expected = f"{call.pairing} of tournament {tournament.pk}", results.event(call.pairing, call.match)
        if call.pairing not in state.pairings:
            yield Difference(what, "a pairing of the draw", f"{call.match} of no pairing")
        elif call.pairing in decided:
            if decided[call.pairing] != expected.to_dict():
                yield Difference(what, f"{expected.to_dict()} by {call.match}", f"{decided[call.pairing]}")
        elif state.phase == "running" and state.pairings[call.pairing].verdict is None:
            repaired = repair and _enter(tournament, call.pairing, call.match)
            yield Difference(what, f"the result of {call.match} in the log", "none", repaired)


def _enter(tournament: Tournament, pairing: str, match: Match) -> bool:
    try:
        with writing(tournament.pk) as pen:
            results.enter(pen, pairing, match)
    except Refused:  # by the engine: the two are not known yet
        return False
    process.on_commit(director.nudge, tournament.pk)
    return True


def _lease(tournament: Tournament, state: State, repair: bool) -> Iterator[Difference]:
    """A running tournament without a lease is directed by nobody, for ever."""
    room = calling.lease(tournament.pk)
    if state.phase == "running" and not Lease.objects.filter(room=room).exists():
        if repair:
            hosting.offer(room)
        yield Difference(f"lease of tournament {tournament.pk}", "one until the end", "none", repair)
