from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tournaments.formats.spotlight import DWELL_MS, Live, choose

PLAIN = Live(match=5, stage=1, score=(3, 2), points=11, seeds=(3, 6))


@pytest.mark.parametrize(
    "better",
    [
        {"stage": 2, "score": (0, 0), "seeds": (30, 40)},  # a later round, whatever is played there
        {"score": (3, 3)},  # nearer
        {"score": (9, 8)},  # as near, and later
        {"score": (10, 2)},  # match point
        {"seeds": (1, 6)},  # the better seeds
        {"match": 4},  # began first
    ],
)
def test_the_more_interesting_match_is_shown(better):
    other = replace(PLAIN, **{"match": 9, **better})
    assert choose([PLAIN, other]) == choose([other, PLAIN]) == other.match


@pytest.mark.parametrize(
    ("score", "is_match_point"), [((9, 9), False), ((10, 0), True), ((9, 10), True), ((10, 10), True)]
)
def test_match_point_is_one_point_from_the_end(score, is_match_point):
    assert replace(PLAIN, score=score).is_match_point == is_match_point


lives = st.builds(
    Live,
    match=st.integers(1, 9),
    stage=st.integers(0, 3),
    score=st.tuples(st.integers(0, 10), st.integers(0, 10)),
    points=st.just(11),
    seeds=st.tuples(st.integers(1, 16), st.integers(1, 16)),
)
crowds = st.lists(lives, max_size=6, unique_by=lambda live: live.match)


@given(crowds, st.none() | st.integers(1, 9), st.integers(0, 2 * DWELL_MS))
def test_only_what_is_live_is_shown_and_nothing_is_left_too_soon(live, shown, shown_ms):
    chosen = choose(live, shown, shown_ms)
    matches = {match.match for match in live}
    assert chosen in matches if live else chosen is None
    if shown in matches and shown_ms < DWELL_MS:
        assert chosen == shown
    elif live:
        assert chosen == max(live, key=lambda match: match.interest).match


@given(crowds, st.integers(DWELL_MS, 2 * DWELL_MS))
def test_who_looks_again_sees_the_same(live, shown_ms):
    chosen = choose(live)
    assert choose(live, chosen, shown_ms) == chosen
