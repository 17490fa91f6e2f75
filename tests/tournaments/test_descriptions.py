"""A format and its options in words."""

import pytest

from tests.tournaments.formats.plays import drawn, next_round
from tournaments.descriptions import FORMATS, HINTS, described, length, progress
from tournaments.formats import engine
from tournaments.formats.events import Result
from tournaments.formats.options import Options


def test_every_format_has_a_name_and_a_hint() -> None:
    assert set(FORMATS) == set(HINTS) == set(engine.FORMATS)


@pytest.mark.parametrize(
    ("format", "options", "words"),
    [
        ("swiss", Options(rounds=5, best_of=3), ["Swiss", "5 rounds", "best of 3"]),
        ("swiss", Options(wins=3, losses=3), ["Swiss", "through with 3 wins", "out with 3 losses"]),
        ("single_elimination", Options(third_place=True), ["Single elimination", "match for third place"]),
        ("double_elimination", Options(), ["Double elimination"]),
        ("double_elimination", Options(grand_final="none", lower=8), [
            "Double elimination", "no grand final", "8 start in the losers' bracket",
        ]),
        ("round_robin", Options(cycles=2), ["Round robin", "everybody meets everybody twice"]),
        ("groups", Options(groups=4, play_offs="double_elimination"), [
            "Groups, then play-offs", "4 groups", "2 of each go on", "double elimination in the play-offs",
        ]),
        ("single_elimination", Options(best_of_in=(("final", 5),)), ["Single elimination", "best of 5 in the final"]),
        ("single_elimination", Options(best_of=3, best_of_in=(("main.1", 1), ("final", 5))), [
            "Single elimination", "best of 3", "best of 1, 5 in some rounds",
        ]),
    ],
)  # fmt: skip
def test_what_was_chosen_follows_the_name(format: str, options: Options, words: list[str]) -> None:
    assert described(format, options) == words


@pytest.mark.parametrize(
    ("format", "options", "entrants", "text"),
    [
        ("single_elimination", Options(), 2, "1 match"),
        ("single_elimination", Options(best_of=5), 8, "7 series"),
        ("double_elimination", Options(), 8, "14 or 15 matches"),
        ("swiss", Options(wins=3, losses=3), 16, "at most 40 matches"),
        ("round_robin", Options(), 65, "for 2 to 64"),
        ("groups", Options(groups=9), 16, "not with these options"),
        ("round_robin", Options(third_place=True), 16, "not with these options"),
    ],
)
def test_how_many_matches_it_takes_is_said_before(format: str, options: Options, entrants: int, text: str) -> None:
    assert length(format, options, entrants) == text


def test_how_far_it_has_come_is_said_while_it_runs() -> None:
    assert progress(engine.begin("swiss")) == ""
    bracket = drawn(6)
    assert progress(bracket) == "0 of 5 matches"
    assert progress(engine.apply(bracket, Result("m1.2", 1, (3, 0), 1))) == "1 of 5 matches"
    swiss = drawn(33, "swiss")
    assert progress(engine.apply(swiss, next_round(swiss))) == "round 1 of 6"
    assert progress(drawn(8, "arena")) == ""


def test_a_second_final_counts_once_it_is_needed() -> None:
    state = drawn(2, "double_elimination")
    assert progress(state) == "0 of 2 matches"
    state = engine.apply(state, Result(state.playable()[0].id, 1, (3, 0), 1))
    assert progress(state) == "1 of 2 matches"
    state = engine.apply(state, Result(state.playable()[0].id, 2, (0, 3), 2))
    assert progress(state) == "2 of 3 matches"
