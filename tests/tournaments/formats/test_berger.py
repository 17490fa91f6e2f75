"""The tables as the FIDE Handbook prints them (C.05, annex 1), copied by hand for the fields of 4 to 14."""

from collections import Counter
from itertools import combinations, cycle

import pytest

from tournaments.formats.berger import Round, table

PUBLISHED = {
    4: """
        1-4 2-3
        4-3 1-2
        2-4 3-1""",
    6: """
        1-6 2-5 3-4
        6-4 5-3 1-2
        2-6 3-1 4-5
        6-5 1-4 2-3
        3-6 4-2 5-1""",
    8: """
        1-8 2-7 3-6 4-5
        8-5 6-4 7-3 1-2
        2-8 3-1 4-7 5-6
        8-6 7-5 1-4 2-3
        3-8 4-2 5-1 6-7
        8-7 1-6 2-5 3-4
        4-8 5-3 6-2 7-1""",
    10: """
        1-10 2-9 3-8 4-7 5-6
        10-6 7-5 8-4 9-3 1-2
        2-10 3-1 4-9 5-8 6-7
        10-7 8-6 9-5 1-4 2-3
        3-10 4-2 5-1 6-9 7-8
        10-8 9-7 1-6 2-5 3-4
        4-10 5-3 6-2 7-1 8-9
        10-9 1-8 2-7 3-6 4-5
        5-10 6-4 7-3 8-2 9-1""",
    12: """
        1-12 2-11 3-10 4-9 5-8 6-7
        12-7 8-6 9-5 10-4 11-3 1-2
        2-12 3-1 4-11 5-10 6-9 7-8
        12-8 9-7 10-6 11-5 1-4 2-3
        3-12 4-2 5-1 6-11 7-10 8-9
        12-9 10-8 11-7 1-6 2-5 3-4
        4-12 5-3 6-2 7-1 8-11 9-10
        12-10 11-9 1-8 2-7 3-6 4-5
        5-12 6-4 7-3 8-2 9-1 10-11
        12-11 1-10 2-9 3-8 4-7 5-6
        6-12 7-5 8-4 9-3 10-2 11-1""",
    14: """
        1-14 2-13 3-12 4-11 5-10 6-9 7-8
        14-8 9-7 10-6 11-5 12-4 13-3 1-2
        2-14 3-1 4-13 5-12 6-11 7-10 8-9
        14-9 10-8 11-7 12-6 13-5 1-4 2-3
        3-14 4-2 5-1 6-13 7-12 8-11 9-10
        14-10 11-9 12-8 13-7 1-6 2-5 3-4
        4-14 5-3 6-2 7-1 8-13 9-12 10-11""",  # its first seven rounds
}


def printed(text: str) -> list[tuple[tuple[int, int], ...]]:
    rows = [line.split() for line in text.strip().splitlines()]
    return [tuple((int(home), int(away)) for home, away in (pair.split("-") for pair in row)) for row in rows]


def by_the_handbook(size: int) -> list[tuple[tuple[int, int], ...]]:
    """The table as one writes it by hand.

    The greatest number goes on the first board, away and at home in turn. The others are written from 1 upwards,
    again and again, one on each board of each round, in the home column, except opposite the greatest number when
    that is at home. The free seats of the away column are filled in the same way, but downwards from size-1.
    """
    upwards, downwards = cycle(range(1, size)), cycle(range(size - 1, 0, -1))
    rounds = []
    for number in range(1, size):
        first = next(upwards)
        pairs = [(first, size) if number % 2 else (size, first)]
        for _ in range(size // 2 - 1):
            pairs.append((next(upwards), next(downwards)))
        rounds.append(tuple(pairs))
    return rounds


@pytest.mark.parametrize("size", PUBLISHED)
def test_the_tables_are_those_of_the_handbook(size):
    rows = printed(PUBLISHED[size])
    assert [round.pairs for round in table(size)][: len(rows)] == rows
    assert [round.bye for round in table(size)] == [None] * (size - 1)


@pytest.mark.parametrize("size", range(2, 65, 2))
def test_every_table_is_what_one_writes_by_hand(size):
    assert [round.pairs for round in table(size)] == by_the_handbook(size)


@pytest.mark.parametrize("entrants", range(3, 64, 2))
def test_in_an_odd_field_who_would_meet_the_number_too_many_has_a_bye(entrants):
    for odd, even in zip(table(entrants), table(entrants + 1), strict=True):
        assert odd.pairs == even.pairs[1:]
        assert {odd.bye, entrants + 1} == set(even.pairs[0])
    assert sorted(round.bye for round in table(entrants)) == list(range(1, entrants + 1))


@pytest.mark.parametrize("entrants", range(2, 65))
def test_everybody_meets_everybody_once_and_plays_once_a_round(entrants):
    met = Counter(frozenset(pair) for round in table(entrants) for pair in round.pairs)
    assert met == Counter(frozenset(pair) for pair in combinations(range(1, entrants + 1), 2))
    for round in table(entrants):
        there = [number for pair in round.pairs for number in pair] + [round.bye] * (round.bye is not None)
        assert sorted(there) == list(range(1, entrants + 1))


@pytest.mark.parametrize("entrants", range(2, 65))
def test_home_and_away_differ_by_one_at_most_and_not_at_all_after_two_cycles(entrants):
    def surplus(cycles: int) -> set[int]:
        balance = Counter(dict.fromkeys(range(1, entrants + 1), 0))
        for round in table(entrants, cycles):
            for home, away in round.pairs:
                balance[home] += 1
                balance[away] -= 1
        return set(balance.values())

    assert surplus(1) == ({0} if entrants % 2 else {-1, 1})
    assert surplus(2) == {0}


def test_the_second_cycle_is_the_first_with_home_and_away_exchanged():
    assert table(3, cycles=2) == (
        Round(((2, 3),), bye=1),
        Round(((1, 2),), bye=3),
        Round(((3, 1),), bye=2),
        Round(((3, 2),), bye=1),
        Round(((2, 1),), bye=3),
        Round(((1, 3),), bye=2),
    )


@pytest.mark.parametrize("entrants", [0, 1, 65])
def test_a_field_of_another_size_is_refused(entrants):
    with pytest.raises(ValueError, match=f"expected 2 to 64 entrants, came {entrants}"):
        table(entrants)


def test_no_cycle_is_refused():
    with pytest.raises(ValueError, match="expected at least 1 cycle, came 0"):
        table(4, cycles=0)
