"""Logs for machines: an object a line that says what it is about."""

import asyncio
import json
import logging
import logging.config
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from realtime import database, metrics, process
from realtime.logs import CountingHandler, JsonFormatter, about

logger = logging.getLogger("tests.logs")


@pytest.fixture
def lines() -> Any:
    """What is logged, as a machine reads it."""
    read: list[dict[str, Any]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = JsonFormatter().format(record)
            assert "\n" not in line
            read.append(json.loads(line))

    reader = Reader()
    logger.addHandler(reader)
    yield read
    logger.removeHandler(reader)


def test_a_line_says_when_how_grave_who_and_what(lines: Any) -> None:
    logger.warning("%d balls\nlost", 3)
    (line,) = lines
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "WARNING", "logger": "tests.logs", "message": "3 balls\nlost", "process": process.name}


def test_what_it_is_about_is_what_was_named_around_it_and_on_it(lines: Any) -> None:
    with about(match=7):
        with about(user=3, match=None):
            logger.error("inside")
        logger.error("outside", extra={"user": 9, "tournament": 4, "colour": "red"})
    logger.error("after")
    subjects = [{key: line[key] for key in ("match", "user", "tournament") if key in line} for line in lines]
    assert subjects == [{"match": 7, "user": 3}, {"match": 7, "user": 9, "tournament": 4}, {}]
    assert "colour" not in lines[1]


async def test_tasks_begun_within_are_about_it_too(lines: Any) -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        logger.error("in a task")

    with about(match=7):
        task = process.spawn(work(), "work")
    logger.error("beside it")
    await task
    assert [line.get("match") for line in lines] == [None, 7]


async def test_what_others_do_on_commit_is_not_about_it(
    lines: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_loop", asyncio.get_running_loop())
    done = asyncio.Event()

    def use_case() -> None:
        with transaction.atomic():
            process.on_commit(logger.error, "on commit")
            process.on_commit(done.set)
            logger.error("inside")

    with about(match=7):
        await database.run(use_case)
    await done.wait()
    assert [(line["message"], line.get("match")) for line in lines] == [("inside", 7), ("on commit", None)]


def test_an_exception_is_text(lines: Any) -> None:
    try:
        raise LookupError("no ball")
    except LookupError:
        logger.exception("failed")
    assert lines[0]["message"] == "failed"
    assert lines[0]["exception"].startswith("Traceback (most recent call last):\n")
    assert lines[0]["exception"].endswith("LookupError: no ball")


def test_what_is_no_json_is_text(lines: Any) -> None:
    logger.error("odd", extra={"user": {1, 2}})
    assert lines[0]["user"] == "{1, 2}"


def test_errors_are_counted_and_warnings_are_not() -> None:
    counted = metrics.errors.labels("tests.logs")
    before = counted._value.get()
    handler = CountingHandler()
    logger.addHandler(handler)
    logger.warning("never mind")
    logger.error("oh")
    logger.removeHandler(handler)
    assert counted._value.get() - before in (1, 2)  # the root may count too


@pytest.mark.parametrize(("name", "expected"), [("line", "line"), ("json", "json")])
def test_the_settings_name_formatters_that_exist(name: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As ``LOG_FORMAT`` chooses them."""
    handlers = settings.LOGGING["handlers"]
    assert handlers["console"]["formatter"] == "line"
    config = logging.config.DictConfigurator(
        {**settings.LOGGING, "handlers": {**handlers, "console": {**handlers["console"], "formatter": name}}}
    )
    formatter = config.configure_formatter(config.config["formatters"][expected])
    made = formatter.format(logging.LogRecord("a", logging.ERROR, "f", 1, "hello", None, None))
    assert made.startswith("{" if name == "json" else "20")
    assert sys.stderr is not None
