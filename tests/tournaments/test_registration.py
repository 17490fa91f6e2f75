"""Before the start, and the end by cancelling."""

import asyncio
from functools import partial
from typing import Any

import pytest

from accounts.guests import make_guest
from accounts.models import User
from chat.models import Line
from game.models import Match
from game.pong.court import Choice
from matchmaking.models import Rating
from realtime import database
from realtime.clock import wall_ms
from realtime.wire import Refused
from tests.conftest import Sockets
from tests.game.playing import shows_live
from tests.realtime.waiting import until
from tests.tournaments.running import (
    Follower,
    eventually,
    everything,
    fresh,
    hosted_rows,
    kinds,
    make,
    refused,
    said,
    sit,
    start,
    state,
)
from tournaments import director, organising, registration
from tournaments.models import Entrant, Entry, Tournament


def names(tournament: Tournament) -> list[str]:
    return list(state(tournament).entrants.values())


@pytest.mark.parametrize("size", [2, 3, 1024])
def test_a_tournament_is_made_open_and_empty(db: None, alice: User, size: int) -> None:
    made = fresh(registration.create(alice, "Friday Cup", size, Choice(5)))
    assert (made.phase, made.n, made.size, made.points, made.organiser) == ("open", 0, size, 5, alice)
    assert abs(made.created_ms - wall_ms()) < 10_000


@pytest.mark.parametrize(("size", "points"), [(1, 3), (1025, 3), (0, 3), (-8, 3), (8, 4), (8, 21)])
def test_numbers_out_of_range_make_nothing(db: None, alice: User, size: int, points: int) -> None:
    with pytest.raises(Refused) as refusal:
        registration.create(alice, "Friday Cup", size, Choice(points))
    assert refusal.value.code == "bad_message"
    assert Tournament.objects.count() == 0


def test_who_enters_is_in_the_log(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, bob, alice)
    ids = {entrant.user: entrant.pk for entrant in Entrant.objects.select_related("user")}
    assert [(entry.n, entry.kind, entry.event) for entry in Entry.objects.all()] == [
        (1, "entered", {"kind": "entered", "entrant": ids[bob], "name": "Bob"}),
        (2, "entered", {"kind": "entered", "entrant": ids[alice], "name": "Alice"}),
    ]
    assert tournament.n == 2


def test_nobody_enters_twice(db: None, alice: User) -> None:
    tournament = make(None, alice)
    with refused(tournament, "already_entered"):
        registration.join(alice, tournament.pk)


def test_who_comes_when_all_places_are_taken_waits_and_moves_up(
    db: None, alice: User, bob: User, charlie: User
) -> None:
    tournament = make(None, alice, bob, size=2)
    dora = User.objects.create_user("Dora")
    for user in (charlie, dora):
        registration.join(user, tournament.pk)
        with refused(tournament, "already_entered"):
            registration.join(user, tournament.pk)
    assert names(tournament) == ["Alice", "Bob"]
    registration.leave(alice, tournament.pk)
    assert names(tournament) == ["Bob", "Charlie"]
    registration.join(alice, tournament.pk)  # behind Dora now
    registration.leave(bob, tournament.pk)
    assert names(tournament) == ["Charlie", "Dora"]
    registration.leave(alice, tournament.pk)  # from the waitlist
    registration.leave(dora, tournament.pk)
    assert names(tournament) == ["Charlie"]
    assert kinds(tournament)[2:] == [
        "waiting",
        "waiting",
        "left",
        "entered",
        "waiting",
        "left",
        "entered",
        "given_up",
        "left",
    ]


def test_who_is_not_entered_cannot_withdraw(db: None, alice: User, bob: User) -> None:
    tournament = make(None, alice)
    with refused(tournament, "not_entered"):
        registration.leave(bob, tournament.pk)
    registration.leave(alice, tournament.pk)
    with refused(tournament, "not_entered"):
        registration.leave(alice, tournament.pk)


def test_who_comes_back_has_the_number_they_had_and_the_name_they_have(db: None, alice: User, bob: User) -> None:
    tournament = make(None, alice, bob)
    before = Entrant.objects.get(user=alice).pk
    registration.leave(alice, tournament.pk)
    alice.username = "Alicia"
    alice.save()
    registration.join(alice, tournament.pk)
    assert (Entrant.objects.get(user=alice).pk, Entrant.objects.count()) == (before, 2)
    assert list(state(tournament).entrants.items())[-1] == (before, "Alicia")


