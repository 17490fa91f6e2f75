import json
import re
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.pong.ball import Ball
from game.pong.court import CLASSIC, ruleset
from game.pong.rally import Hit, Point, cross, new, over, pack, postpone, resume, steer, unpack
from game.pong.replay import (
    MismatchError,
    Outcome,
    Recorder,
    Told,
    canonical,
    replay,
    replay_each,
    replay_match,
    verify,
)
from tests.game.stored import told

from .matches import ODD, RULES, met, play

SHORT = ruleset(3)
SERVED = new(SHORT, 7, 3_000)
EMPTY = sha256().hexdigest()


def a_match(number=1, rules=SHORT, skill=0.8):
    return play(Random(number), rules, skill)


def one_epoch(number):
    """A match that one host played through."""
    matches = (a_match(number + 1_000 * attempt) for attempt in range(99))
    return next(
        match for match in matches if len(match.records) > 2 and match.records[0]["epoch"] == match.records[-1]["epoch"]
    )


def test_a_record_counts_from_the_serve_and_then_from_entry_to_entry():
    recorder = Recorder(SERVED, epoch=4)
    recorder.command(2_500, 0, -1)
    recorder.command(3_100, 1, 300)
    recorder.command(3_100, 1, 0)
    recorder.hold(17)
    assert recorder.record() == {
        "epoch": 4,
        "opening": pack(SERVED),
        "log": [[-500, 0, -1], [600, 1, 300], [0, 1, 0]],
        "holds": [17],
    }


def test_a_record_puts_a_command_that_came_late_where_it_belongs():
    recorder = Recorder(SERVED)
    recorder.command(3_900, 1, 1)
    recorder.hold(40)
    recorder.command(3_400, 0, -1)
    assert recorder.record()["log"] == [[400, 0, -1], [500, 1, 1]]


def test_a_record_has_the_serve_that_was_flown():
    recorder = Recorder(SERVED)
    recorder.command(2_500, 0, -1)
    state = postpone(SHORT, SERVED, 4_000)
    recorder.serve(state.ball)
    assert recorder.record() == {"epoch": 0, "opening": pack(state), "log": [[-1_500, 0, -1]], "holds": []}


def test_a_record_is_a_copy_of_what_happened_so_far():
    recorder = Recorder(SERVED)
    before = recorder.record()
    recorder.hold(1)
    assert before["holds"] == []


@given(st.integers(0, 2**32), st.sampled_from(RULES), st.floats(0, 1))
@settings(max_examples=60)
def test_the_replay_of_a_log_is_the_match(luck, rules, skill):
    match = play(Random(luck), rules, skill)
    records = json.loads(json.dumps(match.records))
    events = [event for record in records for event in replay(rules, record)[0]]
    assert events == match.events
    assert replay(rules, records[-1])[1] == match.end
    digest = sha256(canonical(match.events).encode()).hexdigest()
    assert replay_match(rules, records) == Outcome(match.end.a, match.end.b, True, digest)


def test_a_command_that_came_late_does_not_change_the_arrival():
    state = met(SHORT, SERVED)
    recorder = Recorder(state)
    state, hit = cross(SHORT, state, 50)
    recorder.hold(50)
    state = steer(SHORT, state, 0, 3_990, -1)  # side 1 defended at 4,000
    recorder.command(3_990, 0, -1)
    assert replay(SHORT, recorder.record()) == ([hit], state)


def test_a_command_at_the_very_millisecond_of_the_arrival_is_before_it():
    recorder = Recorder(SERVED)
    state = steer(SHORT, SERVED, 1, 4_000, 1)
    recorder.command(4_000, 1, 1)
    state, point = cross(SHORT, state)
    recorder.hold(0)
    assert replay(SHORT, recorder.record()) == ([point], state)


def test_a_rally_may_stop_in_the_middle():
    recorder = Recorder(SERVED)
    recorder.command(3_500, 1, 1)
    assert replay(SHORT, recorder.record()) == ([], steer(SHORT, SERVED, 1, 3_500, 1))
    assert replay_match(SHORT, [recorder.record()]) == Outcome(0, 0, False, EMPTY)


def test_no_rally_is_no_match():
    assert replay_match(SHORT, []) == Outcome(0, 0, False, EMPTY)


def test_events_are_written_as_on_the_wire():
    hit = Hit(4_000, 1, 250_000, -428, 4_010, 5_410, 1)
    point = Point(4_000, 1, 0, 3, 5_200, 6_200, 0, -7, True)
    assert canonical([hit, point]) == "5,4000,1,250000,-428,4010,5410,1\n6,4000,1,0,3,5200,6200,0,-7,1\n"


