from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.people import person
from chat import lines
from realtime.wire import Refused
from tournaments import registration
from tournaments.board import Board
from tournaments.forms import FIELDS, TournamentForm
from tournaments.models import BEFORE, Tournament
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
    return render(
        request, "tournaments/list.html", {"tournaments": listing(["open", "check_in", "running", "finished"])}
    )


def new(request: HttpRequest) -> HttpResponse:
    """Create a tournament, ``?like=`` another one of the reader's; a stranger becomes a guest by it."""
    form = TournamentForm(request.POST if request.method == "POST" else None, like=_like(request))
    if request.method == "POST" and form.is_valid():
        name, size = form.cleaned_data["name"], form.cleaned_data["size"]
        made = registration.create(person(request), name, size, form.choice, form.plan)
        response = redirect(made)
        response.status_code = 303
        return response
    return render(request, "tournaments/new.html", {"form": form}, status=400 if form.is_bound else 200)


def change(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """Change a tournament that has not begun: for its organisers."""
    tournament = organised(request, tournament_id)
    if tournament.phase not in BEFORE:
        messages.info(request, _("It has begun: from now on the console is the place."))
        return redirect(tournament)
    form = TournamentForm(request.POST if request.method == "POST" else None, of=tournament)
    if request.method == "POST" and form.is_valid():
        name, size = form.cleaned_data["name"], form.cleaned_data["size"]
        try:
            registration.change(person(request), tournament.pk, name, size, form.choice, form.plan)
        except Refused as refused:
            form.add_error(FIELDS.get(refused.code, "size"), f"{_('Expected')} {refused.expected}")
        else:
            response = redirect(tournament)
            response.status_code = 303
            return response
    context = {"form": form, "tournament": tournament}
    return render(request, "tournaments/new.html", context, status=400 if form.is_bound else 200)


def _like(request: HttpRequest) -> Tournament | None:
    """The reader's own tournament that the address names."""
    number = request.GET.get("like", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    like = Tournament.objects.filter(pk=int(number)).first()
    return like if like is not None and like.is_organised_by(request.user) else None


def organised(request: HttpRequest, tournament_id: int) -> Tournament:
    """A tournament of which the reader is an organiser; to everybody else there is nothing here."""
    tournament = get_object_or_404(Tournament.objects.select_related("organiser"), pk=tournament_id)
    if not tournament.is_organised_by(request.user):
        raise Http404
    return tournament


def _seen(request: HttpRequest, tournament_id: int) -> Tournament:
    """A tournament, unless it is a draft of somebody else's."""
    tournament = get_object_or_404(Tournament.objects.select_related("organiser"), pk=tournament_id)
    if tournament.phase == Tournament.Phase.DRAFT and not tournament.is_organised_by(request.user):
        raise Http404
    return tournament


def detail(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """The page of a tournament, live for everybody."""
    tournament = _seen(request, tournament_id)
    reader = request.user if isinstance(request.user, User) else None
    context = Board.of(tournament).context()
    context["organises"] = tournament.is_organised_by(reader)
    context["tournament"]["share_url"] = _share_url(request, tournament)
    context["chat"] = lines.panel(room_name(tournament.pk), reader, _("Tournament chat"))
    return render(request, "tournaments/detail.html", context)


def fragments(request: HttpRequest, tournament_id: int) -> JsonResponse:
    """Every live part of the page, by element id, and the version they are of."""
    tournament = _seen(request, tournament_id)
    return JsonResponse({**fragments_of(Board.of(tournament)), "n": tournament.n})


def _share_url(request: HttpRequest, tournament: Tournament) -> str:
    """The address for others: who made it at http://localhost is told the one that works on a phone."""
    url = urlsplit(request.build_absolute_uri(tournament.get_absolute_url()))
    if url.hostname in LOOPBACK and settings.SHARE_ADDRESS:
        url = url._replace(netloc=f"{settings.SHARE_ADDRESS}:{url.port or 80}")
    return url.geturl()


@require_POST
def join(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """Enter in one click, as whoever one is."""
    tournament = _seen(request, tournament_id)
    given = {name: request.POST.get(name, "") for name in ("password", "invitation", "alias")}
    try:
        registration.join(person(request), tournament.pk, **given)
    except Refused as refused:
        texts = {
            "full": _("All places are taken."),
            "wrong_phase": _("It is not open for entries: watch from the stands."),
            "already_entered": _("You are entered already."),
            "password": _("That is not its password."),
            "invitation": _("It is by invitation: ask its organiser for the link."),
            "hot_seat": _("It is played at one screen: its organiser enters the names."),
        }
        wanted = _("To enter you need %(expected)s.") % {"expected": refused.expected}
        messages.info(request, texts.get(refused.code, wanted))
    return redirect(tournament)


@require_POST
def exhibition(request: HttpRequest) -> HttpResponse:
    """Eight house bots play a tournament, at once."""
    return redirect(registration.exhibition())
