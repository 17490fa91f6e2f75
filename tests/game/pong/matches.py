"""Random matches and situations for the tests of the core: whatever people may do, with luck that is passed in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import strategies as st

from game.pong.ball import ball_y
from game.pong.court import CLASSIC, PX, Ruleset, ruleset
from game.pong.rally import Hit, Point, State, cross, new, over, postpone, resume, steer
from game.pong.replay import Record, Recorder

# nothing is round and nothing is even: half a paddle and half a ball lose a milli-pixel
ODD = Ruleset(
    id="odd",
    points=2,
    width=777_777,
    height=333_331,
    plane=17_003,
    paddle=61_001,
    ball=7_777,
    paddle_speed=613,
    deflection=1_234_567,
    serve_deflection=99_999,
    serve_pause_ms=701,
    serve_flight_ms=997,
    flights_ms=(1_201, 1_009, 809, 607),
    shrink_from=7,
    shrink_to=23,
)
RULES = (CLASSIC, ruleset(3), ruleset(1, "small", "fast"), ruleset(2, "large", "steady"), ODD)

seeds = st.integers(1, 2**31 - 2)
holds = st.integers(0, 700)
commands = st.sampled_from((-1, 0, 1)) | st.integers(2, 9_999)


@dataclass(slots=True)
class Match:
    """A match as it was played: `seeds` are those of the served epochs, one a record."""

    rules: Ruleset
    seeds: list[int] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    events: list[Hit | Point] = field(default_factory=list)
    end: State | None = None


def play(luck: Random, rules: Ruleset, skill: float) -> Match:
    """A whole match in which each arrival is met with probability `skill`, among commands at random.

    Arrivals are held, serves postponed, commands of the attacker come in after the arrival, hosts die and serve anew.
    """
    match = Match(rules)
    seed = luck.randrange(1, 2**31 - 1)
    table = Table(luck, rules, new(rules, seed, luck.randrange(5_000)))
    epoch = 1
    while not over(rules, table.state):
        if luck.random() < 0.05:
            epoch, seed = epoch + luck.randrange(1, 3), luck.randrange(1, 2**31 - 1)
            a, b, t0 = table.state.a, table.state.b, table.state.ball.t0
            table = Table(luck, rules, resume(rules, a, b, seed, t0 + luck.randrange(3_000)))
        table.recorder = Recorder(table.state, epoch)
        if luck.random() < 0.2:
            table.state = postpone(rules, table.state, table.state.ball.t0 + luck.randrange(4_000))
            table.recorder.serve(table.state.ball)
        match.events += table.rally(skill)
        match.seeds.append(seed)
        match.records.append(table.recorder.record())
    match.end = table.state
    return match


@dataclass(slots=True)
class Table:
    """What a referee keeps: the state, the record, and and the floor of each side's commands, which never goes back."""

    luck: Random
    rules: Ruleset
    state: State
    recorder: Recorder | None = None
    floors: list[int] = field(default_factory=lambda: [0, 0])

    def rally(self, skill: float) -> list[Hit | Point]:
        """Play until a point."""
        events: list[Hit | Point] = []
        while not events or isinstance(events[-1], Hit):
            ball, luck = self.state.ball, self.luck
            if luck.random() < skill:
                landing = ball_y(self.rules, ball, ball.t1)
                self.command(ball.to, ball.t0, max(landing // PX + luck.randint(-25, 25), 2))
            for side in (0, 1):
                if luck.random() < 0.1:
                    self.command(side, ball.t0, luck.choice((-1, 0, 0, 1, 2, luck.randrange(2, 600))))
            hold = luck.choice((0, 0, luck.randrange(300)))
            self.state, event = cross(self.rules, self.state, hold)
            self.recorder.hold(hold)
            events.append(event)
            self.floors[ball.to] = ball.t1 + 1
            if isinstance(event, Hit) and luck.random() < 0.1:  # it was on its way while the arrival was decided
                self.command(1 - ball.to, ball.t1 - 100, luck.choice((-1, 0, 1)))
        return events

    def command(self, side: int, near_ms: int, command: int) -> None:
        """`side` gives a command at most 300 ms before and 100 ms after `near_ms`, as far as it may."""
        least = self.floors[side]
        t = self.floors[side] = self.luck.randint(max(least, near_ms - 300), max(least, near_ms + 100))
        self.state = steer(self.rules, self.state, side, t, command)
        self.recorder.command(t, side, command)


@st.composite
def situations(draw: Callable[..., object], rules: Ruleset | None = None) -> tuple[Ruleset, State]:
    """A ruleset and a state that players can get into."""
    rules = rules or draw(st.sampled_from(RULES))
    state = new(rules, draw(seeds), draw(st.integers(0, 5_000)))
    for _ in range(draw(st.integers(0, 12))):
        side = draw(st.sampled_from((0, 1, None)))
        if side is not None:
            paddle = (state.left, state.right)[side]
            state = steer(rules, state, side, draw(st.integers(paddle.t, state.ball.t1)), draw(commands))
        elif not over(rules, after := cross(rules, state, draw(holds))[0]):
            state = after
    return rules, state


def met(rules: Ruleset, state: State, off: int = 0) -> State:
    """The state with the defender's paddle at rest where the ball will be `off` mpx below its centre."""
    y = ball_y(rules, state.ball, state.ball.t1) - off
    name = ("left", "right")[state.ball.to]
    return replace(state, **{name: replace(getattr(state, name), y=y, target=y)})
