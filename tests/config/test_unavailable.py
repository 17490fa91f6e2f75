"""Pages while the database is away."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from matchmaking import tickets

pytestmark = pytest.mark.usefixtures("_server")


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_page_says_when_to_come_back(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(points: int) -> int:
        raise error

    monkeypatch.setattr(tickets, "waiting", fail)
    answer = Client().get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Back in a moment." in answer.content.decode()
    assert [record.levelname for record in caplog.records if record.name == "config.unavailable"] == ["WARNING"]


def test_any_other_error_stays_one(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(points: int) -> int:
        raise LookupError("ours")

    monkeypatch.setattr(tickets, "waiting", fail)
    assert Client(raise_request_exception=False).get("/").status_code == 500