# -- bots ----------------------------------------------------------------------------------------------------------


def test_bots_fill_all_places_that_are_free(db: None, alice: User) -> None:
    tournament = make(alice, alice, size=8)
    registration.fill(alice, tournament.pk, "hard")
    bots = Entrant.objects.filter(bot="hard", user=None)
    assert (bots.count(), len(set(names(tournament)))) == (7, 8)
    assert names(tournament) == ["Alice", *bots.order_by("pk").values_list("name", flat=True)]
    with refused(tournament, "full"):
        registration.fill(alice, tournament.pk, "hard")


def test_the_largest_tournament_is_filled_with_bots_of_different_names(db: None, alice: User) -> None:
    tournament = make(alice, size=1024)
    registration.fill(alice, tournament.pk, "easy")
    assert len(set(names(tournament))) == 1024


def test_some_bots_and_then_more_have_different_names(db: None, alice: User) -> None:
    tournament = make(alice, size=8)
    registration.fill(alice, tournament.pk, "easy", 3)
    registration.fill(alice, tournament.pk, "medium", 2)
    assert len(set(names(tournament))) == len(names(tournament)) == 5
    assert list(Entrant.objects.order_by("pk").values_list("bot", flat=True)) == ["easy"] * 3 + ["medium"] * 2


def test_a_bot_does_not_take_the_name_of_somebody_who_is_there(db: None, alice: User) -> None:
    namesake = User.objects.create_user(registration.BOT_NAMES[0])
    tournament = make(alice, namesake, size=3)
    registration.fill(alice, tournament.pk, "easy")
    assert names(tournament) == registration.BOT_NAMES[:3]


def test_more_bots_than_places_are_none(db: None, alice: User) -> None:
    tournament = make(alice, alice, size=4)
    with refused(tournament, "full"):
        registration.fill(alice, tournament.pk, "easy", 4)
    registration.fill(alice, tournament.pk, "easy", 3)


# -- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["fill", "start", "cancel"])
def test_what_the_organiser_does_nobody_else_may(db: None, alice: User, bob: User, act: str) -> None:
    tournament = make(alice, alice, bob)
    arguments = ("easy",) if act == "fill" else ()
    use_case = getattr(organising if act == "cancel" else registration, act)
    for stranger in (bob, make_guest()):
        with refused(tournament, "not_organiser"):
            use_case(stranger, tournament.pk, *arguments)
    bob.is_staff = True
    use_case(bob, tournament.pk, *arguments)
    assert fresh(tournament).n > tournament.n


def test_nobody_organises_what_the_house_made(db: None, alice: User) -> None:
    tournament = make(None, alice)
    with refused(tournament, "not_organiser"):
        registration.start(alice, tournament.pk)


# -- the start -----------------------------------------------------------------------------------------------------


def test_one_is_too_few(db: None, alice: User, bob: User) -> None:
    tournament = make(alice)
    with refused(tournament, "too_few"):
        registration.start(alice, tournament.pk)
    registration.join(alice, tournament.pk)
    registration.join(bob, tournament.pk)
    registration.leave(bob, tournament.pk)
    with refused(tournament, "too_few"):
        registration.start(alice, tournament.pk)


def test_it_starts_once_and_then_the_field_stands(db: None, alice: User, bob: User, charlie: User) -> None:
    tournament = make(alice, alice, bob)
    registration.start(alice, tournament.pk)
    assert (fresh(tournament).phase, kinds(tournament)[-1]) == ("running", "drawn")
    assert said(tournament, Line.Kind.NOTICE) == ["Friday Cup has begun: 2 entrants."]
    for act, user in (
        (registration.start, alice),
        (registration.join, charlie),
        (registration.leave, bob),
        (partial(registration.fill, strength="easy"), alice),
    ):
        with refused(tournament, "wrong_phase"):
            act(user, tournament_id=tournament.pk)


def test_seeds_are_by_rating_and_equals_by_coming(db: None, alice: User, bob: User, charlie: User) -> None:
    guest = make_guest()
    for user, value, points in ((bob, 1700, 3), (alice, 1400, 3), (charlie, 1900, 11), (guest, 1999, 3)):
        Rating.objects.create(user=user, points=points, value=value, deviation=50, at_ms=wall_ms())
    tournament = make(alice, alice, guest, charlie, bob, points=3, bots=1)
    registration.start(alice, tournament.pk)
    folded = state(tournament)
    assert [folded.entrants[id] for id in folded.order] == [
        "Bob",
        guest.name,  # a guest's play is not rated
        "Charlie",  # rated where it is to 11
        registration.BOT_NAMES[0],
        "Alice",
    ]


