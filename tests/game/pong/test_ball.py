from hypothesis import given
from hypothesis import strategies as st

from game.pong.ball import Ball, ball_x, ball_y, fold, is_serve
from game.pong.court import CLASSIC

from .matches import RULES

RETURN = Ball(5_000, 6_400, 1, 100_000, 200)
SERVE = Ball(3_000, 4_000, 0, 250_000, -100)

speeds = st.integers(-5_000, 5_000)


def bounce(rules, y, vy, ms):
    """The height after each of `ms` milliseconds, walked one by one."""
    low, high = rules.ball // 2, rules.ball // 2 + rules.height - rules.ball
    heights = [y]
    for _ in range(ms):
        y += vy
        while not low <= y <= high:
            y, vy = (2 * low - y if y < low else 2 * high - y), -vy
        heights.append(y)
    return heights


@given(st.sampled_from(RULES), speeds, st.data())
def test_folding_is_bouncing_walked_in_milliseconds(rules, vy, data):
    y0 = data.draw(st.integers(rules.ball // 2, rules.height - rules.ball // 2 - 1))
    ball = Ball(1_000, 1_200, 0, y0, vy)
    assert [ball_y(rules, ball, t) for t in range(1_000, 1_201)] == bounce(rules, y0, vy, 200)


@given(st.sampled_from(RULES), st.integers(-(2**40), 2**40))
def test_the_ball_never_leaves_the_court(rules, y):
    assert rules.ball // 2 <= fold(rules, y) <= rules.height - rules.ball // 2
    assert abs(fold(rules, y + 1) - fold(rules, y)) <= 1
    assert fold(rules, fold(rules, y)) == fold(rules, y)


def test_a_wall_turns_the_ball():
    assert [fold(CLASSIC, y) for y in (5_000, 4_000, 495_000, 496_000, -485_000, 985_000)] == [
        5_000, 6_000, 495_000, 494_000, 495_000, 5_000,
    ]  # fmt: skip


def test_a_return_flies_from_plane_to_plane():
    assert [ball_x(CLASSIC, RETURN, t) for t in (5_000, 5_700, 6_400)] == [30_000, 400_000, 770_000]
    back = Ball(5_000, 6_400, 0, 100_000, 200)
    assert [ball_x(CLASSIC, back, t) for t in (5_000, 5_700, 6_400)] == [770_000, 400_000, 30_000]


def test_a_serve_flies_from_the_centre_line():
    assert [ball_x(CLASSIC, SERVE, t) for t in (3_000, 3_500, 4_000)] == [400_000, 215_000, 30_000]
    assert [is_serve(CLASSIC, ball) for ball in (SERVE, RETURN)] == [True, False]


def test_it_rests_before_it_leaves_and_at_the_plane_until_the_verdict():
    for ball in (SERVE, RETURN):
        for place in (ball_x, ball_y):
            assert place(CLASSIC, ball, 0) == place(CLASSIC, ball, ball.t0)
            assert place(CLASSIC, ball, 9_999) == place(CLASSIC, ball, ball.t1)


def test_every_place_is_a_whole_number():
    for t in range(5_000, 6_400):
        assert type(ball_x(CLASSIC, RETURN, t)) is int
        assert type(ball_y(CLASSIC, RETURN, t)) is int
