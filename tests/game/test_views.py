"""The pages of matches, and the sockets of those that are over."""

import gzip
import json
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client

from accounts.models import User
from game import matches
from game.matches import Player
from game.models import Match, Rally
from game.pong import court, document
from realtime import database
from tests.conftest import Sockets
from tests.game.playing import call
from tests.game.stored import classic

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


# -- replays ---------------------------------------------------------------------------------------------------------


def test_the_replay_of_a_match_stands_by_itself(client: Client, db: None) -> None:
    match = classic((Player("Ann", rating=1500), Player.house("hard")))
    answer = client.get(f"/game/{match.pk}/replay.json")
    found = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert document.differences(found) == []
    assert found["seats"] == [
        {"name": "Ann", "bot": None, "rating": 1500},
        {"name": "Ace", "bot": "hard", "rating": None},
    ]
    assert found["result"] == {"winner": match.winner, "score": [match.a, match.b], "reason": "points"}
    assert found["match"]["id"] == match.pk


def test_a_replay_travels_packed(client: Client, db: None) -> None:
    match = classic(points=11, seed=3)
    answer = client.get(f"/game/{match.pk}/replay.json", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 7_000
    assert document.differences(json.loads(gzip.decompress(answer.content))) == []


def test_a_match_that_is_being_played_has_no_replay_yet(client: Client, alice: User, bob: User) -> None:
    match = call(alice, bob)
    answer = client.get(f"/game/{match.pk}/replay.json")
    assert answer.status_code == 409
    assert answer.json() == {
        "code": "not_over",
        "expected": "a match that is over: its replay is there then",
        "came": "called",
    }
    page = client.get(f"/game/{match.pk}/replay/")
    assert page["Location"] == match.get_absolute_url()
    assert "Its replay is there when it is over" in client.get(page["Location"]).content.decode()


def test_what_was_not_played_has_no_replay(client: Client, alice: User, bob: User) -> None:
    answer = client.get("/game/77/replay.json")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_match")
    assert client.get("/game/77/replay/").status_code == 404
    match = finished(alice, bob)
    answer = client.get(f"/game/{match.pk}/replay.json")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_rally")
    page = client.get(f"/game/{match.pk}/replay/")
    assert page["Location"] == match.get_absolute_url()
    shown = client.get(page["Location"]).content.decode()
    assert "No point was played in this match" in shown
    assert client.get(f"/game/{match.pk}/statistics/").status_code == 204


def test_a_replay_that_is_not_true_is_not_handed_out(client: Client, db: None) -> None:
    match = classic()
    Rally.objects.filter(match=match, number=2).update(a=77)
    answer = client.get(f"/game/{match.pk}/replay.json")
    assert answer.status_code == 500
    assert answer.json()["code"] == "damaged"
    assert answer.json()["came"].startswith("rally 2: expected ")
    assert client.get(f"/game/{match.pk}/replay/").status_code == 200


@pytest.mark.parametrize("path", ["replay/", "replay.json", "statistics/"])
def test_replays_are_only_read(client: Client, db: None, path: str) -> None:
    assert client.post(f"/game/{classic().pk}/{path}").status_code == 405


def test_the_numbers_are_on_the_match_page_and_by_themselves(client: Client, db: None) -> None:
    match = classic()
    for path in ("", "replay/", "statistics/"):
        page = client.get(f"/game/{match.pk}/{path}").content.decode()
        assert "The match in numbers" in page
        assert f"/game/{match.pk}/replay/#t=" in page


def test_a_match_that_is_not_over_has_no_numbers(client: Client, alice: User, bob: User) -> None:
    match = call(alice, bob)
    assert "The match in numbers" not in client.get(match.get_absolute_url()).content.decode()
    assert client.get(f"/game/{match.pk}/statistics/").status_code == 204


def test_a_name_is_text_in_the_numbers_too(client: Client, db: None) -> None:
    match = classic((Player("<b>Ann</b>"), Player("Ben")))
    for path in ("replay/", "statistics/"):
        assert "<b>Ann</b>" not in client.get(f"/game/{match.pk}/{path}").content.decode()


def test_a_players_page_leads_to_replays(client: Client, alice: User, bob: User) -> None:
    match = classic((Player("Alice", alice), Player("Bob", bob)))
    unplayed = finished(alice, bob)
    page = client.get(f"/players/{alice.pk}/").content.decode()
    assert f'href="/game/{match.pk}/replay/"' in page
    assert f'href="/game/{unplayed.pk}/replay/"' not in page
