"""Rooms: the order of events, what is kept of them, and who is served first."""

import asyncio
from collections.abc import Callable, Iterator

import msgspec
import pytest

from realtime import rooms
from realtime.rooms import HISTORY, SLICE, Room
from realtime.wire import Frame, frame
from tests.realtime.waiting import until


class Ear:
    """A listener that writes down what it hears, in its own list and in one that all share."""

    def __init__(self, name: str = "", diary: list[tuple[str, int]] | None = None) -> None:
        self.name = name
        self.diary = diary if diary is not None else []
        self.heard: list[int] = []
        self.rung: list[str] = []
        self.act: Callable[[], None] = lambda: None

    def push(self, frame: Frame) -> None:
        number = msgspec.json.decode(frame.payload)
        self.heard.append(number)
        self.diary.append((self.name, number))
        self.act()

    def ring(self, what: str) -> None:
        self.rung.append(what)


@pytest.fixture
def room() -> Iterator[Room]:
    made = rooms.room("a room of the tests")
    yield made
    rooms.discard(made.name)


async def served(room: Room) -> None:
    """Wait until nothing is left to be delivered."""
    await until(lambda: not room._backlog)


def numbers(events: list[Frame] | None) -> list[int] | None:
    return None if events is None else [msgspec.json.decode(event.payload) for event in events]


def test_events_come_once_and_in_order(room: Room) -> None:
    ears = [Ear() for _ in range(3)]
    for ear in ears:
        room.join(ear)
    for n in range(1, 11):
        room.publish(n, n)
    assert [ear.heard for ear in ears] == [list(range(1, 11))] * 3
    assert room.version == 10


def test_the_front_hears_before_the_crowd_whoever_came_first(room: Room) -> None:
    diary: list[tuple[str, int]] = []
    crowd, player = Ear("crowd", diary), Ear("player", diary)
    room.join(crowd)
    room.join(player, front=True)
    room.publish(1, 1)
    assert diary == [("player", 1), ("crowd", 1)]


def test_who_moves_to_the_crowd_hears_each_event_once(room: Room) -> None:
    ear = Ear()
    room.join(ear, front=True)
    room.join(ear)
    room.publish(1, 1)
    assert (ear.heard, len(room)) == ([1], 1)


def test_a_listener_may_get_another_form_of_the_event(room: Room) -> None:
    sender, other = Ear(), Ear()
    room.join(sender, front=True)
    room.join(other)
    room.publish(1, 1, {sender: frame(100)})
    assert (sender.heard, other.heard, numbers(room.since(0))) == ([100], [1], [1])


def test_since_gives_what_was_missed(room: Room) -> None:
    for n in range(1, 6):
        room.publish(n, n)
    assert numbers(room.since(2)) == [3, 4, 5]
    assert numbers(room.since(5)) == []


def test_since_is_none_when_the_beginning_is_gone(room: Room) -> None:
    for n in range(1, HISTORY + 11):
        room.publish(n, n)
    assert room.since(9) is None
    assert numbers(room.since(10)) == list(range(11, HISTORY + 11))


def test_since_is_none_for_a_number_of_another_epoch_or_of_the_future(room: Room) -> None:
    room.version = 3 << 20
    for k in range(1, 4):
        room.publish((3 << 20) + k, k)
    assert room.since((2 << 20) + 2) is None
    assert room.since((3 << 20) + 9) is None
    assert numbers(room.since(3 << 20)) == [1, 2, 3]


def test_since_is_none_when_an_event_in_the_middle_was_lost(room: Room) -> None:
    for n in (1, 2, 4, 5):
        room.deliver(n, frame(n), {})
    assert room.since(1) is None
    assert numbers(room.since(3)) == [4, 5]


