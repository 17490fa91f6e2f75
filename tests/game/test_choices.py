"""What people choose of a game: forms, names, words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game import choices
from game.choices import ChoiceForm
from game.pong.court import PACES, PADDLES, Choice

any_choice = st.builds(Choice, st.integers(1, 21), st.sampled_from(tuple(PADDLES)), st.sampled_from(tuple(PACES)))


@given(any_choice)
def test_the_name_of_the_rules_says_what_was_chosen(choice: Choice) -> None:
    assert choices.of(choice.id) == choices.of(choice.rules().id) == choice


OTHERS = ["", "odd", "classic", "classic-", "classic-0", "classic-22", "classic-3-fast-small", "classic-3-normal", "3"]


@pytest.mark.parametrize("name", [*OTHERS, "classic-" + "3" * 5_000, "classic-\u0663"])
def test_other_rules_are_nobodys_choice(name: str) -> None:
    assert choices.of(name) is None
    assert choices.described(None) == ["rules of its own"]


@given(st.text())
def test_whatever_a_name_is_it_is_judged(name: str) -> None:
    found = choices.of(name)
    assert found is None or found.id == name


def test_only_what_is_unusual_is_said() -> None:
    assert choices.described(Choice(11)) == []
    assert choices.described(Choice(3, "large", "steady")) == ["large paddles", "steady pace"]
    assert choices.head(Choice(3, "large")) == {"points": 3, "paddle": "large", "pace": "classic"}


def test_a_form_without_anything_is_the_plain_game() -> None:
    form = ChoiceForm({})
    assert form.is_valid()
    assert form.choice == Choice()


def test_a_form_offers_everything_there_is() -> None:
    for paddle in PADDLES:
        for pace in PACES:
            form = ChoiceForm({"points": "5", "paddle": paddle, "pace": pace})
            assert form.is_valid()
            assert form.choice == Choice(5, paddle, pace)
