"""The court and the numbers of the game, as one record that is stored with every match."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from .whole import whole

PX = 1_000  # mpx in a pixel
LONGEST_MPX = 10_000 * PX  # no court is larger: it bounds every product
LONGEST_MS = 60_000  # no pause and no flight is longer
MOST_HITS = 1_000  # no rally is longer


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The numbers of one kind of game: `id` names them, and equal ids have equal numbers.

    Raises ValueError, saying what was expected and what came, when the numbers do not make a game.
    """

    id: str
    points: int  # the score that wins
    width: int  # mpx
    height: int  # mpx
    plane: int  # mpx from the court's end to the ball's centre as it touches the paddle
    paddle: int  # full height, mpx
    ball: int  # diameter, mpx
    paddle_speed: int  # mpx/ms, the same for every player and every input
    deflection: int  # mpx across the court in one flight when the paddle's very edge is hit
    serve_deflection: int  # the same for the steepest serve, mpx
    serve_pause_ms: int  # from a point to the next serve
    serve_flight_ms: int  # from the centre line to a plane
    flights_ms: tuple[int, ...]  # from plane to plane after the 1st, 2nd, ... hit; the last one stays
    shrink_from: int  # hits after which the paddles begin to shrink ...
    shrink_to: int  # ... and after which nothing is left of them, so that every rally ends

    def __post_init__(self) -> None:
        if type(self.id) is not str or not 1 <= len(self.id) <= 40:
            raise ValueError(f"id: expected 1..40 characters, came {self.id!r}")
        whole("points", self.points, 1, 21)
        whole("width", self.width, 100 * PX, LONGEST_MPX)
        whole("height", self.height, 100 * PX, LONGEST_MPX)
        whole("plane", self.plane, 0, self.width // 4)
        whole("paddle", self.paddle, 4 * PX, self.height // 2)  # 4: its centre is never at -1..1 px, which are keys
        whole("ball", self.ball, 2, self.height // 4)
        whole("paddle_speed", self.paddle_speed, 1, 10 * PX)
        whole("deflection", self.deflection, 0, LONGEST_MPX)
        whole("serve_deflection", self.serve_deflection, 0, LONGEST_MPX)
        whole("serve_pause_ms", self.serve_pause_ms, 0, LONGEST_MS)
        whole("serve_flight_ms", self.serve_flight_ms, 1, LONGEST_MS)
        if type(self.flights_ms) is not tuple or not 1 <= len(self.flights_ms) <= MOST_HITS:
            raise ValueError(f"flights_ms: expected a tuple of 1..{MOST_HITS} durations, came {self.flights_ms!r}")
        for flight_ms in self.flights_ms:
            whole("flights_ms", flight_ms, 1, LONGEST_MS)
        if self.serve_flight_ms in self.flights_ms:  # a flight's duration tells a serve from a return: ball.is_serve
            raise ValueError(f"serve_flight_ms: expected none of flights_ms, came {self.serve_flight_ms}")
        whole("shrink_from", self.shrink_from, 0, MOST_HITS - 1)
        whole("shrink_to", self.shrink_to, self.shrink_from + 1, MOST_HITS)


def speed_up(first_ms: int, floor_ms: int) -> tuple[int, ...]:
    """Flight durations that shorten by a 25th with every hit, rounded down, until `floor_ms`.

    speed_up(1400, 600) is 1400, 1344, 1290, 1238, ... 620, 600: the floor is reached with the 22nd hit.
    """
    flights_ms = [first_ms]
    while flights_ms[-1] > floor_ms:
        flights_ms.append(max(flights_ms[-1] * 24 // 25, floor_ms))
    return tuple(flights_ms)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a rally becomes, and how it ends at the latest."""

    first_ms: int  # from plane to plane after the first hit ...
    floor_ms: int  # ... and never less
    shrink_from: int
    shrink_to: int


PADDLES = {"small": 60 * PX, "normal": 90 * PX, "large": 130 * PX}  # full height
PACES = {
    "steady": Pace(1_100, 1_100, 16, 50),  # nobody misses for speed, so the paddles shrink sooner
    "classic": Pace(1_400, 600, 40, 74),
    "fast": Pace(1_150, 450, 40, 74),
}
NORMAL, AS_IN_1972 = "normal", "classic"


@dataclass(frozen=True, slots=True)
class Choice:
    """What people choose of a game: everything else is given by it. Raises ValueError for what there is not."""

    points: int = 11  # 1..21; which of them are offered is the platform's business
    paddle: str = NORMAL  # of PADDLES
    pace: str = AS_IN_1972  # of PACES

    def __post_init__(self) -> None:
        whole("points", self.points, 1, 21)
        for name, value, known in (("paddle", self.paddle, PADDLES), ("pace", self.pace, PACES)):
            if type(value) is not str or value not in known:
                raise ValueError(f"{name}: expected one of {', '.join(known)}, came {value!r}")

    @property
    def plain(self) -> bool:
        """Whether it is the game of 1972, to however many points."""
        return (self.paddle, self.pace) == (NORMAL, AS_IN_1972)

    @property
    def id(self) -> str:
        """The name of its rules: "classic-11", "classic-5-small", "classic-3-large-steady"."""
        unusual = [part for part in (self.paddle, self.pace) if part not in (NORMAL, AS_IN_1972)]
        return "-".join(["classic", str(self.points), *unusual])

    def rules(self) -> Ruleset:
        return ruleset(self.points, self.paddle, self.pace)


def ruleset(points: int = 11, paddle: str = NORMAL, pace: str = AS_IN_1972) -> Ruleset:
    """The plain game of 1972 to `points` (1..21), or with other paddles (of PADDLES), or at another pace (of PACES).

    Tuned with the simulated person of bot.py: it returns 94 %, a rally has 15 hits, a match to 11 lasts 5 minutes. With
    other paddles and paces a rally has 7 (small, fast) to 22 hits (large, steady).
    """
    choice, tempo = Choice(points, paddle, pace), PACES[pace]
    return Ruleset(
        id=choice.id,
        points=points,
        width=800 * PX,
        height=500 * PX,
        plane=30 * PX,
        paddle=PADDLES[paddle],
        ball=10 * PX,
        paddle_speed=500,  # the whole way, 410 px, in 820 ms: any slow return can be reached, not any fast one
        deflection=600 * PX,  # 39 degrees at the edge of the paddle
        serve_deflection=200 * PX,  # lands at most 200 px from the middle
        serve_pause_ms=1_200,
        serve_flight_ms=1_000,  # half the way at 370 px/s: slower than the first return, 529 px/s
        flights_ms=speed_up(tempo.first_ms, tempo.floor_ms),
        shrink_from=tempo.shrink_from,
        shrink_to=tempo.shrink_to,
    )


CLASSIC = ruleset(11)


def flight_ms(rules: Ruleset, rally: int) -> int:
    """How long the ball flies from plane to plane after hit number `rally` (1, 2, ...)."""
    return rules.flights_ms[min(rally, len(rules.flights_ms)) - 1]


def shrunk(rules: Ruleset, length: int, rally: int) -> int:
    """What is left of a paddle's `length` (mpx) after `rally` hits: all until shrink_from, nothing from shrink_to."""
    left = min(max(rules.shrink_to - rally, 0), rules.shrink_to - rules.shrink_from)
    return length * left // (rules.shrink_to - rules.shrink_from)


def paddle_height(rules: Ruleset, rally: int) -> int:
    """The paddle's full height after `rally` hits, mpx."""
    return shrunk(rules, rules.paddle, rally)


def reach(rules: Ruleset, rally: int) -> int:
    """After `rally` hits the paddle returns a ball whose centre is *less* than this far from its own, mpx.

    Less, not equal: at 0 nothing is returned, which ends every rally.
    """
    return shrunk(rules, (rules.paddle + rules.ball) // 2, rally)


def to_dict(rules: Ruleset) -> dict[str, Any]:
    """The ruleset as JSON has it: whole numbers, the id, and the list of flights."""
    return asdict(rules) | {"flights_ms": list(rules.flights_ms)}


def from_dict(record: dict[str, Any]) -> Ruleset:
    """The ruleset of a stored `to_dict`. Raises ValueError, saying what was expected and what came."""
    expected = {field.name for field in fields(Ruleset)}
    if type(record) is not dict or set(record) != expected:
        came = sorted(record) if type(record) is dict else record
        raise ValueError(f"ruleset: expected the keys {sorted(expected)}, came {came!r}")
    flights_ms = record["flights_ms"]
    return Ruleset(**record | {"flights_ms": tuple(flights_ms) if type(flights_ms) is list else flights_ms})
