"""Whole matches of simulated people with the records that a referee would have stored, without a server.

Like `tests/game/pong/arena.py`, with the waits of a real link (netcode.md: Wi-Fi, round trip 60 ms, median 44 ms).
"""

from collections.abc import Collection
from random import Random

from game.pong.bot import HUMAN, Strength, plan
from game.pong.court import Ruleset
from game.pong.rally import Point, State, cross, new, over, resume, steer
from game.pong.replay import Record, Recorder

FIRST_SERVE_MS = 3_000
WAIT_MS, SHAPE, JITTER_MS = 36, 1.5, 6.0  # a wait: half a round trip and the defender's frame, and gamma jitter


def play(
    rules: Ruleset,
    seed: int,
    strengths: tuple[Strength, Strength] = (HUMAN, HUMAN),
    moves: Collection[int] = (),
) -> list[Record]:
    """The records of one match, a pure function of the seed. After the rallies `moves` another host goes on with it."""
    luck = Random(seed)
    state = new(rules, seed, FIRST_SERVE_MS)
    epoch, records = 1, list[Record]()
    recorder = Recorder(state, epoch)
    looks, queues = [0, 0], [list[tuple[int, int]](), list[tuple[int, int]]()]
    while not over(rules, state):
        due = [(queue[0][0], 0, side) for side, queue in enumerate(queues) if queue]
        now_ms, kind, side = min(due + [(look_ms, 1, side) for side, look_ms in enumerate(looks)])
        if state.ball.t1 < now_ms:
            state = _decide(rules, state, recorder, luck)
            if state.rally == 0:
                records.append(recorder.record())
                if len(records) in moves and not over(rules, state):
                    epoch += 1
                    state = resume(rules, state.a, state.b, state.seed, FIRST_SERVE_MS)
                    looks, queues = [0, 0], [[], []]
                recorder = Recorder(state, epoch)
        elif kind == 0:
            t, command = queues[side].pop(0)
            after = steer(rules, state, side, t, command)
            if after is not state:
                recorder.command(t, side, command)
            state = after
        else:
            made = plan(rules, state, side, now_ms, strengths[side], seed)
            looks[side], queues[side] = made.next_ms, list(made.commands)
    return records


def _decide(rules: Ruleset, state: State, recorder: Recorder, luck: Random) -> State:
    hold_ms = WAIT_MS + round(luck.gammavariate(SHAPE, JITTER_MS))
    after, event = cross(rules, state, hold_ms)
    recorder.hold(hold_ms)
    assert isinstance(event, Point) == (after.rally == 0)
    return after
