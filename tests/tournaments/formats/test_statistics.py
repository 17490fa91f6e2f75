"""The podium, the final ranks, and the numbers of a tournament."""

from hypothesis import given

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import DoubleForfeit, Dropped, MatchEnded, Overridden, Result, Walkover
from tournaments.formats.options import Options
from tournaments.formats.statistics import Count, Meeting, Most, Record, podium, ranking, records, statistics

from .plays import after, drawn, play_out
from .test_random_logs import logs


def test_equals_share_a_step_and_a_rank():
    tournament, _ = play_out(drawn(8))
    assert podium(tournament) == ((1,), (2,), (3, 4))
    assert [standing.rank for standing in ranking(tournament)] == [1, 2, 3, 3, 5, 5, 5, 5]


def test_with_a_match_for_third_place_there_is_one_on_each_step():
    tournament, _ = play_out(drawn(8, options=Options(third_place=True)))
    assert podium(tournament) == ((1,), (2,), (3,))


def test_what_nobody_won_leaves_a_step_empty():
    tournament = after("single_elimination", 2, DoubleForfeit("m1.1"))
    assert podium(tournament) == ((), (1, 2), ())


def test_who_is_not_ranked_stands_last():
    tournament = after("single_elimination", 4, Result("m1.1", 1))
    assert [(s.entrant, s.rank) for s in ranking(tournament)] == [(4, 3), (1, None), (2, None), (3, None)]
    assert podium(tournament) == ((), (), (4,))


def test_the_numbers_of_a_knock_out():
    tournament = after(
        "single_elimination",
        5,  # 4 meets 5; 1, 2, 3 have a bye
        Result("m1.2", 2, (3, 5), 71),
        Result("m2.1", 2, (4, 5), 72),  # seed 5 beats seed 1
        Walkover("m2.2", 1),
        Result("m3.1", 2, (5, 0), 73),  # seed 5 retires, though far ahead
    )
    counts = {
        71: Count(8, 60, 14, 90_000),
        72: Count(9, 40, 21, 120_000),
        73: Count(5, 60, 21, 30_000),
        99: Count(9, 999, 999, 999_000),  # one that was set aside
    }
    found = statistics(tournament, counts)
    assert (found.matches, found.forfeits, found.rallies, found.hits, found.lasted_ms) == (3, 1, 22, 160, 240_000)
    assert (found.longest_rally, found.most_hits, found.longest_match) == (
        Most(72, 21),
        Most(71, 60),
        Most(72, 120_000),
    )
    assert found.biggest_win == Meeting("m1.2", 5, 4, (5, 3), 71)
    assert found.upsets == (Meeting("m2.1", 5, 1, (5, 4), 72), Meeting("m1.2", 5, 4, (5, 3), 71))
    assert records(tournament) == {
        1: Record(0, 1, 4, 5),
        2: Record(2, 0, 0, 5),
        3: Record(0, 1),
        4: Record(0, 1, 3, 5),
        5: Record(2, 1, 15, 7),
    }


def test_a_series_counts_its_matches():
    tournament = after(
        "round_robin",
        2,
        MatchEnded("r1.1", 2, (1, 5), 1),
        MatchEnded("r1.1", 1, (5, 4), 2),
        MatchEnded("r1.1", 2, (2, 5), 3),
        options=Options(best_of=3),
    )
    found = statistics(tournament, {})
    assert found.matches == 3
    assert found.biggest_win == Meeting("r1.1", 2, 1, (5, 1), 1)
    assert found.upsets == (Meeting("r1.1", 2, 1, (2, 1), 3),)
    assert (found.longest_rally, found.rallies) == (None, 0)


def test_a_corrected_result_is_the_one_that_counts():
    tournament = after("single_elimination", 2, Result("m1.1", 2, (1, 5), 7), Overridden("m1.1", "score", 1, (5, 1)))
    assert statistics(tournament, {7: Count(6, 1, 1, 1)}).upsets == ()
    assert apply(tournament, Overridden("m1.1", "walkover", 1)).champion == 1


def test_a_tournament_without_a_match_has_nothing_to_tell():
    found = statistics(after("single_elimination", 2, Dropped(1)), {})
    assert (found.matches, found.forfeits, found.biggest_win, found.upsets) == (0, 1, None, ())


@given(logs(organiser=True))
def test_every_log_has_numbers_that_hang_together(log):
    format, options, events = log
    tournament = fold(format, events, options)
    of = records(tournament)
    assert of.keys() == set(tournament.order)
    assert sum(record.won for record in of.values()) <= sum(record.lost for record in of.values())
    assert sum(record.points for record in of.values()) == sum(record.conceded for record in of.values())
    on_it = [entrant for step in podium(tournament) for entrant in step]
    ranks = {standing.entrant: standing.rank for standing in ranking(tournament)}
    assert sorted(on_it) == sorted(entrant for entrant, rank in ranks.items() if rank is not None and rank <= 3)
