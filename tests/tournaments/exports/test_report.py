"""What is written of a tournament as a report of FIDE's is the same tournament when it is read."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.tournaments.formats.plays import drawn, play_out
from tests.tournaments.formats.test_random_logs import logs
from tournaments.exports.about import About
from tournaments.exports.report import report
from tournaments.formats import trf
from tournaments.formats.engine import apply, fold
from tournaments.formats.events import DoubleForfeit, Drawn, Dropped, Entered, Result, RoundDrawn, Walkover
from tournaments.formats.options import Options
from tournaments.formats.refused import Refused
from tournaments.formats.tie_breaks import standings
from tournaments.formats.tournament import Tournament

ABOUT = About("Spring Cup", began_ms=1_772_400_000_000, ended_ms=1_772_410_000_000)
TIE_BREAKS = ("BH/C1", "BH", "SB", "WIN", "DE")
CASES = [
    ("swiss", Options(rounds=3, tie_breaks=TIE_BREAKS), (4, 11)),
    ("swiss", Options(wins=2, losses=2), (2, 11)),
    ("round_robin", Options(tie_breaks=TIE_BREAKS), (2, 7)),
    ("round_robin", Options(cycles=2, tie_breaks=TIE_BREAKS), (2, 5)),
]


def read(tournament: Tournament) -> trf.Report:
    written = report(tournament, ABOUT)
    found = trf.read(trf.write(written))
    assert found == written
    return found


@given(logs(st.sampled_from(CASES), organiser=True))
def test_the_standings_of_a_report_are_ours(log):
    format, options, events = log
    tournament = fold(format, events, options)
    assume(tournament.order)
    assert read(tournament).players  # also while it runs
    tournament, _ = play_out(tournament)
    assume(tournament.phase == "finished" and tournament.pairings)
    found = read(tournament)
    by_number = dict(enumerate(tournament.order, start=1))
    assert found.predetermined == (format == "round_robin")
    if options.wins is not None:
        return  # these are not ranked by FIDE's rules
    table = standings(found.results(), TIE_BREAKS, predetermined=found.predetermined)
    ours = {s.entrant: (s.rank, s.points, dict(s.tie_breaks)) for s in tournament.standings()}
    assert {by_number[s.entrant]: (s.rank, s.points, dict(s.values)) for s in table} == ours
    assert {by_number[p.number]: p.rank for p in found.players} == {entrant: line[0] for entrant, line in ours.items()}


def swiss(*events, entrants=5):
    return fold("swiss", [*(Entered(n, f"E{n}") for n in range(1, entrants + 1)), *events], Options(rounds=3))


def test_a_report_says_how_every_round_went():
    tournament = swiss(
        Drawn((1, 2, 3, 4, 5)),
        RoundDrawn(1, ((1, 3), (2, 4)), 5),
        Result("s1.1", 1, (5, 2), 11),
        Walkover("s1.2", 2),
        Entered(9, "Late\u202e =1+1\n<b>"),
        Dropped(3),
        RoundDrawn(2, ((4, 1), (9, 5)), 2),
        DoubleForfeit("s2.1"),
        Result("s2.2", 2),
        RoundDrawn(3, ((1, 2), (4, 5)), 9),
        Result("s3.1", 1),
    )
    lines = trf.write(report(tournament, ABOUT)).splitlines()
    assert lines[:5] == [
        "012 Spring Cup",
        "042 2026/03/01",
        "052 2026/03/02",
        "062 6",
        "092 Individual: Swiss-System",
    ]
    assert [
        (line[4:8].strip(), line[14:47].strip(), line[80:84].strip(), line[91:].strip()) for line in lines[5:11]
    ] == [
        ("1", "E1", "1.0", "3 w 1     4 b -"),
        ("2", "E2", "1.0", "4 w -  0000 - U"),
        ("3", "E3", "0.0", "1 b 0  0000 - Z"),
        ("4", "E4", "1.0", "2 b +     1 w -"),
        ("5", "E5", "2.0", "0000 - U     6 b 1"),
        ("6", "Late =1+1 <b>", "0.0", "0000 - Z     5 w 0"),
    ]
    assert lines[11:] == ["XXR 3"]
    over = read(apply(tournament, Result("s3.2", 2)))
    assert [player.rank for player in over.players] == [2, 5, 6, 3, 1, 3]
    assert [len(player.results) for player in over.players] == [3] * 6


def test_a_swiss_of_which_no_round_is_over_has_players_only():
    found = read(swiss(Drawn((1, 2, 3, 4, 5)), RoundDrawn(1, ((1, 3), (2, 4)), 5)))
    assert ([player.results for player in found.players], found.rounds) == ([()] * 5, 3)


def test_the_largest_double_round_robin_fits_its_columns():
    tournament, _ = play_out(drawn(64, "round_robin", Options(cycles=2)))
    assert [player.points for player in read(tournament).players][:3] == [252, 248, 244]


@pytest.mark.parametrize("format", ["single_elimination", "double_elimination", "groups"])
def test_what_is_no_table_has_no_report(format):
    with pytest.raises(Refused) as refusal:
        report(drawn(8, format), ABOUT)
    assert (refusal.value.code, refusal.value.came) == ("format", format)


def test_before_the_draw_there_is_none():
    with pytest.raises(Refused) as refusal:
        report(swiss(), ABOUT)
    assert refusal.value.code == "phase"
