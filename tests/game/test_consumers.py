"""GameConsumer over real sockets."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from game import matches, referees
from game.models import Match
from game.pong import court
from realtime import codes, database, process
from realtime.models import Lease
from tests.conftest import LiveServer, Sockets
from tests.game.playing import called


async def test_both_there_and_the_countdown_runs(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob)
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
    match = await called(alice, bob)
    left = await sockets.open(f"/ws/game/{match.pk}/", alice)
    before = await left.until(7)
    await left.send(sent)
    refusal = await left.until(11)
    assert refusal[1] == code
    assert all(isinstance(text, str) and text for text in refusal[2:])
    await left.send([0, 0])
    after = await left.until(7)
    assert (after[1], after[3]) == (before[1], before[3])


async def test_a_match_that_does_not_exist_is_not_found(sockets: Sockets, alice: User) -> None:
    client = await sockets.open("/ws/game/999/", alice)
    assert (await client.receive())[:2] == [11, "not_found"]
    assert await client.closed() == codes.NOT_FOUND


async def test_a_match_without_a_host_is_not_shown_as_over(
    sockets: Sockets, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = await called(alice, bob)
    monkeypatch.setattr(referees, "COMING_S", 0.05)
    await (await sockets.open(f"/ws/game/{match.pk}/", bob)).until(7)
    sockets.server.loop.call_soon_threadsafe(referees.stop_all)
    left = await sockets.open(f"/ws/game/{match.pk}/", alice)
    assert (await left.receive())[:2] == [11, "not_hosted"]
    assert await left.closed() == codes.UNAVAILABLE


def _call_and_abort(alice: User, bob: User) -> Match:
    """Both in one transaction: the abort comes before the referee does."""
    with transaction.atomic():
        match = matches.call(
            [matches.Player("Alice", alice), matches.Player("Bob", bob)],
            rules=court.ruleset(3),
            origin=Match.Origin.TOURNAMENT,
            ready_ms=20_000,
        )
        process.on_commit(referees.abort, match.pk)
    return match


async def test_a_match_can_be_aborted_before_its_referee_has_begun(
    sockets: Sockets, server: LiveServer, alice: User, bob: User
) -> None:
    match = await database.run(_call_and_abort, alice, bob)
    client = await sockets.open(f"/ws/game/{match.pk}/", alice)
    await client.until(lambda m: m[0] == 8 or (m[0] == 7 and m[3]["result"]))
    match = await database.run(Match.objects.get, pk=match.pk)
    assert (match.phase, match.reason, match.winner) == (Match.Phase.OVER, Match.Reason.ABORTED, None)
    assert not await database.run(Lease.objects.filter(room=f"match.{match.pk}").exists)
