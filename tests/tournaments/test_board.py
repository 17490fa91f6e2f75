"""A tournament as it is shown."""

from typing import Any

import pytest

from accounts.models import User
from game import matches
from game.models import Match
from game.pong.court import Choice
from realtime import hosting
from tests.tournaments.running import fresh, look, make
from tournaments import calling, registration
from tournaments.board import Board, round_name
from tournaments.formats.events import Cancelled, DoubleForfeit, Drawn, Event, Result, RoundDrawn, Walkover
from tournaments.models import Call, Tournament
from tournaments.registration import Plan
from tournaments.writing import fragments, writing


def rounds_of(board: Board) -> list[dict[str, Any]]:
    """The rounds in calling order, each with its pairings as they are shown."""
    return [
        {
            "number": round.number,
            "name": round_name(round),
            "pairings": [board.pairing(pairing) for pairing in round.pairings],
        }
        for round in board.state.rounds()
    ]


@pytest.fixture
def field(db: None, alice: User) -> Tournament:
    """Five bots and Alice, drawn: 1 and 2 have byes, 4 plays 5, 3 plays 6."""
    return drawn(make(alice, alice, bots=5))


def drawn(tournament: Tournament) -> Tournament:
    with writing(tournament.pk) as pen:
        pen.append(Drawn(tuple(pen.state.entrants)))
        hosting.claim(calling.lease(tournament.pk))
    return fresh(tournament)


def decide(tournament: Tournament, *decisions: Event) -> Board:
    with writing(tournament.pk) as pen:
        for decision in decisions:
            pen.append(decision)
    return Board.of(fresh(tournament))


def shown(board: Board) -> dict[str, dict[str, Any]]:
    return {pairing["id"]: pairing for round in rounds_of(board) for pairing in round["pairings"]}


def call(tournament: Tournament) -> dict[str, Match]:
    look(tournament)
    return {c.pairing: c.match for c in Call.objects.filter(tournament=tournament).select_related("match")}


def test_an_open_tournament_has_entrants_in_order_of_coming_and_no_rounds(db: None, alice: User, bob: User) -> None:
    board = Board.of(make(alice, bob, alice, bots=1))
    assert [(e["name"], e["user_id"], e["bot"], e["seed"]) for e in board.entrant_list()] == [
        ("Bob", bob.pk, None, None),
        ("Alice", alice.pk, None, None),
        (registration.BOT_NAMES[0], None, "easy", None),
    ]
    assert (rounds_of(board), board.now()["pairings"], board.context()["champion"]) == ([], [], None)
    assert board.head() == {
        "id": board.tournament.pk,
        "name": "Friday Cup",
        "phase": "open",
        "points": 3,
        "paddle": "normal",
        "pace": "classic",
        "unusual": [],
        "size": 8,
        "progress": "",
        "format": "single_elimination",
        "starts_ms": None,
        "paused": False,
        "hot_seat": False,
        "entrants_count": 3,
        "organiser": {"id": alice.pk, "name": "Alice"},
        "n": 3,
        "path": f"/ws/tournaments/{board.tournament.pk}/",
    }


@pytest.mark.parametrize(
    ("entrants", "rounds"),
    [
        (2, [("Final", 1)]),
        (3, [("Semi-finals", 2), ("Final", 1)]),
        (8, [("Quarter-finals", 4), ("Semi-finals", 2), ("Final", 1)]),
        (9, [("Round of 16", 8), ("Quarter-finals", 4), ("Semi-finals", 2), ("Final", 1)]),
    ],
)
def test_rounds_have_names(db: None, alice: User, entrants: int, rounds: list[tuple[str, int]]) -> None:
    board = Board.of(drawn(make(alice, size=16, bots=entrants)))
    assert [(round["name"], len(round["pairings"])) for round in rounds_of(board)] == rounds
    assert [round["number"] for round in rounds_of(board)] == list(range(1, len(rounds) + 1))


@pytest.mark.parametrize("entrants", [2, 3, 5, 6, 7, 8, 13])
def test_matches_are_numbered_without_gap_and_a_bye_is_none(db: None, alice: User, entrants: int) -> None:
    pairings = shown(Board.of(drawn(make(alice, size=16, bots=entrants))))
    numbers = [pairing["number"] for pairing in pairings.values() if pairing["how"] != "bye"]
    assert numbers == list(range(1, entrants))
    assert all(pairing["number"] is None for pairing in pairings.values() if pairing["how"] == "bye")


