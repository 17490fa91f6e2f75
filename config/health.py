"""Is this process alive, and ready to be sent people? For whoever restarts processes and whoever balances load.

Alive is who answers at all: a check that touched the database would have every process restarted when the database
is. Ready means that the database answers, and in a cluster that the channel layer does, that the others see this
process alive, and that it is not leaving.
"""

import asyncio
from collections.abc import Awaitable, Callable

from django.db import connection

from realtime import database, hosting, nerves, process
from realtime.clock import monotonic_ms
from realtime.models import Process
from realtime.nerves import DEAF_MS

CHECK_S = 2.0  # each check's time; they run at once

OK = "ok"
Check = Callable[[], Awaitable[str]]


class Limited:
    """A check that is limited in time, and not begun again while it hangs: each would hold a thread of the pool."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._under_way: asyncio.Future[str] | None = None
        self._since_ms = 0

    async def __call__(self) -> str:
        """OK, or what was expected and what came."""
        if self._under_way is None or self._under_way.done():
            self._since_ms = monotonic_ms()
            self._under_way = asyncio.ensure_future(self._check())
            self._under_way.add_done_callback(_heard)
        try:
            return await asyncio.wait_for(asyncio.shield(self._under_way), CHECK_S)
        except TimeoutError:
            return f"expected an answer within {CHECK_S:g} s, came none for {monotonic_ms() - self._since_ms} ms"
        except Exception as error:
            return f"expected an answer, came {type(error).__name__}: {str(error).strip()[:200]}"


def _heard(check: asyncio.Future[str]) -> None:
    """What fails after its time was up is no news, and not to be logged as an exception that nobody heard of."""
    if not check.cancelled():
        check.exception()


async def _database() -> str:
    await database.run(_ask)
    return OK


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def _layer() -> str:
    """Each process says a beat over the layer every second, and hears it, if the layer gives what it takes."""
    if nerves.mine is None:
        return "expected a channel on the layer, came none yet"
    silent_ms = nerves.mine.silent_ms
    return OK if silent_ms <= DEAF_MS else f"expected our own beat within {DEAF_MS} ms, came none for {silent_ms} ms"


async def _heartbeat() -> str:
    return await database.run(_beat)


def _beat() -> str:
    seen = Process.objects.filter(name=process.name).first()
    if seen is None:
        return "expected a heartbeat, came none yet"
    if seen.leaving:
        return "expected a process that stays, came one that is leaving"
    if not hosting.alive().filter(name=process.name).exists():
        return f"expected a heartbeat within {hosting.LEASE_S} s, came the last at {seen.seen_at:%H:%M:%S} UTC"
    return OK


embedded: dict[str, Check] = {"database": Limited(_database)}
clustered: dict[str, Check] = {**embedded, "layer": Limited(_layer), "heartbeat": Limited(_heartbeat)}


async def ready() -> dict[str, str]:
    """What each check found, by its name: OK, or what is wrong."""
    checks = clustered if nerves.clustered() else embedded
    found = await asyncio.gather(*(check() for check in checks.values()))
    return dict(zip(checks, found, strict=True))
