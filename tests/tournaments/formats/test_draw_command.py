import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tournaments.management.commands.draw import Command

ROOT = Path(__file__).resolve().parents[3]


def draw(*arguments):
    out = StringIO()
    call_command(Command(), *arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def results(tmp_path):
    def write(content):
        file = tmp_path / "results.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return f"--results={file}"

    return write


SINGLE = "--format=single_elimination"


def test_it_prints_the_draw():
    assert draw(SINGLE, "--entrants=3") == {
        "format": "single_elimination",
        "entrants": 3,
        "matches": [
            {"id": "m1.1", "section": "main", "round": 1, "number": 1, "slots": [{"seed": 1}, {"bye": True}]},
            {"id": "m1.2", "section": "main", "round": 1, "number": 2, "slots": [{"seed": 2}, {"seed": 3}]},
            {
                "id": "m2.1",
                "section": "main",
                "round": 2,
                "number": 1,
                "slots": [{"winner_of": "m1.1"}, {"winner_of": "m1.2"}],
            },
        ],
        "standings": [{"entrant": seed, "seed": seed, "rank": None} for seed in (1, 2, 3)],
        "next": ["m1.2"],
    }


def test_it_plays_the_results_in_their_order(results):
    printed = draw(
        SINGLE,
        "--entrants=8",
        results(
            [
                {"match": "m1.1", "score": [9, 11]},
                {"match": "m1.2", "walkover": 1},
                {"match": "m1.3", "double_forfeit": True},
                {"match": "m2.1", "score": [11, 0]},
            ]
        ),
    )
    assert printed["next"] == ["m1.4"]
    assert {s["seed"]: s["rank"] for s in printed["standings"]} == {
        1: 5, 2: 5, 3: None, 4: 3, 5: 5, 6: None, 7: 5, 8: None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((SINGLE, "--entrants=1"), "size: expected 2 to 1024 entrants, came 1"),
        ((SINGLE, "--entrants=1025"), "size: expected 2 to 1024 entrants, came 1025"),
        ((SINGLE, "--entrants=9999999999"), "size: expected 2 to 1024 entrants, came 9999999999"),
        ((SINGLE, "--entrants=-3"), "size: expected 2 to 1024 entrants, came -3"),
        ((SINGLE, "--entrants=many"), "argument --entrants: expected a whole number, came 'many'"),
        (("--format=knockout", "--entrants=8"), "format: expected one of single_elimination, .*, came knockout"),
        (("--format=double_elimination", "--entrants=1025"), "size: expected 2 to 1024 entrants, came 1025"),
        (("--format=round_robin", "--entrants=65"), "size: expected 2 to 64 entrants, came 65"),
        (("--format=swiss", "--entrants=2049"), "size: expected 2 to 2048 entrants, came 2049"),
        (("--format=groups", "--entrants=3"), "size: expected 4 to 1024 entrants, came 3"),
        ((SINGLE, "--entrants=8", "--grand-final=none"), "option: expected an option of single_elimination: .*grand"),
        ((SINGLE, "--entrants=8", "--grand-final=double"), "invalid choice: 'double'"),
        ((SINGLE, "--entrants=8", "--grand-final=reset"), "option: expected an option of single_elimination: .*grand"),
        (
            ("--format=swiss", "--entrants=8", '--options={"third_place": false}'),
            "expected an option of swiss: .*third",
        ),
        (
            (
                "--format=double_elimination",
                "--entrants=8",
                "--grand-final=none",
                '--options={"grand_final": "single"}',
            ),
            "--grand-final: expected one grand final, came two, also 'single'",
        ),
        ((SINGLE, "--entrants=8", "--options=[]"), r"expected a JSON object, came '\[\]'"),
        ((SINGLE, "--entrants=8", "--options=null"), "expected a JSON object, came 'null'"),
        ((SINGLE, "--entrants=8", f"--options={'[' * 9999}"), r"expected a JSON object, came '\[\[\["),
        ((SINGLE, "--entrants=1_0"), "expected a whole number, came '1_0'"),
        ((SINGLE, "--entrants=8", "--options={"), "expected a JSON object, came '{'"),
        ((SINGLE, "--entrants=8", '--options={"best_of": 2}'), "option: expected best_of: 1, 3, 5 or 7, came 2"),
    ],
)
def test_it_says_which_argument_was_expected_and_which_came(arguments, message):
    with pytest.raises(CommandError, match=message):
        draw(*arguments)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("m1.1 11-9", "expected a JSON list of results, came Expecting value"),
        ({"match": "m1.1"}, "expected a JSON list of results, came {'match': 'm1.1'}"),
        (["m1.1"], "result 0: event: expected a match with one of .*, came 'm1.1'"),
        ([{"match": "m1.1"}], "result 0: event: expected a match with one of"),
        ([{"match": "m1.1", "score": [1, 0], "walkover": 1}], "result 0: event: expected a match with one of"),
        ([{"match": "m1.1", "score": ["a", "b"]}], "result 0: event: expected a match with one of"),
        ([{"match": "m1.1", "double_forfeit": False}], "result 0: event: expected a match with one of"),
        ([{"match": "m1.1", "walkover": 3}], "result 0: event: expected winner slot 1 or 2, came 3"),
        ([{"match": "m1.1", "score": [4, 4]}], r"result 0: level: expected a score with a winner, came \[4, 4\]"),
        ([{"match": "m1.1", "score": [1, -4]}], "result 0: event: expected a score of two integers from 0"),
        ("[" * 100_000, "expected a JSON list of results, came maximum recursion"),
        ([{"match": "m2\n\x1b[31m", "walkover": 1}], r"of a pairing of the draw, came m2\\n\\x1b\[31m$"),
        ([{"match": "m" * 9999, "walkover": 1}], "of a pairing of the draw, came m{9,300}[.]{3}$"),
        ([{"match": "m2.9", "walkover": 1}], "result 0: pairing: expected the id of a pairing of the draw, came m2.9"),
        (
            [{"match": "m1.1", "walkover": 1}, {"match": "m1.1", "walkover": 1}],
            "result 1: not_playable: expected m1.1 to be playable, came decided",
        ),
    ],
)
def test_it_says_which_result_is_wrong(results, content, message):
    with pytest.raises(CommandError, match=message):
        draw(SINGLE, "--entrants=4", results(content))


