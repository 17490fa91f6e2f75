"""Signing up, in and out, over the pages."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_counts(db: None) -> None:
    cache.clear()


def sign_up(client: Client, name: str, **more: str) -> int:
    form = {"username": name, "password1": SECRET, "password2": SECRET, **more}
    return client.post("/accounts/signup/", form).status_code


def log_in(client: Client, name: str, password: str) -> int:
    return client.post("/accounts/login/", {"login": name, "password": password}).status_code


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/"],
)
def test_a_strangers_pages_are_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/accounts/settings/", "/accounts/password/change/", "/accounts/email/"])
def test_a_members_pages_ask_a_stranger_to_sign_in(client: Client, alice: User, path: str) -> None:
    refused = client.get(path)
    assert (refused.status_code, refused["Location"].partition("?")[0]) == (302, "/accounts/login/")
    client.force_login(alice)
    assert client.get(path).status_code == 200


def test_signing_up_makes_a_claimed_account(client: Client) -> None:
    assert sign_up(client, "Dora") == 302
    dora = User.objects.get()
    assert (dora.name, dora.is_guest, dora.is_claimed, dora.check_password(SECRET)) == ("Dora", False, True, True)
    assert client.get("/accounts/settings/").context["user"] == dora


def test_a_guest_who_signs_up_keeps_account_and_name(client: Client) -> None:
    client.post("/accounts/guest/")
    guest = User.objects.get()
    page = client.get("/accounts/signup/")
    assert page.context["form"].initial["username"] == guest.name
    assert sign_up(client, guest.name) == 302
    claimed = User.objects.get()
    assert (claimed.pk, claimed.name, claimed.is_guest) == (guest.pk, guest.name, False)
    assert claimed.check_password(SECRET)
    assert client.get("/accounts/settings/").context["user"].pk == guest.pk
    other = Client()
    assert log_in(other, guest.name, SECRET) == 302


def test_a_guest_may_take_another_name_on_signing_up(client: Client) -> None:
    client.post("/accounts/guest/")
    guest = User.objects.get()
    assert sign_up(client, "Dora") == 302
    assert (User.objects.get().pk, User.objects.get().name) == (guest.pk, "Dora")


@pytest.mark.parametrize("name", ["Alice", "aLICE", "<b>bold</b>", "x", "y" * 25, "\u202eecila"])
def test_a_guest_whose_sign_up_is_refused_stays_a_guest(client: Client, alice: User, name: str) -> None:
    client.post("/accounts/guest/")
    before = User.objects.get(is_guest=True)
    assert sign_up(client, name) == 200
    after = User.objects.get(is_guest=True)
    assert (after.pk, after.name, after.has_usable_password()) == (before.pk, before.name, False)
    assert User.objects.count() == 2


def test_who_has_an_account_is_not_asked_to_sign_up(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/signup/")["Location"] == "/"
    assert sign_up(client, "Dora") == 302
    assert User.objects.get() == alice


def test_a_guest_logs_into_a_real_account(client: Client, alice: User) -> None:
    client.post("/accounts/guest/")
    assert client.get("/accounts/login/").status_code == 200
    assert log_in(client, "alice", "alice's secret") == 302
    assert client.get("/accounts/settings/").context["user"] == alice


def test_a_wrong_password_signs_nobody_in(client: Client, alice: User) -> None:
    assert log_in(client, "Alice", "guess") == 200
    assert client.get("/accounts/settings/").status_code == 302


def test_a_guessing_loop_is_stopped_for_that_account_alone(client: Client, alice: User, bob: User) -> None:
    for _ in range(6):
        log_in(client, "Alice", "guess")
    assert log_in(client, "Alice", "alice's secret") != 302
    assert log_in(Client(), "Bob", "bob's secret") == 302


def test_a_class_behind_one_address_signs_up_within_a_minute(db: None) -> None:
    codes = [sign_up(Client(REMOTE_ADDR="192.0.2.1"), f"Pupil {n}") for n in range(40)]
    assert codes == [302] * 40
    assert User.objects.filter(is_guest=False).count() == 40


def test_a_class_behind_one_address_signs_in_within_a_minute(db: None) -> None:
    for n in range(40):
        User.objects.create_user(f"Pupil {n}", password=SECRET)
    assert [log_in(Client(REMOTE_ADDR="192.0.2.1"), f"Pupil {n}", SECRET) for n in range(40)] == [302] * 40


def test_signing_out_needs_a_click(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/accounts/settings/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/accounts/settings/").status_code == 302


def test_a_name_is_changed_everywhere_at_once(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.post("/accounts/settings/", {"username": "  Alice   Cooper "}).status_code == 302
    assert User.objects.get().name == "Alice Cooper"
    assert "Alice Cooper" in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["bob", "BOB", "  Bob ", "<b>", "a", "", "x" * 25, "a\u202eb c", "a/b"])
def test_a_name_that_cannot_be_is_refused_and_not_shown_as_ones_own(
    client: Client, alice: User, bob: User, name: str
) -> None:
    client.force_login(alice)
    page = client.post("/accounts/settings/", {"username": name})
    assert page.status_code == 200
    assert page.context["form"].errors["username"]
    assert page.context["user"].name == "Alice"
    assert sorted(User.objects.values_list("username", flat=True)) == ["Alice", "Bob"]


def test_one_may_change_the_case_of_ones_own_name(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.post("/accounts/settings/", {"username": "ALICE"}).status_code == 302
    assert User.objects.get().name == "ALICE"


def test_opponents_far_away_are_avoided_until_one_says_otherwise(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert '<option value="" selected>' in client.get("/accounts/settings/").content.decode()
    for said, kept in (("150", 150), ("20", 20), ("", None)):
        assert client.post("/accounts/settings/opponents/", {"max_ping_ms": said})["Location"] == "/accounts/settings/"
        assert User.objects.get().max_ping_ms == kept
        assert f'<option value="{said}" selected>' in client.get("/accounts/settings/").content.decode()
    assert User.objects.get().name == "Alice"


@pytest.mark.parametrize("limit", ["19", "1001", "near"])
def test_a_limit_that_makes_no_sense_is_refused_in_words(client: Client, alice: User, limit: str) -> None:
    client.force_login(alice)
    page = client.post("/accounts/settings/opponents/", {"max_ping_ms": limit})
    assert page.status_code == 400
    assert page.context["ping"].errors["max_ping_ms"] == ["Expected a ping of 20 to 1000 ms, or any."]
    assert User.objects.get().max_ping_ms is None


def test_a_stranger_has_no_opponents_to_avoid(client: Client, db: None) -> None:
    assert client.post("/accounts/settings/opponents/", {"max_ping_ms": "60"}).status_code == 302
    assert client.get("/accounts/settings/opponents/").status_code in (302, 405)


def test_a_password_is_changed_with_the_old_one(client: Client, alice: User) -> None:
    client.force_login(alice)
    form = {"oldpassword": "guess", "password1": SECRET, "password2": SECRET}
    assert client.post("/accounts/password/change/", form).status_code == 200
    assert client.post("/accounts/password/change/", {**form, "oldpassword": "alice's secret"}).status_code == 302
    assert User.objects.get().check_password(SECRET)


def test_a_forgotten_password_is_solved_by_mail(client: Client) -> None:
    User.objects.create_user("Dora", "dora@example.org", "forgotten words")
    assert client.post("/accounts/password/reset/", {"email": "dora@example.org"}).status_code == 302
    (sent,) = mail.outbox
    (link,) = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", str(sent.body))
    page = client.get(link, follow=True)
    assert page.status_code == 200
    form = {"password1": SECRET, "password2": SECRET}
    assert client.post(page.request["PATH_INFO"], form).status_code == 302
    assert User.objects.get().check_password(SECRET)


def test_a_forgotten_password_is_solved_by_an_admin_without_mail(client: Client, alice: User) -> None:
    admin = User.objects.create_superuser("Root", password="the admin's secret")
    client.force_login(admin)
    assert client.get("/admin/accounts/user/").status_code == 200
    assert client.get(f"/admin/accounts/user/{alice.pk}/change/").status_code == 200
    path = f"/admin/accounts/user/{alice.pk}/password/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"usable_password": "true", "password1": SECRET, "password2": SECRET}).status_code == 302
    assert log_in(Client(), "Alice", SECRET) == 302


def test_an_admin_makes_an_account(client: Client) -> None:
    client.force_login(User.objects.create_superuser("Root", password="the admin's secret"))
    form = {"username": "Dora", "usable_password": "true", "password1": SECRET, "password2": SECRET}
    assert client.get("/admin/accounts/user/add/").status_code == 200
    assert client.post("/admin/accounts/user/add/", form).status_code == 302
    assert log_in(Client(), "Dora", SECRET) == 302


def test_nobody_else_gets_into_the_admins_pages(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/admin/", follow=True).request["PATH_INFO"] == "/admin/login/"


def test_no_account_is_told_apart_from_none(client: Client) -> None:
    User.objects.create_user("Dora", "dora@example.org", "forgotten words")
    for address in ("dora@example.org", "nobody@example.org"):
        assert (
            client.post("/accounts/password/reset/", {"email": address})["Location"] == "/accounts/password/reset/done/"
        )
