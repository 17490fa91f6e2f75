"""The numbers of a match as its pages show them, and the chart of its points."""

from typing import Any

from django.urls import reverse

from game import replays
from game.models import Match
from game.pong.stats import RallyStats, Stats

WIDE, HIGH = 1_000, 100  # the chart's own units: the page stretches it


def shown(match: Match) -> dict[str, Any] | None:
    """What `game/_statistics.html` needs; None if there is nothing to tell."""
    numbers = replays.numbers(match)
    if numbers is None:
        return None
    replay = reverse("game:replay", args=[match.pk])
    longest, fastest = numbers.longest, numbers.fastest
    return {
        "names": [seat.name for seat in match.seats.all()],
        "score": (match.a, match.b),
        "count": len(numbers.rallies),
        "hits": numbers.hits,
        "longest": longest and longest.hits,
        "longest_url": longest and _moment(replay, longest.serve_ms),
        "fastest": fastest and f"{fastest.along_px_s:,}",
        "seen": fastest and f"{fastest.seen_px_s:,}",
        "crossing": fastest and f"{fastest.crossing_ms / 1000:.2f}",
        "flown": clock(numbers.flown_ms),
        "lasted": clock(numbers.lasted_ms),
        "chart": _chart(numbers, match.points),
        "rallies": [_row(replay, rally) for rally in numbers.rallies],
    }


def clock(ms: int) -> str:
    """Minutes and seconds: 0:07."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


def _moment(replay: str, ms: int) -> str:
    return f"{replay}#t={ms / 1000:.1f}"


def _row(replay: str, rally: RallyStats) -> dict[str, Any]:
    return {
        "number": rally.number,
        "side": rally.side,
        "a": rally.a,
        "b": rally.b,
        "hits": rally.hits,
        "at": clock(rally.point_ms),
        "url": _moment(replay, rally.serve_ms),
    }


def _chart(numbers: Stats, most: int) -> dict[str, Any]:
    """Two lines of steps: the points of each side over the time of the match."""
    lasted = max(numbers.lasted_ms, 1)
    paths = ["M0 100", "M0 100"]
    before = (0, 0)
    for ms, a, b in numbers.points[1:]:
        x = WIDE * ms // lasted
        for side, value in enumerate((a, b)):
            if value != before[side]:
                paths[side] += f"H{x}V{HIGH - HIGH * value // most}"
        before = (a, b)
    return {"left": f"{paths[0]}H{WIDE}", "right": f"{paths[1]}H{WIDE}", "most": most}
