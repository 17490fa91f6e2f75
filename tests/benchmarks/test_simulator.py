"""Few matches of the simulator, always the same ones: what ``python -m benchmarks lag`` says of many."""

import pytest

from benchmarks.lag import BACK_DATES, WITHHOLDS, duel
from benchmarks.links import MOBILE, PROFILES, WIFI, WIRED
from benchmarks.simulator import HONEST, Figures, Match, play
from game.lag import MOST_MS
from game.pong.court import ruleset


def test_equal_seeds_are_equal_matches() -> None:
    first, again, other = (Match(WIFI, 60, seed, rules=ruleset(3)).play() for seed in (5, 5, 6))
    assert first == again
    assert first != other


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_match_is_played_to_its_end_and_every_arrival_is_decided_in_time(profile) -> None:
    figures = Match(profile, 120, 3, rules=ruleset(3)).play()
    assert max(figures.points) == 3
    assert len(figures.waits_ms) == figures.arrivals == sum(feel.arrivals for feel in figures.feels[0])
    assert all(0 <= wait <= MOST_MS for wait in figures.waits_ms)


@pytest.mark.parametrize("profile", [WIRED, WIFI], ids=lambda profile: profile.name)
def test_what_the_defender_saw_is_what_counts(profile) -> None:
    figures = play(profile, 120, range(1, 3))
    assert figures.arrivals > 300
    assert figures.differed == 0
    assert figures.differed_on_arrival > figures.differed_by_place > 0, "judged on arrival it would not be so"


def test_the_simulation_does_not_see_more_than_a_client_would() -> None:
    """The other's paddle jumps as its commands come in: by what it does on their way, and no less."""
    near, far = (sorted(Match(WIRED, rtt_ms, 3).play().corrections_mpx) for rtt_ms in (20, 120))
    assert near[len(near) // 2] < 20_000 < 50_000 < far[len(far) // 2]


def test_withholding_frontiers_does_not_pay() -> None:
    figures = Figures()
    for seed in range(1, 5):
        figures.add(duel(WIFI, 20, seed, WITHHOLDS))
    assert 35 <= 100 * figures.points[0] / sum(figures.points) <= 65
    assert sum(cheat.wait_ms for cheat, _ in figures.feels) > sum(honest.wait_ms for _, honest in figures.feels)


def test_who_back_dates_is_named_and_nobody_else() -> None:
    for seed in range(1, 3):
        ((cheat, honest),) = duel(WIFI, 20, seed, BACK_DATES).feels
        assert cheat.suspicious
        assert not honest.suspicious


def test_a_bad_link_is_no_cheat() -> None:
    for seed in range(1, 3):
        ((left, right),) = duel(MOBILE, 200, seed, HONEST).feels
        assert left.arrivals > 20
        assert not left.suspicious
        assert not right.suspicious
