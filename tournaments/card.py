"""The share card: a tournament, or what one entrant made of it, as a picture that stands by itself (SVG)."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import ordinal
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tournaments import log
from tournaments.board import Board
from tournaments.descriptions import FORMATS
from tournaments.exports.lettering import fitted
from tournaments.formats.statistics import podium, records
from tournaments.models import Tournament

EDITION = 1  # of the design
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"  # it is a picture: nothing runs, nothing is fetched
MIDDLE = 1040  # px of width for what stands in the middle
SIDE = 340  # and for who came after the first one


def answer(request: HttpRequest, tournament: Tournament) -> HttpResponseBase:
    """The card of a tournament; with ``?entrant=`` the certificate of one, when the ranks are final (else 404)."""
    entrant = _entrant(request)
    etag = f'"{tournament.pk}-{tournament.n}-card-{entrant}-{get_language()}-{EDITION}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        board = Board.of(tournament)
        context = overview(board) if entrant is None else certificate(board, entrant)
        response = HttpResponse(render_to_string("tournaments/card.svg", context), content_type="image/svg+xml")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"  # it may be kept, and is asked about
    response["Content-Security-Policy"] = POLICY
    patch_vary_headers(response, ("Accept-Language",))
    return response


def _entrant(request: HttpRequest) -> int | None:
    given = request.GET.get("entrant")
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise Http404(_("An entrant is a number."))
    return int(given)


def overview(board: Board) -> dict[str, Any]:
    """The tournament: who won it, or how it stands."""
    state = board.state
    names = [", ".join(state.entrants[entrant] for entrant in step) for step in podium(state)]
    if state.phase != "finished":
        names = ["", "", ""]
    return {
        **_head(board),
        "label": _("Champion") if names[0] else "",
        "hero": fitted(names[0] or _state(board), MIDDLE, 104, 40),
        "sides": [
            {"rank": ordinal(rank), "name": fitted(name, SIDE, 38, 22)}
            for rank, name in enumerate(names[1:], start=2)
            if name
        ],
        "line": None,
    }


def certificate(board: Board, entrant: int) -> dict[str, Any]:
    """What one entrant made of it. Http404 if there is no such entrant, or nothing to certify yet."""
    state = board.state
    rank = next((s.rank for s in state.standings() if s.entrant == entrant), None)
    if state.phase != "finished" or rank is None:
        raise Http404(_("A certificate is there for every entrant when the tournament is over."))
    record = records(state)[entrant]
    values = {"rank": ordinal(rank), "count": len(state.order)}
    tally = {"won": record.won, "lost": record.lost, "points": record.points, "all": record.points + record.conceded}
    return {
        **_head(board),
        "label": _("%(rank)s of %(count)s") % values,
        "hero": fitted(state.entrants[entrant], MIDDLE, 104, 40),
        "sides": [],
        "line": fitted(_("%(won)s won · %(lost)s lost · %(points)s of %(all)s points") % tally, MIDDLE, 34, 22),
        "is_first": rank == 1,
    }


def _head(board: Board) -> dict[str, Any]:
    count = len(board.state.order or board.state.entrants)
    facts = [
        str(FORMATS.get(board.tournament.format, board.tournament.format)),
        ngettext("%(count)s entrant", "%(count)s entrants", count) % {"count": count},
        date_format(_day(board.tournament), "DATE_FORMAT"),
    ]
    return {
        "title": fitted(board.tournament.name, MIDDLE, 60, 30),
        "facts": fitted(" · ".join(facts), MIDDLE, 30, 20),
        "is_first": True,
    }


def _state(board: Board) -> str:
    match board.state.phase:
        case "open":
            return _("Open for entries")
        case "running":
            return _("Being played")
        case "cancelled":
            return _("Called off")
    return _("Nobody won")


def _day(tournament: Tournament) -> datetime:
    """When it ended; until then when it starts, or was made."""
    last: int | None = tournament.log.exclude(kind__in=log.NOTES).aggregate(last=Max("at_ms"))["last"]
    over = tournament.phase in (Tournament.Phase.FINISHED, Tournament.Phase.CANCELLED)
    day_ms = last if over and last is not None else tournament.starts_ms or tournament.created_ms
    return datetime.fromtimestamp(day_ms / 1000, UTC)
