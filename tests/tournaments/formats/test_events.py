import json

import pytest

from tournaments.formats.events import (
    KINDS,
    Cancelled,
    Closed,
    DoubleForfeit,
    Drawn,
    Dropped,
    Entered,
    Left,
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
    from_dict,
)
from tournaments.formats.refused import Refused

STORED = [
    (Entered(7, "Ada"), {"kind": "entered", "entrant": 7, "name": "Ada"}),
    (Left(7), {"kind": "left", "entrant": 7}),
    (Drawn((7, 3)), {"kind": "drawn", "order": [7, 3]}),
    (Result("m1.1", 2), {"kind": "result", "pairing": "m1.1", "winner": 2}),
    (
        Result("m1.1", 2, (9, 11), match=40),
        {"kind": "result", "pairing": "m1.1", "winner": 2, "score": [9, 11], "match": 40},
    ),
    (Walkover("m1.1", 1), {"kind": "walkover", "pairing": "m1.1", "winner": 1}),
    (DoubleForfeit("m1.1"), {"kind": "double_forfeit", "pairing": "m1.1"}),
    (Dropped(7), {"kind": "dropped", "entrant": 7}),
    (
        MatchEnded("m1.1", 2, (9, 11), match=40),
        {"kind": "match_ended", "pairing": "m1.1", "winner": 2, "score": [9, 11], "match": 40},
    ),
    (
        Overridden("m1.1", "score", 2, (9, 11), match=40),
        {"kind": "overridden", "pairing": "m1.1", "how": "score", "winner": 2, "score": [9, 11], "match": 40},
    ),
    (Overridden("m1.1", "double_forfeit"), {"kind": "overridden", "pairing": "m1.1", "how": "double_forfeit"}),
    (Reopened("m1.1"), {"kind": "reopened", "pairing": "m1.1"}),
    (Replaced(7, 8, "Bob"), {"kind": "replaced", "entrant": 7, "by": 8, "name": "Bob"}),
    (RoundDrawn(2, ((7, 3), (1, 4)), 5), {"kind": "round_drawn", "round": 2, "pairs": [[7, 3], [1, 4]], "bye": 5}),
    (Paired(((7, 3), (1, 4))), {"kind": "paired", "pairs": [[7, 3], [1, 4]]}),
    (Rested(7), {"kind": "rested", "entrant": 7}),
    (Rested(7, True), {"kind": "rested", "entrant": 7, "absent": True}),
    (Returned(7), {"kind": "returned", "entrant": 7}),
    (Closed(), {"kind": "closed"}),
    (Undone(12), {"kind": "undone", "n": 12}),
    (Cancelled(), {"kind": "cancelled"}),
]


@pytest.mark.parametrize(("event", "stored"), STORED)
def test_an_event_goes_to_json_and_back(event, stored):
    assert event.to_dict() == stored
    assert from_dict(json.loads(json.dumps(event.to_dict()))) == event


