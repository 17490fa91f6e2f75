"""Pages of the queue and of players."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts.guests import make_guest
from accounts.models import User
from game import matches
from game.matches import Player
from game.models import Match
from matchmaking.models import Ticket
from tests.game.playing import call

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


def test_a_stranger_waits_in_one_click_as_a_guest(client: Client, db: None) -> None:
    assert client.post("/matchmaking/play/", {"points": "3"})["Location"] == "/"
    ticket = Ticket.objects.get()
    assert (ticket.points, ticket.user.is_guest) == (3, True)
    client.post("/matchmaking/play/", {"points": "3"})
    assert Ticket.objects.get() == ticket


def test_points_that_are_none_make_nothing(client: Client, db: None) -> None:
    assert client.post("/matchmaking/play/", {"points": "7"}).status_code == 302
    assert (Ticket.objects.count(), User.objects.count()) == (0, 0)


def test_the_limit_beside_play_is_ones_own_from_now_on(client: Client, db: None) -> None:
    client.post("/matchmaking/play/", {"points": "3", "max_ping_ms": "100"})
    ticket = Ticket.objects.get()
    assert (ticket.max_ping_ms, ticket.user.max_ping_ms) == (100, 100)
    assert '<option value="100" selected>' in client.get("/").content.decode()


@pytest.mark.parametrize("limit", ["19", "1001", "-1", "fast", "6e1"])
def test_a_limit_that_makes_no_sense_makes_nothing(client: Client, db: None, limit: str) -> None:
    answer = client.post("/matchmaking/play/", {"max_ping_ms": limit})
    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["Expected a ping of 20 to 1000 ms, or any."]
    assert (Ticket.objects.count(), User.objects.count()) == (0, 0)


def test_who_is_in_a_match_is_led_there(client: Client, alice: User, bob: User) -> None:
    match = call(alice, bob)
    client.force_login(alice)
    assert client.post("/matchmaking/play/")["Location"] == match.get_absolute_url()
    assert Ticket.objects.count() == 0


def test_the_queue_is_not_joined_by_looking(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/matchmaking/play/").status_code == 405


def test_a_players_page_has_their_record(client: Client, alice: User, bob: User) -> None:
    for winner, players in ((0, (alice, bob)), (0, (bob, alice)), (1, (bob, alice)), (None, (alice, bob))):
        match = call(*players, origin=Match.Origin.QUEUE)
        reason = Match.Reason.RESIGNED if winner is not None else Match.Reason.ABORTED
        matches.finish(match.pk, 1, winner=winner, reason=reason)
    alone = call(Player("Ann", alice), Player("Ben", alice), origin=Match.Origin.HOTSEAT)
    matches.finish(alone.pk, 1, winner=0, reason=Match.Reason.POINTS)
    page = client.get(f"/players/{alice.pk}/")
    assert page.status_code == 200
    assert page.context["record"] == {"won": 2, "lost": 1}
    assert [(m["opponent"], m["won"]) for m in page.context["matches"]] == [
        ("Bob", True),
        ("Bob", False),
        ("Bob", True),
    ]
    assert client.get(f"/players/{bob.pk}/").context["record"] == {"won": 1, "lost": 2}


def test_a_guests_page_shows_no_rating(client: Client, db: None, alice: User) -> None:
    assert client.get(f"/players/{make_guest().pk}/").context["player"]["rating"] is None
    assert client.get(f"/players/{alice.pk}/").context["player"]["rating"] == 1500


def test_nobody_and_the_banned_have_no_page(client: Client, alice: User) -> None:
    assert client.get("/players/999/").status_code == 404
    User.objects.update(is_active=False)
    assert client.get(f"/players/{alice.pk}/").status_code == 404
