"""Who opens a socket: by cookie and Origin, by token, or nobody."""

from typing import Any

import pytest
from django.test import Client as Browser

from accounts.handshake import same_site, session_key
from accounts.models import Token, User
from realtime import database
from tests.conftest import LiveServer, Sockets

WS = "/ws/matchmaking/"


def _sign_in(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    return str(browser.cookies["sessionid"].value)


async def cookie_of(user: User) -> dict[str, str]:
    return {"Cookie": f"sessionid={await database.run(_sign_in, user)}"}


async def user_of(sockets: Sockets, **options: Any) -> str | None:
    client = await sockets.open(WS, **options)
    user = (await client.until("you"))["user"]
    return user["name"] if user else None


async def test_a_cookie_with_our_origin_is_its_user(server: LiveServer, sockets: Sockets, alice: User) -> None:
    assert await user_of(sockets, headers=await cookie_of(alice), origin=server.url) == "Alice"


async def test_a_cookie_without_an_origin_is_nobody(sockets: Sockets, alice: User) -> None:
    assert await user_of(sockets, headers=await cookie_of(alice)) is None


async def test_our_origin_without_a_cookie_is_nobody(server: LiveServer, sockets: Sockets) -> None:
    assert await user_of(sockets, origin=server.url) is None


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "null", "file://"])
async def test_a_wrong_origin_is_closed_even_with_a_cookie(sockets: Sockets, alice: User, origin: str) -> None:
    client = await sockets.open(WS, headers=await cookie_of(alice), origin=origin)
    assert (await client.receive())["code"] == "wrong_origin"
    assert await client.closed() == 4403


async def test_an_origin_that_the_operator_trusts_may_open(sockets: Sockets, alice: User, settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://pong.example"]
    assert await user_of(sockets, headers=await cookie_of(alice), origin="https://pong.example") == "Alice"


async def test_a_token_needs_neither(sockets: Sockets, bob: User) -> None:
    assert await user_of(sockets, user=bob) == "Bob"


async def test_a_token_counts_more_than_a_cookie(server: LiveServer, sockets: Sockets, alice: User, bob: User) -> None:
    assert await user_of(sockets, user=bob, headers=await cookie_of(alice), origin=server.url) == "Bob"


async def test_a_bad_token_is_closed(sockets: Sockets) -> None:
    client = await sockets.open(WS, headers={"Authorization": "Bearer rp_wrong"})
    assert (await client.receive())["code"] == "bad_token"
    assert await client.closed() == 4401


async def test_the_token_of_somebody_banned_is_closed(sockets: Sockets, alice: User) -> None:
    token = await database.run(Token.issue, alice)
    await database.run(lambda: User.objects.update(is_active=False))
    client = await sockets.open(WS, headers={"Authorization": f"Bearer {token}"})
    assert await client.closed() == 4401


def _expire(_user: User) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


def _ban(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _new_password(user: User) -> None:
    user.set_password("another secret")
    user.save()


@pytest.mark.parametrize("end", [_expire, _ban, _new_password])
async def test_an_expired_session_may_watch_and_is_told_when_it_acts(
    server: LiveServer, sockets: Sockets, alice: User, end: Any
) -> None:
    headers = await cookie_of(alice)
    await database.run(end, alice)
    client = await sockets.open(WS, headers=headers, origin=server.url)
    assert (await client.until("you"))["user"] is None
    await client.send({"type": "join"})
    refusal = await client.until("error")
    assert (refusal["code"], refusal["came"]) == ("sign_in_required", "an expired session")


async def test_rubbish_in_the_cookie_is_nobody(server: LiveServer, sockets: Sockets) -> None:
    for cookie in ("sessionid=", "sessionid=x", "sessionid=" + "y" * 2000, ";;=;", 'sessionid="\\"'):
        assert await user_of(sockets, headers={"Cookie": cookie}, origin=server.url) is None


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://pong.example", "pong.example", True),
        ("http://pong.example:8000", "pong.example:8000", True),
        ("https://pong.example", "pong.example", True),
        ("http://pong.example:8000", "pong.example:8001", False),
        ("http://other.example", "pong.example", False),
        ("http://evil.example", "evil.example", False),  # DNS rebinding: not a host of ours
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://pong.example@evil.example", "pong.example", False),
        ("null", "pong.example", False),
    ],
)
def test_same_site(settings: Any, origin: str, host: str, same: bool) -> None:
    settings.ALLOWED_HOSTS = ["pong.example", "[::1]"]
    assert same_site(origin, host) is same


@pytest.mark.parametrize(
    ("cookie", "key"),
    [("sessionid=abc", "abc"), ("a=1; sessionid=abc; b=2", "abc"), ("csrftoken=abc", None), ("", None)],
)
def test_session_key(cookie: str, key: str | None) -> None:
    assert session_key(cookie) == key
