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
    rallies: list[int]  # hits of each point


def contest(rules: Ruleset, strengths: tuple[Strength, Strength], seed: int) -> Tally:
    """Play a match; at each instant arrivals are decided after commands, commands given before looks.

    As in `game/housebot.py`, whoever is alert looks again at each decision.
    """
    tally = Tally(new(rules, seed, 3_000), [0, 0], [0, 0], [0, 0], [])
    looks, queues = [0, 0], [[], []]
    while not over(rules, tally.end):
        due = [(queue[0][0], 0, side) for side, queue in enumerate(queues) if queue]
        now_ms, kind, side = min(due + [(look_ms, 1, side) for side, look_ms in enumerate(looks)])
        if tally.end.ball.t1 < now_ms:
            before = tally.end
            tally.end, event = cross(rules, before)
            tally.faced[before.ball.to] += 1
            if isinstance(event, Hit):
                tally.met[before.ball.to] += 1
            else:
                tally.rallies.append(before.rally)
            for watcher, strength in enumerate(strengths):
                if strength.alert:
                    looks[watcher], queues[watcher] = before.ball.t1 + 1, []
        elif kind == 0:
            before, (t, command) = tally.end, queues[side].pop(0)
            tally.end = steer(rules, before, side, t, command)
            tally.given[side] += tally.end is not before
        else:
            made = plan(rules, tally.end, side, now_ms, strengths[side], seed)
            looks[side], queues[side] = made.next_ms, list(made.commands)
    return tally
