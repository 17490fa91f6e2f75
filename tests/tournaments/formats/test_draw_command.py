import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tournaments.management.commands.draw import Command


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
        ((SINGLE, "--entrants=1"), "size: expected 2 to 256 entrants, came 1"),
        ((SINGLE, "--entrants=257"), "size: expected 2 to 256 entrants, came 257"),
        ((SINGLE, "--entrants=9999999999"), "size: expected 2 to 256 entrants, came 9999999999"),
        ((SINGLE, "--entrants=-3"), "size: expected 2 to 256 entrants, came -3"),
        ((SINGLE, "--entrants=many"), "invalid int value: 'many'"),
        (("--format=knockout", "--entrants=8"), "format: expected one of single_elimination, came knockout"),
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


def test_it_says_which_file_is_not_there(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.json: expected a JSON list of results, came .*No such file"):
        draw(SINGLE, "--entrants=4", f"--results={tmp_path}/nowhere.json")
