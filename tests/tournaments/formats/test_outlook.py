"""What is still to come for each entrant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tournaments.formats.engine import apply, begin
from tournaments.formats.events import (
    Cancelled,
    Closed,
    DoubleForfeit,
    Dropped,
    Entered,
    Paired,
    Rested,
    Result,
    RoundDrawn,
)
from tournaments.formats.options import NO_OPTIONS, Options
from tournaments.formats.outlook import to_come

from .plays import after, drawn, next_round, play_out
from .test_random_logs import CASES, logs

MOST = 14  # entrants that `allowed` lets in
EVERY_CASE = st.sampled_from([*CASES, ("swiss", NO_OPTIONS, (2, 9))])


def late(tournament):
    return max(0, MOST - len(tournament.entrants))


@given(logs(EVERY_CASE), st.randoms(use_true_random=False))
def test_who_has_nothing_to_come_plays_no_more_whatever_happens(log, random):
    format, options, events = log
    tournament, done = begin(format, options), set()

    def look():
        playing = {entrant for pairing in tournament.playable() for entrant in pairing.entrants}
        assert not done & playing
        found = to_come(tournament, late(tournament))
        assert found.keys() == set(tournament.order)
        assert tournament.phase == "running" or set(found.values()) <= {"nothing"}
        assert not done & {entrant for entrant, what in found.items() if what != "nothing"}
        done.update(entrant for entrant, what in found.items() if what == "nothing")

    for event in events:
        tournament = apply(tournament, event)
        look()
    _, rest = play_out(tournament, lambda _: random.choice([1, 2]))
    for event in rest:
        tournament = apply(tournament, event)
        look()
    assert done == set(tournament.order)


@given(logs(EVERY_CASE))
def test_who_awaits_a_round_or_an_opponent_is_among_those_who_are_drawn(log):
    format, options, events = log
    tournament = begin(format, options)
    for event in events:
        tournament = apply(tournament, event)
        found = to_come(tournament, late(tournament))
        if tournament.round_due is not None:
            assert {entrant for entrant, what in found.items() if what == "round"} == set(tournament.may_meet)
        if tournament.pairing_open:
            assert {entrant for entrant, what in found.items() if what == "opponent"} == (
                set(tournament.order) - tournament.dropped
            )
        for entrant, what in found.items():
            assert what != "match" or entrant in tournament.playing


def test_before_the_draw_there_is_nobody_to_say_it_of():
    assert to_come(begin("swiss")) == {}


def test_who_is_knocked_out_has_played_all_matches_and_the_others_have_one():
    tournament = after("single_elimination", 4, Result("m1.1", 1))
    assert to_come(tournament) == {1: "match", 4: "nothing", 2: "match", 3: "match"}


def test_the_loser_of_a_semi_final_plays_for_third_place():
    tournament = after("single_elimination", 4, Result("m1.1", 1), options=Options(third_place=True))
    assert set(to_come(tournament).values()) == {"match"}


def test_in_a_double_elimination_one_is_out_after_two_losses():
    tournament = after("double_elimination", 4, Result("w1.1", 1), Result("w1.2", 1))
    assert set(to_come(tournament).values()) == {"match"}
    loser = min(tournament.pairing("l1.1").entrants)
    tournament = apply(tournament, Result("l1.1", tournament.pairing("l1.1").occupants.index(loser) % 2 + 1))
    assert sorted(to_come(tournament).values()) == ["match"] * 3 + ["nothing"]


def test_between_the_rounds_of_a_swiss_everybody_awaits_the_next_and_after_the_last_nothing():
    tournament = drawn(4, "swiss", Options(rounds=2))
    assert set(to_come(tournament).values()) == {"round"}
    tournament = apply(tournament, RoundDrawn(1, ((1, 2), (3, 4))))
    assert set(to_come(tournament).values()) == {"round"}
    for pairing in tournament.playable():
        tournament = apply(tournament, Result(pairing.id, 1))
    tournament = apply(tournament, RoundDrawn(2, ((1, 3), (2, 4))))
    assert set(to_come(tournament).values()) == {"match"}
    tournament = apply(tournament, Result("s2.1", 1))
    assert to_come(tournament) == {1: "nothing", 3: "nothing", 2: "match", 4: "match"}


def test_a_late_entry_may_add_a_round_to_a_swiss_that_has_as_many_as_it_needs():
    tournament = apply(drawn(4, "swiss"), RoundDrawn(1, ((1, 2), (3, 4))))
    for pairing in tournament.playable():
        tournament = apply(tournament, Result(pairing.id, 1))
    tournament = apply(apply(tournament, next_round(tournament)), Result("s2.1", 1))
    assert sorted(to_come(tournament).values()) == ["match", "match", "nothing", "nothing"]
    assert set(to_come(tournament, late=1).values()) == {"added_round"}
    tournament = apply(tournament, Entered(5, "Late"))
    assert set(to_come(tournament).values()) == {"round"}


@pytest.mark.parametrize("winner", [1, 2])
def test_who_is_through_or_out_by_wins_and_losses_plays_no_more(winner):
    tournament = apply(drawn(4, "swiss", Options(wins=1, losses=2)), RoundDrawn(1, ((1, 2), (3, 4))))
    tournament = apply(tournament, Result("s1.1", winner))
    assert to_come(tournament) == {winner: "nothing", 3 - winner: "round", 3: "round", 4: "round"}


def test_in_a_group_one_awaits_its_end_and_then_the_play_offs_or_nothing():
    tournament = drawn(8, "groups", Options(groups=2, advance=1))
    of_group = [pairing for pairing in tournament.pairings.values() if pairing.place.group == 1]
    for pairing in of_group[:-1]:
        tournament = apply(tournament, Result(pairing.id, 1))
    assert set(to_come(tournament).values()) == {"group"}
    tournament = apply(tournament, Result(of_group[-1].id, 1))
    members = {entrant for pairing in of_group for entrant in pairing.entrants}
    found = to_come(tournament)
    assert sorted(found[entrant] for entrant in members) == ["match", "nothing", "nothing", "nothing"]
    assert {found[entrant] for entrant in found.keys() - members} == {"group"}


def test_who_has_lost_twice_in_a_group_of_double_elimination_need_not_wait_for_its_end():
    options = Options(groups=2, advance=2, group_format="double_elimination")
    tournament = drawn(8, "groups", options)
    for id in ("g1w1.1", "g1w1.2", "g1l1.1"):
        tournament = apply(tournament, Result(id, 1))
    stays, leaves = tournament.pairing("g1l1.1").entrants
    found = to_come(tournament)
    assert (found[stays], found[leaves]) == ("group", "nothing")


def test_in_an_arena_one_awaits_an_opponent_until_it_closes_also_on_a_break():
    tournament = after("arena", 4, Paired(((1, 2),)), Rested(3), Dropped(4))
    assert to_come(tournament) == {1: "opponent", 2: "opponent", 3: "opponent", 4: "nothing"}
    assert to_come(apply(tournament, Closed())) == {1: "match", 2: "match", 3: "nothing", 4: "nothing"}


@pytest.mark.parametrize("end", [Cancelled(), DoubleForfeit("m1.1")])
def test_when_it_is_over_there_is_nothing_to_come(end):
    assert set(to_come(after("single_elimination", 2, end)).values()) == {"nothing"}
