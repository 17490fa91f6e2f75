import pytest
from hypothesis import given
from hypothesis import strategies as st

from tournaments.formats.score import Score, score


@pytest.mark.parametrize(
    ("matches", "points", "on_fire"),
    [
        ("", 0, False),
        ("W", 2, False),
        ("WW", 4, True),
        ("WWW", 8, True),
        ("WWWW", 12, True),
        ("WWL", 4, False),
        ("WWWLW", 10, False),
        ("WWLWWW", 12, True),
        ("LLL", 0, False),
    ],
)
def test_after_two_wins_in_a_row_each_further_one_pays_double_until_a_loss(matches, points, on_fire):
    total = score(match == "W" for match in matches)
    assert (total.points, total.on_fire) == (points, on_fire)
    assert (total.played, total.wins) == (len(matches), matches.count("W"))


@given(st.lists(st.booleans()))
def test_a_score_is_the_sum_of_its_streaks(matches):
    streaks = "".join("W" if won else "L" for won in matches).split("L")
    assert score(matches).points == sum(2 * len(wins) + 2 * max(0, len(wins) - 2) for wins in streaks)
    assert score(matches).streak == len(streaks[-1])
    assert Score() == score([])


def test_a_walkover_pays_a_plain_win_and_leaves_the_streak_as_it_was():
    on_fire = score([True, True])
    after = on_fire.after_forfeit(True)
    assert (after.points, after.streak, after.wins, after.played) == (6, 2, 3, 2)
    assert after.after(True).points == 10


def test_who_does_not_come_loses_the_streak_and_has_not_played():
    assert score([True, True]).after_forfeit(False) == Score(points=4, played=2, wins=2, streak=0)
