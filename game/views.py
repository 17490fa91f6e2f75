from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from accounts.models import NAME_LENGTH, User
from accounts.people import person
from chat import lines
from game import choices, matches, replays, statistics
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
    context = {
        "match": shown(found),
        "chat": lines.panel(key, reader, _("Match chat")),
        "statistics": statistics.shown(found) if found.phase == Match.Phase.OVER else None,
    }
    return render(request, "game/match.html", context)


@require_safe
def statistics_fragment(request: HttpRequest, match_id: int) -> HttpResponse:
    """The statistics of a match that is over, for its page that saw the end; nothing (204) if there are none."""
    found = get_object_or_404(Match.objects.prefetch_related("seats"), pk=match_id)
    numbers = statistics.shown(found) if found.phase == Match.Phase.OVER else None
    if numbers is None:
        return HttpResponse(status=204)
    return render(request, "game/_statistics.html", {"statistics": numbers})


@require_safe
def replay(request: HttpRequest, match_id: int) -> HttpResponse:
    """Watch a match again. One that is being played is watched live."""
    found = get_object_or_404(Match.objects.prefetch_related("seats__user"), pk=match_id)
    if found.phase != Match.Phase.OVER:
        messages.info(request, _("This match is not over yet: here it is live. Its replay is there when it is over."))
        return redirect(found)
    if not found.rallies.exists():
        messages.info(request, _("No point was played in this match, so there is no replay."))
        return redirect(found)
    context = {"match": shown(found), "statistics": statistics.shown(found)}
    return render(request, "game/replay.html", context)


@require_safe
@gzip_page
def replay_document(request: HttpRequest, match_id: int) -> JsonResponse:
    """The match as one document: docs/replays.md."""
    found = Match.objects.prefetch_related("seats").filter(pk=match_id).first()
    if found is None:
        return _no_replay(404, "no_match", "the number of a match", str(match_id))
    if found.phase != Match.Phase.OVER:
        return _no_replay(409, "not_over", "a match that is over: its replay is there then", found.phase)
    try:
        made = replays.made(found)
    except replays.DamagedError as damage:
        return _no_replay(500, "damaged", "rallies that give what is stored", str(damage))
    if made is None:
        return _no_replay(404, "no_rally", "a match in which a point was played", "0-0")
    return JsonResponse(made, json_dumps_params={"separators": (",", ":")})


def _no_replay(status: int, code: str, expected: str, came: str) -> JsonResponse:
    return JsonResponse({"code": code, "expected": expected, "came": came}, status=status)


def shown(found: Match) -> dict[str, Any]:
    """A match as pages have it."""
    return {
        "id": found.pk,
        "path": f"/ws/game/{found.pk}/",
        "url": found.get_absolute_url(),
        "replay_url": reverse("game:replay", args=[found.pk]),
        "document_url": reverse("game:replay_document", args=[found.pk]),
        "statistics_url": reverse("game:statistics", args=[found.pk]),
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
