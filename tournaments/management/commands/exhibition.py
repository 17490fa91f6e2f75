"""``manage.py exhibition``: bots play a tournament on a running server, by the same sockets as everybody."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tournaments.registration import LARGEST, SMALLEST

POINTS = (3, 5, 11)


class Command(BaseCommand):
    help = "Let bots play a whole tournament on a running server, and print the bracket as it goes."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--players", type=int, default=8, help=f"how many bots, {SMALLEST} to {LARGEST} (8)")
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="the server's address (http://127.0.0.1:8000)"
        )
        parser.add_argument("--points", type=int, default=3, choices=POINTS, help="points that win a match (3)")
        parser.add_argument(
            "--timeout",
            type=float,
            default=120,
            metavar="S",
            help="give up when nothing has happened for S seconds (120)",
        )

    def handle(self, *, players: int, url: str, points: int, timeout: float, **_: Any) -> None:
        if not SMALLEST <= players <= LARGEST:
            raise CommandError(f"--players: expected {SMALLEST} to {LARGEST}, came {players}")
        if timeout <= 0:
            raise CommandError(f"--timeout: expected seconds above 0, came {timeout:g}")
        try:
            from tournaments.exhibition.course import Course
        except ModuleNotFoundError as missing:
            raise CommandError(f"The exhibition needs {missing.name}, of the development set-up: make setup") from None
        from tournaments.exhibition.failed import Failed

        try:
            asyncio.run(Course(url, points, timeout, self._say).hold(players))
        except Failed as failed:
            raise CommandError(str(failed)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end.") from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
