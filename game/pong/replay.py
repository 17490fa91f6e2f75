"""The record of a rally, and the proof of a match: the same commands give the same events and the same result.

A record is plain JSON, 14 kB for a match to 11 before compression (netcode.md), one a rally:

- `epoch`: the hosting lease's counter; with a new one the rally was served anew.
- `opening`: the packed state right after the last point (or `new`, or `resume`), the serve as it was flown in the end.
- `log`: [dt, side, command] in order of time, dt in ms since the entry before, the first since the opening ball's t0.
  That one is negative for a command in the pause before the serve.
- `holds`: one number of ms for each arrival that was decided.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, replace
from hashlib import sha256
from typing import TypedDict

from .ball import Ball
from .court import Ruleset
from .rally import Hit, Point, State, cross, over, pack, postpone, steer, unpack
from .whole import LATEST_MS, whole

HIT, POINT = 5, 6  # as on the wire


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


def commands(record: Record) -> Iterator[tuple[int, int, int]]:
    """The log in absolute time: (t, side, command)."""
    t = record["opening"][6]  # ball.t0
    for dt, side, command in record["log"]:
        t += whole("dt", dt, -LATEST_MS, LATEST_MS)
        yield t, side, command


def replay(rules: Ruleset, record: Record) -> tuple[list[Hit | Point], State]:
    """The events of a record, one for each hold, and the state it ends in. Raises ValueError if it breaks a rule."""
    state = unpack(record["opening"])
    log = list(commands(record))
    events: list[Hit | Point] = []
    for hold in record["holds"]:
        while log and log[0][0] <= state.ball.t1:
            state = steer(rules, state, log[0][1], log[0][0], log[0][2])
            del log[0]
        state, event = cross(rules, state, hold)
        events.append(event)
    for t, side, command in log:
        state = steer(rules, state, side, t, command)
    return events, state


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


def _follow(
    rules: Ruleset, record: Record, epoch: int, end: State | None, score: tuple[int, int]
) -> tuple[list[Hit | Point], State]:
    """`replay` of a record that follows on a rally of `epoch` that ended in `end` at `score`."""
    opening = unpack(record["opening"])
    if whole("epoch", record["epoch"], max(epoch, 0), LATEST_MS) > epoch or end is None:
        if (opening.a, opening.b, opening.rally) != (*score, 0):
            came = f"{opening.a}-{opening.b} after {opening.rally} hits"
            raise ValueError(f"expected a serve at {score[0]}-{score[1]}, came {came}")
    else:
        expected = end if opening.ball.t0 == end.ball.t0 else postpone(rules, end, opening.ball.t0)
        if opening != expected:
            raise ValueError(f"expected the opening {pack(expected)}, came {pack(opening)}")
    return replay(rules, record)


def canonical(events: Iterable[Hit | Point]) -> str:
    """The events as text, one a line: "5,t,side,y,vy,t0,t1,rally" or "6,t,side,a,b,t0,t1,to,vy,over"."""
    return "".join(
        ",".join(str(int(number)) for number in (HIT if isinstance(event, Hit) else POINT, *astuple(event))) + "\n"
        for event in events
    )
