"""Fills an empty data directory: ``python -m benchmarks.stored 1000 40`` stores 1,000 finished matches to 11.

They are 40 different ones of simulated people (benchmarks/recorded.py), each stored again and again: to play one takes
longer than to verify fifty. Prints one JSON object: for each of the different ones the sizes in bytes (of its rows, of
its document, and of both after gzip), its rallies, commands and seconds.
"""

# ruff: noqa: E402 - Django is set up first, as manage.py does

import gzip
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import msgspec
from django.core.management import call_command
from django.db import transaction

from benchmarks import recorded
from game import replays
from game.models import Match, Rally, Seat
from game.pong import court
from game.pong.court import CLASSIC
from game.pong.rally import Point
from game.pong.replay import Record, replay
from game.pong.stats import stats

POINTS = 11


@transaction.atomic
def store(seed: int, records: list[Record], count: int) -> Match:
    """The same match ``count`` times; gives the last one."""
    points = [events[-1] for events, _ in (replay(CLASSIC, record) for record in records)]
    a, b = max((point.a, point.b) for point in points if isinstance(point, Point))
    for _ in range(count):
        match = Match.objects.create(
            phase=Match.Phase.OVER,
            origin=Match.Origin.QUEUE,
            ruleset=court.to_dict(CLASSIC),
            seed=seed,
            a=a,
            b=b,
            winner=int(b > a),
            reason=Match.Reason.POINTS,
            created_ms=1,
            ready_by_ms=1,
            started_ms=1,
            finished_ms=2,
        )
        Seat.objects.bulk_create(Seat(match=match, side=side, name=f"Brisk Otter {side}") for side in (0, 1))
        Rally.objects.bulk_create(
            Rally(match=match, number=p.a + p.b, side=p.side, a=p.a, b=p.b, record=record, at_ms=1)
            for record, p in zip(records, points, strict=True)
            if isinstance(p, Point)
        )
    return match


def measured(match: Match, records: list[Record]) -> dict[str, Any]:
    rows, document = msgspec.json.encode(records), msgspec.json.encode(replays.made(match))
    return {
        "rows": len(rows),
        "document": len(document),
        "rows packed": len(gzip.compress(rows, mtime=0)),
        "document packed": len(gzip.compress(document, mtime=0)),
        "rallies": len(records),
        "commands": sum(len(record["log"]) for record in records),
        "seconds": stats(CLASSIC, records).lasted_ms // 1000,
    }


def main(count: int, different: int) -> list[dict[str, Any]]:
    found = []
    for number in range(different):
        seed = number + 1
        records = recorded.play(CLASSIC, seed)
        share = count // different + (number < count % different)
        if share:
            found.append(measured(store(seed, records, share), records))
    return found


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    print(msgspec.json.encode(main(int(sys.argv[1]), int(sys.argv[2]))).decode())
