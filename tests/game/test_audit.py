"""The audit of matches: real rows are damaged, and the difference is named and repaired."""

from typing import Any

import pytest

from accounts.models import User
from game import audit, matches
from game.matches import Played, Player
from game.models import Match, Rally, Seat
from realtime.audit import Difference
from realtime.models import Lease
from tests.game.playing import call

RECORD: Any = {"epoch": 1, "opening": [], "log": [], "holds": []}


@pytest.fixture(autouse=True)
def _nobody_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.process._loop", None)


def play(match: Match, sides: str, points: int = 3) -> Match:
    """Rallies won by these sides ("010"); the match is over if the last one reached the points."""
    a = b = 0
    for side in map(int, sides):
        a, b = a + (side == 0), b + (side == 1)
        rally = Played(side, a, b, RECORD)
        if max(a, b) == points:
            matches.finish(match.pk, 1, winner=side, reason=Match.Reason.POINTS, rally=rally)
        else:
            matches.add_rally(match.pk, 1, rally)
    return Match.objects.get(pk=match.pk)


@pytest.fixture
def live(db: None, alice: User, bob: User) -> Match:
    match = call(alice, bob)
    matches.begin(match.pk, 1)
    return play(match, "01")


@pytest.fixture
def over(db: None, alice: User, bob: User) -> Match:
    return play(call(alice, bob), "0100")


def look(**options: Any) -> list[Difference]:
    return audit.look(**{"repair": True, **options})


def repaired(what: str, expected: str, came: str) -> None:
    """This is the one difference: named without being repaired, then repaired, then gone."""
    assert look(repair=False) == [Difference(what, expected, came)]
    assert look() == [Difference(what, expected, came, repaired=True)]
    assert look() == []


def only_named(*found: Difference) -> None:
    """These are the differences, and nothing is changed on account of them."""
    for _ in range(2):
        assert look() == list(found)


def test_what_was_played_is_as_it_should_be(live: Match, charlie: User) -> None:
    call(charlie, Player("Charlie", charlie), origin=Match.Origin.HOTSEAT)
    call(Player.house("easy"), Player.house("hard"), origin=Match.Origin.BOT)
    assert look() == []
    play(live, "")
    matches.finish(live.pk, 1, winner=0, reason=Match.Reason.LEFT)
    assert look() == []


def test_a_won_match_is_as_it_should_be(over: Match) -> None:
    assert (over.a, over.b, over.winner) == (3, 1, 0)
    assert look() == []


def test_nothing_to_look_at(db: None) -> None:
    assert look() == []


def test_the_score_is_that_of_the_rallies(live: Match) -> None:
    Match.objects.filter(pk=live.pk).update(a=2)
    repaired(f"score of match {live.pk}", "1-1 as its rallies have it", "2-1")
    assert (Match.objects.get().a, Match.objects.get().b) == (1, 1)


def test_a_rally_that_is_missing_cannot_be_made_up(live: Match) -> None:
    Rally.objects.filter(match=live, number=1).delete()
    only_named(
        Difference(f"numbers of match {live.pk}", "rallies 1 to 1", "1 rallies, the last number 2"),
        Difference(f"score of match {live.pk}", "0-1 as its rallies have it", "1-1"),
    )


def test_a_rally_is_numbered_by_its_score(live: Match) -> None:
    Rally.objects.filter(match=live, number=2).update(a=0)
    repaired(f"running score of match {live.pk}", "rallies numbered by their score", "1 numbered otherwise")
    assert list(Rally.objects.values_list("a", "b")) == [(1, 0), (1, 1)]


def test_a_winner_is_a_fact(over: Match) -> None:
    Match.objects.filter(pk=over.pk).update(winner=1)
    only_named(Difference(f"result of match {over.pk}", "a winner with 3 points", "3-1, side 1"))


def test_a_match_with_all_its_points_is_over(over: Match, alice: User, bob: User) -> None:
    Match.objects.filter(pk=over.pk).update(reason=Match.Reason.LEFT)
    only_named(Difference(f"result of match {over.pk}", "a match that is over by 3 points", "3-1, side 0"))
    Match.objects.filter(pk=over.pk).update(reason=Match.Reason.POINTS)
    live = call(alice, bob)
    for number in (1, 2, 3):
        matches.add_rally(live.pk, 1, Played(1, 0, number, RECORD))
    only_named(Difference(f"result of match {live.pk}", "a match that is over by 3 points", "0-3, not over"))


def test_nobody_holds_a_seat_of_what_is_over(over: Match, alice: User) -> None:
    Seat.objects.filter(match=over, side=0).update(holder=alice)
    repaired(f"seat of match {over.pk}", "held by nobody", f"held by user {alice.pk}")
    assert matches.holding(alice) is None


def test_who_plays_holds_their_seat(live: Match, bob: User) -> None:
    Seat.objects.filter(match=live, side=1).update(holder=None)
    repaired(f"seat of match {live.pk}", f"held by user {bob.pk}", "held by nobody")
    assert matches.holding(bob) == live


def test_who_sits_elsewhere_by_now_is_left_there(live: Match, bob: User) -> None:
    Seat.objects.filter(match=live, side=1).update(holder=None)
    elsewhere = call(bob, Player.house("easy"), origin=Match.Origin.BOT)
    only_named(Difference(f"seat of match {live.pk}", f"held by user {bob.pk}", "held by nobody"))
    assert matches.holding(bob) == elsewhere


def test_what_is_not_over_can_be_hosted(live: Match) -> None:
    room = matches.room_name(live.pk)
    Lease.objects.filter(room=room).delete()
    repaired(f"lease of match {live.pk}", "one until the end", "none")
    assert Lease.objects.get(room=room).host == ""


def test_what_is_over_needs_no_host(over: Match) -> None:
    Lease.objects.create(room=matches.room_name(over.pk))
    repaired(f"lease of match {over.pk}", "none after the end", "one")
    assert not Lease.objects.exists()


def test_what_has_been_over_for_long_is_left_alone(over: Match) -> None:
    Match.objects.filter(pk=over.pk).update(b=2)
    assert over.finished_ms is not None
    assert look(since_ms=over.finished_ms + 1) == []
    assert len(look(since_ms=over.finished_ms)) == 1


def test_what_was_right_by_the_time_it_was_looked_at_again_is_no_difference(live: Match) -> None:
    assert audit._look_again(live.pk, True) == []
    assert audit._look_again(999_999, True) == []


def test_many_are_looked_at_in_pieces(
    live: Match, charlie: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    call(charlie, Player.house("easy"), origin=Match.Origin.BOT)
    with django_assert_num_queries(4):
        assert look() == []
    monkeypatch.setattr(audit, "AT_ONCE", 1)
    Match.objects.update(a=3)
    assert [difference.what.split()[0] for difference in look()] == ["score", "result", "score", "result"]
    assert look() == []
