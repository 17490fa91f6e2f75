"""Signing out reaches open sockets."""

from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import User
from realtime import database
from tests.conftest import Client, LiveServer, Sockets

SECRET = "correct horse battery"


class Device:
    """A browser that is signed in, with a socket open."""

    def __init__(self, server: LiveServer, sockets: Sockets) -> None:
        self.server, self.sockets = server, sockets
        self.browser = Browser()
        self.socket: Client

    async def sign_in(self, user: User) -> "Device":
        await database.run(self.browser.force_login, user)
        headers = {"Cookie": f"sessionid={self.browser.cookies['sessionid'].value}"}
        self.socket = await self.sockets.open("/ws/matchmaking/", headers=headers, origin=self.server.url)
        assert (await self.socket.until("you"))["user"]["id"] == user.pk
        return self

    async def post(self, path: str, **form: str) -> int:
        answer: Any = await database.run(self.browser.post, path, form)
        return int(answer.status_code)

    async def alive(self) -> bool:
        await self.socket.send({"type": "refresh"})
        return (await self.socket.until("you"))["user"] is not None


@pytest.fixture
def device(server: LiveServer, sockets: Sockets) -> Any:
    return lambda user: Device(server, sockets).sign_in(user)


async def test_signing_out_closes_the_sockets_of_that_session_alone(device: Any, alice: User, bob: User) -> None:
    phone, laptop, bobs = await device(alice), await device(alice), await device(bob)
    assert await phone.post("/accounts/logout/") == 302
    assert (await phone.socket.until("error"))["came"] == "a session that was signed out"
    assert await phone.socket.closed() == 4401
    assert await laptop.alive()
    assert await bobs.alive()


async def test_changing_the_password_closes_all_sockets_of_that_user(device: Any, alice: User, bob: User) -> None:
    phone, laptop, bobs = await device(alice), await device(alice), await device(bob)
    form = {"oldpassword": "alice's secret", "password1": SECRET, "password2": SECRET}
    assert await phone.post("/accounts/password/change/", **form) == 302
    assert [await phone.socket.closed(), await laptop.socket.closed()] == [4401, 4401]
    assert await bobs.alive()


async def test_a_password_change_that_is_refused_closes_nothing(device: Any, alice: User) -> None:
    phone = await device(alice)
    form = {"oldpassword": "guess", "password1": SECRET, "password2": SECRET}
    assert await phone.post("/accounts/password/change/", **form) == 200
    assert await phone.alive()


async def test_an_admin_who_sets_a_password_closes_all_sockets_of_that_user(
    device: Any, alice: User, bob: User
) -> None:
    phone = await device(alice)
    admin = await device(await database.run(User.objects.create_superuser, "Root", password="the admin's secret"))
    form = {"usable_password": "true", "password1": SECRET, "password2": SECRET}
    assert await admin.post(f"/admin/accounts/user/{alice.pk}/password/", **form) == 302
    assert await phone.socket.closed() == 4401
    assert await admin.alive()


async def test_a_ban_closes_all_sockets_of_that_user(device: Any, alice: User, bob: User) -> None:
    phone, bobs = await device(alice), await device(bob)

    def ban() -> None:
        alice.is_active = False
        alice.save()

    await database.run(ban)
    assert await phone.socket.closed() == 4401
    assert await bobs.alive()


async def test_a_guest_who_signs_up_goes_on(device: Any) -> None:
    from accounts.guests import make_guest

    phone = await device(await database.run(make_guest))
    assert await phone.post("/accounts/signup/", username="Dora", password1=SECRET, password2=SECRET) == 302
    assert await phone.alive()
