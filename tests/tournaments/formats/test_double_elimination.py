import random
from collections import Counter

import pytest

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import DoubleForfeit, Dropped, Overridden, Result, Walkover
from tournaments.formats.format import Reason, RoundName
from tournaments.formats.options import Options
from tournaments.formats.pairing import Nobody, Verdict
from tournaments.formats.place import Bye
from tournaments.formats.refused import Refused

from .plays import after, drawn, opening, play_out, ranks

FORMAT = "double_elimination"
FINALS = ("none", "single", "reset")


def chance(seed):
    toss = random.Random(seed)
    return lambda pairing: toss.choice((1, 2))


def lost(tournament):
    return Counter(entrant for pairing in tournament.pairings.values() for entrant in pairing.losers)


@pytest.mark.parametrize("entrants", range(2, 129))
def test_everybody_but_the_champion_loses_exactly_twice(entrants):
    tournament, results = play_out(drawn(entrants, FORMAT), chance(entrants))
    first, again = tournament.pairing("f1.1"), tournament.pairing("f2.1")
    assert (again.state == "decided") == (first.verdict.winner == 2)  # the second final only when it is needed
    assert len(results) == 2 * entrants - 2 + (again.state == "decided")
    expected = dict.fromkeys(tournament.order, 2)
    expected[tournament.champion] = 1 if again.state == "decided" and again.verdict.winner == 2 else 0
    if again.state == "decided" and again.verdict.winner == 1:
        expected[tournament.champion] = 1
    assert lost(tournament) == Counter(expected)
    assert fold(FORMAT, [*opening(entrants), *results]) == tournament
    shared = Counter(ranks(tournament).values())
    for rank in shared:
        assert rank == 1 + sum(entrants for better, entrants in shared.items() if better < rank)


@pytest.mark.parametrize("entrants", [*range(2, 34), 64, 100, 128])
@pytest.mark.parametrize("grand_final", FINALS)
def test_every_final_ends_with_one_champion(entrants, grand_final):
    options = Options(grand_final=grand_final)
    tournament, results = play_out(drawn(entrants, FORMAT, options))
    assert tournament.champion == 1
    assert len(results) == 2 * entrants - (3 if grand_final == "none" else 2)
    assert ranks(tournament)[2] == 2
    assert None not in ranks(tournament).values()


@pytest.mark.parametrize("entrants", [2, 3, 5, 8, 13])
@pytest.mark.parametrize("grand_final", FINALS)
def test_if_all_better_seeds_drop_the_last_seed_is_the_champion(entrants, grand_final):
    options = Options(grand_final=grand_final)
    tournament = after(FORMAT, entrants, *map(Dropped, range(1, entrants)), options=options)
    assert (tournament.phase, tournament.champion) == ("finished", entrants)


def test_ranks_are_those_of_every_double_elimination():
    tournament, _ = play_out(drawn(16, FORMAT))
    assert Counter(ranks(tournament).values()) == {1: 1, 2: 1, 3: 1, 4: 1, 5: 2, 7: 2, 9: 4, 13: 4}


def test_the_second_final_is_played_only_if_the_losers_champion_wins_the_first():
    played = [Result("w1.1", 1), Result("f1.1", 1)]
    tournament = after(FORMAT, 2, *played)
    assert (tournament.pairing("f2.1").state, tournament.champion) == ("void", 1)
    tournament = after(FORMAT, 2, played[0], Result("f1.1", 2))
    assert (tournament.pairing("f2.1").occupants, tournament.phase) == ((1, 2), "running")
    assert ranks(tournament) == {1: None, 2: None}
    assert apply(tournament, Result("f2.1", 2)).champion == 2
    tournament = apply(apply(tournament, Result("f2.1", 2)), Overridden("f1.1", "score", 1))
    assert (tournament.pairing("f2.1").verdict, tournament.champion) == (Verdict("void"), 1)
    assert tournament.pairing("f2.1").occupants == (Nobody(), Nobody())


