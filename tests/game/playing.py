"""Matches over real sockets: what a client knows, and a client that plays."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from game import matches
from game.matches import Player
from game.models import Match
from game.pong import court
from game.pong.ball import Ball, ball_y
from game.pong.court import PX, Ruleset
from game.pong.paddle import Paddle, aim, paddle_y
from game.pong.rally import State, serve, unpack
from realtime import database
from tests.conftest import Client, Sockets

READY_MS = 20_000
Called = Callable[..., Match]


def call(
    *players: User | Player,
    points: int = 3,
    rules: Ruleset | None = None,
    origin: Match.Origin = Match.Origin.QUEUE,
    ready_ms: int = READY_MS,
) -> Match:
    """Call two to a match: users, or Players as they are."""
    called = [player if isinstance(player, Player) else Player(player.name, player) for player in players]
    return matches.call(called, rules=rules or court.ruleset(points), origin=origin, ready_ms=ready_ms)


async def called(*players: User | Player, **options: Any) -> Match:
    return await database.run(call, *players, **options)


def result(match_id: int) -> dict[str, Any] | None:
    return matches.result(Match.objects.get(pk=match_id))


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first serve comes soon."""
    monkeypatch.setattr("game.referee.COUNTDOWN_MS", 400)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, soon: None) -> None:
    """Matches under rules of their own: short pauses and flights, and after six hits nobody can return."""
    monkeypatch.setattr("game.referee.GATE_MS", 100)
    monkeypatch.setattr("game.referee.DELAY_MS", 200)
    ruleset = court.ruleset

    def quickly(points: int = 11, paddle: str = court.NORMAL, pace: str = court.AS_IN_1972) -> Ruleset:
        return replace(
            ruleset(points, paddle, pace),
            serve_pause_ms=300,
            serve_flight_ms=220,
            flights_ms=(200,),
            shrink_from=2,
            shrink_to=6,
        )

    monkeypatch.setattr(court, "ruleset", quickly)


def shows_live(message: list[Any]) -> bool:
    """Whether a message says that play has begun: a snapshot's or the news."""
    return bool(
        (message[0] == 7 and message[3]["phase"] == "live") or (message[0] == 10 and message[2]["phase"] == "live")
    )