def test_a_number_stays_whatever_happens(field: Tournament) -> None:
    before = Board.of(field).numbers
    assert before == {"m1.2": 1, "m1.4": 2, "m2.1": 3, "m2.2": 4, "m3.1": 5}
    board = decide(field, DoubleForfeit("m1.2"), Walkover("m1.4", 2), Result("m2.2", 1, (3, 1), 7))
    assert board.numbers == before


def test_each_pairing_says_why_and_how_it_ended_if_nobody_played(field: Tournament) -> None:
    before = {id: (pairing["why"], pairing["ended"]) for id, pairing in shown(Board.of(field)).items()}
    assert before == {
        "m1.1": ("A bye: seed 1 has nobody to meet, the draw has more places than entrants.", "Bye"),
        "m1.2": ("The draw: seed 4 meets seed 5.", None),
        "m1.3": ("A bye: seed 2 has nobody to meet, the draw has more places than entrants.", "Bye"),
        "m1.4": ("The draw: seed 3 meets seed 6.", None),
        "m2.1": ("Seed 1 meets winner of match 1.", None),
        "m2.2": ("Seed 2 meets winner of match 2.", None),
        "m3.1": ("Winner of match 3 meets winner of match 4.", None),
    }
    board = decide(field, DoubleForfeit("m1.2"), Walkover("m1.4", 2))
    after = {id: (pairing["why"], pairing["ended"]) for id, pairing in shown(board).items()}
    ended = {"m1.2": "Nobody came", "m1.4": "Walkover", "m2.1": "Walkover"}
    assert after == {**before, **{id: (before[id][0], how) for id, how in ended.items()}}


def test_what_nobody_came_to_is_not_played(db: None, alice: User) -> None:
    tournament = drawn(make(alice, size=4, bots=4))
    board = decide(tournament, DoubleForfeit("m1.1"), DoubleForfeit("m1.2"))
    final = shown(board)["m2.1"]
    assert (final["state"], final["ended"], [slot["pending"] for slot in final["slots"]]) == (
        "void",
        "Not played",
        ["Nobody", "Nobody"],
    )
    assert (board.head()["phase"], board.context()["champion"], board.state.champion) == ("finished", None, None)


def test_a_slot_says_who_or_whose_winner(field: Tournament, alice: User) -> None:
    pairings = shown(Board.of(field))
    bye, semi_final = pairings["m1.1"]["slots"], pairings["m2.1"]["slots"]
    assert (bye[0]["name"], bye[0]["user_id"], bye[0]["seed"], bye[0]["winner"]) == ("Alice", alice.pk, 1, True)
    assert (bye[1]["name"], bye[1]["bye"], bye[1]["pending"]) == (None, True, None)
    assert (semi_final[0]["name"], semi_final[0]["pending"]) == ("Alice", None)
    assert (semi_final[1]["name"], semi_final[1]["pending"]) == (None, "Winner of match 1")


def test_a_result_has_its_score_on_the_side_it_belongs_to(field: Tournament) -> None:
    decided = shown(decide(field, Result("m1.2", 2, (1, 3), 7)))
    assert [(slot["score"], slot["winner"]) for slot in decided["m1.2"]["slots"]] == [(1, False), (3, True)]
    assert decided["m2.1"]["slots"][1]["seed"] == 5


def test_what_is_called_then_live_is_shown_so(field: Tournament) -> None:
    found = call(field)
    assert {id: pairing["state"] for id, pairing in shown(Board.of(fresh(field))).items()} == {
        "m1.1": "decided",
        "m1.2": "called",
        "m1.3": "decided",
        "m1.4": "called",
        "m2.1": "waiting",
        "m2.2": "waiting",
        "m3.1": "waiting",
    }
    matches.begin(found["m1.4"].pk, 1)
    board = Board.of(fresh(field))
    assert shown(board)["m1.4"]["state"] == "live"
    assert shown(board)["m1.4"]["match_url"] == found["m1.4"].get_absolute_url()
    assert [(pairing["id"], pairing["state"]) for pairing in board.now()["pairings"]] == [
        ("m1.4", "live"),
        ("m1.2", "called"),
    ]


def test_now_is_what_is_played_then_called_then_next(db: None, alice: User) -> None:
    tournament = drawn(make(alice, size=16, bots=16))
    assert [pairing["number"] for pairing in Board.of(tournament).now()["pairings"]] == [1, 2, 3, 4, 5, 6]
    matches.begin(call(tournament)["m1.8"].pk, 1)
    Call.objects.filter(pairing="m1.1").delete()
    board = Board.of(fresh(tournament))
    assert [pairing["id"] for pairing in board.now()["pairings"]] == ["m1.8", *(f"m1.{n}" for n in range(2, 8))]


