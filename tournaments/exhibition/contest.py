"""One match played by a bot over its socket: the same commands, stamps, frontiers and clock exchange as anybody's."""

import asyncio
from collections.abc import Callable
from typing import Any

from game.pong.ball import Ball
from game.pong.bot import Strength, plan
from game.pong.paddle import Paddle, aim, paddle_y
from game.pong.rally import Hit, cross, over
from tournaments.exhibition.clock import AT_THE_START, EVERY_S, Clock
from tournaments.exhibition.connection import UNAVAILABLE, Connection
from tournaments.exhibition.failed import Failed
from tournaments.exhibition.view import View

# A command may cross the end, or a pause, on its way; and a host or the database may be away for a moment.
EXPECTED_REFUSALS = ("not_live", "not_hosted", UNAVAILABLE)


class Contest:
    """A bot's seat in one match, until it is over."""

    def __init__(
        self, url: str, token: str, side: int, strength: Strength, seed: int, happened: Callable[[list[Any]], None]
    ) -> None:
        self.connection = Connection(url, token, self._hear, self._opened)
        self.view = View()
        self.clock = Clock()
        self._side = side
        self._strength = strength
        self._seed = seed
        self._happened = happened
        self._seated = False
        self._seq = 0
        self._unanswered: dict[int, tuple[int, int]] = {}  # commands by their number: (stamp, command)
        self._told_t1: int | None = None  # of the last frontier
        self._timers: list[asyncio.TimerHandle] = []

    async def run(self) -> None:
        """Play to the end. Raises Failed."""
        exchange = asyncio.create_task(self._keep_time())
        try:
            await self.connection.run()
        finally:
            exchange.cancel()
            self._forget_plans()

    def leave(self) -> None:
        self._forget_plans()
        self.connection.close()

    # -- what comes ----------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._seated = False
        self._measure()

    def _hear(self, message: list[Any]) -> None:
        match message:
            case [3, c, now]:
                first = not self.clock.known
                self.clock.answer(c, now)
                if first:
                    self._look()
            case [7, n, _, match]:
                self._snapshot(n, match)
            case [11, code, expected, came]:
                if code not in EXPECTED_REFUSALS:
                    self.connection.trouble = f"{code}: expected {expected}, came {came}"
                    raise Failed(f"{self.connection.url} refused a move: {self.connection.trouble}")
            case [12, sides]:
                self._seat(sides)
            case [_, n, *_]:
                if self.view.missed(n):
                    self.connection.send([0, self.view.n])
                elif self.view.hear(message):
                    self._look()
                    self._happened(message)
                elif message[0] == 4 and len(message) == 3:
                    self._answered(message[2])
        if self.view.over:
            self._end()

    def _answered(self, seq: int) -> None:
        """Our command took effect as stamped: do it again, as an answer to an earlier one may have undone it."""
        if (command := self._unanswered.pop(seq, None)) is not None:
            self._move(*command)

    def _snapshot(self, n: int, match: dict[str, Any]) -> None:
        epoch = self.view.epoch
        self.view.snapshot(n, match)
        if self.view.epoch != epoch and epoch:
            self.clock.forget()
            self._measure()
        self._told_t1 = None
        self._unanswered.clear()
        self._look()

    def _seat(self, sides: list[int]) -> None:
        if self._seated and self._side not in sides and not self.view.over:
            raise Failed(f"{self.connection.url}: expected to keep side {self._side}, came {sides}")
        self._seated = self._side in sides

    def _end(self) -> None:
        if self.view.result is None:
            raise Failed(f"{self.connection.url}: expected a match with a result, came one that is over without")
        self.leave()

    # -- what is done --------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """See the game as it is now and plan until the next look; what was planned before is forgotten."""
        self._forget_plans()
        view = self.view
        if not view.n or view.phase != "live" or over(view.rules, view.state) or not self.clock.known:
            return
        now = self.clock.now()
        planned = plan(view.rules, view.state, self._side, now, self._strength, self._seed)
        for t, command in planned.commands:
            self._at(t - now, self._steer, command)
        self._at(planned.next_ms - now, self._look)
        ball = view.state.ball
        if ball.to == self._side and self._told_t1 != ball.t1:
            self._at(ball.t1 - now, self._tell_frontier, ball)

    def _at(self, delay_ms: int, act: Callable[..., None], *args: Any) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(max(delay_ms, 1) / 1000, act, *args))

    def _forget_plans(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _steer(self, command: int) -> None:
        now = self.clock.now()
        self._move(now, command)
        self._seq += 1
        self._unanswered[self._seq] = now, command
        self.connection.send([1, self._side, self._seq, now, command])

    def _move(self, t: int, command: int) -> None:
        view = self.view
        paddle = (view.state.left, view.state.right)[self._side]
        view.steer(self._side, Paddle(t, paddle_y(view.rules, paddle, t), aim(view.rules, paddle, t, command)))

    def _tell_frontier(self, ball: Ball) -> None:
        """The ball is at our plane, and all that we did until now is sent."""
        _, event = cross(self.view.rules, self.view.state)
        self._told_t1 = ball.t1
        self.connection.send([2, self._side, ball.t1, int(isinstance(event, Hit))])

    # -- time ----------------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        for _ in range(AT_THE_START):
            self.connection.send([3, self.clock.ask()])

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            self.connection.send([3, self.clock.ask()])
