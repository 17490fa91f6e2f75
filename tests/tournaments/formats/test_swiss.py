import random
from collections import Counter

import pytest

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import DoubleForfeit, Dropped, Entered, Result, RoundDrawn, Undone
from tournaments.formats.format import Reason, RoundName
from tournaments.formats.options import Options
from tournaments.formats.pairing import Verdict
from tournaments.formats.place import Bye
from tournaments.formats.refused import Refused
from tournaments.formats.swiss_draw import contenders, next_round

from .plays import after, drawn, opening, ranks

FORMAT = "swiss"


def play(tournament, chance=None):
    """To the end by the real pairing rules; gives the events too."""
    toss = random.Random(chance)
    events = []
    while tournament.phase == "running":
        for pairing in tournament.playable():
            better = 1 if pairing.entrants[0] < pairing.entrants[1] else 2
            events.append(Result(pairing.id, better if chance is None else toss.choice((1, 2))))
            tournament = apply(tournament, events[-1])
        if tournament.round_due is not None:
            events.append(next_round(tournament))
            tournament = apply(tournament, events[-1])
    return tournament, events


@pytest.mark.parametrize(("entrants", "rounds"), [(2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4), (33, 6), (64, 6)])
def test_there_are_as_many_rounds_as_a_knock_out_would_take(entrants, rounds):
    tournament, events = play(drawn(entrants, FORMAT), chance=entrants)
    assert tournament.rounds_drawn == rounds
    assert len(tournament.rounds()) == rounds
    assert tournament.phase == "finished"
    assert tournament == fold(FORMAT, [*opening(entrants), *events])
    met = Counter(frozenset(p.entrants) for p in tournament.pairings.values() if len(p.entrants) == 2)
    byes = Counter(p.entrants for p in tournament.pairings.values() if Bye() in p.occupants)
    assert set(met.values()) == {1}
    assert set(byes.values()) <= {1}
    assert sum(byes.values()) == (rounds if entrants % 2 else 0)


def test_the_first_round_is_top_half_against_bottom_half_and_the_better_seed_wins_it_all():
    tournament = apply(drawn(8, FORMAT), next_round(drawn(8, FORMAT)))
    assert [p.occupants for p in tournament.pairings.values()] == [(1, 5), (2, 6), (3, 7), (4, 8)]
    tournament, _ = play(tournament)
    assert tournament.champion == 1
    lines = {standing.entrant: standing for standing in tournament.standings()}
    assert (lines[1].points, lines[8].points) == (3, 0)
    assert set(lines[1].tie_breaks) == {"BH/C1", "BH", "SB", "WIN", "PD"}


def test_a_round_is_due_when_the_one_before_is_over():
    tournament = drawn(5, FORMAT, Options(rounds=2))
    assert (tournament.phase, tournament.round_due, tournament.may_meet) == ("running", 1, (1, 2, 3, 4, 5))
    tournament = apply(tournament, RoundDrawn(1, ((1, 3), (2, 4)), 5))
    assert tournament.pairing("s1.3").verdict == Verdict("bye", 1)
    assert (tournament.round_due, [p.id for p in tournament.playable()]) == (None, ["s1.1", "s1.2"])
    assert tournament.why("s1.1") == Reason("swiss", (1, 3))
    assert tournament.why("s1.3") == Reason("bye", (5,))
    assert tournament.rounds()[0].name == RoundName("round", 1)
    for id in ("s1.1", "s1.2"):
        tournament = apply(tournament, Result(id, 1))
    assert tournament.round_due == 2
    assert ranks(tournament) == {5: 1, 1: 2, 2: 2, 3: 4, 4: 4}  # a bye counts as against an average opponent


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (RoundDrawn(2, ((1, 2), (3, 4))), "expected round 1, came 2"),
        (RoundDrawn(1, ((1, 2),)), r"expected each of \[1, 2, 3, 4\] once, came \[1, 2\]"),
        (RoundDrawn(1, ((1, 2), (3, 3))), r".*came \[1, 2, 3, 3\]"),
        (RoundDrawn(1, ((1, 2), (3, 5))), r".*came \[1, 2, 3, 5\]"),
        (RoundDrawn(1, ((1, 2),), 3), r".*came \[1, 2, 3\]"),
        (RoundDrawn(1, ((1, 2), (3, 4)), 4), r".*came \[1, 2, 3, 4, 4\]"),
    ],
)
def test_a_round_that_does_not_pair_who_is_there_is_refused(event, message):
    with pytest.raises(Refused, match=f"round: {message}"):
        apply(drawn(4, FORMAT), event)


