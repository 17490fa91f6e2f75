"""The Open Bracket Format: what the schema of its version 1.0 allows, and a bracket that can be put together again."""

import json
import re
from typing import Any

from hypothesis import given

from tests.tournaments.formats.plays import after, drawn, play_out
from tests.tournaments.formats.test_random_logs import logs
from tournaments.exports.about import About, Match
from tournaments.exports.open_bracket import document
from tournaments.formats.engine import begin, fold
from tournaments.formats.events import DoubleForfeit, Entered, MatchEnded, Result, Walkover
from tournaments.formats.options import Options

ABOUT = About(
    "Spring <b>Cup</b> \u202e日本 👩‍🚀",
    "https://pong.example/tournaments/3/",
    "classic-5",
    1_772_400_000_000,
    1_772_410_000_000,
    {7: Match(1_772_400_000_000, 1_772_400_060_000, "https://pong.example/game/7/")},
)

# The schema's fields and their kinds; all are optional but those named here. No others are allowed.
TEXT, WHOLE, OBJECT = str, int, dict
EVENT = {
    **dict.fromkeys(("name", "date", "gameName", "tournamentStructure", "ruleset", "originURL"), TEXT),
    "phases": list,
    "numberEntrants": WHOLE,
    "other": OBJECT,
}
ENTRANT = {"entrantID": TEXT, "entrantTag": TEXT, "initialSeed": WHOLE, "finalPlacement": WHOLE, "other": OBJECT}
PHASE = {"phaseID": TEXT, "phaseStructure": TEXT, "other": OBJECT}
SET = {
    **dict.fromkeys(("setID", "status", "setFormat", "phaseID", "roundID"), TEXT),
    **{f"entrant{n}{what}": TEXT for n in (1, 2) for what in ("ID", "Result", "NextSetID", "PrevSetID")},
    **dict.fromkeys(("entrant1Score", "entrant2Score"), WHOLE),
    "games": list,
    "other": OBJECT,
}
GAME = {"gameNumber": WHOLE, "entrant1Result": TEXT, "entrant2Result": TEXT, "other": OBJECT}
RESULTS = {"win", "lose", "draw", "dq", None}


def conforms(found: dict[str, Any], allowed: dict[str, type], required: str) -> None:
    assert required in found
    for name, value in found.items():
        assert type(value) is allowed[name], f"{name}: expected {allowed[name]}, came {value!r}"


def checked(found: dict[str, Any]) -> dict[str, Any]:
    """The document as it comes out of JSON, if it is one."""
    found = json.loads(json.dumps(found))
    assert sorted(found) == ["entrants", "event", "sets", "version"]
    conforms(found["event"], EVENT, "name")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["event"]["date"])
    for phase in found["event"]["phases"]:
        conforms(phase, PHASE, "phaseID")
    for entrant in found["entrants"]:
        conforms(entrant, ENTRANT, "entrantID")
        assert entrant.get("initialSeed", 1) >= 1
        assert entrant.get("finalPlacement", 1) >= 1
    ids = {entrant["entrantID"] for entrant in found["entrants"]}
    assert len(ids) == found["event"]["numberEntrants"]
    sets = {one["setID"]: one for one in found["sets"]}
    assert len(sets) == len(found["sets"])
    for one in found["sets"]:
        conforms(one, SET, "setID")
        assert one["status"] in ("completed", "started", "pending")
        assert {one.get("entrant1ID"), one.get("entrant2ID")} <= {*ids, None}
        assert {one.get("entrant1Result"), one.get("entrant2Result")} <= RESULTS
        assert one["phaseID"] in {phase["phaseID"] for phase in found["event"]["phases"]}
        for number, game in enumerate(one.get("games", []), start=1):
            conforms(game, GAME, "gameNumber")
            assert game["gameNumber"] == number
        for side in ("entrant1", "entrant2"):
            who = one.get(f"{side}ID")
            for there, back in (("NextSetID", "PrevSetID"), ("PrevSetID", "NextSetID")):
                if (id := one.get(f"{side}{there}")) is not None:
                    other = sets[id]
                    assert who is not None
                    assert [
                        other.get(f"{s}{back}") for s in ("entrant1", "entrant2") if other.get(f"{s}ID") == who
                    ] == [one["setID"]]
    return found


@given(logs(organiser=True))
def test_every_log_gives_a_document_of_the_schema(log):
    format, options, events = log
    checked(document(fold(format, events, options), ABOUT))


