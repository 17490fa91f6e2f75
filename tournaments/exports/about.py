"""What a log does not say of its tournament, and an export does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Match:
    """A match of the tournament: when it was played, Unix time in ms, and its page's address."""

    started_ms: int | None = None
    finished_ms: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """`url` is the tournament's address, `ruleset` the id of the rules it is played by ("classic-5"); `matches` are by
    id. It began with the draw, and ended with the last match.
    """

    name: str
    url: str = ""
    ruleset: str = ""
    began_ms: int | None = None
    ended_ms: int | None = None
    matches: Mapping[int, Match] = field(default_factory=dict)


def instant(ms: int | None) -> str:
    """ISO 8601 in UTC, to the second: 2026-03-01T18:30:00Z. Empty if there is none."""
    return "" if ms is None else f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def day(ms: int | None) -> str:
    """The day in UTC: 2026-03-01. Empty if there is none."""
    return instant(ms)[:10]
