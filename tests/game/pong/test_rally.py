import json
import re
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from game.pong.ball import Ball, ball_y
from game.pong.court import CLASSIC, reach, ruleset
from game.pong.paddle import Paddle, paddle_y
from game.pong.rally import (
    Hit,
    Point,
    advance,
    cross,
    new,
    over,
    pack,
    postpone,
    resume,
    steer,
    unpack,
    winner,
)

from .matches import ODD, RULES, commands, holds, met, play, seeds, situations

PARKED = replace(CLASSIC, id="parked", serve_deflection=0)  # straight serves: two parked paddles meet every ball
SERVED = new(CLASSIC, 7, 3_000)


def test_a_match_opens_with_a_serve_from_the_middle():
    middle = Paddle(0, 250_000, 250_000)
    assert (SERVED.left, SERVED.right, SERVED.rally, SERVED.a, SERVED.b) == (middle, middle, 0, 0, 0)
    assert SERVED.ball == Ball(3_000, 4_000, 1, 250_000, -74)
    assert SERVED.seed == 7 * 48_271**2 % (2**31 - 1)


@given(seeds)
def test_a_serve_is_never_too_steep(seed):
    assert abs(new(CLASSIC, seed, 0).ball.vy) <= 200


def test_serves_go_both_ways_up_and_down():
    serves = [new(CLASSIC, seed, 0).ball for seed in range(1, 2_001)]
    assert 900 < sum(ball.to for ball in serves) < 1_100
    assert 900 < sum(ball.vy > 0 for ball in serves) < 1_100
    assert {ball.vy for ball in serves} == set(range(-200, 201))


def test_a_match_resumes_at_its_score():
    state = resume(CLASSIC, 4, 3, 7, 60_000)
    assert (state.a, state.b, state.rally) == (4, 3, 0)
    assert state == replace(SERVED, a=4, b=3, ball=Ball(60_000, 61_000, 1, 250_000, -74))


