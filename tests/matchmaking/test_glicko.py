import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.glicko import Rating, after_match, after_time_away, rate

DAY_MS = 86_400_000

ratings = st.builds(
    Rating,
    value=st.floats(100, 4000),
    deviation=st.floats(45, 500),
    volatility=st.floats(0.01, 0.2),
)


def test_glickmans_own_example():
    player = Rating(1500, 200, 0.06)
    matches = [(Rating(1400, 30), 1), (Rating(1550, 100), 0), (Rating(1700, 300), 0)]
    after = rate(player, matches, tau=0.5)
    assert after.value == pytest.approx(1464.06, abs=0.02)  # the paper rounds on its way
    assert after.deviation == pytest.approx(151.52, abs=0.02)
    assert after.volatility == pytest.approx(0.05999, abs=0.00001)


def test_a_newcomer_is_a_provisional_1500():
    assert Rating() == Rating(1500.0, 350.0, 0.09)
    assert Rating().provisional
    assert not Rating().ranked


@pytest.mark.parametrize(
    ("deviation", "provisional", "ranked"),
    [(45, False, True), (75, False, True), (75.1, False, False), (109.9, False, False), (110, True, False)],
)
def test_provisional_is_from_110_and_ranked_up_to_75(deviation, provisional, ranked):
    rating = Rating(deviation=deviation)
    assert (rating.provisional, rating.ranked) == (provisional, ranked)


def test_two_newcomers_move_apart_by_the_same():
    winner, loser = after_match(Rating(), Rating())
    assert winner.value - 1500 == pytest.approx(1500 - loser.value)
    assert winner.value > 1600
    assert winner.deviation == loser.deviation < 350


def test_beating_somebody_uncertain_tells_less():
    against_known, _ = after_match(Rating(), Rating(deviation=45))
    against_unknown, _ = after_match(Rating(), Rating(deviation=350))
    assert against_known.value > against_unknown.value


def test_who_plays_a_lot_stays_within_the_least_deviation():
    ada, bob = Rating(), Rating()
    for number in range(400):
        ada, bob = after_match(ada, bob) if number % 2 else after_match(bob, ada)[::-1]
    assert ada.deviation >= 45
    assert ada.ranked
    assert abs(ada.value - bob.value) < 60


def test_who_is_away_for_a_year_is_provisional_again():
    settled = Rating(1800, 60)
    assert not after_time_away(settled, 340 * DAY_MS).provisional
    assert after_time_away(settled, 350 * DAY_MS).provisional
    assert after_time_away(settled, 350 * DAY_MS).value == 1800
    assert after_time_away(Rating(deviation=45), 146 * DAY_MS).ranked
    assert not after_time_away(Rating(deviation=45), 148 * DAY_MS).ranked


def test_time_away_has_an_end():
    assert after_time_away(Rating(), 10**6 * DAY_MS).deviation == 500


def test_a_clock_that_went_back_is_an_error():
    with pytest.raises(ValueError, match="expected time away from 0 ms, came -1"):
        after_time_away(Rating(), -1)


def test_no_match_is_no_period():
    with pytest.raises(ValueError, match="expected at least one match, came none"):
        rate(Rating(), [])


@given(ratings, ratings)
def test_a_winner_never_falls_and_everything_stays_finite_and_within_bounds(winner, loser):
    after = after_match(winner, loser)
    assert after[0].value >= winner.value
    assert after[1].value <= loser.value
    for rating in after:
        assert math.isfinite(rating.value)
        assert 45 <= rating.deviation <= 500
        assert 0 < rating.volatility < 1


@given(ratings, st.integers(0, 10**12), st.integers(0, 10**12))
def test_time_away_adds_up(rating, first_ms, then_ms):
    at_once = after_time_away(rating, first_ms + then_ms)
    in_two_steps = after_time_away(after_time_away(rating, first_ms), then_ms)
    assert in_two_steps.deviation == pytest.approx(at_once.deviation)
    assert at_once.deviation >= rating.deviation