def test_every_kind_is_stored_by_a_test():
    assert {type(event) for event, _ in STORED} == set(KINDS.values())


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        (None, "event: expected an object with a kind, came None"),
        ([], "event: expected an object with a kind, came []"),
        ({}, "event: expected a kind of entered, left, drawn"),
        ({"kind": "drew"}, "came 'drew'"),
        ({"kind": ["left"]}, "came ['left']"),
        ({"kind": "left"}, "event: expected left with entrant, came {'kind': 'left'}"),
        ({"kind": "left", "entrant": 1, "why": "rain"}, "event: expected left with entrant, came"),
        ({"kind": "cancelled", "entrant": 1}, "event: expected cancelled with no fields, came"),
        ({"kind": "left", "entrant": "1"}, "event: expected an entrant's id, an integer from 1, came '1'"),
        ({"kind": "left", "entrant": True}, "came True"),
        ({"kind": "left", "entrant": 0}, "came 0"),
        ({"kind": "entered", "entrant": 1, "name": " "}, "event: expected a name that is not empty, came ' '"),
        ({"kind": "paired", "pairs": []}, "event: expected one or more pairs, nobody in it twice, came ()"),
        ({"kind": "paired", "pairs": [[1, 2], [3, 1]]}, "nobody in it twice, came ((1, 2), (3, 1))"),
        (
            {"kind": "paired", "pairs": [[1, 2, 3]]},
            "event: expected a list of pairs of entrants' ids, came ((1, 2, 3),)",
        ),
        ({"kind": "rested", "entrant": 0}, "event: expected an entrant's id, an integer from 1, came 0"),
        ({"kind": "rested", "entrant": 7, "absent": False}, "event: expected absent true, or left out, came False"),
        ({"kind": "drawn", "order": 3}, "event: expected the entrants' ids by seed, came 3"),
        ({"kind": "drawn", "order": [1, "2"]}, "came '2'"),
        ({"kind": "result", "pairing": "", "winner": 1}, "event: expected a pairing's id, a string, came ''"),
        ({"kind": "result", "pairing": "m1.1", "winner": 3}, "event: expected winner slot 1 or 2, came 3"),
        ({"kind": "result", "pairing": "m1.1", "winner": 1.0}, "came 1.0"),
        ({"kind": "result", "pairing": "m1.1", "winner": 1, "score": [1]}, "expected a score of two integers from 0"),
        ({"kind": "result", "pairing": "m1.1", "winner": 1, "score": [1, -1]}, "came (1, -1)"),
        ({"kind": "result", "pairing": "m1.1", "winner": 1, "match": 0}, "expected a match's id"),
        ({"kind": "walkover", "pairing": "m1.1", "winner": None}, "came None"),
        ({"kind": "double_forfeit", "pairing": 11}, "came 11"),
        ({"kind": "match_ended", "pairing": "m1.1", "winner": 0}, "expected winner slot 1 or 2, came 0"),
        ({"kind": "overridden", "pairing": "m1.1", "how": "bye"}, "expected how of score, walkover, double_forfeit"),
        ({"kind": "overridden", "pairing": "m1.1", "how": "score"}, "expected winner slot 1 or 2, came None"),
        ({"kind": "overridden", "pairing": "m1.1", "how": "double_forfeit", "winner": 1}, "no winner of a double"),
        (
            {"kind": "overridden", "pairing": "m1.1", "how": "walkover", "winner": 1, "score": [1, 0]},
            "expected no score of a walkover, came (1, 0)",
        ),
        ({"kind": "reopened", "pairing": ""}, "expected a pairing's id, a string, came ''"),
        ({"kind": "replaced", "entrant": 1, "by": 0, "name": "B"}, "expected the new entrant's id, an integer from 1"),
        ({"kind": "replaced", "entrant": 1, "by": 2, "name": ""}, "expected a name that is not empty, came ''"),
        ({"kind": "round_drawn", "round": 0, "pairs": []}, "expected a round's number from 1, came 0"),
        ({"kind": "round_drawn", "round": 1, "pairs": [[1, 2, 3]]}, "expected a list of pairs of entrants' ids"),
        ({"kind": "round_drawn", "round": 1, "pairs": [[1, "2"]]}, "expected an entrant's id, an integer from 1"),
        ({"kind": "undone", "n": 0}, "expected an event's number from 1, came 0"),
    ],
)
def test_what_is_no_event_is_refused_with_what_was_expected_and_what_came(stored, message):
    with pytest.raises(Refused) as refused:
        from_dict(stored)
    assert refused.value.code == "event"
    assert message in str(refused.value)


def test_a_score_names_the_winner():
    assert Result.by_score("m1.1", (11, 9), match=4) == Result("m1.1", 1, (11, 9), 4)
    assert Result.by_score("m1.1", (9, 11)) == Result("m1.1", 2, (9, 11))


def test_a_level_score_names_nobody():
    with pytest.raises(Refused, match=r"level: expected a score with a winner, came \[3, 3\]"):
        Result.by_score("m1.1", (3, 3))


def test_who_retires_may_be_ahead():
    assert Result("m1.1", 2, (10, 3)).winner == 2
