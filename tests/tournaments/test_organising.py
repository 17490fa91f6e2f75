"""What organisers do while a tournament runs, and after."""

import asyncio
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from chat.models import Line
from game import matches
from game.models import Match
from game.pong.court import Choice
from matchmaking import ratings
from realtime import database
from realtime.models import Lease
from realtime.wire import Refused
from tests.conftest import Sockets
from tests.tournaments.running import (
    Follower,
    dora,
    eventually,
    everything,
    four,
    fresh,
    kinds,
    look,
    make,
    match,
    play,
    refused,
    said,
    sit,
    state,
)
from tournaments import audit, calling, log, organising, registration
from tournaments.models import Call, Entry, Tournament
from tournaments.organising import Drop, Override, Reopen, Replace, Undo

__all__ = ("dora", "four")


@pytest.fixture(autouse=True)
def _no_rest(settings: Any) -> None:
    settings.REST_S = 0


def entrant(tournament: Tournament, user: User) -> int:
    return int(tournament.entrants.get(user=user).pk)


def abort(tournament: Tournament) -> None:
    """What the director does with matches that are nobody's any more."""
    for id in look(tournament).to_end:
        matches.finish(
            id, Lease.objects.get(room=matches.room_name(id)).epoch, winner=None, reason=Match.Reason.ABORTED
        )
    look(tournament)


def winner(tournament: Tournament, pairing: str) -> str | None:
    found = state(tournament)
    won = found.pairings[pairing].winner
    return found.entrants[won] if won is not None else None


# -- gone ----------------------------------------------------------------------------------------------------------


def test_who_drops_forfeits_the_match_under_way_and_the_other_goes_on(
    four: Tournament, alice: User, dora: User
) -> None:
    under_way = match(four, "m1.1")
    organising.do(alice, four.pk, Drop(entrant(four, dora)))
    assert winner(four, "m1.1") == "Alice"
    assert look(four).to_end == [under_way.pk]
    abort(four)
    assert kinds(four)[-2:] == ["dropped", "set_aside"]
    assert said(four, Line.Kind.NOTICE)[-1] == "Dora has dropped out."
    assert (state(four).phase, audit.look(repair=False)) == ("running", [])


def test_who_is_disqualified_is_named_with_the_reason(four: Tournament, alice: User, bob: User) -> None:
    play(four, "m1.2")
    organising.do(alice, four.pk, Drop(entrant(four, bob), "shouts  at \u202epeople"))
    assert winner(four, "m1.2") == "Bob", "what was played stands"
    assert said(four, Line.Kind.NOTICE)[-1] == "Bob is disqualified: shouts at people"
    play(four, "m1.1")
    assert (state(four).phase, winner(four, "m2.1")) == ("finished", "Alice")
    assert said(four, Line.Kind.WINNER) == ["Alice has won Friday Cup!"]
    with refused(four, "wrong_phase"):
        organising.do(alice, four.pk, Drop(entrant(four, alice)))


def test_nobody_drops_twice_and_an_undo_brings_them_back(four: Tournament, alice: User, dora: User) -> None:
    before = state(four)
    organising.do(alice, four.pk, Drop(entrant(four, dora)))
    with refused(four, "not_entered"):
        organising.do(alice, four.pk, Drop(entrant(four, dora)))
    organising.do(alice, four.pk, Undo(Entry.objects.get(kind="dropped").n))
    assert state(four) == before
    assert look(four).to_end == [], "the match under way is theirs again"
    play(four, "m1.1", winner=1, a=1, b=3)
    assert winner(four, "m1.1") == "Dora"


def test_a_match_that_ends_after_its_pairing_was_decided_is_set_aside(
    four: Tournament, alice: User, dora: User
) -> None:
    organising.do(alice, four.pk, Drop(entrant(four, dora)))
    play(four, "m1.1", winner=1, a=1, b=3)  # it ended in the same moment
    assert (winner(four, "m1.1"), kinds(four)[-1]) == ("Alice", "set_aside")
    assert audit.look(repair=False) == []


# -- other results -------------------------------------------------------------------------------------------------


