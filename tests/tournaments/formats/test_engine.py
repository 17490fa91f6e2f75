from collections import Counter

import pytest

from tournaments.formats.engine import apply, begin, fold
from tournaments.formats.events import (
    Cancelled,
    DoubleForfeit,
    Drawn,
    Dropped,
    Entered,
    Left,
    Result,
    Walkover,
)
from tournaments.formats.format import Reason, RoundName
from tournaments.formats.options import Options
from tournaments.formats.pairing import Nobody, Verdict
from tournaments.formats.place import Bye, WinnerOf
from tournaments.formats.refused import Refused

from .plays import FORMAT, drawn, opening, play_out, ranks

SIZES = [*range(2, 67), 100, 127, 128, 129, 255, 256, 257, 1000, 1023, 1024]


def after(entrants, *events):
    return fold(FORMAT, [*opening(entrants), *events])


# --- the whole way, for every size ---


@pytest.mark.parametrize("entrants", SIZES)
def test_n_entrants_play_n_minus_1_pairings_and_everybody_but_the_champion_loses_once(entrants):
    tournament, results = play_out(drawn(entrants))
    assert len(results) == entrants - 1
    assert tournament.phase == "finished"
    assert tournament.champion == 1
    lost = [entrant for pairing in tournament.pairings.values() for entrant in pairing.losers]
    assert sorted(lost) == list(range(2, entrants + 1))
    assert fold(FORMAT, [*opening(entrants), *results]) == tournament
    shared = Counter(ranks(tournament).values())
    for rank in shared:
        assert rank == 1 + sum(entrants for better, entrants in shared.items() if better < rank)


@pytest.mark.parametrize("entrants", SIZES)
def test_if_all_better_seeds_drop_the_last_seed_is_the_champion(entrants):
    tournament = after(entrants, *(Dropped(entrant) for entrant in range(1, entrants)))
    assert (tournament.phase, tournament.champion) == ("finished", entrants)


# --- before the draw ---


def test_an_empty_log_is_an_open_tournament():
    tournament = begin(FORMAT)
    assert tournament.phase == "open"
    assert (tournament.standings(), tournament.rounds(), tournament.playable()) == ((), (), ())
    assert tournament.champion is None


def test_who_leaves_before_the_draw_may_come_back_and_stands_last():
    tournament = fold(FORMAT, [Entered(1, "Ada"), Entered(2, "Bob"), Left(1), Entered(1, "Ada L.")])
    assert list(tournament.entrants.items()) == [(2, "Bob"), (1, "Ada L.")]


def test_the_draw_seeds_by_its_own_order_not_by_entering():
    tournament = fold(FORMAT, [Entered(7, "Ada"), Entered(8, "Bob"), Entered(9, "Cy"), Drawn((9, 7, 8))])
    assert [pairing.occupants for pairing in tournament.pairings.values()] == [
        (9, Bye()),
        (7, 8),
        (9, WinnerOf("m1.2")),
    ]


# --- what is refused ---


@pytest.mark.parametrize(
    ("log", "event", "code", "message"),
    [
        ([Entered(1, "Ada")], Entered(1, "Ada"), "entrant", "expected somebody who has not entered, came 1"),
        ([], Left(1), "entrant", "expected somebody who has entered, came 1"),
        ([], Drawn(()), "size", "expected 2 to 1024 entrants, came 0"),
        ([Entered(1, "Ada")], Drawn((1,)), "size", "expected 2 to 1024 entrants, came 1"),
        (opening(1024)[:-1], Entered(1025, "E1025"), "size", "expected at most 1024 entrants, came 1025"),
        (opening(2)[:-1], Drawn((1, 1)), "order", r"expected each of \[1, 2\] once, came \[1, 1\]"),
        (opening(2)[:-1], Drawn((1, 2, 3)), "order", r"came \[1, 2, 3\]"),
        (opening(2)[:-1], Result("m1.1", 1), "phase", "expected running for result, came open"),
        (opening(2)[:-1], Dropped(1), "phase", "expected running for dropped, came open"),
        (opening(2), Entered(3, "Cy"), "phase", "expected open for entered, came running"),
        (opening(2), Left(2), "phase", "expected open for left, came running"),
        (opening(2), Drawn((1, 2)), "phase", "expected open for drawn, came running"),
        (opening(2), Result("m9.1", 1), "pairing", "expected the id of a pairing of the draw, came m9.1"),
        (opening(2), Dropped(3), "entrant", "expected an entrant of the draw, came 3"),
        ([*opening(4), Dropped(3)], Dropped(3), "entrant", "expected an entrant who has not dropped yet, came 3"),
        (opening(4), Result("m2.1", 1), "not_playable", "expected m2.1 to be playable, came waiting"),
        (opening(3), Walkover("m1.1", 1), "not_playable", "came decided"),
        ([*opening(4), Result("m1.1", 1)], Result("m1.1", 1), "not_playable", "came decided"),
        ([*opening(4), Result("m1.1", 1)], DoubleForfeit("m1.1"), "not_playable", "came decided"),
        ([*opening(2), Walkover("m1.1", 1)], Dropped(2), "phase", "expected running for dropped, came finished"),
        ([*opening(2), Walkover("m1.1", 1)], Cancelled(), "phase", "expected open or running for cancelled"),
        ([Cancelled()], Entered(1, "Ada"), "phase", "came cancelled"),
        ([*opening(2), Cancelled()], Result("m1.1", 1), "phase", "came cancelled"),
    ],
)
def test_it_refuses(log, event, code, message):
    state = fold(FORMAT, log)
    with pytest.raises(Refused, match=f"{code}: .*{message}") as refused:
        apply(state, event)
    assert refused.value.code == code


