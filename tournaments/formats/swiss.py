"""Swiss: in each round those meet who have done equally well. Rounds are drawn one by one, and each is an event of the
log: a replay never solves a round again. The drawing itself is `swiss_pairing`'s; whoever hosts asks it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from . import table
from .format import SERIES, Awaited, Bracket, Line, Progress, Reason
from .pairing import Pairing
from .place import Bye, Place, Seed, Source
from .refused import Refused

TIE_BREAKS = ("BH/C1", "BH", "SB", "WIN", "PD")


@dataclass(frozen=True, slots=True)
class Record:
    """Matches won and lost, by whatever means; a bye is a win, and who does not appear loses."""

    wins: int
    losses: int


@dataclass(frozen=True, slots=True)
class Swiss(Bracket):
    """A fixed number of rounds; or, with `wins` and `losses`, until nobody is left who may win or lose another."""

    @property
    def name(self) -> str:
        return "swiss"

    @property
    def takes(self) -> frozenset[str]:
        return SERIES | {"rounds", "wins", "losses", "tie_breaks"}

    @property
    def sizes(self) -> range:
        return range(2, 2049)

    @property
    def late_entry(self) -> bool:
        return True

    def draw(self, entrants: int) -> tuple[Place, ...]:
        table.check(self.options.tie_breaks)
        if self.options.wins is not None and self.options.tie_breaks is not None:
            raise Refused("option", "tie_breaks: none with wins and losses", list(self.options.tie_breaks))
        if (self.options.rounds or 1) > (most := entrants - 1 + entrants % 2):
            raise Refused("option", f"rounds: at most {most} for {entrants} entrants", self.options.rounds)
        return ()

    def rounds(self, entrants: int) -> int:
        """How many rounds there are, at most."""
        if self.options.wins is not None and self.options.losses is not None:
            return self.options.wins + self.options.losses - 1
        return self.options.rounds or max(1, (entrants - 1).bit_length())

    def round_due(self, progress: Progress) -> int | None:
        if progress.undecided or progress.rounds_drawn >= self.rounds(len(progress.order)):
            return None
        return progress.rounds_drawn + 1 if len(self.may_meet(progress)) > 1 else None

    def may_meet(self, progress: Progress) -> tuple[int, ...]:
        there = (entrant for entrant in progress.order if entrant not in progress.dropped)
        if self.options.wins is None or self.options.losses is None:
            return tuple(there)
        so_far = records(progress)
        return tuple(
            entrant
            for entrant in there
            if so_far[entrant].wins < self.options.wins and so_far[entrant].losses < self.options.losses
        )

    def awaited(self, progress: Progress, late: int) -> Mapping[int, Awaited]:
        entrants, drawn = len(progress.order), progress.rounds_drawn
        if drawn < self.rounds(entrants):
            return dict.fromkeys(self.may_meet(progress), "round")
        if drawn < self.rounds(entrants + late):
            return dict.fromkeys(self.may_meet(progress), "added_round")
        return {}

    def drawn_round(self, round: int, pairs: Sequence[tuple[int, int]], bye: int | None) -> tuple[Place, ...]:
        slots: list[tuple[Source, Source]] = [(Seed(upper), Seed(lower)) for upper, lower in pairs]
        if bye is not None:
            slots.append((Seed(bye), Bye()))
        return tuple(Place(f"s{round}.{n}", "main", round, n, both) for n, both in enumerate(slots, start=1))

    def why(self, place: Place) -> Reason:
        seeds = tuple(slot.number for slot in place.slots if isinstance(slot, Seed))
        return Reason("swiss" if len(seeds) == 2 else "bye", seeds)

    def table(self, progress: Progress) -> Mapping[int, Line]:
        if self.options.wins is not None:
            return _by_record(progress)
        tie_breaks = TIE_BREAKS if self.options.tie_breaks is None else self.options.tie_breaks
        return table.lines(
            progress.order, progress.pairings.values(), progress.rounds_drawn, tie_breaks, predetermined=False
        )

    def ranks(self, progress: Progress, lines: Mapping[int, Line]) -> Mapping[int, int]:
        return table.by_rank(lines) if progress.undecided < len(progress.pairings) else {}


def records(progress: Progress) -> dict[int, Record]:
    wins: Counter[int] = Counter(p.winner for p in progress.pairings.values() if p.winner is not None)
    losses: Counter[int] = Counter(entrant for p in progress.pairings.values() for entrant in p.losers)
    return {entrant: Record(wins[entrant], losses[entrant]) for entrant in progress.order}


def opponents(pairings: Sequence[Pairing]) -> dict[int, set[int]]:
    """Whom each has been paired with."""
    met: dict[int, set[int]] = {}
    for pairing in pairings:
        if len(pairing.entrants) == 2:
            upper, lower = pairing.entrants
            met.setdefault(upper, set()).add(lower)
            met.setdefault(lower, set()).add(upper)
    return met


def _by_record(progress: Progress) -> dict[int, Line]:
    """By wins, then the fewest losses, then how hard it was: the opponents' wins less their losses ("difficulty")."""
    so_far = records(progress)
    met = opponents(tuple(progress.pairings.values()))
    hard = {e: sum(so_far[o].wins - so_far[o].losses for o in met.get(e, ())) for e in progress.order}
    keys = {e: (-so_far[e].wins, so_far[e].losses, -hard[e]) for e in progress.order}
    above: dict[tuple[int, int, int], int] = {}
    for number, key in enumerate(sorted(keys.values()), start=1):
        above.setdefault(key, number)
    return {
        e: Line(
            above[keys[e]],
            Fraction(so_far[e].wins),
            {"losses": Fraction(so_far[e].losses), "difficulty": Fraction(hard[e])},
        )
        for e in progress.order
    }
