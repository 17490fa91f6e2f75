"""What the commands for scripts have in common: a line of what was wrong, and nothing else."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

MOST = 400  # characters of an error
REFUSED = 2  # the exit code, argparse's own


class OneLineCommand(BaseCommand):
    """A command whose every error, of the arguments too, is one line on the standard error, with exit code 2."""

    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.called_from_command_line = False  # it raises its errors then, and prints no usage before them
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except CommandError as error:
            if "--traceback" in argv:
                raise
            self.stderr.write(f"CommandError: {one_line(str(error).removeprefix('Error: '))}")
            sys.exit(REFUSED)


def wrong(text: str) -> CommandError:
    """The error that says this, as a line."""
    return CommandError(one_line(text), returncode=REFUSED)


def one_line(text: str) -> str:
    """A text as it can be printed: what came is a stranger's, and may have line breaks, escapes, or no end."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown if len(shown) <= MOST else f"{shown[: MOST - 3]}..."
