"""Sheets are read as they were meant, by programs and by spreadsheets."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tournaments.formats.plays import after, drawn, play_out
from tests.tournaments.formats.test_random_logs import logs
from tournaments.exports.about import About, Match
from tournaments.exports.sheets import BOM, FORMULA, MATCHES, RANKS, harmless, matches, ranks
from tournaments.formats.engine import fold
from tournaments.formats.events import DoubleForfeit, Drawn, Dropped, Entered, MatchEnded, Result, Walkover
from tournaments.formats.options import Options

ABOUT = About("Cup", matches={7: Match(1_772_400_000_123, 1_772_400_060_999, "https://pong.example/game/7/")})


def rows(sheet: str) -> list[dict[str, str]]:
    assert sheet.startswith(BOM)
    assert sheet.endswith("\r\n")
    return list(csv.DictReader(StringIO(sheet.removeprefix(BOM), newline="")))


def test_the_ranks_of_a_knock_out():
    tournament = after(
        "single_elimination", 3, Result("m1.2", 1, (5, 3), 7), Dropped(1)
    )  # 1 has a bye, and drops before the final
    found = rows(ranks(tournament))
    assert list(found[0]) == list(RANKS)
    assert [list(row.values()) for row in found] == [
        ["1", "2", "E2", "2", "2", "0", "5", "3", "no"],
        ["2", "1", "E1", "1", "0", "1", "0", "0", "yes"],
        ["3", "3", "E3", "3", "0", "1", "3", "5", "no"],
    ]


def test_a_table_has_its_points_and_tie_breaks_as_numbers():
    tournament, _ = play_out(drawn(5, "swiss"))
    found = rows(ranks(tournament))
    assert list(found[0])[len(RANKS) :] == ["points", "BH/C1", "BH", "SB", "WIN", "PD"]
    assert all(float(row["BH"]) >= float(row["BH/C1"]) for row in found)


def test_every_match_has_a_line_and_every_forfeit():
    tournament = after(
        "single_elimination",
        6,
        Result("m1.2", 2, (3, 5), 7),
        DoubleForfeit("m1.4"),
        MatchEnded("m2.1", 1, (5, 1)),
        MatchEnded("m2.1", 2, (2, 5)),
        MatchEnded("m2.1", 1, (5, 0)),
        options=Options(best_of_in=(("main.2", 3),)),
    )
    found = rows(matches(tournament, ABOUT))
    assert list(found[0]) == list(MATCHES)
    told = [(row["pairing"], row["how"], row["winner"], row["game"], row["game_score_1"]) for row in found]
    assert told == [
        ("m1.1", "bye", "1", "", ""),
        ("m1.2", "score", "5", "1", "3"),
        ("m1.3", "bye", "2", "", ""),
        ("m1.4", "double_forfeit", "", "", ""),
        ("m2.1", "score", "1", "1", "5"),
        ("m2.1", "score", "1", "2", "2"),
        ("m2.1", "score", "1", "3", "5"),
        ("m2.2", "walkover", "2", "", ""),
        ("m3.1", "", "", "", ""),
    ]
    first = found[1]
    assert (first["started"], first["finished"], first["url"]) == (
        "2026-03-01T21:20:00Z",
        "2026-03-01T21:21:00Z",
        "https://pong.example/game/7/",
    )
    assert (first["name_1"], first["seed_1"], first["name_2"], first["seed_2"]) == ("E4", "4", "E5", "5")
    assert (found[4]["score_1"], found[4]["score_2"]) == ("2", "1")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\u200e=1", "\u202e\u2066-1", "＝1"])  # noqa: RUF001
def test_a_name_is_no_formula(name):
    assert harmless(name) == f"'{name}"
    tournament = fold("round_robin", [Entered(1, name), Entered(2, "Bob"), Drawn((1, 2)), Walkover("r1.1", 1)])
    assert rows(ranks(tournament))[0]["name"] == f"'{name}"
    assert rows(matches(tournament, ABOUT))[0]["name_1"] == f"'{name}"


@pytest.mark.parametrize("name", ["Åse", "O'Neil", "a=1", "1-0", "👩‍🚀", "שלום", '"quoted", <b>&amp;</b>', ""])
def test_any_other_name_stays_what_it_is(name):
    assert harmless(name) == name


@given(st.text())
def test_no_text_begins_as_a_formula(text):
    assert harmless(text)[:1] not in FORMULA
    assert harmless(text).removeprefix("'") == text.removeprefix("'")


@given(logs(organiser=True))
def test_every_log_has_its_sheets(log):
    format, options, events = log
    tournament = fold(format, events, options)
    assert len(rows(ranks(tournament))) == len(tournament.order)
    found = rows(matches(tournament, ABOUT))
    assert {row["pairing"] for row in found} == {p.id for p in tournament.pairings.values() if p.state != "void"}
