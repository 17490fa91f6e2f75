from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tournaments.formats.arena_pairing import Waiting, pair


def ids(*lasts: int | None) -> list[Waiting]:
    return [Waiting(id, 1500, last) for id, last in enumerate(lasts, start=1)]


def test_neighbours_in_the_standing_meet():
    assert pair(ids(None, None, None, None), active=4) == ((1, 2), (3, 4))
    assert pair(ids(2, 1, None, None), active=4) == ((1, 3), (2, 4))


def test_a_rating_can_outweigh_places_at_the_bottom_but_not_at_the_top():
    field = [Waiting(id, 1500) for id in range(1, 11)]
    strong = [*field[:1], Waiting(2, 2500), *field[2:]]
    assert pair(strong, active=10)[0] == (1, 2)  # 1,000 points of rating are less than a place at the top
    low = [*field[:7], Waiting(8, 2500), *field[8:]]
    assert (7, 9) in pair(low, active=10)


def test_two_may_meet_again_if_they_are_all_there_is():
    assert pair(ids(2, 1), active=2) == ((1, 2),)
    assert pair(ids(2, 1), active=3) == ()
    assert pair(ids(2), active=2) == ()
    assert pair([], active=0) == ()


def test_who_is_stranded_by_the_first_attempt_is_paired_by_the_second():
    """The first attempt has 1 with 2, and 3 and 4 have just met; but 1 with 3 and 2 with 4 would do."""
    assert pair(ids(None, None, 4, 3), active=4) == ((1, 3), (2, 4))


def test_one_of_an_odd_number_waits():
    assert len(pair(ids(None, None, 2, None, None), active=7)) == 2


def test_what_is_no_hall_is_refused():
    with pytest.raises(ValueError, match="expected everybody once"):
        pair([Waiting(1, 1500), Waiting(1, 1500)], active=2)
    with pytest.raises(ValueError, match="expected as many active as wait or more, 2, came 1"):
        pair(ids(None, None), active=1)


@st.composite
def halls(draw, most=9):
    size = draw(st.integers(0, most))
    lasts = st.none() | st.integers(1, size + 2)
    return [
        Waiting(id, draw(st.integers(1000, 2000)), draw(lasts.filter(lambda last, id=id: last != id)))
        for id in range(1, size + 1)
    ]


def most_pairs(waiting: list[Waiting]) -> int:
    """By trying everything."""
    if len(waiting) < 2:
        return 0
    first, *rest = waiting
    found = most_pairs(rest)
    for other in rest:
        if first.last != other.id and other.last != first.id:
            found = max(found, 1 + most_pairs([one for one in rest if one is not other]))
    return found


@settings(max_examples=150)
@given(halls(), st.integers(0, 3))
def test_as_many_as_can_be_and_nobody_meets_the_last_opponent(waiting, playing):
    active = max(3, len(waiting)) + playing
    pairs = pair(waiting, active)
    last = {player.id: player.last for player in waiting}
    there = [id for both in pairs for id in both]
    assert len(there) == len(set(there))
    assert all(last[one] != other and last[other] != one for one, other in pairs)
    assert len(pairs) == most_pairs(waiting)
    assert pairs == pair(waiting, active)


@settings(max_examples=30)
@given(halls(most=70))
def test_in_a_large_hall_nobody_is_left_over_who_could_be_paired(waiting):
    pairs = pair(waiting, len(waiting) + 3)
    paired = {id for both in pairs for id in both}
    left = [player for player in waiting if player.id not in paired]
    assert all(one.last == other.id or other.last == one.id for one, other in combinations(left, 2))
