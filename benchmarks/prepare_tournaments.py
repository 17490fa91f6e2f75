"""Fills an empty data directory with two tournaments: ``python -m benchmarks.prepare_tournaments 1024 16``.

A double elimination of so many, played to its end by chance; and a knock-out of so many programs, drawn. The server
finds the second at boot as it finds any after a restart, and calls its matches. Prints one JSON object:
{"large": id, "small": id, "tokens": {entrant: token}}.
"""

# ruff: noqa: E402 - Django is set up first, as manage.py does

import os
import random
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import msgspec
from django.core.management import call_command
from django.db import transaction

from accounts.guests import make_bot
from realtime.clock import wall_ms
from tournaments.formats.engine import apply, fold
from tournaments.formats.events import Drawn, Entered, Event, Result
from tournaments.models import Entrant, Entry, Tournament


def _store(made: Tournament, log: list[Event]) -> None:
    Entry.objects.bulk_create(
        Entry(tournament=made, n=n, kind=event.kind, event=event.to_dict(), at_ms=wall_ms())
        for n, event in enumerate(log, start=1)
    )
    made.n, made.phase = len(log), Tournament.Phase(fold(made.format, log).phase)
    made.save()


def _opening(made: Tournament) -> list[Event]:
    names = dict(made.entrants.values_list("pk", "name"))
    return [*(Entered(id, name) for id, name in names.items()), Drawn(tuple(names))]


@transaction.atomic
def large(entrants: int) -> int:
    """A double elimination that is over."""
    made = Tournament.objects.create(
        name="Winter Cup", format="double_elimination", size=entrants, points=11, created_ms=wall_ms()
    )
    Entrant.objects.bulk_create(Entrant(tournament=made, name=f"Player {n}") for n in range(1, entrants + 1))
    log = _opening(made)
    state, toss = fold(made.format, log), random.Random(entrants)
    while state.phase == "running":
        for pairing in state.playable():
            won = toss.choice((1, 2))
            score = (11, toss.randrange(10))
            log.append(Result(pairing.id, 1 if won == 1 else 2, score if won == 1 else (score[1], score[0])))
            state = apply(state, log[-1])
    _store(made, log)
    return made.pk


@transaction.atomic
def small(entrants: int) -> tuple[int, dict[int, str]]:
    """A knock-out of programs that has begun, and their tokens by entrant."""
    made = Tournament.objects.create(
        name="Friday Cup", format="single_elimination", size=entrants, points=3, created_ms=wall_ms()
    )
    tokens = {}
    for number in range(entrants):
        user, token = make_bot(f"Program {number}")
        tokens[Entrant.objects.create(tournament=made, user=user, name=user.name).pk] = token
    _store(made, _opening(made))
    return made.pk, tokens


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    of, tokens = small(int(sys.argv[2]))
    print(msgspec.json.encode({"large": large(int(sys.argv[1])), "small": of, "tokens": tokens}).decode())
