import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from game import totals
from game.models import Match, Rally
from game.pong import court
from game.pong.stats import stats
from tests.game.stored import classic


def test_the_database_counts_what_a_replay_does(db: None) -> None:
    played = [classic(seed=seed) for seed in (7, 8)]
    classic(seed=9)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = totals.of(Match.objects.filter(pk__in=[match.pk for match in played]))
    assert len(asked) == 1
    assert found.keys() == {match.pk for match in played}
    for match in played:
        rules = court.from_dict(match.ruleset)
        told = stats(rules, list(match.rallies.values_list("record", flat=True)))
        assert told.longest is not None
        assert told.fastest is not None
        assert found[match.pk] == totals.Totals(len(told.rallies), told.hits, told.longest.hits)
        assert totals.fastest_px_s(rules, found[match.pk].longest) == told.fastest.along_px_s


def test_a_match_without_a_point_has_no_totals(db: None) -> None:
    match = classic()
    match.rallies.all().delete()
    assert totals.of(Match.objects.all()) == {}


def test_a_damaged_record_counts_as_a_point_only(db: None) -> None:
    match = classic()
    Rally.objects.update(record={})
    assert totals.of(Match.objects.all()) == {match.pk: totals.Totals(match.a + match.b, 0, 0)}


@pytest.mark.parametrize(("hits", "px_s"), [(0, None), (1, 528), (22, 1233), (60, 1233)])
def test_the_ball_becomes_faster_until_it_does_not(hits: int, px_s: int | None) -> None:
    assert totals.fastest_px_s(court.ruleset(), hits) == px_s
