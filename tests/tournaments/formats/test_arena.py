import pytest

from tournaments.formats.arena_draw import Clock, clock, closes_ms, pairs_now
from tournaments.formats.engine import apply, begin
from tournaments.formats.events import (
    Cancelled,
    Closed,
    DoubleForfeit,
    Dropped,
    Entered,
    MatchEnded,
    Overridden,
    Paired,
    Reopened,
    Replaced,
    Rested,
    Result,
    Returned,
    RoundDrawn,
    Undone,
    Walkover,
)
from tournaments.formats.format import Reason, RoundName
from tournaments.formats.options import Options
from tournaments.formats.refused import Refused

from .plays import after, drawn, ranks


def arena(entrants, *events):
    return after("arena", entrants, *events)


def points(tournament):
    return {standing.entrant: standing.points for standing in tournament.standings()}


def free(tournament):
    return [entrant for entrant in tournament.order if tournament.may_be_paired(entrant)]


# --- the course ---


def test_each_pair_is_a_pairing_that_is_decided_by_one_match():
    tournament = arena(5, Paired(((1, 2), (3, 4))))
    assert [pairing.id for pairing in tournament.playable()] == ["a.1", "a.2"]
    assert tournament.best_of("a.1") == 1
    tournament = apply(tournament, MatchEnded("a.2", 1, (5, 3), 7))
    tournament = apply(tournament, Paired(((5, 3),)))
    assert list(tournament.pairings) == ["a.1", "a.2", "a.3"]
    assert tournament.pairings["a.3"].entrants == (5, 3)
    assert tournament.why("a.3") == Reason("arena", (5, 3))
    assert [round.name for round in tournament.rounds()] == [RoundName("arena", 1)]


def test_it_runs_until_it_is_closed_and_the_last_match_is_decided():
    tournament = arena(2)
    assert (tournament.phase, tournament.pairing_open, tournament.champion) == ("running", True, None)
    closed = apply(apply(tournament, Paired(((1, 2),))), Closed())
    assert (closed.phase, closed.pairing_open) == ("running", False)
    over = apply(closed, Result("a.1", 2))
    assert (over.phase, over.champion) == ("finished", 2)
    assert apply(tournament, Closed()).phase == "finished"
    again = apply(over, Undone(over.n - 1))
    assert (again.phase, again.pairing_open) == ("running", True)


def test_equals_share_a_rank_and_the_numbers_say_why():
    tournament = arena(6, Paired(((1, 2), (3, 4))), Result("a.1", 1), Result("a.2", 1))
    assert ranks(tournament) == {1: 1, 3: 1, 5: 3, 6: 3, 2: 5, 4: 5}  # who lost has played more for as little
    tournament = apply(apply(tournament, Paired(((1, 4), (2, 3)))), Result("a.3", 1))
    tournament = apply(tournament, Result("a.4", 1))
    assert points(tournament) == {1: 4, 2: 2, 3: 2, 4: 0, 5: 0, 6: 0}
    assert ranks(tournament) == {1: 1, 2: 2, 3: 2, 5: 4, 6: 4, 4: 6}
    first = tournament.standings()[0]
    assert dict(first.tie_breaks) == {"WIN": 2, "matches": 2, "streak": 2}


def test_a_streak_goes_by_the_order_of_pairing():
    """So that what is played again much later counts where it was."""
    pairs = [((1, 2),), ((1, 3),), ((1, 2),)]
    log = [event for n, pair in enumerate(pairs, 1) for event in (Paired(pair), Result(f"a.{n}", 1))]
    tournament = arena(3, *log)
    assert points(tournament)[1] == 2 + 2 + 4
    reopened = apply(tournament, Reopened("a.2"))
    assert points(reopened)[1] == 2 + 2
    assert points(apply(reopened, Result("a.2", 2))) == {1: 4, 3: 2, 2: 0}
    assert apply(reopened, Result("a.2", 1)) == tournament
    assert points(apply(tournament, Overridden("a.1", "score", 2)))[1] == 2 + 2


def test_nobody_wins_a_double_forfeit():
    tournament = arena(2, Paired(((1, 2),)), DoubleForfeit("a.1"))
    assert points(tournament) == {1: 0, 2: 0}
    assert tournament.cards[1].score.played == 0


# --- who comes, goes and rests ---


def test_who_drops_loses_the_match_under_way_and_is_not_paired_again():
    tournament = arena(3, Paired(((1, 2),)), Dropped(1))
    assert tournament.pairings["a.1"].winner == 2
    assert free(tournament) == [2, 3]
    with pytest.raises(Refused, match=r"pairs: expected .*, came \[1\]"):
        apply(tournament, Paired(((1, 3),)))


def test_who_rests_plays_to_the_end_and_is_not_paired_before_coming_back():
    tournament = arena(3, Paired(((1, 2),)), Rested(1))
    assert tournament.playing == {1, 2}
    tournament = apply(tournament, Result("a.1", 1))
    assert free(tournament) == [2, 3]
    with pytest.raises(Refused, match=r"rest: expected who does not rest, came 1"):
        apply(tournament, Rested(1))
    tournament = apply(tournament, Returned(1))
    assert free(tournament) == [1, 2, 3]
    with pytest.raises(Refused, match=r"rest: expected who rests, came 1"):
        apply(tournament, Returned(1))


