import json
import re
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.pong.court import (
    CLASSIC,
    LONGEST_MPX,
    LONGEST_MS,
    PACES,
    PADDLES,
    Choice,
    flight_ms,
    from_dict,
    paddle_height,
    reach,
    ruleset,
    speed_up,
    to_dict,
)

from .matches import ODD


def test_the_classic_game_goes_to_11():
    assert ruleset() == CLASSIC
    assert (CLASSIC.id, CLASSIC.points) == ("classic-11", 11)


@pytest.mark.parametrize("points", [1, 3, 5, 21])
def test_a_shorter_game_is_the_same_game(points):
    assert ruleset(points) == replace(CLASSIC, id=f"classic-{points}", points=points)


choices = st.builds(Choice, st.integers(1, 21), st.sampled_from(tuple(PADDLES)), st.sampled_from(tuple(PACES)))


def test_every_choice_has_a_name_and_numbers_of_its_own():
    every = [Choice(points, paddle, pace) for points in range(1, 22) for paddle in PADDLES for pace in PACES]
    rules = [choice.rules() for choice in every]
    assert [r.id for r in rules] == [choice.id for choice in every]
    assert len({r.id for r in rules}) == len({replace(r, id="any") for r in rules}) == len(every)
    assert Choice(5, "small", "fast").id == "classic-5-small-fast"


def test_the_plain_choice_is_the_classic_game():
    assert Choice().rules() == CLASSIC
    plain = [Choice(points=3, paddle=paddle, pace=pace).plain for paddle in PADDLES for pace in PACES]
    assert plain.count(True) == 1
    assert Choice(3).plain


@given(choices)
def test_a_choice_changes_what_it_says_and_nothing_else(choice):
    rules = choice.rules()
    same = {"id", "points", "paddle", "flights_ms", "shrink_from", "shrink_to"}
    assert {k: v for k, v in to_dict(rules).items() if k not in same} == {
        k: v for k, v in to_dict(CLASSIC).items() if k not in same
    }
    assert rules.points == choice.points
    assert from_dict(json.loads(json.dumps(to_dict(rules)))) == rules


def test_paddles_and_paces_are_in_order():
    assert [ruleset(paddle=paddle).paddle for paddle in ("small", "normal", "large")] == [60_000, 90_000, 130_000]
    assert len(ruleset(pace="steady").flights_ms) == 1
    for rally in range(1, 75):
        assert flight_ms(ruleset(pace="fast"), rally) < flight_ms(CLASSIC, rally)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"points": 0}, "points: expected a whole number in 1..21, came 0"),
        ({"paddle": "huge"}, "paddle: expected one of small, normal, large, came 'huge'"),
        ({"pace": 1}, "pace: expected one of steady, classic, fast, came 1"),
        ({"pace": ["fast"]}, "pace: expected one of steady, classic, fast, came ['fast']"),
    ],
)
def test_it_refuses_what_cannot_be_chosen(wrong, text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Choice(**wrong)


def test_a_ruleset_never_changes():
    with pytest.raises(FrozenInstanceError):
        CLASSIC.points = 1


def test_flights_shorten_by_a_25th_until_the_floor():
    assert speed_up(1_400, 600)[:4] == (1_400, 1_344, 1_290, 1_238)
    assert CLASSIC.flights_ms == speed_up(1_400, 600)
    assert len(CLASSIC.flights_ms) == 22
    assert speed_up(600, 600) == (600,)


def test_the_last_flight_of_the_table_stays():
    assert [flight_ms(CLASSIC, rally) for rally in (1, 2, 22, 23, 74)] == [1_400, 1_344, 600, 600, 600]


def test_paddles_shrink_from_the_40th_hit_and_are_gone_with_the_74th():
    assert [paddle_height(CLASSIC, rally) for rally in (0, 40, 57, 74, 75)] == [90_000, 90_000, 45_000, 0, 0]
    assert [reach(CLASSIC, rally) for rally in (0, 40, 57, 74, 75)] == [50_000, 50_000, 25_000, 0, 0]
    heights = [paddle_height(CLASSIC, rally) for rally in range(40, 75)]
    assert heights == sorted(set(heights), reverse=True)


def test_every_product_is_exact_in_javascript():
    longest_ms = 2**31 - 1
    assert CLASSIC.paddle_speed * longest_ms < 2**53
    assert LONGEST_MPX * LONGEST_MPX < 2**53  # off * deflection
    assert LONGEST_MPX * LONGEST_MS < 2**53  # the way along the court times the time flown


@pytest.mark.parametrize("rules", [CLASSIC, ruleset(3), ODD], ids=lambda rules: rules.id)
def test_a_ruleset_survives_being_stored(rules):
    assert from_dict(json.loads(json.dumps(to_dict(rules)))) == rules


WRONG = [
    ({"id": ""}, "id: expected 1..40 characters, came ''"),
    ({"id": 7}, "id: expected 1..40 characters, came 7"),
    ({"points": 0}, "points: expected a whole number in 1..21, came 0"),
    ({"points": 22}, "points: expected a whole number in 1..21, came 22"),
    ({"width": 800_000.0}, "width: expected a whole number in 100000..10000000, came 800000.0"),
    ({"height": 99_999}, "height: expected a whole number in 100000..10000000, came 99999"),
    ({"plane": 200_001}, "plane: expected a whole number in 0..200000, came 200001"),
    ({"paddle": 3_999}, "paddle: expected a whole number in 4000..250000, came 3999"),
    ({"ball": 1}, "ball: expected a whole number in 2..125000, came 1"),
    ({"paddle_speed": 0}, "paddle_speed: expected a whole number in 1..10000, came 0"),
    ({"deflection": -1}, "deflection: expected a whole number in 0..10000000, came -1"),
    ({"serve_deflection": True}, "serve_deflection: expected a whole number in 0..10000000, came True"),
    ({"serve_pause_ms": -1}, "serve_pause_ms: expected a whole number in 0..60000, came -1"),
    ({"serve_flight_ms": 0}, "serve_flight_ms: expected a whole number in 1..60000, came 0"),
    ({"serve_flight_ms": 600}, "serve_flight_ms: expected none of flights_ms, came 600"),
    ({"flights_ms": []}, "flights_ms: expected a tuple of 1..1000 durations, came ()"),
    ({"flights_ms": 600}, "flights_ms: expected a tuple of 1..1000 durations, came 600"),
    ({"flights_ms": [600, 0]}, "flights_ms: expected a whole number in 1..60000, came 0"),
    ({"shrink_from": 1_000}, "shrink_from: expected a whole number in 0..999, came 1000"),
    ({"shrink_to": 40}, "shrink_to: expected a whole number in 41..1000, came 40"),
]


@pytest.mark.parametrize(("wrong", "text"), WRONG)
def test_it_refuses_numbers_that_make_no_game(wrong, text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        from_dict(to_dict(CLASSIC) | wrong)


def test_it_refuses_a_record_with_other_keys():
    record = to_dict(CLASSIC)
    del record["ball"]
    for wrong in (record, to_dict(CLASSIC) | {"gravity": 1}, [], None):
        with pytest.raises(ValueError, match=r"ruleset: expected the keys \['ball', 'deflection', .*\], came "):
            from_dict(wrong)


@given(st.integers(0, 1_000))
def test_reach_is_what_the_paddle_and_the_ball_cover_together(rally):
    assert 0 <= reach(ODD, rally) <= (ODD.paddle + ODD.ball) // 2
    assert reach(ODD, rally + 1) <= reach(ODD, rally)
