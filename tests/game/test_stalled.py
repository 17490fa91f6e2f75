"""A server whose loop is held up again and again judges as if it had not been."""

import asyncio
import random
import time
from typing import Any

from accounts.models import User
from game.models import Match, Rally
from game.pong.ball import Ball, ball_y
from game.pong.court import PX, reach
from game.pong.paddle import Paddle, aim, paddle_y
from realtime import database
from tests.conftest import LiveServer, Sockets
from tests.game.playing import Scripted, called, quick, soon

__all__ = ("quick", "soon")

STALL_S = 0.1


class Honest(Scripted):
    """Sees its own paddle at once, as a browser does, and says of each arrival what it saw."""

    own: Paddle

    async def play(self, returns: int = 99) -> None:
        side = self.sides[0]
        self.own = (self.known.state.left, self.known.state.right)[side]
        offset = await self.clock() - asyncio.get_running_loop().time() * 1000
        luck = random.Random(side)
        seen: Ball | None = None
        while self.known.result is None:
            state = self.known.state
            ball, rally, rules = state.ball, state.rally, self.known.rules
            if ball != seen and ball.to == side and ball.t0 < 1 << 29:
                seen = ball
                stamp = round(asyncio.get_running_loop().time() * 1000 + offset)
                wanted = ball_y(rules, ball, ball.t1) // PX + luck.randint(-60, 60)
                wanted = min(max(wanted, 2), 498)
                target = aim(rules, self.own, stamp, wanted)
                self.own = Paddle(stamp, paddle_y(rules, self.own, stamp), target)
                await self.steer(side, stamp, wanted)
                await asyncio.sleep((ball.t1 + 1 - offset) / 1000 - asyncio.get_running_loop().time())
                off = ball_y(rules, ball, ball.t1) - paddle_y(rules, self.own, ball.t1)
                await self.client.send([2, side, ball.t1, int(abs(off) < reach(rules, rally))])
            async with self._changed:
                try:
                    async with asyncio.timeout(0.05):
                        await self._changed.wait()
                except TimeoutError:
                    pass


async def test_a_stall_in_every_rally_changes_no_verdict(
    server: LiveServer, sockets: Sockets, alice: User, bob: User, quick: None
) -> None:
    match = await called(alice, bob)
    left, right = [await Honest.enter(sockets, match, user) for user in (alice, bob)]
    await asyncio.gather(left.phase("live"), right.phase("live"))
    playing = asyncio.gather(left.play(), right.play())
    stalls = 0
    while not playing.done():
        # At any moment of a flight: they last 200 ms.
        server.loop.call_soon_threadsafe(time.sleep, STALL_S)
        stalls += 1
        await asyncio.sleep(random.uniform(0.15, 0.45))
    await playing

    def stored() -> tuple[list[Any], int]:
        return list(Rally.objects.filter(match=match).values_list("feel", "record")), len(match.seats.all())

    rallies, _ = await database.run(stored)
    assert stalls > len(rallies)
    for who in (left, right):
        own = [m for m in who.messages if m[0] == 4 and (len(m) == 3 or m[2] == who.sides[0])]
        assert [m for m in own if len(m) != 3] == [], "each command took effect as stamped"
    feels = [feel for both, _ in rallies for feel in both]
    arrivals = sum(len(record["holds"]) for _, record in rallies)
    assert sum(feel["arrivals"] for feel in feels) == arrivals > len(rallies)
    assert sum(feel["differed"] for feel in feels) == 0
    assert sum(feel["told"] for feel in feels) >= arrivals - 1, "the last word may cross the end"
    assert await database.run(Match.objects.filter(pk=match.pk, phase="over").exists)
