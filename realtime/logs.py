"""Logs for machines: one JSON object a line, with what it is about (match, user, tournament) and whose it is (process).

``about`` names what everything logged within is about, also in the tasks, timers and use cases begun there. That is
right for a match's own work; for a person it is not, since what one player's message sets going (a timer of the
referee) outlives it: name a user with ``extra={"user": id}`` on the one line instead.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from realtime import process
from realtime.metrics import errors

SUBJECTS = ("match", "user", "tournament")

_about: ContextVar[dict[str, object]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


@contextmanager
def about(*, match: int | None = None, user: int | None = None, tournament: int | None = None) -> Iterator[None]:
    """What is logged in the body is about these, and about what was named around it."""
    named = {"match": match, "user": user, "tournament": tournament}
    token = _about.set({**_about.get(), **{subject: id for subject, id in named.items() if id is not None}})
    try:
        yield
    finally:
        _about.reset(token)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; an exception and its traceback are text in it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": process.name,
            **_about.get(),
            **{subject: vars(record)[subject] for subject in SUBJECTS if subject in vars(record)},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, default=str)


class CountingHandler(logging.Handler):
    """Counts errors for /metrics: whatever is logged as one, wherever."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        errors.labels(record.name).inc()
