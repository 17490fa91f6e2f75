import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tournaments.management.commands.standings import Command

ROOT = Path(__file__).resolve().parents[3]

# The same six players as in test_tie_breaks.py, where their tie-breaks are worked by hand.
FILE = """\
012 Every kind of round
001    1      One                                                                2.5    1     4 w 1     3 b 1     2 w =     5 b 0
001    2      Two                                                                2.5    2     5 w =     4 w +     1 b =     3 w =
001    3      Three                                                              2.5    3     6 b 1     1 w 0     5 b 1     2 b =
001    4      Four                                                               0.0    6     1 b 0     2 b -
001    5      Five                                                               2.0    4     2 b =  0000 - H     3 w 0     1 w 1
001    6      Six                                                                2.0    5     3 w 0  0000 - F  0000 - Z  0000 - U
XXR 4
"""  # noqa: E501 - lines of a report are long


def standings(*arguments):
    out = StringIO()
    call_command(Command(), *map(str, arguments), stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "report.trf"
    file.write_text(FILE, encoding="utf-8")
    return file


def test_it_prints_ranks_and_points(file):
    assert standings(file) == {
        "standings": [
            {"id": 1, "rank": 1, "PTS": 2.5},
            {"id": 2, "rank": 1, "PTS": 2.5},
            {"id": 3, "rank": 1, "PTS": 2.5},
            {"id": 5, "rank": 4, "PTS": 2},
            {"id": 6, "rank": 4, "PTS": 2},
            {"id": 4, "rank": 6, "PTS": 0},
        ]
    }


def test_it_prints_the_tie_breaks_asked_for_and_ranks_by_them(file):
    assert standings(file, "--tie-breaks", "BH/C1,BH,BH/M1,SB,WIN,PS,DE")["standings"][:4] == [
        {"id": 3, "rank": 1, "PTS": 2.5, "BH/C1": 7, "BH": 9, "BH/M1": 4.5, "SB": 5.25, "WIN": 2, "PS": 6.5, "DE": 0},
        {"id": 1, "rank": 2, "PTS": 2.5, "BH/C1": 7, "BH": 8, "BH/M1": 4.5, "SB": 4.75, "WIN": 2, "PS": 8, "DE": 0},
        {"id": 2, "rank": 3, "PTS": 2.5, "BH/C1": 7, "BH": 8, "BH/M1": 4.5, "SB": 4.5, "WIN": 1, "PS": 6.5, "DE": 0},
        {"id": 5, "rank": 4, "PTS": 2, "BH/C1": 7.5, "BH": 9.5, "BH/M1": 5, "SB": 4.75, "WIN": 1, "PS": 4.5, "DE": 0},
    ]
    assert [row["id"] for row in standings(file, "--tie-breaks=DE")["standings"]] == [1, 2, 3, 5, 6, 4]


def test_an_older_edition_can_be_asked_for(file):
    rows = standings(file, "--tie-breaks=BH", "--edition=2024-08")["standings"]
    assert {row["id"]: row["BH"] for row in rows}[2] == 9.5


def test_a_file_of_an_older_program_is_latin_1(file):
    file.write_bytes(FILE.replace("One  ", "Åse  ").encode("latin-1"))
    assert standings(file)["standings"][0]["id"] == 1
    file.write_bytes(b"\xef\xbb\xbf" + FILE.encode())
    assert standings(file)["standings"][0]["id"] == 1


def test_columns_may_have_been_counted_in_bytes(file):
    file.write_bytes(FILE.encode().replace(b"One  ", "Åse ".encode()))
    assert standings(file)["standings"][0]["id"] == 1
    file.write_bytes(FILE.encode().replace(b"One  ", "Åse  ".encode()).replace(b"Two  ", b"\xc5se  "))
    with pytest.raises(CommandError, match="line 2, column 85: expected a blank between two fields"):
        standings(file)
    file.write_bytes(FILE.encode().replace(b"One  ", "Åse ".encode()).replace(b"4 w 1", b"4 w ?"))
    with pytest.raises(CommandError, match="line 2, column"):
        standings(file)


@pytest.mark.parametrize("names", ["XX", "BH,,SB", "BH,BH", "", "PD"])
def test_an_unknown_tie_break_is_refused(file, names):
    with pytest.raises(
        CommandError, match=r"--tie-breaks: expected tie-breaks of PTS, BH, .*, PS/C1, DE, each once, came"
    ) as refused:
        standings(file, f"--tie-breaks={names}")
    assert refused.value.returncode == 2


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match="expected a file that can be read, came") as refused:
        standings(tmp_path / "missing.trf")
    assert refused.value.returncode == 2


def test_a_bad_file_ends_with_2_an_error_with_its_place_and_nothing_on_the_standard_output(file):
    file.write_text(FILE.replace("4 w 1", "4 w 0"), encoding="utf-8")
    command = [sys.executable, "manage.py", "standings", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "line 2, column 81: expected the sum of the results, 1.5, " in done.stderr
    assert done.stderr.count("\n") == 1
