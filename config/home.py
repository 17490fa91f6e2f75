"""The home page: everything that happens now, and the ways in."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.forms import PingForm
from accounts.models import User
from chat import lines
from game import matches
from game.choices import ChoiceForm
from game.models import Match
from matchmaking import tickets
from tournaments import listing

MATCHES_SHOWN = 12
TOURNAMENTS_SHOWN = 8


def home(request: HttpRequest) -> HttpResponse:
    reader = request.user if isinstance(request.user, User) else None
    ways = {
        "ping": PingForm.of(reader, auto_id="queue-%s"),
        "bot_rules": ChoiceForm(auto_id="bot-%s"),
        "hotseat_rules": ChoiceForm(auto_id="hotseat-%s"),
    }
    return render(request, "home.html", {**_now(), **ways, "lobby": lines.panel("lobby", reader, _("Lobby"))})


def fragments(request: HttpRequest) -> JsonResponse:
    """The live lists of the page, by element id."""
    now = _now()
    return JsonResponse(
        {
            "live-matches": render_to_string("_live_matches.html", now, request),
            "open-tournaments": render_to_string("_tournaments.html", now, request),
        }
    )


def _now() -> dict[str, Any]:
    return {
        "live_matches": [_match(match) for match in matches.live()[:MATCHES_SHOWN]],
        "tournaments": listing.current(TOURNAMENTS_SHOWN),
        "waiting": sum(tickets.waiting(points) for points in matches.POINTS),
    }


def _match(match: Match) -> dict[str, Any]:
    left, right = match.seats.all()
    return {
        "id": match.pk,
        "url": match.get_absolute_url(),
        "title": match.title,
        "left": left.user_id,
        "right": right.user_id,
        "left_name": left.name,
        "right_name": right.name,
        "a": match.a,
        "b": match.b,
        "points": match.points,
        "phase": match.phase,
    }
