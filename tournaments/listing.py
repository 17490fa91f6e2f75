"""Tournaments as lists show them: first what one can enter or watch, then what is over; the newest of each first."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, When

from tournaments.board import Board
from tournaments.descriptions import FORMATS
from tournaments.models import BEFORE, ENTERING, Tournament

A_PAGE = 30
CURRENT = (*ENTERING, Tournament.Phase.RUNNING)


def current(most: int) -> list[dict[str, Any]]:
    """What is open or runs."""
    found = Tournament.objects.filter(phase__in=CURRENT).select_related("organiser").order_by("-pk")
    return [row(tournament) for tournament in found[:most]]


def page(number: str | None) -> Page[Tournament]:
    """A page of all that are not called off, the nearest one if none has that number. Of each show the `row`."""
    shown = Tournament.objects.filter(phase__in=(*CURRENT, Tournament.Phase.FINISHED)).select_related("organiser")
    over = Case(When(phase=Tournament.Phase.FINISHED, then=1), default=0)
    return Paginator(shown.order_by(over, "-pk"), A_PAGE).get_page(number)


def row(tournament: Tournament) -> dict[str, Any]:
    """One of them, and what a list says about entering it."""
    board, before = Board.of(tournament), tournament.phase in BEFORE
    champion = board.champion()
    return {
        "id": tournament.pk,
        "url": tournament.get_absolute_url(),
        "name": tournament.name,
        "phase": tournament.phase,
        "entrants": len(board.state.entrants),
        "size": tournament.size,
        "points": tournament.points,
        "organiser": tournament.organiser.name if tournament.organiser else None,
        "format": FORMATS.get(tournament.format, tournament.format),
        "progress": board.progress,
        "champion": champion["name"] if champion else None,
        "starts_ms": tournament.starts_ms if before else None,
        "locked": bool(tournament.password),
        "by_invitation": bool(tournament.invitation),
        "hot_seat": tournament.hot_seat,
        "waiting": tournament.waiting().count() if before else 0,
    }
