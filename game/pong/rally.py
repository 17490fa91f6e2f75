"""The rally: from serve to goal, as a closed form of time with exactly one next event, the ball's arrival.

A paddle depends only on its owner's commands, and the ball depends on a paddle only as it reaches that paddle's plane.
So a state holds for all times until `ball.t1`, no "now" is stored, and whoever hosts the match decides each arrival
once, when both sides are known (design: netcode.md).
"""

from dataclasses import dataclass, replace

from .ball import Ball, ball_y
from .court import Ruleset, flight_ms, reach
from .paddle import Paddle, aim, paddle_y
from .whole import LATEST_MS, instant, whole
from .whole import side as side_of

PRIME = 2**31 - 1
FACTOR = 48_271  # Park and Miller's minimal standard generator (1993): FACTOR * PRIME < 2^47, exact in JavaScript
LONGEST_HOLD_MS = 600_000
VY = 10  # the place of ball.vy in a packed state, the one number that may be negative


@dataclass(frozen=True, slots=True)
class State:
    """Both paddles, the ball, the hits so far in this rally (0: it is the serve), the score, the next serve's seed."""

    left: Paddle
    right: Paddle
    ball: Ball
    rally: int
    a: int
    b: int
    seed: int


@dataclass(frozen=True, slots=True)
class Hit:
    """At `t` `side` returned the ball, hit number `rally`: it leaves from `y` at `vy` and flies from `t0` to `t1`."""

    t: int
    side: int
    y: int
    vy: int
    t0: int
    t1: int
    rally: int


@dataclass(frozen=True, slots=True)
class Point:
    """At `t` `side` scored: it is a-b now, and the next serve flies from `t0` to `t1` at `vy` to side `to`.

    When the match is `over` that serve is never played.
    """

    t: int
    side: int
    a: int
    b: int
    t0: int
    t1: int
    to: int
    vy: int
    over: bool


def new(rules: Ruleset, seed: int, t: int) -> State:
    """A match at 0-0 whose first serve leaves at `t`. `seed` is 1..2^31-2."""
    return resume(rules, 0, 0, seed, t)


