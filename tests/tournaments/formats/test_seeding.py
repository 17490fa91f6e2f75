import pytest

from tournaments.formats.seeding import byes, inner_outer, size


def test_eight_places_have_the_order_of_every_printed_draw():
    assert inner_outer(8) == (1, 8, 4, 5, 2, 7, 3, 6)


@pytest.mark.parametrize("places", [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
def test_if_better_seeds_win_the_two_of_a_pairing_add_up_to_one_more_than_are_left(places):
    left = inner_outer(places)
    assert sorted(left) == list(range(1, places + 1))
    while len(left) > 1:
        pairings = list(zip(left[::2], left[1::2], strict=True))
        assert {sum(pairing) for pairing in pairings} == {len(left) + 1}
        left = [min(pairing) for pairing in pairings]


def test_131_entrants_stand_in_256_places_and_byes_fall_to_seeds_1_to_125():
    assert size(131) == 256
    assert list(byes(131)) == list(range(1, 126))
    order = inner_outer(256)
    without_opponent = {min(pairing) for pairing in zip(order[::2], order[1::2], strict=True) if max(pairing) > 131}
    assert without_opponent == set(range(1, 126))


def test_a_full_field_has_no_byes():
    assert [size(n) for n in (1, 2, 3, 4, 5, 8, 9, 256, 257)] == [1, 2, 4, 4, 8, 8, 16, 256, 512]
    assert not byes(64)


@pytest.mark.parametrize("places", [0, -1, 3, 12])
def test_a_size_that_is_no_power_of_two_is_an_error(places):
    with pytest.raises(ValueError, match=f"expected a power of two, came {places}"):
        inner_outer(places)


def test_nobody_is_no_field():
    with pytest.raises(ValueError, match="expected at least 1 entrant, came 0"):
        size(0)