def test_one_other_command_is_another_digest():
    match = next(match for match in map(a_match, range(1, 99)) if len(match.records[-1]["log"]) > 3)
    outcome = replay_match(SHORT, match.records)
    match.records[-1]["holds"][-1] += 1
    assert replay_match(SHORT, match.records).digest != outcome.digest


def test_a_rally_that_does_not_follow_is_named():
    records = one_epoch(1).records
    records[1]["opening"][1] += 1
    with pytest.raises(MismatchError, match=r"^rally 2: expected the opening \[.*\], came \[.*\]$"):
        replay_match(SHORT, records)


def test_a_rally_left_out_is_noticed():
    records = one_epoch(2).records
    with pytest.raises(MismatchError, match=r"^rally 2: "):
        replay_match(SHORT, [records[0], *records[2:]])


def test_a_serve_is_not_brought_forward():
    records = one_epoch(3).records
    end = replay(SHORT, records[0])[1]
    opening = replace(end, ball=replace(end.ball, t0=end.ball.t0 - 1))
    with pytest.raises(MismatchError, match=r"^rally 2: t0: expected a whole number in "):
        replay_match(SHORT, [records[0], Recorder(opening, records[0]["epoch"]).record()])


def test_a_new_epoch_serves_anew_at_the_same_score():
    point_made, point = cross(SHORT, met(SHORT, SERVED, 60_000))
    played = Recorder(met(SHORT, SERVED, 60_000), 1)
    played.hold(0)
    anew = resume(SHORT, point.a, point.b, 99, 60_000)
    assert replay_match(SHORT, [played.record(), Recorder(anew, 2).record()]).over is False
    with pytest.raises(MismatchError, match=r"^rally 2: expected the opening "):
        replay_match(SHORT, [played.record(), Recorder(anew, 1).record()])
    other = resume(SHORT, point.b, point.a, 99, 60_000)
    text = f"rally 2: expected a serve at {point.a}-{point.b}, came {point.b}-{point.a} after 0 hits"
    with pytest.raises(MismatchError, match=f"^{text}$"):
        replay_match(SHORT, [played.record(), Recorder(other, 2).record()])
    rallying, _ = cross(SHORT, met(SHORT, anew))
    with pytest.raises(MismatchError, match=r"^rally 2: expected a serve at .* after 1 hits$"):
        replay_match(SHORT, [played.record(), Recorder(rallying, 2).record()])
    assert replay_match(SHORT, [played.record(), Recorder(point_made, 1).record()]).a == point.a


def test_an_older_epoch_is_refused():
    with pytest.raises(MismatchError, match=r"^rally 2: epoch: expected a whole number in 5\.\."):
        replay_match(SHORT, [Recorder(SERVED, 5).record(), Recorder(SERVED, 4).record()])


def test_a_match_opens_at_0_0():
    with pytest.raises(MismatchError, match=r"^rally 1: expected a serve at 0-0, came 1-0 after 0 hits$"):
        replay_match(SHORT, [Recorder(resume(SHORT, 1, 0, 7, 3_000)).record()])


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"log": [[0.5, 0, 1]]}, "dt: expected a whole number in -2147483647..2147483647, came 0.5"),
        ({"log": [[0, 2, 1]]}, "side: expected a whole number in 0..1, came 2"),
        ({"log": [[0, 0, 1.0]]}, "command: expected a whole number in -1..9999, came 1.0"),
        ({"log": [[900, 1, 1], [-1, 1, 0]]}, "t: expected a whole number in 3900..4000, came 3899"),
        ({"log": [[1_001, 1, 1]]}, "t: expected a whole number in 0..4000, came 4001"),
        ({"holds": [-1]}, "hold: expected a whole number in 0..600000, came -1"),
        ({"epoch": True}, "epoch: expected a whole number in 0..2147483647, came True"),
        ({"opening": []}, "state: expected a list of 15 whole numbers, came []"),
    ],
)
def test_a_record_that_breaks_a_rule_is_refused(wrong, text):
    with pytest.raises(MismatchError, match=f"^rally 1: {re.escape(text)}$"):
        replay_match(SHORT, [Recorder(SERVED).record() | wrong])


def test_nothing_is_played_after_the_end():
    match = a_match(1)
    match.records[-1]["holds"].append(0)
    with pytest.raises(MismatchError, match=r"cross: expected a match below 3 points"):
        replay_match(SHORT, match.records)


