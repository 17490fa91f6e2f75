from collections import Counter

import pytest

from tournaments.formats.berger import table
from tournaments.formats.events import DoubleForfeit, Dropped, Result, Walkover
from tournaments.formats.format import Reason, RoundName
from tournaments.formats.options import Options
from tournaments.formats.place import Seed
from tournaments.formats.refused import Refused

from .plays import after, drawn, play_out, ranks

FORMAT = "round_robin"


@pytest.mark.parametrize("entrants", [*range(2, 25), 64])
@pytest.mark.parametrize("cycles", [1, 2])
def test_it_is_the_berger_table(entrants, cycles):
    tournament = drawn(entrants, FORMAT, Options(cycles=cycles))
    rounds = [
        tuple((p.place.slots[0].number, p.place.slots[1].number) for p in round.pairings)
        for round in tournament.rounds()
    ]
    assert rounds == [round.pairs for round in table(entrants, cycles)]
    met = Counter(frozenset(p.occupants) for p in tournament.pairings.values())
    assert set(met.values()) == {cycles}
    assert len(met) == entrants * (entrants - 1) // 2


@pytest.mark.parametrize("entrants", [2, 3, 7, 24])
def test_played_to_its_end_it_ranks_everybody(entrants):
    tournament, results = play_out(drawn(entrants, FORMAT))
    assert len(results) == entrants * (entrants - 1) // 2
    assert ranks(tournament) == {entrant: entrant for entrant in range(1, entrants + 1)}
    assert [standing.points for standing in tournament.standings()] == list(range(entrants - 1, -1, -1))


def test_the_table_is_the_one_of_now():
    tournament = drawn(4, FORMAT)
    assert set(ranks(tournament).values()) == {None}
    tournament = after(FORMAT, 4, Result("r1.1", 2, (3, 11)), Result("r1.2", 1, (11, 9)))
    assert ranks(tournament) == {4: 1, 2: 2, 3: 3, 1: 4}  # by the difference of points in the end
    lines = {standing.entrant: standing for standing in tournament.standings()}
    assert lines[4].points == 1
    assert lines[4].tie_breaks == {"DE": 0, "WIN": 1, "SB": 0, "PD": 8}


def test_two_equal_are_ranked_by_their_own_match():
    # 1, 2 and 3 win two of three each, and 3 beat 2 beat 1 beat 3 in a circle; with 4 left out, all is equal.
    results = {(1, 4): 1, (2, 3): 3, (4, 3): 3, (1, 2): 2, (2, 4): 2, (3, 1): 1}
    tournament = drawn(4, FORMAT)
    tournament, _ = play_out(tournament, lambda p: p.occupants.index(results[p.occupants]) + 1)
    assert ranks(tournament) == {1: 1, 2: 1, 3: 1, 4: 4}
    assert tournament.champion == 1  # the best seed of equals
    results[2, 3] = 2
    tournament, _ = play_out(drawn(4, FORMAT), lambda p: p.occupants.index(results[p.occupants]) + 1)
    assert ranks(tournament) == {2: 1, 1: 2, 3: 3, 4: 4}


def test_who_drops_loses_what_is_to_come_and_a_double_forfeit_gives_nobody_a_point():
    tournament = after(FORMAT, 4, Result("r1.2", 1), Dropped(2), DoubleForfeit("r1.1"))
    points = {standing.entrant: standing.points for standing in tournament.standings()}
    assert points == {1: 1, 2: 1, 3: 0, 4: 1}
    assert tournament.pairing("r2.2").state == "decided"
    assert tournament.pairing("r2.1").state == "playable"


def test_it_says_why_and_names_its_rounds():
    tournament = drawn(5, FORMAT)
    assert tournament.why("r1.1") == Reason("all", tuple(s.number for s in tournament.pairing("r1.1").place.slots))
    assert tournament.rounds()[4].name == RoundName("round", 5)
    assert isinstance(tournament.pairing("r1.1").place.slots[0], Seed)


def test_tie_breaks_are_the_organisers():
    tournament = after(FORMAT, 3, Walkover("r1.1", 1), options=Options(tie_breaks=("SB",)))
    assert set(tournament.standings()[0].tie_breaks) == {"SB"}
    for wrong in (("XX",), ("SB", "SB")):
        with pytest.raises(Refused, match=f"option: expected tie_breaks: of PTS, .*, each once, came {wrong[0]}"):
            drawn(3, FORMAT, Options(tie_breaks=wrong))


def test_65_entrants_are_refused():
    with pytest.raises(Refused, match="size: expected at most 64 entrants, came 65"):
        drawn(65, FORMAT)
