from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import NAME_LENGTH, User
from accounts.people import person
from chat import lines
from game import choices, matches
from game.choices import ChoiceForm
from game.matches import BOT_NAMES, BusyError, Player
from game.models import Match
from game.pong.court import Choice


class BotForm(ChoiceForm):
    strength = forms.ChoiceField(choices=[(s, s) for s in BOT_NAMES])


class HotseatForm(ChoiceForm):
    left = forms.CharField(max_length=NAME_LENGTH, required=False)
    right = forms.CharField(max_length=NAME_LENGTH, required=False)


def match(request: HttpRequest, match_id: int) -> HttpResponse:
    """The page of a match: play it, watch it, see how it ended."""
    found = get_object_or_404(Match.objects.prefetch_related("seats__user"), pk=match_id)
    reader = request.user if isinstance(request.user, User) else None
    key = matches.room_name(found.pk)
    context = {"match": shown(found), "chat": lines.panel(key, reader, _("Match chat"))}
    return render(request, "game/match.html", context)


def shown(found: Match) -> dict[str, Any]:
    """A match as pages have it."""
    return {
        "id": found.pk,
        "path": f"/ws/game/{found.pk}/",
        "url": found.get_absolute_url(),
        "title": found.title,
        "belongs_to": found.url or None,
        "points": found.points,
        "unusual": choices.described(found.choice),
        "phase": found.phase,
        "seats": [
            {
                "name": seat.name,
                "user_id": seat.user_id,
                "bot": seat.bot,
                "player_url": f"/players/{seat.user_id}/" if seat.user_id else None,
            }
            for seat in found.seats.all()
        ],
    }


@require_POST
def bot(request: HttpRequest) -> HttpResponse:
    """Play the house bot now."""
    form = BotForm(request.POST)
    if not form.is_valid():
        return _refuse(request, form)
    user = person(request)
    players = [Player(user.name, user), Player.house(form.cleaned_data["strength"])]
    return _call(request, user, players, form.choice, Match.Origin.BOT)


@require_POST
def hotseat(request: HttpRequest) -> HttpResponse:
    """Two people at one keyboard."""
    form = HotseatForm(request.POST)
    if not form.is_valid():
        return _refuse(request, form)
    user = person(request)
    names = [form.cleaned_data["left"].strip() or _("Left"), form.cleaned_data["right"].strip() or _("Right")]
    return _call(request, user, [Player(name, user) for name in names], form.choice, Match.Origin.HOTSEAT)


def _call(
    request: HttpRequest, user: User, players: list[Player], choice: Choice, origin: Match.Origin
) -> HttpResponse:
    try:
        ready_ms = settings.READY_TOURNAMENT_S * 1000
        called = matches.call(players, rules=choice.rules(), origin=origin, ready_ms=ready_ms)
    except BusyError:
        current = matches.holding(user)
        messages.info(request, _("You are in this match already: finish it or leave it first."))
        return redirect(current) if current else redirect("home")
    return redirect(called)


def _refuse(request: HttpRequest, form: forms.Form) -> HttpResponse:
    for field, errors in form.errors.items():
        for error in errors:
            messages.error(request, f"{field}: {error}")
    return redirect("home")
