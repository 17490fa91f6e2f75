import json

import pytest

from tournaments.formats.options import NO_OPTIONS, Options
from tournaments.formats.refused import Refused


@pytest.mark.parametrize(
    ("options", "stored"),
    [
        (NO_OPTIONS, {}),
        (
            Options(best_of=3, best_of_in=(("final", 5), ("losers.1", 1))),
            {"best_of": 3, "best_of_in": {"final": 5, "losers.1": 1}},
        ),
        (Options(grand_final="single", drops=(1, 0)), {"grand_final": "single", "drops": [1, 0]}),
        (
            Options(groups=2, advance=1, seating=((2, 1), (1, 1))),
            {"groups": 2, "advance": 1, "seating": [[2, 1], [1, 1]]},
        ),
        (Options(wins=3, losses=3), {"wins": 3, "losses": 3}),
    ],
)
def test_options_go_to_json_and_back(options, stored):
    assert options.to_dict() == stored
    assert Options.from_dict(json.loads(json.dumps(stored))) == options


def test_a_series_is_as_long_as_its_round_says():
    options = Options(best_of=3, best_of_in=(("final", 5), ("losers.1", 1), ("second_final", 7)))
    asked = {
        ("winners", 1, "winners_round"): 3,
        ("losers", 1, "losers_round"): 1,
        ("losers", 2, "losers_final"): 3,
        ("final", 1, "grand_final"): 5,
        ("final", 2, "second_final"): 7,
        ("main", 3, "final"): 5,
    }
    assert {of: options.matches(*of) for of in asked} == asked


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ([], r"expected an object of options, came \[\]"),
        ({"best": 3}, "expected some of advance, best_of, .*, came 'best'"),
        ({"best_of": 2}, "expected best_of: 1, 3, 5 or 7, came 2"),
        ({"best_of": True}, "expected best_of: 1, 3, 5 or 7, came True"),
        ({"best_of_in": {"final": 2}}, r"expected best_of_in: a best of .*, came \(\('final', 2\),\)"),
        ({"best_of_in": {"finale": 3}}, r"expected best_of_in: .*, came \(\('finale', 3\),\)"),
        ({"best_of_in": {"losers.0": 3}}, "expected best_of_in"),
        ({"best_of_in": {"semi_finals.1": 3}}, "expected best_of_in"),
        ({"best_of_in": 3}, "came 3"),
        ({"third_place": 1}, "expected third_place: true or false, came 1"),
        ({"grand_final": "double"}, "expected grand_final: none or single or reset, came 'double'"),
        ({"lower": -1}, "expected lower: an integer from 0, came -1"),
        ({"drops": [1, "a"]}, "expected drops: a list of integers from 0, came"),
        ({"cycles": 3}, "expected cycles: 1 or 2, came 3"),
        ({"rounds": 0}, "expected rounds: an integer from 1, came 0"),
        ({"wins": 3}, "expected losses: a number with wins, none without, came None"),
        ({"wins": 3, "losses": 3, "rounds": 5}, "expected rounds: none with wins and losses, came 5"),
        ({"advance": 0}, "expected advance: an integer from 1, came 0"),
        ({"seating": [[1]]}, r"expected seating: a list of \[group, rank\]"),
        ({"tie_breaks": "BH"}, "expected tie_breaks: a list of names, came 'BH'"),
    ],
)
def test_what_is_no_option_is_refused_with_what_was_expected_and_what_came(stored, message):
    with pytest.raises(Refused, match=message) as refused:
        Options.from_dict(stored)
    assert refused.value.code == "option"
