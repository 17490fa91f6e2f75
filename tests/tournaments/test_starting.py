"""The start: the check-in before it, the draw, a time that was set, and the next one of those that repeat."""

from typing import Any

import pytest

from accounts.models import User
from chat.models import Line
from game.pong.court import Choice
from realtime import database
from realtime.clock import wall_ms
from realtime.models import Lease
from realtime.wire import Refused
from tests.conftest import Sockets
from tests.tournaments.running import Follower, eventually, fresh, kinds, look, refused, said, state
from tournaments import audit, calling, organising, registration
from tournaments.formats.options import Options
from tournaments.models import Tournament
from tournaments.registration import Plan

MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def _no_rest(settings: Any) -> None:
    settings.REST_S = 0


def planned(organiser: User, *users: User, size: int = 8, in_min: int | None = 60, **plan: Any) -> Tournament:
    """A tournament that starts in so many minutes, with these entered."""
    starts_ms = None if in_min is None else wall_ms() + in_min * MINUTE_MS
    made = registration.create(organiser, "Friday Cup", size, Choice(3), Plan(starts_ms=starts_ms, **plan))
    for user in users:
        registration.join(user, made.pk)
    return fresh(made)


def later(tournament: Tournament, minutes: int) -> None:
    """As if so much time had passed."""
    starts_ms = (fresh(tournament).starts_ms or 0) - minutes * MINUTE_MS
    Tournament.objects.filter(pk=tournament.pk).update(starts_ms=starts_ms)


def names(tournament: Tournament) -> list[str]:
    return sorted(state(tournament).entrants.values())


# -- a time that is set --------------------------------------------------------------------------------------------


def test_it_starts_by_itself_at_its_time(db: None, alice: User, bob: User) -> None:
    tournament = planned(alice, alice, bob)
    assert Lease.objects.filter(room=calling.lease(tournament.pk)).exists(), "somebody watches the clock"
    assert look(tournament).next_due_ms == tournament.starts_ms
    assert fresh(tournament).phase == "open"
    later(tournament, 60)
    due_ms = look(tournament).next_due_ms
    assert due_ms is not None
    assert due_ms <= wall_ms()
    assert fresh(tournament).phase == "running"
    look(tournament)
    assert kinds(tournament)[-2:] == ["drawn", "called"]


def test_with_too_few_it_waits_for_its_organiser_and_nobody_has_lost_anything(db: None, alice: User) -> None:
    tournament = planned(alice, alice, check_in_min=10)
    later(tournament, 55)
    look(tournament)
    assert fresh(tournament).phase == "check_in"
    later(tournament, 5)
    assert look(tournament).next_due_ms is None
    assert (fresh(tournament).phase, fresh(tournament).starts_ms) == ("open", None)
    assert names(tournament) == ["Alice"], "who had not checked in is in as before"
    assert kinds(tournament)[-1] == "postponed"
    assert said(tournament, Line.Kind.NOTICE)[-1].startswith("Friday Cup could not start at its time")
    assert not look(tournament).directed
    assert audit.look(repair=False) == []


@pytest.mark.parametrize("in_min", [0, -1, -10_000])
def test_a_start_in_the_past_is_refused(db: None, alice: User, in_min: int) -> None:
    with pytest.raises(Refused) as refusal:
        planned(alice, in_min=in_min)
    assert refusal.value.code == "past"
    assert Tournament.objects.count() == 0


async def test_a_director_starts_it_over_real_sockets(sockets: Sockets, alice: User, bob: User) -> None:
    tournament = await database.run(planned, alice, alice, bob)
    stands = await Follower.enter(sockets, tournament, alice)
    plan = Plan(starts_ms=wall_ms() + 300)
    await database.run(registration.change, alice, tournament.pk, "Friday Cup", 8, Choice(3), plan)
    assert await stands.called("m1.1")


# -- the check-in --------------------------------------------------------------------------------------------------


