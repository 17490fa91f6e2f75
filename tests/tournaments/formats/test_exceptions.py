"""What an organiser may do to a tournament under way: override, reopen, replace, undo. Examples; the promises that hold
for all of them are in test_random_logs.
"""

import pytest

from tournaments.formats.engine import apply, fold, preview, undoable
from tournaments.formats.events import (
    Cancelled,
    DoubleForfeit,
    Dropped,
    Entered,
    MatchEnded,
    Overridden,
    Reopened,
    Replaced,
    Result,
    RoundDrawn,
    Undone,
    Walkover,
)
from tournaments.formats.options import Options
from tournaments.formats.pairing import Played, Verdict
from tournaments.formats.place import WinnerOf
from tournaments.formats.refused import Refused

from .plays import FORMAT, after, drawn, opening, play_out

PLAYED = (Result("m1.1", 1, (11, 5)), Result("m1.2", 1, (11, 7)), Result("m2.1", 1, (11, 9), match=3))


def played(*events):
    """Four entrants, all of it played: 1 beat 4, 2 beat 3, 1 beat 2."""
    return after(FORMAT, 4, *PLAYED, *events)


def test_what_followed_from_an_overridden_verdict_is_played_again():
    tournament = played(Overridden("m1.1", "score", 2, (5, 11)))
    assert (tournament.phase, tournament.champion) == ("running", None)
    assert tournament.pairing("m1.1").verdict == Verdict("score", 2, (5, 11))
    assert (tournament.pairing("m2.1").occupants, tournament.pairing("m2.1").state) == ((4, 2), "playable")
    assert apply(tournament, Result("m2.1", 1)).champion == 4


def test_what_was_played_counts_again_if_its_two_meet_after_all():
    tournament = played(Overridden("m1.1", "walkover", 2), Result("m2.1", 1), Overridden("m1.1", "walkover", 1))
    assert tournament.pairing("m2.1").verdict == Verdict("score", 1, (11, 9), 3)
    assert tournament.champion == 1


def test_a_preview_says_which_pairings_an_override_touches():
    tournament = played()
    changes = preview(tournament, Overridden("m1.1", "double_forfeit"))
    assert [(change.id, change.before.winner, change.after.verdict) for change in changes] == [
        ("m1.1", 1, Verdict("double_forfeit")),
        ("m2.1", 1, Verdict("walkover", 2)),
    ]


def test_an_override_of_the_score_alone_touches_nothing_else():
    assert [change.id for change in preview(played(), Overridden("m1.1", "score", 1, (11, 2)))] == ["m1.1"]


def test_a_reopened_pairing_is_played_again_and_what_follows_waits():
    tournament = played(Reopened("m1.2"))
    assert tournament.pairing("m1.2").state == "playable"
    assert tournament.pairing("m2.1").occupants == (1, WinnerOf("m1.2"))
    assert tournament.pairing("m2.1").state == "waiting"
    assert apply(tournament, Result("m1.2", 1)).champion == 1  # the same two: their final stands


def test_somebody_new_takes_over_a_place_with_what_was_won_from_it():
    tournament = after(FORMAT, 4, PLAYED[0], Replaced(1, 9, "Nina"))
    assert tournament.order == (9, 2, 3, 4)
    assert tournament.entrants == {9: "Nina", 2: "E2", 3: "E3", 4: "E4"}
    assert (tournament.pairing("m1.1").occupants, tournament.pairing("m1.1").winner) == ((9, 4), 9)
    tournament, _ = play_out(tournament, lambda pairing: 1)
    assert tournament.champion == 9


def test_who_takes_over_from_one_who_dropped_plays_what_is_to_come():
    tournament = after("round_robin", 3, Dropped(1), Replaced(1, 9, "Nina"))
    assert not tournament.dropped
    assert tournament.pairing("r1.1").state == "playable"
    assert {p.verdict.how for p in tournament.pairings.values() if p.verdict} == {"walkover"}


def test_an_undoing_is_undone_by_another():
    tournament = played(Undone(6))
    assert tournament.pairing("m1.1").state == "playable"
    assert tournament.pairing("m2.1").state == "waiting"
    assert apply(tournament, Undone(tournament.n)) == played()


def test_an_undone_drop_is_as_if_it_had_not_been():
    log = [Dropped(1), Result("m1.2", 1)]
    tournament = after(FORMAT, 4, *log)
    assert tournament.pairing("m2.1").occupants == (4, 2)
    tournament = apply(tournament, Undone(6))
    assert (tournament.phase, tournament.dropped) == ("running", frozenset())
    assert tournament == after(FORMAT, 4, log[1])


