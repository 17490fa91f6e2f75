"""The heartbeat: one row a process, in the database's time; and the sweep that hosts what nobody hosts.

Only in a cluster. A process that cannot reach the database may be silent without being dead, and so may all others:
once the database is back nobody adopts for one full lease.
"""

import asyncio
import logging
import os
import random
import socket
from datetime import timedelta

from django.db.models.functions import Now

from realtime import database, hosting, nerves, process
from realtime.clock import monotonic_ms
from realtime.hosting import LEASE_S
from realtime.models import Lease, Process
from realtime.nerves import Nerves

logger = logging.getLogger(__name__)

BEAT_S = 1.0
AT_ONCE = 20  # things adopted in one sweep: the other processes want their share
TRIES, AGAIN_S = 4, 0.5  # to give up what is ours, at the end
FORGOTTEN_S = 3_600  # rows of processes that fell silent so long ago are deleted


class Heartbeat:
    """Keeps this process alive in the eyes of the others, and looks for what has no host."""

    def __init__(self, nerves: Nerves) -> None:
        self._nerves = nerves
        self._patient_until_ms = 0  # nothing is adopted before
        self._look = asyncio.Event()
        self._idle: set[str] = set()
        self._running: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Beat once, then every BEAT_S; the first look for orphans comes at once."""
        await database.run(beat, self._nerves.channel)
        nerves.handlers["look"] = lambda _sender: self._look.set()
        self._running = process.spawn(self._run(), "heartbeat", endless=True)

    def leave(self) -> None:
        """Take nothing new from now on."""
        process.leaving = True  # the next beat tells the others

    async def end(self) -> None:
        """Give everything up that is still ours; the others may take it at once."""
        if self._running is not None:
            self._running.cancel()
        for _ in range(TRIES):
            try:
                await database.run(hosting.bury, process.name)
            except database.AWAY as error:
                logger.warning("leases are not given up: %r", error)  # then they run out
                await asyncio.sleep(AGAIN_S)
            else:
                break
        self._nerves.broadcast(["look"])
        await self._nerves.flush(1)

    async def _run(self) -> None:
        away = False
        while True:
            try:
                self._nerves.beat()
                await database.run(beat, self._nerves.channel, process.leaving)
                if away:
                    away = False
                    self._patient_until_ms = monotonic_ms() + LEASE_S * 1000
                    logger.warning("the database is back: nothing is adopted for %d s", LEASE_S)
                if not process.leaving and monotonic_ms() >= self._patient_until_ms:
                    await self._sweep()
            except database.AWAY as error:
                away = True
                logger.warning("no heartbeat: %r", error)
            self._look.clear()
            try:
                await asyncio.wait_for(self._look.wait(), BEAT_S)
            except TimeoutError:
                continue
            await asyncio.sleep(random.uniform(0, 0.05))  # everybody was told at the same moment

    async def _sweep(self) -> None:
        """Host what nobody hosts, in an order of our own: others sweep too."""
        orphans, mine = await database.run(_leases)
        random.shuffle(orphans)
        for room in orphans[:AT_ONCE]:
            await hosting.adopt(room)
        if len(orphans) > AT_ONCE:
            self._look.set()
        # A lease of ours that we do not host, twice in a row: it was handed to us, and the word of it was lost.
        idle = {room for room in mine if not hosting.hosts(room)}
        for room in idle & self._idle:
            await hosting.adopt(room)
        self._idle = idle


def _leases() -> tuple[list[str], list[str]]:
    """The rooms without a host (some of them, if there are many), and those that are ours."""
    mine = Lease.objects.filter(host=process.name)
    return list(hosting.orphans().values_list("room", flat=True)[: AT_ONCE * 10]), [lease.room for lease in mine]


def beat(channel: str, leaving: bool = False) -> None:
    """Be seen now. A row that somebody has buried is made anew: what it hosted is lost, the process is not."""
    seen = Process.objects.filter(name=process.name).update(seen_at=Now(), channel=channel, leaving=leaving)
    if not seen:
        host, pid = socket.gethostname(), os.getpid()
        Process.objects.create(name=process.name, channel=channel, host=host, pid=pid, leaving=leaving)
        Process.objects.filter(seen_at__lt=Now() - timedelta(seconds=FORGOTTEN_S)).delete()
