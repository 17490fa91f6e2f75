"""A tournament on other screens than a reader's: a projector, a stream's overlay, somebody else's page."""

from typing import Any

import qrcode
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from game.models import Match
from tournaments import entering
from tournaments.board import Board, round_name
from tournaments.formats.pairing import Pairing
from tournaments.formats.spotlight import Live, choose
from tournaments.views import parts, seen, share_url

MOST_MS = 86_400_000  # nobody has looked at a match for longer


@require_safe
@gzip_page
def tv(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """For a projector: the live match that is worth looking at, what comes next, how it stands, and the address. The
    one that lets people in is shown only to a room for which an organiser asks for it, by ``?invite=1``.
    """
    board = _board(request, tournament_id)
    tournament = board.tournament
    invites = request.GET.get("invite") == "1" and tournament.is_organised_by(request.user)
    url = share_url(request, tournament, invites=invites)
    context = {
        **_context(board),
        "now": board.now(),
        "lets_in": not tournament.hot_seat and (invites or not tournament.invitation),
        "join_url": url,
        "join_code": _qr_path(url),
    }
    return render(request, "tournaments/tv.html", context)


@require_safe
def overlay(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """For a stream: names and score of the match in the spotlight, or of ``?match=``, over nothing."""
    board = _board(request, tournament_id)
    return render(request, "tournaments/overlay.html", {"tournament": board.head(), "only": _number(request, "match")})


@require_safe
@xframe_options_exempt
@gzip_page
def embed(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """For a frame on any other page: standings and bracket, live, without a cookie."""
    return render(request, "tournaments/embed.html", _context(_board(request, tournament_id)))


@require_safe
def spotlight(request: HttpRequest, tournament_id: int) -> JsonResponse:
    """Which match a screen shows now: ``{"match": {...} or null}``.

    ``?shown=`` and ``?shown_ms=`` say what has been shown, and for how long; ``?only=`` asks for one match, whether it
    is live or not.
    """
    board = _board(request, tournament_id)
    only, shown = _number(request, "only"), _number(request, "shown")
    chosen = only or choose(_live(board), shown, min(_number(request, "shown_ms") or 0, MOST_MS))
    found = next((id for id, match in board.calls.items() if match.pk == chosen and id in board.state.pairings), None)
    return JsonResponse({"match": _shown(board, board.state.pairings[found]) if found else None})


def _board(request: HttpRequest, tournament_id: int) -> Board:
    return Board.of(seen(request, tournament_id))


def _context(board: Board) -> dict[str, Any]:
    return {
        "tournament": board.head(),
        "entry": entering.shown(board),
        "parts": lambda: parts(board),
        "champion": board.champion(),
    }


def _number(request: HttpRequest, name: str) -> int | None:
    """A number of the address; None if there is none, or it is none."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None


def _live(board: Board) -> list[Live]:
    stages = {pairing.id: stage for stage, round in enumerate(board.state.rounds()) for pairing in round.pairings}
    found = []
    for pairing in board.state.playable():
        match = board.calls.get(pairing.id)
        if match is not None and match.phase == Match.Phase.LIVE:
            seeds = [board.seeds[entrant] for entrant in pairing.entrants]
            found.append(Live(match.pk, stages[pairing.id], (match.a, match.b), match.points, (seeds[0], seeds[1])))
    return found


def _shown(board: Board, pairing: Pairing) -> dict[str, Any]:
    """The match of a pairing as a screen has it, its sides as they sit."""
    match = board.calls[pairing.id]
    left, right = match.seats.order_by("side")
    return {
        "id": match.pk,
        "path": f"/ws/game/{match.pk}/",
        "pairing": pairing.id,
        "round": round_name(board.state.round_of(pairing.id)),
        "names": [left.name, right.name],
        "score": [match.a, match.b],
        "turned": board.turned(pairing),
        "points": match.points,
        "best_of": board.state.best_of(pairing.id),
        "phase": match.phase,
    }


def _qr_path(url: str) -> dict[str, Any]:
    """The QR code of an address as one path of an SVG, and the length of its side, in modules."""
    code = qrcode.QRCode(border=0)
    code.add_data(url)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"path": path, "size": len(rows)}
