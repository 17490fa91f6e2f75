import pytest

from game import statistics
from game.models import Match, Rally
from tests.game.stored import classic


@pytest.fixture
def match(db: None) -> Match:
    return classic()


@pytest.mark.parametrize(("ms", "text"), [(0, "0:00"), (999, "0:00"), (61_000, "1:01"), (3_600_000, "60:00")])
def test_a_clock(ms: int, text: str) -> None:
    assert statistics.clock(ms) == text


def test_the_chart_ends_at_the_score(match: Match) -> None:
    shown = statistics.shown(match)
    assert shown is not None
    heights = [100 - 100 * score // 3 for score in (match.a, match.b)]
    for side, height in zip(("left", "right"), heights, strict=True):
        path = shown["chart"][side]
        assert path.startswith("M0 100")
        assert path.endswith("H1000")
        assert path.split("V")[-1].split("H")[0] == str(height) or height == 100
    assert max(match.a, match.b) == shown["chart"]["most"]


def test_each_rally_has_its_moment(match: Match) -> None:
    shown = statistics.shown(match)
    assert shown is not None
    assert [row["number"] for row in shown["rallies"]] == list(range(1, match.a + match.b + 1))
    assert shown["rallies"][0]["url"] == f"/game/{match.pk}/replay/#t=0.0"
    assert shown["rallies"][-1]["a"] == match.a


def test_what_is_damaged_or_was_not_played_has_none(match: Match) -> None:
    Rally.objects.filter(match=match, number=2).update(record={})
    assert statistics.shown(match) is None
    Rally.objects.all().delete()
    assert statistics.shown(match) is None
