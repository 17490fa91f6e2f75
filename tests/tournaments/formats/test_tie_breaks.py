"""Tie-breaks against examples worked by hand from the articles of FIDE's C.07, and against their plain definitions."""

from fractions import Fraction
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tournaments.formats.tie_breaks import NAMES, Round, UnknownTieBreak, standings

OUTCOMES = {"W": ("game", 2), "D": ("game", 1), "L": ("game", 0), "+": ("forfeit_win", 2), "-": ("forfeit_loss", 0)}
BYES = {"U": ("pairing_bye", 2), "F": ("full_bye", 2), "H": ("half_bye", 1), "Z": ("zero_bye", 0)}


def card(text: str) -> tuple[Round, ...]:
    """ "W2 -3 H": won against 2, did not appear against 3, half a point for a round missed."""
    return tuple(
        Round(*BYES[word]) if word in BYES else Round(*OUTCOMES[word[0]], opponent=int(word[1:]))
        for word in text.split()
    )


def results(*cards: str) -> dict[int, tuple[Round, ...]]:
    return {number: card(text) for number, text in enumerate(cards, start=1)}


def column(table, name: str) -> list[float]:
    return [float(standing.values[name]) for standing in sorted(table, key=lambda standing: standing.entrant)]


def ranks(table) -> dict[int, int]:
    return {standing.entrant: standing.rank for standing in table}


# Six players, four rounds, every kind of round. Points: 2½, 2½, 2½, 0, 2, 2.
#
# For its opponents (16.3) player 4, who lost a game, did not appear in round 2 and then withdrew, counts
# 0 + 0 + ½ + ½ = 1; player 6's absence in round 3 counts 0, because round 4 was not missed by choice; the others
# count what they have.
EVERY_KIND = results(
    "W4 W3 D2 L5",
    "D5 +4 D1 D3",
    "W6 L1 W5 D2",
    "L1 -2 Z  Z",
    "D2 H  L3 W1",
    "L3 F  Z  U",
)


def test_points_and_wins_and_progressive_scores():
    table = standings(EVERY_KIND, ["PTS", "WIN", "WON", "PS", "PS/C1"])
    assert column(table, "PTS") == [2.5, 2.5, 2.5, 0, 2, 2]
    assert column(table, "WIN") == [2, 1, 2, 0, 1, 2]  # 7.1: with or without playing
    assert column(table, "WON") == [2, 0, 2, 0, 1, 0]  # 7.2: games only
    # 7.5: 1 + 2 + 2½ + 2½, ½ + 1½ + 2 + 2½, 1 + 1 + 2 + 2½, 0, ½ + 1 + 1 + 2, 0 + 1 + 1 + 2
    assert column(table, "PS") == [8, 6.5, 6.5, 0, 4.5, 4]
    assert column(table, "PS/C1") == [7, 6, 5.5, 0, 4, 4]


def test_buchholz_with_unplayed_rounds():
    table = standings(EVERY_KIND, ["BH"])
    assert column(table, "BH") == [
        1 + 2.5 + 2.5 + 2,
        2 + 1 + 2.5 + 2.5,  # the forfeit: own 2½, but no more than the 1 of player 4 (16.4.1)
        2 + 2.5 + 2 + 2.5,
        2.5 + 0 + 0 + 0,  # three dummies with the own score, 0 (16.4)
        2.5 + 2 + 2.5 + 2.5,  # the bye: own 2, which is half of 4 rounds (16.4.2)
        2.5 + 2 + 2 + 2,
    ]


def test_the_edition_of_2024_sets_no_bound_to_the_dummy():
    table = standings(EVERY_KIND, ["BH", "SB"], edition="2024-08")
    assert column(table, "BH") == [8, 2 + 2.5 + 2.5 + 2.5, 9, 2.5, 9.5, 8.5]
    assert column(table, "SB") == [4.75, 1 + 2.5 + 1.25 + 1.25, 5.25, 0, 4.75, 4]


def test_cut_and_median_buchholz():
    table = standings(EVERY_KIND, ["BH/C1", "BH/C2", "BH/M1", "BH/M2"])
    # Out goes the lowest; of player 5 the half-point bye (2), of player 6 the zero-point bye (2), as missed by choice.
    assert column(table, "BH/C1") == [7, 7, 7, 2.5, 7.5, 6.5]
    assert column(table, "BH/C2") == [5, 5, 5, 2.5, 5, 4.5]
    assert column(table, "BH/M1") == [4.5, 4.5, 4.5, 0, 5, 4]
    assert column(table, "BH/M2") == [0, 0, 0, 0, 0, 0]


