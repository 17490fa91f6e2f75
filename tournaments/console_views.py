"""The organiser's console, as pages: to everybody else there is nothing here."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from realtime.clock import wall_ms
from tournaments.console import Console
from tournaments.views import organised, share_url


def console(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """The page, whose parts are kept up to date by console.js."""
    tournament = organised(request, tournament_id)
    context = {
        **Console.of(tournament).context(),
        "by_invitation": bool(tournament.invitation),
        "now_ms": wall_ms(),
    }
    context["tournament"]["share_url"] = share_url(request, tournament, invites=True)
    return render(request, "tournaments/console.html", context)


def fragments(request: HttpRequest, tournament_id: int) -> JsonResponse:
    """Every live part of the page, by element id, the version they are of, and the server's clock. ``rounds`` are the
    keys of the rounds that the reader has unfolded, with commas between them.
    """
    tournament = organised(request, tournament_id)
    given = request.GET.get("rounds")
    rounds = None if given is None else set(given.split(","))
    answer = JsonResponse(
        {"n": tournament.n, "now_ms": wall_ms(), "fragments": Console.of(tournament).fragments(rounds)}
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