def test_a_cancelled_tournament_may_go_on():
    assert after(FORMAT, 4, Cancelled(), Undone(6)) == drawn(4)


def test_a_match_of_a_series_is_undone_alone():
    options = Options(best_of=3)
    log = [*opening(2), MatchEnded("m1.1", 1, (11, 3), 7), MatchEnded("m1.1", 1, (11, 4), 8)]
    tournament = fold(FORMAT, log, options)
    assert tournament.pairing("m1.1").verdict == Verdict("score", 1, (2, 0), 8)
    tournament = apply(tournament, Undone(4))
    assert tournament.pairing("m1.1").matches == (Played(1, (11, 4), 8),)
    assert tournament.pairing("m1.1").state == "playable"


def test_a_walkover_ends_a_series():
    tournament = fold(FORMAT, [*opening(2), MatchEnded("m1.1", 1), Walkover("m1.1", 2)], Options(best_of=5))
    assert (tournament.champion, tournament.pairing("m1.1").matches) == (2, (Played(1),))


@pytest.mark.parametrize("best_of", [1, 3, 5, 7])
def test_a_series_is_over_when_one_has_won_most_of_it(best_of):
    tournament = fold(FORMAT, opening(2), Options(best_of=best_of))
    needed = best_of // 2 + 1
    for number in range(best_of):
        assert tournament.pairing("m1.1").state == "playable"
        slot = 1 if number % 2 == 0 else 2  # each wins one in turn, to the last match
        tournament = apply(tournament, MatchEnded("m1.1", slot, (11, 9) if slot == 1 else (9, 11)))
    expected = (11, 9) if best_of == 1 else (needed, needed - 1)
    assert tournament.pairing("m1.1").verdict == Verdict("score", 1, expected)


@pytest.mark.parametrize(
    ("event", "code", "message"),
    [
        (Overridden("m2.1", "score", 1), "decision", r"m2\.1 to be decided between two entrants, came waiting"),
        (Overridden("m1.2", "score", 1), "decision", r"m1\.2 to be decided between two entrants, came playable"),
        (Overridden("m1.9", "score", 1), "pairing", r"the id of a pairing of the draw, came m1\.9"),
        (Reopened("m1.2"), "decision", "came playable"),
        (Reopened("m1.3"), "decision", "both entrants of m1.3 to be there, came 2 has dropped"),
        (Replaced(8, 1, "E1"), "entrant", "somebody who has not entered, came 1"),
        (Replaced(12, 13, "E"), "entrant", "an entrant of the draw, came 12"),
        (Undone(9), "undo", "an event after the draw that has not been undone, came 9"),
        (Undone(11), "undo", "that has not been undone, came 11"),
        (Undone(90), "undo", "came 90"),
        (RoundDrawn(1, ((1, 2),)), "round", "expected a round that is due, came 1"),
        (Entered(9, "E9"), "phase", "expected open for entered, came running"),
    ],
)
def test_it_refuses(event, code, message):
    # 8 entrants: 10 and 11 are results, 12 undoes 11, and 13 is a drop.
    log = [Result("m1.1", 1), Result("m1.2", 1), Undone(11), Dropped(2)]
    state = after(FORMAT, 8, *log)
    with pytest.raises(Refused, match=message) as refused:
        apply(state, event)
    assert refused.value.code == code


def test_a_bye_and_a_void_pairing_are_no_decisions():
    state = after(FORMAT, 7, DoubleForfeit("m1.3"), DoubleForfeit("m1.4"))
    for id, came in (("m1.1", "bye"), ("m2.2", "void")):
        with pytest.raises(Refused, match=f"decision: .*came {came}"):
            apply(state, Overridden(id, "walkover", 1))


def test_nobody_can_stand_in_two_places_by_an_undoing():
    log = [Replaced(1, 9, "Nina"), Replaced(2, 1, "E1")]  # 1 gave up a place and took over another
    state = after(FORMAT, 4, *log)
    with pytest.raises(Refused, match="undo: expected entrants who stand in one place each"):
        apply(state, Undone(6))


def test_what_can_be_undone_now_is_named():
    tournament = played()
    assert undoable(tournament) == {6, 7, 8}, "neither the entries nor the draw"
    undone = apply(tournament, Undone(6))
    assert undoable(undone) == {7, 8, 9}, "the undoing in the place of what it undid"
    assert undoable(apply(undone, Undone(9))) == {6, 7, 8, 10}
    assert undoable(fold(FORMAT, opening(4)[:-1])) == frozenset(), "before the draw"
    assert undoable(after(FORMAT, 4, Cancelled())) == {6}
