from functools import partial
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people import person
from chat import lines
from realtime.wire import Refused
from tournaments import card as cards
from tournaments import downloads, entering, listing, registration, rendering
from tournaments.board import Board
from tournaments.forms import TournamentForm
from tournaments.models import BEFORE, Tournament
from tournaments.writing import fragments as fragments_of
from tournaments.writing import room_name

TOKEN_LENGTH = 64  # of an invitation that somebody may have made up
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def index(request: HttpRequest) -> HttpResponse:
    """What is not called off; and the reader's own drafts, which only they see."""
    reader = request.user if isinstance(request.user, User) else None
    drafts = Tournament.objects.filter(phase=Tournament.Phase.DRAFT, organiser=reader) if reader else []
    page = listing.page(request.GET.get("page"))
    tournaments = [listing.row(tournament) for tournament in page]
    return render(request, "tournaments/list.html", {"tournaments": tournaments, "drafts": drafts, "page": page})


def new(request: HttpRequest) -> HttpResponse:
    """Create a tournament, ``?like=`` another one of the reader's; a stranger becomes a guest by it."""
    form = TournamentForm(request.POST if request.method == "POST" else None, like=_like(request))
    if request.method == "POST" and form.is_valid():
        name, size = form.cleaned_data["name"], form.cleaned_data["size"]
        made = registration.create(person(request), name, size, form.choice, form.plan)
        return _see_other(made)
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
            form.refuse(refused.code, refused.expected)
        else:
            return _see_other(tournament)
    context = {"form": form, "tournament": tournament}
    return render(request, "tournaments/new.html", context, status=400 if form.is_bound else 200)


def _see_other(tournament: Tournament) -> HttpResponse:
    response = redirect(tournament)
    response.status_code = 303
    return response


def lengths(request: HttpRequest) -> JsonResponse:
    """How many matches each format takes, in words, for the form as it is filled in so far."""
    return JsonResponse(TournamentForm(request.GET).lengths())


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


def seen(request: HttpRequest, tournament_id: int) -> Tournament:
    """A tournament, unless it is a draft of somebody else's."""
    tournament = get_object_or_404(Tournament.objects.select_related("organiser"), pk=tournament_id)
    if tournament.phase == Tournament.Phase.DRAFT and not tournament.is_organised_by(request.user):
        raise Http404
    return tournament


@gzip_page  # a large bracket is a hundredth of itself; Django blurs the length, so that no secret is guessed by it
def detail(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """The page of a tournament, live for everybody."""
    tournament = seen(request, tournament_id)
    reader = request.user if isinstance(request.user, User) else None
    organises = tournament.is_organised_by(reader)
    board = Board.of(tournament)
    token = request.GET.get("invitation", "")[:TOKEN_LENGTH]
    context = {
        **board.context(),
        "entry": entering.shown(board),
        "invitation": token if tournament.invitation and entering.invited(tournament, token) else "",
        "organises": organises,
        "standing": registration.standing(tournament, reader) if tournament.conditions else None,
        "missed": registration.missed(tournament, reader),
    }
    context["tournament"]["share_url"] = share_url(request, tournament, invites=organises)
    context["parts"] = partial(parts, board)
    context["chat"] = lines.panel(room_name(tournament.pk), reader, _("Tournament chat"))
    return render(request, "tournaments/detail.html", context)


@gzip_page
def fragments(request: HttpRequest, tournament_id: int) -> JsonResponse:
    """Every live part of the page, by element id, and the version they are of."""
    tournament = seen(request, tournament_id)
    board = Board.of(tournament)
    return JsonResponse({**fragments_of(board, []), **rendering.page(board), "n": tournament.n})


def parts(board: Board) -> dict[str, str]:
    """The large parts of the page by short names; our own templates made them, with every name escaped."""
    return {id.removeprefix("tournament-"): mark_safe(html) for id, html in rendering.page(board).items()}


def share_url(request: HttpRequest, tournament: Tournament, *, invites: bool) -> str:
    """The address for others: who made it at http://localhost is told the one that works on a phone. One that
    ``invites`` lets them in where it is by invitation: for organisers only.
    """
    url = urlsplit(request.build_absolute_uri(tournament.get_absolute_url()))
    if invites and tournament.invitation:
        url = url._replace(query=urlencode({"invitation": tournament.invitation}))
    if url.hostname in LOOPBACK and settings.SHARE_ADDRESS:
        url = url._replace(netloc=f"{settings.SHARE_ADDRESS}:{url.port or 80}")
    return url.geturl()


@require_POST
def join(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """Enter in one click, as whoever one is."""
    tournament = seen(request, tournament_id)
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
    return redirect(_as_invited(tournament, given["invitation"]))


def _as_invited(tournament: Tournament, token: str) -> str:
    """The page as its link showed it: who was refused for another reason need not open that again."""
    address = tournament.get_absolute_url()
    invited = bool(token) and bool(tournament.invitation) and entering.invited(tournament, token[:TOKEN_LENGTH])
    return f"{address}?{urlencode({'invitation': token})}" if invited else address


@require_POST
def exhibition(request: HttpRequest) -> HttpResponse:
    """Eight house bots play a tournament, at once."""
    return redirect(registration.exhibition())


# -- what others can have of it: docs/tournaments.md ---------------------------------------------------------------


@require_safe
@gzip_page
def results(request: HttpRequest, tournament_id: int) -> HttpResponse:
    """Every rank and every match of a tournament that is over; until then its page is the place."""
    board = Board.of(seen(request, tournament_id))
    if board.state.phase != "finished":
        return redirect(board.tournament)
    context = {"tournament": {"name": board.tournament.name}, "results": mark_safe(rendering.results(board))}
    return render(request, "tournaments/results.html", context)


@require_safe
def download(request: HttpRequest, tournament_id: int, kind: str) -> HttpResponseBase:
    """The tournament as a file (``downloads.KINDS``)."""
    return downloads.answer(request, seen(request, tournament_id), kind)


@require_safe
def card(request: HttpRequest, tournament_id: int) -> HttpResponseBase:
    """The share card, or with ``?entrant=`` a certificate: a picture."""
    return cards.answer(request, seen(request, tournament_id))