def test_who_does_not_check_in_leaves_and_who_waits_and_is_there_moves_up(
    db: None, alice: User, bob: User, charlie: User
) -> None:
    dora, eve = (User.objects.create_user(name) for name in ("Dora", "Eve"))
    tournament = planned(alice, alice, bob, charlie, dora, eve, size=3, check_in_min=15)
    with refused(tournament, "wrong_phase"):
        registration.check_in(alice, tournament.pk)
    assert look(tournament).next_due_ms == (tournament.starts_ms or 0) - 15 * MINUTE_MS
    later(tournament, 50)
    assert look(tournament).next_due_ms == fresh(tournament).starts_ms
    assert fresh(tournament).phase == "check_in"
    with refused(tournament, "not_entered"):
        registration.check_in(User.objects.create_user("Nobody"), tournament.pk)
    for user in (alice, bob, bob, eve):  # twice is once
        registration.check_in(user, tournament.pk)
    assert kinds(tournament).count("checked_in") == 3
    later(tournament, 10)
    look(tournament)
    assert names(tournament) == ["Alice", "Bob", "Eve"], "Charlie was not there, and Dora who waits was not either"
    assert fresh(tournament).phase == "running"


def test_house_bots_are_always_there(db: None, alice: User) -> None:
    tournament = planned(alice, alice, check_in_min=15, size=3)
    registration.fill(alice, tournament.pk, "easy")
    later(tournament, 50)
    look(tournament)
    registration.check_in(alice, tournament.pk)
    registration.start(alice, tournament.pk)
    assert len(names(tournament)) == 3


# -- drafts, and changes -------------------------------------------------------------------------------------------


def test_nobody_enters_a_draft_until_it_is_opened(db: None, alice: User, bob: User) -> None:
    tournament = planned(alice, draft=True, in_min=None)
    for act in (registration.join, registration.leave):
        with refused(tournament, "wrong_phase" if act == registration.join else "not_entered"):
            act(bob, tournament.pk)
    with refused(tournament, "not_organiser"):
        registration.publish(bob, tournament.pk)
    with refused(tournament, "wrong_phase"):
        registration.start(alice, tournament.pk)
    registration.publish(alice, tournament.pk)
    with refused(tournament, "wrong_phase"):
        registration.publish(alice, tournament.pk)
    registration.join(bob, tournament.pk)
    assert audit.look(repair=False) == []


def test_what_is_not_drawn_can_be_changed(db: None, alice: User, bob: User, charlie: User) -> None:
    tournament = planned(alice, alice, bob, charlie, size=2)
    change = registration.change
    with refused(tournament, "entered"):
        change(alice, tournament.pk, "Friday Cup", 8, Choice(3), Plan(hot_seat=True))
    with refused(tournament, "option"):
        change(alice, tournament.pk, "Friday Cup", 8, Choice(3), Plan("swiss", Options(third_place=True)))
    with refused(tournament, "not_organiser"):
        change(bob, tournament.pk, "Bob's Cup", 8, Choice(3), Plan())
    change(alice, tournament.pk, "Swiss Cup", 3, Choice(5), Plan("swiss", Options(rounds=2)))
    changed = fresh(tournament)
    assert (changed.name, changed.format, changed.size, changed.points) == ("Swiss Cup", "swiss", 3, 5)
    assert names(tournament) == ["Alice", "Bob", "Charlie"], "the new place went to who had waited"
    assert Lease.objects.filter(room=calling.lease(tournament.pk)).exists()
    assert not look(tournament).directed  # it starts by hand now
    with refused(tournament, "entered"):
        change(alice, tournament.pk, "Swiss Cup", 2, Choice(5), Plan("swiss"))
    registration.start(alice, tournament.pk)
    with refused(tournament, "wrong_phase"):
        change(alice, tournament.pk, "Swiss Cup", 8, Choice(5), Plan())


# -- seeds ---------------------------------------------------------------------------------------------------------


def test_seeds_are_put_by_hand_and_stand_at_the_draw(db: None, alice: User, bob: User, charlie: User) -> None:
    tournament = planned(alice, alice, bob, charlie)
    a, b, c = state(tournament).entrants
    registration.move(alice, tournament.pk, c, 1)
    registration.move(alice, tournament.pk, a, 3)
    with refused(tournament, "order"):
        registration.move(alice, tournament.pk, a, 4)
    with refused(tournament, "not_entered"):
        registration.move(alice, tournament.pk, 99_999, 1)
    with refused(tournament, "order"):
        registration.seed(alice, tournament.pk, [a, b])
    with refused(tournament, "not_organiser"):
        registration.seed(bob, tournament.pk, "random")
    registration.start(alice, tournament.pk)
    assert state(tournament).order == (c, b, a)


