"""The bracket: the places of a knock-out draw and how they feed each other."""

from collections.abc import Sequence
from functools import lru_cache

from .place import Bye, Place, Seed, Source, loser, winner
from .seeding import inner_outer, size


@lru_cache(maxsize=32)  # a running tournament asks for the same draw at every replay
def graph(entrants: int, third_place: bool = False) -> tuple[Place, ...]:
    """Every place of the draw for `entrants` (2 or more) in calling order: by round, then by number.

    The draw has size-1 places, size being the least power of two that holds the field, and one more for the third
    place. A bye is a slot like any other, so that the draw can be printed as it is; `entrants`-1 places have two
    entrants to come.
    """
    return knock_out(seeds(entrants), third_place)


def seeds(entrants: int) -> tuple[Seed, ...]:
    if entrants < 2:
        raise ValueError(f"expected at least 2 entrants, came {entrants}")
    return tuple(Seed(seed) for seed in range(1, entrants + 1))


def knock_out(sources: Sequence[Source], third_place: bool = False) -> tuple[Place, ...]:
    """The same for entrants who come from anywhere: `sources` are in the order of their seeds."""
    lines = seated(sources, size(len(sources)))
    places: list[Place] = []
    round = 0
    while len(lines) > 1:
        round += 1
        drawn = meet("m", "main", round, lines)
        if len(drawn) == 1 and third_place and places:
            upper, lower = (loser(place) for place in places[-2:])
            places.append(Place("t1.1", "third_place", 1, 1, (upper, lower)))
        places += drawn
        lines = [winner(place) for place in drawn]
    return tuple(places)


def seated(sources: Sequence[Source], lines: int) -> list[Source]:
    """The lines of a first round from its top to its foot: the sources by seed, and byes for the seeds missing."""
    return [sources[seed - 1] if seed <= len(sources) else Bye() for seed in inner_outer(lines)]


def meet(prefix: str, section: str, round: int, lines: Sequence[Source]) -> list[Place]:
    """The places of a round in which each line meets the one below it."""
    return [
        Place(f"{prefix}{round}.{number}", section, round, number, (upper, lower))
        for number, (upper, lower) in enumerate(zip(lines[::2], lines[1::2], strict=True), start=1)
    ]
