"""Hosting: every live match, queue and running tournament is hosted by exactly one process, by a lease.

A lease names a process and an epoch. Expiry (the process's heartbeat is old, or its row is gone) only *permits* taking
over; a changed epoch *ends* hosting, and every commit of a host checks it under the row's lock. Times are the
database's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from realtime import metrics, nerves, process, rooms
from realtime.clock import wall_ms
from realtime.models import Lease, Process

H = TypeVar("H")
SWEEP_MS = 5_000  # between two looks of a host whom nobody has nudged
LEASE_S = 5  # a process whose heartbeat is older may lose what it hosts


class LostLeaseError(Exception):
    """Another process hosts this now: what was about to be committed must not be."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where a live thing is hosted: the process, its channel on the layer, the epoch."""

    process: str
    channel: str
    epoch: int

    @property
    def here(self) -> bool:
        return self.process == process.name


def claim(room: str, *, take_over: bool = False) -> int | None:
    """Take the lease of ``room`` for this process; give its new epoch, or None if another process has it.

    1. make the row if there is none; 2. one conditional UPDATE, that finds it as it was, and free (or ours to take
    over, as at boot of the only process); 3. one changed row means it is ours. Runs inside the caller's transaction
    or by itself.
    """
    lease, _ = Lease.objects.get_or_create(room=room)
    if lease.host and not take_over:
        return None
    return _take(lease)


def offer(room: str) -> None:
    """Make the lease of ``room``, if there is none, for whoever sweeps first."""
    Lease.objects.get_or_create(room=room)


def claim_orphan(room: str) -> int | None:
    """Take the lease of ``room`` if its host is gone or silent (or it is ours already); give its new epoch, or None."""
    lease = (orphans() | Lease.objects.filter(host=process.name)).filter(room=room).first()
    return _take(lease) if lease is not None else None


def _take(lease: Lease) -> int | None:
    found = Lease.objects.filter(room=lease.room, epoch=lease.epoch, host=lease.host)
    return lease.epoch + 1 if found.update(host=process.name, epoch=lease.epoch + 1) else None


def hand_over(room: str, epoch: int, to: str) -> int | None:
    """Give our lease to process ``to``, under a new epoch, which is given; None if it is not ours any more."""
    mine = Lease.objects.filter(room=room, host=process.name, epoch=epoch)
    return epoch + 1 if mine.update(host=to, epoch=epoch + 1) else None


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


def alive() -> QuerySet[Process]:
    """The processes whose heartbeat is fresh."""
    return Process.objects.filter(seen_at__gt=Now() - timedelta(seconds=LEASE_S))


def orphans() -> QuerySet[Lease]:
    """The leases of nobody: given up, or of a process that is gone or silent."""
    return Lease.objects.exclude(host__in=alive().values("name"))


def where(room: str) -> Host | None:
    """Who hosts ``room``, if that process is alive and can be reached."""
    lease = Lease.objects.filter(room=room).exclude(host="").first()
    host = alive().filter(name=lease.host).exclude(channel="").first() if lease is not None else None
    return Host(host.name, host.channel, lease.epoch) if lease is not None and host is not None else None


@dataclass(frozen=True, slots=True)
class Kind:
    """What upper floors say of a kind of room ("match", "queue", "tournament")."""

    adopt: Callable[[int], Awaitable[bool]]  # host this number here, if its lease can be had; gives whether
    hosts: Callable[[int], bool]  # whether this process hosts it
    nudge: Callable[..., None]  # tell its host, which is this process


kinds: dict[str, Kind] = {}


async def adopt(room: str) -> bool:
    """Host what ``room`` names, if its lease can be had."""
    kind, number = _parts(room)
    adopted = kind in kinds and await kinds[kind].adopt(number)
    if adopted:
        metrics.adoptions.labels(kind).inc()
    return adopted


def hosts(room: str) -> bool:
    kind, number = _parts(room)
    return kind in kinds and kinds[kind].hosts(number)


def nudge(room: str, *what: Any) -> None:
    """Tell whoever hosts ``room``, in whatever process. It may be lost: hosts look by themselves now and then."""
    if not _nudge_here("", room, *what):
        nerves.broadcast(["nudge", room, *what])


def _nudge_here(_sender: str, room: str, *what: Any) -> bool:
    if not hosts(room):
        return False
    kind, number = _parts(room)
    kinds[kind].nudge(number, *what)
    return True


nerves.handlers["nudge"] = _nudge_here


def _parts(room: str) -> tuple[str, int]:
    kind, _, number = room.partition(".")
    return kind, int(number)


def look_by_ms(due_ms: int | None) -> int | None:
    """When a host must look again that has something due at ``due_ms`` (wall time). In a cluster a nudge may be lost:
    it looks now and then by itself.
    """
    if nerves.mine is None:
        return due_ms
    sweep_ms = wall_ms() + SWEEP_MS
    return sweep_ms if due_ms is None else min(due_ms, sweep_ms)


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
            room.relay = None
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
