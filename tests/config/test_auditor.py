"""The auditor looks by itself, and what it finds is repaired and logged."""

import asyncio

import pytest

from accounts.models import User
from config import auditor
from game.models import Match
from realtime import database
from tests.conftest import LiveServer
from tests.game.playing import called
from tests.realtime.waiting import until


async def test_what_does_not_add_up_is_found_and_repaired(
    server: LiveServer, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(auditor, "EVERY_S", 0.05)
    match = await called(alice, bob)
    await database.run(lambda: Match.objects.filter(pk=match.pk).update(a=2))

    async def begin() -> None:
        auditor.begin()

    await asyncio.to_thread(server.call, begin())
    await until(lambda: any(record.name == "config.audit" for record in caplog.records))
    row = await database.run(Match.objects.get, pk=match.pk)
    assert (row.a, row.b) == (0, 0)
