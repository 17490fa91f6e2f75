import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.pong.court import CLASSIC
from game.pong.paddle import BOTTOM, STOP, TOP, Paddle, aim, paddle_y

from .matches import RULES, commands

TOPMOST, BOTTOMMOST = 45_000, 455_000


def test_it_goes_to_its_target_at_the_one_speed_and_rests_there():
    paddle = Paddle(1_000, 250_000, 260_000)
    assert [paddle_y(CLASSIC, paddle, t) for t in (0, 1_000, 1_001, 1_019, 1_020, 9_000)] == [
        250_000, 250_000, 250_500, 259_500, 260_000, 260_000,
    ]  # fmt: skip


def test_it_goes_up_as_fast_as_down():
    assert paddle_y(CLASSIC, Paddle(0, 250_000, 45_000), 7) == 250_000 - 7 * 500


@pytest.mark.parametrize(
    ("command", "target"),
    [
        (TOP, TOPMOST),
        (BOTTOM, BOTTOMMOST),
        (STOP, 250_500),
        (2, TOPMOST),
        (45, TOPMOST),
        (46, 46_000),
        (454, 454_000),
        (455, BOTTOMMOST),
        (500, BOTTOMMOST),
        (9_999, BOTTOMMOST),
    ],
)
def test_a_command_is_a_target(command, target):
    assert aim(CLASSIC, Paddle(0, 250_000, 455_000), 1, command) == target


@pytest.mark.parametrize("command", [-2, 10_000, 0.0, 1.5, True, False, None, "1", 10**30])
def test_it_refuses_what_is_no_command(command):
    with pytest.raises(ValueError, match=r"command: expected a whole number in -1\.\.9999, came "):
        aim(CLASSIC, Paddle(0, 250_000, 250_000), 0, command)


@given(st.sampled_from(RULES), st.data())
def test_it_stays_in_the_court_and_below_its_speed(rules, data):
    top, bottom = rules.paddle // 2, rules.height - rules.paddle // 2
    y = data.draw(st.integers(top, bottom))
    still = Paddle(100, y, y)
    paddle = Paddle(100, y, aim(rules, still, 100, data.draw(commands)))
    t = data.draw(st.integers(0, 3_000))
    here, next_ms = paddle_y(rules, paddle, t), paddle_y(rules, paddle, t + 1)
    assert top <= here <= bottom
    assert abs(next_ms - here) <= rules.paddle_speed
    assert abs(paddle.target - next_ms) <= abs(paddle.target - here)
    assert type(here) is int


@given(st.integers(0, 2_000), st.integers(0, 2_000), st.integers(TOPMOST, BOTTOMMOST), st.integers(TOPMOST, BOTTOMMOST))
def test_looking_on_the_way_changes_nothing(t, later_ms, y, target):
    paddle = Paddle(0, y, target)
    midway = Paddle(t, paddle_y(CLASSIC, paddle, t), target)
    assert paddle_y(CLASSIC, midway, t + later_ms) == paddle_y(CLASSIC, paddle, t + later_ms)
