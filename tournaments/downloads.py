"""Downloads: a tournament as a file for other programs. What is in each is docs/tournaments.md's to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from game.models import Match as MatchRow
from tournaments import log
from tournaments.exports import open_bracket, report, sheets
from tournaments.exports.about import About, Match
from tournaments.formats import trf
from tournaments.formats.refused import Refused
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Tournament

EDITION = 1  # of the files: the next one when the same tournament is written otherwise
ENDED = (Tournament.Phase.FINISHED, Tournament.Phase.CANCELLED)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the end of its name, its type, and how it is written."""

    ending: str
    content_type: str
    write: Callable[[State, About], str | bytes]


def _json(state: State, about: About) -> bytes:
    return msgspec.json.encode(open_bracket.document(state, about))


def _report(state: State, about: About) -> str:
    return trf.write(report.report(state, about))


KINDS: Mapping[str, Kind] = {
    "bracket": Kind(".obf.json", "application/json", _json),
    "ranks": Kind("-ranks.csv", "text/csv; charset=utf-8", lambda state, about: sheets.ranks(state)),
    "matches": Kind("-matches.csv", "text/csv; charset=utf-8", sheets.matches),
    "report": Kind(".trf", "text/plain; charset=utf-8", _report),
}


def answer(request: HttpRequest, tournament: Tournament, name: str) -> HttpResponseBase:
    """A file of a tournament, or that it has not changed since the reader's (304), or that there is none (404)."""
    kind = KINDS[name]
    etag = f'"{tournament.pk}-{tournament.n}-{name}-{EDITION}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        state = log.state(tournament)
        try:
            written = kind.write(state, about(request, tournament))
        except Refused as no:
            return HttpResponseNotFound(_no_file(no), content_type="text/plain; charset=utf-8")
        response = HttpResponse(written, content_type=kind.content_type)
        filename = f"{slugify(tournament.name) or 'tournament'}-{tournament.pk}{kind.ending}"
        response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"  # it may be kept, and is asked about
    return response


def _no_file(no: Refused) -> str:
    if no.code == "format":
        return _("There is no FIDE report of this format: it is for Swiss tournaments and round robins.")
    return _("There is no FIDE report before the draw.")


def about(request: HttpRequest, tournament: Tournament) -> About:
    """What the tournament's log does not say."""
    events = tournament.log.exclude(kind__in=log.NOTES)
    times: dict[str, Any] = events.aggregate(began=Min("at_ms", filter=Q(kind="drawn")), ended=Max("at_ms"))
    rows = MatchRow.objects.filter(call__tournament=tournament).values_list("pk", "started_ms", "finished_ms")
    home = request.build_absolute_uri("/").rstrip("/")
    return About(
        tournament.name,
        home + tournament.get_absolute_url(),
        tournament.choice.id,
        times["began"],
        times["ended"] if tournament.phase in ENDED else None,
        {pk: Match(began, ended, home + reverse("game:match", args=[pk])) for pk, began, ended in rows},
    )
