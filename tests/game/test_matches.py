"""Matches as rows: each use case is one transaction."""

import asyncio
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from game import matches
from game.matches import BusyError, Played, Player
from game.models import Match, Rally, Seat
from game.pong import court
from game.pong.rally import cross, resume
from game.pong.replay import Recorder
from game.signals import match_finished
from realtime import database, hosting
from realtime.hosting import LostLeaseError
from realtime.models import Lease
from tests.conftest import LiveServer
from tests.game.playing import call


def rally(match: Match) -> Played:
    """The first point of a match in which nobody moves."""
    rules = court.from_dict(match.ruleset)
    state = resume(rules, 0, 0, match.seed, 1_000)
    recorder = Recorder(state, 1)
    while True:
        state, event = cross(rules, state)
        recorder.hold(0)
        if state.a + state.b:
            return Played(event.side, state.a, state.b, recorder.record())


def test_a_called_match_has_two_seats_a_lease_and_a_time(db: None, alice: User) -> None:
    match = call(alice, Player.house("hard"), points=5, origin=Match.Origin.BOT, ready_ms=1_500)
    left, right = match.seats.all()
    assert (left.name, left.user, left.holder, left.bot) == ("Alice", alice, alice, "")
    assert (right.name, right.user, right.holder, right.bot) == ("Ace", None, None, "hard")
    assert (match.phase, match.points, match.ready_by_ms - match.created_ms) == ("called", 5, 1_500)
    assert Lease.objects.get().room == f"match.{match.pk}"
    assert 1 <= match.seed <= 2**31 - 2


def test_who_sits_elsewhere_cannot_be_called_and_nothing_changes(
    db: None, alice: User, bob: User, charlie: User
) -> None:
    first = call(alice, bob)
    for pair in ((charlie, alice), (bob, charlie), (bob, alice)):
        with pytest.raises(BusyError):
            call(*pair)
    assert list(Match.objects.all()) == [first]
    assert (Seat.objects.count(), Lease.objects.count(), matches.holding(charlie)) == (2, 1, None)


def test_at_one_keyboard_one_holds_both_seats(db: None, alice: User, bob: User) -> None:
    match = call(Player("Ann", alice), Player("Ben", alice), origin=Match.Origin.HOTSEAT)
    assert [seat.holder for seat in match.seats.all()] == [alice, None]
    assert matches.holding(alice) == match
    with pytest.raises(BusyError):
        call(alice, bob)


async def test_of_two_calls_at_once_for_one_player_one_wins(
    server: LiveServer, alice: User, bob: User, charlie: User
) -> None:
    calls = [database.run(call, *pair) for pair in ((alice, bob), (charlie, alice), (alice, charlie), (bob, alice))]
    found = await asyncio.gather(*calls, return_exceptions=True)
    won = [match for match in found if isinstance(match, Match)]
    assert [type(error) for error in found if not isinstance(error, Match)] == [BusyError] * 3

    def rows() -> tuple[list[Match], int, Match | None]:
        return list(Match.objects.all()), Seat.objects.count(), matches.holding(alice)

    assert await database.run(rows) == (won, 2, won[0])


def test_a_match_begins_once(db: None, alice: User, bob: User) -> None:
    match = call(alice, bob)
    matches.begin(match.pk, 1)
    begun = Match.objects.get()
    assert (begun.phase, begun.started_ms is not None) == ("live", True)
    matches.begin(match.pk, 1)
    assert Match.objects.get().started_ms == begun.started_ms


@pytest.mark.parametrize("epoch", [0, 2])
def test_nothing_is_committed_under_a_wrong_epoch(db: None, alice: User, bob: User, epoch: int) -> None:
    match = call(alice, bob)
    with pytest.raises(LostLeaseError):
        matches.begin(match.pk, epoch)
    with pytest.raises(LostLeaseError):
        matches.add_rally(match.pk, epoch, rally(match))
    with pytest.raises(LostLeaseError):
        matches.finish(match.pk, epoch, winner=0, reason=Match.Reason.RESIGNED, rally=rally(match))
    row = Match.objects.get()
    assert (row.phase, row.a, row.b, row.winner, Rally.objects.count()) == ("called", 0, 0, None, 0)
    assert matches.holding(alice) == row