def test_a_knock_out_with_all_that_can_happen():
    tournament = after(
        "single_elimination",
        6,
        Result("m1.2", 2, (3, 5), 7),
        Walkover("m1.4", 1),
        MatchEnded("m2.1", 1, (5, 1)),
        options=Options(best_of_in=(("main.2", 3),)),
    )
    found = checked(document(tournament, ABOUT))
    assert found["version"] == "v1.0"
    assert found["event"] == {
        "name": ABOUT.name,
        "date": "2026-03-01",
        "gameName": "Pong",
        "tournamentStructure": "single-elim",
        "phases": [{"phaseID": "main", "phaseStructure": "single-elim"}],
        "ruleset": "classic-5",
        "originURL": "https://pong.example/tournaments/3/",
        "numberEntrants": 6,
        "other": {
            "state": "running",
            "format": "single_elimination",
            "options": {"best_of_in": {"main.2": 3}},
            "startedAt": "2026-03-01T21:20:00Z",
            "finishedAt": "2026-03-02T00:06:40Z",
        },
    }
    assert [one["setID"] for one in found["sets"]] == ["m1.2", "m1.4", "m2.1", "m2.2", "m3.1"]  # byes are no sets
    first, forfeit, series, _, final = found["sets"]
    assert first == {
        "setID": "m1.2",
        "status": "completed",
        "setFormat": "bestof1",
        "phaseID": "main",
        "roundID": "main.1",
        "entrant1ID": "4",
        "entrant2ID": "5",
        "entrant1Result": "lose",
        "entrant2Result": "win",
        "entrant1Score": 3,
        "entrant2Score": 5,
        "entrant2NextSetID": "m2.1",
        "games": [
            {
                "gameNumber": 1,
                "entrant1Result": "lose",
                "entrant2Result": "win",
                "other": {
                    "entrant1Score": 3,
                    "entrant2Score": 5,
                    "startedAt": "2026-03-01T21:20:00Z",
                    "finishedAt": "2026-03-01T21:21:00Z",
                    "url": "https://pong.example/game/7/",
                },
            }
        ],
        "other": {"how": "score", "number": 2, "slots": [{"seed": 4}, {"seed": 5}]},
    }
    assert (forfeit["entrant1Result"], forfeit["entrant2Result"]) == ("win", "dq")
    assert not {"entrant1Score", "games"} & forfeit.keys()
    assert (series["status"], series["entrant2PrevSetID"], len(series["games"])) == ("started", "m1.2", 1)
    assert (final["status"], final["other"]["slots"]) == ("pending", [{"winner_of": "m2.1"}, {"winner_of": "m2.2"}])
    assert not any("finalPlacement" in entrant for entrant in found["entrants"])


def test_places_are_told_at_the_end():
    tournament, _ = play_out(drawn(5))
    found = checked(document(tournament, ABOUT))
    assert [(e["entrantTag"], e["initialSeed"], e["finalPlacement"]) for e in found["entrants"]] == [
        ("E1", 1, 1),
        ("E2", 2, 2),
        ("E3", 3, 3),
        ("E4", 4, 3),
        ("E5", 5, 5),
    ]


def test_a_double_forfeit_disqualifies_both():
    found = checked(document(after("single_elimination", 2, DoubleForfeit("m1.1")), ABOUT))
    assert [found["sets"][0][f"entrant{n}Result"] for n in (1, 2)] == ["dq", "dq"]


def test_groups_are_a_phase_before_the_play_offs():
    tournament, _ = play_out(drawn(8, "groups"))
    found = checked(document(tournament, ABOUT))
    assert found["event"]["phases"] == [
        {"phaseID": "groups", "phaseStructure": "round-robin"},
        {"phaseID": "play-offs", "phaseStructure": "single-elim"},
    ]
    assert [one["phaseID"] for one in found["sets"]].count("groups") == 12
    assert found["sets"][0]["other"]["group"] == 1


def test_before_the_draw_there_are_entrants_without_seeds():
    tournament = fold("single_elimination", [Entered(4, "Åse")])
    found = checked(document(tournament, ABOUT))
    assert (found["entrants"], found["sets"]) == ([{"entrantID": "4", "entrantTag": "Åse"}], [])
    assert checked(document(begin("swiss"), ABOUT))["entrants"] == []
