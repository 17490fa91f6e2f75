"""Hosting: every live match, queue and running tournament is hosted by exactly one process, by a lease."""

import asyncio
from typing import Generic, TypeVar

from django.db import transaction

from realtime import process, rooms
from realtime.models import Lease, Process

H = TypeVar("H")


class LostLeaseError(Exception):
    """Another process hosts this now: what was about to be committed must not be."""


def claim(room: str, *, take_over: bool = False) -> int | None:
    """Take the lease of ``room`` for this process; give its new epoch, or None if another process has it.

    1. make the row if there is none; 2. one conditional UPDATE, that finds it free (or ours to take over, as at boot
    of the only
    process); 3. one changed row means it is ours. Runs inside the caller's transaction or by itself.
    """
    lease, _ = Lease.objects.get_or_create(room=room)
    free = Lease.objects.filter(room=room, epoch=lease.epoch)
    if not take_over:
        free = free.filter(host="")
    return lease.epoch + 1 if free.update(host=process.name, epoch=lease.epoch + 1) else None


def check(room: str, epoch: int) -> None:
    """Inside a transaction: lock the lease's row, and raise LostLeaseError unless this process still holds that
    epoch.
    """
    if not Lease.objects.select_for_update().filter(room=room, host=process.name, epoch=epoch).exists():
        raise LostLeaseError(f"{room}: epoch {epoch} is over")


def release(room: str, epoch: int) -> None:
    """Give the lease up, if it is still ours."""
    Lease.objects.filter(room=room, host=process.name, epoch=epoch).update(host="")


def bury(name: str) -> None:
    """Process ``name`` is known to be dead: what it hosted is free at once, before its leases expire."""
    with transaction.atomic():
        Process.objects.filter(name=name).delete()
        Lease.objects.filter(host=name).update(host="")


def forget(room: str) -> None:
    """The thing is over for good: no lease is needed any more."""
    Lease.objects.filter(room=room).delete()


class Hosted(Generic[H]):
    """The live things of one kind that this process hosts, by their number."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._by_id: dict[int, H] = {}
        self._awaited: dict[int, list[asyncio.Future[H]]] = {}

    def room(self, id: int) -> str:
        return f"{self.kind}.{id}"

    def add(self, id: int, host: H) -> None:
        self._by_id[id] = host
        rooms.room(self.room(id)).hosted = True
        for awaited in self._awaited.pop(id, ()):
            if not awaited.done():
                awaited.set_result(host)

    def remove(self, id: int) -> None:
        self._by_id.pop(id, None)
        if (room := rooms.find(self.room(id))) is not None:
            room.hosted = False
            if not len(room):
                rooms.discard(room.name)

    def find(self, id: int) -> H | None:
        return self._by_id.get(id)

    async def wait(self, id: int, timeout_s: float) -> H | None:
        """The host of ``id``, if it is here or comes within ``timeout_s``."""
        if (here := self.find(id)) is not None:
            return here
        awaited: asyncio.Future[H] = asyncio.get_running_loop().create_future()
        self._awaited.setdefault(id, []).append(awaited)
        try:
            return await asyncio.wait_for(awaited, timeout_s)
        except TimeoutError:
            return None
        finally:
            if awaited in (others := self._awaited.get(id, [])):
                others.remove(awaited)
                if not others:
                    del self._awaited[id]

    def all(self) -> list[H]:
        return list(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)