def test_sonneborn_berger_with_unplayed_rounds():
    table = standings(EVERY_KIND, ["SB"])
    assert column(table, "SB") == [
        1 * 1 + 1 * 2.5 + 0.5 * 2.5 + 0 * 2,
        0.5 * 2 + 1 * 1 + 0.5 * 2.5 + 0.5 * 2.5,
        1 * 2 + 0 * 2.5 + 1 * 2 + 0.5 * 2.5,
        0,
        0.5 * 2.5 + 0.5 * 2 + 0 * 2.5 + 1 * 2.5,
        0 * 2.5 + 1 * 2 + 0 * 2 + 1 * 2,
    ]


def test_direct_encounter_and_the_ranks_it_makes():
    table = standings(EVERY_KIND, ["DE"])
    # 1, 2 and 3 have all met: 1½, 1, ½. 5 and 6 have not: either could still be first, so they stay level (6.2).
    assert column(table, "DE") == [1.5, 1, 0.5, 0, 0, 0]
    assert ranks(table) == {1: 1, 2: 2, 3: 3, 5: 4, 6: 4, 4: 6}
    assert [standing.entrant for standing in table] == [1, 2, 3, 5, 6, 4]


def test_nobody_gains_by_staying_away():
    """16.5: player 1 was away in round 2 and has 3 points: the dummy has 3, bounded to half of 4 rounds, 2.

    The lowest opponent (4, with 1 point) is worth less, but the cut takes the round that was missed by choice.
    """
    table = standings(
        results("W2 Z W3 W4", "L1 W3 W4 W5", "W5 L2 L1 Z", "W6 D5 L2 L1", "L3 D4 W6 L2", "L4 U L5 +7", "Z Z Z -6"),
        ["BH", "BH/C1", "SB", "SB/C1"],
    )
    # For their opponents: 2 has 3, 3 has 1 and ½ for the last round (16.3.2), 4 has 1½, 5 has 1½, 6 has 2.
    assert column(table, "BH")[0] == 3 + 2 + 1.5 + 1.5
    assert column(table, "BH/C1")[0] == 3 + 1.5 + 1.5
    # In Sonneborn-Berger the missed round is worth nothing; 3 and 4, the lowest opponents, were worth 1½ each. So the
    # cut takes an opponent: cutting nothing would be a gain.
    assert column(table, "SB")[0] == 3 + 0 + 1.5 + 1.5
    assert column(table, "SB/C1")[0] == 3 + 0 + 1.5


@pytest.mark.parametrize(
    ("absent", "counts"),
    [
        ("W2 Z Z", 2),  # withdrawn after round 1: drawn ever after
        ("W2 H Z", 2),  # the half-point bye is followed by rounds missed by choice only
        ("W2 Z -3", 1.5),  # the forfeit loss stays a loss, the bye before it is a draw
        ("W2 -3 Z", 1.5),
        ("W2 -3 H", 1.5),
        ("W2 Z W3", 2),  # was there again: the absence counts nothing
        ("W2 H U", 2.5),
        ("W2 Z F", 2),
        ("W2 Z +3", 2),
        ("W2 U U", 3),
    ],
)
def test_what_an_absent_player_counts_for_the_opponents(absent, counts):
    answer = {"W3": "L1", "+3": "-1", "-3": "+1"}
    third = " ".join(answer.get(word, "U") for word in absent.split())
    table = standings(results(absent, "L1 U U", third), ["BH"])
    own = 2  # of player 2, whose two byes are worth the own score, bounded to half of three rounds
    assert column(table, "BH")[1] == counts + 2 * min(own, 1.5)