def test_the_random_matches_are_worth_their_name():
    """They hold, postpone, resume, and come to shrinking paddles: what the twin is compared on."""
    matches = [a_match(number, rules, skill) for number in range(100) for rules, skill in ((ODD, 0.8), (SHORT, 1.0))]
    records = [record for match in matches for record in match.records]
    assert any(hold for record in records for hold in record["holds"])
    assert any(record["log"] and record["log"][0][0] < 0 for record in records)
    assert any(len(set(epochs)) > 1 for epochs in ([record["epoch"] for record in match.records] for match in matches))
    assert any(
        after["epoch"] == before["epoch"] and after["opening"][6] > replay(match.rules, before)[1].ball.t0
        for match in matches
        for before, after in pairwise(match.records)
    )
    assert max(event.rally for match in matches for event in match.events if isinstance(event, Hit)) > 40
    assert all(over(match.rules, match.end) for match in matches)


def test_the_ball_of_a_record_is_a_ball():
    assert unpack(Recorder(new(CLASSIC, 7, 0)).record()["opening"]).ball == Ball(0, 1_000, 1, 250_000, -74)


def came_of(work, *args):
    """What a call gives, or the text of its error."""
    try:
        return work(*args)
    except ValueError as error:
        return str(error)


def damage(luck, record):
    """The record with one thing changed, sensibly or not."""
    wrong = json.loads(json.dumps(record))
    number = luck.choice((-1, 0, 1, 2, 40, 700, 10_000, 2**31, 0.5, True, None, "1"))
    match luck.randrange(5):
        case 0 if wrong["log"]:
            wrong["log"][luck.randrange(len(wrong["log"]))][luck.randrange(3)] = number
        case 1 if wrong["log"]:
            entry = luck.choice(wrong["log"])
            entry[0] += luck.randint(-400, 400)
        case 2:
            wrong["holds"][luck.randrange(len(wrong["holds"]))] = number
        case 3:
            wrong["holds"] = wrong["holds"][:-1] if luck.random() < 0.5 else [*wrong["holds"], 5]
        case _:
            wrong["opening"][luck.randrange(15)] += luck.choice((-1, 1, 1_000, 100_000))
    return wrong


@given(st.integers(0, 2**32), st.sampled_from(RULES), st.floats(0, 1))
@settings(max_examples=100)
def test_the_quick_way_is_the_long_way(luck, rules, skill):
    """Also for what is damaged: the same events and state, or the same words."""
    random = Random(luck)
    for record in play(random, rules, skill).records[:3]:
        assert replay(rules, record) == replay_each(rules, record)
        for _ in range(5):
            wrong = damage(random, record)
            assert came_of(replay, rules, wrong) == came_of(replay_each, rules, wrong)


def verdict(rallies, seed=7):
    return list(verify(SHORT, seed, rallies).differences)


@pytest.mark.parametrize("moves", [(), (1,), (2, 3)])
def test_a_match_as_it_was_played_is_verified(moves):
    rallies = told(3, 7, moves)
    found = verify(SHORT, 7, rallies)
    assert found.differences == ()
    assert found.outcome == replay_match(SHORT, [rally.record for rally in rallies])
    assert found.outcome.over


def test_a_match_that_broke_off_is_verified_as_far_as_it_goes():
    found = verify(SHORT, 7, told(3, 7)[:2])
    assert (found.differences, found.outcome.over) == ((), False)
    assert verify(SHORT, 7, []) == verify(SHORT, 8, [])


def test_another_score_is_named_once():
    rallies = told(3, 7)
    a, b, side = rallies[1].a, rallies[1].b, rallies[1].side
    rallies[1] = replace(rallies[1], a=a + 1)
    assert verdict(rallies) == [(2, f"expected {a}-{b} by side {side}, came {a + 1}-{b} by side {side}")]


def test_a_rally_that_is_missing_is_named_once():
    rallies = told(3, 7)
    (named,) = verdict([rallies[0], *rallies[2:]])
    assert named[0] == 2
    assert re.fullmatch(r"expected a serve at \d-\d, came \d-\d after 0 hits", named[1])


def test_the_serves_are_those_of_the_seed():
    number, text = verdict(told(3, 7), seed=8)[0]
    assert number == 1
    assert text.startswith("expected the opening [")
    rallies = told(3, 7, (1,))
    rallies[1].record["opening"][-1] += 1
    assert verdict(rallies)[0][0] == 2


def test_a_rally_has_one_point():
    rallies = told(3, 7)
    rallies[0].record["holds"].pop()
    number, text = verdict(rallies)[0]
    assert (number, text.split(",")[0]) == (1, "expected one point")


@pytest.mark.parametrize("record", [{}, {"epoch": 1, "opening": None, "log": 7, "holds": []}, {"epoch": 1}])
def test_what_is_no_record_is_named(record):
    rallies = told(3, 7)
    rallies[-1] = Told(record, *(rallies[-1].side, rallies[-1].a, rallies[-1].b))
    assert [number for number, _ in verdict(rallies)] == [len(rallies)]
