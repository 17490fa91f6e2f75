"""A paddle: where it was, where it wants to be, and the one speed that every paddle has."""

from dataclasses import dataclass

from .court import PX, Ruleset
from .whole import whole

TOP, STOP, BOTTOM = -1, 0, 1  # a key pressed or released; any larger command is a target in px
FARTHEST_PX = 9_999  # a pointer may leave the court, a number on the wire has four digits


@dataclass(frozen=True, slots=True)
class Paddle:
    """At `t` (ms) the centre was at `y` and went on to `target` (mpx); it rests when it gets there."""

    t: int
    y: int
    target: int


def paddle_y(rules: Ruleset, paddle: Paddle, t: int) -> int:
    """The centre at `t` in mpx; before its own time the paddle rests."""
    way = rules.paddle_speed * max(t - paddle.t, 0)
    return paddle.y + min(max(paddle.target - paddle.y, -way), way)


def aim(rules: Ruleset, paddle: Paddle, t: int, command: int) -> int:
    """Where `command`, given at `t`, sends the centre of the paddle, in mpx.

    -1 is the top, 1 the bottom, 0 where the paddle is, and 2..9999 a target in px, kept inside the court: the centre is
    never as near to the wall as 1 px, so no target is lost to the keys. Any other command raises ValueError.
    """
    top, bottom = rules.paddle // 2, rules.height - rules.paddle // 2
    match whole("command", command, TOP, FARTHEST_PX):
        case -1:
            return top
        case 0:
            return paddle_y(rules, paddle, t)
        case 1:
            return bottom
    return min(max(command * PX, top), bottom)