def test_an_override_is_previewed_asks_for_what_it_ends_and_can_be_undone(
    four: Tournament, alice: User, bob: User
) -> None:
    play(four, "m1.1")
    play(four, "m1.2")
    look(four)
    final = match(four, "m2.1")
    before, rows = state(four), everything(four)
    act = Override("m1.1", "score", 2, (1, 3))
    shown = organising.preview(alice, four.pk, act)
    assert everything(four) == rows
    assert [(c["pairing"], c["before"]["names"], c["after"]["names"]) for c in shown["changes"]] == [
        ("m1.1", ["Alice", "Dora"], ["Alice", "Dora"]),
        ("m2.1", ["Alice", "Bob"], ["Dora", "Bob"]),
    ]
    assert [(end["match"], end["names"]) for end in shown["ends"]] == [(final.pk, ["Alice", "Bob"])]
    with refused(four, "confirm"):
        organising.do(alice, four.pk, act, n=shown["n"])
    organising.do(alice, four.pk, act, n=shown["n"], confirm=[final.pk])
    assert {c["pairing"] for c in shown["changes"]} == {
        id for id, pairing in state(four).pairings.items() if pairing != before.pairings[id]
    }
    abort(four)
    assert [s.name for s in match(four, "m2.1").seats.all()] == ["Dora", "Bob"]
    again = match(four, "m2.1")
    undo = Undo(Entry.objects.get(kind="overridden").n)
    with refused(four, "confirm"):
        organising.do(alice, four.pk, undo)
    organising.do(alice, four.pk, undo, confirm=[again.pk])
    assert state(four) == before
    abort(four)
    assert [s.name for s in match(four, "m2.1").seats.all()] == ["Alice", "Bob"]
    assert audit.look(repair=False) == []


def test_what_is_finished_goes_on_when_its_final_is_reopened(four: Tournament, alice: User) -> None:
    for pairing in ("m1.1", "m1.2"):
        play(four, pairing)
    look(four)
    play(four, "m2.1")
    look(four)
    assert (fresh(four).phase, Lease.objects.filter(room=calling.lease(four.pk)).count()) == ("finished", 0)
    organising.do(alice, four.pk, Reopen("m2.1"))
    assert (fresh(four).phase, Lease.objects.filter(room=calling.lease(four.pk)).count()) == ("running", 1)
    look(four)
    play(four, "m2.1", winner=1, a=0, b=3)
    assert (fresh(four).phase, winner(four, "m2.1")) == ("finished", "Bob")
    organising.do(alice, four.pk, Override("m2.1", "score", 1, (3, 0)))
    champions = ("Alice", "Bob", "Alice")
    assert said(four, Line.Kind.WINNER) == [f"{name} has won Friday Cup!" for name in champions]
    assert Call.objects.filter(tournament=four, pairing="m2.1").count() == 2
    assert audit.look(repair=False) == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (Override("m1.1", "score", 1, (3, 0)), "decision"),  # it is played
        (Override("m9.9", "score", 1), "pairing"),
        (Override("m1.1", "score", None), "bad_message"),
        (Override("m1.1", "walkover", 1, (3, 0)), "bad_message"),
        (Reopen("m1.1"), "decision"),
        (Drop(99_999), "not_entered"),
        (Undo(999), "undo"),
        (Undo(1), "undo"),  # who entered before the draw
        (Undo(6), "undo"),  # a note
        (Replace(99_999, "Bob"), "not_entered"),
        (Replace(1, "Nobody At All"), "nobody"),
    ],
)
def test_what_cannot_be_done_changes_nothing(four: Tournament, alice: User, act: organising.Act, code: str) -> None:
    with refused(four, code):
        organising.do(alice, four.pk, act)


def test_of_two_organisers_who_act_at_once_the_second_looks_again(four: Tournament, alice: User, bob: User) -> None:
    organising.appoint(alice, four.pk, "BOB")
    with refused(four, "already_organiser"):
        organising.appoint(bob, four.pk, "Alice")
    play(four, "m1.1")
    n = fresh(four).n
    organising.do(bob, four.pk, Reopen("m1.1"), n=n)
    with refused(four, "stale"):
        organising.do(alice, four.pk, Override("m1.1", "score", 2, (0, 3)), n=n)
    organising.dismiss(bob, four.pk, bob.pk)
    with refused(four, "not_organiser"):
        organising.announce(bob, four.pk, "I am still here")


# -- somebody new --------------------------------------------------------------------------------------------------


