from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.people import person
from chat import lines
from realtime.wire import Refused
from tournaments import registration, rendering
from tournaments.board import Board
from tournaments.forms import TournamentForm
from tournaments.models import Tournament
from tournaments.writing import fragments as fragments_of
from tournaments.writing import room_name

LISTED = 30
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def listing(phases: list[str], most: int = LISTED) -> list[dict[str, Any]]:
    """Tournaments as lists show them, the newest first."""
    found = Tournament.objects.filter(phase__in=phases).select_related("organiser").order_by("-pk")[:most]
    return [
        {
            "id": tournament.pk,
            "url": tournament.get_absolute_url(),
            "name": tournament.name,
            "phase": tournament.phase,
            "entrants": len(Board.of(tournament).state.entrants),
            "size": tournament.size,
            "points": tournament.points,
            "organiser": tournament.organiser.name if tournament.organiser else None,
        }
        for tournament in found
    ]


def index(request: HttpRequest) -> HttpResponse:
    return render(request, "tournaments/list.html", {"tournaments": listing(["open", "running", "finished"])})


def new(request: HttpRequest) -> HttpResponse:
    """Create a tournament; a stranger becomes a guest by it."""
    form = TournamentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name, size = form.cleaned_data["name"], form.cleaned_data["size"]
        made = registration.create(person(request), name, size, form.choice)
        response = redirect(made)
        response.status_code = 303
        return response
    return render(request, "tournaments/new.html", {"form": form}, status=400 if form.is_bound else 200)


@gzip_page  # a large bracket is a hundredth of itself; Django blurs the length, so that no secret is guessed by it
def detail(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """The page of a tournament, live for everybody."""
    tournament = get_object_or_404(Tournament.objects.select_related("organiser"), pk=tournament_id)
    reader = request.user if isinstance(request.user, User) else None
    board = Board.of(tournament)
    context = board.context()
    context["tournament"]["share_url"] = share_url(request, tournament)
    context["parts"] = partial(parts, board)
    context["chat"] = lines.panel(room_name(tournament.pk), reader, _("Tournament chat"))
    return render(request, "tournaments/detail.html", context)


@gzip_page
def fragments(request: HttpRequest, tournament_id: int) -> JsonResponse:
    """Every live part of the page, by element id, and the version they are of."""
    tournament = get_object_or_404(Tournament.objects.select_related("organiser"), pk=tournament_id)
    board = Board.of(tournament)
    return JsonResponse({**fragments_of(board, []), **rendering.page(board), "n": tournament.n})


def parts(board: Board) -> dict[str, str]:
    """The large parts of the page by short names; our own templates made them, with every name escaped."""
    return {id.removeprefix("tournament-"): mark_safe(html) for id, html in rendering.page(board).items()}


def share_url(request: HttpRequest, tournament: Tournament) -> str:
    """The address for others: who made it at http://localhost is told the one that works on a phone."""
    url = urlsplit(request.build_absolute_uri(tournament.get_absolute_url()))
    if url.hostname in LOOPBACK and settings.SHARE_ADDRESS:
        url = url._replace(netloc=f"{settings.SHARE_ADDRESS}:{url.port or 80}")
    return url.geturl()


@require_POST
def join(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """Enter in one click, as whoever one is."""
    tournament = get_object_or_404(Tournament, pk=tournament_id)
    try:
        registration.join(person(request), tournament.pk)
    except Refused as refused:
        texts = {
            "full": _("All places are taken."),
            "wrong_phase": _("It has started already: watch from the stands."),
            "already_entered": _("You are entered already."),
        }
        messages.info(request, texts[refused.code])
    return redirect(tournament)


@require_POST
def exhibition(request: HttpRequest) -> HttpResponse:
    """Eight house bots play a tournament, at once."""
    return redirect(registration.exhibition())
