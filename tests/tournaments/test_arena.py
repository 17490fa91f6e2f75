"""An arena on a real server: paired as people are free, breaks, the close, restarts."""

import functools
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import F

from accounts.guests import make_bot
from accounts.models import User
from chat.models import Line
from game.models import Match
from game.pong.court import Choice
from realtime import database
from tests.conftest import LiveServer, Sockets
from tests.tournaments.running import (
    Follower,
    as_seen_now,
    brief,
    decide,
    eventually,
    fresh,
    kinds,
    look,
    quick,
    refused,
    restart,
    said,
    soon,
    state,
)
from tests.tournaments.test_director import dora, finish
from tournaments import audit, breaks, entering, organising, registration
from tournaments.board import Board
from tournaments.formats.events import Closed, Drawn
from tournaments.formats.options import Options
from tournaments.models import Call, Entrant, Entry, Tournament
from tournaments.registration import Plan
from tournaments.writing import writing

__all__ = ("brief", "dora", "quick", "soon")

MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def no_rest(settings: Any) -> None:
    settings.REST_ARENA_S = 0


def arena(organiser: User, *users: User, bots: int = 0, minutes: int = 10) -> Tournament:
    """An arena that has begun."""
    plan = Plan("arena", Options(minutes=minutes), seeding=Tournament.Seeding.ENTRY)
    made = registration.create(organiser, "Friday Arena", 16, Choice(3), plan)
    for user in users:
        registration.join(user, made.pk)
    if bots:
        registration.fill(organiser, made.pk, "easy", bots)
    registration.start(organiser, made.pk)
    return fresh(made)


def entrant(tournament: Tournament, user: User) -> int:
    return Entrant.objects.get(tournament=tournament, user=user).pk


def pairs(tournament: Tournament) -> list[set[str]]:
    folded = state(tournament)
    return [{folded.entrants[entrant] for entrant in p.entrants} for p in folded.pairings.values()]


def began_ms(tournament: Tournament) -> int:
    return Entry.objects.get(tournament=tournament, kind="drawn").at_ms


def began_ago(tournament: Tournament, ms: int) -> None:
    """Turn its beginning back."""
    entry = Entry.objects.get(tournament=tournament, kind="drawn")
    entry.at_ms -= ms
    entry.save()


# -- as rows -------------------------------------------------------------------------------------------------------


def test_a_look_pairs_and_calls_who_is_free_and_a_second_look_nobody(
    db: None, alice: User, bob: User, charlie: User
) -> None:
    tournament = arena(alice, alice, bob, charlie)
    step = look(tournament)
    assert pairs(tournament) == [{"Alice", "Bob"}]
    assert Call.objects.filter(tournament=tournament).count() == 1
    before = kinds(tournament)
    again = look(tournament)
    assert kinds(tournament) == before
    # Ten minutes less three points of eight seconds: what a match takes, as nobody knows better.
    assert step.next_due_ms == again.next_due_ms == began_ms(tournament) + 10 * MINUTE_MS - 24_000


def test_who_comes_late_is_paired_at_the_next_look(db: None, alice: User, bob: User, charlie: User, dora: User) -> None:
    tournament = arena(alice, alice, bob, charlie)
    look(tournament)
    registration.join(dora, tournament.pk)
    look(tournament)
    assert pairs(tournament) == [{"Alice", "Bob"}, {"Charlie", "Dora"}]


def test_who_rests_is_not_paired_until_they_are_back(db: None, alice: User, bob: User, charlie: User) -> None:
    tournament = arena(alice, alice, bob, charlie)
    breaks.rest(alice, tournament.pk)
    with refused(tournament, "rest"):
        breaks.rest(alice, tournament.pk)
    look(tournament)
    assert pairs(tournament) == [{"Bob", "Charlie"}]
    breaks.come_back(alice, tournament.pk)
    with refused(tournament, "rest"):
        breaks.come_back(alice, tournament.pk)
    assert state(tournament).may_be_paired(entrant(tournament, alice))


