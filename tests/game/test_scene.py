"""What a screen draws when the host's word comes late: the very modules of browsers, run by Playwright's Node."""

import json
import subprocess
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from game.pong.ball import ball_x, ball_y
from game.pong.court import CLASSIC, PX, to_dict
from game.pong.paddle import Paddle, paddle_y
from game.pong.rally import Hit, State, cross, new, pack

MODULES = Path(__file__).parents[2] / "game" / "static" / "game"
FRAME_MS = 16
BLEND_MS = 100
SERVE_MS = 1_000
Message = list[int]


@dataclass(frozen=True)
class Scenario:
    """The state at first, who plays at this screen, and when which message arrives there."""

    state: State
    sides: list[int]
    messages: list[tuple[int, Message]]
    until: int
    stands: bool = False  # drawn in the past

    def request(self) -> dict[str, Any]:
        steps: list[tuple[int, Message | None]] = [*self.messages]
        steps += [(t, None) for t in range(SERVE_MS, self.until, FRAME_MS)]
        steps.sort(key=lambda step: (step[0], step[1] is None))
        shown = {"rules": to_dict(CLASSIC), "state": pack(self.state), "sides": self.sides}
        return {**shown, "stands": self.stands, "steps": steps}


def draw(*scenarios: Scenario) -> list[list[dict[str, Any]]]:
    """The frames of each."""
    node = compute_driver_executable()[0]
    lines = "".join(json.dumps(scenario.request()) + "\n" for scenario in scenarios)
    script = Path(__file__).with_name("scene.mjs")
    done = subprocess.run([node, script, MODULES], input=lines, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def served(seed: int, off: int = 0) -> State:
    """A serve under way to a paddle that stands so far from where the ball will land."""
    state = new(CLASSIC, seed, SERVE_MS)
    y = ball_y(CLASSIC, state.ball, state.ball.t1) + off
    paddle = Paddle(0, y, y)
    return replace(state, left=paddle) if state.ball.to == 0 else replace(state, right=paddle)


def decided(state: State, hold: int) -> tuple[State, Message]:
    after, event = cross(CLASSIC, state, hold)
    if isinstance(event, Hit):
        return after, [5, 1, event.t, event.side, event.y, event.vy, event.t0, event.t1, event.rally]
    return after, [6, 1, event.t, event.side, event.a, event.b, event.t0, event.t1, event.to, event.vy]


def between_planes(frame: dict[str, Any]) -> bool:
    return bool(frame["ball"]) and CLASSIC.plane < frame["ball"]["x"] < CLASSIC.width - CLASSIC.plane


def test_an_own_return_that_the_host_decides_late_never_flies_back_and_is_right_in_time() -> None:
    luck = Random(1972)
    scenarios, returns = [], []
    for seed in range(1, 200):
        state = served(seed, luck.randint(-40, 40) * PX)
        hold = luck.randint(0, 500)
        after, message = decided(state, hold)
        heard = state.ball.t1 + hold + luck.randint(1, 120)
        scenarios.append(Scenario(state, [state.ball.to], [(heard, message)], after.ball.t1 + 20))
        returns.append(after)
    for frames, after, scenario in zip(draw(*scenarios), returns, scenarios, strict=True):
        ball = after.ball
        way = 1 if ball.to == 1 else -1
        flown = [frame for frame in frames if frame["t"] > scenario.state.ball.t1]
        for before, now in pairwise(frame for frame in flown if between_planes(frame)):
            assert (now["ball"]["x"] - before["ball"]["x"]) * way >= 0, (before, now, scenario)
        for before, now in pairwise(flown):
            fastest = (CLASSIC.width // min(CLASSIC.flights_ms)) * FRAME_MS * 3  # it may have to catch up
            assert abs(now["ball"]["x"] - before["ball"]["x"]) <= fastest, (before, now, scenario)
        last = next(frame for frame in reversed(frames) if frame["t"] <= ball.t1)
        assert last["ball"]["x"] == pytest.approx(ball_x(CLASSIC, ball, last["t"]), abs=FRAME_MS * 600)
        assert frames[-1]["ball"] == {"x": ball_x(CLASSIC, ball, ball.t1), "y": ball_y(CLASSIC, ball, ball.t1)}


@pytest.mark.parametrize("late_ms", [1, 30, 200])
def test_an_own_miss_is_seen_to_go_out_however_soon_the_host_says_so(late_ms: int) -> None:
    state = served(3, off=100 * PX)
    after, message = decided(state, 0)
    assert message[0] == 6
    scenario = Scenario(state, [state.ball.to], [(state.ball.t1 + late_ms, message)], after.ball.t0)
    (frames,) = draw(scenario)
    passed = [frame["ball"] for frame in frames if frame["t"] > state.ball.t1 and frame["ball"]]
    out = [ball["x"] for ball in passed if ball["x"] != CLASSIC.width // 2]
    assert len(out) >= 3, "some frames"
    steps = {abs(after - before) for before, after in pairwise(out)}
    assert max(steps) - min(steps) < PX, "in one go"
    end = min(out) if state.ball.to == 0 else CLASSIC.width - max(out)
    assert end < 10 * PX, "to the edge of the court"
    assert passed[-1]["x"] == CLASSIC.width // 2, "then comes the next serve"


def test_the_ball_rests_at_the_other_sides_plane_until_the_decision_arrives() -> None:
    state = served(3)
    after, message = decided(state, 180)
    heard = state.ball.t1 + 300
    (frames,) = draw(Scenario(state, [1 - state.ball.to], [(heard, message)], after.ball.t1))
    waiting = [frame["ball"] for frame in frames if state.ball.t1 <= frame["t"] < heard]
    rest = {"x": ball_x(CLASSIC, state.ball, state.ball.t1), "y": ball_y(CLASSIC, state.ball, state.ball.t1)}
    assert waiting == [rest] * len(waiting) != []
    settled = [frame for frame in frames if frame["t"] >= heard + BLEND_MS]
    for frame in settled:
        t = frame["t"]
        assert frame["ball"] == {"x": ball_x(CLASSIC, after.ball, t), "y": ball_y(CLASSIC, after.ball, t)}


def test_the_other_paddle_slides_to_its_place_in_100_ms_whatever_else_moves_meanwhile() -> None:
    state = served(3)
    other, own = 1 - state.ball.to, state.ball.to
    start = (state.left, state.right)[other]
    heard = 1_400
    paddle = Paddle(1_200, start.y, 400 * PX)  # 200 ms old as it arrives
    mine = (state.left, state.right)[own]
    messages = [
        (heard, [4, 1, other, paddle.t, paddle.y, paddle.target]),
        (heard + 60, [4, 2, own, heard + 50, mine.y, mine.y]),
    ]
    (frames,) = draw(Scenario(state, [], messages, state.ball.t1))
    drawn = [(frame["t"], frame["paddles"][other]) for frame in frames]
    for (before_t, before), (now_t, now) in pairwise(drawn):
        assert before <= now
        limit = (now_t - before_t) * (CLASSIC.paddle_speed + (heard - paddle.t) * CLASSIC.paddle_speed // BLEND_MS)
        assert now - before <= limit, (before_t, now_t)
    for t, y in drawn:
        if t < heard:
            assert y == start.y
        elif t >= heard + BLEND_MS:
            assert y == paddle_y(CLASSIC, paddle, t)


@pytest.mark.parametrize(("way_ms", "delay_ms"), [(20, 200), (190, 200), (340, 340)])
def test_the_stands_see_no_corrections_however_slow_the_links(way_ms: int, delay_ms: int) -> None:
    """Where 200 ms in the past do not suffice, they look farther back, and are taken there without a jump."""
    state = replace(served(3), ball=replace(served(3).ball, t0=60_000, t1=61_000))
    paddle, truth, messages = state.left, [], []
    for number, t in enumerate(range(SERVE_MS, 9_000, 200)):
        paddle = Paddle(t, paddle_y(CLASSIC, paddle, t), (100 + 60 * (number % 6)) * PX)
        truth.append(paddle)
        messages.append((t + way_ms + 5 * (number % 3), [4, number, 0, paddle.t, paddle.y, paddle.target]))
    (frames,) = draw(Scenario(state, [], messages, 9_000, stands=True))
    for before, now in pairwise(frames):
        assert 0.8 * FRAME_MS <= now["t"] - before["t"] <= FRAME_MS
    assert 9_000 - FRAME_MS - frames[-1]["t"] == pytest.approx(delay_ms, abs=2 * FRAME_MS)
    for frame in frames[len(frames) // 2 :]:
        known = max((paddle for paddle in truth if paddle.t <= frame["t"]), key=lambda paddle: paddle.t)
        assert frame["paddles"][0] == pytest.approx(paddle_y(CLASSIC, known, int(frame["t"])), abs=CLASSIC.paddle_speed)
