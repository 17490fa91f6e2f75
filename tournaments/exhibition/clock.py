"""Match time as a client knows it: by the quickest of its last exchanges with the host."""

from collections import deque

from realtime.clock import monotonic_ms

KEPT = 8
AT_THE_START = 5
EVERY_S = 1.0  # it is the sign of life as well


class Clock:
    """``ask`` gives the number to send in ``[3, c]``, ``answer`` takes what comes back."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, int]] = deque(maxlen=KEPT)  # (round trip, offset), ms

    @property
    def known(self) -> bool:
        return bool(self._seen)

    def now(self) -> int:
        """Match time, ms."""
        return monotonic_ms() + min(self._seen)[1]

    def ask(self) -> int:
        return monotonic_ms()

    def answer(self, c: int, now: int) -> None:
        here = monotonic_ms()
        self._seen.append((here - c, now - (c + here) // 2))

    def forget(self) -> None:
        """Another process hosts the match, and its time starts again."""
        self._seen.clear()
