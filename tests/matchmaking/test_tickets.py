"""Tickets as rows, without a server."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.guests import make_bot, make_guest
from accounts.limits import set_max_ping
from accounts.models import User
from game import matches
from game.matches import Player
from game.models import Match
from game.pong import court
from matchmaking import ratings, tickets
from matchmaking.models import Rating, Ticket
from realtime import hosting
from realtime.clock import wall_ms
from realtime.wire import Refused
from tests.game.playing import call


@pytest.fixture(autouse=True)
def _nobody_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.process._loop", None)


def pair(points: int) -> tickets.Round:
    """One look of whoever holds the queue's lease."""
    epoch = hosting.claim(tickets.queue_room(points), take_over=True)
    assert epoch is not None
    return tickets.pair(points, epoch, 0)


def refusal(work: object, *args: object) -> str:
    with pytest.raises(Refused) as refused:
        work(*args)  # type: ignore[operator]
    return refused.value.code


def test_a_ticket_is_taken_once(db: None, alice: User) -> None:
    ticket = tickets.join(alice, 5, anyone_after_s=30)
    assert (ticket.points, ticket.rating, ticket.provisional, ticket.anyone_after_ms) == (5, 1500, True, 30_000)
    assert refusal(tickets.join, alice, 5) == "already_queued"
    assert refusal(tickets.join, alice, 11) == "already_queued"
    assert (tickets.waiting(5), tickets.waiting(11)) == (1, 0)


def test_there_is_a_queue_for_three_kinds_of_match(db: None, alice: User) -> None:
    assert refusal(tickets.join, alice, 4) == "bad_message"
    assert Ticket.objects.count() == 0


def test_a_ticket_is_given_back_once(db: None, alice: User, bob: User) -> None:
    tickets.join(alice)
    tickets.join(bob)
    tickets.leave(alice)
    assert refusal(tickets.leave, alice) == "not_queued"
    assert [ticket.user for ticket in Ticket.objects.all()] == [bob]


def test_who_plays_cannot_wait_but_who_plays_meanwhile_can(db: None, alice: User, bob: User, charlie: User) -> None:
    call(alice, bob)
    assert refusal(tickets.join, alice) == "in_match"
    call(charlie, Player.house("easy"), origin=Match.Origin.BOT)
    tickets.join(charlie)
    assert tickets.waiting(11) == 1


def test_two_who_wait_are_called_to_a_match(db: None, alice: User, bob: User) -> None:
    tickets.join(alice, 3)
    tickets.join(bob, 3)
    found = pair(3)
    match = Match.objects.get()
    assert (found.waiting, len(found.waits_ms), found.in_the_way) == (0, 2, [])
    assert (match.origin, match.points, [seat.user for seat in match.seats.all()]) == ("queue", 3, [alice, bob])
    assert set(Ticket.objects.values_list("match", flat=True)) == {match.pk}
    assert refusal(tickets.leave, alice) == "not_queued"


def test_queues_do_not_mix(db: None, alice: User, bob: User) -> None:
    tickets.join(alice, 3)
    tickets.join(bob, 11)
    assert [pair(points).waiting for points in (3, 5, 11)] == [1, 0, 1]
    assert Match.objects.count() == 0


def test_two_far_apart_meet_at_a_known_instant(db: None, alice: User, bob: User) -> None:
    for user, value in ((alice, 1500), (bob, 1530 + 100)):
        Rating.objects.create(user=user, points=11, value=value, deviation=50, at_ms=wall_ms())
    joined = [tickets.join(user).joined_ms for user in (alice, bob)]
    found = pair(11)
    assert Match.objects.count() == 0
    # 30 points beyond the window of 100, at 15 points a second, counted from the later one.
    assert found.next_due_ms == max(joined) + 2_000


def test_who_plays_the_bot_meanwhile_is_in_the_way_until_that_ends(db: None, alice: User, bob: User) -> None:
    bot = call(alice, Player.house("easy"), origin=Match.Origin.BOT)
    tickets.join(alice)
    tickets.join(bob)
    assert pair(11).in_the_way == [bot.pk]
    assert list(Match.objects.all()) == [bot]
    matches.finish(bot.pk, 1, winner=None, reason=Match.Reason.ABORTED)
    assert pair(11).in_the_way == []
    assert matches.holding(alice) == matches.holding(bob) == Match.objects.exclude(pk=bot.pk).get()


