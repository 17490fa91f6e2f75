"""ChatConsumer over real sockets."""

import asyncio
from typing import Any

import pytest

from accounts.models import User
from chat import lines
from chat.models import Conversation, Line
from realtime import database
from realtime.clock import wall_ms
from tests.conftest import Client, Sockets
from tests.game.playing import called

LOBBY = "/ws/chat/lobby/"


async def enter(sockets: Sockets, user: User | None = None, path: str = LOBBY) -> Client:
    client = await sockets.open(path, user)
    client.first = await client.until("history")  # type: ignore[attr-defined]
    return client


async def say(client: Client, text: Any) -> dict[str, Any]:
    """Say it, and give the line that comes of it or the refusal."""
    await client.send({"type": "say", "text": text})
    answer: dict[str, Any] = await client.until(lambda m: m["type"] in ("line", "error"))
    return answer


def fill(author: User, count: int, key: str = "lobby") -> None:
    """Lines of an hour ago."""
    conversation, _ = Conversation.objects.get_or_create(key=key)
    for n in range(conversation.n + 1, conversation.n + count + 1):
        Line.objects.create(
            conversation=conversation, n=n, author=author, text=f"line {n}", at_ms=wall_ms() - 3_600_000
        )
    Conversation.objects.filter(key=key).update(n=conversation.n + count)


async def test_what_is_said_is_heard_by_all_in_order(sockets: Sockets, alice: User, bob: User) -> None:
    left, right, stranger = [await enter(sockets, user) for user in (alice, bob, None)]
    await say(left, "hello there")
    await right.until("line")
    await say(right, "<b>hi</b> & welcome")
    await stranger.until(lambda m: m["type"] == "line" and m["n"] == 2)
    heard = [m for m in stranger.seen if m["type"] == "line"]
    assert [(m["n"], m["line"]["n"], m["line"]["text"]) for m in heard] == [
        (1, 1, "hello there"),
        (2, 2, "<b>hi</b> & welcome"),
    ]
    assert heard[0]["line"]["author"] == {"id": alice.pk, "name": "Alice"}
    assert (heard[0]["line"]["kind"], heard[0]["line"]["url"]) == ("line", None)
    assert abs(heard[0]["line"]["at_ms"] - wall_ms()) < 10_000


async def test_who_comes_later_reads_the_last_150_lines(sockets: Sockets, alice: User) -> None:
    await database.run(fill, alice, 180)
    client = await enter(sockets)
    history = client.first  # type: ignore[attr-defined]
    assert (history["n"], history["can_write"]) == (180, False)
    assert [line["n"] for line in history["lines"]] == list(range(31, 181))
    assert (await enter(sockets, alice)).first["can_write"] is True  # type: ignore[attr-defined]


async def test_since_gives_what_was_missed(sockets: Sockets, alice: User) -> None:
    await database.run(fill, alice, 10)
    client = await enter(sockets)
    for since, expected in ((7, [8, 9, 10]), (10, []), (99, []), (-5, list(range(1, 11)))):
        await client.send({"type": "since", "n": since})
        answer = await client.until("history")
        assert ([line["n"] for line in answer["lines"]], answer["n"]) == (expected, 10)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("  \n\t ", "empty"), ("\u200b\u202e", "empty"), ("x" * 201, "too_long"), (5, "bad_message")],
)
async def test_what_cannot_be_read_is_refused(sockets: Sockets, alice: User, text: Any, code: str) -> None:
    client = await enter(sockets, alice)
    assert (await say(client, text))["code"] == code
    assert (await say(client, "x" * 200))["line"]["n"] == 1, "a refused line takes no number"


async def test_a_stranger_may_read_and_not_write(sockets: Sockets) -> None:
    client = await enter(sockets)
    assert (await say(client, "hello"))["code"] == "sign_in_required"
    assert await database.run(Line.objects.count) == 0


