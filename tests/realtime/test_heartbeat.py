"""Who is alive in the database's eyes, what is nobody's, and who takes it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError
from django.db.models.functions import Now

from realtime import database, heartbeat, hosting, process
from realtime.heartbeat import Heartbeat, beat
from realtime.hosting import LEASE_S, Kind
from realtime.models import Lease, Process
from realtime.nerves import Nerves
from tests.realtime.waiting import until


def other(name: str, silent_s: float = 0, channel: str = "there") -> None:
    """Another process, seen so long ago."""
    made = Process.objects.create(name=name, host="elsewhere", pid=1, channel=channel)
    Process.objects.filter(pk=made.pk).update(seen_at=Now() - timedelta(seconds=silent_s))


def held(room: str, host: str, epoch: int = 1) -> None:
    Lease.objects.create(room=room, host=host, epoch=epoch)


def test_a_beat_is_seen_and_a_buried_process_is_seen_again(db: None) -> None:
    beat("here")
    row = Process.objects.get()
    assert (row.name, row.channel, row.leaving) == (process.name, "here", False)
    Process.objects.update(seen_at=Now() - timedelta(seconds=60))
    assert not hosting.alive().exists()
    beat("here")
    assert hosting.alive().get() == row
    held("match.1", process.name)
    hosting.bury(process.name)
    assert Lease.objects.get().host == ""
    beat("here", leaving=True)
    assert Process.objects.get().leaving


def test_only_what_nobody_alive_holds_is_an_orphan(db: None) -> None:
    other("quick")
    other("slow", silent_s=LEASE_S - 2)
    other("silent", silent_s=LEASE_S + 1)
    for number, host in enumerate(("quick", "slow", "silent", "gone", "")):
        held(f"match.{number}", host)
    assert sorted(hosting.orphans().values_list("room", flat=True)) == ["match.2", "match.3", "match.4"]
    assert [hosting.claim_orphan(f"match.{number}") for number in range(5)] == [None, None, 2, 2, 2]
    assert hosting.claim_orphan("match.9") is None


def test_a_lease_of_our_own_can_be_taken_anew(db: None) -> None:
    beat("here")
    held("match.1", process.name, 4)
    assert hosting.claim_orphan("match.1") == 5


def test_a_host_is_found_if_it_is_alive_and_can_be_reached(db: None) -> None:
    other("alive", channel="its channel")
    other("silent", silent_s=LEASE_S + 1)
    other("new", channel="")
    for host in ("alive", "silent", "new"):
        held(f"match.{len(host)}", host, 3)
    found = hosting.where("match.5")
    assert found is not None
    assert (found.process, found.channel, found.epoch, found.here) == ("alive", "its channel", 3, False)
    assert [hosting.where(room) for room in ("match.6", "match.3", "match.99")] == [None, None, None]


def test_what_is_handed_over_is_ours_no_more(db: None) -> None:
    epoch = hosting.claim("match.1")
    assert epoch == 1
    assert hosting.hand_over("match.1", 1, "another") == 2
    assert hosting.hand_over("match.1", 1, "a third") is None
    assert Lease.objects.values_list("host", "epoch").get() == ("another", 2)


@pytest.fixture
async def beating(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Heartbeat]:
    """A heartbeat of this process that has begun, on a layer of its own."""
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.02)
    monkeypatch.setattr(process, "leaving", False)
    nerves = Nerves(InMemoryChannelLayer())
    await nerves.open()
    running = asyncio.create_task(nerves.run())
    made = Heartbeat(nerves)
    await made.begin()
    yield made
    await made.end()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def adopted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was adopted of a kind of the test's own."""
    found: list[int] = []

    async def adopt(number: int) -> bool:
        epoch = await database.run(hosting.claim_orphan, f"thing.{number}")
        if epoch is not None:
            found.append(number)
        return epoch is not None

    monkeypatch.setitem(hosting.kinds, "thing", Kind(adopt, lambda number: number in found, lambda *_: None))
    return found


async def test_what_nobody_hosts_is_adopted(beating: Heartbeat, adopted: list[int]) -> None:
    await database.run(held, "thing.1", "gone")
    await until(lambda: adopted == [1])
    assert await database.run(Lease.objects.values_list("host", flat=True).get) == process.name
    await database.run(other, "alive")
    await database.run(held, "thing.2", "alive")
    await database.run(held, "thing.3", "")
    await until(lambda: adopted == [1, 3])


async def test_what_was_handed_to_us_without_a_word_is_found(beating: Heartbeat, adopted: list[int]) -> None:
    await database.run(held, "thing.7", process.name, 3)
    await until(lambda: adopted == [7])
    assert await database.run(Lease.objects.values_list("epoch", flat=True).get) == 4


async def test_who_leaves_takes_nothing_and_gives_all_up(beating: Heartbeat, adopted: list[int]) -> None:
    beating.leave()
    await database.run(held, "thing.1", "")
    await database.run(held, "thing.2", process.name)
    await asyncio.sleep(0.2)  # many beats, in which nothing may happen
    assert adopted == []
    await beating.end()
    assert await database.run(lambda: set(Lease.objects.values_list("host", flat=True))) == {""}
    assert not await database.run(Process.objects.exists)


async def test_after_the_database_was_away_nobody_adopts_for_a_lease(
    beating: Heartbeat, adopted: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = heartbeat.beat

    def away(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(heartbeat, "LEASE_S", 0.5)
    monkeypatch.setattr(heartbeat, "beat", away)
    await until(lambda: any("no heartbeat" in record.getMessage() for record in caplog.records))
    await database.run(held, "thing.1", "gone")
    monkeypatch.setattr(heartbeat, "beat", real)
    await until(lambda: any("the database is back" in record.getMessage() for record in caplog.records))
    back = asyncio.get_running_loop().time()
    assert adopted == []
    await until(lambda: adopted == [1])
    assert asyncio.get_running_loop().time() - back > 0.4