@pytest.mark.parametrize(("absent", "back"), [([1], ["Alice"]), ([0], ["Bob"]), ([0, 1], []), ([], [])])
def test_who_came_for_nothing_is_back_in_line_with_their_time(
    db: None, alice: User, bob: User, absent: list[int], back: list[str]
) -> None:
    joined = {user.name: tickets.join(user).joined_ms for user in (alice, bob)}
    pair(11)
    match = Match.objects.get()
    matches.finish(match.pk, 1, winner=None, reason=Match.Reason.ABORTED, absent=absent)
    assert {t.user.name: (t.match, t.joined_ms) for t in Ticket.objects.all()} == {n: (None, joined[n]) for n in back}


def test_a_pair_whose_match_was_aborted_does_not_meet_again_soon(
    db: None, alice: User, bob: User, charlie: User
) -> None:
    tickets.join(alice)
    tickets.join(bob)
    pair(11)
    match = Match.objects.get()
    matches.finish(match.pk, 1, winner=None, reason=Match.Reason.ABORTED, absent=[1])
    tickets.join(bob)
    found = pair(11)
    assert (found.waiting, found.next_due_ms) == (2, None)
    tickets.join(charlie)
    assert pair(11).waiting == 1
    assert matches.holding(alice) == matches.holding(charlie) is not None


def test_a_match_that_was_played_takes_both_from_the_queue(db: None, alice: User, bob: User) -> None:
    tickets.join(alice)
    tickets.join(bob)
    pair(11)
    matches.finish(Match.objects.get().pk, 1, winner=0, reason=Match.Reason.RESIGNED)
    assert Ticket.objects.count() == 0


def test_who_is_wanted_elsewhere_is_taken_out(db: None, alice: User, bob: User) -> None:
    tickets.join(alice)
    tickets.join(bob)
    tickets.withdraw(alice)
    tickets.withdraw(alice)
    assert [ticket.user for ticket in Ticket.objects.all()] == [bob]


# -- how far away an opponent may be -------------------------------------------------------------------------------


def test_a_limit_that_is_given_is_kept_and_holds_until_it_is_lifted(db: None, alice: User) -> None:
    stale = User.objects.get(pk=alice.pk)  # as a socket has it that is open for long
    assert tickets.join(alice, ping_ms=35).max_ping_ms is None
    tickets.leave(alice)
    ticket = tickets.join(alice, ping_ms=35, max_ping_ms=100)
    assert (ticket.ping_ms, ticket.max_ping_ms, User.objects.get().max_ping_ms) == (35, 100, 100)
    tickets.leave(alice)
    assert tickets.join(stale).max_ping_ms == 100
    tickets.leave(alice)
    assert tickets.join(alice, max_ping_ms=None).max_ping_ms is None
    assert User.objects.get().max_ping_ms is None


@pytest.mark.parametrize("limit", [0, 19, 1001, -60, True, 60.5])
def test_a_limit_out_of_range_changes_nothing(db: None, alice: User, limit: Any) -> None:
    set_max_ping(alice, 150)
    with pytest.raises(Refused, match=r"max_ping_ms: expected 20\.\.1000 or none, came ") as refused:
        tickets.join(alice, max_ping_ms=limit)
    assert (refused.value.code, refused.value.came) == ("bad_message", str(limit))
    assert (Ticket.objects.count(), User.objects.get().max_ping_ms) == (0, 150)


def test_who_cannot_join_sets_no_limit_either(db: None, alice: User) -> None:
    tickets.join(alice)
    with pytest.raises(Refused):
        tickets.join(alice, max_ping_ms=60)
    assert (User.objects.get().max_ping_ms, Ticket.objects.get().max_ping_ms) == (None, None)


