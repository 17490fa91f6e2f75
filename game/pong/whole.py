"""Whole numbers, forced at the boundary: one float that leaks into a stamp changes a replay."""

LATEST_MS = 2**31 - 1  # 24 days of one match: times any speed it stays far below 2^53


def whole(name: str, value: object, least: int, most: int) -> int:
    """Give `value` back if it is an int (no bool, no float) in least..most.

    Raises ValueError: "<name>: expected a whole number in <least>..<most>, came <value>".
    """
    if type(value) is int and least <= value <= most:
        return value
    raise ValueError(f"{name}: expected a whole number in {least}..{most}, came {value!r}")


def side(value: object) -> int:
    """0 (left) or 1 (right); anything else raises ValueError."""
    return whole("side", value, 0, 1)


def instant(name: str, value: object) -> int:
    """Milliseconds since the match's start; anything else raises ValueError."""
    return whole(name, value, 0, LATEST_MS)
