"""Bots against bots without a server: the loop that a shell runs, in no time."""

from dataclasses import dataclass

from game.pong.bot import Strength, plan
from game.pong.court import Ruleset
from game.pong.rally import Hit, State, cross, new, over, steer


@dataclass(slots=True)
class Tally:
    """What a match came to, by side: `given` counts the commands that changed something."""

    end: State
    given: list[int]
    met: list[int]
    faced: list[int]


def contest(rules: Ruleset, strengths: tuple[Strength, Strength], seed: int) -> Tally:
    """Play a match; at each instant arrivals are decided after commands, commands given before looks."""
    tally = Tally(new(rules, seed, 3_000), [0, 0], [0, 0], [0, 0])
    looks, queues = [0, 0], [[], []]
    while not over(rules, tally.end):
        due = [(queue[0][0], 0, side) for side, queue in enumerate(queues) if queue]
        now_ms, kind, side = min(due + [(look_ms, 1, side) for side, look_ms in enumerate(looks)])
        if tally.end.ball.t1 < now_ms:
            defender = tally.end.ball.to
            tally.end, event = cross(rules, tally.end)
            tally.faced[defender] += 1
            tally.met[defender] += isinstance(event, Hit)
        elif kind == 0:
            before, (t, command) = tally.end, queues[side].pop(0)
            tally.end = steer(rules, before, side, t, command)
            tally.given[side] += tally.end is not before
        else:
            made = plan(rules, tally.end, side, now_ms, strengths[side], seed)
            looks[side], queues[side] = made.next_ms, list(made.commands)
    return tally