def test_only_entrants_of_an_arena_take_breaks(db: None, alice: User, bob: User, charlie: User, dora: User) -> None:
    tournament = arena(alice, alice, bob)
    with refused(tournament, "not_entered"):
        breaks.rest(dora, tournament.pk)
    other = registration.create(alice, "Cup", 4, Choice(3), Plan("swiss"))
    for user in (alice, bob):
        registration.join(user, other.pk)
    with refused(other, "wrong_phase"):
        breaks.rest(alice, other.pk)
    registration.start(alice, other.pk)
    with refused(other, "format"):
        breaks.rest(alice, other.pk)


def test_people_rest_for_some_seconds_and_programs_do_not(
    db: None, settings: Any, alice: User, bob: User, charlie: User
) -> None:
    settings.REST_ARENA_S = 5
    tournament = arena(alice, alice, bob, make_bot("One")[0], make_bot("Two")[0])
    look(tournament)
    for call in Call.objects.filter(tournament=tournament).select_related("match"):
        finish(call.match, 0, Match.Reason.POINTS, 3, 1)
    step = look(tournament)
    assert pairs(tournament)[2:] == []  # the programs have just met, and are not all there are
    played = Match.objects.filter(call__tournament=tournament, seats__user=alice).get()
    assert step.next_due_ms == (played.finished_ms or 0) + 5_000
    Match.objects.filter(call__tournament=tournament).update(finished_ms=F("finished_ms") - 5_000)
    look(tournament)
    assert [len(names) for names in pairs(tournament)[2:]] == [2, 2]


@pytest.mark.parametrize("reason", [Match.Reason.WALKOVER, Match.Reason.LEFT])
def test_who_does_not_come_or_goes_away_takes_a_break(
    db: None, alice: User, bob: User, charlie: User, reason: Match.Reason
) -> None:
    tournament = arena(alice, alice, bob, charlie)
    look(tournament)
    finish(Call.objects.get(tournament=tournament).match, 0, reason)
    assert kinds(tournament)[-1] == "rested"
    assert state(tournament).absent == state(tournament).resting == {entrant(tournament, bob)}
    assert audit.look(repair=False) == []
    look(tournament)
    assert pairs(tournament)[1:] == [{"Alice", "Charlie"}]


def test_where_neither_comes_both_take_a_break(db: None, alice: User, bob: User) -> None:
    tournament = arena(alice, alice, bob)
    look(tournament)
    finish(Call.objects.get(tournament=tournament).match, None, Match.Reason.NO_SHOW)
    assert len(state(tournament).resting) == 2
    look(tournament)
    assert len(pairs(tournament)) == 1


def test_it_closes_in_time_by_the_matches_there_were(db: None, alice: User, bob: User) -> None:
    tournament = arena(alice, alice, bob)
    began_ago(tournament, 10 * MINUTE_MS - 24_000)
    step = look(tournament)
    assert step.directed
    tournament = fresh(tournament)
    assert (tournament.phase, kinds(tournament)[-1]) == ("finished", "closed")
    assert said(tournament, Line.Kind.NOTICE)[-1].startswith("Friday Arena: nobody is paired any more.")
    assert said(tournament, Line.Kind.WINNER) == ["Alice has won Friday Arena!"]
    assert not look(tournament).directed


def test_who_plays_at_the_close_plays_on_and_it_counts(db: None, alice: User, bob: User) -> None:
    tournament = arena(alice, alice, bob)
    look(tournament)
    began_ago(tournament, 10 * MINUTE_MS)
    look(tournament)
    assert (fresh(tournament).phase, kinds(tournament)[-1]) == ("running", "closed")
    assert look(tournament).next_due_ms is None
    finish(Call.objects.get(tournament=tournament).match, 1, Match.Reason.POINTS, 1, 3)
    assert fresh(tournament).phase == "finished"
    assert said(tournament, Line.Kind.WINNER) == ["Bob has won Friday Arena!"]


