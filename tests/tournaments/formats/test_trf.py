"""The tournament report file of FIDE: read strictly, written so that it reads the same."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tournaments.formats.tie_breaks import Round
from tournaments.formats.trf import Malformed, Player, Report, Result, fitting, read, write

FILE = """\
012 Spring Open
022 Lyon
092 Individual: Swiss
132                                                                                        24/03/01  24/03/02  24/03/03
### written by hand
001    1 mGM  Ålesund, Åse                      2401 NOR     1503014 1990/11/30  2.5    1     3 w 1  0000 - H     2 b 1
001    2 w    Ben, Ben                          1900 ENG             1991/01/02  1.0    3     4 b +     3 w -     1 w 0
001    3      Çelik                                  TUR                         1.0    2     1 b 0     2 b +  0000 - Z
001    4      Deniz                                                                     4     2 w -
XXR 5
013 The Team                           1   2
"""


def test_a_file_is_read():
    report = read(FILE)
    assert report.headers[:3] == (("012", "Spring Open"), ("022", "Lyon"), ("092", "Individual: Swiss"))
    assert report.others == ("### written by hand", "013 The Team                           1   2")
    assert report.rounds == 5
    first, second, third, fourth = report.players
    assert first == Player(
        number=1,
        sex="m",
        title="GM",
        name="Ålesund, Åse",
        rating=2401,
        federation="NOR",
        fide_number="1503014",
        birth_date="1990/11/30",
        points=5,
        rank=1,
        results=(Result("1", 3, "w"), Result("H"), Result("1", 2, "b")),
    )
    assert second.results == (Result("+", 4, "b"), Result("-", 3, "w"), Result("0", 1, "w"))
    assert (third.rating, third.points) == (None, 2)
    assert fourth.results == (Result("-", 2, "w"), Result("Z"), Result("Z"))  # blank is absent
    assert fourth.points is None


def test_it_becomes_what_the_tie_breaks_need():
    report = read(FILE)
    assert report.results() == {
        1: (Round("game", 2, 3), Round("half_bye", 1), Round("game", 2, 2)),
        2: (Round("forfeit_win", 2, 4), Round("forfeit_loss", 0, 3), Round("game", 0, 1)),
        3: (Round("game", 0, 1), Round("forfeit_win", 2, 2), Round("zero_bye", 0)),
        4: (Round("forfeit_loss", 0, 2), Round("zero_bye", 0), Round("zero_bye", 0)),
    }


def test_line_ends_blank_lines_and_small_letters_do_not_matter():
    report = read(FILE)
    assert read(FILE.replace("\n", "\r\n")) == report
    assert read(FILE.replace("\n", "\r")) == report
    assert read(FILE.replace("\n", "\n\n").replace("- H", "- h").replace("- Z", "    ")) == report
    assert read(FILE.replace("0000 - H", "       H")) == report


def two(results: list[Result], answers: list[Result], **fields) -> Report:
    return Report(players=(Player(1, results=tuple(results), **fields), Player(2, results=tuple(answers))))


def test_a_bye_noted_for_a_round_not_yet_paired_is_left_aside():
    report = two([Result("1", 2, "w"), Result("H")], [Result("0", 1, "b"), Result()], points=2)
    assert [len(rounds) for rounds in report.results().values()] == [1, 1]
    assert read(write(report)) == report


@pytest.mark.parametrize(
    ("kind", "predetermined"),
    [
        ("Individual: Round-Robin", True),
        ("Berger", True),
        ("individual RR", True),
        ("INDIVIDUAL: DOUBLE-ROUND-ROBIN", True),
        ("Individual: Swiss-System", False),
        ("Irrational", False),
        ("", False),
    ],
)
def test_field_092_says_whether_it_is_a_round_robin(kind, predetermined):
    report = read(FILE.replace("Individual: Swiss", kind))
    assert report.predetermined is predetermined


def cut(line: int, column: int, length: int, text: str) -> str:
    lines = FILE.splitlines()
    row = lines[line - 1].ljust(column - 1 + length)
    lines[line - 1] = row[: column - 1] + text + row[column - 1 + length :]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: expected at least one player, a line that begins with 001, came 'the end'"),
        ("012 Only\n", "line 2, column 1: expected at least one player"),
        ("<html>", "line 1, column 1: expected a data code of three characters and a blank, came '<html>'"),
        (cut(6, 4, 1, "1"), "line 6, column 1: expected a data code of three characters and a blank, came '0011"),
        (cut(6, 5, 4, "  x1"), "line 6, column 5: expected a player's number, 1 to 9999, came 'x1'"),
        (cut(6, 5, 4, "   0"), "line 6, column 5: expected a player's number, 1 to 9999, came '0'"),
        (cut(7, 5, 4, "   1"), "line 7, column 5: expected a number not yet used in line 6, came '   1'"),
        (cut(6, 48, 1, "x"), "line 6, column 48: expected a blank between two fields, came 'x'"),
        (cut(6, 49, 4, "24OO"), "line 6, column 49: expected a rating, 0 to 9999, came '24OO'"),
        (cut(6, 81, 4, " 2,5"), "line 6, column 81: expected points such as 4.5, came '2,5'"),
        (cut(6, 81, 4, " 3.5"), "line 6, column 81: expected the sum of the results, 2.5, .*, came '3.5'"),
        (cut(6, 86, 4, "  1."), "line 6, column 86: expected a rank, 1 to 9999, came '1.'"),
        (cut(6, 92, 4, "   x"), "line 6, column 92: expected the opponent's number, or 0000, 1 to 9999, came 'x'"),
        (cut(6, 92, 4, "   7"), "line 6, column 92: expected the number of another player, came '7'"),
        (cut(6, 92, 4, "   1"), "line 6, column 92: expected the number of another player, came '1'"),
        (
            cut(6, 92, 4, "   2"),
            "line 6, column 92: expected an opponent who has player 1 in this round, came 'line 7 has 4'",
        ),
        (cut(6, 96, 1, "x"), "line 6, column 96: expected a blank between two fields, came 'x'"),
        (cut(6, 97, 1, "-"), "line 6, column 97: expected a colour, w or b, came '-'"),
        (cut(6, 97, 1, "b"), "line 6, column 97: expected another colour than the opponent's, came 'b'"),
        (cut(6, 99, 1, "W"), "line 6, column 99: expected a result that goes with the opponent's in line 8, 0, came"),
        (cut(6, 99, 1, "Z"), r"line 6, column 99: expected one of 1, =, 0, W, D, L, \+, - against an opponent, came"),
        (
            cut(6, 99, 1, " "),
            r"line 6, column 99: expected one of 1, =, 0, W, D, L, \+, - against an opponent, came ''",
        ),
        (cut(6, 107, 1, "w"), "line 6, column 107: expected no colour, -, where there is no opponent, came 'w'"),
        (cut(6, 109, 1, "1"), "line 6, column 109: expected one of U, F, H, Z, as there is no opponent, came '1'"),
        (cut(10, 5, 1, "x"), "line 10, column 5: expected the number of rounds, 1 to 9999, came 'x'"),
        (cut(10, 5, 1, "2"), "line 10, column 5: expected at least the 3 rounds that were played, came '2'"),
        (FILE + "XXR 9\n", "line 12, column 1: expected the number of rounds once, not again after line 10"),
        *(
            (FILE + line, "line 12, column 1: expected results worth 1, 0.5 and 0 points")
            for line in (
                "XXS W=3\n",
                "XXS W=1 D=0\n",
                "BBU  0.5\n",
                "BBW x\n",
                "162  W 3.0    D 1.0\n",
                "162  W 1.0 ?\n",
            )
        ),
    ],
)
def test_a_bad_file_is_refused_with_the_place(text, message):
    with pytest.raises(Malformed, match=message):
        read(text)


@pytest.mark.parametrize(
    ("older", "code"), [("0000 - +", "F"), ("0000 - =", "H"), ("0000 - -", "Z"), (" 000   h", "H"), (" " * 8, "Z")]
)
def test_an_older_file_has_signs_for_rounds_without_an_opponent(older, code):
    player = read(FILE.replace("0000 - H", older).replace("  2.5    1", "         1")).players[0]
    assert player.results[1] == Result(code)


def test_letters_may_be_small_or_large():
    small = [line[:91] + line[91:].lower() if line.startswith("001") else line for line in FILE.splitlines()]
    large = [line[:91] + line[91:].upper() if line.startswith("001") else line for line in FILE.splitlines()]
    assert read("\n".join(small)) == read("\n".join(large)) == read(FILE)


@pytest.mark.parametrize(
    "line", ["BBW  1.0", "BBD  0.5", "BBF  0.0", "BBU  1", "XXS W=1 D=0.5 PAB=1.0", "162  W 1.0    D 0.5", "XXS"]
)
def test_a_line_that_says_what_results_are_worth_anyway_is_kept(line):
    assert read(f"{FILE}{line}\n").others[-1] == line
    assert read(f"{FILE}{line}\n").results() == read(FILE).results()


@pytest.mark.parametrize(
    "name", ["Otter", "\u202eretto\u202c  Brisk\n", "x" * 40, "👩‍🚀" * 12, "<b>&amp;\t</b>", "   ", "\x00"]
)
def test_any_name_can_be_made_to_fit(name):
    report = Report(players=(Player(1, name=fitting(name)),))
    assert read(write(report)) == report


@pytest.mark.parametrize(
    "report",
    [
        Report(),
        Report(players=(Player(1, name="x" * 34),)),
        Report(players=(Player(1, name="two\nlines"),)),
        Report(players=(Player(10000),)),
        Report(players=(Player(1, federation="LONG"),)),
        Report(players=(Player(1, points=3),)),
        two([Result("1", 2, "w")], []),
        Report(headers=(("001", "no"),), players=(Player(1),)),
    ],
)
def test_what_could_not_be_read_again_is_not_written(report):
    with pytest.raises(ValueError, match="expected"):
        write(report)


def texts(most: int):
    printable = st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"))
    return st.text(printable, max_size=most).map(lambda text: fitting(text)[:most].strip())


GAMES = ["10", "01", "==", "00", "=0", "0=", "WL", "LW", "DD"]


@st.composite
def reports(draw):
    random_ = random.Random(draw(st.integers(0, 2**32)))
    numbers = draw(st.lists(st.integers(1, 9999), min_size=1, max_size=9, unique=True))
    results: dict[int, list[Result]] = {number: [] for number in numbers}
    rounds = draw(st.integers(0, 6))
    for _ in range(rounds):
        there = random_.sample(numbers, random_.randint(0, len(numbers) // 2) * 2)
        for first, second in zip(there[::2], there[1::2], strict=True):
            mine, theirs = random_.choice([*GAMES, "+-", "-+", "--"])
            colours = random_.choice([("w", "b"), ("b", "w")] + [(None, None), ("w", None)] * (mine in "+-"))
            results[first].append(Result(mine, second, colours[0]))
            results[second].append(Result(theirs, first, colours[1]))
        for number in set(numbers) - set(there):
            results[number].append(Result(random_.choice("UFHZ")))
    worth = {"1": 2, "=": 1, "W": 2, "D": 1, "+": 2, "U": 2, "F": 2, "H": 1}
    players = [
        Player(
            number=number,
            name=draw(texts(33)),
            sex=draw(st.sampled_from(["", "m", "w"])),
            title=draw(st.sampled_from(["", "GM", "WGM", "g"])),
            rating=draw(st.none() | st.integers(0, 3000)),
            federation=draw(st.sampled_from(["", "FRA"])),
            fide_number=draw(st.sampled_from(["", "12345678901", "77"])),
            birth_date=draw(st.sampled_from(["", "1978", "1990/11/30"])),
            points=draw(st.none() | st.just(sum(worth.get(result.code, 0) for result in results[number]))),
            rank=draw(st.none() | st.integers(1, 9999)),
            results=tuple(results[number]),
        )
        for number in numbers
    ]
    codes = st.sampled_from(["012", "022", "092", "102", "112", "132"])
    return Report(
        headers=tuple(draw(st.lists(st.tuples(codes, texts(60)), max_size=4))),
        players=tuple(players),
        rounds=draw(st.none() | st.integers(rounds or 1, 99)),
        others=tuple(draw(st.lists(st.sampled_from(["### a comment", "013 Team", "XXZ 3", "XXC rank"]), max_size=2))),
    )


@settings(max_examples=80)
@given(reports())
def test_what_is_written_is_read_as_the_same(report):
    text = write(report)
    assert read(text) == report
    assert write(read(text)) == text
    assert report.results().keys() == {player.number for player in report.players}


@settings(max_examples=80)
@given(reports(), st.data())
def test_a_damaged_file_is_read_or_refused(report, data):
    text = write(report)
    at = data.draw(st.integers(0, len(text) - 1))
    damage = data.draw(st.sampled_from(["", "x", "\n", " ", "0", "7", "-", "\u2028", "\x00"]))
    try:
        again = read(text[:at] + damage + text[at + data.draw(st.integers(0, 3)) :])
    except Malformed as malformed:
        again = None
        problem = str(malformed)
    if again is None:
        assert re.match("line [0-9]+, column [0-9]+: expected .*, came ", problem)
    else:
        assert read(write(again)) == again
