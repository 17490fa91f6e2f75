import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.pong.court import CLASSIC, ruleset
from game.pong.rally import Hit, Point
from game.pong.stats import Fastest, Stats, stats
from tests.game.stored import records

from .matches import RULES, play


@given(st.integers(0, 2**32), st.sampled_from(RULES), st.floats(0, 1))
@settings(max_examples=60)
def test_the_numbers_are_those_of_the_events(luck, rules, skill):
    match = play(Random(luck), rules, skill)
    found = stats(rules, match.records)
    hits = [event for event in match.events if isinstance(event, Hit)]
    points = [event for event in match.events if isinstance(event, Point)]
    assert found.hits == sum(rally.hits for rally in found.rallies) == len(hits)
    assert [(rally.side, rally.a, rally.b) for rally in found.rallies] == [(p.side, p.a, p.b) for p in points]
    assert [rally.number for rally in found.rallies] == list(range(1, len(points) + 1))
    assert found.longest.hits == max((hit.rally for hit in hits), default=0)
    if hits:
        assert found.fastest.crossing_ms == min(hit.t1 - hit.t0 for hit in hits)
        assert found.fastest.along_px_s <= found.fastest.seen_px_s
    else:
        assert found.fastest is None
    assert found.flown_ms <= found.lasted_ms


@given(st.integers(0, 2**32), st.sampled_from(RULES), st.floats(0, 1))
@settings(max_examples=60)
def test_time_runs_from_the_first_serve_and_never_back(luck, rules, skill):
    found = stats(rules, play(Random(luck), rules, skill).records)
    assert found.rallies[0].serve_ms == 0
    instants = [ms for rally in found.rallies for ms in (rally.serve_ms, rally.point_ms)]
    assert instants == sorted(instants)
    assert found.lasted_ms == instants[-1]
    pauses = [after.serve_ms - before.point_ms for before, after in zip(found.rallies, found.rallies[1:], strict=False)]
    assert all(pause >= rules.serve_pause_ms for pause in pauses)
    assert found.points == ((0, 0, 0), *((rally.point_ms, rally.a, rally.b) for rally in found.rallies))


def test_another_host_counts_from_its_own_start():
    rules = ruleset(3)
    played = records(3, 7, (2,))
    assert played[2]["opening"][6] < played[1]["opening"][6]
    found = stats(rules, played)
    assert found.rallies[2].serve_ms == found.rallies[1].point_ms + rules.serve_pause_ms


def test_the_fastest_ball_of_the_classic_game():
    assert stats(CLASSIC, records(11, 3)).fastest == Fastest(1_233, 1_565, 600)


def test_nothing_played_is_nothing_told():
    assert stats(CLASSIC, []) == Stats((), 0, None, None, 0, 0, ((0, 0, 0),))


def test_a_rally_without_a_point_is_refused():
    played = json.loads(json.dumps(records(3, 7)))
    played[1]["holds"].clear()
    played[1]["log"].clear()
    with pytest.raises(ValueError, match=r"^rally 2: expected a point at its end, came 0 arrivals without one$"):
        stats(ruleset(3), played)
