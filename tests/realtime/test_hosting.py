"""Leases: one host at a time, and no commit under an epoch that is over."""

import asyncio
import threading

import pytest
from django.db import connections, transaction

from realtime import hosting, process, rooms
from realtime.hosting import Hosted, LostLeaseError
from realtime.models import Lease


def lease(room: str) -> tuple[str, int] | None:
    return Lease.objects.filter(room=room).values_list("host", "epoch").first()


def test_what_nobody_hosts_can_be_claimed(db: None) -> None:
    assert hosting.claim("match.1") == 1
    assert lease("match.1") == (process.name, 1)
    with transaction.atomic():
        hosting.check("match.1", 1)


def test_what_somebody_hosts_cannot_be_claimed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    hosting.claim("match.1")
    monkeypatch.setattr(process, "name", "another process")
    assert hosting.claim("match.1") is None
    assert lease("match.1") != ("another process", 2)


def test_taking_over_ends_the_epoch_of_the_old_host(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    old = process.name
    assert hosting.claim("match.1") == 1
    monkeypatch.setattr(process, "name", "another process")
    assert hosting.claim("match.1", take_over=True) == 2
    monkeypatch.setattr(process, "name", old)
    with transaction.atomic(), pytest.raises(LostLeaseError, match=r"match\.1: epoch 1 is over"):
        hosting.check("match.1", 1)


@pytest.mark.parametrize("epoch", [0, 2])
def test_a_wrong_epoch_is_no_lease(db: None, epoch: int) -> None:
    hosting.claim("match.1")
    with transaction.atomic(), pytest.raises(LostLeaseError):
        hosting.check("match.1", epoch)


def test_what_was_never_claimed_is_no_lease(db: None) -> None:
    with transaction.atomic(), pytest.raises(LostLeaseError):
        hosting.check("match.1", 1)


def test_a_released_lease_is_free_and_its_epoch_goes_on(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hosting.claim("match.1") == 1
    hosting.release("match.1", 1)
    assert lease("match.1") == ("", 1)
    monkeypatch.setattr(process, "name", "another process")
    assert hosting.claim("match.1") == 2


def test_only_the_host_of_that_epoch_can_release(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    hosting.claim("match.1")
    hosting.release("match.1", 7)
    mine = process.name
    monkeypatch.setattr(process, "name", "another process")
    hosting.release("match.1", 1)
    assert lease("match.1") == (mine, 1)


def test_what_is_over_leaves_no_lease(db: None) -> None:
    hosting.claim("match.1")
    hosting.forget("match.1")
    assert lease("match.1") is None


@pytest.mark.parametrize("take_over", [False, True])
def test_of_many_who_claim_at_once_every_epoch_goes_to_one(transactional_db: None, take_over: bool) -> None:
    start, got = threading.Barrier(6), []

    def claim() -> None:
        start.wait(5)
        try:
            got.append(hosting.claim("match.1", take_over=take_over))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    won = [epoch for epoch in got if epoch is not None]
    assert len(got) == 6
    assert len(set(won)) == len(won) > 0
    if not take_over:
        assert won == [1]


def test_the_hosted_are_found_by_number_and_keep_their_room() -> None:
    hosted: Hosted[str] = Hosted("thing")
    hosted.add(7, "seven")
    hosted.add(8, "eight")
    assert (hosted.find(7), hosted.find(9), hosted.all(), len(hosted)) == ("seven", None, ["seven", "eight"], 2)
    room = rooms.find("thing.7")
    assert room is not None
    assert room.hosted
    hosted.remove(7)
    hosted.remove(7)
    assert (hosted.find(7), rooms.find("thing.7")) == (None, None)
    hosted.remove(8)


async def test_who_waits_for_a_host_gets_it_when_it_comes() -> None:
    hosted: Hosted[str] = Hosted("thing")
    impatient = asyncio.create_task(hosted.wait(7, 0.01))
    patient = [asyncio.create_task(hosted.wait(7, 10)) for _ in range(2)]
    assert await impatient is None
    hosted.add(7, "seven")
    assert await asyncio.gather(*patient) == ["seven", "seven"]
    assert await hosted.wait(7, 0) == "seven"
    hosted.remove(7)
    assert await hosted.wait(7, 0) is None
    assert not hosted._awaited