def resume(rules: Ruleset, a: int, b: int, seed: int, t: int) -> State:
    """A match at a-b, both paddles at rest in the middle, whose next serve leaves at `t`."""
    whole("a", a, 0, rules.points - 1)
    whole("b", b, 0, rules.points - 1)
    whole("seed", seed, 1, PRIME - 1)
    middle = Paddle(0, rules.height // 2, rules.height // 2)
    ball, seed = serve(rules, seed, instant("t", t))
    return State(middle, middle, ball, 0, a, b, seed)


def serve(rules: Ruleset, seed: int, t0: int) -> tuple[Ball, int]:
    """The serve that leaves the middle at `t0`, its side and slope drawn from `seed`, and the seed after it."""
    side_draw = seed * FACTOR % PRIME
    slope_draw = side_draw * FACTOR % PRIME
    steepest = rules.serve_deflection // rules.serve_flight_ms
    vy = slope_draw % (2 * steepest + 1) - steepest
    return Ball(t0, t0 + rules.serve_flight_ms, side_draw % 2, rules.height // 2, vy), slope_draw


def steer(rules: Ruleset, state: State, side: int, t: int, command: int) -> State:
    """The state after `side` gave `command` (see `aim`) at `t`; the very same state if its target stays what it was.

    A command at the very millisecond of the arrival counts. Raises ValueError if `t` is after the arrival that is to be
    decided, or before the paddle's last command.
    """
    paddle = (state.left, state.right)[side_of(side)]
    target = aim(rules, paddle, whole("t", t, paddle.t, state.ball.t1), command)
    if target == paddle.target:
        return state
    paddle = Paddle(t, paddle_y(rules, paddle, t), target)
    return replace(state, left=paddle) if side == 0 else replace(state, right=paddle)


def cross(rules: Ruleset, state: State, hold: int = 0) -> tuple[State, Hit | Point]:
    """Decide the arrival at ball.t1: a hit, or a point for the other side.

    The ball rests for `hold` ms, the wait for the decision: the return, or the pause before the next serve, begins at
    t1 + hold. Raises ValueError if the match is over.
    """
    if over(rules, state):
        raise ValueError(f"cross: expected a match below {rules.points} points, came {state.a}-{state.b}")
    whole("hold", hold, 0, LONGEST_HOLD_MS)
    ball, side = state.ball, state.ball.to
    y = ball_y(rules, ball, ball.t1)
    off = y - paddle_y(rules, (state.left, state.right)[side], ball.t1)
    if abs(off) < reach(rules, state.rally):
        return _return(rules, state, y, off, ball.t1 + hold)
    return _score(rules, state, 1 - side, ball.t1 + hold + rules.serve_pause_ms)


def _return(rules: Ruleset, state: State, y: int, off: int, t0: int) -> tuple[State, Hit]:
    """The ball met the paddle at `y`, `off` from its centre (mpx), and leaves at `t0`, the steeper the farther off."""
    side, rally = state.ball.to, state.rally + 1
    duration_ms = flight_ms(rules, rally)
    slope = abs(off) * rules.deflection // (reach(rules, state.rally) * duration_ms)
    ball = Ball(t0, t0 + duration_ms, 1 - side, y, slope if off > 0 else -slope)
    return replace(state, ball=ball, rally=rally), Hit(state.ball.t1, side, y, ball.vy, ball.t0, ball.t1, rally)


def _score(rules: Ruleset, state: State, side: int, t0: int) -> tuple[State, Point]:
    """A point for `side`; the next serve leaves at `t0`. The paddles stay as they are: people move on in the pause."""
    ball, seed = serve(rules, state.seed, t0)
    a, b = state.a + (side == 0), state.b + (side == 1)
    after = replace(state, ball=ball, rally=0, a=a, b=b, seed=seed)
    return after, Point(state.ball.t1, side, a, b, ball.t0, ball.t1, ball.to, ball.vy, over(rules, after))


def advance(rules: Ruleset, state: State, t: int) -> State:
    """The state for commands at `t`: each arrival before `t` is decided, without a hold; one at `t` waits for them.

    advance(advance(s, t1), t2) is exactly advance(s, t2) for t1 <= t2.
    """
    while state.ball.t1 < t and not over(rules, state):
        state, _ = cross(rules, state)
    return state


def postpone(rules: Ruleset, state: State, t0: int) -> State:
    """The state whose serve, not yet begun, leaves at `t0`. Raises ValueError in a rally, or if that were earlier."""
    if state.rally:
        raise ValueError(f"postpone: expected a serve, came a rally of {state.rally} hits")
    whole("t0", t0, state.ball.t0, LATEST_MS)
    return replace(state, ball=replace(state.ball, t0=t0, t1=t0 + rules.serve_flight_ms))


def over(rules: Ruleset, state: State) -> bool:
    """Whether a side has all its points."""
    return max(state.a, state.b) >= rules.points


def winner(rules: Ruleset, state: State) -> int | None:
    """The side that has all its points, or None."""
    return int(state.b > state.a) if over(rules, state) else None


def pack(state: State) -> list[int]:
    """The state as 15 whole numbers: left t, y, target; right the same; ball t0, t1, to, y0, vy; rally, a, b, seed."""
    left, right, ball = state.left, state.right, state.ball
    paddles = [left.t, left.y, left.target, right.t, right.y, right.target]
    return [*paddles, ball.t0, ball.t1, ball.to, ball.y0, ball.vy, state.rally, state.a, state.b, state.seed]


def unpack(numbers: list[int]) -> State:
    """The state of a `pack`. Raises ValueError unless it is a list of 15 whole numbers that make a state."""
    if type(numbers) is not list or len(numbers) != 15:
        raise ValueError(f"state: expected a list of 15 whole numbers, came {numbers!r}")
    if set(map(type, numbers)) != {int} or min(*numbers[:VY], *numbers[VY + 1 :]) < 0 or max(numbers) > LATEST_MS:
        for index, number in enumerate(numbers):
            whole(f"state[{index}]", number, -LATEST_MS if index == VY else 0, LATEST_MS)
    whole(f"state[{VY}]", numbers[VY], -LATEST_MS, LATEST_MS)
    ball = Ball(*numbers[6:11])
    side_of(ball.to)
    whole("ball.t1", ball.t1, ball.t0 + 1, LATEST_MS)
    return State(Paddle(*numbers[:3]), Paddle(*numbers[3:6]), ball, *numbers[11:])
