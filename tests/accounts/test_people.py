"""Who acts in a request."""

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


def test_a_stranger_becomes_a_guest_in_one_click_and_stays_it(client: Client, db: None) -> None:
    for _ in range(3):
        assert client.post("/accounts/guest/").status_code == 302
    guest = User.objects.get()
    assert guest.is_guest
    assert client.get("/accounts/settings/").context["user"] == guest


def test_who_is_signed_in_stays_who_they_are(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.post("/accounts/guest/")
    assert User.objects.get() == alice


def test_one_goes_back_to_the_page_one_came_from_and_nowhere_else(client: Client, db: None) -> None:
    assert client.post("/accounts/guest/", {"next": "/tournaments/"})["Location"] == "/tournaments/"
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        assert client.post("/accounts/guest/", {"next": elsewhere})["Location"] == "/"


def test_looking_makes_nobody_a_guest(client: Client, db: None) -> None:
    for path in ("/", "/tournaments/", "/tournaments/new/", "/home/fragments/"):
        assert client.get(path).status_code == 200
    assert client.get("/accounts/guest/").status_code == 405
    assert User.objects.count() == 0
