"""`manage.py standings`: the standings of a FIDE tournament report, as JSON.

The way in for everybody who wants to check our tie-breaks, or to have those of a tournament played elsewhere. It needs
no database.
"""

import json
from codecs import BOM_UTF8
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tournaments.formats import trf
from tournaments.formats.tie_breaks import CURRENT, NAMES, Standing, UnknownTieBreak, standings
from tournaments.management.one_line import OneLineCommand, wrong

ASKABLE = tuple(name for name in NAMES if name != "PD")  # a report holds no points of the games
EDITIONS = ("2024-08", CURRENT)


class Command(OneLineCommand):
    help = "Print the standings of a TRF16 report as JSON, with tie-breaks by FIDE C.07 (docs/tie-breaks.md)."

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
                if name not in ASKABLE or names.count(name) > 1:
                    raise UnknownTieBreak(name, ASKABLE)
            report = read(options["file"].read_bytes())
            table = standings(report.results(), names, predetermined=report.predetermined, edition=options["edition"])
        except UnknownTieBreak as unknown:
            raise wrong(f"--tie-breaks: {unknown}") from unknown
        except OSError as error:
            raise wrong(f"expected a file that can be read, came {error}") from error
        except trf.Malformed as malformed:
            raise wrong(f"{options['file']}: {malformed}") from malformed
        self.stdout.write(json.dumps({"standings": [printed(standing) for standing in table]}, indent=2))


def read(content: bytes) -> trf.Report:
    """The report of a file, or Malformed. TRF16 names no encoding: what is not UTF-8 is the Latin-1 of older programs,
    which any bytes are; and so is UTF-8 whose columns were counted in bytes, but for names, which nobody asks for here.
    """
    content = content.removeprefix(BOM_UTF8)
    older = content.decode("latin-1")
    try:
        return trf.read(content.decode("utf-8"))
    except UnicodeDecodeError:
        return trf.read(older)
    except trf.Malformed:
        if content.isascii():
            raise
        try:
            return trf.read(older)
        except trf.Malformed:
            pass
        raise


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
