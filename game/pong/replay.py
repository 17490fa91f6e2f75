"""The record of a rally, and the proof of a match: the same commands give the same events and the same result.

A record is plain JSON, 14 kB for a match to 11 before compression (netcode.md), one a rally:

- `epoch`: the hosting lease's counter; with a new one the rally was served anew.
- `opening`: the packed state right after the last point (or `new`, or `resume`), the serve as it was flown in the end.
- `log`: [dt, side, command] in order of time, dt in ms since the entry before, the first since the opening ball's t0.
  That one is negative for a command in the pause before the serve.
- `holds`: one number of ms for each arrival that was decided.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import TypedDict

from .ball import Ball
from .court import PX, Ruleset, reach
from .paddle import BOTTOM, FARTHEST_PX, STOP, TOP, Paddle
from .rally import LONGEST_HOLD_MS, Hit, Point, State, cross, over, pack, postpone, resume, steer, unpack
from .whole import LATEST_MS, whole

ENGINE = "pong-1"  # another name when the same commands would give other events
HIT, POINT = 5, 6  # as on the wire
_END = ((2**62, 0, 0),)  # of a log: after every arrival
HitNumbers = tuple[int, int, int, int, int, int, int]  # of a Hit: t, side, y, vy, t0, t1, rally


class Record(TypedDict):
    """One rally, as stored; see the module."""

    epoch: int
    opening: list[int]
    log: list[list[int]]
    holds: list[int]


class MismatchError(ValueError):
    """The records are not one match; the text names the first rally that differs, counted from 1."""


@dataclass(slots=True)
class Recorder:
    """Writes one rally's record: the referee tells it all that it does to the state that began as `opening`."""

    opening: State
    epoch: int = 0
    commands: list[tuple[int, int, int]] = field(default_factory=list)
    holds: list[int] = field(default_factory=list)

    def command(self, t: int, side: int, command: int) -> None:
        """`side` was steered by `command` at `t`, after its commands before and after the arrivals it had to meet."""
        self.commands.append((t, side, command))

    def serve(self, ball: Ball) -> None:
        """The serve was postponed: `ball` is the one that flies."""
        self.opening = replace(self.opening, ball=ball)

    def hold(self, hold_ms: int) -> None:
        """An arrival was decided, `hold_ms` after it."""
        self.holds.append(hold_ms)

    def record(self) -> Record:
        """The rally so far.

        The log is sorted by time: a command may become known after an arrival that it preceded, when the other side
        defended. Paddles are independent, so between the sides the order in which commands came means nothing.
        """
        log, before = [], self.opening.ball.t0
        for t, side, command in sorted(self.commands, key=lambda entry: entry[0]):
            log.append([t - before, side, command])
            before = t
        return Record(epoch=self.epoch, opening=pack(self.opening), log=log, holds=list(self.holds))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replayed match came to: the score, whether it is over, and the digest (sha256, hex) of all its events."""

    a: int
    b: int
    over: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Told:
    """A rally as it was stored: its record, and what was told at its end: who scored, and the score then."""

    record: Record
    side: int
    a: int
    b: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: (rally, text) for each that differs, rallies counted from 1; and what it came to."""

    differences: tuple[tuple[int, str], ...]
    outcome: Outcome


def commands(record: Record) -> Iterator[tuple[int, int, int]]:
    """The log in absolute time: (t, side, command)."""
    t = record["opening"][6]  # ball.t0
    for dt, side, command in record["log"]:
        t += whole("dt", dt, -LATEST_MS, LATEST_MS)
        yield t, side, command


def replay(rules: Ruleset, record: Record) -> tuple[list[Hit | Point], State]:
    """The events of a record, one for each hold, and the state it ends in. Raises ValueError if it breaks a rule."""
    played = _play(rules, record, unpack(record["opening"]))
    if played is None:
        return replay_each(rules, record)
    return [event if isinstance(event, Point) else Hit(*event) for event in played[0]], played[1]


def replay_each(rules: Ruleset, record: Record) -> tuple[list[Hit | Point], State]:
    """What `replay` means: a state for each command and each arrival, up to the one that breaks a rule."""
    state = unpack(record["opening"])
    log = deque(commands(record))
    events: list[Hit | Point] = []
    for hold in record["holds"]:
        while log and log[0][0] <= state.ball.t1:
            t, side, command = log.popleft()
            state = steer(rules, state, side, t, command)
        state, event = cross(rules, state, hold)
        events.append(event)
    for t, side, command in log:
        state = steer(rules, state, side, t, command)
    return events, state