def test_of_a_large_round_now_has_eight_and_says_how_many_more_are_under_way(db: None, alice: User) -> None:
    tournament = drawn(make(alice, size=32, bots=32))
    matches.begin(call(tournament)["m1.16"].pk, 1)
    now = Board.of(fresh(tournament)).now()
    assert [pairing["id"] for pairing in now["pairings"]] == ["m1.16", *(f"m1.{n}" for n in range(1, 8))]
    assert now["more"] == 8


def test_what_was_called_off_is_neither_called_nor_live(field: Tournament) -> None:
    matches.begin(call(field)["m1.2"].pk, 1)
    board = decide(field, Cancelled())
    assert {pairing["state"] for pairing in shown(board).values() if pairing["how"] is None} == {"void"}
    assert (board.now()["pairings"], board.wire()["phase"]) == ([], "cancelled")
    assert [p["state"] for p in board.wire()["pairings"]] == [p["state"] for p in shown(board).values()]


def test_the_list_of_entrants_says_what_is_to_come_and_the_rank_of_who_is_out(field: Tournament) -> None:
    def listed(board: Board) -> list[tuple[str | None, int | None]]:
        return [(entrant["to_come"], entrant["rank"]) for entrant in board.entrant_list()]

    before = Board.of(field)
    assert listed(before) == [("match", None)] * 6
    after = decide(field, Result("m1.2", 1))
    assert listed(after) == [*[("match", None)] * 4, ("nothing", 5), ("match", None)]
    assert after.unlike(before) == [after.state.order[4]]
    over = decide(field, Cancelled())
    assert over.unlike(after) == [entrant for entrant in over.state.order if entrant != over.state.order[4]]


def test_where_a_table_decides_the_list_names_no_ranks(db: None, alice: User) -> None:
    plan = Plan("round_robin")
    made = registration.create(alice, "Cup", 3, Choice(3), plan)
    registration.fill(alice, made.pk, "easy", 3)
    board = decide(drawn(made), *(Result(id, 1) for id in ("r1.1", "r2.1", "r3.1")))
    assert {(entrant["to_come"], entrant["rank"]) for entrant in board.entrant_list()} == {("nothing", None)}


def test_the_champion_is_named_at_the_end(db: None, alice: User, bob: User) -> None:
    tournament = drawn(make(alice, alice, bob))
    board = decide(tournament, Result("m1.1", 2, (2, 3), 7))
    assert board.context()["champion"] == {"name": "Bob"}
    assert board.wire()["champion"] == board.state.champion
    assert "Bob" in fragments(board)["tournament-status"]


def test_the_wire_has_all_that_the_protocol_says(field: Tournament, alice: User) -> None:
    found = call(field)
    board = decide(field, Result("m1.2", 1, (3, 2), found["m1.2"].pk))
    wire = board.wire()
    ids = list(board.state.entrants)
    assert {key: wire[key] for key in wire if key not in ("entrants", "pairings")} == {
        "id": field.pk,
        "name": "Friday Cup",
        "phase": "running",
        "points": 3,
        "paddle": "normal",
        "pace": "classic",
        "size": 8,
        "format": "single_elimination",
        "options": {},
        "ends_ms": None,
        "starts_ms": None,
        "paused": False,
        "hot_seat": False,
        "organiser": {"id": alice.pk, "name": "Alice"},
        "standings": [],
        "champion": None,
    }
    goes_on = {"dropped": False, "resting": False, "to_come": "match"}
    assert wire["entrants"][:2] == [
        {"id": ids[0], "name": "Alice", "user": alice.pk, "bot": None, "seed": 1, **goes_on},
        {"id": ids[1], "name": registration.BOT_NAMES[0], "user": None, "bot": "easy", "seed": 2, **goes_on},
    ]
    keys = ("id", "round", "number", "entrants", "state", "winner", "score", "match")
    assert [tuple(pairing[key] for key in keys) for pairing in wire["pairings"]] == [
        ("m1.1", 1, 1, [ids[0], None], "decided", ids[0], None, None),
        ("m1.2", 1, 2, [ids[3], ids[4]], "decided", ids[3], (3, 2), found["m1.2"].pk),
        ("m1.3", 1, 3, [ids[1], None], "decided", ids[1], None, None),
        ("m1.4", 1, 4, [ids[2], ids[5]], "called", None, None, found["m1.4"].pk),
        ("m2.1", 2, 1, [ids[0], ids[3]], "playable", None, None, None),
        ("m2.2", 2, 2, [ids[1], None], "waiting", None, None, None),
        ("m3.1", 3, 1, [None, None], "waiting", None, None, None),
    ]
    assert {pairing["how"] for pairing in wire["pairings"]} == {"bye", "score", None}