def test_the_second_final_of_who_has_dropped_is_a_walkover():
    tournament = after(FORMAT, 2, Result("w1.1", 1), Result("f1.1", 2), Dropped(1))
    assert (tournament.pairing("f2.1").verdict, tournament.champion) == (Verdict("walkover", 2), 2)


def test_who_does_not_appear_goes_to_the_losers_bracket_and_who_drops_loses_there_too():
    tournament = after(FORMAT, 4, Walkover("w1.1", 1), Dropped(3))
    assert tournament.pairing("l1.1").occupants[0] == 4
    assert tournament.pairing("w1.2").verdict == Verdict("walkover", 1)
    assert tournament.pairing("l1.1").verdict == Verdict("walkover", 1)
    assert ranks(tournament)[3] == 4


def test_after_a_double_forfeit_nobody_goes_on_in_either_bracket():
    tournament = after(FORMAT, 8, DoubleForfeit("w1.1"))
    assert tournament.pairing("w2.1").occupants[0] == Nobody()
    assert tournament.pairing("l1.1").occupants[0] == Nobody()
    assert (ranks(tournament)[1], ranks(tournament)[8]) == (7, 7)
    tournament, _ = play_out(tournament)
    assert tournament.champion == 2


def test_if_nobody_comes_it_ends_without_a_champion():
    tournament = drawn(6, FORMAT)
    while playable := tournament.playable():
        tournament = apply(tournament, DoubleForfeit(playable[0].id))
    assert (tournament.phase, tournament.champion) == ("finished", None)


def test_rounds_have_names_and_pairings_reasons():
    tournament = drawn(8, FORMAT)
    names = {(round.section, round.number): round.name for round in tournament.rounds()}
    assert names == {
        ("winners", 1): RoundName("winners_round", 1),
        ("losers", 1): RoundName("losers_round", 1),
        ("winners", 2): RoundName("winners_round", 2),
        ("losers", 2): RoundName("losers_round", 2),
        ("losers", 3): RoundName("losers_round", 3),
        ("winners", 3): RoundName("winners_final", 3),
        ("losers", 4): RoundName("losers_final", 4),
        ("final", 1): RoundName("grand_final", 1),
        ("final", 2): RoundName("second_final", 2),
    }
    assert tournament.why("w1.1") == Reason("seeds", (1, 8))
    assert tournament.why("l1.1") == Reason("losers", ("w1.1", "w1.2"))
    assert tournament.why("l2.1") == Reason("drop", ("w2.2", "l1.1"))
    assert tournament.why("f1.1") == Reason("winners", ("w3.1", "l4.1"))
    assert tournament.why("f2.1") == Reason("again", ("f1.1",))
    assert drawn(5, FORMAT).why("l1.2") == Reason("nobody", ())
    assert drawn(5, FORMAT).pairing("l1.2").occupants == (Bye(), Bye())


def test_some_may_start_in_the_losers_bracket():
    options = Options(lower=2, grand_final="single")
    tournament, results = play_out(drawn(6, FORMAT, options), chance(1))
    assert len(results) == 2 * 4 + 2 - 2
    assert {lost(tournament)[entrant] for entrant in (5, 6)} <= {0, 1}
    assert [p.occupants for p in tournament.pairings.values() if p.id in ("l1.1", "l1.2")] == [(Bye(), 5), (Bye(), 6)]


@pytest.mark.parametrize(
    ("entrants", "options", "message"),
    [
        (4, Options(lower=3), "expected lower: at most 2 of 4 entrants, came 3"),
        (7, Options(lower=5), "expected lower: at most 2 for 2 others, came 5"),
        (8, Options(drops=(1,)), r"expected drops: a mask below each of \[2, 1\], came \[1\]"),
    ],
)
def test_options_that_do_not_fit_the_field_are_refused(entrants, options, message):
    with pytest.raises(Refused, match=f"option: {message}"):
        drawn(entrants, FORMAT, options)