@pytest.mark.parametrize(
    ("cards", "order"),
    [
        # Four with 2 points each of their games among themselves and byes to make them level.
        (["W2 W3 W4 Z Z", "L1 W4 W3 U Z", "U U L2 U L1", "U L2 L1 U U"], [[1], [2], [3, 4]]),
        # 1 beat 2; 3 has met neither and could still be first: nothing is decided.
        (["W2 Z", "L1 U", "Z U"], [[1, 2, 3]]),
        # 1 beat 2 and 2 beat 3, 1 and 3 have not met: 3 could not be first, but 2 could not be alone either.
        (["W2 U Z", "L1 W3 U", "U L2 U"], [[1, 2, 3]]),
        # A forfeit is no encounter in a Swiss.
        (["+2 Z", "-1 U"], [[1, 2]]),
    ],
)
def test_direct_encounters_that_are_missing(cards, order):
    level = results(*cards)
    most = max(sum(round.halves for round in rounds) for rounds in level.values())
    for number, rounds in level.items():  # further byes make all of them level on points
        missing = most - sum(round.halves for round in rounds)
        level[number] = rounds + card(" ".join(["U"] * (missing // 2) + ["H"] * (missing % 2)))
    longest = max(map(len, level.values()))
    level = {number: rounds + card("Z " * (longest - len(rounds))) for number, rounds in level.items()}
    table = standings(level, ["DE"])
    assert [[line.entrant for line in lines] for _, lines in groupby(table, key=lambda line: line.rank)] == order


def test_who_is_still_tied_is_compared_anew():
    """1, 2, 3 and 4 have 2 points each, all have met and scored 2, 2, 1, 1; then 2 beat 1, and 4 beat 3."""
    table = standings(results("L2 W3 W4 Z", "W1 L3 W4 Z", "L1 W2 L4 U", "L1 L2 W3 U"), ["DE"])
    assert column(table, "DE") == [2, 2, 1, 1]
    assert ranks(table) == {2: 1, 1: 2, 4: 3, 3: 4}


def test_in_a_round_robin_forfeits_are_games_and_byes_are_nothing():
    """Article 15: three players, everybody's bye counts for nothing, and 3, who left after round 1, lost to 2."""
    table = standings(results("W2 Z W3", "L1 +3 Z", "Z -2 L1"), ["SB", "BH", "DE"], predetermined=True)
    assert column(table, "SB") == [1 * 1 + 1 * 0, 0 * 2 + 1 * 0, 0]
    assert column(table, "BH") == [1, 2, 3]
    assert ranks(table) == {1: 1, 2: 2, 3: 3}


def test_two_encounters_count_their_average():
    table = standings(results("W2 D2 D3 L3", "L1 D1 W3 D3", "D1 W1 L2 D2"), ["DE"], predetermined=True)
    assert [line.points for line in table] == [2, 2, 2]
    assert column(table, "DE") == [0.75 + 0.25, 0.25 + 0.75, 0.75 + 0.25]
    assert ranks(table) == {1: 1, 2: 1, 3: 1}


def test_point_difference_is_of_games_only():
    won = Round("game", 2, opponent=2, margin=7)
    lost = Round("game", 0, opponent=1, margin=-7)
    table = standings({1: (won, Round("pairing_bye", 2)), 2: (lost, Round("pairing_bye", 2))}, ["PD"])
    assert column(table, "PD") == [7, -7]


def test_no_entrant_and_no_round():
    assert standings({}, list(NAMES)) == ()
    table = standings({2: (), 1: ()}, list(NAMES))
    assert ranks(table) == {1: 1, 2: 1}
    assert all(value == 0 for line in table for value in line.values.values())


@pytest.mark.parametrize("names", [["BH", "XX"], ["bh"], ["BH", "BH"]])
def test_an_unknown_tie_break_is_refused(names):
    with pytest.raises(UnknownTieBreak, match=f"expected tie-breaks of PTS, BH, .*, DE, each once, came '{names[-1]}'"):
        standings(EVERY_KIND, names)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({1: card("U"), 2: ()}, r"equally many rounds of every entrant, came \[0, 1\]"),
        ({1: card("W2")}, r"opponents who are entrants, came \[2\]"),
    ],
)
def test_results_that_do_not_hang_together_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        standings(wrong, [])


@pytest.mark.parametrize("wrong", [("game", 3, 2), ("game", 1, None), ("half_bye", 1, 2)])
def test_an_impossible_round_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Round(*wrong)


@st.composite
def played(draw):
    """Rounds of games between everybody: nothing unplayed."""
    numbers = list(range(1, draw(st.integers(1, 6)) * 2 + 1))
    cards: dict[int, list[Round]] = {number: [] for number in numbers}
    for _ in range(draw(st.integers(0, 6))):
        order = draw(st.permutations(numbers))
        for first, second in zip(order[::2], order[1::2], strict=True):
            halves = draw(st.integers(0, 2))
            cards[first].append(Round("game", halves, second))
            cards[second].append(Round("game", 2 - halves, first))
    return cards


@settings(max_examples=60)
@given(played(), st.permutations(NAMES))
def test_where_everything_was_played_the_plain_definitions_hold(cards, order):
    table = standings(cards, order)
    assert table == standings(cards, order, edition="2024-08")
    points = {line.entrant: line.points for line in table}
    for line in table:
        rounds = cards[line.entrant]
        opponents = [points[round.opponent] for round in rounds]
        assert line.points == Fraction(sum(round.halves for round in rounds), 2)
        assert line.values["BH"] == sum(opponents)
        assert line.values["BH/C1"] == sum(sorted(opponents)[1:])
        assert line.values["BH/M1"] == sum(sorted(opponents)[1:-1])
        assert line.values["SB"] == sum(points[round.opponent] * round.halves for round in rounds) / 2


@settings(max_examples=60)
@given(played(), st.permutations(NAMES), st.data())
def test_equals_share_a_rank_and_numbers_do_not_matter(cards, order, data):
    table = standings(cards, order)
    assert [line.rank for line in table] == [
        1 + sum(other.rank < line.rank for other in table) for line in table
    ]  # competition ranking
    names = dict(zip(cards, data.draw(st.permutations(sorted(cards))), strict=True))
    renamed = {
        names[number]: [Round(round.kind, round.halves, names[round.opponent]) for round in rounds]
        for number, rounds in cards.items()
    }
    assert {line.entrant: (line.rank, line.values) for line in standings(renamed, order)} == {
        names[line.entrant]: (line.rank, line.values) for line in table
    }
