"""``manage.py exhibition``: bots play a tournament on a running server, by the same sockets as everybody."""

import asyncio
from typing import Any, get_args

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tournaments.formats import engine
from tournaments.formats.options import BEST_OF, NO_OPTIONS, GrandFinal, Options
from tournaments.formats.refused import Refused

POINTS = (3, 5, 11)
# Options of formats that can be chosen here, by their names there and in the form of a tournament.
CHOICES = ("rounds", "minutes", "grand_final", "third_place", "cycles", "groups", "best_of")


class Command(BaseCommand):
    help = "Let bots play a whole tournament on a running server, and print the bracket or the standings as it goes."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=engine.FORMATS, default="single_elimination", help="its format")
        parser.add_argument("--players", type=int, default=8, help="how many bots, as many as the format takes (8)")
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="the server's address (http://127.0.0.1:8000)"
        )
        parser.add_argument("--points", type=int, default=3, choices=POINTS, help="points that win a match (3)")
        parser.add_argument("--rounds", type=int, help="rounds of a Swiss (as many as a knock-out would take)")
        parser.add_argument("--minutes", type=int, help=f"minutes of an arena ({NO_OPTIONS.minutes})")
        parser.add_argument("--grand-final", choices=get_args(GrandFinal), help="of a double elimination (reset)")
        parser.add_argument("--third-place", action="store_true", default=None, help="with a match for third place")
        parser.add_argument("--cycles", type=int, choices=(1, 2), help="of a round robin (1)")
        parser.add_argument("--groups", type=int, help="how many groups (of four)")
        parser.add_argument("--best-of", type=int, choices=BEST_OF, help="matches of a series (1)")
        parser.add_argument(
            "--timeout",
            type=float,
            default=120,
            metavar="S",
            help="give up when nothing has happened for S seconds (120)",
        )

    def handle(self, *, players: int, url: str, points: int, timeout: float, **options: Any) -> None:
        format = options["format"]
        chosen = {name: options[name] for name in CHOICES if options[name] is not None}
        try:
            rules = engine.begin(format, Options(**chosen)).format
        except Refused as refused:
            raise CommandError(str(refused)) from None
        if others := [name for name in chosen if name not in rules.takes]:  # given, even if as it is by default
            raise CommandError(f"--{others[0].replace('_', '-')}: expected an option of {format}")
        sizes = rules.sizes
        if players not in sizes:
            raise CommandError(f"--players: expected {sizes[0]} to {sizes[-1]} in {format}, came {players}")
        if timeout <= 0:
            raise CommandError(f"--timeout: expected seconds above 0, came {timeout:g}")
        try:
            from tournaments.exhibition.course import Course
        except ModuleNotFoundError as missing:
            raise CommandError(f"The exhibition needs {missing.name}, of the development set-up: make setup") from None
        from tournaments.exhibition.failed import Failed

        plan = {"format": format, **{name: "on" if value is True else str(value) for name, value in chosen.items()}}
        try:
            asyncio.run(Course(url, points, timeout, self._say, plan).hold(players))
        except Failed as failed:
            raise CommandError(str(failed)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped before the end.") from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
