"""Audit of matches: the score is that of the rallies, seats are held as long as it is not over, and so is a lease."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q, QuerySet

from game import matches
from game.models import Match, Rally, Seat
from realtime import hosting
from realtime.audit import Difference
from realtime.models import Lease

AT_ONCE = 500  # matches in one look without a lock


@dataclass(slots=True)
class _Seen:
    """A match and what was counted of it."""

    id: int
    over: bool
    score: tuple[int, int]
    points: int
    winner: int | None
    by_points: bool
    left: int  # rallies won by side 0
    right: int
    last: int  # the highest number of a rally
    odd: int  # rallies whose number is not the sum of their score
    seats: list[tuple[int, int | None, int | None]] = field(default_factory=list)  # (id, user, holder) by side
    leased: bool = False


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with one: ``aspect`` says what would repair it."""

    aspect: str
    expected: str
    came: str
    seat: int = 0
    holder: int | None = None


def look(*, repair: bool, since_ms: int = 0) -> list[Difference]:
    """The differences in matches that are not over, or are over since ``since_ms`` (wall time)."""
    recent = Match.objects.filter(~Q(phase=Match.Phase.OVER) | Q(finished_ms__gte=since_ms))
    ids = list(recent.values_list("pk", flat=True))
    return [
        difference
        for start in range(0, len(ids), AT_ONCE)
        for seen in _seen(Match.objects.filter(pk__in=ids[start : start + AT_ONCE]))
        if any(_wrong(seen))
        for difference in _look_again(seen.id, repair)
    ]


def _seen(found: QuerySet[Match]) -> Iterable[_Seen]:
    counted = found.annotate(
        left=Count("rallies", filter=Q(rallies__side=0)),
        right=Count("rallies", filter=Q(rallies__side=1)),
        last=Max("rallies__number"),
        odd=Count("rallies", filter=~Q(rallies__number=F("rallies__a") + F("rallies__b"))),
    )
    seen = {
        match.pk: _Seen(
            match.pk,
            match.phase == Match.Phase.OVER,
            (match.a, match.b),
            match.points,
            match.winner,
            match.reason == Match.Reason.POINTS,
            match.left,
            match.right,
            match.last or 0,
            match.odd,
        )
        for match in counted
    }
    seats = Seat.objects.filter(match__in=list(seen)).order_by("match", "side")
    for match_id, *seat in seats.values_list("match_id", "pk", "user_id", "holder_id"):
        seen[match_id].seats.append((seat[0], seat[1], seat[2]))
    rooms = {matches.room_name(match_id): match_id for match_id in seen}
    for room in Lease.objects.filter(room__in=list(rooms)).values_list("room", flat=True):
        seen[rooms[room]].leased = True
    return seen.values()


def _wrong(seen: _Seen) -> Iterator[_Wrong]:
    count = seen.left + seen.right
    if seen.last != count:
        yield _Wrong("numbers", f"rallies 1 to {count}", f"{count} rallies, the last number {seen.last}")
    elif seen.odd:
        yield _Wrong("running score", "rallies numbered by their score", f"{seen.odd} numbered otherwise")
    if seen.score != (seen.left, seen.right):
        yield _Wrong("score", f"{seen.left}-{seen.right} as its rallies have it", "{}-{}".format(*seen.score))
    reached = [side for side in (0, 1) if seen.score[side] >= seen.points]
    if seen.by_points and reached != [seen.winner]:
        yield _Wrong("result", f"a winner with {seen.points} points", _shown(seen))
    elif not seen.by_points and reached:
        yield _Wrong("result", f"a match that is over by {seen.points} points", _shown(seen))
    held: set[int | None] = {None}
    for seat, user, holder in seen.seats:
        due = None if seen.over or user in held else user
        held.add(user)
        if holder != due:
            yield _Wrong("seat", _holder(due), _holder(holder), seat, due)
    if seen.over and seen.leased:
        yield _Wrong("lease", "none after the end", "one")
    elif not (seen.over or seen.leased):
        yield _Wrong("lease", "one until the end", "none")


def _shown(seen: _Seen) -> str:
    end = "not over" if not seen.over else "nobody" if seen.winner is None else f"side {seen.winner}"
    return "{}-{}, {}".format(*seen.score, end)


def _holder(user: int | None) -> str:
    return "held by nobody" if user is None else f"held by user {user}"


def _look_again(match_id: int, repair: bool) -> list[Difference]:
    """Under the locks of whoever commits for this match, in their order: its lease, then its row."""
    with transaction.atomic():
        Lease.objects.select_for_update().filter(room=matches.room_name(match_id)).first()
        match = Match.objects.select_for_update().filter(pk=match_id).first()
        if match is None:
            return []
        (seen,) = _seen(Match.objects.filter(pk=match_id))
        found = list(_wrong(seen))
        complete = not any(wrong.aspect == "numbers" for wrong in found)
        return [
            Difference(
                f"{wrong.aspect} of match {match_id}",
                wrong.expected,
                wrong.came,
                repair and _repair(seen, wrong, complete),
            )
            for wrong in found
        ]


def _repair(seen: _Seen, wrong: _Wrong, complete: bool) -> bool:
    """Set right what is counted from something else; what is a fact itself (a rally, a winner) nobody can."""
    match wrong.aspect:
        case "score" if complete:
            Match.objects.filter(pk=seen.id).update(a=seen.left, b=seen.right)
        case "running score":
            score = [0, 0]
            for rally in Rally.objects.filter(match=seen.id).order_by("number"):
                score[rally.side] += 1
                Rally.objects.filter(pk=rally.pk).update(a=score[0], b=score[1])
        case "seat":
            try:
                with transaction.atomic():
                    Seat.objects.filter(pk=wrong.seat).update(holder=wrong.holder)
            except IntegrityError:  # they sit elsewhere by now
                return False
        case "lease" if seen.over:
            hosting.forget(matches.room_name(seen.id))
        case "lease":
            hosting.offer(matches.room_name(seen.id))
        case _:
            return False
    return True
