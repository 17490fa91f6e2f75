"""What the replay page draws is what the rules say, at every instant: its modules, run by the Node of Playwright."""

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from game.pong import document
from game.pong.ball import ball_x, ball_y
from game.pong.court import paddle_height, ruleset
from game.pong.paddle import paddle_y
from game.pong.replay import Record, Told, commands, replay
from game.pong.stats import Stats, stats
from tests.game.stored import told

MODULES = Path(__file__).parents[2] / "game" / "static" / "game"
RULES = ruleset(3)
LOOKS = 60


def recording(rallies: list[Told], seed: int, instants: list[int]) -> Any:
    node = compute_driver_executable()[0]
    made = document.document({}, [], RULES, seed, rallies, None)
    done = subprocess.run(
        [node, Path(__file__).with_name("recording.mjs"), MODULES],
        input=json.dumps({"document": made, "instants": instants}) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def at(record: Record, t: int) -> dict[str, Any]:
    """The court at `t` of the host's time, in the rally of this record: its replay, cut off there."""
    events, _ = replay(RULES, record)
    serve_ms = record["opening"][6]
    log, before = [], serve_ms
    for when, side, command in commands(record):
        if when <= t:
            log.append([when - before, side, command])
            before = when
    holds = record["holds"][: sum(event.t <= t for event in events)]
    _, state = replay(RULES, Record(epoch=1, opening=record["opening"], log=log, holds=holds))
    return {
        "score": [state.a, state.b],
        "paddles": [paddle_y(RULES, paddle, t) for paddle in (state.left, state.right)],
        "ball": {"x": ball_x(RULES, state.ball, t), "y": ball_y(RULES, state.ball, t)},
        "paddleHeight": paddle_height(RULES, state.rally),
        "serveTo": None,
    }


def instants_of(found: Stats, luck: Random) -> list[tuple[int, int]]:
    """(rally, ms) in order, while the ball flies."""
    return sorted(
        (place, luck.randint(rally.serve_ms, rally.point_ms - 1))
        for place, rally in (
            (place, found.rallies[place]) for place in luck.choices(range(len(found.rallies)), k=LOOKS)
        )
    )


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize("moves", [(), (1, 2)])
def test_the_page_draws_what_the_rules_say(seed: int, moves: tuple[int, ...]) -> None:
    rallies = told(3, seed, moves)
    found = stats(RULES, [rally.record for rally in rallies])
    looks = instants_of(found, Random(seed))
    drawn = recording(rallies, seed, [ms for _, ms in looks])
    for (place, ms), look in zip(looks, drawn["looks"], strict=True):
        record, shift = rallies[place].record, found.rallies[place].serve_ms
        assert look["sought"] == look["walked"] == at(record, ms - shift + record["opening"][6]), (place, ms)
    assert drawn["points"] == [[rally.point_ms, rally.side, rally.a, rally.b] for rally in found.rallies]
    assert [rally["serve"] for rally in drawn["rallies"]] == [rally.serve_ms for rally in found.rallies]
    assert (drawn["hits"], drawn["stopped"]) == (found.hits, False)
    last = found.rallies[-1]
    assert (drawn["end"]["score"], drawn["end"]["ball"]) == ([last.a, last.b], None)
    assert drawn["again"]["score"] == [0, 0]


def test_a_match_that_was_stopped_ends_without_a_ball() -> None:
    rallies = told(3, 7)[:2]
    drawn = recording(rallies, 7, [])
    assert (drawn["stopped"], drawn["end"]["ball"], drawn["end"]["serveTo"]) == (True, None, None)
    assert drawn["end"]["score"] == [rallies[1].a, rallies[1].b]


def test_between_two_rallies_the_ball_waits_where_it_will_be_served() -> None:
    rallies = told(3, 7)
    found = stats(RULES, [rally.record for rally in rallies])
    before, after = found.rallies[0], found.rallies[1]
    instants = list(range(before.point_ms + 400, after.serve_ms, 25))
    looks = recording(rallies, 7, instants)["looks"]
    assert [look["sought"] for look in looks] == [look["walked"] for look in looks]
    assert {json.dumps(look["sought"]["ball"]) for look in looks} == {json.dumps({"x": 400_000, "y": 250_000})}
    assert {look["sought"]["serveTo"] for look in looks} == {replay(RULES, rallies[0].record)[1].ball.to}