def test_a_round_before_the_last_is_over_is_refused():
    tournament = after(FORMAT, 4, RoundDrawn(1, ((1, 2), (3, 4))))
    with pytest.raises(Refused, match="round: expected a round that is due, came 2"):
        apply(tournament, RoundDrawn(2, ((1, 3), (2, 4))))
    with pytest.raises(Refused, match="round: expected a tournament with a round due, came running"):
        next_round(tournament)


def test_who_enters_late_or_drops_is_paired_from_then_on_or_no_more():
    log = [RoundDrawn(1, ((1, 3), (2, 4))), Result("s1.1", 1), Dropped(2)]
    tournament = after(FORMAT, 4, *log, options=Options(rounds=3))
    assert tournament.pairing("s1.2").winner == 4
    tournament = apply(tournament, Entered(9, "Late"))
    assert (tournament.order, tournament.may_meet) == ((1, 2, 3, 4, 9), (1, 3, 4, 9))
    assert [(c.id, c.score, set(c.met)) for c in contenders(tournament)] == [
        (1, 1, {3}),
        (4, 1, {2}),
        (9, 0, set()),
        (3, -1, {1}),
    ]
    tournament = apply(tournament, next_round(tournament))
    assert [p.occupants for p in tournament.rounds()[1].pairings] == [(1, 4), (9, 3)]
    assert ranks(tournament)[9] is not None


def test_it_ends_when_nobody_is_left_to_play():
    tournament = after(FORMAT, 3, Dropped(2), Dropped(3))
    assert (tournament.phase, tournament.round_due) == ("finished", None)


def test_a_round_of_which_nothing_is_played_is_undone_and_drawn_again():
    tournament = after(FORMAT, 4, RoundDrawn(1, ((1, 2), (3, 4))), Undone(6))
    assert tournament == drawn(4, FORMAT)
    tournament = apply(tournament, RoundDrawn(1, ((1, 4), (2, 3))))
    assert tournament.pairing("s1.1").occupants == (1, 4)
    with pytest.raises(Refused, match="undo: expected round 2, came 1"):
        apply(tournament, Undone(7))  # would bring the first drawing back beside the second
    tournament = apply(tournament, Result("s1.1", 1))
    with pytest.raises(Refused, match=r"undo: expected pairings of which nothing is played, came s1\.1"):
        apply(tournament, Undone(8))


# --- wins in, losses out ---


@pytest.mark.parametrize("entrants", [8, 16, 17, 33])
def test_with_three_wins_one_is_through_and_with_three_losses_out(entrants):
    tournament, _ = play(drawn(entrants, FORMAT, Options(wins=3, losses=3)), chance=entrants)
    assert tournament.phase == "finished"
    assert tournament.rounds_drawn <= 5
    wins = Counter(p.winner for p in tournament.pairings.values())
    losses = Counter(loser for p in tournament.pairings.values() for loser in p.losers)
    undecided = [e for e in tournament.order if wins[e] < 3 and losses[e] < 3]
    assert len(undecided) <= 1  # one alone has nobody left to play
    assert max(wins[e] for e in tournament.order) == 3
    assert max(losses.values()) == 3
    standings = tournament.standings()
    records = [(-wins[s.entrant], losses[s.entrant]) for s in standings]
    assert records == sorted(records)
    assert (standings[0].points, set(standings[0].tie_breaks)) == (3, {"losses", "difficulty"})


def test_a_double_forfeit_is_a_loss_of_both():
    tournament = after(FORMAT, 2, RoundDrawn(1, ((1, 2),)), DoubleForfeit("s1.1"), options=Options(wins=1, losses=1))
    assert (tournament.phase, ranks(tournament)) == ("finished", {1: 1, 2: 1})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(rounds=4), "expected rounds: at most 3 for 4 entrants, came 4"),
        (Options(tie_breaks=("BH", "BX")), "expected tie_breaks: of PTS, .*, each once, came BX"),
        (Options(wins=3, losses=3, tie_breaks=("BH",)), r"expected tie_breaks: none with wins and losses, came"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message):
    with pytest.raises(Refused, match=f"option: {message}"):
        drawn(4, FORMAT, options)


def test_it_takes_2048_and_no_more():
    tournament = drawn(2048, FORMAT)
    assert len(tournament.may_meet) == 2048
    with pytest.raises(Refused, match="size: expected at most 2048 entrants, came 2049"):
        apply(tournament, Entered(2049, "E2049"))
