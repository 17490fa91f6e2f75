from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tournaments.formats.layout import has_line, is_empty, key, sections
from tournaments.formats.options import Options
from tournaments.formats.place import WinnerOf

from .plays import drawn, play_out

TWICE = {"group_format": "double_elimination"}
BRACKETS = ("single_elimination", "double_elimination", "groups")


@st.composite
def brackets(draw):
    format = draw(st.sampled_from(BRACKETS))
    entrants = draw(st.integers(4, 140))
    options = {}
    if format == "single_elimination":
        options["third_place"] = draw(st.booleans())
    elif format == "double_elimination":
        options["grand_final"] = draw(st.sampled_from(("none", "single", "reset")))
        options["lower"] = draw(st.integers(0, entrants // 2))
    else:
        options["group_format"] = draw(st.sampled_from(("round_robin", "double_elimination")))
        options["play_offs"] = draw(st.sampled_from(("single_elimination", "double_elimination")))
        options["advance"] = 2 if options["play_offs"] == "single_elimination" else 1
        entrants += 4
    return drawn(entrants, format, Options(**options))


@given(brackets())
def test_every_line_leads_to_the_pairing_beside_it_or_between_the_two(tournament):
    for section in sections(tournament.pairings):
        for column, following in pairwise(section.columns):
            row = {pairing.id: index for index, pairing in enumerate(column.pairings)}
            fed = {
                slot.place: index
                for index, pairing in enumerate(following.pairings)
                for slot in pairing.place.slots
                if isinstance(slot, WinnerOf) and slot.place in row
            }
            assert bool(fed) == (column.leads != "")
            assert {id: row[id] // 2 if column.leads == "pairs" else row[id] for id in fed} == fed
            if column.leads:  # whose winner goes nowhere there is empty: no line begins that ends nowhere
                assert {id for id in row if not is_empty(tournament.pairings[id].place)} == fed.keys()
                assert len(column.pairings) == len(following.pairings) * (2 if column.leads == "pairs" else 1)
        assert section.columns[-1].leads == ""
        assert not any(has_line(pairing.place) for pairing in section.columns[0].pairings)
        assert section.is_bracket == any(column.leads for column in section.columns)


@given(brackets())
def test_every_pairing_stands_in_one_section_once(tournament):
    shown = [p.id for s in sections(tournament.pairings) for c in s.columns for p in c.pairings]
    assert sorted(shown) == sorted(tournament.pairings)
    assert len({section.key for section in sections(tournament.pairings)}) == len(sections(tournament.pairings))
    assert {key(id) for id in tournament.pairings} == {section.key for section in sections(tournament.pairings)}


@pytest.mark.parametrize(
    ("format", "entrants", "options", "expected"),
    [
        ("single_elimination", 8, {"third_place": True}, [("m", 3), ("t", 1)]),
        ("double_elimination", 8, {}, [("w", 3), ("l", 4), ("f", 2)]),
        ("round_robin", 4, {}, [("r", 3)]),
        ("groups", 8, {}, [("g1r", 3), ("g2r", 3), ("m", 2)]),
        ("groups", 8, TWICE, [("g1w", 2), ("g1l", 2), ("g2w", 2), ("g2l", 2), ("m", 2)]),
    ],
)  # fmt: skip
def test_sections_stand_in_reading_order(format, entrants, options, expected):
    found = sections(drawn(entrants, format, Options(**options)).pairings)
    assert [(section.key, len(section.columns)) for section in found] == expected
    assert [section.is_bracket for section in found] == [s.key[-1] in "mwlf" and len(s.columns) > 1 for s in found]


def test_many_groups_stand_by_number():
    groups = [section.group for section in sections(drawn(48, "groups").pairings) if section.group]
    assert groups == list(range(1, 13))


def test_a_losers_bracket_goes_straight_on_and_halves_in_turn():
    losers = sections(drawn(16, "double_elimination").pairings)[1]
    assert [column.leads for column in losers.columns] == ["straight", "pairs", "straight", "pairs", "straight", ""]


def test_swiss_rounds_stand_side_by_side_without_lines():
    tournament, _ = play_out(drawn(6, "swiss"))
    (section,) = sections(tournament.pairings)
    assert (section.key, section.is_bracket, len(section.columns)) == ("s", False, tournament.rounds_drawn)


@pytest.mark.parametrize("id", ["", "1.2", "W1.1"])
def test_what_is_no_id_of_a_pairing_is_said(id):
    with pytest.raises(ValueError, match="expected the id of a pairing"):
        key(id)
