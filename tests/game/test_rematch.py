"""The offer of another match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rematch import Rematch
from realtime.wire import Refused

PEOPLE = (False, False)


def test_both_must_want_it() -> None:
    offer = Rematch(PEOPLE)
    assert not offer.answer([0], True)
    assert offer.shown() == {"offered": [True, False], "declined": False, "match": None}
    assert offer.answer([1], True)


def test_a_house_bot_wants_it_at_once() -> None:
    assert Rematch((False, True)).answer([0], True)


def test_at_one_keyboard_one_answer_is_both() -> None:
    assert Rematch(PEOPLE).answer([0, 1], True)


def test_who_declines_closes_it() -> None:
    offer = Rematch(PEOPLE)
    offer.answer([0], True)
    assert not offer.answer([1], False)
    assert offer.shown() == {"offered": [True, False], "declined": True, "match": None}
    with pytest.raises(Refused):
        offer.answer([0], True)


def test_who_offered_may_take_it_back_and_offer_again() -> None:
    offer = Rematch(PEOPLE)
    offer.answer([0], True)
    assert not offer.answer([0], False)
    assert offer.shown() == {"offered": [False, False], "declined": False, "match": None}
    offer.answer([1], True)
    assert offer.answer([0], True)


@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.booleans())))
def test_it_is_agreed_once_and_only_by_both(answers: list[tuple[int, bool]]) -> None:
    offer, wanting, agreed = Rematch(PEOPLE), set[int](), 0
    for side, yes in answers:
        try:
            now = offer.answer([side], yes)
        except Refused:
            assert offer.closed
            continue
        wanting = wanting | {side} if yes else wanting - {side}
        assert now == (wanting == {0, 1})
        agreed += now
    assert agreed <= 1