def test_it_refuses_a_void_pairing():
    state = after(8, DoubleForfeit("m1.1"), DoubleForfeit("m1.2"))
    with pytest.raises(Refused, match=r"not_playable: expected m2\.1 to be playable, came void"):
        apply(state, Result("m2.1", 1))


def test_it_refuses_a_format_nobody_knows():
    with pytest.raises(Refused, match=r"format: expected one of single_elimination, .*, groups, arena, came knockout"):
        begin("knockout")


# --- walkovers and forfeits ---


def test_a_result_fills_the_next_slot_and_keeps_its_score():
    tournament = after(4, Result("m1.2", 2, (9, 11), match=5))
    assert tournament.pairing("m1.2").verdict == Verdict("score", 2, (9, 11), 5)
    assert tournament.pairing("m1.2").winner == 3
    assert tournament.pairing("m2.1").occupants == (WinnerOf("m1.1"), 3)
    assert tournament.pairing("m2.1").state == "waiting"


def test_after_a_double_forfeit_the_next_opponent_gets_a_walkover_when_known():
    tournament = after(4, DoubleForfeit("m1.1"))
    assert tournament.pairing("m2.1").occupants == (Nobody(), WinnerOf("m1.2"))
    tournament = apply(tournament, Result("m1.2", 1))
    assert tournament.pairing("m2.1").verdict == Verdict("walkover", 2)
    assert tournament.champion == 2


def test_two_double_forfeits_void_the_next_place_and_the_one_after_is_a_walkover():
    tournament = after(8, DoubleForfeit("m1.1"), DoubleForfeit("m1.2"))
    assert tournament.pairing("m2.1").state == "void"
    tournament, results = play_out(tournament)
    assert len(results) == 3
    assert tournament.pairing("m3.1").verdict == Verdict("walkover", 2)
    assert ranks(tournament) == {2: 1, 3: 3, 1: 5, 4: 5, 5: 5, 6: 5, 7: 5, 8: 5}


def test_if_both_finalists_forfeit_it_ends_without_a_champion_and_both_are_second():
    tournament = after(4, Result("m1.1", 1), Result("m1.2", 1), DoubleForfeit("m2.1"))
    assert (tournament.phase, tournament.champion) == ("finished", None)
    assert ranks(tournament) == {1: 2, 2: 2, 3: 3, 4: 3}


def test_if_both_semi_finals_are_double_forfeits_the_final_is_void():
    tournament = after(4, DoubleForfeit("m1.1"), DoubleForfeit("m1.2"))
    assert tournament.pairing("m2.1").state == "void"
    assert (tournament.phase, tournament.champion) == ("finished", None)
    assert ranks(tournament) == {1: 3, 2: 3, 3: 3, 4: 3}


def test_who_drops_forfeits_the_pairing_that_is_playable():
    tournament = after(4, Dropped(1))
    assert tournament.pairing("m1.1").verdict == Verdict("walkover", 2)
    assert tournament.pairing("m2.1").occupants == (4, WinnerOf("m1.2"))


def test_who_drops_while_waiting_forfeits_as_soon_as_the_opponent_is_known():
    tournament = after(4, Result("m1.1", 1), Dropped(1))
    assert tournament.pairing("m2.1").state == "waiting"
    tournament = apply(tournament, Result("m1.2", 1))
    assert tournament.pairing("m2.1").verdict == Verdict("walkover", 2)
    assert ranks(tournament) == {1: 2, 2: 1, 3: 3, 4: 3}


def test_who_drops_with_a_bye_leaves_no_hole():
    tournament = after(3, Dropped(1), Result("m1.2", 2))
    assert tournament.champion == 3


def test_if_all_but_one_drop_the_last_one_wins_without_a_match():
    tournament = after(5, *(Dropped(entrant) for entrant in (1, 2, 3, 4)))
    assert (tournament.phase, tournament.champion) == ("finished", 5)
    assert {pairing.verdict.how for pairing in tournament.pairings.values()} == {"bye", "walkover"}


def test_who_drops_waiting_for_an_opponent_who_never_comes_does_not_win():
    tournament = after(4, Result("m1.1", 1), Dropped(1), DoubleForfeit("m1.2"))
    assert tournament.pairing("m2.1").verdict == Verdict("double_forfeit")
    assert (tournament.phase, tournament.champion) == ("finished", None)


