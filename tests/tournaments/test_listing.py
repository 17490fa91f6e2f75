"""Lists of tournaments."""

import pytest
from django.test import Client

from accounts.models import User
from game.pong.court import Choice
from realtime.clock import wall_ms
from tests.tournaments import played
from tests.tournaments.running import make
from tournaments import listing, organising, registration
from tournaments.models import Entrant, Tournament
from tournaments.registration import Plan

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


def test_the_list_has_what_is_not_called_off_the_newest_first(client: Client, alice: User, bob: User) -> None:
    opened, running, called_off = [make(alice, alice, bob) for _ in range(3)]
    registration.start(alice, running.pk)
    organising.cancel(alice, called_off.pk)
    page = client.get("/tournaments/")
    shown = page.context["tournaments"]
    assert [(row["id"], row["phase"]) for row in shown] == [(running.pk, "running"), (opened.pk, "open")]
    assert shown[1] == {
        "id": opened.pk,
        "url": f"/tournaments/{opened.pk}/",
        "name": "Friday Cup",
        "phase": "open",
        "entrants": 2,
        "size": 8,
        "points": 3,
        "organiser": "Alice",
        "format": "Single elimination",
        "progress": "",
        "champion": None,
        "starts_ms": None,
        "locked": False,
        "by_invitation": False,
        "hot_seat": False,
        "waiting": 0,
    }
    assert f'href="/tournaments/{opened.pk}/"' in page.content.decode()


def test_an_empty_list_is_a_page(client: Client, db: None) -> None:
    assert client.get("/tournaments/").status_code == 200


def test_a_list_says_how_one_enters(client: Client, alice: User, bob: User, charlie: User) -> None:
    starts_ms = wall_ms() + 3_600_000
    plan = Plan(format="swiss", password="x", by_invitation=True, starts_ms=starts_ms)
    made = registration.create(alice, "Club Cup", 8, Choice(3), plan)
    Tournament.objects.update(size=1)
    for user in (alice, bob):
        Entrant.objects.create(tournament=made, user=user, name=user.name, waiting_since_ms=1)
    (row,) = client.get("/tournaments/").context["tournaments"]
    assert (str(row["format"]), row["starts_ms"], row["waiting"]) == ("Swiss", starts_ms, 2)
    assert (row["locked"], row["by_invitation"], row["hot_seat"]) == (True, True, False)


def test_what_is_over_stands_last_with_its_champion(client: Client, alice: User, bob: User) -> None:
    opened = make(alice, alice)
    over = played.play(played.drawn(["Ada", "Ben"]))
    rows = client.get("/tournaments/").context["tournaments"]
    assert [(row["id"], row["champion"], row["progress"]) for row in rows] == [
        (opened.pk, None, ""),
        (over.pk, "Ada", ""),
    ]
    assert [row["id"] for row in listing.current(10)] == [opened.pk]
    assert listing.row(played.drawn(["Ada", "Ben", "Cem"]))["progress"] == "0 of 2 matches"


def test_older_ones_are_a_page_farther(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "A_PAGE", 2)
    ids = [make(alice, alice).pk for _ in range(5)]
    shown = [
        ([row["id"] for row in page.context["tournaments"]], "Newer" in html, "Older" in html)
        for page in (client.get("/tournaments/", {"page": number}) for number in ("1", "2", "3", "x", "99"))
        for html in [page.content.decode()]
    ]
    first, second, third = (ids[:2:-1], False, True), (ids[2:0:-1], True, True), (ids[:1], True, False)
    assert shown == [first, second, third, first, third]