def test_who_is_gone_for_good_is_still_shown(field: Tournament, alice: User) -> None:
    alice.delete()
    board = Board.of(fresh(field))
    first = board.wire()["entrants"][0]
    assert (first["name"], first["user"], first["bot"]) == ("Alice", None, None)
    assert board.head()["organiser"] is None
    assert "Alice" in fragments(board)["tournament-entrants"]


def test_a_name_cannot_be_markup(db: None, alice: User) -> None:
    sly = User.objects.create_user("<b>sly</b>")
    tournament = registration.create(alice, "<i>Cup</i>", 4, Choice(3))
    registration.join(sly, tournament.pk)
    registration.join(alice, tournament.pk)
    parts = fragments(Board.of(drawn(tournament)))
    for html in parts.values():
        assert "<b>" not in html
        assert "<i>" not in html
    assert "&lt;b&gt;sly&lt;/b&gt;" in parts["tournament-bracket"]


# -- other formats --------------------------------------------------------------------------------------------------


def of_format(tournament: Tournament, format: str, **options: Any) -> Board:
    Tournament.objects.filter(pk=tournament.pk).update(format=format, options=options or None)
    return Board.of(drawn(fresh(tournament)))


def test_a_double_elimination_says_who_comes_from_where(db: None, alice: User) -> None:
    board = of_format(make(alice, alice, bots=4), "double_elimination")
    assert [round["name"] for round in rounds_of(board)] == [
        "Winners' round 1",
        "Losers' round 1",
        "Winners' round 2",
        "Losers' round 2",
        "Losers' round 3",
        "Winners' final",
        "Losers' final",
        "Grand final",
        "Second grand final",
    ]
    pairings = shown(board)
    numbered = [id for id, pairing in pairings.items() if pairing["number"] is not None]
    assert numbered == ["w1.2", "w2.1", "w2.2", "l2.1", "l3.1", "w3.1", "l4.1", "f1.1", "f2.1"]
    assert [slot["pending"] for slot in pairings["l2.1"]["slots"]] == ["Loser of match 3", "Loser of match 1"]
    assert pairings["l2.1"]["why"] == "Loser of match 3, now in the losers' bracket, meets loser of match 1."
    assert pairings["l3.1"]["why"] == "Winner of match 4 meets loser of match 2."
    assert pairings["f2.1"]["why"] == "Played only if the first final is won from the losers' bracket."
    assert (pairings["l1.2"]["state"], pairings["l1.2"]["is_empty"]) == ("void", True)
    assert pairings["l1.2"]["why"] == "Nobody is ever here: the draw has more places than entrants."


def test_groups_say_who_comes_from_where(db: None, alice: User) -> None:
    board = of_format(make(alice, alice, bots=7), "groups", groups=2, third_place=True)
    assert [round["name"] for round in rounds_of(board)] == [
        "Groups, round 1",
        "Groups, round 2",
        "Groups, round 3",
        "Semi-finals",
        "Match for third place",
        "Final",
    ]
    pairings = shown(board)
    assert [slot["pending"] for slot in pairings["m1.1"]["slots"]] == ["Number 1 of group A", "Number 2 of group B"]
    assert [slot["pending"] for slot in pairings["t1.1"]["slots"]] == ["Loser of match 13", "Loser of match 14"]


def test_a_round_drawn_later_is_shown_with_the_whole_bracket(db: None, alice: User) -> None:
    tournament = make(alice, alice, bots=3)
    board = of_format(tournament, "swiss", rounds=1)
    assert (board.head()["phase"], rounds_of(board)) == ("running", [])
    one, two, three, four = board.state.order
    board = decide(tournament, RoundDrawn(1, ((one, two), (three, four))))
    assert [round["name"] for round in rounds_of(board)] == ["Round 1"]
    assert shown(board)["s1.2"]["why"] == "Round 1: nobody has played, so the upper half by seed meets the lower half."
    board = decide(tournament, Result("s1.1", 1), Result("s1.2", 1))
    assert fresh(tournament).phase == Tournament.Phase.FINISHED
