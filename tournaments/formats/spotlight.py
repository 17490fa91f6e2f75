"""The spotlight: which live match a screen shows that everybody looks at."""

from collections.abc import Sequence
from dataclasses import dataclass

DWELL_MS = 30_000  # a match that has been shown for less is not left for a better one


@dataclass(frozen=True, slots=True)
class Live:
    """A live match. `stage` counts the rounds of the tournament in calling order, from 0; `score` is the points of
    each side and `points` what a side needs; `seeds` are those of the two, from 1.
    """

    match: int
    stage: int
    score: tuple[int, int]
    points: int
    seeds: tuple[int, int]

    @property
    def is_match_point(self) -> bool:
        """Does the next point decide it, if the right one makes it?"""
        return max(self.score) >= self.points - 1

    @property
    def interest(self) -> tuple[int, int, bool, int, int]:
        """The greater, the more interesting: a later round; then how far the one behind has come, which is much only
        where it is late and close; then match point; then the better seeds; of equals, which began first.
        """
        return self.stage, min(self.score), self.is_match_point, -sum(self.seeds), -self.match


def choose(live: Sequence[Live], shown: int | None = None, shown_ms: int = 0) -> int | None:
    """The match to show now; None if nothing is live.

    `shown` is what has been shown for `shown_ms`: it is left only when it is over, or after a while for one that is
    more interesting.
    """
    if any(match.match == shown for match in live) and shown_ms < DWELL_MS:
        return shown
    return max(live, key=lambda match: match.interest).match if live else None
