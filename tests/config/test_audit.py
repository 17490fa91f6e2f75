"""All audits together, and the command."""

import logging

import pytest
from django.core.management import call_command

from accounts.models import User
from chat.models import Conversation
from config import audit
from game.models import Match, Seat
from game.pong.court import Choice
from matchmaking.models import Rating
from realtime import database
from realtime.audit import Difference
from realtime.clock import wall_ms
from tests.conftest import LiveServer
from tests.game.playing import call
from tests.tournaments.running import brief, fresh, quick, soon
from tournaments import registration

__all__ = ("brief", "quick", "soon")


@pytest.fixture
def damaged(db: None, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> list[Difference]:
    """Something wrong in a match and in a tournament."""
    monkeypatch.setattr("realtime.process._loop", None)
    match = call(alice, bob)
    Seat.objects.filter(match=match, side=0).update(holder=None)
    tournament = registration.create(alice, "Cup", 8, Choice(3))
    type(tournament).objects.update(n=5)
    return [
        Difference(f"seat of match {match.pk}", f"held by user {alice.pk}", "held by nobody"),
        Difference(f"n of tournament {tournament.pk}", "0 as its log has it", "5"),
    ]


def test_each_difference_is_repaired_and_logged_as_an_error(
    damaged: list[Difference], caplog: pytest.LogCaptureFixture
) -> None:
    assert audit.run(repair=False) == damaged
    found = audit.run()
    assert [(d.what, d.expected, d.came, d.repaired) for d in found] == [
        (d.what, d.expected, d.came, True) for d in damaged
    ]
    assert audit.run() == []
    logged = [(record.levelno, record.getMessage()) for record in caplog.records if record.name == "config.audit"]
    assert logged == [(logging.ERROR, str(difference)) for difference in (*damaged, *found)]
    assert str(found[1]).endswith(": expected 0 as its log has it, came 5, repaired")


def test_what_is_over_for_long_is_looked_at_only_if_all_is(damaged: list[Difference]) -> None:
    old_ms = wall_ms() - audit.RECENT_MS - 1000
    Match.objects.update(phase=Match.Phase.OVER, reason=Match.Reason.ABORTED, finished_ms=old_ms)
    assert [difference.what.split()[0] for difference in audit.run()] == ["n"]
    assert {difference.what.split()[0] for difference in audit.run(all=True)} == {"seat", "lease"}


def test_the_command_says_what_differs_and_repairs_if_told(
    damaged: list[Difference], capsys: pytest.CaptureFixture[str]
) -> None:
    for options, end in (([], ""), (["--repair"], ", repaired")):
        with pytest.raises(SystemExit) as left:
            call_command("audit", *options)
        assert left.value.code == 1
        assert capsys.readouterr().out.splitlines() == [f"{difference}{end}" for difference in damaged]
    call_command("audit", "--ratings")
    assert capsys.readouterr().out == "Everything is as it should be.\n"


def test_the_command_recomputes_ratings_if_told(db: None, alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    Rating.objects.create(user=alice, points=5, value=3000, at_ms=1)
    call_command("audit")
    with pytest.raises(SystemExit):
        call_command("audit", "--ratings")
    assert f"rating of user {alice.pk} to 5: expected none, came 3000.00 ± 350.00" in capsys.readouterr().out


def test_nothing_costs_next_to_nothing(server: LiveServer, django_assert_max_num_queries: object) -> None:
    Conversation.objects.create(key="lobby")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert audit.run() == []


async def test_what_moves_is_no_difference(server: LiveServer, brief: None) -> None:
    """Looked at all the time, with repairs, while matches are played and a bracket fills."""
    tournament = await database.run(registration.exhibition)
    looks = 0
    while (await database.run(fresh, tournament)).phase != "finished":
        assert await database.run(audit.run) == []
        looks += 1
    assert looks
    assert await database.run(audit.run) == []
