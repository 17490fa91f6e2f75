"""The auditor: looks every few minutes whether counters, seats and brackets are what they should be.

One process of a cluster does it, by a lease as for anything else that is hosted.
"""

import asyncio

from config import audit
from realtime import database, hosting, process

ROOM = "audit.0"
EVERY_S = 300

_working: asyncio.Task[None] | None = None


def connect() -> None:
    hosting.kinds["audit"] = hosting.Kind(_adopt, lambda _: _working is not None, lambda _: None)


def begin() -> None:
    """Look every EVERY_S from now on."""
    global _working
    stop()
    _working = process.spawn(_work(), "auditor", endless=True)


def stop() -> None:
    global _working
    if _working is not None:
        _working.cancel()
        _working = None


async def _adopt(_: int) -> bool:
    epoch = await database.run(hosting.claim_orphan, ROOM)
    if epoch is not None:
        begin()
    return epoch is not None


async def _work() -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await database.run(audit.run)
        except database.AWAY:
            continue  # the next look does for this one
