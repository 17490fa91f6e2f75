"""Whole matches in virtual time: two simulated people, the links of ``links``, and a referee that decides by game/lag.

No sockets, no clock, and all luck is drawn from a seed: what a cell of ``lag`` prints can be had again. What is the
product's own is used as it is (game/pong, game/lag); the server here says what game/referee.py says, and a client knows
only what has come down its link: its own paddle at once, the opponent's and the ball when they are heard of.

Times are ms of the server's clock. A client's differs by what its clock exchange gets wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from statistics import median
from typing import Any

from benchmarks.links import Profile, Way
from game.lag import Doubt, Feel, Link
from game.pong.ball import Ball, ball_y
from game.pong.bot import HUMAN, plan
from game.pong.court import CLASSIC, Ruleset, reach
from game.pong.paddle import Paddle, aim, paddle_y
from game.pong.rally import Hit, State, cross, new, over, steer

FIRST_SERVE_MS = 3_000
EXCHANGE_MS = 2_000  # a client's clock exchange
BEST_OF = 8  # exchanges, of which the shortest counts
PING_MS = 2_000  # the server's own measure of a round trip ...
ROUND_TRIPS = 5  # ... is the median of so many
CHEATS_MARGIN_MS = 15  # for its way's jitter: a command that is cut misses its end
KEPT = 64  # of a client's own paths, for what its screen showed a while ago


@dataclass(frozen=True, slots=True)
class Habits:
    """How a client treats the truth."""

    back_date_ms: int = 0  # its stamps lie so far back, as far as the referee takes them
    tells: bool = True  # sends frontiers


HONEST = Habits()


@dataclass(slots=True)
class Figures:
    """What matches of one kind showed. Per side where a side is named, in all else."""

    arrivals: int = 0
    differed: int = 0  # verdicts other than the defender's screen showed
    differed_on_arrival: int = 0  # the same, had each command taken effect when it was heard ...
    differed_by_place: int = 0  # ... and had it said where the paddle was
    turned: int = 0  # verdicts turned by old commands
    waits_ms: list[int] = field(default_factory=list)
    corrections_mpx: list[int] = field(default_factory=list)  # of the opponent's paddle, as its command is heard of
    points: list[int] = field(default_factory=lambda: [0, 0])
    feels: list[tuple[Feel, Feel]] = field(default_factory=list)  # of each match

    def add(self, other: "Figures") -> None:
        self.arrivals += other.arrivals
        self.differed += other.differed
        self.differed_on_arrival += other.differed_on_arrival
        self.differed_by_place += other.differed_by_place
        self.turned += other.turned
        self.waits_ms += other.waits_ms
        self.corrections_mpx += other.corrections_mpx
        self.points = [mine + theirs for mine, theirs in zip(self.points, other.points, strict=True)]
        self.feels += other.feels


class Match:
    """One match from the first serve to the last point: the clock, the links, and the referee between two clients."""

    def __init__(
        self,
        profile: Profile,
        rtt_ms: float,
        seed: int,
        habits: tuple[Habits, Habits] = (HONEST, HONEST),
        rules: Ruleset = CLASSIC,
    ) -> None:
        self.rules = rules
        self.now = -float(FIRST_SERVE_MS)
        self.figures = Figures()
        self._events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._numbers = count()
        self._state = new(rules, seed % (2**31 - 2) + 1, FIRST_SERVE_MS)
        ways = [[Way(profile, rtt_ms, Random(f"{seed} {side} {way}")) for way in ("up", "down")] for side in (0, 1)]
        self._up, self._down = zip(*ways, strict=True)
        self._clients = [Client(self, side, habits[side], seed, self._state) for side in (0, 1)]
        self._sides = [_Side(rules, paddle) for paddle in (self._state.left, self._state.right)]
        self._pending: list[tuple[int, int, int]] = []  # (t, side, command) beyond the arrival that is to be decided
        self._screens: dict[int, bool] = {}  # what defenders' screens showed, by arrival
        self._verdicts: dict[int, tuple[bool, bool, bool]] = {}  # what was decided, and would have been on arrival

    def play(self) -> Figures:
        """To the end, and until everything that was said has been heard."""
        for client in self._clients:
            client.begin()
        for side in (0, 1):
            self.at(self.now, self._ping, side)
        self.at(0, self._announce)
        while self._events:
            self.now, _, act, args = heappop(self._events)
            act(*args)
        figures = self.figures
        for t1, screen in self._screens.items():
            decided, on_arrival, by_place = self._verdicts[t1]
            figures.differed += decided != screen
            figures.differed_on_arrival += on_arrival != screen
            figures.differed_by_place += by_place != screen
        figures.points = [self._state.a, self._state.b]
        figures.feels.append((self._sides[0].feel, self._sides[1].feel))
        return figures

    def at(self, when: float, act: Callable[..., None], *args: Any) -> None:
        heappush(self._events, (max(when, self.now), next(self._numbers), act, args))

    def send_up(self, side: int, act: Callable[..., None], *args: Any) -> None:
        self.at(self._up[side].arrives(self.now), act, *args)

    def send_down(self, side: int, act: Callable[..., None], *args: Any) -> None:
        self.at(self._down[side].arrives(self.now), act, *args)

    @property
    def is_over(self) -> bool:
        return over(self.rules, self._state)

    # -- the referee ---------------------------------------------------------------------------------------------

    def _announce(self) -> None:
        """The flight under way, to both."""
        state = self._state
        for client in self._clients:
            self.send_down(client.side, client.hear_flight, state.ball, state.rally, state.a, state.b)
        if not self.is_over:
            self.at(state.ball.t1, self._come, state.ball)

    def _ping(self, side: int) -> None:
        if not self.is_over:
            back = self._down[side].arrives(self.now)
            self.at(back, self._pong, side, self.now)
            self.at(self.now + PING_MS, self._ping, side)

    def _pong(self, side: int, sent: float) -> None:
        """At the client, which answers at once."""
        self.send_up(side, self._measure, side, sent)

    def _measure(self, side: int, sent: float) -> None:
        seated = self._sides[side]
        seated.trips = [*seated.trips[1 - ROUND_TRIPS :], self.now - sent]
        seated.link.rtt_ms = round(median(seated.trips))

    def exchange(self, client: "Client", sent: float) -> None:
        self.send_down(client.side, client.hear_clock, sent, self.now)

    def command(self, side: int, number: int, stamp: int, cmd: int) -> None:
        now, seated, state = int(self.now), self._sides[side], self._state
        if self.is_over:
            return
        eff = seated.link.effect(stamp, now, seated.floor)
        seated.floor = eff
        seated.doubt.command(eff, now, seated.link.rtt_ms, cmd)
        target = aim(self.rules, seated.shown, eff, cmd)
        if target != seated.shown.target:
            seated.shown = moved(self.rules, seated.shown, eff, cmd)
            if eff <= state.ball.t1:
                self._state = steer(self.rules, state, side, eff, cmd)
            else:
                self._pending.append((eff, side, cmd))
            self.send_down(1 - side, self._clients[1 - side].hear_paddle, seated.shown)
            self.send_down(side, self._clients[side].hear_echo, number, seated.shown if eff != stamp else None)
        seated.heard = moved(self.rules, seated.heard, now, cmd)
        seated.placed = Paddle(now, seated.shown.y, seated.shown.target)
        self._reach(side, eff - 1)

    def frontier(self, side: int, t1: int) -> None:
        if not self.is_over:
            self._reach(side, t1)

    def _reach(self, side: int, frontier: int) -> None:
        seated, ball, now = self._sides[side], self._state.ball, int(self.now)
        if frontier <= seated.frontier:
            return
        seated.frontier = frontier
        if ball.to == side and frontier >= ball.t1 and now >= ball.t1:
            seated.link.charge(ball.t1, now)
            self._decide(now - ball.t1)

    def _come(self, ball: Ball) -> None:
        """The ball has come to a plane."""
        seated = self._sides[ball.to]
        seated.on_arrival = self._hits(paddle_y(self.rules, seated.heard, ball.t1))
        seated.by_place = self._hits(paddle_y(self.rules, seated.placed, ball.t1))
        if seated.frontier >= ball.t1:
            self._decide(0)
        else:
            limit = seated.link.limit(ball.t1)
            self.at(ball.t1 + limit, self._out_of_time, ball, limit)

    def _out_of_time(self, ball: Ball, limit: int) -> None:
        if self._state.ball is ball:
            self._sides[ball.to].link.charge(ball.t1, ball.t1 + limit)
            self._decide(limit)

    def _hits(self, place: int) -> bool:
        """Whether a paddle at ``place`` returns the ball under way."""
        ball = self._state.ball
        return abs(ball_y(self.rules, ball, ball.t1) - place) < reach(self.rules, self._state.rally)

    def _decide(self, hold: int) -> None:
        ball = self._state.ball
        seated = self._sides[ball.to]
        without_old = self._hits(seated.doubt.place(ball.t1))
        self._state, event = cross(self.rules, self._state, hold)
        hit = isinstance(event, Hit)
        seated.floor = max(seated.floor, ball.t1 + 1)
        self._verdicts[ball.t1] = hit, seated.on_arrival, seated.by_place
        seated.heard = seated.shown
        seated.feel.arrivals += 1
        seated.feel.turned += hit != without_old
        seated.feel.wait_ms += hold
        seated.feel.rtt_ms = seated.link.rtt_ms
        self.figures.arrivals += 1
        self.figures.turned += hit != without_old
        self.figures.waits_ms.append(hold)
        waiting, self._pending = self._pending, []
        for t, side, cmd in waiting:
            if t <= self._state.ball.t1:
                self._state = steer(self.rules, self._state, side, t, cmd)
            else:
                self._pending.append((t, side, cmd))
        self._announce()

    def patience_ms(self, side: int) -> int:
        """How far back the referee takes a command that is said now, if its way is as ever."""
        link = self._sides[side].link
        return link.limit(int(self.now)) - link.rtt_ms // 2

    def show(self, t1: int, hit: bool) -> None:
        """What a defender's screen showed at an arrival."""
        self._screens[t1] = hit


