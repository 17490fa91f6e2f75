"""GameConsumer over real sockets."""

from typing import Any

import pytest
from django.conf import settings as conf

from accounts.models import User
from game import matches
from game.matches import Player
from game.models import Match
from tests.conftest import Sockets


def called(*users: User, points: int = 3) -> Match:
    players = [Player(user.name, user) for user in users]
    return matches.call(players, points=points, origin=Match.Origin.QUEUE, ready_ms=conf.READY_QUEUE_S * 1000)


async def test_both_there_and_the_countdown_runs(sockets: Sockets, alice: User, bob: User) -> None:
    from realtime import database

    match = await database.run(called, alice, bob)
    left = await sockets.open(f"/ws/game/{match.pk}/", alice)
    assert await left.until(12) == [12, [0]]
    _, _, _, shown = await left.until(7)
    assert shown["phase"] == "called"
    right = await sockets.open(f"/ws/game/{match.pk}/", bob)
    presence: Any = (await left.until(lambda m: m[0] == 10 and m[2]["phase"] == "live"))[2]
    assert presence["present"] == [True, True]
    assert await right.until(12) == [12, [1]]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("x", "not_json"),
        ("[1,0,0,0,NaN]", "not_json"),
        (b"123", "not_json"),
        ([77], "bad_message"),
        ({"type": "join"}, "bad_message"),
        ([1, 0, 0, 0, "a"], "bad_message"),
        ([1, 0, 0, 0, 1.5], "bad_message"),
        ([1, 0, 0, 2**40, 1], "bad_message"),
        ([1, 0, 0, 0, 1, 1], "bad_message"),
        ([1, 1, 5, 0, 1], "not_your_seat"),
        ("x" * 5000, "too_long"),
    ],
)
async def test_bad_input_is_refused_and_changes_nothing(
    sockets: Sockets, alice: User, bob: User, sent: Any, code: str
) -> None:
    from realtime import database

    match = await database.run(called, alice, bob)
    left = await sockets.open(f"/ws/game/{match.pk}/", alice)
    before = await left.until(7)
    await left.send(sent)
    refusal = await left.until(11)
    assert refusal[1] == code
    assert all(isinstance(text, str) and text for text in refusal[2:])
    await left.send([0, 0])
    after = await left.until(7)
    assert (after[1], after[3]) == (before[1], before[3])
