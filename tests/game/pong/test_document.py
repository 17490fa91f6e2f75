import gzip
import json
import re
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.pong import document
from game.pong.court import ruleset
from game.pong.replay import commands, replay_match
from tests.game.stored import told

SHORT = ruleset(3)
RESULT = {"winner": 0, "score": [3, 0], "reason": "points"}


def made(seed=7, moves=(), points=3):
    rallies = told(points, seed, moves)
    last = rallies[-1]
    result = {"winner": last.side, "score": [last.a, last.b], "reason": "points"}
    about, seats = {"id": 12}, [{"name": "Ann"}, {"name": "Ben"}]
    found = document.document(about, seats, ruleset(points), seed, rallies, result)
    return json.loads(json.dumps(found))


@given(st.sampled_from((7, 8, 9, 10)), st.sampled_from(((), (1,), (1, 2), (3,))))
@settings(max_examples=16)
def test_what_is_read_is_what_was_written(seed, moves):
    found = made(seed, moves)
    rules, read_seed, rallies = document.read(found)
    original = told(3, seed, moves)
    assert (rules, read_seed) == (SHORT, seed)
    for one, two in zip(rallies, original, strict=True):
        assert one.record["opening"] == two.record["opening"]
        assert (one.side, one.a, one.b) == (two.side, two.a, two.b)
        assert sorted(commands(one.record)) == sorted(commands(two.record))
    assert found["digest"] == replay_match(SHORT, [rally.record for rally in original]).digest
    assert document.differences(found) == []


def test_a_rally_that_follows_says_only_when_it_was_served():
    found = made(moves=(2,))
    assert [len(rally["opening"]) for rally in found["rallies"]][:4] == [15, 1, 15, 1]


def test_the_sum_of_a_rally_is_that_of_its_numbers():
    rally = {"epoch": 1, "opening": [2, 3], "log": [[[4], [-1]], [[], []]], "holds": [5], "a": 1, "b": 0, "side": 0}
    assert document.checksum(rally) == crc32(b"1,2,3,4,-1,5,1,0,0")


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_match_to_11_has_less_than_7_kilobytes(seed):
    packed = gzip.compress(json.dumps(made(seed, points=11), separators=(",", ":")).encode(), mtime=0)
    assert len(packed) < 7_000


def stamp(found):
    found["rallies"][1]["log"][0][0][0] += 1


def hold(found):
    found["rallies"][1]["holds"][-1] += 1


def score(found):
    found["rallies"][1]["a"] += 1


def scorer(found):
    found["rallies"][1]["side"] ^= 1


def missing(found):
    del found["rallies"][1]


def swapped(found):
    found["rallies"][1:3] = reversed(found["rallies"][1:3])


def checked(found):
    found["rallies"][1]["sum"] += 1


def command(found):
    found["rallies"][1]["log"][1][1][0] = 10_000


@pytest.mark.parametrize("alter", [stamp, hold, score, scorer, missing, swapped, checked, command])
@pytest.mark.parametrize("moves", [(), (1,)])
def test_what_was_altered_is_named(alter, moves):
    found = made(moves=moves)
    alter(found)
    differences = document.differences(found)
    assert re.match(r"rally 2: .*expected .*, came ", differences[0]), differences


@given(st.data())
@settings(max_examples=120)
def test_no_number_of_a_rally_can_be_altered_unseen(data):
    found = made()
    rally = data.draw(st.sampled_from(range(len(found["rallies"]))))
    shown = found["rallies"][rally]
    key = data.draw(st.sampled_from(["epoch", "opening", "log", "holds", "a", "b", "side"]))
    holder, place = shown, key
    while isinstance(holder[place], list):
        holder = holder[place]
        if not holder:
            return
        place = data.draw(st.integers(0, len(holder) - 1))
    holder[place] += data.draw(st.sampled_from((-1, 1, 700)))
    assert document.differences(found)[0].startswith(f"rally {rally + 1}: ")


@pytest.mark.parametrize(
    ("altered", "text"),
    [
        ({"format": "other"}, "format: expected 'rallypoint-replay-1', came 'other'"),
        ({"engine": "pong-0"}, "engine: expected 'pong-1', came 'pong-0'"),
        ({"seed": 0}, "seed: expected a whole number in 1..2147483646, came 0"),
        ({"seed": 7.0}, "seed: expected a whole number in 1..2147483646, came 7.0"),
        ({"rallies": {}}, "rallies: expected a list of 0..5, came {}"),
        ({"rallies": [5]}, "rally 1: the rally: expected the keys "),
        ({"ruleset": {}}, "ruleset: expected the keys "),
        ({"digest": "0"}, "digest: expected "),
        ({"result": {}}, "result: result: expected the keys ['reason', 'score', 'winner'], came []"),
        ({"result": RESULT | {"winner": 1}}, "result: expected "),
    ],
)
def test_what_is_no_replay_says_why(altered, text):
    assert document.differences(made() | altered)[0].startswith(text)
    for nothing in (None, [], 5, "x", {}):
        assert document.differences(nothing)[0].startswith("the document: expected the keys ")


@pytest.mark.parametrize(
    ("winner", "came", "reason", "wrong"),
    [
        (0, (3, 1), "points", []),
        (1, (3, 1), "points", ["expected side 0 to win by points, came winner 1 by 'points'"]),
        (0, (3, 1), "resigned", ["expected side 0 to win by points, came winner 0 by 'resigned'"]),
        (0, (3, 2), "points", ["expected 3-1 as the rallies have it, came 3-2"]),
        (0, None, "points", ["expected 3-1 as the rallies have it, came None"]),
    ],
)
def test_a_result_by_points_has_them(winner, came, reason, wrong):
    assert document.wrong_result(SHORT, (3, 1), winner, came, reason) == wrong


@pytest.mark.parametrize(("winner", "reason"), [(1, "resigned"), (1, "left"), (None, "aborted"), (0, "walkover")])
def test_a_result_before_all_points_has_those_it_has(winner, reason):
    assert document.wrong_result(SHORT, (2, 1), winner, [2, 1], reason) == []
    short = document.wrong_result(SHORT, (2, 1), winner, [2, 1], "points")
    assert short == ["expected a side with 3 points, came 2-1"]


def test_a_document_of_what_is_not_true_is_not_made():
    rallies = told(3, 7)
    with pytest.raises(ValueError, match=r"^rally 1: expected the opening "):
        document.document({}, [], SHORT, 8, rallies, None)