@lru_cache(maxsize=64)
def _reaches(rules: Ruleset) -> tuple[int, ...]:
    """The reach after 0, 1, 2, ... hits; the last one, 0, stays."""
    return tuple(reach(rules, rally) for rally in range(rules.shrink_to + 1))


def _play(rules: Ruleset, record: Record, opening: State) -> tuple[list[HitNumbers | Point], State] | None:
    """`replay_each` from the record's `opening`, eight times as quick: the numbers of a rally in variables, and a state
    only for a point.

    None for a record that is not in order, or breaks a rule: `replay_each` says how. The tests compare the two.
    """
    state = opening
    log, holds = record["log"], record["holds"]
    if not set(map(type, chain.from_iterable(log))) <= {int}:
        return None
    speed, top, bottom = rules.paddle_speed, rules.paddle // 2, rules.height - rules.paddle // 2
    low, span, deflection = rules.ball // 2, rules.height - rules.ball, rules.deflection
    flights_ms, reaches = rules.flights_ms, _reaches(rules)
    left, right, ball = state.left, state.right, state.ball
    paddles = [(left.t, left.y, left.target), (right.t, right.y, right.target)]
    t0, t1, to, y0, vy = ball.t0, ball.t1, ball.to, ball.y0, ball.vy
    rally, ended, decided, count = state.rally, over(rules, state), 0, len(holds)
    events: list[HitNumbers | Point] = []
    t, least = t0, -LATEST_MS
    if max(left.t, right.t) > t1:
        return None
    for entry in chain(log, _END):
        dt, side, command = entry
        if dt < least:
            return None
        t += dt
        least = 0
        while t > t1:
            if decided == count:
                if entry is not _END[0]:
                    return None
                return events, State(
                    Paddle(*paddles[0]),
                    Paddle(*paddles[1]),
                    Ball(t0, t1, to, y0, vy),
                    rally,
                    state.a,
                    state.b,
                    state.seed,
                )
            hold = holds[decided]
            decided += 1
            if type(hold) is not int or not 0 <= hold <= LONGEST_HOLD_MS or ended:
                return None
            phase = (y0 + vy * (t1 - t0) - low) % (2 * span)
            y = low + (phase if phase <= span else 2 * span - phase)
            before, at, target = paddles[to]
            way, reached = target - at, speed * (t1 - before)
            off = y - (target if -reached <= way <= reached else at + reached if way > 0 else at - reached)
            within = reaches[rally] if rally < len(reaches) else 0
            if -within < off < within:
                flight_ms = flights_ms[rally] if rally < len(flights_ms) else flights_ms[-1]
                rally += 1
                met_by, met_ms, t0 = to, t1, t1 + hold
                slope = abs(off) * deflection // (within * flight_ms)
                t1, to, y0, vy = t0 + flight_ms, 1 - to, y, slope if off > 0 else -slope
                events.append((met_ms, met_by, y, vy, t0, t1, rally))
                continue
            left, right, ball = Paddle(*paddles[0]), Paddle(*paddles[1]), Ball(t0, t1, to, y0, vy)
            state, event = cross(rules, State(left, right, ball, rally, state.a, state.b, state.seed), hold)
            assert isinstance(event, Point)
            events.append(event)
            ball = state.ball
            t0, t1, to, y0, vy = ball.t0, ball.t1, ball.to, ball.y0, ball.vy
            rally, ended = 0, event.over
        if side != 0 and side != 1:
            return None
        before, at, target = paddles[side]
        if t < before:
            return None
        if at != target:
            way, reached = target - at, speed * (t - before)
            at = target if -reached <= way <= reached else at + reached if way > 0 else at - reached
        if command == STOP:
            aimed = at
        elif command == TOP:
            aimed = top
        elif command == BOTTOM:
            aimed = bottom
        elif STOP < command <= FARTHEST_PX:
            aimed = command * PX
            aimed = top if aimed < top else bottom if aimed > bottom else aimed
        else:
            return None
        if aimed != target:
            paddles[side] = t, at, aimed
    return None  # not reached: the end of the log is after every arrival