def test_a_shuffle_is_an_order_of_the_same_entrants(db: None, alice: User) -> None:
    tournament = planned(alice, size=40)
    registration.fill(alice, tournament.pk, "easy")
    entered = tuple(state(tournament).entrants)
    registration.seed(alice, tournament.pk, "random")
    registration.start(alice, tournament.pk)
    drawn = state(tournament).order
    assert (sorted(drawn), drawn == entered) == (sorted(entered), False)


# -- who may enter -------------------------------------------------------------------------------------------------


def test_who_has_the_password_may_enter(db: None, alice: User, bob: User) -> None:
    tournament = planned(alice, in_min=None, password="open sesame")
    assert "sesame" not in fresh(tournament).password
    for wrong in ("", "Open Sesame", "x" * 1000):
        with refused(tournament, "password"):
            registration.join(bob, tournament.pk, password=wrong)
    registration.join(bob, tournament.pk, password="open sesame")
    registration.join(alice, tournament.pk)  # its organiser need not say it


def test_who_has_the_invitation_may_enter(db: None, alice: User, bob: User) -> None:
    tournament = planned(alice, in_min=None, by_invitation=True)
    for wrong in ("", "é", tournament.invitation[:-1]):
        with refused(tournament, "invitation"):
            registration.join(bob, tournament.pk, invitation=wrong)
    registration.join(bob, tournament.pk, invitation=tournament.invitation)


def test_names_of_their_own_are_where_they_are_allowed(db: None, alice: User, bob: User) -> None:
    tournament = planned(alice, in_min=None)
    with refused(tournament, "alias"):
        registration.join(bob, tournament.pk, alias="The Wall")
    tournament = planned(alice, alice, in_min=None, aliases=True)
    for wrong in ("alice", "\u202e", "x" * 25):
        with refused(tournament, "alias"):
            registration.join(bob, tournament.pk, alias=wrong)
    registration.join(bob, tournament.pk, alias="  The \u202eWall 🏓 ")
    assert names(tournament) == ["Alice", "The Wall 🏓"]


# -- repeats -------------------------------------------------------------------------------------------------------


def test_when_one_that_repeats_begins_the_next_one_is_open(db: None, alice: User, bob: User) -> None:
    plan = {"repeat_days": 7, "format": "swiss", "options": Options(rounds=1), "password": "x", "check_in_min": 0}
    tournament = planned(alice, alice, **plan)
    organising.appoint(alice, tournament.pk, "Bob")
    registration.join(bob, tournament.pk)
    later(tournament, 61)
    look(tournament)
    following = Tournament.objects.latest("pk")
    week = fresh(tournament).starts_ms or 0
    assert (following.pk > tournament.pk, following.phase, following.n) == (True, "open", 0)
    assert following.starts_ms == week + 7 * 24 * 60 * MINUTE_MS
    kept = ("name", "format", "options", "size", "points", "password", "repeat_days", "organiser")
    assert [getattr(following, name) for name in kept] == [getattr(fresh(tournament), name) for name in kept]
    assert following.is_organised_by(bob)
    assert look(following).next_due_ms == following.starts_ms


async def test_late_comers_enter_a_swiss_that_runs(sockets: Sockets, alice: User, bob: User, charlie: User) -> None:
    plan = {"format": "swiss", "options": Options(rounds=2), "in_min": None}
    dora, eve = [await database.run(User.objects.create_user, name) for name in ("Dora", "Eve")]
    tournament = await database.run(lambda: planned(alice, alice, bob, dora, eve, **plan))
    await database.run(registration.start, alice, tournament.pk)
    await eventually(lambda: "called" in kinds(tournament))
    await database.run(registration.join, charlie, tournament.pk)
    assert await database.run(names, tournament) == ["Alice", "Bob", "Charlie", "Dora", "Eve"]
    assert (await database.run(fresh, tournament)).phase == "running"


def test_nobody_waits_any_more_once_it_is_drawn(db: None, alice: User, bob: User, charlie: User) -> None:
    tournament = planned(alice, alice, bob, charlie, size=2, in_min=None, format="swiss")
    registration.start(alice, tournament.pk)
    assert not tournament.entrants.filter(waiting_since_ms__isnull=False).exists()
    with refused(tournament, "full"):
        registration.join(charlie, tournament.pk)
