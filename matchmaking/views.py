from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec import UNSET

from accounts.forms import PingForm
from accounts.models import User
from accounts.people import person
from game import matches
from game.choices import PointsForm
from game.models import Match, Rally, Seat
from matchmaking import ratings, tickets
from realtime.wire import Refused

MATCHES_SHOWN = 20


@require_POST
def play(request: HttpRequest) -> HttpResponse:
    """Join the queue, in one click, as whoever one is; the dock of the next page shows the wait."""
    form, ping = PointsForm(request.POST), PingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose 3, 5 or 11 points."))
        return redirect("home")
    if not ping.is_valid():
        messages.error(request, str(ping.errors["max_ping_ms"][0]))
        return redirect("home")
    user = person(request)
    limit = ping.cleaned_data["max_ping_ms"] if "max_ping_ms" in request.POST else UNSET
    try:
        tickets.join(user, form.cleaned_data["points"], max_ping_ms=limit)
    except Refused as refused:
        current = matches.holding(user)
        if refused.code == "in_match" and current is not None:
            messages.info(request, _("You are in this match already: finish it or leave it first."))
            return redirect(current)
    return redirect("home")


def _seat(user: User, side: int) -> Exists:
    return Exists(Seat.objects.filter(match=OuterRef("pk"), side=side, user=user))


def player(request: HttpRequest, user_id: int) -> HttpResponse:
    """A player's page: name, rating, record, last matches."""
    user = get_object_or_404(User, pk=user_id, is_active=True)
    rating = ratings.current(user, 11)
    played = (
        Match.objects.filter(seats__user=user, phase=Match.Phase.OVER)
        .exclude(_seat(user, 0) & _seat(user, 1))  # at one screen others play, for whom they hold both seats
        .exclude(winner=None)
        .distinct()
        .prefetch_related("seats__user")
    )
    replayed = Exists(Rally.objects.filter(match=OuterRef("pk")))
    won = played.filter(
        Q(seats__user=user, winner=0, seats__side=0) | Q(seats__user=user, winner=1, seats__side=1)
    ).count()
    shown = {
        "id": user.pk,
        "name": user.name,
        "is_guest": user.is_guest,
        "is_bot": user.is_bot,
        "rating": round(rating.value) if user.is_claimed else None,
        "provisional": rating.provisional,
        "joined": user.date_joined,
    }
    context = {
        "player": shown,
        "matches": [
            _played(match, user) for match in played.annotate(has_replay=replayed).order_by("-pk")[:MATCHES_SHOWN]
        ],
        "record": {"won": won, "lost": played.count() - won},
    }
    return render(request, "players/detail.html", context)


def _played(match: Any, user: User) -> dict[str, Any]:
    seats = list(match.seats.all())
    side = next(seat.side for seat in seats if seat.user_id == user.pk)
    opponent = seats[1 - side]
    return {
        "url": match.get_absolute_url(),
        "replay_url": reverse("game:replay", args=[match.pk]) if match.has_replay else None,
        "when_ms": match.finished_ms,
        "when": match.finished_ms,
        "opponent": opponent.name,
        "opponent_url": f"/players/{opponent.user_id}/" if opponent.user_id else None,
        "a": (match.a, match.b)[side],
        "b": (match.a, match.b)[1 - side],
        "won": match.winner == side,
        "title": match.title,
    }
