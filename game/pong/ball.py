"""The ball: one straight flight from plane to plane, which the walls only fold."""

from dataclasses import dataclass

from .court import Ruleset


@dataclass(frozen=True, slots=True)
class Ball:
    """Leaves at `t0` and reaches the plane of side `to` at `t1` (ms), from height `y0` (mpx) at `vy` (mpx/ms).

    Down is positive.
    """

    t0: int
    t1: int
    to: int
    y0: int
    vy: int


def fold(rules: Ruleset, y: int) -> int:
    """The height (mpx) at which the ball's centre is when without walls it would be at `y`: a triangle wave.

    So walls are not events: they need no message and no decision.
    """
    low, span = rules.ball // 2, rules.height - rules.ball
    phase = (y - low) % (2 * span)
    return low + min(phase, 2 * span - phase)


def is_serve(rules: Ruleset, ball: Ball) -> bool:
    """Whether the flight starts at the centre line. Only a serve lasts serve_flight_ms: Ruleset sees to that."""
    return ball.t1 - ball.t0 == rules.serve_flight_ms


def ball_y(rules: Ruleset, ball: Ball, t: int) -> int:
    """The height of the ball's centre at `t`, mpx. It rests at its start before t0, and at the plane after t1."""
    return fold(rules, ball.y0 + ball.vy * (min(max(t, ball.t0), ball.t1) - ball.t0))


def ball_x(rules: Ruleset, ball: Ball, t: int) -> int:
    """The ball's centre along the court at `t`, mpx from the left, rounded down; it rests as in `ball_y`.

    For the screen only: no rule asks for it.
    """
    planes = rules.plane, rules.width - rules.plane
    start = rules.width // 2 if is_serve(rules, ball) else planes[1 - ball.to]
    flown = min(max(t, ball.t0), ball.t1) - ball.t0
    return start + (planes[ball.to] - start) * flown // (ball.t1 - ball.t0)
