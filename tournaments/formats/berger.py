"""Berger tables: who meets whom in which round of a round robin, as the FIDE Handbook (C.05, annex) prints them.

Not the plain circle: in a Berger table home and away alternate as well as they can, and differ by one at most.
"""

from dataclasses import dataclass
from functools import lru_cache

SIZES = range(2, 65)


@dataclass(frozen=True, slots=True)
class Round:
    """One round: pairs of numbers, who plays at home first; `bye` is who has no opponent, if the field is odd."""

    pairs: tuple[tuple[int, int], ...]
    bye: int | None = None


@lru_cache(maxsize=64)  # a running tournament asks for the same table at every replay
def table(entrants: int, cycles: int = 1) -> tuple[Round, ...]:
    """Every round for the numbers 1..`entrants`, in order; in every second cycle home and away are exchanged.

    An odd field takes the table of the next even size, and who would meet the number too many has a bye.
    """
    if entrants not in SIZES:
        raise ValueError(f"expected {SIZES[0]} to {SIZES[-1]} entrants, came {entrants}")
    if cycles < 1:
        raise ValueError(f"expected at least 1 cycle, came {cycles}")
    size = entrants + entrants % 2
    first = [_round(size, number, entrants) for number in range(1, size)]
    back = [Round(tuple((away, home) for home, away in round.pairs), round.bye) for round in first]
    return tuple(round for cycle in range(cycles) for round in (back if cycle % 2 else first))


def _round(size: int, number: int, entrants: int) -> Round:
    """Round `number` of an even table.

    The greatest number stays where it is, at home in even rounds. Its opponent moves on by half the table each
    round; the others stand in a circle of `size`-1, and those equally far from that opponent meet, the one ahead of
    it at home.
    """
    circle = size - 1
    pivot = (number + 1) // 2 if number % 2 else (size + number) // 2
    pairs = [(pivot, size) if number % 2 else (size, pivot)]
    pairs += [((pivot + step - 1) % circle + 1, (pivot - step - 1) % circle + 1) for step in range(1, size // 2)]
    if size == entrants:
        return Round(tuple(pairs))
    return Round(tuple(pairs[1:]), bye=pivot)
