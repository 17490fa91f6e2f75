"""The clocks of a process, in integer milliseconds."""

import time


def monotonic_ms() -> int:
    """The host's monotonic clock: for matches and timers. Means nothing to another process."""
    return time.monotonic_ns() // 1_000_000


def wall_ms() -> int:
    """Unix time: for deadlines that are rows and for what people read."""
    return time.time_ns() // 1_000_000
