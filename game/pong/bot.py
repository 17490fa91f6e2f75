"""House bots and simulated people: pure functions of a view of the game that answer with commands like anybody's.

A bot looks (`plan`), gives its commands as they fall due, and looks again at `Plan.next_ms`; a new plan replaces what
is left of the old one. Who is `alert` looks as well whenever a flight begins or is over. It has the same paddle, speed
and commands as a person, and sees only what stands in the state.

All its luck comes from `seed`: what belongs to a flight (reaction, whether it goes back to the middle, which part of
the paddle it wants to hit with) is drawn from the seed and the flight, what belongs to a look from the seed and the
instant. So a plan needs no memory, and the same view gives the same plan.
"""

from dataclasses import dataclass
from random import Random

from .ball import ball_y
from .court import PX, Ruleset, reach
from .paddle import BOTTOM, STOP, TOP, Paddle, paddle_y
from .rally import Hit, State, cross, over
from .whole import side as side_of


@dataclass(frozen=True, slots=True)
class Strength:
    """The levers. An error is the standard deviation of a normal distribution."""

    id: str
    look_ms: tuple[int, int]  # between two looks at the game, from .. to
    reaction_ms: int  # mean time from the start of a flight until it is understood ...
    reaction_error_ms: int  # ... give or take ...
    reaction_least_ms: int  # ... and never less
    error_px: int  # of the landing point seen ...
    error_px_per_s: int  # ... and this much more for each second still to fly
    aim_percent: int  # hits with a part of the paddle up to this far from its middle, 100 being the edge
    home_percent: int  # of its own hits after which it goes back
    anticipation: int  # percent of the way from the middle to where the opponent's return would land
    keys: bool  # presses and releases a key instead of pointing
    alert: bool = True  # looks again when a flight begins or is over; otherwise `look_ms` is all there is


# Its view is refreshed once a second, and nothing reaches it between two looks: it lives on what it predicts, bounces
# and where the return would land. Perfect execution would return 88 % (netcode.md), this returns 84 %.
EASY = Strength("easy", (1_000, 1_000), 300, 60, 150, 14, 25, 30, 100, 60, False, alert=False)
MEDIUM = Strength("medium", (400, 450), 250, 50, 120, 12, 30, 50, 80, 0, False)
HARD = Strength("hard", (300, 350), 220, 40, 120, 10, 24, 75, 100, 40, False)
# the person of netcode.md's simulations: 2.8 commands a second, returns 93-97 %
HUMAN = Strength("human", (120, 200), 220, 40, 120, 8, 80, 70, 70, 0, True)
STRENGTHS = {strength.id: strength for strength in (EASY, MEDIUM, HARD, HUMAN)}

NEAR_PX = 12  # nearer than this to where it wants to be, a key is released
FAR_PX = 24  # and farther than this, one sets out


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do until the next look at `next_ms`: `commands` as (t, command), in order of time."""

    commands: tuple[tuple[int, int], ...]
    next_ms: int


def plan(rules: Ruleset, state: State, side: int, now_ms: int, strength: Strength, seed: int) -> Plan:
    """Look at `state` at `now_ms` as the player of `side`.

    The state may be older than now: a ball that has arrived waits for its verdict, and there is nothing to be done.
    """
    look = Random(f"{seed} {side} {now_ms}")
    next_ms = now_ms + look.randint(*strength.look_ms)
    ball = state.ball
    flight = Random(f"{seed} {side} {ball.t0}")
    reaction_ms = round(flight.gauss(strength.reaction_ms, strength.reaction_error_ms))
    seen_ms = ball.t0 + max(reaction_ms, strength.reaction_least_ms)
    if over(rules, state) or now_ms >= ball.t1:
        return Plan((), next_ms)
    if strength.alert and now_ms < seen_ms:
        return Plan((), seen_ms)
    if now_ms < ball.t0:  # nobody knows a serve before it has left
        return Plan((), next_ms)
    want = _place(rules, state, side_of(side), now_ms, strength, flight, look)
    paddle = (state.left, state.right)[side]
    commands = () if want is None else _move(rules, paddle, want, max(now_ms, seen_ms), strength.keys)
    return Plan(tuple(entry for entry in commands if entry[0] < next_ms), next_ms)


def _place(
    rules: Ruleset, state: State, side: int, now_ms: int, strength: Strength, flight: Random, look: Random
) -> int | None:
    """Where the paddle's centre should be (mpx), or None for wherever it is."""
    part = flight.randint(-strength.aim_percent, strength.aim_percent)
    goes_home = flight.randrange(100) < strength.home_percent
    ball = state.ball
    if ball.to == side:
        error_px = strength.error_px + strength.error_px_per_s * (ball.t1 - now_ms) // 1_000
        seen = ball_y(rules, ball, ball.t1) + round(look.gauss(0, error_px) * PX)
        return seen - reach(rules, state.rally) * part // 100
    if not goes_home:
        return None
    middle = rules.height // 2
    after, event = cross(rules, state)  # as the opponent's paddle moves now
    if not isinstance(event, Hit):
        return middle
    return middle + (ball_y(rules, after.ball, after.ball.t1) - middle) * strength.anticipation // 100


def _move(rules: Ruleset, paddle: Paddle, want: int, now_ms: int, keys: bool) -> tuple[tuple[int, int], ...]:
    """The commands that bring the paddle near `want` (mpx): a pointed target, or a key and its release."""
    want = min(max(want, rules.paddle // 2), rules.height - rules.paddle // 2)
    y = paddle_y(rules, paddle, now_ms)
    if not keys:
        return () if abs(want - paddle.target) < NEAR_PX * PX else ((now_ms, want // PX),)
    resting, way = paddle.target == y, abs(want - y)
    if way < (FAR_PX if resting else NEAR_PX) * PX:
        return () if resting else ((now_ms, STOP),)
    release_ms = now_ms + (way - NEAR_PX * PX) // rules.paddle_speed
    return ((now_ms, TOP if want < y else BOTTOM), (release_ms, STOP))
