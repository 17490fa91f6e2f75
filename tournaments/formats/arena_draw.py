"""What is due in an arena: who is put together now, and when it closes. Whoever hosts it asks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .arena import NO_CARD, merit
from .arena_pairing import Waiting, pair
from .events import Paired
from .refused import Refused
from .tournament import Tournament


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of an arena: `began_ms` is when it would have begun if it had run ever since; `stands_ms` since when it
    stands, or None: it runs.
    """

    began_ms: int
    stands_ms: int | None = None

    def ends_ms(self, minutes: int) -> int:
        """When it is over; of one that stands, if it went on at `stands_ms`."""
        return self.began_ms + minutes * 60_000


def pairs_now(
    tournament: Tournament, free: Collection[int], ratings: Mapping[int, int], soon: int = 0
) -> Paired | None:
    """Those who are to be put together now, as the event that does it; None if nobody can be.

    `free` are the entrants who are there and in no match; who takes a break, has dropped or is in a pairing that is
    not decided is left out. So many others are free `soon`, besides those whose pairing is not decided. `ratings` are
    by entrant, and who has none is as good as the others on average. Refused with "phase" if it is over or closed.
    """
    if tournament.phase != "running" or not tournament.pairing_open:
        raise Refused("phase", "an arena that is not closed", tournament.phase)
    waiting = [entrant for entrant in free if tournament.may_be_paired(entrant)]
    known = [ratings[entrant] for entrant in waiting if entrant in ratings]
    usual = sum(known) // len(known) if known else 0
    seeds = tournament.seeds
    standing = sorted(waiting, key=lambda e: (merit(tournament.cards.get(e, NO_CARD).score), seeds[e]))
    hall = [Waiting(entrant, ratings.get(entrant, usual), _last(tournament, entrant)) for entrant in standing]
    pairs = pair(hall, active=len(waiting) + len(tournament.playing) + soon)
    return Paired(pairs) if pairs else None


def _last(tournament: Tournament, entrant: int) -> int | None:
    """The last opponent."""
    card = tournament.cards.get(entrant, NO_CARD)
    if not card.pairings:
        return None
    return next(other for other in tournament.pairings[card.pairings[-1]].entrants if other != entrant)


def clock(drawn_ms: int, turns: Iterable[tuple[bool, int]]) -> Clock:
    """The clock of an arena that was drawn then. Each turn says whether it was paused, or else goes on, and when."""
    began_ms, stands_ms = drawn_ms, None
    for paused, at_ms in turns:
        if paused and stands_ms is None:
            stands_ms = at_ms
        elif not paused and stands_ms is not None:
            began_ms += at_ms - stands_ms
            stands_ms = None
    return Clock(began_ms, stands_ms)


def closes_ms(clock: Clock, minutes: int, lasted_ms: Sequence[int], expected_ms: int) -> int:
    """When nobody is put together any more: before the end by the time that a match takes, but not before half of the
    arena is over. That time is the median of the matches so far, which lasted `lasted_ms`, or `expected_ms` before
    there was one. Who plays then plays to the end, and it counts.
    """
    typical = sorted(lasted_ms)[len(lasted_ms) // 2] if lasted_ms else expected_ms
    end_ms = clock.ends_ms(minutes)
    return max(end_ms - typical, (clock.began_ms + end_ms) // 2)