def test_who_takes_a_place_over_plays_on_for_the_other(four: Tournament, alice: User, bob: User, dora: User) -> None:
    eve = User.objects.create_user("Eve")
    play(four, "m1.1", winner=1, a=0, b=3)
    organising.do(alice, four.pk, Replace(entrant(four, dora), "eve"))
    assert winner(four, "m1.1") == "Eve"
    play(four, "m1.2")
    look(four)
    assert matches.holding(eve) == match(four, "m2.1")
    with refused(four, "already_entered"):
        organising.do(alice, four.pk, Replace(entrant(four, bob), "Eve"))


# -- the pace ------------------------------------------------------------------------------------------------------


def test_what_is_paused_calls_nothing_until_it_goes_on(four: Tournament, alice: User) -> None:
    with refused(four, "not_paused"):
        organising.resume(alice, four.pk)
    organising.pause(alice, four.pk)
    with refused(four, "paused"):
        organising.pause(alice, four.pk)
    for pairing in ("m1.1", "m1.2"):
        play(four, pairing)
    look(four)
    assert not Call.objects.filter(tournament=four, pairing="m2.1").exists()
    organising.resume(alice, four.pk)
    look(four)
    assert Call.objects.filter(tournament=four, pairing="m2.1").exists()


def test_who_is_called_may_get_more_time(four: Tournament, alice: User) -> None:
    called = match(four, "m1.1")
    organising.extend(alice, four.pk, "m1.1", 90)
    assert match(four, "m1.1").ready_by_ms == called.ready_by_ms + 90_000
    with refused(four, "bad_message"):
        organising.extend(alice, four.pk, "m1.1", 5)
    with refused(four, "not_called"):
        organising.extend(alice, four.pk, "m2.1", 60)
    play(four, "m1.1")
    with refused(four, "not_called"):
        organising.extend(alice, four.pk, "m1.1", 60)


@pytest.mark.parametrize(
    "act",
    [
        partial(organising.do, act=Reopen("m1.1")),
        organising.pause,
        partial(organising.extend, pairing="m1.1", seconds=60),
        partial(organising.announce, text="hello"),
        partial(organising.appoint, name="Dora"),
        organising.cancel,
        partial(organising.preview, act=Reopen("m1.1")),
    ],
)
def test_what_an_organiser_does_nobody_else_may(four: Tournament, bob: User, act: Any) -> None:
    with refused(four, "not_organiser"):
        act(bob, four.pk)


def test_every_act_has_its_line_in_the_log_with_who_did_it(four: Tournament, alice: User) -> None:
    organising.pause(alice, four.pk)
    organising.announce(alice, four.pk, "Back in \u202e five  minutes")
    assert [(entry.kind, entry.by) for entry in organising.audited(four)][:2] == [
        ("announced", alice),
        ("paused", alice),
    ]
    assert said(four, Line.Kind.NOTICE)[-1] == "Back in five minutes"
    with refused(four, "empty"):
        organising.announce(alice, four.pk, "\u202e")
    assert set(Entry.objects.filter(by=None).values_list("kind", flat=True)) == {"entered", "called"}


# -- over sockets --------------------------------------------------------------------------------------------------


