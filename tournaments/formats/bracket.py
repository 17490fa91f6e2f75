"""The bracket: the places of a knock-out draw and how they feed each other."""

from functools import lru_cache

from .place import Bye, Place, Seed, Source, WinnerOf
from .seeding import inner_outer, size


@lru_cache(maxsize=32)  # a running tournament asks for the same draw at every replay
def graph(entrants: int) -> tuple[Place, ...]:
    """Every place of the draw for `entrants` (2 or more) in calling order: by round, then by number.

    The draw has size-1 places, size being the least power of two that holds the field. A bye is a slot like any
    other, so that the draw can be printed as it is; `entrants`-1 places have two entrants to come.
    """
    if entrants < 2:
        raise ValueError(f"expected at least 2 entrants, came {entrants}")
    lines: list[Source] = [Seed(seed) if seed <= entrants else Bye() for seed in inner_outer(size(entrants))]
    places: list[Place] = []
    round = 0
    while len(lines) > 1:
        round += 1
        drawn = [
            Place(f"m{round}.{number}", "main", round, number, (upper, lower))
            for number, (upper, lower) in enumerate(zip(lines[::2], lines[1::2], strict=True), start=1)
        ]
        places += drawn
        lines = [WinnerOf(place.id) for place in drawn]
    return tuple(places)