def test_one_may_come_late_until_it_is_closed():
    tournament = arena(2, Entered(9, "Late"))
    assert free(tournament) == [1, 2, 9]
    assert apply(tournament, Paired(((9, 1),))).pairings["a.1"].entrants == (9, 1)
    closing = arena(3, Paired(((1, 2),)), Closed())
    with pytest.raises(Refused, match="phase: expected before the close for entered, came closed"):
        apply(closing, Entered(9, "Too late"))


def test_who_takes_over_a_place_has_its_points_and_no_break():
    tournament = arena(3, Paired(((1, 2),)), Result("a.1", 1), Rested(1), Replaced(1, 8, "New"))
    assert points(tournament) == {8: 2, 2: 0, 3: 0}
    assert free(tournament) == [8, 2, 3]
    assert points(apply(apply(tournament, Paired(((8, 3),))), Result("a.2", 1)))[8] == 4


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (Paired(((1, 3),)), r"pairs: expected those who are there and in no pairing, came \[1\]"),
        (Paired(((3, 7),)), r"pairs: .* came \[7\]"),
        (Rested(7), "entrant: expected an entrant of the draw who has not dropped, came 7"),
        (Entered(1, "E"), "entrant: expected somebody who has not entered"),
        (Walkover("a.2", 1), "pairing: expected the id of a pairing of the draw, came a.2"),
        (RoundDrawn(1, ((1, 2),)), "round: expected a round that is due, came 1"),
    ],
)
def test_what_is_not_possible_is_refused(event, message):
    with pytest.raises(Refused, match=message):
        apply(arena(3, Paired(((1, 2),))), event)


@pytest.mark.parametrize("event", [Paired(((3, 4),)), Rested(3), Closed()])
def test_when_it_is_closed_nobody_is_paired_any_more(event):
    with pytest.raises(Refused, match=f"phase: expected before the close for {event.kind}, came closed"):
        apply(arena(4, Paired(((1, 2),)), Closed()), event)


@pytest.mark.parametrize("event", [Paired(((1, 2),)), Rested(1), Returned(1), Closed()])
def test_other_formats_do_not_pair_as_they_go(event):
    with pytest.raises(Refused, match=f"format: expected a format that pairs as it goes for {event.kind}, came swiss"):
        apply(drawn(4, "swiss"), event)


def test_it_has_a_length_and_no_series():
    assert begin("arena", Options(minutes=1440)).format.options.minutes == 1440
    with pytest.raises(Refused, match="option of arena: minutes, came best_of"):
        begin("arena", Options(best_of=3))
    with pytest.raises(Refused, match="minutes: an integer from 1 to 1440, came 0"):
        Options(minutes=0)


# --- undoing ---


def test_a_pair_is_undone_while_nothing_is_played_and_its_number_is_not_given_again():
    before = arena(4, Paired(((1, 2),)))
    tournament = apply(before, Paired(((3, 4),)))
    undone = apply(tournament, Undone(tournament.n))
    assert undone == before
    assert free(undone) == [3, 4]
    other = apply(undone, Paired(((4, 3),)))
    assert list(other.pairings) == ["a.1", "a.3"]
    played = apply(tournament, Result("a.2", 1))
    with pytest.raises(Refused, match=r"undo: expected pairings of which nothing is played, came a\.2"):
        apply(played, Undone(tournament.n))


# --- what the host asks ---


def test_those_who_are_there_and_free_are_paired_by_their_standing():
    tournament = arena(6, Paired(((1, 2), (3, 4))), Result("a.1", 1), Result("a.2", 1), Rested(5))
    assert pairs_now(tournament, {1, 2, 3, 4, 5, 6}, {}) == Paired(((1, 3), (6, 2)))
    assert pairs_now(tournament, {2, 4, 5}, {}) == Paired(((2, 4),))
    assert pairs_now(tournament, {1, 2}, {}) == Paired(((1, 2),))  # nobody else is there
    assert pairs_now(tournament, {1}, {}) is None
    playing = apply(tournament, Paired(((3, 6),)))
    assert pairs_now(playing, {1, 2, 3}, {}) is None  # they have just met, and others are about to be free


def test_nobody_is_paired_when_it_is_closed_or_called_off():
    for end in (Closed(), Cancelled()):
        with pytest.raises(Refused, match="phase: expected an arena that is not closed"):
            pairs_now(arena(3, Paired(((1, 2),)), end), {1, 2, 3}, {})


def test_it_closes_before_the_end_by_the_time_of_a_match():
    assert closes_ms(Clock(1_000), 10, [], expected_ms=90_000) == 511_000
    assert closes_ms(Clock(1_000), 10, [40_000, 300_000, 60_000], expected_ms=90_000) == 541_000
    assert closes_ms(Clock(0), 1, [], expected_ms=90_000) == 30_000


def test_its_clock_stands_while_it_is_paused():
    assert clock(1_000, []) == Clock(1_000)
    assert clock(1_000, [(True, 5_000)]) == Clock(1_000, stands_ms=5_000)
    assert clock(1_000, [(True, 5_000), (True, 6_000)]) == Clock(1_000, stands_ms=5_000)
    twice = [(True, 5_000), (False, 25_000), (True, 40_000), (False, 41_000)]
    assert clock(1_000, twice) == Clock(22_000)
    assert clock(1_000, twice).ends_ms(10) == 622_000
    assert closes_ms(clock(1_000, twice), 10, [], expected_ms=90_000) == 532_000
    assert clock(1_000, [*twice, (True, 50_000)]).ends_ms(10) == 622_000