@pytest.mark.parametrize("score", [[2, 1], [4, 1], [11, 9]])
def test_the_score_of_a_series_is_of_its_matches_and_decides_it(results, score):
    best_of = '--options={"best_of": 5}'
    played = draw(SINGLE, "--entrants=2", best_of, results([{"match": "m1.1", "score": [1, 3]}]))
    assert [line["seed"] for line in played["standings"]] == [2, 1]
    with pytest.raises(CommandError, match="event: expected 3 matches won by the winner of a best of 5, came"):
        draw(SINGLE, "--entrants=2", best_of, results([{"match": "m1.1", "score": score}]))


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((SINGLE,), "the following arguments are required: --entrants"),
        ((SINGLE, "--entrants=x\ny"), r"argument --entrants: expected a whole number, came 'x\ny'"),
        ((SINGLE, "--entrants=1025"), "size: expected 2 to 1024 entrants, came 1025"),
        (
            (SINGLE, "--entrants=4", "--results=no\nwhere"),
            r"no\nwhere: expected a JSON list of results, came [Errno 2]",
        ),
    ],
)
def test_an_error_is_one_line_and_exit_code_2(arguments, error):
    command = [sys.executable, "manage.py", "draw", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"CommandError: {error}")
    assert done.stderr.count("\n") == 1


def test_it_says_which_file_is_not_there(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.json: expected a JSON list of results, came .*No such file"):
        draw(SINGLE, "--entrants=4", f"--results={tmp_path}/nowhere.json")


@pytest.mark.parametrize(("grand_final", "finals"), [("none", []), ("single", ["f1.1"]), ("reset", ["f1.1", "f2.1"])])
def test_it_prints_a_double_elimination_with_the_final_asked_for(grand_final, finals):
    printed = draw("--format=double_elimination", "--entrants=4", f"--grand-final={grand_final}")
    assert [match["id"] for match in printed["matches"]] == ["w1.1", "w1.2", "l1.1", "w2.1", "l2.1", *finals]
    assert printed["matches"][4] == {
        "id": "l2.1",
        "section": "losers",
        "round": 2,
        "number": 1,
        "slots": [{"loser_of": "w2.1"}, {"winner_of": "l1.1"}],
    }
    assert [match["id"] for match in printed["matches"] if "if_needed" in match] == finals[1:]


def test_the_second_final_is_next_only_if_it_is_needed(results):
    played = [{"match": "w1.1", "score": [3, 1]}, {"match": "f1.1", "score": [1, 3]}]
    arguments = ("--format=double_elimination", "--entrants=2")
    assert draw(*arguments, results(played))["next"] == ["f2.1"]
    played[1]["score"] = [3, 1]
    printed = draw(*arguments, results(played))
    assert (printed["next"], [line["rank"] for line in printed["standings"]]) == ([], [1, 2])


def test_it_prints_the_table_of_a_round_robin(results):
    printed = draw("--format=round_robin", "--entrants=3", results([{"match": "r1.1", "score": [11, 7]}]))
    assert [match["slots"] for match in printed["matches"]] == [
        [{"seed": 2}, {"seed": 3}],
        [{"seed": 1}, {"seed": 2}],
        [{"seed": 3}, {"seed": 1}],
    ]
    assert printed["standings"][0] == {
        "entrant": 2, "seed": 2, "rank": 1, "PTS": 1, "DE": 0, "WIN": 1, "SB": 0, "PD": 4,
    }  # fmt: skip


def test_it_draws_the_rounds_of_a_swiss_as_results_come(results):
    first = draw("--format=swiss", "--entrants=5")
    assert [match["slots"] for match in first["matches"]] == [
        [{"seed": 1}, {"seed": 3}],
        [{"seed": 2}, {"seed": 4}],
        [{"seed": 5}, {"bye": True}],
    ]
    assert first["next"] == ["s1.1", "s1.2"]
    played = [{"match": "s1.1", "score": [1, 0]}, {"match": "s1.2", "walkover": 2}]
    second = draw("--format=swiss", "--entrants=5", results(played))
    assert second["matches"][:3] == first["matches"]
    assert [match["round"] for match in second["matches"]] == [1, 1, 1, 2, 2, 2]
    assert second["next"] == ["s2.1", "s2.2"]


def test_it_prints_groups_and_their_play_offs():
    printed = draw("--format=groups", "--entrants=8", '--options={"third_place": true}')
    assert [(match["section"], match.get("group")) for match in printed["matches"]] == [
        *[("group", group) for _ in range(3) for group in (1, 1, 2, 2)],
        *[("main", None)] * 2,
        ("third_place", None),
        ("main", None),
    ]
    assert printed["matches"][12]["slots"] == [{"group": 1, "rank": 1}, {"group": 2, "rank": 2}]