def test_a_host_whose_match_was_taken_over_commits_nothing(
    db: None, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = call(alice, bob)
    monkeypatch.setattr("realtime.process.name", "another process")
    found = matches.adopt(match.pk, only=True)
    assert found is not None
    assert found[1] == 2
    monkeypatch.undo()
    with pytest.raises(LostLeaseError):
        matches.add_rally(match.pk, 1, rally(match))


def test_a_point_is_a_row_and_the_next_host_goes_on_from_it(db: None, alice: User, bob: User) -> None:
    match = call(alice, bob)
    played = rally(match)
    side, a, b = played.side, played.a, played.b
    matches.add_rally(match.pk, 1, played)
    row = Rally.objects.get()
    assert (row.number, row.side, row.a, row.b, row.record) == (1, side, a, b, played.record)
    found = matches.load(match.pk)
    assert found is not None
    assert (found.opening.a, found.opening.b, found.opening.rally) == (a, b, 0)
    assert found.opening.seed != match.seed, "the serves go on, they do not begin again"


def test_a_result_takes_everybody_from_their_seats(db: None, alice: User, bob: User) -> None:
    match = call(alice, bob)
    played = rally(match)
    side, a, b = played.side, played.a, played.b
    over = matches.finish(match.pk, 1, winner=side, reason=Match.Reason.POINTS, rally=played)
    assert (over.phase, over.winner, over.reason, over.a, over.b) == ("over", side, "points", a, b)
    assert matches.result(Match.objects.get()) == {"winner": side, "score": [a, b], "reason": "points"}
    assert [matches.holding(user) for user in (alice, bob)] == [None, None]
    assert [seat.user for seat in match.seats.all()] == [alice, bob]
    assert (Lease.objects.count(), matches.load(match.pk), matches.is_unfinished(match.pk)) == (0, None, False)
    assert call(alice, bob).pk != match.pk


def test_what_hangs_on_a_result_happens_in_its_transaction_or_not_at_all(
    transactional_db: None, alice: User, bob: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.process._loop", None)
    match = call(alice, bob)
    seen: list[Any] = []

    def receiver(match: Match, absent: tuple[int, ...], **_: Any) -> None:
        seen.append((connection.in_atomic_block, match.phase, match.winner, absent, Rally.objects.count()))
        charlie.delete()
        raise LookupError("nobody there")

    match_finished.connect(receiver)
    try:
        with pytest.raises(LookupError):
            matches.finish(match.pk, 1, winner=1, reason=Match.Reason.LEFT, absent=[0], rally=rally(match))
    finally:
        match_finished.disconnect(receiver)
    assert seen == [(True, "over", 1, (0,), 1)]
    row = Match.objects.get()
    assert (row.phase, row.winner, row.reason, row.finished_ms, row.a, row.b) == ("called", None, "", None, 0, 0)
    assert (Rally.objects.count(), User.objects.filter(username="Charlie").exists()) == (0, True)
    assert matches.holding(alice) == match
    hosting.check(f"match.{match.pk}", 1)


def test_a_rematch_changes_sides_and_keeps_rules(db: None, alice: User, bob: User) -> None:
    match = call(alice, bob, rules=court.ruleset(5, "small", "steady"))
    matches.finish(match.pk, 1, winner=0, reason=Match.Reason.RESIGNED)
    again = matches.call_rematch(match.pk)
    assert [seat.name for seat in again.seats.all()] == ["Bob", "Alice"]
    assert (again.origin, again.points, again.phase) == ("rematch", 5, "called")
    assert (again.ruleset, again.ruleset["id"]) == (match.ruleset, "classic-5-small-steady")


@pytest.mark.parametrize("origin", [Match.Origin.BOT, Match.Origin.HOTSEAT])
def test_a_rematch_of_what_is_not_rated_is_not_rated(db: None, alice: User, origin: Match.Origin) -> None:
    match = call(alice, Player.house("easy"), origin=origin)
    matches.finish(match.pk, 1, winner=0, reason=Match.Reason.RESIGNED)
    assert matches.call_rematch(match.pk).origin == origin


def test_a_rematch_with_somebody_who_plays_elsewhere_is_none(db: None, alice: User, bob: User, charlie: User) -> None:
    match = call(alice, bob)
    matches.finish(match.pk, 1, winner=0, reason=Match.Reason.RESIGNED)
    call(bob, charlie)
    with pytest.raises(BusyError):
        matches.call_rematch(match.pk)
    assert matches.holding(alice) is None


def test_what_is_live_is_listed_the_newest_first(db: None, alice: User, bob: User, charlie: User) -> None:
    over = call(alice, bob)
    matches.finish(over.pk, 1, winner=None, reason=Match.Reason.ABORTED)
    old, new = call(alice, bob), call(charlie, Player.house("easy"))
    assert list(matches.live()) == [new, old]
    assert sorted(matches.unfinished()) == [old.pk, new.pk]
