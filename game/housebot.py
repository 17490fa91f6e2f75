"""A house bot at work: looks, gives its commands when they fall due, looks again. The same commands as people, no
other way in.
"""

import asyncio

from game.pong.bot import STRENGTHS, Plan, plan
from game.referee import Referee


class HouseBot:
    """Plays one side of a match. Asleep while nothing flies."""

    def __init__(self, referee: Referee, side: int, strength: str, seed: int) -> None:
        self._referee = referee
        self._side = side
        self._strength = STRENGTHS[strength]
        self._seed = seed
        self._commands: list[asyncio.TimerHandle] = []
        self._next_look: asyncio.TimerHandle | None = None  # None: asleep
        referee.on_change.append(self._changed)

    def _changed(self) -> None:
        """A flight begins or is over. Who is not alert does not see it before the next look."""
        if self._strength.alert or self._next_look is None:
            self._look()

    def _look(self) -> None:
        """See the game as it is now and plan until the next look; what was planned before is forgotten."""
        for timer in self._commands:
            timer.cancel()
        self._commands.clear()
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None
        referee = self._referee
        if referee.phase != "live":
            return
        now = referee.now()
        planned: Plan = plan(referee.rules, referee.state, self._side, now, self._strength, self._seed)
        loop = asyncio.get_running_loop()
        for t, command in planned.commands:
            self._commands.append(loop.call_later(max(t - now, 0) / 1000, self._steer, t, command))
        self._next_look = loop.call_later(max(planned.next_ms - now, 1) / 1000, self._look)

    def _steer(self, t: int, command: int) -> None:
        if self._referee.phase == "live":
            self._referee.steer(self._side, min(t, self._referee.now()), command)
