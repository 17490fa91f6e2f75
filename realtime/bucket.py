"""A token bucket: so many messages at once, so many a second after that."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """Holds up to ``burst`` tokens and regains ``rate`` a second. Starts full.

    Counted in thousandths of a token, so that integer milliseconds lose nothing.
    """

    burst: int
    rate: int
    _level: int = field(init=False)
    _at_ms: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._level = self.burst * 1000

    def take(self, now_ms: int) -> bool:
        """Take one token if there is one. ``now_ms`` from a clock that never goes back."""
        if self._at_ms is not None:
            self._level = min(self.burst * 1000, self._level + (now_ms - self._at_ms) * self.rate)
        self._at_ms = now_ms
        if self._level < 1000:
            return False
        self._level -= 1000
        return True
