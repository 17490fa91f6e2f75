"""The director: what it calls and when, and what results do. First as rows, then at work."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import OperationalError

from accounts.guests import make_bot, make_guest
from accounts.models import User
from chat.models import Line
from game import matches
from game.matches import Player
from game.models import Match, Seat
from game.pong import court
from matchmaking import tickets
from matchmaking.models import Ticket
from realtime import database
from realtime.clock import wall_ms
from tests.conftest import LiveServer, Sockets
from tests.game.playing import Scripted, called, shows_live
from tests.game.playing import call as call_match
from tests.realtime.waiting import until
from tests.tournaments.running import (
    DECISIONS,
    Follower,
    as_seen_now,
    brief,
    decide,
    eventually,
    everything,
    fresh,
    hosted_rows,
    kinds,
    look,
    make,
    quick,
    restart,
    said,
    said_twice,
    sit,
    soon,
    start,
    state,
)
from tournaments import calling, director, organising, registration
from tournaments.calling import Step
from tournaments.models import Call, Entry, Tournament

__all__ = ("brief", "quick", "soon")

Reason = Match.Reason
NOBODY = "Friday Cup is over without a winner: nobody came to the end."


def begun(organiser: User, *users: User, **options: Any) -> Tournament:
    """A tournament that has started, with nobody who directs it."""
    tournament = make(organiser, *users, **options)
    registration.start(organiser, tournament.pk)
    return fresh(tournament)


def calls(tournament: Tournament) -> dict[str, Match]:
    found = Call.objects.filter(tournament=tournament).select_related("match").order_by("pk")
    return {call.pairing: call.match for call in found}


def seats(match: Match) -> list[str]:
    return list(match.seats.values_list("name", flat=True))


def finish(match: Match, winner: int | None, reason: Match.Reason, a: int = 0, b: int = 0) -> None:
    """The end of a match; one in which points were made or that was given up was begun."""
    if reason in (Reason.POINTS, Reason.RESIGNED, Reason.LEFT):
        matches.begin(match.pk, 1)
    Match.objects.filter(pk=match.pk).update(a=a, b=b)
    matches.finish(match.pk, 1, winner=winner, reason=reason)


@pytest.fixture
def dora(db: None) -> User:
    return User.objects.create_user("Dora")


# -- what is called ------------------------------------------------------------------------------------------------


def test_what_can_be_played_is_called_and_a_bye_is_not(
    db: None, alice: User, bob: User, charlie: User, settings: Any
) -> None:
    settings.READY_TOURNAMENT_S = 42
    tournament = begun(alice, alice, bob, charlie)
    step = look(tournament)
    assert step == Step(True, None, [])
    ((pairing, match),) = calls(tournament).items()
    assert (pairing, seats(match)) == ("m1.2", ["Bob", "Charlie"])
    assert (match.phase, match.origin, match.points, match.ready_by_ms - match.created_ms) == (
        "called",
        "tournament",
        3,
        42_000,
    )
    assert (match.title, match.url) == ("Friday Cup · Semi-finals", tournament.get_absolute_url())
    assert kinds(tournament)[-1] == "called"


def test_its_matches_are_played_by_its_rules(db: None, alice: User, bob: User) -> None:
    tournament = begun(alice, alice, bob)
    Tournament.objects.filter(pk=tournament.pk).update(paddle="small", pace="steady")
    look(tournament)
    (match,) = calls(tournament).values()
    assert (match.ruleset, tournament.points) == (court.to_dict(court.ruleset(3, "small", "steady")), 3)


def test_looking_again_calls_nothing_again(db: None, alice: User, bob: User, charlie: User, dora: User) -> None:
    tournament = begun(alice, alice, bob, charlie, dora)
    look(tournament)
    before = everything(tournament)
    assert [seats(match) for match in calls(tournament).values()] == [["Alice", "Dora"], ["Bob", "Charlie"]]
    for _ in range(3):
        assert look(tournament) == Step(True, None, [])
    assert everything(tournament) == before


def test_what_does_not_run_calls_nothing(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    assert look(tournament) == Step(False, None, [])
    registration.start(alice, tournament.pk)
    organising.cancel(alice, tournament.pk)
    assert look(tournament) == Step(False, None, [])
    assert calls(tournament) == {}


def test_who_is_called_is_told_and_nobody_else(db: None, alice: User, bob: User, charlie: User) -> None:
    tournament = begun(alice, alice, bob, charlie, bots=1)
    look(tournament)
    assert said(tournament, Line.Kind.ROUND) == ["Semi-finals: play begins."]
    found = {user.name: said(tournament, Line.Kind.CALL, user) for user in (alice, bob, charlie)}
    title = "Friday Cup · Semi-finals"
    assert found == {
        "Alice": [f"Your next match: against {registration.BOT_NAMES[0]} ({title})."],
        "Bob": [f"Your next match: against Charlie ({title})."],
        "Charlie": [f"Your next match: against Bob ({title})."],
    }
    assert said(tournament, Line.Kind.CALL) == []
    line = Line.objects.get(person=bob)
    assert line.url == calls(tournament)["m1.2"].get_absolute_url()


def test_who_is_called_waits_in_the_queue_no_more(db: None, alice: User, bob: User) -> None:
    tournament = begun(alice, alice, bob)
    tickets.join(alice, 5)
    look(tournament)
    assert Ticket.objects.count() == 0
    assert matches.holding(alice) == calls(tournament)["m1.1"]


def test_a_rating_is_shown_of_who_has_an_account(db: None, alice: User) -> None:
    guest = make_guest()
    tournament = begun(alice, alice, guest, bots=2)
    look(tournament)
    ratings = dict(Seat.objects.filter(match__call__tournament=tournament).values_list("name", "rating"))
    assert (ratings.pop("Alice"), set(ratings.values())) == (1500, {None})


def test_who_has_gone_for_good_is_called_and_waited_for_in_vain(db: None, alice: User, bob: User) -> None:
    tournament = begun(alice, alice, bob)
    bob.delete()
    look(tournament)
    absent = Seat.objects.get(name="Bob")
    assert (absent.user, absent.bot, absent.holder) == (None, "", None)


# -- who is waited for ---------------------------------------------------------------------------------------------


def test_who_plays_elsewhere_is_waited_for(db: None, alice: User, bob: User, charlie: User, dora: User) -> None:
    other = call_match(alice, User.objects.create_user("Eve"))
    tournament = begun(alice, alice, bob, charlie, dora)
    assert look(tournament) == Step(True, None, [])
    assert list(calls(tournament)) == ["m1.2"]
    finish(other, 0, Reason.RESIGNED)
    look(tournament)
    assert seats(calls(tournament)["m1.1"]) == ["Alice", "Dora"]


@pytest.mark.parametrize("origin", [Match.Origin.BOT, Match.Origin.HOTSEAT])
def test_what_one_plays_meanwhile_is_in_the_way(db: None, alice: User, bob: User, origin: Match.Origin) -> None:
    opponent = Player("Ann", alice) if origin == Match.Origin.HOTSEAT else Player.house("easy")
    meanwhile = call_match(alice, opponent, origin=origin)
    tournament = begun(alice, alice, bob)
    assert look(tournament) == Step(True, None, [meanwhile.pk])
    finish(meanwhile, None, Reason.ABORTED)
    assert look(tournament) == Step(True, None, [])
    assert list(calls(tournament)) == ["m1.1"]


def test_nobody_is_disturbed_for_an_opponent_who_is_not_free(db: None, alice: User, bob: User, charlie: User) -> None:
    meanwhile = call_match(alice, Player.house("easy"), origin=Match.Origin.BOT)
    other = call_match(bob, charlie)
    tournament = begun(alice, alice, bob)
    assert look(tournament) == Step(True, None, [])
    finish(other, 0, Reason.RESIGNED)
    assert look(tournament) == Step(True, None, [meanwhile.pk])


def rested(db: None, *users: User) -> tuple[Tournament, Match]:
    """Three, of whom the second has just won against the third."""
    tournament = begun(users[0], *users)
    look(tournament)
    match = calls(tournament)["m1.2"]
    finish(match, 0, Reason.POINTS, 3, 1)
    return tournament, Match.objects.get(pk=match.pk)


def test_who_has_played_rests(db: None, alice: User, bob: User, charlie: User, settings: Any) -> None:
    settings.REST_S = 20
    tournament, match = rested(db, alice, bob, charlie)
    assert match.finished_ms is not None
    assert look(tournament) == Step(True, match.finished_ms + 20_000, [])
    assert list(calls(tournament)) == ["m1.2"]
    Match.objects.update(finished_ms=wall_ms() - 20_000)
    assert look(tournament) == Step(True, None, [])
    assert seats(calls(tournament)["m2.1"]) == ["Alice", "Bob"]


def test_nobody_is_disturbed_while_they_rest(db: None, alice: User, bob: User, charlie: User, settings: Any) -> None:
    settings.REST_S = 20
    tournament, match = rested(db, alice, bob, charlie)
    meanwhile = call_match(bob, Player.house("easy"), origin=Match.Origin.BOT)
    assert match.finished_ms is not None
    assert look(tournament) == Step(True, match.finished_ms + 20_000, [])
    Match.objects.filter(pk=match.pk).update(finished_ms=wall_ms() - 20_000)
    assert look(tournament) == Step(True, None, [meanwhile.pk])


def test_after_a_walkover_nobody_needs_rest(db: None, alice: User, bob: User, charlie: User, settings: Any) -> None:
    settings.REST_S = 20
    tournament = begun(alice, alice, bob, charlie)
    look(tournament)
    finish(calls(tournament)["m1.2"], 0, Reason.WALKOVER)
    assert look(tournament) == Step(True, None, [])
    assert seats(calls(tournament)["m2.1"]) == ["Alice", "Bob"]


def test_programs_need_no_rest(db: None, alice: User, settings: Any) -> None:
    settings.REST_S = 20
    programs = [make_bot()[0] for _ in range(3)]
    tournament, _ = rested(db, *programs)
    assert look(tournament) == Step(True, None, [])
    assert list(calls(tournament)) == ["m1.2", "m2.1"]


# -- results -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("winner", "reason", "score", "event", "text"),
    [
        (0, Reason.POINTS, (3, 1), {"kind": "result", "winner": 1, "score": [3, 1]}, "Alice beat Bob 3-1."),
        (1, Reason.POINTS, (2, 3), {"kind": "result", "winner": 2, "score": [2, 3]}, "Bob beat Alice 3-2."),
        (1, Reason.RESIGNED, (2, 0), {"kind": "result", "winner": 2, "score": [2, 0]}, "Bob beat Alice 0-2."),
        (0, Reason.LEFT, (0, 1), {"kind": "result", "winner": 1, "score": [0, 1]}, "Alice beat Bob 0-1."),
        (
            1,
            Reason.WALKOVER,
            (0, 0),
            {"kind": "walkover", "winner": 2},
            "Bob goes on without a match: Alice did not come.",
        ),
        (None, Reason.NO_SHOW, (0, 0), {"kind": "double_forfeit"}, "Nobody came to Alice against Bob."),
    ],
)
def test_a_result_enters_the_log_and_is_announced(
    db: None,
    alice: User,
    bob: User,
    winner: int | None,
    reason: Match.Reason,
    score: tuple[int, int],
    event: dict[str, Any],
    text: str,
) -> None:
    tournament = begun(alice, alice, bob)
    look(tournament)
    match = calls(tournament)["m1.1"]
    finish(match, winner, reason, *score)
    expected = {**event, "pairing": "m1.1"}
    if event["kind"] == "result":
        expected["match"] = match.pk
    entry = Entry.objects.order_by("n").last()
    assert entry is not None
    assert entry.event == expected
    assert said(tournament, Line.Kind.RESULT) == [text]
    champion = None if winner is None else ("Alice", "Bob")[winner]
    assert said(tournament, Line.Kind.WINNER) == [
        f"{champion} has won Friday Cup!"
        if champion
        else "Friday Cup is over without a winner: nobody came to the end."
    ]
    assert fresh(tournament).phase == state(tournament).phase == "finished"
    assert look(tournament) == Step(False, None, [])


def test_who_declines_the_call_was_not_there(db: None, alice: User, bob: User) -> None:
    tournament = begun(alice, alice, bob)
    look(tournament)
    matches.finish(calls(tournament)["m1.1"].pk, 1, winner=0, reason=Reason.RESIGNED, absent=[1])
    assert kinds(tournament)[-1] == "walkover"


def test_who_won_goes_on_and_a_round_is_announced_once(
    db: None, alice: User, bob: User, charlie: User, dora: User, settings: Any
) -> None:
    settings.REST_S = 0
    tournament = begun(alice, alice, bob, charlie, dora)
    look(tournament)
    first = calls(tournament)
    finish(first["m1.1"], 1, Reason.POINTS, 0, 3)
    look(tournament)
    assert list(calls(tournament)) == ["m1.1", "m1.2"]
    finish(first["m1.2"], 0, Reason.POINTS, 3, 2)
    look(tournament)
    assert seats(calls(tournament)["m2.1"]) == ["Dora", "Bob"]
    assert said(tournament, Line.Kind.ROUND) == ["Semi-finals: play begins.", "Final: play begins."]
    assert said(tournament, Line.Kind.WINNER) == []
    assert [len(said(tournament, Line.Kind.CALL, user)) for user in (alice, bob, charlie, dora)] == [1, 2, 1, 2]


def test_two_who_did_not_come_are_a_walkover_for_the_next(
    db: None, alice: User, bob: User, charlie: User, dora: User
) -> None:
    tournament = begun(alice, alice, bob, charlie, dora)
    look(tournament)
    first = calls(tournament)
    finish(first["m1.1"], None, Reason.NO_SHOW)
    finish(first["m1.2"], 1, Reason.POINTS, 1, 3)
    folded = state(tournament)
    assert (folded.phase, folded.champion and folded.entrants[folded.champion]) == ("finished", "Charlie")
    assert said(tournament, Line.Kind.WINNER) == ["Charlie has won Friday Cup!"]


def test_what_ends_after_it_was_called_off_is_no_result(db: None, alice: User, bob: User) -> None:
    tournament = begun(alice, alice, bob)
    look(tournament)
    organising.cancel(alice, tournament.pk)
    finish(calls(tournament)["m1.1"], 0, Reason.POINTS, 3, 0)
    assert (fresh(tournament).phase, said(tournament, Line.Kind.RESULT)) == ("cancelled", [])
    assert not set(kinds(tournament)) & set(DECISIONS)


def test_a_match_of_no_tournament_is_none_of_its_business(db: None, alice: User, bob: User) -> None:
    tournament = begun(alice, alice, bob)
    before = everything(tournament)
    finish(call_match(alice, bob), 0, Reason.POINTS, 3, 0)
    assert everything(tournament) == before


# -- at work -------------------------------------------------------------------------------------------------------


async def test_bots_play_to_a_champion_by_themselves(sockets: Sockets, alice: User, brief: None) -> None:
    tournament = await database.run(make, alice, size=8, bots=5)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await stands.phase("finished", 60)
    await as_seen_now(sockets, tournament, stands)

    def check() -> None:
        played = calls(tournament)
        assert list(played) == ["m1.2", "m2.2", "m2.1", "m3.1"]
        log = kinds(tournament)
        assert [log.count(kind) for kind in ("called", "begun", "result")] == [4, 4, 4]
        folded = state(tournament)
        for id, match in played.items():
            pairing = folded.pairings[id]
            assert (match.phase, match.reason) == ("over", "points")
            assert pairing.verdict is not None
            assert (pairing.verdict.score, pairing.verdict.match) == ((match.a, match.b), match.pk)
            assert match.winner is not None
            assert pairing.winner == pairing.occupants[match.winner]
            assert seats(match) == [folded.entrants[entrant] for entrant in pairing.entrants]
        assert folded.champion is not None
        assert said(tournament, Line.Kind.WINNER) == [f"{folded.entrants[folded.champion]} has won Friday Cup!"]
        assert (len(said(tournament, Line.Kind.RESULT)), said_twice(tournament)) == (4, [])
        assert said(tournament, Line.Kind.ROUND) == [
            f"{round}: play begins." for round in ("Quarter-finals", "Semi-finals", "Final")
        ]

    await database.run(check)
    await eventually(lambda: hosted_rows() == (0, 0))
    await until(lambda: not len(director.hosted))


async def test_people_play_for_points(sockets: Sockets, alice: User, bob: User, brief: None) -> None:
    tournament = await database.run(make, alice, alice, bob)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    match = await database.run(Match.objects.get, pk=await stands.called("m1.1"))
    players = [await Scripted.enter(sockets, match, user) for user in (alice, bob)]
    await asyncio.gather(players[0].play(), players[1].play(returns=0))
    told = [await player.over() for player in players]
    await stands.phase("finished")
    winner, score = told[0]["winner"], told[0]["score"]
    assert (told[0], told[0]["reason"], sum(score)) == (told[1], "points", 1)
    assert stands.messages[-1]["event"] == {
        "kind": "result",
        "pairing": "m1.1",
        "winner": winner + 1,
        "score": score,
        "match": match.pk,
    }


async def test_who_does_not_come_loses_to_who_does(sockets: Sockets, alice: User, bob: User, settings: Any) -> None:
    settings.READY_TOURNAMENT_S = 1
    tournament = await database.run(make, alice, alice, bob)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    client = await sit(sockets, await stands.called("m1.1"), bob)
    assert (await client.until(8))[2] == {"winner": 1, "score": [0, 0], "reason": "walkover"}
    await stands.phase("finished")
    assert stands.messages[-1]["event"] == {"kind": "walkover", "pairing": "m1.1", "winner": 2}
    assert await database.run(said, tournament, Line.Kind.WINNER) == ["Bob has won Friday Cup!"]


async def test_where_nobody_comes_nobody_goes_on(
    sockets: Sockets, alice: User, bob: User, charlie: User, dora: User, settings: Any
) -> None:
    settings.READY_TOURNAMENT_S = 1
    tournament = await database.run(make, alice, alice, bob, charlie, dora)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await stands.phase("finished")
    assert (stands.state.champion, sorted(stands.calls)) == (None, ["m1.1", "m1.2"])
    assert [message["event"]["kind"] for message in stands.messages[-2:]] == ["double_forfeit"] * 2
    await as_seen_now(sockets, tournament, stands)
    assert await database.run(said, tournament, Line.Kind.WINNER) == [NOBODY]
    assert await database.run(said_twice, tournament) == []


async def test_who_is_called_hears_it_on_whatever_page(sockets: Sockets, alice: User, bob: User) -> None:
    tournament = await database.run(make, alice, alice, bob)
    stands = await Follower.enter(sockets, tournament)
    mine = await sockets.open("/ws/matchmaking/", alice)
    await mine.until("you")
    await database.run(registration.start, alice, tournament.pk)
    url = f"/game/{await stands.called('m1.1')}/"
    assert await mine.until("notice") == {
        "type": "notice",
        "kind": "call",
        "text": "Your next match: against Bob (Friday Cup · Final).",
        "url": url,
    }
    await mine.send({"type": "refresh"})
    match = (await mine.until(lambda m: m["type"] == "you" and m["match"]))["match"]
    assert (match["url"], match["origin"], match["opponent"]) == (url, "tournament", "Bob")


async def test_who_is_wanted_is_taken_out_of_a_bot_match(sockets: Sockets, alice: User, bob: User) -> None:
    bot = await called(alice, Player.house("easy"), origin=Match.Origin.BOT)
    table = await sockets.open(f"/ws/game/{bot.pk}/", alice)
    await table.until(shows_live)
    tournament = await database.run(make, alice, alice, bob)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    assert (await table.until(8))[2]["reason"] == "aborted"
    match = await stands.called("m1.1")
    held = await database.run(matches.holding, alice)
    assert held is not None
    assert held.pk == match


async def test_the_end_of_another_match_is_what_was_waited_for(
    sockets: Sockets, alice: User, bob: User, charlie: User, dora: User
) -> None:
    other = await called(alice, await database.run(User.objects.create_user, "Eve"))
    tournament = await database.run(make, alice, alice, bob, charlie, dora)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await stands.called("m1.2")
    assert "m1.1" not in stands.calls
    players = [await sit(sockets, other.pk, alice)]
    await players[0].send([9])  # she declines it
    await stands.called("m1.1")


async def test_of_two_tournaments_one_waits_for_the_other(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    first = await database.run(make, alice, alice, bob)
    second = await database.run(make, alice, alice, charlie)
    followers = [await Follower.enter(sockets, tournament) for tournament in (first, second)]
    await database.run(registration.start, alice, first.pk)
    match = await followers[0].called("m1.1")
    await database.run(registration.start, alice, second.pk)
    await decide(sockets, match, alice, bob)
    await followers[0].phase("finished")
    await decide(sockets, await followers[1].called("m1.1"), alice, charlie)
    await followers[1].phase("finished")
    earlier, later = await database.run(lambda: list(Match.objects.order_by("pk")))
    assert earlier.finished_ms is not None
    assert earlier.finished_ms <= later.created_ms


async def test_after_a_rest_one_is_called_by_itself(
    sockets: Sockets, alice: User, bob: User, charlie: User, settings: Any
) -> None:
    settings.REST_S = 1
    tournament = await database.run(make, alice, alice, bob, charlie)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await decide(sockets, await stands.called("m1.2"), charlie, bob)
    await decide(sockets, await stands.called("m2.1"), charlie, alice)
    await stands.phase("finished")
    played = await database.run(calls, tournament)
    assert played["m1.2"].finished_ms is not None
    assert 1_000 <= played["m2.1"].created_ms - played["m1.2"].finished_ms < 5_000
    assert await database.run(said, tournament, Line.Kind.WINNER) == ["Charlie has won Friday Cup!"]


async def test_the_house_plays_for_who_fills_up(sockets: Sockets, alice: User, settings: Any) -> None:
    settings.REST_S = 0
    tournament = await database.run(make, alice, alice, bots=1)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    client = await sockets.open(f"/ws/game/{await stands.called('m1.1')}/", alice)
    await client.until(shows_live)
    await client.send([9])
    await stands.phase("finished")
    assert await database.run(said, tournament, Line.Kind.WINNER) == [
        f"{registration.BOT_NAMES[0]} has won Friday Cup!"
    ]


# -- restarts ------------------------------------------------------------------------------------------------------


async def test_a_tournament_goes_on_after_restarts_and_calls_nothing_twice(
    sockets: Sockets, server: LiveServer, alice: User, bob: User, charlie: User, dora: User, settings: Any
) -> None:
    settings.REST_S = 1
    tournament = await database.run(make, alice, alice, bob, charlie, dora)
    stands = await Follower.enter(sockets, tournament)
    await restart(server)
    await database.run(registration.start, alice, tournament.pk)
    first, second = await stands.called("m1.1"), await stands.called("m1.2")
    await restart(server)  # called, and nobody there
    await decide(sockets, first, dora, alice)
    players = [await sockets.open(f"/ws/game/{second}/", user) for user in (bob, charlie)]
    await players[0].until(shows_live)
    await stands.until(lambda known: "m1.2" in known.begun)
    await restart(server)  # one is played
    await decide(sockets, second, bob, charlie)
    await stands.until(lambda known: known.state.pairings["m1.2"].verdict)
    await restart(server)  # they rest
    final = await stands.called("m2.1")
    await restart(server)
    await decide(sockets, final, bob, dora)
    await stands.phase("finished")
    await as_seen_now(sockets, tournament, stands)

    def check() -> None:
        log = kinds(tournament)
        assert {kind: log.count(kind) for kind in set(log)} == {
            "entered": 4,
            "drawn": 1,
            "called": 3,
            "begun": 3,
            "result": 3,
        }
        played = calls(tournament)
        assert (played["m1.2"].finished_ms or 0) + 1_000 <= played["m2.1"].created_ms
        assert said_twice(tournament) == []
        assert [len(said(tournament, Line.Kind.CALL, user)) for user in (alice, bob, charlie, dora)] == [1, 2, 1, 2]
        assert said(tournament, Line.Kind.WINNER) == ["Bob has won Friday Cup!"]

    await database.run(check)


async def test_what_was_decided_while_nobody_directed_is_found(
    sockets: Sockets, server: LiveServer, alice: User, bob: User, charlie: User, settings: Any
) -> None:
    settings.REST_S = 0
    tournament = await database.run(make, alice, alice, bob, charlie)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    match = await stands.called("m1.2")

    async def stop() -> None:
        director.stop_all()

    await asyncio.to_thread(server.call, stop())
    await decide(sockets, match, bob, charlie)
    await stands.until(lambda known: known.state.pairings["m1.2"].verdict)
    assert await asyncio.to_thread(server.call, director.adopt_all()) == 1
    await stands.called("m2.1")


async def test_only_what_runs_is_adopted(server: LiveServer, alice: User, bob: User) -> None:
    opened = await database.run(make, alice, alice, bob)
    running = await start(bob, bob, await database.run(User.objects.create_user, "Eve"))
    called_off = await start(alice, alice, await database.run(User.objects.create_user, "Fay"))
    await database.run(organising.cancel, alice, called_off.pk)
    await restart(server)
    await until(lambda: [hosted.tournament_id for hosted in director.hosted.all()] == [running.pk])
    assert (await database.run(fresh, opened)).phase == "open"


async def test_a_look_that_the_database_does_not_take_is_repeated(
    sockets: Sockets, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    step = calling.step

    def fail_once(tournament_id: int, epoch: int) -> Step:
        looks.append(tournament_id)
        if len(looks) == 1:
            raise OperationalError("the database is away")
        return step(tournament_id, epoch)

    monkeypatch.setattr(calling, "step", fail_once)
    monkeypatch.setattr(director, "AGAIN_MS", 50)
    tournament = await database.run(make, alice, alice, bob)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await stands.called("m1.1")
    assert looks == [tournament.pk] * 2


async def test_who_was_stopped_while_looking_does_not_look_again(
    sockets: Sockets, server: LiveServer, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, go_on = threading.Event(), threading.Event()

    def slowly(tournament_id: int, epoch: int) -> Step:
        looking.set()
        assert go_on.wait(10)
        return Step(True, wall_ms(), [])

    monkeypatch.setattr(calling, "step", slowly)
    await start(alice, alice, bob)
    await asyncio.to_thread(looking.wait, 10)
    (stopped,) = director.hosted.all()
    assert stopped._working is not None

    async def stop() -> None:
        director.stop_all()
        go_on.set()
        assert stopped._working is not None
        await stopped._working
        stopped.nudge()
        await stopped._working

    looking.clear()
    await asyncio.to_thread(server.call, stop())
    assert stopped._timer is None
    assert not looking.is_set()


# -- other formats --------------------------------------------------------------------------------------------------


def test_a_double_elimination_is_called_to_its_end(db: None, alice: User) -> None:
    tournament = make(alice, bots=4)
    Tournament.objects.filter(pk=tournament.pk).update(format="double_elimination", options={"grand_final": "single"})
    registration.start(alice, tournament.pk)
    decided: set[str] = set()
    while fresh(tournament).phase == Tournament.Phase.RUNNING:
        look(tournament)
        called = {pairing: match for pairing, match in calls(tournament).items() if pairing not in decided}
        assert called  # or nothing goes on
        for pairing, match in called.items():
            finish(match, 0, Reason.POINTS, 3, 1)
            decided.add(pairing)
    assert decided == {"w1.1", "w1.2", "l1.1", "w2.1", "l2.1", "f1.1"}
    over = state(fresh(tournament))
    assert over.champion == over.order[0]
    assert {match.title.split(" · ")[1] for match in calls(tournament).values()} == {
        "Winners' round 1",
        "Losers' round 1",
        "Winners' final",
        "Losers' final",
        "Grand final",
    }
