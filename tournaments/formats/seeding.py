"""Seeding: who stands where in a draw, so that the better seeds meet as late as possible."""


def size(entrants: int) -> int:
    """The places of the draw's first round: the least power of two that holds all `entrants` (1 or more)."""
    if entrants < 1:
        raise ValueError(f"expected at least 1 entrant, came {entrants}")
    return 1 << (entrants - 1).bit_length()


def inner_outer(size: int) -> tuple[int, ...]:
    """The seeds 1..`size` from the top of the draw to its foot; `size` is a power of two.

    Start with one seed, and until all are placed replace each p by the pair (p, its opponent if every better
    seed wins). So the two seeds of a pairing always add up to one more than are left in that round:

        2: 1 2
        4: 1 4 2 3
        8: 1 8 4 5 2 7 3 6
    """
    if size < 1 or size.bit_count() != 1:
        raise ValueError(f"expected a power of two, came {size}")
    order = [1]
    while len(order) < size:
        opponents_sum = 2 * len(order) + 1
        order = [seed for better in order for seed in (better, opponents_sum - better)]
    return tuple(order)


def byes(entrants: int) -> range:
    """The seeds without an opponent in the first round: the best ones, 1..size-entrants."""
    return range(1, size(entrants) - entrants + 1)
