"""The pages of matches, and the sockets of those that are over."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client

from accounts.models import User
from game import matches
from game.models import Match
from game.pong import court
from realtime import database
from tests.conftest import Sockets
from tests.game.playing import call

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


def finished(*users: User, winner: int | None = 0, reason: Match.Reason = Match.Reason.RESIGNED) -> Match:
    """Called and over in one transaction: nobody hosts it for a moment."""
    with transaction.atomic():
        match = call(*users)
        return matches.finish(match.pk, 1, winner=winner, reason=reason)


def test_a_match_that_is_not_there_has_no_page(client: Client, db: None) -> None:
    assert client.get("/game/77/").status_code == 404


def test_everybody_may_see_a_match(client: Client, alice: User, bob: User) -> None:
    match = call(alice, bob)
    page = client.get(match.get_absolute_url())
    assert page.status_code == 200
    shown = page.context["match"]
    assert [(seat["name"], seat["user_id"]) for seat in shown["seats"]] == [("Alice", alice.pk), ("Bob", bob.pk)]
    assert (shown["phase"], shown["path"], shown["points"]) == ("called", f"/ws/game/{match.pk}/", 3)


def test_a_finished_match_keeps_its_page(client: Client, alice: User, bob: User) -> None:
    page = client.get(finished(alice, bob).get_absolute_url())
    assert (page.status_code, page.context["match"]["phase"]) == (200, "over")


def test_a_stranger_plays_the_bot_in_one_click(client: Client, db: None) -> None:
    answer = client.post("/game/bot/", {"strength": "hard", "points": "3"})
    match = Match.objects.get()
    guest = User.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, match.get_absolute_url())
    assert (match.origin, match.points, guest.is_guest) == ("bot", 3, True)
    assert [(seat.user, seat.bot) for seat in match.seats.all()] == [(guest, ""), (None, "hard")]


def test_two_play_at_one_keyboard_under_names_of_their_own(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.post("/game/hotseat/", {"left": " <b>Ann</b> ", "right": ""})
    match = Match.objects.get()
    assert [(seat.name, seat.user) for seat in match.seats.all()] == [("<b>Ann</b>", alice), ("Right", alice)]
    page = client.get(match.get_absolute_url()).content.decode()
    assert "<b>Ann</b>" not in page
    assert "&lt;b&gt;Ann&lt;/b&gt;" in page


@pytest.mark.parametrize(("path", "form"), [("/game/bot/", {"strength": "easy"}), ("/game/hotseat/", {})])
def test_one_plays_by_the_rules_one_chose(client: Client, db: None, path: str, form: dict[str, str]) -> None:
    client.post(path, {**form, "points": "3", "paddle": "small", "pace": "fast"})
    match = Match.objects.get()
    assert match.ruleset == court.to_dict(court.ruleset(3, "small", "fast"))
    page = client.get(match.get_absolute_url()).content.decode()
    assert "to 3 points · small paddles · fast</span>" in page


def test_the_plain_game_needs_no_words(client: Client, alice: User, bob: User) -> None:
    assert "to 3 points</span>" in client.get(call(alice, bob).get_absolute_url()).content.decode()


def test_who_plays_already_is_led_back_there(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    match = call(bob, alice)
    for path, form in (("/game/bot/", {"strength": "easy"}), ("/game/hotseat/", {})):
        answer = client.post(path, form)
        assert answer["Location"] == match.get_absolute_url()
    assert Match.objects.count() == 1
    assert len(list(get_messages(answer.wsgi_request))) >= 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/game/bot/", {}),
        ("/game/bot/", {"strength": "godlike"}),
        ("/game/bot/", {"strength": "easy", "points": "4"}),
        ("/game/bot/", {"strength": "easy", "paddle": "huge"}),
        ("/game/hotseat/", {"pace": "slow"}),
        ("/game/hotseat/", {"points": "x"}),
        ("/game/hotseat/", {"left": "x" * 25}),
    ],
)
def test_a_form_that_makes_no_sense_makes_nothing(client: Client, db: None, path: str, form: dict[str, str]) -> None:
    assert client.post(path, form)["Location"] == "/"
    assert (Match.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", ["/game/bot/", "/game/hotseat/"])
def test_looking_at_a_form_starts_nothing(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 405
    assert Match.objects.count() == 0


async def test_the_socket_of_a_finished_match_shows_how_it_ended(sockets: Sockets, alice: User, bob: User) -> None:
    match = await database.run(finished, alice, bob, winner=1, reason=Match.Reason.LEFT)
    client = await sockets.open(f"/ws/game/{match.pk}/", alice)
    snapshot: Any = await client.receive()
    assert await client.receive() == [12, []]
    assert (snapshot[:3], snapshot[3]["phase"]) == ([7, 0, 0], "over")
    assert snapshot[3]["result"] == {"winner": 1, "score": [0, 0], "reason": "left"}
    await client.send([0, 0])
    assert await client.receive() == snapshot
    await client.send([3, 5])
    assert await client.receive() == [3, 5, 0]
    for message in ([1, 0, 1, 0, 100], [2, 0, 5, 1], [9], [10, 1]):
        await client.send(message)
        assert (await client.receive())[:2] == [11, "not_live"]
