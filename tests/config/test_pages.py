"""Addresses, the home page, and the headers of every page."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chat import lines
from game.matches import Player
from game.models import Match
from game.pong.court import Choice
from matchmaking import tickets
from tests.game.playing import call
from tournaments import registration

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("home", "/"),
        ("home:fragments", "/home/fragments/"),
        ("account_login", "/accounts/login/"),
        ("account_signup", "/accounts/signup/"),
        ("accounts:bot", "/accounts/bot/"),
        ("matchmaking:play", "/matchmaking/play/"),
        ("tournaments:list", "/tournaments/"),
        ("tournaments:new", "/tournaments/new/"),
        ("admin:index", "/admin/"),
    ],
)
def test_an_address_is_as_the_protocol_and_old_links_have_it(name: str, path: str) -> None:
    assert reverse(name) == path


def test_the_home_page_shows_what_happens_now(client: Client, alice: User, bob: User) -> None:
    call(alice, Player.house("easy"), origin=Match.Origin.BOT)
    registration.create(alice, "<b>Cup</b>", 8, Choice(3))
    tickets.join(bob, 3)
    lines.say(bob, "lobby", "anyone here?")
    page = client.get("/")
    assert page.status_code == 200
    shown = page.context
    assert [(m["left_name"], m["right_name"]) for m in shown["live_matches"]] == [("Alice", "Rookie")]
    assert [(t["name"], t["entrants"], t["organiser"]) for t in shown["tournaments"]] == [("<b>Cup</b>", 0, "Alice")]
    assert (shown["waiting"], [line["text"] for line in shown["lobby"]["lines"]]) == (1, ["anyone here?"])
    assert "<b>Cup</b>" not in page.content.decode()


def test_the_fragments_of_the_home_page_are_its_live_lists(client: Client, alice: User) -> None:
    call(alice, Player.house("easy"), origin=Match.Origin.BOT)
    found = client.get("/home/fragments/").json()
    assert sorted(found) == ["live-matches", "open-tournaments"]
    assert "Alice" in found["live-matches"]
    page = client.get("/").content.decode()
    for id in found:
        assert f'id="{id}"' in page


@pytest.mark.parametrize("path", ["/", "/tournaments/", "/tournaments/new/", "/accounts/login/", "/nothing/"])
def test_every_page_allows_nothing_inline_and_nothing_from_elsewhere(client: Client, db: None, path: str) -> None:
    page = client.get(path, headers={"host": "localhost:8000"})
    policy = dict(part.strip().partition(" ")[::2] for part in page["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in page["Content-Security-Policy"]
    assert policy["connect-src"] == "'self' ws://localhost:8000 wss://localhost:8000"
    assert (policy["frame-ancestors"], policy["object-src"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert (page["X-Frame-Options"], page["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert page["Referrer-Policy"] == "same-origin"
    text = page.content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_a_host_that_is_not_ours_gets_no_page(client: Client, db: None, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]  # type: ignore[attr-defined]
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_what_is_not_there_has_a_page_that_says_so(client: Client, db: None) -> None:
    page = client.get("/nothing/")
    assert page.status_code == 404
    assert "wordmark" in page.content.decode()


def test_the_models_and_their_migrations_agree(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_system_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING")
