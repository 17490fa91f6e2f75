"""The audit of queues and ratings."""

from typing import Any

import pytest

from accounts.guests import make_guest
from accounts.models import User
from game import matches
from game.models import Match
from matchmaking import audit, tickets
from matchmaking.models import Rating, Ticket
from realtime import hosting
from realtime.audit import Difference
from tests.game.playing import call


@pytest.fixture(autouse=True)
def _nobody_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.process._loop", None)


@pytest.fixture
def offered(db: None, alice: User, bob: User) -> Match:
    """A match that the queue has called Alice and Bob to."""
    tickets.join(alice, 3)
    tickets.join(bob, 3)
    epoch = hosting.claim(tickets.queue_room(3), take_over=True)
    assert epoch is not None
    tickets.pair(3, epoch, 0)
    return Match.objects.get()


def over(match: Match, reason: Match.Reason, **options: Any) -> None:
    """As if only the match's own row had been written."""
    Match.objects.filter(pk=match.pk).update(phase=Match.Phase.OVER, reason=reason, finished_ms=1, **options)


def test_tickets_of_an_offered_match_are_as_they_should_be(offered: Match, charlie: User) -> None:
    tickets.join(charlie)
    assert audit.look(repair=True) == []
    matches.finish(offered.pk, 1, winner=0, reason=Match.Reason.POINTS)
    assert audit.look(repair=True) == []


@pytest.mark.parametrize(
    ("reason", "expected", "left"),
    [
        (Match.Reason.ABORTED, "one that waits again", [None, None]),
        (Match.Reason.POINTS, "none any more", []),
    ],
)
def test_a_ticket_for_what_is_over_is_let_go(
    offered: Match, alice: User, bob: User, reason: Match.Reason, expected: str, left: list[Any]
) -> None:
    over(offered, reason)
    named = [(f"ticket of user {user.pk}", expected, f"one for {offered}, which is over") for user in (alice, bob)]
    assert audit.look(repair=False) == [Difference(*difference) for difference in named]
    assert audit.look(repair=True) == [Difference(*difference, repaired=True) for difference in named]
    assert list(Ticket.objects.values_list("match", flat=True)) == left
    assert audit.look(repair=True) == []


def test_what_was_right_by_the_time_it_was_looked_at_again_is_no_difference(offered: Match) -> None:
    assert audit._look_again(Ticket.objects.all()[0].pk, True) == []
    assert audit._look_again(999_999, True) == []


# -- ratings -------------------------------------------------------------------------------------------------------


def play(winner: User, loser: User, **options: Any) -> Match:
    match = call(winner, loser, **options)
    return matches.finish(match.pk, 1, winner=0, reason=Match.Reason.POINTS)


@pytest.fixture
def evening(db: None, alice: User, bob: User, charlie: User) -> None:
    """Rated matches under one ruleset, and some that are not, or under another one."""
    play(alice, bob)
    play(charlie, alice, origin=Match.Origin.TOURNAMENT)
    play(bob, charlie, points=11)
    play(alice, make_guest())
    play(bob, charlie, origin=Match.Origin.REMATCH)
    matches.finish(call(alice, bob).pk, 1, winner=0, reason=Match.Reason.WALKOVER)
    play(bob, alice)


def test_the_results_give_the_ratings_exactly(evening: None, alice: User, bob: User, charlie: User) -> None:
    came = {rating.user_id: rating.glicko for rating in Rating.objects.filter(points=3)}
    assert audit.recompute(3) == came
    assert sorted(came) == [alice.pk, bob.pk, charlie.pk]
    assert sorted(audit.recompute(11)) == [bob.pk, charlie.pk]
    assert audit.recompute(5) == {}
    assert [audit.look_at_ratings(points) for points in matches.POINTS] == [[], [], []]


def test_days_between_the_results_count(evening: None) -> None:
    """Time away is read from the results, not from when they are computed."""
    first = Match.objects.filter(ruleset__points=3).order_by("pk")[0]
    assert first.finished_ms is not None
    Match.objects.filter(pk=first.pk).update(finished_ms=first.finished_ms - 90 * 86_400_000)
    assert audit.look_at_ratings(3)


def test_a_rating_that_the_results_do_not_give_is_named(evening: None, alice: User, bob: User) -> None:
    row = Rating.objects.get(user=alice, points=3)
    Rating.objects.filter(user=alice, points=3).update(value=row.value + 1)
    Rating.objects.filter(user=bob, points=3).delete()
    Rating.objects.create(user=bob, points=5, at_ms=1)
    (high, gone) = audit.look_at_ratings(3)
    assert (high.what, high.expected) == (f"rating of user {alice.pk} to 3", f"{row.value:.2f} ± {row.deviation:.2f}")
    assert high.came == f"{row.value + 1:.2f} ± {row.deviation:.2f}"
    assert (gone.what, gone.came) == (f"rating of user {bob.pk} to 3", "none")
    assert audit.look_at_ratings(5) == [Difference(f"rating of user {bob.pk} to 5", "none", "1500.00 ± 350.00")]
