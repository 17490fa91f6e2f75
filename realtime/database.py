"""The one way from async code to the database: a whole use case, in a bounded pool of threads with kept connections.

The async ORM has no transactions and hops a thread for every call; Channels' own helper runs everything in one
thread.
"""

import asyncio
import contextvars
import functools
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections
from django.db.backends.signals import connection_created

from realtime.metrics import database_time

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
KEEP_S = 600  # opening a connection for every use case collapses under writes (p99 158 ms)

# What it looks like when the database is away: whatever was asked has not happened, and may be asked again.
AWAY = (OperationalError, InterfaceError)

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="database")
_mine = threading.local()


async def run(use_case: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``use_case`` in the pool and give what it returns. It opens its own transaction (``atomic``)."""
    context = contextvars.copy_context()
    call: Callable[[], R] = functools.partial(context.run, functools.partial(use_case, *args, **kwargs))
    began_s = time.perf_counter()
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, _guarded, call)
    finally:
        database_time.observe(time.perf_counter() - began_s)


def _guarded(call: Callable[[], R]) -> R:
    _mine.pooled = True
    _close_unusable()
    try:
        return call()
    except AWAY as error:
        _forget_frames(error)
        raise
    finally:
        _close_unusable()


def _forget_frames(error: BaseException | None) -> None:
    """Drop what the frames that an error went through hold: they hold the error as well, and so would live until the
    garbage collector comes by.

    It comes by in any thread, such as one that holds SQLite's write lock. To free a cursor it then waits for the
    cursor's connection, whose own thread may be waiting in it for just that lock: for as long as its patience lasts,
    once for each such cursor, while all others fail and leave more of them.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _close_unusable() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _keep(connection: Any, **_: Any) -> None:
    """Threads of the pool keep what they open; the short-lived threads of pages do not (``CONN_MAX_AGE`` is 0).

    What comes from psycopg's pool goes back to it after each use case: that keeps it, and whether it still answers is
    looked at when it is given out again.
    """
    if getattr(_mine, "pooled", False) and not getattr(connection, "pool", None):
        connection.close_at = time.monotonic() + KEEP_S


connection_created.connect(_keep, dispatch_uid="realtime.database.keep")


def close_all() -> None:
    """Close what the pool's threads hold (end of a test session, and of a server), and this one."""
    barrier = threading.Barrier(THREADS)

    def close() -> None:
        barrier.wait(5)
        connections.close_all()

    for done in [_pool.submit(close) for _ in range(THREADS)]:
        done.result()
    close_here()


def close_here() -> None:
    """Close what this thread holds, and PostgreSQL's own pool of connections: nothing of it runs on."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close_pool()
