"""Replays of stored matches: the document that is handed out, the numbers of a match, and the proof of them all."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from game import matches
from game.models import Match, Rally
from game.pong import court, document
from game.pong.replay import Told, verify
from game.pong.stats import Stats, stats

logger = logging.getLogger(__name__)

AT_ONCE = 50  # matches read in one look: a megabyte or so
BROKEN = (ValueError, KeyError, TypeError)  # what a record that was changed by hand may raise
FIELDS = ("pk", "phase", "ruleset", "seed", "a", "b", "winner", "reason")


class DamagedError(Exception):
    """The stored rallies of a match are not what their commands give. The text says where."""


def told(match: Match) -> list[Told]:
    """The stored rallies of a match, in order."""
    rows = match.rallies.values_list("record", "side", "a", "b")
    return [Told(*row) for row in rows]


def made(match: Match) -> dict[str, Any] | None:
    """The document of a match that is over; None if no rally was played. Raises DamagedError."""
    rallies = told(match)
    if not rallies:
        return None
    about = {
        "id": match.pk,
        "title": match.title,
        "origin": match.origin,
        "started_ms": match.started_ms,
        "finished_ms": match.finished_ms,
    }
    seats = [{"name": seat.name, "bot": seat.bot or None, "rating": seat.rating} for seat in match.seats.all()]
    try:
        rules = court.from_dict(match.ruleset)
        return document.document(about, seats, rules, match.seed, rallies, matches.result(match))
    except BROKEN as error:
        logger.error("match %s cannot be replayed: %s", match.pk, error)
        raise DamagedError(str(error)) from error


def numbers(match: Match) -> Stats | None:
    """The statistics of a match; None if no rally was played, or its records are damaged."""
    records = [rally.record for rally in told(match)]
    if not records:
        return None
    try:
        return stats(court.from_dict(match.ruleset), records)
    except BROKEN as error:
        logger.error("match %s has no statistics: %s", match.pk, error)
        return None


def stored(only: Sequence[int] | None = None) -> list[int]:
    """The matches that have rallies or a result, or those of ``only`` that exist; by number."""
    found = Match.objects.exclude(phase=Match.Phase.CALLED) if only is None else Match.objects.filter(pk__in=only)
    return list(found.order_by("pk").values_list("pk", flat=True))


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def differences(ids: Sequence[int]) -> tuple[list[str], int]:
    """Replay these matches: "match 12, rally 3: expected ..., came ..." for each difference; and how many rallies.

    A match that is being played may have got a point between the two looks: what differs is looked at again under the
    lock of whoever writes it.
    """
    found: list[str] = []
    count = 0
    for row, rallies in _read(ids):
        texts = _compare(row, rallies)
        if texts and row["phase"] != Match.Phase.OVER:
            with transaction.atomic():
                Match.objects.select_for_update().filter(pk=row["pk"]).first()
                texts = [text for again in _read([row["pk"]]) for text in _compare(*again)]
        found += texts
        count += len(rallies)
    return found, count


def _read(ids: Sequence[int]) -> Iterator[tuple[dict[str, Any], list[tuple[int, Told]]]]:
    """Each match with its rallies by number. A record is decoded from its text when its match is looked at: JSONField
    would decode all of them first, in half of the time that all the rest takes.
    """
    rows = {row["pk"]: row for row in Match.objects.filter(pk__in=ids).order_by("pk").values(*FIELDS)}
    rallies: dict[int, list[tuple[int, str, int, int, int]]] = {match_id: [] for match_id in rows}
    stored = Rally.objects.filter(match__in=list(rows)).annotate(text=Cast("record", TextField()))
    for match_id, *row in stored.order_by("match_id", "number").values_list(
        "match_id", "number", "text", "side", "a", "b"
    ):
        rallies[match_id].append(tuple(row))
    for match_id, row in rows.items():
        yield row, [(number, Told(msgspec.json.decode(text), *told)) for number, text, *told in rallies[match_id]]


def _compare(row: dict[str, Any], rallies: list[tuple[int, Told]]) -> list[str]:
    name = f"match {row['pk']}"
    try:
        rules = court.from_dict(row["ruleset"])
    except BROKEN as error:
        return [f"{name}: {error}"]
    verdict = verify(rules, row["seed"], [rally for _, rally in rallies])
    named = {rallies[place - 1][0]: text for place, text in verdict.differences}
    for number, text in _missing([number for number, _ in rallies]):
        named.pop(number + 1, None)  # it cannot follow what is not there
        named[number] = text
    texts = [f"{name}, rally {number}: {named[number]}" for number in sorted(named)]
    score = (verdict.outcome.a, verdict.outcome.b)
    if row["phase"] == Match.Phase.OVER:
        wrong: Iterable[str] = document.wrong_result(
            rules, score, row["winner"], (row["a"], row["b"]), str(row["reason"])
        )
    else:
        wrong = (
            [f"expected {score[0]}-{score[1]} as the rallies have it, came {row['a']}-{row['b']}"]
            if (row["a"], row["b"]) != score
            else []
        )
    return texts + [f"{name}, result: {text}" for text in wrong]


def _missing(present: list[int]) -> list[tuple[int, str]]:
    """Numbers from 1 to the last one that no row has."""
    last = max(present, default=0)
    return [(number, "expected a row, came none") for number in sorted(set(range(1, last + 1)) - set(present))]
