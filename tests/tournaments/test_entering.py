"""What the pages say about entering, and whom a push says it to: everybody, nothing about a reader."""

from typing import Any

import pytest

from accounts.models import User
from game.pong.court import Choice
from realtime.clock import wall_ms
from realtime.wire import Refused
from tests.tournaments.running import fresh, refused
from tournaments import entering, organising, registration, starting
from tournaments.board import Board
from tournaments.conditions import Conditions
from tournaments.formats.options import Options
from tournaments.models import Tournament
from tournaments.registration import Plan
from tournaments.writing import fragments, writing

MINUTE_MS = 60_000


def make(organiser: User, *users: User, size: int = 8, **plan: Any) -> Tournament:
    made = registration.create(organiser, "Club Cup", size, Choice(3), Plan(**plan))
    for user in users:
        registration.join(user, made.pk)
    return fresh(made)


def shown(tournament: Tournament) -> dict[str, Any]:
    return entering.shown(Board.of(fresh(tournament)))


def status(tournament: Tournament) -> str:
    return fragments(Board.of(fresh(tournament)))["tournament-status"]


def test_an_open_one_is_open_until_it_begins(db: None, alice: User, bob: User) -> None:
    made = make(alice, alice, bob, size=2)
    assert {name: shown(made)[name] for name in ("open", "late", "before", "full")} == {
        "open": True, "late": False, "before": True, "full": True,
    }  # fmt: skip
    assert shown(made)["length"] == "1 match"
    registration.start(alice, made.pk)
    assert {name: shown(made)[name] for name in ("open", "late", "before", "length")} == {
        "open": False, "late": False, "before": False, "length": "",
    }  # fmt: skip


@pytest.mark.parametrize("format", ["swiss", "arena"])
def test_some_are_open_while_they_run(db: None, alice: User, bob: User, charlie: User, format: str) -> None:
    made = make(alice, alice, bob, size=3, format=format)
    registration.start(alice, made.pk)
    assert (shown(made)["late"], shown(made)["open"]) == (True, False)
    assert "data-late" in status(made)
    registration.join(charlie, made.pk)
    assert shown(made)["full"]


def test_nobody_waits_for_a_place_in_one_that_runs(db: None, alice: User, bob: User, charlie: User) -> None:
    made = make(alice, alice, bob, size=2, format="swiss")
    registration.start(alice, made.pk)
    with refused(made, "full"):
        registration.join(charlie, made.pk)


def test_a_draft_is_open_to_nobody(db: None, alice: User, bob: User) -> None:
    made = make(alice, draft=True)
    assert (shown(made)["open"], shown(made)["before"]) == (False, True)
    with refused(made, "wrong_phase"):
        registration.join(bob, made.pk)
    registration.publish(alice, made.pk)
    assert shown(made)["open"]


def test_the_waitlist_is_in_the_order_of_coming(db: None, alice: User, bob: User, charlie: User) -> None:
    made = make(alice, alice, bob, charlie, size=2)
    dave = User.objects.create_user("Dave")
    registration.join(dave, made.pk)
    assert [(who["name"], who["user_id"]) for who in shown(made)["waiting"]] == [
        ("Charlie", charlie.pk), ("Dave", dave.pk),
    ]  # fmt: skip
    entrants = fragments(Board.of(fresh(made)))["tournament-entrants"]
    assert entrants.index(f'data-user="{charlie.pk}"') < entrants.index(f'data-user="{dave.pk}"')
    registration.leave(bob, made.pk)
    assert [who["name"] for who in shown(made)["waiting"]] == ["Dave"]


def test_nobody_enters_under_the_name_of_one_who_waits(db: None, alice: User, bob: User, charlie: User) -> None:
    made = make(alice, alice, size=2, aliases=True)
    registration.join(bob, made.pk, alias="Ace")
    registration.join(charlie, made.pk, alias="King")
    dave = User.objects.create_user("Dave")
    for taken in ("ace", "KING"):
        with refused(made, "alias"):
            registration.join(dave, made.pk, alias=taken)


@pytest.mark.parametrize("alias", ["Charlie", " CHARLIE ", "Char\u00adlie", "\uff23harlie", "charlie\ufe0f"])
def test_nobody_enters_under_the_name_of_somebody_elses_account(
    db: None, alice: User, bob: User, charlie: User, alias: str
) -> None:
    made = make(alice, alice, aliases=True)
    with refused(made, "alias"):
        registration.join(bob, made.pk, alias=alias)
    registration.join(charlie, made.pk, alias=alias)  # it is his own
    assert fresh(made).entrants.filter(user=charlie).exists()


def test_at_one_screen_names_are_free(db: None, alice: User, bob: User) -> None:
    made = make(alice, hot_seat=True)
    registration.add_names(alice, made.pk, ["Alice", "bob"])
    assert sorted(made.entrants.values_list("name", flat=True)) == ["Alice", "bob"]
    with refused(made, "alias"):
        registration.add_names(alice, made.pk, ["B\u00adob"])  # like one who is there


def test_options_that_do_not_fit_a_full_field_make_nothing(db: None, alice: User) -> None:
    with pytest.raises(Refused, match="at most 7 for 8 entrants"):
        make(alice, format="swiss", options=Options(rounds=8))
    assert Tournament.objects.count() == 0


def test_times_are_said_until_they_have_come(db: None, alice: User, bob: User) -> None:
    starts_ms = wall_ms() + 30 * MINUTE_MS
    made = make(alice, alice, bob, starts_ms=starts_ms, check_in_min=20)
    said = shown(made)
    assert round(said["starts"].timestamp() * 1000) == starts_ms
    assert round(said["check_in_opens"].timestamp() * 1000) == starts_ms - 20 * MINUTE_MS
    with writing(made.pk) as pen:
        starting.open_check_in(pen)
    assert (shown(made)["check_in_opens"], shown(made)["open"]) == (None, True)
    organising.cancel(alice, made.pk)
    assert (shown(made)["starts"], shown(made)["open"]) == (None, False)


def test_what_is_pushed_tells_no_secret(db: None, alice: User) -> None:
    conditions = Conditions(claimed=True, least_rating=1400)
    made = make(alice, password="open sesame", by_invitation=True, conditions=conditions)
    everything = "".join(fragments(Board.of(made)).values())
    assert made.invitation not in everything
    assert "open sesame" not in everything
    assert made.password not in everything
    for told in ("data-locked", "data-by-invitation", 'data-condition="least_rating" data-value="1400"'):
        assert told in everything


@pytest.mark.parametrize(("token", "lets_in"), [("", False), ("made up", False), ("ünïcode", False), (None, True)])
def test_an_invitation_is_the_whole_of_its_token(db: None, alice: User, token: str | None, lets_in: bool) -> None:
    made = make(alice, by_invitation=True)
    assert entering.invited(made, made.invitation if token is None else token) == lets_in
    assert entering.invited(make(alice), token or "")
