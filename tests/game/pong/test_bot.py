from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.pong.bot import EASY, HARD, HUMAN, MEDIUM, STRENGTHS, Plan, plan
from game.pong.court import CLASSIC, PACES, PADDLES, ruleset
from game.pong.paddle import aim
from game.pong.rally import cross, new, over, resume, steer, winner

from .arena import contest
from .matches import met, seeds, situations

EXACT = replace(HUMAN, id="exact", reaction_error_ms=0, error_px=0, error_px_per_s=0, aim_percent=0, home_percent=0)
SERVED = new(CLASSIC, 7, 3_000)  # to the right, landing at 176 px
AWAY = replace(SERVED, ball=replace(SERVED.ball, to=0))  # to the left

strengths = st.sampled_from(tuple(STRENGTHS.values()))


@given(situations(), strengths, st.sampled_from((0, 1)), st.integers(0, 2**64), st.data())
def test_a_plan_is_a_pure_function_of_the_view(situation, strength, side, seed, data):
    rules, state = situation
    now_ms = data.draw(st.integers(max(state.left.t, state.right.t), state.ball.t1 + 500))
    made = plan(rules, state, side, now_ms, strength, seed)
    assert made == plan(rules, state, side, now_ms, strength, seed)
    assert made.next_ms > now_ms
    assert list(made.commands) == sorted(made.commands, key=lambda entry: entry[0])
    for t, command in made.commands:
        assert type(t) is int
        assert now_ms <= t < made.next_ms
        aim(rules, state.left, t, command)
    if over(rules, state) or now_ms >= state.ball.t1:
        assert made.commands == ()


def test_nobody_reacts_before_the_ball_has_left():
    for now_ms in (0, 2_999, 3_000, 3_119):
        assert plan(CLASSIC, SERVED, 1, now_ms, HUMAN, 1).commands == ()
    assert plan(CLASSIC, SERVED, 1, 0, EXACT, 1) == Plan((), 3_220)


def test_a_key_is_pressed_toward_the_landing_point_and_released_there():
    near_px, look_ms = 12, (500, 500)
    way_ms = ((250 - 176 - near_px) * 1_000) // 500
    made = plan(CLASSIC, SERVED, 1, 3_220, replace(EXACT, look_ms=look_ms), 1)
    assert made == Plan(((3_220, -1), (3_220 + way_ms, 0)), 3_720)


def test_a_key_whose_release_is_after_the_next_look_is_still_held():
    made = plan(CLASSIC, SERVED, 1, 3_220, replace(EXACT, look_ms=(100, 100)), 1)
    assert made == Plan(((3_220, -1),), 3_320)


def test_a_key_is_released_when_it_is_seen_that_the_paddle_is_there():
    moving = steer(CLASSIC, SERVED, 1, 3_220, -1)
    assert plan(CLASSIC, moving, 1, 3_364, EXACT, 1).commands == ((3_364, 0),)
    resting = steer(CLASSIC, moving, 1, 3_364, 0)
    assert plan(CLASSIC, resting, 1, 3_500, EXACT, 1).commands == ()


def test_a_pointer_goes_straight_to_the_landing_point():
    pointing = replace(EXACT, keys=False)
    assert plan(CLASSIC, SERVED, 1, 3_220, pointing, 1).commands == ((3_220, 176),)
    there = steer(CLASSIC, SERVED, 1, 3_220, 176)
    assert plan(CLASSIC, there, 1, 3_300, pointing, 1).commands == ()


def test_the_attacker_stays_or_goes_home():
    lower = steer(CLASSIC, AWAY, 1, 100, 400)
    assert plan(CLASSIC, lower, 1, 3_220, EXACT, 1).commands == ()
    home = replace(EXACT, home_percent=100)
    assert plan(CLASSIC, lower, 1, 3_220, home, 1).commands[0] == (3_220, -1)
    assert plan(CLASSIC, lower, 1, 3_220, replace(home, keys=False), 1).commands == ((3_220, 250),)