async def test_a_match_under_way_is_ended_by_an_override_of_the_one_before(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    tournament = await database.run(make, alice, alice, bob, charlie)
    stands = await Follower.enter(sockets, tournament, alice)
    await database.run(registration.start, alice, tournament.pk)
    semi = await stands.called("m1.2")
    seats = [await sit(sockets, semi, user) for user in (bob, charlie)]
    await stands.until(lambda known: "m1.2" in known.begun)
    await seats[1].send([9])  # gives up
    final = await stands.called("m2.1")
    players = [await sit(sockets, final, user) for user in (alice, bob)]
    await stands.until(lambda known: "m2.1" in known.begun)

    act = {"type": "override", "pairing": "m1.2", "winner": 2, "score": [0, 3]}
    await stands.client.send({"type": "preview", "act": act})
    shown = await stands.until(lambda known: known.previews)
    assert [end["match"] for end in shown[0]["ends"]] == [final]
    await stands.client.send({**act, "n": shown[0]["n"]})
    assert (await stands.until(lambda known: known.errors))[0]["code"] == "confirm"
    await stands.client.send({**act, "n": shown[0]["n"], "confirm": [final]})
    for client in players:
        assert (await client.until(8))[2]["reason"] == "aborted"
    again = await stands.until(lambda known: known.calls["m2.1"] != final and known.calls["m2.1"])
    found = await eventually(lambda: list(Match.objects.get(pk=again).seats.values_list("name", flat=True)))
    assert found == ["Alice", "Charlie"]


def test_the_engine_counts_no_notes(four: Tournament) -> None:
    events = [entry for entry in Entry.objects.all() if entry.kind not in log.NOTES]
    assert [log.number_of(four, entry.n) for entry in events] == list(range(1, len(events) + 1))
    with pytest.raises(Refused):
        log.number_of(four, Entry.objects.filter(kind="called").latest("pk").n)


# -- at the wrong moment -------------------------------------------------------------------------------------------

ACTS: dict[str, Any] = {
    "drop": lambda user, id: organising.do(user, id, Drop(Tournament.objects.get(pk=id).entrants.first().pk)),  # type: ignore[union-attr]
    "override": lambda user, id: organising.do(user, id, Override("m1.1", "score", 1)),
    "reopen": lambda user, id: organising.do(user, id, Reopen("m1.1")),
    "replace": lambda user, id: organising.do(user, id, Replace(1, "Bob")),
    "undo": lambda user, id: organising.do(user, id, Undo(1)),
    "pause": organising.pause,
    "resume": organising.resume,
    "cancel": organising.cancel,
    "start": registration.start,
    "publish": registration.publish,
    "seed": lambda user, id: registration.seed(user, id, "random"),
    "remove": lambda user, id: registration.remove(user, id, 1),
    "fill": lambda user, id: registration.fill(user, id, "easy"),
}
WRONG = {
    "open": ("drop", "override", "reopen", "replace", "undo", "pause", "resume", "publish"),
    "running": ("start", "publish", "seed", "remove", "fill"),
    "finished": ("drop", "replace", "pause", "resume", "cancel", "start", "publish", "seed", "remove", "fill"),
    "cancelled": (*(name for name in ACTS if name != "undo"),),
}


@pytest.mark.parametrize("phase", WRONG)
def test_an_act_at_the_wrong_moment_is_refused(db: None, alice: User, bob: User, phase: str) -> None:
    tournament = make(alice, alice, bob)
    if phase in ("running", "finished"):
        registration.start(alice, tournament.pk)
        look(tournament)
    if phase == "finished":
        play(tournament, "m1.1")
    if phase == "cancelled":
        organising.cancel(alice, tournament.pk)
    assert fresh(tournament).phase == phase
    for name in WRONG[phase]:
        before = everything(tournament)
        with pytest.raises(Refused) as refusal:
            ACTS[name](alice, tournament.pk)
        assert refusal.value.code in ("wrong_phase", "not_entered"), name
        assert refusal.value.expected
        assert everything(tournament) == before


async def test_of_two_at_once_one_is_done(sockets: Sockets, four: Tournament, alice: User, bob: User) -> None:
    await database.run(organising.appoint, alice, four.pk, "Bob")
    await database.run(play, four, "m1.1", a=0, b=0)
    n = (await database.run(fresh, four)).n
    acts = [
        database.run(organising.do, user, four.pk, act, n=n)
        for user in (alice, bob)
        for act in (Reopen("m1.1"), Override("m1.1", "score", 2, (0, 3)))
    ]
    found = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(getattr(answer, "code", "") for answer in found) == ["", "stale", "stale", "stale"]


# -- at one screen -------------------------------------------------------------------------------------------------


@pytest.fixture
def at_one_screen(db: None, alice: User) -> Tournament:
    made = registration.create(alice, "Kitchen Cup", 4, Choice(3), registration.Plan(hot_seat=True))
    registration.add_names(alice, made.pk, ["Mum", "Dad", "Ann", "  Bo\u202eb 🏓 "])
    return fresh(made)


def test_names_play_in_turn_at_the_organisers_screen(at_one_screen: Tournament, alice: User, settings: Any) -> None:
    settings.REST_HOT_SEAT_S = 0
    registration.start(alice, at_one_screen.pk)
    for pairing in ("m1.1", "m1.2", "m2.1"):
        look(at_one_screen)
        assert Call.objects.filter(tournament=at_one_screen, entered=None).count() == 1
        seats = list(match(at_one_screen, pairing).seats.all())
        assert [seat.user for seat in seats] == [alice, alice]
        play(at_one_screen, pairing)
    found = state(at_one_screen)
    assert found.champion is not None
    assert (found.entrants[found.champion], sorted(found.entrants.values())) == ("Mum", ["Ann", "Bob 🏓", "Dad", "Mum"])
    assert ratings.ranked(Match.objects.latest("pk")) is None
    assert audit.look(repair=False) == []


def test_nobody_is_to_blame_at_one_screen_and_an_empty_one_pauses(at_one_screen: Tournament, alice: User) -> None:
    registration.start(alice, at_one_screen.pk)
    look(at_one_screen)
    for reason, paused in ((Match.Reason.LEFT, False), (Match.Reason.NO_SHOW, True)):
        found = match(at_one_screen, "m1.1")
        epoch = Lease.objects.get(room=matches.room_name(found.pk)).epoch
        matches.finish(found.pk, epoch, winner=None, reason=reason)
        assert (state(at_one_screen).pairings["m1.1"].state, fresh(at_one_screen).paused) == ("playable", paused)
        look(at_one_screen)
    organising.resume(alice, at_one_screen.pk)
    look(at_one_screen)
    assert match(at_one_screen, "m1.1").phase == "called"
    assert audit.look(repair=False) == []


@pytest.mark.parametrize(
    ("names", "code"),
    [(["Mum", "mum"], "alias"), (["\u202e"], "alias"), (["x" * 25], "alias"), (["A1", "A2", "A3", "A4", "A5"], "full")],
)
def test_names_that_cannot_be_told_apart_are_refused_all_together(
    db: None, alice: User, names: list[str], code: str
) -> None:
    made = registration.create(alice, "Kitchen Cup", 4, Choice(3), registration.Plan(hot_seat=True))
    with refused(made, code):
        registration.add_names(alice, made.pk, names)
    with refused(made, "hot_seat"):
        registration.join(alice, made.pk)
    with refused(make(alice), "hot_seat"):
        registration.add_names(alice, made.pk + 1, ["Mum"])


def test_who_takes_over_at_one_screen_has_a_name_like_all_others(at_one_screen: Tournament, alice: User) -> None:
    registration.start(alice, at_one_screen.pk)
    dad = next(id for id, name in state(at_one_screen).entrants.items() if name == "Dad")
    for wrong in ("MUM", "x" * 25, "\u202e"):
        for act in (organising.do, organising.preview):
            with refused(at_one_screen, "alias"):
                act(alice, at_one_screen.pk, Replace(dad, wrong))
    assert organising.preview(alice, at_one_screen.pk, Replace(dad, "Granny"))["changes"]
    organising.do(alice, at_one_screen.pk, Replace(dad, "Granny"))
    assert sorted(state(at_one_screen).entrants.values()) == ["Ann", "Bob 🏓", "Granny", "Mum"]


def test_a_preview_of_a_replacement_says_what_then_happens(four: Tournament, alice: User, dora: User) -> None:
    User.objects.create_user("Eve")
    act = Replace(entrant(four, dora), "Eve")
    rows = everything(four)
    shown = organising.preview(alice, four.pk, act)
    assert everything(four) == rows
    assert [(c["before"]["names"], c["after"]["names"]) for c in shown["changes"]] == [
        (["Alice", "Dora"], ["Alice", "Eve"])
    ]
    with refused(four, "nobody"):
        organising.preview(alice, four.pk, Replace(entrant(four, dora), "Nobody At All"))
    with refused(four, "confirm"):
        organising.do(alice, four.pk, act)
    organising.do(alice, four.pk, act, confirm=[end["match"] for end in shown["ends"]])
    abort(four)
    assert [seat.name for seat in match(four, "m1.1").seats.all()] == ["Alice", "Eve"]


def test_an_end_by_a_drop_is_told_like_any(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    registration.start(alice, tournament.pk)
    organising.do(alice, tournament.pk, Drop(entrant(tournament, bob)))
    assert fresh(tournament).phase == "finished"
    assert said(tournament, Line.Kind.WINNER) == ["Alice has won Friday Cup!"]