def replay_match(rules: Ruleset, records: Sequence[Record]) -> Outcome:
    """Replay a match from 0-0 and chain its rallies.

    Each rally opens in the state in which the one before it ended, its serve perhaps postponed; with a new epoch it
    opens with a serve at the same score. Raises MismatchError.
    """
    digest = sha256()
    a = b = 0
    epoch, end = -1, None
    for number, record in enumerate(records, 1):
        try:
            events, state = _follow(rules, record, epoch, end, (a, b))
        except ValueError as error:
            raise MismatchError(f"rally {number}: {error}") from error
        digest.update(canonical(events).encode())
        epoch, end, a, b = record["epoch"], state, state.a, state.b
    return Outcome(a, b, end is not None and over(rules, end), digest.hexdigest())


def verify(rules: Ruleset, seed: int, rallies: Sequence[Told]) -> Verdict:
    """Replay a match of whole rallies, and compare it with what was told of each.

    Stricter than `replay_match`: each rally ends with its one point, and one that was served anew opens with the very
    serve that the seed has for it. After a rally that differs the next one is held against what was told of it, so that
    one difference is named once.
    """
    digest = sha256()
    differences: list[tuple[int, str]] = []
    score, epoch = (0, 0), -1
    end: State | None = None
    next_seed: int | None = seed
    for number, told in enumerate(rallies, 1):
        try:
            events, state = _follow(rules, told.record, epoch, end, score, next_seed)
            points = [event for event in events if type(event) is Point]
            if len(points) != 1 or not isinstance(events[-1], Point):
                raise ValueError(f"expected one point, at its end, came {len(points)} in {len(events)} arrivals")
        except (KeyError, TypeError) as error:
            differences.append((number, f"expected a record of epoch, opening, log and holds, came {error!r}"))
        except ValueError as error:
            differences.append((number, str(error)))
        else:
            expected = f"{state.a}-{state.b} by side {points[0].side}"
            if (came := f"{told.a}-{told.b} by side {told.side}") != expected:
                differences.append((number, f"expected {expected}, came {came}"))
            digest.update(canonical(events).encode())
            epoch, end, next_seed, score = told.record["epoch"], state, state.seed, (state.a, state.b)
            continue
        epoch, end, next_seed, score = -1, None, None, (told.a, told.b)
    return Verdict(tuple(differences), Outcome(*score, max(score) >= rules.points, digest.hexdigest()))


def _follow(
    rules: Ruleset,
    record: Record,
    epoch: int,
    end: State | None,
    score: tuple[int, int],
    seed: int | None = None,
) -> tuple[Sequence[Hit | HitNumbers | Point], State]:
    """`replay` of a record that follows on a rally of `epoch` that ended in `end` at `score`.

    With a new epoch it is served anew: from `seed`, or by any seed if that is None.
    """
    opening = unpack(record["opening"])
    anew = whole("epoch", record["epoch"], max(epoch, 0), LATEST_MS) > epoch or end is None
    if (opening.a, opening.b, opening.rally) != (*score, 0) and (anew or (opening.a, opening.b) != score):
        came = f"{opening.a}-{opening.b} after {opening.rally} hits"
        raise ValueError(f"expected a serve at {score[0]}-{score[1]}, came {came}")
    expected = opening
    if not anew and end is not None:
        expected = end if opening.ball.t0 == end.ball.t0 else postpone(rules, end, opening.ball.t0)
    elif seed is not None:
        expected = resume(rules, *score, seed, opening.ball.t0)
    if opening != expected:
        raise ValueError(f"expected the opening {pack(expected)}, came {pack(opening)}")
    played = _play(rules, record, opening)
    return replay_each(rules, record) if played is None else played


def canonical(events: Iterable[Hit | HitNumbers | Point]) -> str:
    """The events as text, one a line: "5,t,side,y,vy,t0,t1,rally" or "6,t,side,a,b,t0,t1,to,vy,over"."""
    lines = []
    for e in events:
        if isinstance(e, tuple):
            lines.append(f"{HIT},{e[0]},{e[1]},{e[2]},{e[3]},{e[4]},{e[5]},{e[6]}\n")
        elif isinstance(e, Hit):
            lines.append(f"{HIT},{e.t},{e.side},{e.y},{e.vy},{e.t0},{e.t1},{e.rally}\n")
        else:
            lines.append(f"{POINT},{e.t},{e.side},{e.a},{e.b},{e.t0},{e.t1},{e.to},{e.vy},{int(e.over)}\n")
    return "".join(lines)
