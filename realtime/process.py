"""This process: its event loop, the tasks it runs, and the way into the loop from a thread."""

import asyncio
import logging
import os
import secrets
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, ParamSpec

from django.db import InterfaceError, OperationalError, transaction

P = ParamSpec("P")
logger = logging.getLogger(__name__)

# A name for leases and for telling our own layer messages from others'. New with every start; who starts several
# processes gives each its name, and so knows whose leases are free when one dies.
NAME_FROM = "RALLYPOINT_PROCESS"
name = os.environ.get(NAME_FROM) or secrets.token_hex(6)

leaving = False  # it drains: its sockets are about to be told to come back, and need no other host from here

_loop: asyncio.AbstractEventLoop | None = None
_tasks: set[asyncio.Task[Any]] = set()
_endless: set[asyncio.Task[Any]] = set()


def begin(loop: asyncio.AbstractEventLoop) -> None:
    """The server runs on ``loop`` from now on."""
    global _loop
    _loop = loop


def loop() -> asyncio.AbstractEventLoop | None:
    """The server's loop; None in a management command, which has no sockets to tell anything."""
    return _loop


def spawn(work: Coroutine[Any, Any, Any], what: str, *, endless: bool = False) -> asyncio.Task[Any]:
    """Run ``work`` as a task of this process: kept alive, and logged by name if it fails. For one that is ``endless``
    nobody waits.
    """
    task = asyncio.get_running_loop().create_task(work, name=what)
    (_endless if endless else _tasks).add(task)
    task.add_done_callback(_done)
    return task


def _done(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    _endless.discard(task)
    if task.cancelled() or (error := task.exception()) is None:
        return
    if isinstance(error, (OperationalError, InterfaceError)):
        # Nothing was done, and nothing is lost: whatever it was about stands in rows, and is looked for again.
        logger.warning("%s: the database is away: %r", task.get_name(), error)
    else:
        logger.error("%s failed", task.get_name(), exc_info=error)


def tasks() -> int:
    """How many spawned tasks are unfinished."""
    return len(_tasks)


async def settle(timeout_s: float) -> None:
    """Wait until the tasks under way are done, at most ``timeout_s``; then cancel the rest, and the endless ones."""
    late = (await asyncio.wait(_tasks, timeout=timeout_s))[1] if _tasks else set()
    for task in [*late, *_endless]:
        task.cancel()


def on_commit(act: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Once the transaction is committed, call ``act`` in the server's loop. The one way from a use case to the
    nerves.

    Without a server in this process nothing is called: whoever hosts finds the rows.
    """

    def nudge() -> None:
        if _loop is not None and not _loop.is_closed():
            # In a context of its own: what others do on account of it is not about the same (see ``logs``).
            _loop.call_soon_threadsafe(lambda: act(*args, **kwargs), context=Context())

    transaction.on_commit(nudge)
