"""The way from async code to the database."""

import asyncio
import contextvars
import gc
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import User
from realtime import database
from tests.conftest import LiveServer
from tests.processes.server import ROOT, command, environment
from tests.services import Postgres, or_skip

word: contextvars.ContextVar[str] = contextvars.ContextVar("word")


def who() -> tuple[int, int]:
    """The thread, and the connection it has in use."""
    User.objects.exists()
    return threading.get_ident(), id(connection.connection)


async def test_it_gives_what_the_use_case_returns(server: LiveServer) -> None:
    def add(a: int, b: int) -> int:
        return a + b

    assert await database.run(add, 2, b=3) == 5


async def test_a_thread_keeps_its_connection(server: LiveServer) -> None:
    """Opening one for every use case collapses under writes."""
    seen = await asyncio.gather(*(database.run(who) for _ in range(100)))
    seen += [await database.run(who) for _ in range(20)]
    assert len(dict(seen)) == len(set(seen)), "each thread had one connection all the time"
    assert len(dict(seen)) <= database.THREADS


def test_a_use_case_that_failed_leaves_no_cursor_to_the_garbage_collector(transactional_db: None) -> None:
    """To free one it waits for the cursor's connection, and that may wait for the very thread it runs in."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite's cursors wait")
    held = sqlite3.connect(connection.settings_dict["NAME"], uri=True, isolation_level=None)

    def fail() -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 1")
        try:
            with transaction.atomic():
                raise AssertionError("somebody else has the write lock")
        finally:
            connection.close()

    def failure() -> str:
        try:
            database._guarded(fail)
        except OperationalError as error:
            return str(error)
        return ""

    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    held.execute("BEGIN IMMEDIATE")
    try:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(failure).result() == "database is locked"
        gc.collect()
        assert [type(left) for left in gc.garbage if isinstance(left, sqlite3.Cursor)] == []
    finally:
        held.execute("ROLLBACK")
        held.close()
        gc.set_debug(0)
        gc.garbage.clear()


async def test_a_connection_that_is_too_old_is_replaced(server: LiveServer) -> None:
    def grow_old() -> None:
        User.objects.exists()
        connection.close_at = time.monotonic() - 1

    def is_open() -> bool:
        return connection.connection is not None

    blocked = threading.Event()
    # All threads but one wait, so that the same thread does both.
    waiting = [asyncio.create_task(database.run(blocked.wait, 10)) for _ in range(database.THREADS - 1)]
    await asyncio.sleep(0)
    try:
        await database.run(grow_old)
        assert await database.run(is_open) is False
    finally:
        blocked.set()
        await asyncio.gather(*waiting)


async def test_an_error_comes_out_and_takes_its_transaction_back(server: LiveServer) -> None:
    def twice() -> None:
        with transaction.atomic():
            User.objects.create(username="Dora")
            User.objects.create(username="Dora")

    with pytest.raises(IntegrityError):
        await database.run(twice)
    assert await database.run(User.objects.count) == 0
    await asyncio.gather(*(database.run(who) for _ in range(database.THREADS * 4)))


async def test_the_context_of_the_caller_goes_along(server: LiveServer) -> None:
    word.set("court")
    assert await database.run(word.get) == "court"


async def test_a_long_use_case_does_not_hold_up_the_others(server: LiveServer) -> None:
    blocked = threading.Event()
    long = asyncio.create_task(database.run(blocked.wait, 10))
    try:
        assert await asyncio.wait_for(database.run(lambda: "done"), 5) == "done"
        assert not long.done()
    finally:
        blocked.set()
    assert await long is True


KEPT = """
import asyncio, sys
import django
django.setup()
from accounts.models import User
from realtime import database

async def use():
    # More at once than there are threads: each of them has a connection afterwards.
    return set(await asyncio.gather(*(database.run(User.objects.count) for _ in range(database.THREADS * 4))))

async def main():
    print(await use(), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(await use(), flush=True)

asyncio.run(main())
database.close_all()
"""


def test_a_restart_of_postgresql_leaves_no_thread_with_a_dead_connection(tmp_path: Path) -> None:
    postgres = or_skip(Postgres)
    try:
        postgres.start()
        machine = environment(tmp_path / "data", DATABASE_URL=postgres.url)
        subprocess.run(command("migrate", "--verbosity", "0"), env=machine, cwd=ROOT, check=True, timeout=60)
        user = subprocess.Popen(
            [sys.executable, "-c", KEPT],
            env=machine,
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with user:
            assert user.stdin is not None
            assert user.stdout is not None
            assert user.stdout.readline() == "{0}\n"
            postgres.restart()
            user.stdin.write("again\n")
            user.stdin.flush()
            assert user.stdout.readline() == "{0}\n"
        assert user.returncode == 0
    finally:
        postgres.remove()
