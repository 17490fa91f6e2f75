"""Names on pictures: as large as there is room, whole letters only, and in their own direction."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tournaments.exports.lettering import ELLIPSIS, TURNING, clean, clusters, direction, ems, fitted

ASTRONAUT = "\U0001f469\u200d\U0001f680"


def test_a_short_name_is_as_large_as_allowed():
    line = fitted("Ann", 1000, 100, 40)
    assert (line.text, line.size, line.direction) == ("Ann", 100, "ltr")


def test_a_longer_name_is_smaller_and_a_very_long_one_is_cut():
    assert fitted("Bartholomew of the House", 1000, 100, 40).size in range(40, 100)
    cut = fitted("M" * 60, 1000, 100, 40)
    assert (cut.size, cut.text) == (40, "M" * 24 + ELLIPSIS)


def test_a_name_is_cut_between_letters():
    assert set(clusters(fitted(ASTRONAUT * 60, 1000, 100, 40).text.removesuffix(ELLIPSIS))) == {ASTRONAUT}
    accents = fitted("a\u0301" * 80, 1000, 100, 40).text.removesuffix(ELLIPSIS)
    assert len(accents) % 2 == 0


@pytest.mark.parametrize(
    ("text", "way"), [("\u05e9\u05dc\u05d5\u05dd", "rtl"), ("12 \u0633", "rtl"), ("Ann \u05e9", "ltr"), ("!", "ltr")]
)
def test_a_name_has_its_own_direction(text, way):
    assert direction(text) == way


def test_what_would_turn_the_picture_is_left_out():
    assert clean("\u202eevil\u202c\x00\x1b \n\ufffe name ") == "evil name"


@given(st.text(), st.integers(100, 1200), st.integers(20, 60), st.integers(60, 110))
def test_every_text_fits(text, width, least, largest):
    line = fitted(text, width, largest, least)
    assert least <= line.size <= largest
    assert ems(line.text) * line.size <= width + 1e-6 or line.text == ELLIPSIS
    assert not TURNING.intersection(line.text)
    assert not {"Cc", "Cs", "Cn", "Co"} & {unicodedata.category(c) for c in line.text}
