"""The token bucket: what it lets through, whatever the rhythm."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from realtime.bucket import Bucket

steps_ms = st.lists(st.integers(0, 3_000), max_size=80)


def test_it_starts_full_and_refuses_one_more() -> None:
    bucket = Bucket(burst=3, rate=1)
    assert [bucket.take(5) for _ in range(5)] == [True, True, True, False, False]


def test_a_token_is_back_after_its_time_and_not_a_millisecond_before() -> None:
    bucket = Bucket(burst=1, rate=4)
    assert bucket.take(0)
    assert [bucket.take(now_ms) for now_ms in (249, 250, 499, 500)] == [False, True, False, True]


def test_refused_attempts_do_not_cost_what_was_regained() -> None:
    bucket = Bucket(burst=1, rate=1)
    assert bucket.take(0)
    assert not any(bucket.take(now_ms) for now_ms in range(1, 1_000))
    assert bucket.take(1_000)


@given(st.integers(1, 50), st.integers(1, 100), steps_ms)
def test_it_is_the_model_in_exact_fractions(burst: int, rate: int, steps: list[int]) -> None:
    bucket, level, now_ms = Bucket(burst, rate), Fraction(burst), 0
    for step in steps:
        now_ms += step
        level = min(Fraction(burst), level + Fraction(step * rate, 1000))
        expected = level >= 1
        level -= expected
        assert bucket.take(now_ms) is expected


@given(st.integers(1, 20), st.integers(1, 50), steps_ms)
def test_no_span_of_time_lets_more_through_than_burst_and_rate(burst: int, rate: int, steps: list[int]) -> None:
    bucket, now_ms, taken = Bucket(burst, rate), 0, []
    for step in steps:
        now_ms += step
        if bucket.take(now_ms):
            taken.append(now_ms)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert (last - first + 1 - burst) * 1000 <= (taken[last] - taken[first]) * rate