def moved(rules: Ruleset, paddle: Paddle, t: int, cmd: int) -> Paddle:
    """The paddle after a command at ``t``, or as soon after as its last one allows."""
    t = max(t, paddle.t)
    return Paddle(t, paddle_y(rules, paddle, t), aim(rules, paddle, t, cmd))


class _Side:
    """What the referee knows of one side."""

    __slots__ = (
        "by_place",
        "doubt",
        "feel",
        "floor",
        "frontier",
        "heard",
        "link",
        "on_arrival",
        "placed",
        "shown",
        "trips",
    )

    def __init__(self, rules: Ruleset, paddle: Paddle) -> None:
        self.link = Link(0)
        self.doubt = Doubt(rules, paddle)
        self.feel = Feel()
        self.floor = 0
        self.frontier = -1
        self.shown = paddle  # with every command known
        # Judged on arrival, a command takes effect when it is heard. Keys alone then leave the paddle elsewhere than
        # its client has it, so it is set right after every ball of this side; or each command says where it was.
        self.heard = self.placed = paddle
        self.on_arrival = self.by_place = False  # the verdicts on the ball that came last
        self.trips: list[float] = []


class Client:
    """A person before a screen."""

    def __init__(self, match: Match, side: int, habits: Habits, seed: int, state: State) -> None:
        self.side = side
        self._match = match
        self._rules = match.rules
        self._habits = habits
        self._seed = seed
        self._state = state
        self._path = [(state.left, state.right)[side]]  # its own paddle, the newest last
        self._numbers = count(1)
        self._unheard: list[tuple[int, int, int]] = []  # (number, stamp, command) of which no echo has come
        self._offset = 0.0  # its idea of the server's clock, less the server's clock
        self._best: list[tuple[float, float]] = []
        self._turn = 0  # plans of a turn before are void
        self._looks = 0  # at this flight

    def begin(self) -> None:
        match = self._match
        for number in range(5):
            match.at(match.now + 200 * number, self._exchange, False)
        match.at(match.now + 1_000, self._exchange, True)

    def now(self) -> float:
        return self._match.now + self._offset

    def _at(self, when: float, act: Callable[..., None], *args: Any) -> None:
        """At a time of its own clock."""
        self._match.at(when - self._offset, act, *args)

    # -- the clock -----------------------------------------------------------------------------------------------

    def _exchange(self, again: bool) -> None:
        match = self._match
        if match.is_over:
            return
        match.send_up(self.side, match.exchange, self, match.now)
        if again:
            match.at(match.now + EXCHANGE_MS, self._exchange, True)

    def hear_clock(self, sent: float, host: float) -> None:
        here = self._match.now
        self._best = [*self._best[1 - BEST_OF :], (here - sent, host - (sent + here) / 2)]
        self._offset = min(self._best)[1]

    # -- news ----------------------------------------------------------------------------------------------------

    def hear_flight(self, ball: Ball, rally: int, a: int, b: int) -> None:
        self._state = State(self._state.left, self._state.right, ball, rally, a, b, 0)
        self._looks = 0
        if over(self._rules, self._state):
            self._turn += 1
            return
        if ball.to == self.side:
            self._at(ball.t1 + 0.5, self._defend, ball, rally)
        self._look()

    def hear_paddle(self, paddle: Paddle) -> None:
        now = int(self.now())
        before = (self._state.right, self._state.left)[self.side]
        jump = paddle_y(self._rules, paddle, now) - paddle_y(self._rules, before, now)
        self._match.figures.corrections_mpx.append(abs(jump))
        self._show(1 - self.side, paddle)

    def hear_echo(self, number: int, paddle: Paddle | None) -> None:
        """An own command took effect: as stamped, or as ``paddle`` says. Then what came after it is played again."""
        self._unheard = [entry for entry in self._unheard if entry[0] > number]
        if paddle is None:
            return
        while len(self._path) > 1 and self._path[-1].t >= paddle.t:
            del self._path[-1]
        self._path.append(paddle)
        for _, stamp, cmd in self._unheard:
            self._steer(stamp, cmd)
        self._show(self.side, self._path[-1])

    def _show(self, side: int, paddle: Paddle) -> None:
        state = self._state
        left, right = (paddle, state.right) if side == 0 else (state.left, paddle)
        self._state = State(left, right, state.ball, state.rally, state.a, state.b, 0)

    # -- the person ----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Look at the game and decide what to do: game/pong/bot.py.

        Who back-dates lives a while ago: it sees the ball as it is, and its paddle as it was then. What it does is
        stamped so, and said as early as can be.
        """
        self._turn += 1
        now, state, back_ms = int(self.now()), self._state, self._back_ms()
        ball = state.ball
        if back_ms:
            seen = Ball(ball.t0 - back_ms, ball.t1 - back_ms, ball.to, ball.y0, ball.vy)
            state = State(state.left, state.right, seen, state.rally, state.a, state.b, 0)
        planned = plan(self._rules, state, self.side, now - back_ms, HUMAN, self._seed)
        for t, cmd in planned.commands:
            self._at(t + 0.2, self._press, self._turn, t if back_ms else None, cmd)
        # As benchmarks/players.py: nothing to do while the ball flies to the other stays nothing to do.
        self._looks += 1
        if now < ball.t1 and (planned.commands or self._looks == 1 or ball.to == self.side):
            next_ms = planned.next_ms + back_ms
            if self._habits.back_date_ms and now < ball.t1 - 1:
                next_ms = min(next_ms, ball.t1 - 1)  # it is worth most to know where the ball comes down
            self._at(next_ms + 0.2, self._look_again, self._turn)

    def _look_again(self, turn: int) -> None:
        if turn == self._turn:
            self._look()

    def _back_ms(self) -> int:
        """By how much a command that is given now is back-dated: no more than the referee will take, or it were cut to
        a time at which it is of no use. A cheat can reckon its own lag budget; here it is even told.
        """
        wanted = self._habits.back_date_ms
        return min(wanted, max(self._match.patience_ms(self.side) - CHEATS_MARGIN_MS, 0)) if wanted else 0

    def _press(self, turn: int, t: int | None, cmd: int) -> None:
        own = self._path[-1]
        stamp = max(int(self.now()) if t is None else t, own.t)
        if turn != self._turn or aim(self._rules, own, stamp, cmd) == own.target:
            return
        number = next(self._numbers)
        self._unheard.append((number, stamp, cmd))
        self._steer(stamp, cmd)
        self._show(self.side, self._path[-1])
        self._match.send_up(self.side, self._match.command, self.side, number, stamp, cmd)

    def _steer(self, stamp: int, cmd: int) -> None:
        self._path.append(moved(self._rules, self._path[-1], stamp, cmd))
        if len(self._path) > KEPT:
            del self._path[0]

    def _defend(self, ball: Ball, rally: int) -> None:
        """The ball has come to this plane: all that was done until then is sent."""
        own = next((paddle for paddle in reversed(self._path) if paddle.t <= ball.t1), self._path[0])
        off = ball_y(self._rules, ball, ball.t1) - paddle_y(self._rules, own, ball.t1)
        self._match.show(ball.t1, abs(off) < reach(self._rules, rally))
        if self._habits.tells:
            self._match.send_up(self.side, self._match.frontier, self.side, ball.t1)


def play(
    profile: Profile,
    rtt_ms: float,
    seeds: Sequence[int],
    habits: tuple[Habits, Habits] = (HONEST, HONEST),
    arrivals: int | None = None,
) -> Figures:
    """A match for each seed, or until so many arrivals were decided."""
    figures = Figures()
    for seed in seeds:
        figures.add(Match(profile, rtt_ms, seed, habits).play())
        if arrivals is not None and figures.arrivals >= arrivals:
            break
    return figures