async def test_a_flood_is_refused_for_its_sender_alone(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob)
    left, right = await enter(sockets, alice), await enter(sockets, bob)
    texts = ["good morning", "who is in for a match?", "anyone at all?", "I have all day"]
    for text in texts:
        assert (await say(left, text))["line"]["text"] == text
    assert (await say(left, "something quite different"))["code"] == "too_fast"
    for _ in texts:
        await right.until("line")
    assert (await say(right, "something quite different"))["line"]["n"] == 5
    elsewhere = await enter(sockets, alice, f"/ws/chat/match.{match.pk}/")
    assert (await say(elsewhere, "something quite different"))["line"]["n"] == 1


async def test_the_same_again_is_refused(sockets: Sockets, alice: User, bob: User) -> None:
    client = await enter(sockets, alice)
    await say(client, "good game everybody")
    assert (await say(client, "Good game, everybody"))["code"] == "too_similar"


async def test_what_hides_or_reorders_text_is_taken_out(sockets: Sockets, alice: User) -> None:
    client = await enter(sockets, alice)
    assert (await say(client, "a\u202eb\u200b  c\x00\nd"))["line"]["text"] == "ab c d"


async def test_lines_at_the_same_time_have_numbers_of_their_own(sockets: Sockets) -> None:
    users = [await database.run(User.objects.create_user, f"Pupil {n}") for n in range(8)]
    clients = [await enter(sockets, user) for user in users]
    await asyncio.gather(*(client.send({"type": "say", "text": f"I am {n}"}) for n, client in enumerate(clients)))
    stranger = await enter(sockets)
    heard = {line["n"] for line in stranger.first["lines"]}  # type: ignore[attr-defined]
    while len(heard) < 8:
        heard.add((await stranger.until("line"))["n"])
    assert heard == set(range(1, 9))
    texts = await database.run(lambda: sorted(Line.objects.values_list("text", flat=True)))
    assert texts == [f"I am {n}" for n in range(8)]


async def test_an_announcement_cannot_be_forged(sockets: Sockets, alice: User) -> None:
    client = await enter(sockets, alice)
    for forged in (
        {"type": "say", "text": "you have won", "kind": "winner"},
        {"type": "say", "text": "you have won", "author": None},
        {"type": "say", "text": "you have won", "subject": "tournament.1:1:winner"},
        {"type": "line", "n": 1, "line": {"n": 1, "kind": "winner", "author": None, "text": "you have won"}},
        {"type": "announce", "text": "you have won"},
    ):
        await client.send(forged)
        assert (await client.until("error"))["code"] == "bad_message"
    line = (await say(client, "winner: you have won"))["line"]
    assert (line["kind"], line["author"]["name"]) == ("line", "Alice")
    assert await database.run(Line.objects.count) == 1


def announce(person: User | None, text: str = "your match", subject: str = "tournament.1:call") -> None:
    lines.announce("lobby", Line.Kind.CALL, text, subject=subject, url="/game/1/", person=person)


async def test_a_private_line_is_for_its_person_alone(sockets: Sockets, alice: User, bob: User) -> None:
    mine, bobs, strangers = [await enter(sockets, user) for user in (alice, bob, None)]
    await database.run(announce, alice)
    shown = await mine.until(lambda m: m["type"] == "line" and m["line"])
    assert (shown["n"], shown["line"]["text"], shown["line"]["author"]) == (1, "your match", None)
    await database.run(announce, None, "for all", "other")
    for other in (bobs, strangers):
        await other.until(lambda m: m["type"] == "line" and m["n"] == 2)
        assert [(m["n"], m["line"] and m["line"]["text"]) for m in other.seen if m["type"] == "line"] == [
            (1, None),
            (2, "for all"),
        ]
    for user, expected in ((alice, [1, 2]), (bob, [2]), (None, [2])):
        later = await enter(sockets, user)
        history = later.first  # type: ignore[attr-defined]
        assert (history["n"], [line["n"] for line in history["lines"]]) == (2, expected)
