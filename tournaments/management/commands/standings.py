"""`manage.py standings`: the standings of a FIDE tournament report, as JSON.

The way in for everybody who wants to check our tie-breaks, or to have those of a tournament played elsewhere. It needs
no database.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tournaments.formats import trf
from tournaments.formats.tie_breaks import CURRENT, NAMES, Standing, UnknownTieBreak, standings

ASKABLE = tuple(name for name in NAMES if name != "PD")  # a report holds no points of the games
EDITIONS = ("2024-08", CURRENT)


class Command(BaseCommand):
    help = "Print the standings of a TRF16 report as JSON, with tie-breaks by FIDE C.07 (docs/tie-breaks.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.trf", help="a FIDE tournament report, TRF16")
        parser.add_argument(
            "--tie-breaks",
            metavar="NAMES",
            help=f"what decides after points, in this order, separated by commas: of {', '.join(ASKABLE)}",
        )
        parser.add_argument(
            "--edition",
            choices=EDITIONS,
            default=CURRENT,
            help=f"the text of C.07 in force from that month ({CURRENT})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = options["tie_breaks"]
        names = () if asked is None else tuple(name.strip() for name in asked.split(","))
        try:
            for name in names:
                if name not in ASKABLE:
                    raise UnknownTieBreak(name, ASKABLE)
            report = trf.read(decoded(options["file"].read_bytes()))
            table = standings(report.results(), names, predetermined=report.predetermined, edition=options["edition"])
        except UnknownTieBreak as unknown:
            raise CommandError(f"--tie-breaks: {unknown}", returncode=2) from unknown
        except OSError as error:
            raise CommandError(f"expected a file that can be read, came {error}", returncode=2) from error
        except trf.Malformed as malformed:
            raise CommandError(f"{options['file']}: {malformed}", returncode=2) from malformed
        self.stdout.write(json.dumps({"standings": [printed(standing) for standing in table]}, indent=2))


def decoded(content: bytes) -> str:
    """TRF16 names no encoding: what is not UTF-8 is the Latin-1 of older programs, which any bytes are."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def printed(standing: Standing) -> dict[str, float]:
    return {
        "id": standing.entrant,
        "rank": standing.rank,
        "PTS": number(standing.points),
        **{name: number(value) for name, value in standing.values.items()},
    }


def number(value: Fraction) -> float:
    """Halves and quarters are exact in binary; whole numbers are printed whole."""
    return value.numerator if value.denominator == 1 else float(value)
