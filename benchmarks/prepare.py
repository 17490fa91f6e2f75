"""Fills an empty data directory: ``python -m benchmarks.prepare 100`` calls 100 matches between 200 new bots.

With the use cases of the platform itself; the server finds the matches at boot as it finds any after a restart. Prints
one JSON array: [match, token, token] for each.
"""

# ruff: noqa: E402 - Django is set up first, as manage.py does

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import msgspec
from django.core.management import call_command
from django.db import transaction

from accounts.guests import make_bot
from game import matches
from game.matches import Player
from game.models import Match
from game.pong.court import ruleset

READY_MS = 3_600_000  # nobody is late in a benchmark


@transaction.atomic
def prepare(count: int, points: int) -> list[tuple[int, str, str]]:
    prepared = []
    for number in range(count):
        (left, left_token), (right, right_token) = make_bot(f"Left {number}"), make_bot(f"Right {number}")
        players = [Player(user.name, user) for user in (left, right)]
        match = matches.call(players, rules=ruleset(points), origin=Match.Origin.QUEUE, ready_ms=READY_MS)
        prepared.append((match.pk, left_token, right_token))
    return prepared


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    print(msgspec.json.encode(prepare(int(sys.argv[1]), points=11)).decode())
