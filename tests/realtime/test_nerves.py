"""The nerves: what one process publishes the rooms of another deliver once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from realtime import nerves, rooms
from realtime.nerves import Nerves
from realtime.wire import frame
from tests.realtime.test_rooms import Ear
from tests.realtime.waiting import until

Join = Callable[[str], Any]


@pytest.fixture
async def connect() -> AsyncIterator[Join]:
    """Connects a process of this name to one layer."""
    layer = InMemoryChannelLayer()
    running: list[asyncio.Task[None]] = []

    async def connect(name: str) -> Nerves:
        made = Nerves(layer, name)
        await made.open()
        running.append(asyncio.create_task(made.run()))
        return made

    yield connect
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
def ear() -> Any:
    made = Ear()
    rooms.room("there").join(made)
    yield made
    rooms.room("there").leave(made)


async def test_another_process_delivers_each_event_once_and_in_order(connect: Join, ear: Ear) -> None:
    here, _there = await connect("here"), await connect("there")
    for n in range(1, 21):
        here.publish("there", n, frame(n))
    await until(lambda: len(ear.heard) >= 20)
    assert ear.heard == list(range(1, 21))
    assert rooms.room("there").version == 20
    assert rooms.room("there").since(18) is not None


async def test_a_process_ignores_its_own_messages(connect: Join, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[int] = []
    hear = Nerves.hear
    monkeypatch.setattr(Nerves, "hear", lambda self, message: (hear(self, message), came.append(len(message["items"]))))
    here = await connect("here")
    here.publish("there", 1, frame(1))
    here.ring("there", "personal")
    await until(lambda: sum(came) == 2)
    assert (ear.heard, ear.rung) == ([], [])


async def test_a_ring_crosses_too(connect: Join, ear: Ear) -> None:
    here, _there = await connect("here"), await connect("there")
    here.ring("there", "signed_out")
    await until(lambda: bool(ear.rung))
    assert ear.rung == ["signed_out"]


async def test_an_event_for_a_room_that_is_not_here_makes_none(connect: Join, ear: Ear) -> None:
    here, _there = await connect("here"), await connect("there")
    here.publish("empty", 1, frame(1))
    here.publish("there", 1, frame(1))
    await until(lambda: bool(ear.heard))
    assert rooms.find("empty") is None


async def test_a_layer_that_fails_is_logged_and_tried_again(
    connect: Join, ear: Ear, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _there = await connect("here"), await connect("there")
    group_send = here.layer.group_send

    async def fail(*_: Any) -> None:
        monkeypatch.setattr(here.layer, "group_send", group_send)
        raise OSError("gone")

    monkeypatch.setattr(here.layer, "group_send", fail)
    here.publish("there", 1, frame(1))
    await until(lambda: bool(caplog.records))
    here.publish("there", 2, frame(2))  # said while it fails: forgotten too
    await until(lambda: here._out.empty())
    await here.flush(5)
    here.publish("there", 3, frame(3))
    await until(lambda: bool(ear.heard))
    assert ear.heard == [3], "messages may be lost: rooms have versions"
    (record,) = caplog.records
    assert record.getMessage() == "the layer takes no message: OSError('gone')"


async def test_one_process_alone_has_no_nerves() -> None:
    assert not nerves.clustered()
    assert (rooms.broadcast, rooms.broadcast_ring) == (None, None)
