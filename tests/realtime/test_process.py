"""This process: its tasks, and the way into its loop from a transaction."""

import asyncio
import threading

import pytest
from django.db import transaction

from realtime import database, process
from tests.conftest import LiveServer


async def in_the_loop(server: LiveServer) -> None:
    """Once this returns, all that was handed to the server's loop before has been done."""
    await asyncio.to_thread(server.call, asyncio.sleep(0))


async def test_what_is_rolled_back_is_never_told(server: LiveServer) -> None:
    told: list[str] = []

    def fail() -> None:
        with transaction.atomic():
            process.on_commit(told.append, "outer")
            with transaction.atomic():
                process.on_commit(told.append, "inner")
            raise LookupError

    def half() -> None:
        with transaction.atomic():
            process.on_commit(told.append, "kept")
            try:
                with transaction.atomic():
                    process.on_commit(told.append, "taken back")
                    raise LookupError
            except LookupError:
                pass
            assert told == [], "not before the commit"

    with pytest.raises(LookupError):
        await database.run(fail)
    await database.run(half)
    await in_the_loop(server)
    assert told == ["kept"]


async def test_it_is_told_in_the_servers_loop_and_in_order(server: LiveServer) -> None:
    told: list[tuple[int, asyncio.AbstractEventLoop]] = []

    def note(number: int, *, twice: bool) -> None:
        assert twice
        told.append((number, asyncio.get_running_loop()))

    def commit() -> None:
        with transaction.atomic():
            for number in range(5):
                process.on_commit(note, number, twice=True)

    await database.run(commit)
    await in_the_loop(server)
    assert told == [(number, server.loop) for number in range(5)]


def test_without_a_server_nothing_is_called(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    monkeypatch.setattr(process, "_loop", None)
    told: list[int] = []
    with django_capture_on_commit_callbacks(execute=True) as callbacks:  # type: ignore[operator]
        process.on_commit(told.append, 1)
    assert (len(callbacks), told) == (1, [])


async def test_a_task_that_fails_is_logged_by_its_name(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise LookupError("no")

    task = process.spawn(fail(), "looking it up")
    with pytest.raises(LookupError):
        await task
    await asyncio.sleep(0)
    assert [(r.getMessage(), r.exc_info[0]) for r in caplog.records if r.exc_info] == [
        ("looking it up failed", LookupError)
    ]


async def test_settling_waits_for_what_ends_and_cancels_the_rest() -> None:
    done = threading.Event()

    async def short() -> None:
        await asyncio.sleep(0.01)
        done.set()

    before = process.tasks()
    process.spawn(short(), "short")
    endless = process.spawn(asyncio.sleep(3600), "endless")
    assert process.tasks() == before + 2
    await process.settle(0.2)
    assert done.is_set()
    with pytest.raises(asyncio.CancelledError):
        await endless
    assert process.tasks() == before