def test_anticipation_goes_part_of_the_way_to_where_the_return_would_land():
    state = met(CLASSIC, AWAY, 5_000)
    landing_px = 176 + 60  # off 5 px of 50: a tenth of 600 px, less what vy is rounded down by
    assert cross(CLASSIC, state)[0].ball.vy == 42
    knowing = replace(EXACT, keys=False, home_percent=100, anticipation=100)
    far = steer(CLASSIC, state, 1, 100, 400)
    assert plan(CLASSIC, far, 1, 3_220, knowing, 1).commands == ((3_220, landing_px - 2),)
    half = replace(knowing, anticipation=50)
    assert plan(CLASSIC, far, 1, 3_220, half, 1).commands == ((3_220, 250 - (250 - landing_px + 2) // 2),)


def test_a_match_that_is_over_needs_no_commands():
    last = resume(CLASSIC, 10, 10, 7, 3_000)
    after, _ = cross(CLASSIC, met(CLASSIC, last, 60_000))
    assert plan(CLASSIC, after, 0, after.ball.t0 + 500, HARD, 1).commands == ()


def shares(left, right, matches=12):
    """The share of points of `left`, its commands a second and the share of balls that it met."""
    tallies = [contest(CLASSIC, (left, right), seed) for seed in range(1, matches + 1)]
    seconds = sum(tally.end.ball.t0 for tally in tallies) / 1_000
    points = sum(tally.end.a for tally in tallies) / sum(tally.end.a + tally.end.b for tally in tallies)
    given = sum(tally.given[0] for tally in tallies) / seconds
    return points, given, sum(tally.met[0] for tally in tallies) / sum(tally.faced[0] for tally in tallies)


def test_the_simulated_person_plays_like_a_person():
    points, given, met_share = shares(HUMAN, HUMAN)
    assert 0.4 < points < 0.6
    assert 2.6 < given < 3.1
    assert 0.92 < met_share < 0.97


@pytest.mark.parametrize(("strength", "least", "most"), [(EASY, 0.1, 0.3), (MEDIUM, 0.4, 0.6), (HARD, 0.55, 0.75)])
def test_each_strength_has_its_place_against_a_person(strength, least, most):
    points, given, _ = shares(strength, HUMAN)
    assert least < points < most
    assert given < 3


def wins(left, right, matches=60):
    """The share of matches to 3 that `left` wins."""
    rules = ruleset(3)
    return sum(winner(rules, contest(rules, (left, right), seed).end) == 0 for seed in range(1, matches + 1)) / matches


def test_a_person_beats_the_weakest_and_not_always_the_strongest_but_sometimes():
    assert wins(HUMAN, EASY) > 0.8
    assert 0.3 < wins(HUMAN, MEDIUM) < 0.7
    assert 0.1 < wins(HUMAN, HARD) < 0.45


def test_each_strength_beats_the_one_below():
    assert wins(MEDIUM, EASY, 20) > 0.7
    assert wins(HARD, MEDIUM, 20) > 0.6


# -- the one whose view is refreshed once a second ------------------------------------------------------------------


def test_one_strength_looks_once_a_second_and_only_then():
    assert [s.id for s in STRENGTHS.values() if s.look_ms == (1_000, 1_000)] == ["easy"]
    assert [s.id for s in STRENGTHS.values() if not s.alert] == ["easy"]


@given(situations(), st.sampled_from((0, 1)), st.integers(0, 2**64), st.data())
def test_its_next_look_is_in_a_second_whatever_it_sees(situation, side, seed, data):
    rules, state = situation
    now_ms = data.draw(st.integers(max(state.left.t, state.right.t), state.ball.t1 + 500))
    assert plan(rules, state, side, now_ms, EASY, seed).next_ms == now_ms + 1_000


def test_it_predicts_where_the_ball_lands_by_the_walls():
    exact = replace(EASY, error_px=0, error_px_per_s=0, aim_percent=0, reaction_error_ms=0)
    steep = replace(
        SERVED, ball=replace(SERVED.ball, vy=-400)
    )  # 250 - 400 px: off the upper wall, by the ball's radius
    assert plan(CLASSIC, steep, 1, 3_400, exact, 1).commands == ((3_400, 400 - 250 + 10),)


def test_what_it_sees_too_soon_it_does_as_soon_as_it_understands():
    exact = replace(EASY, error_px=0, error_px_per_s=0, aim_percent=0, reaction_error_ms=0)
    assert plan(CLASSIC, SERVED, 1, 3_010, exact, 1).commands == ((3_300, 176),)
    assert plan(CLASSIC, SERVED, 1, 2_990, exact, 1).commands == ()


def test_it_returns_most_balls_all_the_same():
    _, _, met = shares(EASY, HUMAN)
    assert 0.78 < met < 0.9


# -- every ruleset -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("paddle", PADDLES)
def test_people_play_every_ruleset_to_its_end(paddle, pace):
    rules = ruleset(3, paddle, pace)
    tallies = [contest(rules, (HUMAN, HUMAN), seed) for seed in range(1, 9)]
    rallies = [hits for tally in tallies for hits in tally.rallies]
    assert 4 < sum(rallies) / len(rallies) < 27
    assert max(rallies) <= rules.shrink_to
    assert all(over(rules, tally.end) for tally in tallies)
    assert max(tally.end.ball.t0 for tally in tallies) < 300_000


@given(
    st.sampled_from(tuple(PADDLES)), st.sampled_from(tuple(PACES)), st.sampled_from(tuple(STRENGTHS.values())), seeds
)
@settings(max_examples=25)
def test_a_point_is_played_to_its_end_by_whomever_under_every_ruleset(paddle, pace, strength, seed):
    rules = ruleset(1, paddle, pace)
    tally = contest(rules, (strength, HARD), seed)
    assert over(rules, tally.end)
    assert tally.rallies[0] <= rules.shrink_to
