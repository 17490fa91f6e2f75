"""What pages say about entering a tournament: who may, how many wait, when it starts. Nothing about the reader."""

import secrets
from datetime import UTC, datetime
from typing import Any

from game.statistics import clock
from tournaments.board import Board
from tournaments.conditions import Conditions
from tournaments.descriptions import described, length
from tournaments.formats.options import Options
from tournaments.models import BEFORE, ENTERING, Tournament


def shown(board: Board) -> dict[str, Any]:
    """How one enters, and until when, as the status, the entrants and the acts of the page show it. Times are aware, or
    None.
    """
    tournament, state = board.tournament, board.state
    options = Options.from_dict(tournament.options or {})
    before = tournament.phase in BEFORE
    return {
        "format": described(tournament.format, options),
        "length": length(tournament.format, options, len(state.entrants)) if before and len(state.entrants) > 1 else "",
        "open": tournament.phase in ENTERING,
        "late": state.phase == "running" and state.format.late_entry,
        "before": before,
        "full": len(state.entrants) >= tournament.size,
        "locked": bool(tournament.password),
        "by_invitation": bool(tournament.invitation),
        "aliases": tournament.aliases,
        "hot_seat": tournament.hot_seat,
        "conditions": Conditions.from_dict(tournament.conditions).listed(),
        "waiting": board.waiting,
        "starts": _time(tournament.starts_ms) if before else None,
        "check_in_opens": _check_in_opens(tournament),
        **_arena_time(board),
        "repeat_days": tournament.repeat_days,
    }


def invited(tournament: Tournament, token: str) -> bool:
    """Whether a link with this token lets one in; any does where no invitation is needed."""
    return not tournament.invitation or secrets.compare_digest(token.encode(), tournament.invitation.encode())


def _check_in_opens(tournament: Tournament) -> datetime | None:
    """When the check-in will open; None if there is none, or it is open."""
    waits = tournament.phase in (Tournament.Phase.DRAFT, Tournament.Phase.OPEN)
    if not waits or not tournament.check_in_min or tournament.starts_ms is None:
        return None
    return _time(tournament.starts_ms - tournament.check_in_min * 60_000)


def _arena_time(board: Board) -> dict[str, Any]:
    """When an arena that runs ends, or while its clock stands, what is left."""
    if board.clock is None or board.clock.stands_ms is None:
        return {"ends": _time(board.ends_ms), "left": None}
    left_ms = board.clock.ends_ms(board.state.format.options.minutes) - board.clock.stands_ms
    return {"ends": None, "left": clock(max(0, left_ms))}


def _time(wall_ms: int | None) -> datetime | None:
    return None if wall_ms is None else datetime.fromtimestamp(wall_ms / 1000, tz=UTC)
