"""The base of every consumer, over real sockets, and on a server that is not ours."""

from typing import Any

import msgspec
import pytest
from channels.testing import WebsocketCommunicator
from django.db import OperationalError

from accounts.models import User
from matchmaking.consumers import MatchmakingConsumer
from realtime import codes, process, rooms
from realtime.consumer import REFUSALS_IN_A_ROW
from tests.conftest import Client, Sockets
from tests.realtime.waiting import until

LOBBY = "/ws/chat/lobby/"


async def refused(client: Client, sent: Any) -> dict[str, Any]:
    await client.send(sent)
    answer: dict[str, Any] = await client.until("error")
    return answer


@pytest.mark.parametrize(
    ("sent", "code", "came"),
    [
        ("hello", "not_json", "hello"),
        (b"\x00\x01", "not_json", "a binary frame of 2 bytes"),
        ({"type": "shout"}, "bad_message", '{"type":"shout"}'),
        ({"type": "say", "text": 5}, "bad_message", '{"type":"say","text":5}'),
        ({"type": "say", "text": "a", "kind": "call"}, "bad_message", '{"type":"say","text":"a","kind":"call"}'),
        ("[" * 5000, "too_long", "5000 bytes"),
        ({"type": "say", "text": "hello"}, "sign_in_required", "nobody"),
    ],
)
async def test_a_refusal_is_typed_and_leaves_the_socket_open(sockets: Sockets, sent: Any, code: str, came: str) -> None:
    client = await sockets.open(LOBBY)
    await client.until("history")
    answer = await refused(client, sent)
    assert (answer["code"], answer["came"], sorted(answer)) == (code, came, ["came", "code", "expected", "type"])
    await client.send({"type": "since", "n": 0})
    assert (await client.until("history"))["lines"] == []


async def test_the_refusal_after_twenty_in_a_row_closes_the_socket(sockets: Sockets) -> None:
    client = await sockets.open(LOBBY)
    await client.until("history")
    for _ in range(REFUSALS_IN_A_ROW):
        assert (await refused(client, "{}"))["code"] == "bad_message"
    await client.send({"type": "say", "text": "x"})
    assert [(await client.receive())["code"] for _ in range(2)] == ["sign_in_required", "too_many_refusals"]
    assert await client.closed() == 4400