def test_who_is_out_may_drop_and_nothing_changes():
    tournament = after(4, Result("m1.1", 1))
    assert apply(tournament, Dropped(4)).pairings == tournament.pairings


def test_a_cancelled_tournament_keeps_its_results_and_calls_nobody():
    tournament = after(4, Result("m1.1", 1), Cancelled())
    assert (tournament.phase, tournament.playable(), tournament.champion) == ("cancelled", (), None)
    assert tournament.pairing("m1.1").winner == 1


# --- what the state says ---


def test_playable_pairings_come_in_calling_order():
    tournament = after(8, Result("m1.4", 1), Result("m1.3", 1))
    assert [pairing.id for pairing in tournament.playable()] == ["m1.1", "m1.2", "m2.2"]


def test_rounds_are_named_by_what_is_left():
    names = [(round.number, round.name, len(round.pairings)) for round in drawn(20).rounds()]
    assert names == [
        (1, RoundName("round_of", 32), 16),
        (2, RoundName("round_of", 16), 8),
        (3, RoundName("quarter_finals", 8), 4),
        (4, RoundName("semi_finals", 4), 2),
        (5, RoundName("final", 2), 1),
    ]
    assert {round.section for round in drawn(20).rounds()} == {"main"}


def test_every_pairing_says_why():
    tournament = drawn(3)
    assert tournament.why("m1.1") == Reason("bye", (1,))
    assert tournament.why("m1.2") == Reason("seeds", (2, 3))
    assert tournament.why("m2.1") == Reason("winners", ("m1.1", "m1.2"))
    with pytest.raises(Refused, match=r"pairing: expected the id of a pairing of the draw, came m3\.1"):
        tournament.why("m3.1")


def test_a_rank_is_none_until_it_is_certain_and_who_is_still_in_stands_first():
    tournament = after(4, Result("m1.1", 2))
    assert [(s.entrant, s.seed, s.rank) for s in tournament.standings()] == [
        (2, 2, None),
        (3, 3, None),
        (4, 4, None),
        (1, 1, 3),
    ]


# --- the third place ---


def test_the_losers_of_the_semi_finals_play_for_the_third_place():
    options = Options(third_place=True)
    tournament, results = play_out(drawn(8, FORMAT, options))
    assert len(results) == 8
    assert ranks(tournament) == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 5, 7: 5, 8: 5}
    names = [(round.section, round.name) for round in tournament.rounds()]
    assert names[-2:] == [("third_place", RoundName("third_place", 2)), ("main", RoundName("final", 2))]
    assert tournament.why("t1.1") == Reason("losers", ("m2.1", "m2.2"))


def test_a_semi_finalist_has_no_rank_before_the_third_place_is_played():
    log = [*opening(4), Result("m1.1", 1), Result("m1.2", 1), Result("m2.1", 1)]
    tournament = fold(FORMAT, log, Options(third_place=True))
    assert (tournament.phase, ranks(tournament)) == ("running", {1: 1, 2: 2, 3: None, 4: None})
    tournament = apply(tournament, DoubleForfeit("t1.1"))
    assert (tournament.phase, ranks(tournament)) == ("finished", {1: 1, 2: 2, 3: 3, 4: 3})


def test_after_a_double_forfeit_in_a_semi_final_the_other_loser_is_third_without_a_match():
    log = [*opening(4), DoubleForfeit("m1.2")]
    tournament = fold(FORMAT, log, Options(third_place=True))
    assert ranks(tournament) == {1: None, 4: None, 2: None, 3: None}
    tournament = apply(tournament, Result("m1.1", 1))
    assert ranks(tournament) == {1: 1, 4: 3, 2: 4, 3: 4}


def test_after_double_forfeits_in_both_semi_finals_all_four_are_third():
    log = [*opening(4), DoubleForfeit("m1.1"), DoubleForfeit("m1.2")]
    assert ranks(fold(FORMAT, log, Options(third_place=True))) == {1: 3, 2: 3, 3: 3, 4: 3}


def test_an_option_of_another_format_is_refused():
    with pytest.raises(Refused, match=r"option: .* single_elimination: best_of, best_of_in, third_place, came cycles"):
        begin(FORMAT, Options(cycles=2))


def test_a_series_of_a_round_that_the_format_does_not_have_is_refused():
    expected = "best_of_in: of final, main, quarter_finals, round_of, semi_finals, third_place, or a round of a section"
    with pytest.raises(Refused, match=f"option: expected {expected}, came losers.1"):
        begin(FORMAT, Options(best_of_in=(("losers.1", 3),)))


def test_the_final_of_a_single_elimination_has_a_series_of_its_own():
    tournament = fold(FORMAT, opening(8), Options(best_of=3, best_of_in=(("final", 5), ("main.1", 1))))
    assert [tournament.best_of(id) for id in ("m1.1", "m2.2", "m3.1")] == [1, 3, 5]
    groups = fold("groups", opening(8), Options(best_of_in=(("final", 7), ("group", 3))))
    assert {pairing.place.section: groups.best_of(id) for id, pairing in groups.pairings.items()} == {
        "group": 3,
        "main": 7,
    }
