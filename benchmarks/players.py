"""Simulated people who play over the wire: game/pong/bot.py's HUMAN, the same against each of the three servers.

A player keeps the state with game/pong as a browser does, looks at it, presses and releases keys. What differs between
the servers is only how a key is said and how news is read: ``OurPlayer``, ``BarePlayer``, ``NaivePlayer``.
"""

import asyncio
from collections import deque
from typing import Any

import msgspec

from benchmarks.websocket import WebSocket
from game.pong import court
from game.pong.ball import Ball, ball_y
from game.pong.bot import HUMAN, plan
from game.pong.court import CLASSIC, PX, reach
from game.pong.paddle import Paddle, aim, paddle_y
from game.pong.rally import Hit, State, cross, new, over, unpack

COUNTDOWN_MS = 3_000
EXCHANGES_AT_FIRST = 5
EXCHANGE_S = 2
STANDS_EXCHANGE_S = 10
LIFE_S = 1  # nobody is silent for longer
FAR_MS = 1 << 29  # a serve later than this is not yet planned

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Player:
    """One side of one match. ``latencies_ms`` is shared: how long the other's commands took until heard of here."""

    def __init__(self, seed: int, side: int, latencies_ms: list[float]) -> None:
        self.rules = CLASSIC
        self.seed = seed
        self.side = side
        self.latencies_ms = latencies_ms
        self.socket: WebSocket | None = None
        self.opponent: Player | None = None
        self.loop = asyncio.get_running_loop()
        self.state: State | None = None
        self.live = False  # whether its match has begun and is not over
        self.presses = 0
        self.refusals = 0
        self.said: deque[tuple[int, float]] = deque()  # (mark, when) of commands the other has not heard of yet
        self.history: deque[tuple[int, float]] = deque(maxlen=1_000)  # the same, of the last ones
        self._offset_ms = 0.0
        self._looks = 0  # at this flight
        self._timers: list[asyncio.TimerHandle] = []
        self._arrival: asyncio.TimerHandle | None = None

    # -- what differs from server to server --------------------------------------------------------------------

    def hear(self, payload: bytes) -> None:
        raise NotImplementedError

    def say_command(self, stamp: int, cmd: int, paddle: Paddle) -> None:
        raise NotImplementedError

    def say_arrival(self, state: State) -> None:
        """The ball has reached this player's plane."""

    # -- the person ----------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Match time, ms."""
        return int(self.loop.time() * 1000 + self._offset_ms)

    def at(self, t: int, act: Any, *args: Any) -> asyncio.TimerHandle:
        return self.loop.call_at((t - self._offset_ms) / 1000 + 0.0005, act, *args)

    def serve_or_return(self, ball: Ball, rally: int, a: int, b: int) -> None:
        """A new flight is known."""
        assert self.state is not None
        self.state = State(self.state.left, self.state.right, ball, rally, a, b, 0)
        self.live = not over(self.rules, self.state)
        if self._arrival is not None:
            self._arrival.cancel()
            self._arrival = None
        self._looks = 0
        if self.live and ball.to == self.side and ball.t0 < FAR_MS:
            self._arrival = self.at(ball.t1, self._arrive)
        self.look()

    def move(self, side: int, paddle: Paddle) -> None:
        """A paddle's way is known."""
        state = self.state
        assert state is not None
        left, right = (paddle, state.right) if side == 0 else (state.left, paddle)
        self.state = State(left, right, state.ball, state.rally, state.a, state.b, 0)

    def mark(self, stamp: int, cmd: int) -> int:
        """By what a command is recognised in the news of it."""
        return stamp

    def heard_of(self, side: int, mark: int) -> None:
        """News of the other's command: how long did it take? One that nobody recognises is the oldest unheard."""
        if side == self.side or self.opponent is None:
            return
        said = self.opponent.said
        if any(entry[0] == mark for entry in said):
            while said[0][0] != mark:
                said.popleft()
        if said:
            self.latencies_ms.append((self.loop.time() - said.popleft()[1]) * 1000)

    def look(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        state = self.state
        if not self.live or state is None or state.ball.t0 >= FAR_MS:
            return
        now = self.now()
        planned = plan(self.rules, state, self.side, now, HUMAN, self.seed)
        for t, cmd in planned.commands:
            self._timers.append(self.at(t, self._press, cmd))
        if now >= state.ball.t1:
            return
        # The first look at a flight may be before it is understood. From the second on, nothing to do while the ball
        # flies to the other is nothing to do until it comes back: looking costs the load more than all else.
        self._looks += 1
        if planned.commands or self._looks == 1 or state.ball.to == self.side:
            self._timers.append(self.at(planned.next_ms, self.look))

    def _press(self, cmd: int) -> None:
        state = self.state
        if state is None or not self.live:
            return
        now = self.now()
        paddle = (state.left, state.right)[self.side]
        target = aim(self.rules, paddle, now, cmd)
        if target == paddle.target:
            return  # the key is down already
        paddle = Paddle(now, paddle_y(self.rules, paddle, now), target)
        self.move(self.side, paddle)
        self.presses += 1
        self.said.append((self.mark(now, cmd), self.loop.time()))
        self.history.append(self.said[-1])
        self.say_command(now, cmd, paddle)

    def _arrive(self) -> None:
        if self.live and self.state is not None:
            self.say_arrival(self.state)

    def say(self, message: Any) -> None:
        if self.socket is not None and self.socket.closed is None:
            self.socket.say(_encode(message))

    def stop(self) -> None:
        self.live = False
        self.look()
        if self._arrival is not None:
            self._arrival.cancel()


class OurPlayer(Player):
    """Speaks docs/protocol.md."""

    def __init__(self, seed: int, side: int, latencies_ms: list[float]) -> None:
        super().__init__(seed, side, latencies_ms)
        self._sequence = 0
        self._exchanges = 0
        self._said_s = 0.0
        self._best: list[tuple[float, float]] = []  # (round trip, offset) of the last exchanges, ms

    def begin(self) -> None:
        self.say([3, int(self.loop.time() * 1_000_000)])

    def say(self, message: Any) -> None:
        super().say(message)
        self._said_s = self.loop.time()

    def _live(self, exchanged_s: float) -> None:
        """An exchange when it is time for one, or when nothing else was said."""
        if self.socket is None or self.socket.closed is not None:
            return
        now_s = self.loop.time()
        due_s = min(exchanged_s + EXCHANGE_S, self._said_s + LIFE_S)
        if now_s >= due_s - 0.001:
            self.begin()
        else:
            self.loop.call_at(due_s, self._live, exchanged_s)

    def hear(self, payload: bytes) -> None:
        m = _decode(payload)
        kind = m[0]
        if kind == 4:
            if len(m) == 6:
                self.heard_of(m[2], m[3])
                self.move(m[2], Paddle(m[3], m[4], m[5]))
        elif kind == 5:
            self._hit(*m[2:])
        elif kind == 6:
            self._point(*m[2:])
        elif kind == 3:
            self._exchanged(m[1], m[2])
        elif kind == 7:
            self._snapshot(m[3])
        elif kind == 10:
            self._presence(m[2])
        elif kind == 12:
            assert m[1] == [self.side], f"expected the seat of side {self.side}, came {m[1]}"
        elif kind == 11:
            self.refusals += 1
        elif kind == 8:
            self.stop()

    def _hit(self, t1: int, side: int, y: int, vy: int, t0: int, next_t1: int, rally: int) -> None:
        assert self.state is not None
        self.serve_or_return(Ball(t0, next_t1, 1 - side, y, vy), rally, self.state.a, self.state.b)

    def _point(self, t1: int, side: int, a: int, b: int, t0: int, next_t1: int, to: int, vy: int) -> None:
        self.serve_or_return(Ball(t0, next_t1, to, self.rules.height // 2, vy), 0, a, b)

    def _snapshot(self, match: dict[str, Any]) -> None:
        self.rules = court.from_dict(match["ruleset"])
        self.state = unpack(match["state"])
        self._presence(match["presence"])

    def _presence(self, presence: dict[str, Any]) -> None:
        state, serve = self.state, presence["serve"]
        if state is not None and presence["phase"] == "live" and serve is not None and state.rally == 0:
            ball = state.ball
            moved = Ball(serve, serve + self.rules.serve_flight_ms, ball.to, ball.y0, ball.vy)
            self.serve_or_return(moved, 0, state.a, state.b)

    def _exchanged(self, sent_us: int, host_ms: int) -> None:
        here_ms, sent_ms = self.loop.time() * 1000, sent_us / 1000
        self._best = [*self._best[-7:], (here_ms - sent_ms, host_ms - (sent_ms + here_ms) / 2)]
        self._offset_ms = min(self._best)[1]
        self._exchanges += 1
        if self._exchanges < EXCHANGES_AT_FIRST:
            self.begin()
        else:
            self._live(self.loop.time())

    def say_command(self, stamp: int, cmd: int, paddle: Paddle) -> None:
        self._sequence += 1
        self.say([1, self.side, self._sequence, stamp, cmd])

    def say_arrival(self, state: State) -> None:
        ball = state.ball
        off = ball_y(self.rules, ball, ball.t1) - paddle_y(self.rules, (state.left, state.right)[self.side], ball.t1)
        self.say([2, self.side, ball.t1, int(abs(off) < reach(self.rules, state.rally))])


class BarePlayer(OurPlayer):
    """The same messages, relayed: as nobody referees, the defender's own client says the event of an arrival."""

    def begin(self) -> None:
        self.say([3, int(self.loop.time() * 1_000_000), 0])

    def serve_first(self) -> None:
        """The clocks are the same: both sides are in this process."""
        self.state = new(self.rules, self.seed + 1, (int(self.loop.time()) + 1) * 1000 + COUNTDOWN_MS)
        self.serve_or_return(self.state.ball, 0, 0, 0)

    def _exchanged(self, sent_us: int, host_ms: int) -> None:
        super()._exchanged(sent_us, host_ms)
        self._offset_ms = 0.0

    def say_command(self, stamp: int, cmd: int, paddle: Paddle) -> None:
        self.say([4, 0, self.side, paddle.t, paddle.y, paddle.target])

    def say_arrival(self, state: State) -> None:
        # The next serve is drawn from a new seed: a point is as good as any other.
        seeded = State(state.left, state.right, state.ball, state.rally, state.a, state.b, state.ball.t1 + 1)
        _, event = cross(self.rules, seeded)
        if isinstance(event, Hit):
            self.say([5, 0, event.t, event.side, event.y, event.vy, event.t0, event.t1, event.rally])
        else:
            self.say([6, 0, event.t, event.side, event.a, event.b, event.t0, event.t1, event.to, event.vy])


class Body(msgspec.Struct):
    y: float
    dir: int


class Ballistic(msgspec.Struct):
    x: float
    y: float
    vx: float
    vy: float


class Naive(msgspec.Struct):
    ball: Ballistic
    paddles: tuple[Body, Body]
    score: tuple[int, int]
    over: bool


_decode_naive = msgspec.json.Decoder(Naive).decode


class NaivePlayer(Player):
    """Sees a new state 60 times a second, and makes a flight of it as an eye does."""

    def __init__(self, seed: int, side: int, latencies_ms: list[float]) -> None:
        super().__init__(seed, side, latencies_ms)
        self._score = (0, 0)
        self._speed = 0.0
        self._directions = [0, 0]

    def hear(self, payload: bytes) -> None:
        if payload.startswith(b'{"type": "you"'):
            assert _decode(payload)["side"] == self.side
            return
        seen = _decode_naive(payload)
        if seen.over:
            self.stop()
            return
        if self.state is None:
            self.state = new(self.rules, 1, 0)
        now = self.now()
        for side in (0, 1):
            if seen.paddles[side].dir != self._directions[side]:
                self._directions[side] = seen.paddles[side].dir
                self._see_paddle(side, now, seen.paddles[side])
        if seen.ball.vx != self._speed or seen.score != self._score:
            self._see_flight(now, seen)

    def _see_paddle(self, side: int, now: int, body: Body) -> None:
        self.heard_of(side, body.dir)
        if side != self.side:
            y = round(body.y * PX)
            still = Paddle(now, y, y)
            self.move(side, Paddle(now, y, aim(self.rules, still, now, body.dir)))

    def _see_flight(self, now: int, seen: Naive) -> None:
        rally = 0 if seen.score != self._score or self.state is None else self.state.rally + 1
        self._speed, self._score = seen.ball.vx, seen.score
        to = int(seen.ball.vx > 0)
        plane = (self.rules.width - self.rules.plane if to else self.rules.plane) / PX
        flight_ms = max(round((plane - seen.ball.x) / seen.ball.vx * 1000), 1)
        start = now + (self.rules.serve_pause_ms if rally == 0 else 0)
        ball = Ball(start, start + flight_ms, to, round(seen.ball.y * PX), round(seen.ball.vy))
        # Paddles are where they are seen: the tick has its own idea of how far one moved between press and release.
        for side, body in enumerate(seen.paddles):
            y = round(body.y * PX)
            self.move(side, Paddle(now, y, aim(self.rules, Paddle(now, y, y), now, body.dir)))
        self.serve_or_return(ball, rally, *seen.score)

    def mark(self, stamp: int, cmd: int) -> int:
        return cmd  # a state has no stamps, only the way a paddle goes

    def say_command(self, stamp: int, cmd: int, paddle: Paddle) -> None:
        self.say({"type": "key", "dir": cmd})