async def test_refusals_are_counted_anew_after_a_message_that_is_taken(sockets: Sockets) -> None:
    client = await sockets.open(LOBBY)
    await client.until("history")
    for _ in range(2):
        for _ in range(REFUSALS_IN_A_ROW // 2 + 2):
            assert (await refused(client, "{}"))["code"] == "bad_message"
        await client.send({"type": "since", "n": 0})
        await client.until("history")


async def test_a_flood_closes_the_socket(sockets: Sockets) -> None:
    client = await sockets.open(LOBBY)
    await client.until("history")
    for _ in range(31):
        await client.send({"type": "since", "n": 0})
    assert (await client.until("error"))["code"] == "flood"
    assert await client.closed() == 4429


async def test_a_flood_before_the_entrance_is_a_flood_too(sockets: Sockets) -> None:
    client = await sockets.open(LOBBY)
    for _ in range(40):
        await client.send({"type": "since", "n": 0})
    assert (await client.until("error"))["code"] == "flood"
    assert await client.closed() == 4429


@pytest.mark.parametrize(
    "path",
    [
        "/ws/",
        "/ws/nothing/",
        "/ws/game/0/",
        "/ws/game/99999999/",
        "/ws/game/x/",
        "/ws/tournaments/77/",
        "/ws/chat/kitchen/",
        "/ws/chat/match.77/",
        "/ws/chat/tournament.1.1/",
        "/",
    ],
)
async def test_an_address_of_nothing_says_so(sockets: Sockets, path: str) -> None:
    client = await sockets.open(path)
    last = await client.receive()
    said = (last[1], last[2]) if isinstance(last, list) else (last["code"], last["expected"])
    assert said[0] == "not_found"
    assert said[1].startswith(("the address of", "a match that", "a tournament that", "a conversation that"))
    assert await client.closed() == 4404


async def test_an_error_of_ours_is_logged_once_and_closes_with_a_code(
    sockets: Sockets, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise LookupError("in the handler")

    monkeypatch.setattr(MatchmakingConsumer, "hear", fail)
    client = await sockets.open("/ws/matchmaking/")
    await client.until("you")
    await client.send({"type": "refresh"})
    assert (await client.until("error"))["code"] == "our_error"
    assert await client.closed() == 4500
    assert [(r.getMessage(), str(r.exc_info[1])) for r in caplog.records if r.exc_info] == [
        ("MatchmakingConsumer /ws/matchmaking/", "in the handler")
    ]
    assert len(caplog.records) == 1


@pytest.mark.parametrize("method", ["enter", "_tell_state"])
async def test_an_error_in_async_work_is_the_same(
    sockets: Sockets, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    async def fail(*_: Any) -> None:
        raise LookupError("in the work")

    monkeypatch.setattr(MatchmakingConsumer, method, fail)
    client = await sockets.open("/ws/matchmaking/")
    assert (await client.receive())["code"] == "our_error"
    assert await client.closed() == 4500
    assert [str(r.exc_info[1]) for r in caplog.records if r.exc_info] == ["in the work"]


async def test_a_frame_over_64_kib_closes_the_connection(sockets: Sockets) -> None:
    client = await sockets.open(LOBBY)
    await client.until("history")
    await client.send("x" * 70 * 1024)
    assert await client.closed() == 1009


async def test_a_frame_just_under_64_kib_is_refused_by_name(sockets: Sockets) -> None:
    client = await sockets.open(LOBBY)
    await client.until("history")
    answer = await refused(client, "x" * 65_536)
    assert (answer["code"], answer["came"]) == ("too_long", "65536 bytes")


async def test_what_is_sent_before_the_entrance_is_answered_after_it_in_order(sockets: Sockets) -> None:
    client = await sockets.open(LOBBY)
    for n in range(5):
        await client.send({"type": "since", "n": n})
    answers = [await client.receive() for _ in range(6)]
    assert [answer["since"] for answer in answers] == [0, 0, 1, 2, 3, 4]


async def test_a_socket_that_goes_leaves_its_rooms(sockets: Sockets, alice: User) -> None:
    client = await sockets.open(LOBBY, alice)
    await client.until("history")
    assert len(rooms.room("chat.lobby")) == 1
    assert len(rooms.room(f"user.{alice.pk}")) == 1
    await client.close()
    await until(lambda: rooms.find("chat.lobby") is None and rooms.find(f"user.{alice.pk}") is None)


class Elsewhere:
    """The application on an ASGI server that is not ours: no direct way to a transport."""

    def __init__(self, path: str) -> None:
        from config.asgi import application

        self.communicator = WebsocketCommunicator(application, path)

    async def send(self, message: Any) -> None:
        await self.communicator.send_to(text_data=msgspec.json.encode(message).decode())

    async def receive(self) -> Any:
        return msgspec.json.decode(await self.communicator.receive_from(timeout=5))


async def test_it_works_on_any_asgi_server(transactional_db: None) -> None:
    before = process.tasks()
    there = Elsewhere(LOBBY)
    assert await there.communicator.connect() == (True, None)
    assert (await there.receive())["type"] == "history"
    for n in range(3):
        await there.send({"type": "since", "n": n})
    assert [(await there.receive())["since"] for _ in range(3)] == [0, 1, 2]
    await there.send({"type": "say", "text": "hi"})
    assert (await there.receive())["code"] == "sign_in_required"
    rooms.publish("chat.lobby", 1, {"type": "line", "n": 1})
    assert await there.receive() == {"type": "line", "n": 1}
    await there.communicator.disconnect()
    assert rooms.find("chat.lobby") is None
    await until(lambda: process.tasks() == before)  # nothing is left running for a socket that is gone


async def test_on_any_asgi_server_a_close_comes_after_all_that_was_said(transactional_db: None) -> None:
    there = Elsewhere(LOBBY)
    await there.communicator.connect()
    await there.receive()
    for _ in range(REFUSALS_IN_A_ROW + 1):
        await there.send("x")
    codes = [(await there.receive())["code"] for _ in range(REFUSALS_IN_A_ROW + 2)]
    assert codes == ["bad_message"] * (REFUSALS_IN_A_ROW + 1) + ["too_many_refusals"]
    assert await there.communicator.receive_output(5) == {"type": "websocket.close", "code": 4400}
    await there.communicator.disconnect()


async def test_on_any_asgi_server_an_unknown_address_says_so(transactional_db: None) -> None:
    there = Elsewhere("/ws/nothing/")
    await there.communicator.connect()
    assert (await there.receive())["code"] == "not_found"
    assert (await there.communicator.receive_output(5))["code"] == 4404
    await there.communicator.disconnect()


async def test_a_database_that_is_away_refuses_and_keeps_the_socket(
    sockets: Sockets, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await sockets.open(LOBBY, alice)
    await client.until("history")

    def away(*_: object) -> None:
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as broken:
        broken.setattr("chat.lines.say", away)
        await client.send({"type": "say", "text": "hello"})
        assert (await client.until("error"))["code"] == "unavailable"
    await client.send({"type": "say", "text": "hello"})
    assert (await client.until("line"))["line"]["text"] == "hello"


async def test_who_cannot_enter_for_want_of_the_database_may_come_again(
    sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("chat.consumers.policy", away)
    client = await sockets.open(LOBBY)
    assert (await client.receive())["code"] == "unavailable"
    assert await client.closed() == codes.UNAVAILABLE