# -- called off ----------------------------------------------------------------------------------------------------


def test_what_is_open_is_called_off_once(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    organising.cancel(alice, tournament.pk)
    assert (fresh(tournament).phase, kinds(tournament)[-1]) == ("cancelled", "cancelled")
    assert said(tournament, Line.Kind.NOTICE) == ["Friday Cup was cancelled by its organiser."]
    for act, user in (
        (organising.cancel, alice),
        (registration.start, alice),
        (registration.join, bob),
        (registration.leave, bob),
    ):
        with refused(tournament, "wrong_phase"):
            act(user, tournament.pk)


async def test_what_runs_is_called_off_with_its_matches(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    dora = await database.run(User.objects.create_user, "Dora")
    tournament = await database.run(make, alice, alice, bob, charlie, dora, size=4)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    live, waits = await stands.called("m1.1"), await stands.called("m1.2")
    players = [await sit(sockets, live, user) for user in (alice, dora)]
    await players[0].until(shows_live)
    alone = await sit(sockets, waits, bob)
    await stands.until(lambda known: "m1.1" in known.begun)
    await database.run(organising.cancel, alice, tournament.pk)
    for client in (*players, alone):
        assert (await client.until(8))[2] == {"winner": None, "score": [0, 0], "reason": "aborted"}
    assert await eventually(lambda: hosted_rows() == (0, 0)), "nobody is held, nothing is hosted"
    await until(lambda: not len(director.hosted))

    def ends() -> list[Any]:
        return list(Match.objects.order_by("pk").values_list("phase", "winner", "reason"))

    assert await database.run(ends) == [("over", None, "aborted")] * 2
    log = await database.run(kinds, tournament)
    assert log == ["entered"] * 4 + ["drawn", "called", "called", "begun", "cancelled", "set_aside", "set_aside"]
    before = await database.run(everything, tournament)
    with pytest.raises(Refused):
        await database.run(organising.cancel, alice, tournament.pk)
    assert await database.run(everything, tournament) == before


async def test_who_is_released_can_be_called_elsewhere_at_once(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    first = await start(alice, alice, bob)
    second = await database.run(make, alice, bob, charlie)
    await eventually(lambda: hosted_rows() == (2, 2))
    await database.run(registration.start, alice, second.pk)
    await eventually(lambda: hosted_rows() == (2, 3))  # it waits for Bob
    await database.run(organising.cancel, alice, first.pk)
    await eventually(lambda: second.calls.exists())


# -- at once -------------------------------------------------------------------------------------------------------


async def test_of_those_who_want_the_last_place_one_gets_it_and_the_others_wait(sockets: Sockets, alice: User) -> None:
    tournament = await database.run(make, alice, alice, size=2)
    stands = await Follower.enter(sockets, tournament)
    users = [await database.run(User.objects.create_user, f"Pupil {n}") for n in range(8)]
    clients = [await sockets.open(f"/ws/tournaments/{tournament.pk}/", user) for user in users]
    for client in clients:
        await client.until("snapshot")
    await asyncio.gather(*(client.send({"type": "join"}) for client in clients))
    for client in clients:
        await client.send({"type": "since", "n": 0})  # answered after what was asked before
    refusals: list[str] = []
    for client in clients:
        await client.until("snapshot")
        refusals += [message["code"] for message in client.seen if message["type"] == "error"]
    assert refusals == []
    await stands.until(lambda known: known.n == 9)
    told = list(stands.state.entrants.values())
    assert (told[0], told[1][:5], len(told)) == ("Alice", "Pupil", 2)
    assert await database.run(names, tournament) == told


async def test_of_two_starts_at_once_one_is_the_start(sockets: Sockets, alice: User, bob: User) -> None:
    tournament = await database.run(make, alice, alice, bob)
    starts = [database.run(registration.start, alice, tournament.pk) for _ in range(4)]
    found = await asyncio.gather(*starts, return_exceptions=True)
    assert sorted(getattr(answer, "code", "") for answer in found) == ["", *["wrong_phase"] * 3]
    assert (await database.run(kinds, tournament)).count("drawn") == 1
