"""The log of a tournament: the only truth, folded once for each version."""

import asyncio
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from realtime import database
from realtime.wire import Refused
from tests.conftest import LiveServer, Sockets
from tests.realtime.waiting import until
from tests.tournaments.running import Follower, everything, fresh, kinds, make, state
from tournaments import log, organising, registration
from tournaments.formats import engine
from tournaments.formats.events import Cancelled, Drawn, Entered, Event, Left, Result
from tournaments.models import Entry, Tournament
from tournaments.writing import writing


def append(tournament: Tournament, *added: Event) -> None:
    with writing(tournament.pk) as pen:
        for event in added:
            pen.append(event)


async def turn() -> None:
    """By then the server's loop has done what it was asked before."""


def test_a_state_is_what_the_log_comes_to_at_its_version(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob, bots=1)
    early = fresh(tournament)
    registration.start(alice, tournament.pk)
    organising.cancel(alice, tournament.pk)
    now = log.state(fresh(tournament))
    assert (now, now.phase) == (state(tournament), "cancelled")
    assert (log.state(early).phase, len(log.state(early).entrants)) == ("open", 3)


def test_notes_decide_nothing(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    registration.start(alice, tournament.pk)
    before = log.state(fresh(tournament))
    with writing(tournament.pk) as pen:
        pen.note("called", pairing="m1.1", match=77)
        pen.note("begun", pairing="m1.1", match=77)
    assert kinds(tournament)[-2:] == ["called", "begun"]
    assert log.state(fresh(tournament)) == before
    assert Entry.objects.get(kind="called").event == {"pairing": "m1.1", "match": 77}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Left(999), "not_entered"),
        (Drawn((999,)), "order"),
        (Result("m1.1", 1), "wrong_phase"),
    ],
)
def test_what_the_engine_refuses_leaves_all_rows_as_they_are(
    db: None, alice: User, bob: User, event: Event, code: str
) -> None:
    tournament = make(alice, alice, bob)
    before = everything(tournament)
    for added in ((event,), (Entered(500, "Charlie"), event)):
        with pytest.raises(Refused) as refusal:
            append(tournament, *added)
        assert refusal.value.code == code
        assert everything(tournament) == before
        assert list(log.state(fresh(tournament)).entrants.values()) == ["Alice", "Bob"]


def test_nothing_follows_the_end(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    append(tournament, Cancelled())
    with pytest.raises(Refused) as refusal:
        append(tournament, Cancelled())
    assert (refusal.value.code, fresh(tournament).n) == ("wrong_phase", 3)


def test_the_phase_for_lists_is_that_of_the_log(db: None, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    for event, phase in (
        (Drawn(tuple(state(tournament).entrants)), "running"),
        (Result("m1.1", 2, (1, 3), 77), "finished"),
    ):
        append(tournament, event)
        assert (fresh(tournament).phase, state(tournament).phase) == (phase, phase)


async def test_a_version_is_folded_once(server: LiveServer, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    folds: list[Any] = []
    fold = engine.fold

    def count(*arguments: Any) -> Any:
        folds.append(arguments)
        return fold(*arguments)

    tournament = await database.run(make, alice, alice)
    await until(lambda: log._states.get(tournament.pk, (0,))[0] == 1)
    monkeypatch.setattr(engine, "fold", count)
    first = await database.run(log.state, tournament)
    assert await database.run(log.state, tournament) is first
    log._states.clear()
    again = await database.run(log.state, tournament)
    assert (again, len(folds)) == (first, 1)
    await until(lambda: tournament.pk in log._states)
    assert await database.run(log.state, tournament) is again
    assert len(folds) == 1


async def test_what_was_not_committed_is_not_kept(server: LiveServer, alice: User, bob: User) -> None:
    tournament = await database.run(make, alice, alice)

    def enter_and_fail() -> None:
        with transaction.atomic():
            registration.join(bob, tournament.pk)
            assert len(log.state(fresh(tournament)).entrants) == 2
            raise LookupError("the database is away")

    with pytest.raises(LookupError):
        await database.run(enter_and_fail)
    await asyncio.to_thread(server.call, turn())
    assert log._states[tournament.pk][0] == 1
    await database.run(registration.join, await database.run(User.objects.create_user, "Dora"), tournament.pk)
    shown = await database.run(lambda: log.state(fresh(tournament)))
    assert list(shown.entrants.values()) == ["Alice", "Dora"]


async def test_old_states_make_room(server: LiveServer, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CACHED", 3)
    made = [await database.run(make, alice, alice) for _ in range(5)]
    await until(lambda: made[-1].pk in log._states)
    assert len(log._states) == 3
    for tournament in made:
        shown = await database.run(lambda tournament=tournament: log.state(fresh(tournament)))  # type: ignore[misc]
        assert list(shown.entrants.values()) == ["Alice"]


async def test_what_was_told_is_what_is_stored(sockets: Sockets, alice: User) -> None:
    tournament = await database.run(make, alice)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.join, alice, tournament.pk)
    await database.run(registration.leave, alice, tournament.pk)
    await database.run(registration.join, alice, tournament.pk)
    await database.run(registration.fill, alice, tournament.pk, "easy", 3)
    await database.run(organising.cancel, alice, tournament.pk)
    await stands.phase("cancelled")

    def entries() -> list[Any]:
        return list(Entry.objects.filter(tournament=tournament).values_list("n", "event"))

    assert [(m["n"], m["event"]) for m in stands.messages] == await database.run(entries)
    assert stands.state == await database.run(state, tournament)
