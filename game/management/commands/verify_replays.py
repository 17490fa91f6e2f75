"""``manage.py verify_replays``: is every stored match what its commands give?"""

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from game import replays
from game.pong import document

PROGRESS = 500  # matches from one line of progress to the next


class Command(BaseCommand):
    help = (
        "Play stored matches again, and compare every rally and result with what is stored. Exits 1 if anything "
        "differs. Without arguments: all matches that have begun."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="documents (replay.json) to verify instead")
        parser.add_argument("--match", nargs="+", type=int, default=[], metavar="ID", help="only these stored matches")

    def handle(self, *, files: list[str], match: list[int], **_: Any) -> None:
        found = [difference for file in files for difference in _read(file)]
        summary = [f"{len(files)} {'document' if len(files) == 1 else 'documents'}"] if files else []
        for difference in found:
            self.stdout.write(difference)
        if match or not files:
            differing, counted = self._stored(match)
            found += differing
            summary.append(counted)
        said = " and ".join(summary)
        if found:
            self.stdout.write(f"{said}: {len(found)} {'difference' if len(found) == 1 else 'differences'}.")
            sys.exit(1)
        self.stdout.write(f"{said}: everything is as it was played.")

    def _stored(self, only: list[int]) -> tuple[list[str], str]:
        ids = replays.stored(only or None)
        if missing := sorted(set(only) - set(ids)):
            raise CommandError(f"expected stored matches, came {', '.join(map(str, missing))}: there are no such")
        gc.freeze()  # a match is thousands of short lists: what is here for good is not looked through for each of them
        start, done, rallies, found = time.monotonic(), 0, 0, list[str]()
        for batch in replays.batches(ids):
            differing, count = replays.differences(batch)
            for difference in differing:
                self.stdout.write(difference)
            found += differing
            rallies += count
            before, done = done, done + len(batch)
            if done // PROGRESS > before // PROGRESS and done < len(ids):
                self.stderr.write(f"{done:,} of {len(ids):,} matches")
        a_second = done / max(time.monotonic() - start, 1e-3)
        word = "match" if done == 1 else "matches"
        return found, f"{done:,} {word} of {rallies:,} rallies ({a_second:,.0f} a second)"


def _read(file: str) -> list[str]:
    try:
        found = json.loads(Path(file).read_bytes())
    except OSError as error:
        return [f"{file}: expected a file that can be read, came {error.strerror}"]
    except ValueError as error:
        return [f"{file}: expected a JSON document, came {error}"]
    return [f"{file}, {difference}" for difference in document.differences(found)]