async def test_a_crowd_of_a_thousand_is_served_in_slices_after_the_front(room: Room) -> None:
    diary: list[tuple[str, int]] = []
    crowd = [Ear("crowd", diary) for _ in range(1_000)]
    for ear in crowd:
        room.join(ear)
    player = Ear("player", diary)
    room.join(player, front=True)
    room.publish(1, 1)
    room.publish(2, 2)
    assert player.heard == [1, 2], "the front does not wait"
    assert not any(ear.heard for ear in crowd)
    turns = 0
    while room._backlog:
        before = len(diary)
        await asyncio.sleep(0)
        turns += 1
        assert len(diary) - before <= SLICE, "the loop gets a turn after each slice"
    assert turns >= 2 * 1_000 // SLICE
    assert all(ear.heard == [1, 2] for ear in crowd)


async def test_events_during_slices_wait_their_turn(room: Room) -> None:
    crowd = [Ear() for _ in range(SLICE * 2 + 1)]
    for ear in crowd:
        room.join(ear)
    room.publish(1, 1)
    await asyncio.sleep(0)
    for ear in crowd[:-3]:
        room.leave(ear)
    room.publish(2, 2)  # a small crowd by now: still not before the event that is being served
    room.publish(3, 3)
    await served(room)
    assert [ear.heard for ear in crowd[-3:]] == [[1, 2, 3]] * 3


async def test_who_leaves_in_the_middle_of_slices_hears_nothing_more(room: Room) -> None:
    crowd = [Ear() for _ in range(SLICE * 3)]
    for ear in crowd:
        room.join(ear)
    room.publish(1, 1)
    await asyncio.sleep(0)
    assert (crowd[0].heard, crowd[-1].heard) == ([1], [])
    room.leave(crowd[0])
    room.leave(crowd[-1])
    room.publish(2, 2)
    await served(room)
    assert (crowd[0].heard, crowd[-1].heard) == ([1], [])
    assert all(ear.heard == [1, 2] for ear in crowd[1:-1])


async def test_a_listener_that_leaves_while_it_is_told_disturbs_nobody(room: Room) -> None:
    crowd = [Ear() for _ in range(SLICE + 10)]
    for ear in crowd:
        room.join(ear)
        ear.act = lambda ear=ear: room.leave(ear)  # type: ignore[misc]
    room.publish(1, 1)
    await served(room)
    assert all(ear.heard == [1] for ear in crowd)
    assert len(room) == 0


async def test_who_joins_in_the_middle_of_slices_is_not_told_of_what_was_before(room: Room) -> None:
    for _ in range(SLICE * 2):
        room.join(Ear())
    room.publish(1, 1)
    await asyncio.sleep(0)
    late = Ear()
    room.join(late)
    room.publish(2, 2)
    await served(room)
    assert late.heard == [2]


def test_a_room_is_forgotten_with_its_last_listener_unless_it_is_hosted() -> None:
    made, ear = rooms.room("short"), Ear()
    made.join(ear)
    made.leave(ear)
    assert rooms.find("short") is None
    made = rooms.room("hosted")
    made.hosted = True
    made.join(ear)
    made.leave(ear)
    assert rooms.find("hosted") is made
    rooms.discard("hosted")


def test_an_event_for_a_room_without_listeners_keeps_nothing() -> None:
    before = rooms.count()
    rooms.publish("nobody is here", 1, 1)
    rooms.ring("nobody is here", "personal")
    assert (rooms.find("nobody is here"), rooms.count()) == (None, before)


def test_a_ring_reaches_every_listener_of_its_room_alone(room: Room) -> None:
    inside, player, outside = Ear(), Ear(), Ear()
    room.join(inside)
    room.join(player, front=True)
    other = rooms.room("another room of the tests")
    other.join(outside)
    rooms.ring(room.name, "personal")
    assert (inside.rung, player.rung, outside.rung) == (["personal"], ["personal"], [])
    other.leave(outside)


def test_what_is_published_goes_out_to_other_processes_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, int, bytes]] = []
    monkeypatch.setattr(rooms, "broadcast", lambda name, version, event: sent.append((name, version, event.payload)))
    rooms.publish(room.name, 1, 1)
    rooms.publish("nobody is here", 7, 7)
    room.deliver(2, frame(2), {})  # came from outside: does not go out again
    assert sent == [(room.name, 1, b"1"), ("nobody is here", 7, b"7")]
