"""Bearer tokens over HTTP."""

import json

import pytest
from django.test import Client

from accounts.models import Token, User
from accounts.token import bearer

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer rp_1", "rp_1"), ("bearer  rp_1 ", "rp_1"), ("Basic abc", None), ("", None), ("Bearer", "")],
)
def test_a_token_is_read_from_its_header(header: str, token: str | None) -> None:
    assert bearer(header) == token


def test_a_program_acts_as_its_account_without_cookie_and_csrf(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    made = client.post("/accounts/bot/", {"name": "Deep Pong"})
    answer = json.loads(made.content)
    assert (made.status_code, answer["name"], sorted(answer)) == (201, "Deep Pong", ["id", "name", "token"])
    assert not made.cookies
    headers = {"Authorization": f"Bearer {answer['token']}"}
    new = client.post("/tournaments/new/", {"name": "Cup", "size": 4, "points": 3}, headers=headers)
    assert new.status_code == 303
    shown = client.get(new["Location"], headers=headers)
    assert shown.context["tournament"]["organiser"] == {"id": answer["id"], "name": "Deep Pong"}
    assert User.objects.get().is_bot


def test_without_a_token_a_form_needs_its_csrf_token(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/tournaments/new/", {"name": "Cup", "size": 4}).status_code == 403
    assert client.post("/accounts/guest/").status_code == 403


@pytest.mark.parametrize("token", ["rp_unknown", ""])
def test_a_token_that_is_not_valid_is_said_to_be_so(db: None, token: str) -> None:
    answer = Client().get("/", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_a_token_counts_more_than_a_cookie(db: None, alice: User, bob: User) -> None:
    client = Client()
    client.force_login(alice)
    token = Token.issue(bob)
    shown = client.get("/accounts/settings/", headers={"Authorization": f"Bearer {token}"})
    assert shown.context["user"] == bob
    assert client.get("/accounts/settings/").context["user"] == alice


@pytest.mark.parametrize("name", ["<script>", "x" * 30])
def test_a_bots_bad_name_is_refused_by_name(db: None, name: str) -> None:
    answer = Client().post("/accounts/bot/", {"name": name})
    assert (answer.status_code, answer.json()["code"], answer.json()["came"]) == (400, "bad_name", name)
    assert User.objects.count() == 0


def test_a_loop_that_makes_bots_is_stopped(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts import views

    monkeypatch.setattr(views, "BOTS_A_MINUTE", 5)
    client = Client(REMOTE_ADDR="192.0.2.77")
    assert [client.post("/accounts/bot/").status_code for _ in range(7)] == [201] * 5 + [429] * 2
    assert User.objects.count() == 5
    assert Client(REMOTE_ADDR="192.0.2.78").post("/accounts/bot/").status_code == 201
