"""``manage.py audit``: are counters and brackets what they should be?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import audit
from game.matches import POINTS
from matchmaking.audit import look_at_ratings


class Command(BaseCommand):
    help = "Compare counters, seats, tickets and brackets with what they are made from. Exits 1 if anything differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set right what can be")
        parser.add_argument(
            "--ratings", action="store_true", help="recompute all ratings too (differs where guests have signed up)"
        )

    def handle(self, *, repair: bool, ratings: bool, **_: Any) -> None:
        found = audit.run(repair=repair, all=True)
        if ratings:
            found += [difference for points in POINTS for difference in look_at_ratings(points)]
        for difference in found:
            self.stdout.write(str(difference))
        if found:
            sys.exit(1)
        self.stdout.write("Everything is as it should be.")
