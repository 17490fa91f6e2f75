import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.pong.whole import LATEST_MS, instant, side, whole


@given(st.integers(-5, 5))
def test_it_gives_back_a_whole_number_within_its_bounds(value):
    assert whole("n", value, -5, 5) == value


@pytest.mark.parametrize("value", [6, -6, 1.0, True, None, "1", float("nan"), [1]])
def test_it_refuses_everything_else_and_says_what_it_expected(value):
    with pytest.raises(ValueError, match=re.escape(f"n: expected a whole number in -5..5, came {value!r}")):
        whole("n", value, -5, 5)


def test_a_side_is_0_or_1():
    assert [side(0), side(1)] == [0, 1]
    for value in (-1, 2, False, "0"):
        with pytest.raises(ValueError, match=r"side: expected a whole number in 0\.\.1"):
            side(value)


def test_an_instant_is_within_24_days_of_the_start():
    assert [instant("t", 0), instant("t", LATEST_MS)] == [0, LATEST_MS]
    for value in (-1, LATEST_MS + 1, 0.5):
        with pytest.raises(ValueError, match="t: expected a whole number"):
            instant("t", value)