class Knowledge:
    """What a client knows of a match from the snapshot and the numbered messages after it: docs/protocol.md, read
    literally.
    """

    def __init__(self, snapshot: list[Any]) -> None:
        _, self.n, _, shown = snapshot
        self.rules = court.from_dict(shown["ruleset"])
        self.state: State = unpack(shown["state"])
        self.presence = shown["presence"]
        self.result = shown["result"]
        self.offer = shown["offer"]
        self.sent: dict[int, tuple[int, int, int]] = {}  # seq -> side, stamp, cmd

    def take(self, message: list[Any]) -> None:
        """One message. Numbers rise by one; what has no number changes nothing."""
        if message[0] not in (4, 5, 6, 8, 10, 13):
            return
        kind, n, *rest = message
        assert n == self.n + 1, f"after {self.n} came {message}"
        self.n = n
        getattr(self, f"_{kind}")(*rest)

    def _4(self, *rest: int) -> None:
        if len(rest) == 1:
            side, eff, cmd = self.sent[rest[0]]
            shown = (self.state.left, self.state.right)[side]
            paddle = Paddle(eff, paddle_y(self.rules, shown, eff), aim(self.rules, shown, eff, cmd))
        else:
            side, *numbers = rest
            paddle = Paddle(*numbers)
        self.state = replace(self.state, left=paddle) if side == 0 else replace(self.state, right=paddle)

    def _5(self, _t: int, side: int, y: int, vy: int, t0: int, t1: int, rally: int) -> None:
        self.state = replace(self.state, ball=Ball(t0, t1, 1 - side, y, vy), rally=rally)
        self.presence = {**self.presence, "serve": None}

    def _6(self, _t: int, side: int, a: int, b: int, t0: int, t1: int, to: int, vy: int) -> None:
        assert (a - self.state.a, b - self.state.b) == (int(side == 0), int(side == 1))
        ball, seed = serve(self.rules, self.state.seed, t0)
        if t1:
            assert ball == Ball(t0, t1, to, self.rules.height // 2, vy)
        self.state = replace(self.state, a=a, b=b, rally=0, ball=ball, seed=seed)
        self.presence = {**self.presence, "serve": t0}

    def _8(self, result: dict[str, Any]) -> None:
        self.result = result
        self.presence = {**self.presence, "phase": "over", "until": None}

    def _10(self, presence: dict[str, Any]) -> None:
        self.presence = presence
        if (t0 := presence["serve"]) is not None:
            self.state = replace(self.state, ball=replace(self.state.ball, t0=t0, t1=t0 + self.rules.serve_flight_ms))

    def _13(self, offer: dict[str, Any]) -> None:
        self.offer = offer

    def facts(self) -> dict[str, Any]:
        """All that two clients at the same number must agree on. (The crowd is told late, budgets run.)"""
        state = self.state
        # No serve follows the last point: it is told as zeros.
        over = self.presence["phase"] == "over" or max(state.a, state.b) >= self.rules.points
        return {
            "n": self.n,
            "state": replace(state, ball=None) if over else state,
            "phase": self.presence["phase"],
            "present": self.presence["present"],
            "until": self.presence["until"],
            "serve": None if over else self.presence["serve"],
            "result": self.result,
        }


class Watcher:
    """A socket that reads all that comes, and knows what that means."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.known: Knowledge
        self.sides: list[int] = []
        self.messages: list[list[Any]] = []
        self.history: dict[int, dict[str, Any]] = {}
        self._alive: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._reading: asyncio.Task[None]

    @classmethod
    async def enter(cls, sockets: Sockets, match: Match, user: User | None = None) -> Any:
        self = cls(await sockets.open(f"/ws/game/{match.pk}/", user))
        while (message := await self.client.receive())[0] != 7:
            self.hear(message)
        self.known = Knowledge(message)
        self._note()
        self._reading = asyncio.create_task(self._read())
        if self.sides:
            self._alive = asyncio.create_task(self._live())
        return self

    async def _live(self) -> None:
        """A player says something once a second."""
        while not self._reading.done():
            await asyncio.sleep(1)
            await self.client.send([3, 0])

    def fall_silent(self) -> None:
        """Say nothing more by itself, as a machine that has lost its network."""
        if self._alive is not None:
            self._alive.cancel()
            self._alive = None

    def revive(self) -> None:
        self._alive = asyncio.create_task(self._live())

    async def _read(self) -> None:
        import websockets

        try:
            while True:
                self.hear(await self.client.receive(60))
                async with self._changed:
                    self._changed.notify_all()
        except websockets.ConnectionClosed:
            pass
        finally:
            self.fall_silent()
            async with self._changed:
                self._changed.notify_all()

    def hear(self, message: list[Any]) -> None:
        self.messages.append(message)
        if message[0] == 12:
            self.sides = message[1]
        elif hasattr(self, "known"):
            self.known.take(message)
            self._note()

    def _note(self) -> None:
        self.history[self.known.n] = self.known.facts()

    async def until(self, condition: Callable[[Knowledge], Any], timeout_s: float = 20) -> Any:
        """Wait until the condition holds of what is known."""
        async with asyncio.timeout(timeout_s), self._changed:
            while not (found := condition(self.known)):
                assert not self._reading.done(), self._reading.exception()
                await self._changed.wait()
        return found

    async def send(self, message: Any) -> None:
        if message[0] == 1:
            _, side, seq, stamp, cmd = message
            self.known.sent[seq] = (side, stamp, cmd)
        await self.client.send(message)

    async def time(self, t: int) -> int:
        """Wait until it is ``t`` on the host's clock."""
        while (now := await self.clock()) < t:
            await asyncio.sleep((t - now) / 1000)
        return now

    async def phase(self, phase: str) -> Any:
        return await self.until(lambda known: known.presence["phase"] == phase and known.presence)

    async def over(self) -> Any:
        return await self.until(lambda known: known.result, 40)

    async def clock(self) -> int:
        """The host's match time now."""
        before = len(self.messages)
        await self.client.send([3, 77])
        found = await self.until(lambda _: [m for m in self.messages[before:] if m[:2] == [3, 77]])
        return int(found[0][2])

    async def refusal(self, message: Any) -> list[Any]:
        before = len(self.messages)
        await self.send(message)
        found = await self.until(lambda _: [m for m in self.messages[before:] if m[0] == 11])
        return list(found[0])

    async def leave(self) -> None:
        self.fall_silent()
        await self.client.close()
        await self._reading


class Scripted(Watcher):
    """A player who goes where the ball will land, says so as browsers do, and knows the host's clock."""

    seq = 0

    async def play(self, returns: int = 99) -> None:
        """Until the end: return the ball that often in each rally."""
        offset = await self.clock() - asyncio.get_running_loop().time() * 1000
        loop = asyncio.get_running_loop()
        seen = None
        while self.known.result is None:
            ball, rally = self.known.state.ball, self.known.state.rally
            if (ball, rally) != seen and ball.to in self.sides and ball.t0 < 1 << 29:
                seen = ball, rally
                if rally < 2 * returns:
                    await self.steer(
                        ball.to, round(loop.time() * 1000 + offset), ball_y(self.known.rules, ball, ball.t1) // PX
                    )
                await self.client.send([2, ball.to, ball.t1, 1])
            async with self._changed:
                try:
                    async with asyncio.timeout(0.2):
                        await self._changed.wait()
                except TimeoutError:
                    pass

    async def steer(self, side: int, stamp: int, cmd: int) -> int:
        self.seq += 3
        await self.send([1, side, self.seq, stamp, cmd])
        return self.seq