@pytest.mark.parametrize(
    ("a", "b", "seed", "t", "text"),
    [
        (11, 0, 1, 0, "a: expected a whole number in 0..10, came 11"),
        (0, -1, 1, 0, "b: expected a whole number in 0..10, came -1"),
        (0, 0, 0, 0, "seed: expected a whole number in 1..2147483646, came 0"),
        (0, 0, 1.0, 0, "seed: expected a whole number in 1..2147483646, came 1.0"),
        (0, 0, 1, 3_000.5, "t: expected a whole number in 0..2147483647, came 3000.5"),
    ],
)
def test_it_refuses_to_open_a_match_that_cannot_be(a, b, seed, t, text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        resume(CLASSIC, a, b, seed, t)


def test_a_command_moves_one_paddle_only():
    state = steer(CLASSIC, SERVED, 0, 1_000, -1)
    assert state == replace(SERVED, left=Paddle(1_000, 250_000, 45_000))
    assert steer(CLASSIC, state, 1, 900, 300) == replace(state, right=Paddle(900, 250_000, 300_000))


def test_a_command_on_the_way_starts_from_where_the_paddle_is():
    moving = steer(CLASSIC, SERVED, 0, 1_000, -1)
    assert steer(CLASSIC, moving, 0, 1_100, 1).left == Paddle(1_100, 200_000, 455_000)
    assert steer(CLASSIC, moving, 0, 1_100, 0).left == Paddle(1_100, 200_000, 200_000)


def test_a_command_at_the_very_millisecond_of_the_arrival_counts():
    assert steer(CLASSIC, SERVED, 1, 4_000, 1).right.t == 4_000
    assert advance(CLASSIC, SERVED, 4_000) is SERVED
    with pytest.raises(ValueError, match=r"^t: expected a whole number in 0\.\.4000, came 4001$"):
        steer(CLASSIC, SERVED, 1, 4_001, 1)


def test_a_command_before_the_last_one_is_refused():
    state = steer(CLASSIC, SERVED, 1, 3_500, 1)
    with pytest.raises(ValueError, match=r"^t: expected a whole number in 3500\.\.4000, came 3499$"):
        steer(CLASSIC, state, 1, 3_499, -1)


@pytest.mark.parametrize(
    ("side", "t", "command"), [(2, 1, 1), (True, 1, 1), (0, 1.0, 1), (0, True, 1), (0, 1, 1.0), (0, 1, -2)]
)
def test_it_refuses_what_is_no_side_no_instant_or_no_command(side, t, command):
    with pytest.raises(ValueError, match="expected a whole number"):
        steer(CLASSIC, SERVED, side, t, command)


@given(situations(), st.sampled_from((0, 1)), commands, st.data())
def test_a_target_sent_again_changes_nothing(situation, side, command, data):
    rules, state = situation
    paddle = (state.left, state.right)[side]
    t, again = sorted(data.draw(st.tuples(*[st.integers(paddle.t, state.ball.t1)] * 2)))
    state = steer(rules, state, side, t, command)
    assert steer(rules, state, side, again, command) is state or command == 0
    if command == 0:  # where I am: it rests already
        assert steer(rules, state, side, again, 0) is state


@given(situations(), st.sampled_from((0, 1)), commands, st.data())
def test_a_command_changes_nothing_before_its_time(situation, side, command, data):
    rules, state = situation
    paddle = (state.left, state.right)[side]
    t = data.draw(st.integers(paddle.t, state.ball.t1))
    after = steer(rules, state, side, t, command)
    assert paddle_y(rules, (after.left, after.right)[side], t) == paddle_y(rules, paddle, t)
    assert (after.right, after.left)[side] == (state.right, state.left)[side]
    assert replace(after, left=state.left, right=state.right) == state


@given(situations(), holds)
def test_the_edge_of_the_paddle_misses_and_a_milli_pixel_less_hits(situation, hold):
    rules, state = situation
    edge = reach(rules, state.rally)
    for off in (-edge, edge):
        assert isinstance(cross(rules, met(rules, state, off), hold)[1], Point)
    for off in (1 - edge, 0, edge - 1):
        assert isinstance(cross(rules, met(rules, state, off), hold)[1], Hit)


@given(situations(), holds, st.data())
def test_a_return_leaves_from_the_ball_the_steeper_the_farther_off(situation, hold, data):
    rules, state = situation
    off = data.draw(st.integers(1 - reach(rules, state.rally), reach(rules, state.rally) - 1))
    state = met(rules, state, off)
    after, hit = cross(rules, state, hold)
    y = ball_y(rules, state.ball, state.ball.t1)
    duration_ms = after.ball.t1 - after.ball.t0
    assert hit == Hit(state.ball.t1, state.ball.to, y, after.ball.vy, after.ball.t0, after.ball.t1, state.rally + 1)
    assert after == replace(state, ball=Ball(hit.t + hold, hit.t1, 1 - hit.side, y, hit.vy), rally=hit.rally)
    assert duration_ms == rules.flights_ms[min(hit.rally, len(rules.flights_ms)) - 1]
    assert abs(hit.vy) == abs(off) * rules.deflection // (reach(rules, state.rally) * duration_ms)
    assert hit.vy * off >= 0


def test_hitting_with_the_middle_returns_straight_and_with_the_lower_half_down():
    assert [cross(CLASSIC, met(CLASSIC, SERVED, off))[1].vy for off in (-49_999, -25_000, 0, 25_000, 49_999)] == [
        -428, -214, 0, 214, 428,
    ]  # fmt: skip


@given(situations(), holds)
def test_a_miss_is_a_point_and_the_next_serve_waits(situation, hold):
    rules, state = situation
    state = met(rules, state, reach(rules, state.rally))
    after, point = cross(rules, state, hold)
    scorer = 1 - state.ball.to
    assert (point.t, point.side) == (state.ball.t1, scorer)
    assert (point.a, point.b) == (after.a, after.b) == (state.a + (scorer == 0), state.b + (scorer == 1))
    assert point.over == over(rules, after) == (max(point.a, point.b) == rules.points)
    assert after.ball == Ball(point.t0, point.t1, point.to, rules.height // 2, point.vy)
    assert point.t0 == point.t + hold + rules.serve_pause_ms
    assert point.t1 == point.t0 + rules.serve_flight_ms
    assert (after.left, after.right, after.rally) == (state.left, state.right, 0)


def test_a_serve_waits_for_its_pause_and_the_paddles_move_in_it():
    after, point = cross(CLASSIC, met(CLASSIC, SERVED, 60_000), 30)
    assert (point.t, point.t0, point.t1) == (4_000, 5_230, 6_230)
    assert steer(CLASSIC, after, 0, 4_100, 1).left == Paddle(4_100, 250_000, 455_000)


@pytest.mark.parametrize("hold", [-1, 600_001, 1.0, True])
def test_it_refuses_a_hold_that_cannot_be(hold):
    with pytest.raises(ValueError, match=r"^hold: expected a whole number in 0\.\.600000, came "):
        cross(CLASSIC, SERVED, hold)


def test_a_match_is_over_when_a_side_has_its_points():
    state = resume(CLASSIC, 10, 10, 7, 0)
    assert not over(CLASSIC, state)
    assert winner(CLASSIC, state) is None
    for side in (0, 1):
        served = replace(state, ball=replace(state.ball, to=1 - side))
        after, point = cross(CLASSIC, met(CLASSIC, served, 60_000))
        assert point.over
        assert over(CLASSIC, after)
        assert winner(CLASSIC, after) == side
        assert advance(CLASSIC, after, 10**9) is after
        with pytest.raises(ValueError, match=r"^cross: expected a match below 11 points, came 1[01]-1[01]$"):
            cross(CLASSIC, after)


@given(situations(), st.integers(0, 60_000), st.integers(0, 60_000))
def test_advancing_in_two_steps_is_advancing_in_one(situation, first_ms, second_ms):
    rules, state = situation
    t1 = state.ball.t0 + first_ms
    t2 = t1 + second_ms
    assert advance(rules, advance(rules, state, t1), t2) == advance(rules, state, t2)
    assert state.ball.t1 >= t1 or advance(rules, state, t1) == advance(rules, cross(rules, state)[0], t1)


@given(situations(), st.integers(0, 60_000))
def test_advancing_leaves_the_arrival_at_that_instant_open(situation, ms):
    rules, state = situation
    after = advance(rules, state, state.ball.t0 + ms)
    assert over(rules, after) or after.ball.t1 >= state.ball.t0 + ms
    assert advance(rules, after, after.ball.t1) == after


def test_a_serve_can_be_postponed_never_brought_forward():
    later = postpone(CLASSIC, SERVED, 3_700)
    assert later == replace(SERVED, ball=replace(SERVED.ball, t0=3_700, t1=4_700))
    assert postpone(CLASSIC, later, 3_700) == later
    with pytest.raises(ValueError, match=r"^t0: expected a whole number in 3700\.\.2147483647, came 3699$"):
        postpone(CLASSIC, later, 3_699)
    rallying, _ = cross(CLASSIC, met(CLASSIC, SERVED))
    with pytest.raises(ValueError, match=r"^postpone: expected a serve, came a rally of 1 hits$"):
        postpone(CLASSIC, rallying, 9_000)


def test_two_parked_paddles_end_their_rally_with_the_74th_hit():
    state, events = new(PARKED, 7, 0), []
    while not events or isinstance(events[-1], Hit):
        state, event = cross(PARKED, state)
        events.append(event)
    assert [event.rally for event in events[:-1]] == list(range(1, 75))
    assert isinstance(events[-1], Point)


@given(seeds, st.sampled_from(RULES), st.data())
@settings(max_examples=20)
def test_perfect_players_cannot_rally_for_ever(seed, rules, data):
    state = new(rules, seed, 0)
    for rally in range(rules.shrink_to + 1):
        limit = max(reach(rules, rally) - 1, 0)
        state, event = cross(rules, met(rules, state, data.draw(st.integers(-limit, limit))))
        if rally < rules.shrink_to:
            assert isinstance(event, Hit)
    assert isinstance(event, Point)


@given(st.integers(0, 2**32), st.sampled_from((ruleset(3), ODD)), st.sampled_from((0.0, 0.7, 0.95, 1.0)))
@settings(max_examples=60)
def test_every_match_ends_and_its_time_is_accounted_for_to_the_millisecond(luck, rules, skill):
    match = play(Random(luck), rules, skill)
    hold = iter([hold for record in match.records for hold in record["holds"]])
    openings = iter(match.records)
    t0 = next(openings)["opening"][6]
    flown_ms = rules.serve_flight_ms
    for event in match.events:
        assert event.t == t0 + flown_ms
        t0, flown_ms = event.t + next(hold), event.t1 - event.t0
        if isinstance(event, Hit):
            assert event.rally <= rules.shrink_to
            assert flown_ms == rules.flights_ms[min(event.rally, len(rules.flights_ms)) - 1]
            assert event.t0 == t0
        else:
            assert event.t0 == t0 + rules.serve_pause_ms
            assert flown_ms == rules.serve_flight_ms
            t0 = event.t0 if event.over else next(openings)["opening"][6]
    points = [event for event in match.events if isinstance(event, Point)]
    assert [after.a + after.b - before.a - before.b for before, after in pairwise(points)] == [1] * (len(points) - 1)
    assert [point.over for point in points] == [False] * (len(points) - 1) + [True]
    assert max(match.end.a, match.end.b) == rules.points


@given(situations())
def test_a_state_survives_the_wire(situation):
    _, state = situation
    assert unpack(json.loads(json.dumps(pack(state)))) == state
    assert len(pack(state)) == 15
    assert all(type(number) is int for number in pack(state))


@pytest.mark.parametrize(
    ("place", "number", "text"),
    [
        (0, 1.0, "state[0]: expected a whole number in 0..2147483647, came 1.0"),
        (3, -1, "state[3]: expected a whole number in 0..2147483647, came -1"),
        (11, True, "state[11]: expected a whole number in 0..2147483647, came True"),
        (14, 2**31, "state[14]: expected a whole number in 0..2147483647, came 2147483648"),
        (8, 2, "side: expected a whole number in 0..1, came 2"),
        (7, 3_000, "ball.t1: expected a whole number in 3001..2147483647, came 3000"),
    ],
)
def test_it_refuses_numbers_that_are_no_state(place, number, text):
    numbers = pack(SERVED)
    numbers[place] = number
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        unpack(numbers)


@pytest.mark.parametrize("numbers", [[], pack(SERVED)[:-1], [*pack(SERVED), 0], tuple(pack(SERVED)), None])
def test_it_refuses_what_is_no_list_of_15(numbers):
    with pytest.raises(ValueError, match=r"^state: expected a list of 15 whole numbers, came "):
        unpack(numbers)


@given(situations())
def test_both_paddles_and_the_ball_are_whole_numbers_inside_the_court(situation):
    rules, state = situation
    assume(not over(rules, state))
    after, event = cross(rules, state)
    assert all(type(number) is int for number in pack(after))
    assert rules.ball // 2 <= after.ball.y0 <= rules.height - rules.ball // 2
    for paddle in (after.left, after.right):
        assert rules.paddle // 2 <= paddle_y(rules, paddle, event.t1) <= rules.height - rules.paddle // 2
