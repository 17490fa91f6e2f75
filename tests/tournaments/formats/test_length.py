"""How many matches there will be: as many as the draw has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tournaments.formats import engine
from tournaments.formats.length import matches
from tournaments.formats.options import Options
from tournaments.formats.place import Bye
from tournaments.formats.refused import Refused

CHOICES = [
    ("single_elimination", Options()),
    ("single_elimination", Options(third_place=True)),
    ("double_elimination", Options(grand_final="none")),
    ("double_elimination", Options(grand_final="single")),
    ("double_elimination", Options(grand_final="reset")),
    ("round_robin", Options()),
    ("round_robin", Options(cycles=2)),
    ("groups", Options(groups=2)),
    ("groups", Options(third_place=True)),
    ("groups", Options(advance=1, play_offs="double_elimination")),
    ("groups", Options(group_format="double_elimination", play_offs="double_elimination", grand_final="none")),
]


def format_of(name: str, options: Options) -> engine.Format:
    return engine.begin(name, options).format


@given(st.sampled_from(CHOICES), st.integers(2, 64))
def test_there_are_as_many_as_the_draw_has(choice: tuple[str, Options], entrants: int) -> None:
    format = format_of(*choice)
    try:
        places = format.draw(entrants) if entrants in format.sizes else None
    except Refused:
        places = None
    if places is None:
        with pytest.raises(Refused):
            matches(format, entrants)
        return
    played = [place for place in places if not any(isinstance(slot, Bye) for slot in place.slots)]
    sure = [place for place in played if not place.if_needed]
    assert matches(format, entrants) == (len(sure), len(played))


def test_those_of_the_losers_bracket_lose_once() -> None:
    assert matches(format_of("double_elimination", Options(lower=4)), 12) == (18, 19)


@pytest.mark.parametrize(
    ("options", "entrants", "number"),
    [
        (Options(), 2, (1, 1)),
        (Options(), 16, (32, 32)),  # four rounds of eight
        (Options(), 17, (40, 40)),  # five rounds of eight, and a bye
        (Options(rounds=3), 8, (12, 12)),
        (Options(wins=3, losses=3), 16, (0, 40)),  # five rounds at most
    ],
)
def test_swiss_has_rounds_of_half_the_field(options: Options, entrants: int, number: tuple[int, int]) -> None:
    assert matches(format_of("swiss", options), entrants) == number


@pytest.mark.parametrize(
    ("name", "options", "entrants", "code"),
    [
        ("single_elimination", Options(), 1025, "size"),
        ("round_robin", Options(), 65, "size"),
        ("groups", Options(), 3, "size"),
        ("swiss", Options(rounds=8), 8, "option"),
        ("groups", Options(groups=5), 8, "option"),
        ("groups", Options(groups=4, advance=3), 8, "option"),
    ],
)
def test_what_cannot_be_drawn_has_no_length(name: str, options: Options, entrants: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        matches(format_of(name, options), entrants)
    assert refusal.value.code == code
