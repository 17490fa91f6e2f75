"""Players whose clocks are wrong, or who lie about the time, over real sockets: the match stays sound for everybody."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import websockets

from accounts.models import User
from game.lag import AHEAD_MS, MOST_MS
from game.models import Match, Rally
from game.pong import court
from game.pong.ball import ball_y
from game.pong.court import PX
from game.pong.paddle import Paddle, paddle_y
from game.pong.replay import replay_match
from game.seated import NEVER_MS
from realtime import codes, database
from tests.conftest import Sockets
from tests.game.playing import Scripted, Watcher, called, quick, soon

__all__ = ("quick", "soon")

WEEK_MS = 7 * 24 * 3_600_000
FARTHEST_MS = 2**31
FLOOD = 1_000  # inputs a second


class Liar(Scripted):
    """Stamps by a rule of its own: of the true time and the number of the command."""

    stamp: Callable[[int, int], int]
    told = 0

    async def steer(self, side: int, stamp: int, cmd: int) -> int:
        self.told += 1
        return await super().steer(side, min(self.stamp(stamp, self.told), FARTHEST_MS), cmd)


class Fast(Scripted):
    """Honest, by a clock that runs 5 % fast and is never set right: commands and frontiers come with its time."""

    ahead = 0

    async def play(self, returns: int = 99) -> None:
        loop = asyncio.get_running_loop()
        begun, base = loop.time(), await self.clock()

        def now() -> int:
            return base + self.ahead + round((loop.time() - begun) * 1_050)

        (side,) = self.sides
        while self.known.result is None:
            await self.until(
                lambda known: known.result or (known.state.ball.to == side and known.state.ball.t0 < NEVER_MS)
            )
            if self.known.result is not None:
                return
            state = self.known.state
            if state.rally < 2 * returns:
                await self.steer(side, now(), ball_y(self.known.rules, state.ball, state.ball.t1) // PX)
            while now() < state.ball.t1:
                await asyncio.sleep(0.001)
            await self.client.send([2, side, state.ball.t1, 1])
            await self.until(lambda known, ball=state.ball: known.result or known.state.ball != ball)  # type: ignore[misc]


async def seat(sockets: Sockets, *players: tuple[User, type[Scripted]]) -> tuple[Match, Any, Any, Watcher]:
    """Two at the table and one in the stands, who has seen all of it."""
    match = await called(*(user for user, _ in players), points=2)
    stands = await Watcher.enter(sockets, match)
    left, right = [await kind.enter(sockets, match, user) for user, kind in players]
    await asyncio.gather(*(who.phase("live") for who in (left, right, stands)))
    return match, left, right, stands


def is_unbroken(stands: Watcher) -> None:
    """What everybody was told of the paddles is one way at one speed, on one clock, and no decision waited too long."""
    first = stands.history[min(stands.history)]["state"]
    rules, paddles = stands.known.rules, [first.left, first.right]
    for message in stands.messages:
        if message[0] == 4:
            _, _, side, eff, y, target = message
            assert eff >= paddles[side].t, message
            assert y == paddle_y(rules, paddles[side], eff), message
            assert rules.paddle // 2 <= target <= rules.height - rules.paddle // 2, message
            paddles[side] = Paddle(eff, y, target)
        elif message[0] == 5:
            assert 0 <= message[6] - message[2] <= MOST_MS, message


def _stored(match_id: int) -> tuple[Match, list[Any]]:
    records = Rally.objects.filter(match=match_id).order_by("number").values_list("record", flat=True)
    return Match.objects.get(pk=match_id), list(records)


async def is_sound(match: Match, stands: Watcher) -> None:
    """Over by points, and everything adds up: what was told, and what was stored."""
    await stands.over()
    is_unbroken(stands)
    row, records = await database.run(_stored, match.pk)
    outcome = replay_match(court.from_dict(row.ruleset), records)
    assert (row.reason, row.a, row.b) == ("points", outcome.a, outcome.b)
    assert stands.known.result == {"winner": row.winner, "score": [row.a, row.b], "reason": "points"}


LIES: dict[str, Callable[[int, int], int]] = {
    "ten seconds ahead": lambda now, _: now + 10_000,
    "the end of time": lambda _now, _: FARTHEST_MS,
    "last week": lambda now, _: now - WEEK_MS,
    "the beginning of time": lambda _now, _: -FARTHEST_MS,
    "going back": lambda now, told: now - 40 * told,
    "to and fro": lambda now, told: now + (-1) ** told * 200 * told,
    "always the same": lambda _now, _: 1_000,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_match_against_a_liar_is_sound(
    sockets: Sockets, alice: User, bob: User, quick: None, lie: Callable[[int, int], int]
) -> None:
    match, liar, honest, stands = await seat(sockets, (alice, Liar), (bob, Scripted))
    liar.stamp = lie
    await asyncio.gather(liar.play(), honest.play(returns=2))
    await is_sound(match, stands)
    assert liar.told, "it lied at least once"


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_whatever_is_stamped_takes_effect_about_now(
    sockets: Sockets, alice: User, bob: User, soon: None, lie: Callable[[int, int], int]
) -> None:
    _match, liar, _right, stands = await seat(sockets, (alice, Liar), (bob, Scripted))
    liar.stamp = lie
    for cmd in (100, 400, 120, 380, 140):
        before = await liar.clock()
        await liar.steer(0, before, cmd)
        await stands.until(lambda known, cmd=cmd: known.state.left.target == cmd * PX)  # type: ignore[misc]
        assert before - MOST_MS <= stands.known.state.left.t <= await liar.clock() + AHEAD_MS
    is_unbroken(stands)


@pytest.mark.parametrize("ahead", [0, 200, 30_000])
async def test_a_clock_that_runs_fast_plays_a_sound_match(
    sockets: Sockets, alice: User, bob: User, quick: None, ahead: int
) -> None:
    match, fast, honest, stands = await seat(sockets, (alice, Fast), (bob, Scripted))
    fast.ahead = ahead
    await asyncio.gather(fast.play(), honest.play(returns=2))
    await is_sound(match, stands)


async def test_a_stamp_that_is_no_whole_number_of_milliseconds_is_refused_and_changes_nothing(
    sockets: Sockets, alice: User, bob: User, quick: None
) -> None:
    match, left, right, stands = await seat(sockets, (alice, Scripted), (bob, Scripted))
    for stamp, code in {
        "NaN": "not_json",
        "Infinity": "not_json",
        "0x10": "not_json",
        "1.5": "bad_message",
        "1000.0": "bad_message",
        "1e3": "bad_message",
        "1e400": "bad_message",
        f"{FARTHEST_MS + 1}": "bad_message",
        f"{-FARTHEST_MS - 1}": "bad_message",
        f"{10**30}": "bad_message",
        '"5"': "bad_message",
        "true": "bad_message",
        "null": "bad_message",
        "[5]": "bad_message",
    }.items():
        before = len(left.messages)
        await left.client.send(f"[1,0,9,{stamp},100]")
        await left.until(lambda _, before=before: [m for m in left.messages[before:] if m[0] == 11])  # type: ignore[misc]
        (refusal,) = [m for m in left.messages[before:] if m[0] == 11]
        assert refusal[1] == code, (stamp, refusal)
        assert all(isinstance(text, str) and text for text in refusal[2:]), refusal
    assert not [m for m in stands.messages if m[0] == 4]
    await left.send([1, 0, 9, await left.clock(), 100])  # the number was not used up either
    await stands.until(lambda known: known.state.left.target == 100 * PX)
    left.seq = 9
    await asyncio.gather(left.play(), right.play(returns=2))
    await is_sound(match, stands)


FLOODS: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "up, up, up": lambda now, _: (now, -1),
    "up and stop in turn": lambda now, sent: (now, -(sent % 2)),
    "one pixel more each time": lambda now, sent: (now, 249 - sent % 200),
    "from the past": lambda now, sent: (now - 200, -1 if sent % 3 else 45),
    "from the future": lambda now, sent: (now + 240, -1 if sent % 3 else 45),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_a_thousand_inputs_a_second_are_no_faster_than_one_key_and_close_the_socket(
    sockets: Sockets, alice: User, bob: User, quick: None, flood: Callable[[int, int], tuple[int, int]]
) -> None:
    match, flooding, holding, stands = await seat(sockets, (alice, Scripted), (bob, Scripted))
    loop = asyncio.get_running_loop()
    base, begun = await flooding.clock(), loop.time()
    await holding.steer(1, base - 200, -1)  # before any of the flood
    sent = 0
    with contextlib.suppress(websockets.ConnectionClosed):
        while sent < 10 * FLOOD:  # it is closed long before
            passed_ms = round((loop.time() - begun) * 1_000)
            while sent * 1_000 < passed_ms * FLOOD:
                stamp, cmd = flood(base + passed_ms, sent)
                await flooding.send([1, 0, sent, stamp, cmd])
                sent += 1
            await asyncio.sleep(0.001)
    assert await flooding.client.closed() == codes.FLOOD
    await flooding.leave()  # it has read all that came before the end
    assert any(m[:2] == [11, "flood"] for m in flooding.messages)

    # The other one held one key: wherever the flood got, that one was at the same time, or farther.
    await stands.until(lambda known: not known.presence["present"][0])
    rules, middle = stands.known.rules, stands.known.rules.height // 2
    (key,) = [m for m in stands.messages if m[0] == 4 and m[2] == 1]
    for _, _, _, eff, y, _ in [m for m in stands.messages if m[0] == 4 and m[2] == 0]:
        assert middle - y <= middle - paddle_y(rules, Paddle(*key[3:]), eff)

    back = await Scripted.enter(sockets, match, alice)
    await asyncio.gather(back.play(), holding.play(returns=2))
    await is_sound(match, stands)