def test_an_opponent_above_the_limit_is_not_called(db: None, alice: User, bob: User, charlie: User) -> None:
    tickets.join(alice, ping_ms=20, max_ping_ms=100)
    tickets.join(bob, ping_ms=130)
    found = pair(11)
    assert (found.waiting, found.next_due_ms, found.above_limit) == (2, None, {alice.pk: 1})
    assert [tickets.above_limit(ticket) for ticket in Ticket.objects.order_by("pk")] == [1, 0]
    tickets.join(charlie, ping_ms=100, max_ping_ms=110)
    assert pair(11).waiting == 1
    assert matches.holding(alice) == matches.holding(charlie) is not None


@pytest.mark.parametrize("change", ["measured", "lifted"])
def test_another_ping_or_limit_holds_for_who_waits_already(db: None, alice: User, bob: User, change: str) -> None:
    tickets.join(alice, max_ping_ms=100)
    tickets.join(bob, ping_ms=130)
    assert pair(11).above_limit == {alice.pk: 1}
    if change == "measured":
        tickets.measured(bob, 95)
    else:
        set_max_ping(alice, None)
    assert pair(11).waiting == 0
    tickets.measured(alice, 500)  # too late to matter
    pings = dict(Ticket.objects.values_list("user__username", "ping_ms"))
    assert pings == {"Alice": None, "Bob": 95 if change == "measured" else 130}


# -- ratings -------------------------------------------------------------------------------------------------------


def values(*users: User) -> list[float]:
    return [round(ratings.current(user, 3).value) for user in users]


def play(left: User, right: User, winner: int | None = 0, **options: object) -> None:
    reason = options.pop("reason", Match.Reason.POINTS)
    match = call(left, right, **options)
    matches.finish(match.pk, 1, winner=winner, reason=reason)


@pytest.mark.parametrize("origin", [Match.Origin.QUEUE, Match.Origin.REMATCH, Match.Origin.TOURNAMENT])
def test_a_result_between_two_accounts_is_rated(db: None, alice: User, bob: User, origin: Match.Origin) -> None:
    play(alice, bob, 1, origin=origin)
    loser, winner = values(alice, bob)
    assert loser < 1500 < winner
    assert Rating.objects.filter(points=3).count() == 2
    assert values(alice) != [1500]
    assert ratings.current(alice, 11).value == 1500


@pytest.mark.parametrize(
    ("winner", "options"),
    [
        (None, {"reason": Match.Reason.ABORTED}),
        (0, {"reason": Match.Reason.WALKOVER}),
        (None, {"reason": Match.Reason.NO_SHOW}),
        (0, {"origin": Match.Origin.BOT}),
        (0, {"origin": Match.Origin.HOTSEAT}),
        (0, {"rules": court.ruleset(3, "small")}),
        (0, {"rules": court.ruleset(3, pace="fast"), "origin": Match.Origin.TOURNAMENT}),
        (0, {"rules": replace(court.ruleset(3), id="home-made")}),
    ],
)
def test_what_is_not_the_plain_game_against_somebody_is_not_rated(
    db: None, alice: User, bob: User, winner: int | None, options: dict[str, object]
) -> None:
    play(alice, bob, winner, **options)
    assert Rating.objects.count() == 0


def test_guests_and_programs_are_not_rated_nor_is_who_plays_them(db: None, alice: User) -> None:
    play(alice, make_guest())
    play(make_bot()[0], alice)
    assert Rating.objects.count() == 0


def test_a_rating_changes_with_its_result_or_not_at_all(
    db: None, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    match = call(alice, bob)
    monkeypatch.setattr(tickets, "_tell", lambda *_: None)

    def fail(**_: object) -> None:
        raise LookupError

    from game.signals import match_finished

    match_finished.connect(fail)
    try:
        with pytest.raises(LookupError):
            matches.finish(match.pk, 1, winner=0, reason=Match.Reason.POINTS)
    finally:
        match_finished.disconnect(fail)
    assert (Rating.objects.count(), Match.objects.get().phase) == (0, "called")
    matches.finish(match.pk, 1, winner=0, reason=Match.Reason.POINTS)
    assert Rating.objects.count() == 2