def turned(tournament: Tournament, *after_ms: int) -> None:
    """It was paused and went on in turn, so long after it began."""
    for number, ms in enumerate(after_ms):
        (organising.resume if number % 2 else organising.pause)(tournament.organiser, tournament.pk)
        turn = Entry.objects.filter(tournament=tournament, n=fresh(tournament).n)
        turn.update(at_ms=began_ms(tournament) + ms)


def time_shown(tournament: Tournament) -> tuple[float | None, str | None]:
    """When the page says that it ends, in wall time, and what it says is left."""
    board = Board.of(fresh(tournament))
    shown = entering.shown(board)
    ends_ms = board.wire()["ends_ms"]
    assert shown["ends"] == (ends_ms and datetime.fromtimestamp(ends_ms / 1000, tz=UTC))  # a program knows it too
    return shown["ends"] and shown["ends"].timestamp() * 1000, shown["left"]


def test_what_it_was_paused_it_lasts_longer(db: None, alice: User, bob: User) -> None:
    tournament = arena(alice, alice, bob)
    assert time_shown(tournament) == (began_ms(tournament) + 10 * MINUTE_MS, None)
    began_ago(tournament, 9 * MINUTE_MS)
    turned(tournament, 1 * MINUTE_MS, 4 * MINUTE_MS, 5 * MINUTE_MS, 7 * MINUTE_MS)
    assert time_shown(tournament) == (began_ms(tournament) + 15 * MINUTE_MS, None)
    assert look(tournament).next_due_ms == began_ms(tournament) + 15 * MINUTE_MS - 24_000
    assert "closed" not in kinds(tournament)


def test_nothing_closes_while_it_is_paused_and_the_page_says_what_is_left(db: None, alice: User, bob: User) -> None:
    tournament = arena(alice, alice, bob)
    began_ago(tournament, 10 * MINUTE_MS)
    turned(tournament, 200_500)
    assert look(tournament).next_due_ms is None
    assert fresh(tournament).phase == "running"
    assert time_shown(tournament) == (None, "6:39")
    organising.resume(alice, tournament.pk)
    resumed = Entry.objects.get(tournament=tournament, kind="resumed")
    assert time_shown(tournament) == (resumed.at_ms + 399_500, None)
    began_ago(tournament, 7 * MINUTE_MS)
    look(tournament)
    assert kinds(tournament)[-1] == "closed"
    assert time_shown(tournament) == (None, None)


def test_at_one_screen_they_play_in_turn(db: None, alice: User) -> None:
    plan = Plan("arena", Options(minutes=10), hot_seat=True)
    made = registration.create(alice, "Friday Arena", 8, Choice(3), plan)
    registration.add_names(alice, made.pk, ["Ada", "Ben", "Cleo", "Dan"])
    registration.start(alice, made.pk)
    tournament = fresh(made)
    look(tournament)
    look(tournament)
    assert len(pairs(tournament)) == 1
    assert Call.objects.filter(tournament=tournament).count() == 1


# -- at work -------------------------------------------------------------------------------------------------------


async def test_bots_play_on_and_on_over_restarts_until_it_closes(
    sockets: Sockets, server: LiveServer, alice: User, brief: None
) -> None:
    tournament = await database.run(functools.partial(arena, alice, bots=5, minutes=1))
    for n in (5, 10):
        await eventually(lambda n=n: len(state(tournament).pairings) >= n, timeout_s=40)
        await restart(server)
    await database.run(began_ago, tournament, MINUTE_MS)
    await restart(server)
    await eventually(lambda: fresh(tournament).phase == "finished", timeout_s=40)

    def check() -> None:
        folded = state(tournament)
        assert kinds(tournament).count("closed") == 1
        assert folded.champion == folded.standings()[0].entrant
        assert Match.objects.filter(call__tournament=tournament).exclude(phase="over").count() == 0
        assert len(said(tournament, Line.Kind.WINNER)) == 1
        assert audit.look(repair=False) == []

    await database.run(check)


async def test_people_take_a_break_and_come_back_by_their_sockets(
    sockets: Sockets, alice: User, bob: User, charlie: User, brief: None
) -> None:
    tournament = await database.run(arena, alice, alice, bob, charlie)
    client = await sockets.open(f"/ws/tournaments/{tournament.pk}/", charlie)
    for say, happens in (("rest", "rested"), ("return", "returned")):
        await client.send({"type": say})
        await client.until(lambda message, happens=happens: message.get("event", {}).get("kind") == happens)
    await client.send({"type": "return"})
    refusal = await client.until(lambda message: message["type"] == "error")
    assert refusal["code"] == "rest"
    match = await eventually(lambda: Call.objects.filter(tournament=tournament, pairing="a.1").first())
    await decide(sockets, match.match_id, alice, bob)
    await eventually(lambda: {"Alice", "Charlie"} in pairs(tournament))


async def test_what_is_large_is_fetched_and_not_rendered_at_every_pair(
    sockets: Sockets, alice: User, bob: User, brief: None
) -> None:
    tournament = await database.run(arena, alice, alice, bob)
    client = await sockets.open(f"/ws/tournaments/{tournament.pk}/", alice)
    await client.receive()
    match = await eventually(lambda: Call.objects.filter(tournament=tournament).first())
    await decide(sockets, match.match_id, alice, bob)
    result = await client.until(lambda message: message.get("event", {}).get("kind") == "result")
    assert result["fragments"]["tournament-standings"] is None
    assert "Alice" in result["fragments"]["pairing-a-1"]
    assert "tournament-bracket" not in result["fragments"]


async def test_a_break_brings_one_row_to_everybody_and_the_close_a_list_that_is_fetched(
    sockets: Sockets, alice: User, bob: User
) -> None:
    """In an arena of many, that nobody directs: nothing else happens meanwhile."""

    def drawn() -> tuple[Tournament, int]:
        made = registration.create(alice, "Friday Arena", 200, Choice(3), Plan("arena"))
        registration.join(bob, made.pk)
        registration.fill(alice, made.pk, "easy", 120)
        with writing(made.pk) as pen:
            pen.append(Drawn(tuple(pen.state.entrants)))
        return fresh(made), entrant(made, bob)

    def close() -> None:
        with writing(tournament.pk) as pen:
            pen.append(Closed())

    tournament, bobs = await database.run(drawn)
    client = await sockets.open(f"/ws/tournaments/{tournament.pk}/", bob)
    await client.receive()
    await client.send({"type": "rest"})
    rested = (await client.receive())["fragments"]
    assert "data-resting" in rested[f"listed-{bobs}"]
    assert "data-absent" not in rested[f"listed-{bobs}"]
    assert [id for id in rested if "entrants" in id or "listed" in id] == [f"listed-{bobs}"]
    await database.run(close)
    closed = (await client.receive())["fragments"]
    assert closed["tournament-entrants"] is None
    assert not [id for id in closed if "listed" in id]


async def test_a_page_that_follows_an_arena_shows_what_one_shows_that_comes_now(
    sockets: Sockets, alice: User, bob: User, charlie: User, brief: None
) -> None:
    def made() -> Tournament:
        made = registration.create(alice, "Friday Arena", 8, Choice(3), Plan("arena"))
        for user in (alice, bob, charlie):
            registration.join(user, made.pk)
        return fresh(made)

    tournament = await database.run(made)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await stands.called("a.1")
    await database.run(breaks.rest, charlie, tournament.pk)
    await database.run(organising.pause, alice, tournament.pk)
    await decide(sockets, stands.calls["a.1"], alice, bob)
    await stands.until(lambda known: known.state.pairings["a.1"].verdict)
    await as_seen_now(sockets, tournament, stands)
    assert "On a break" in stands.parts["tournament-entrants"]
    assert "Its clock stands" in stands.parts["tournament-status"]
