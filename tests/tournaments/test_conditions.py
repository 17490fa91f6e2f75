"""Who may enter, and what the others are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.guests import make_guest
from accounts.models import User
from game.models import Match, Seat
from game.pong import court
from game.pong.court import Choice
from matchmaking.models import Rating
from realtime.clock import wall_ms
from tests.tournaments.running import fresh, refused
from tournaments import registration
from tournaments.conditions import MOST_MATCHES, MOST_RATING, NONE, Conditions, Standing
from tournaments.registration import Plan

ratings = st.integers(0, MOST_RATING)
standings = st.builds(Standing, st.booleans(), ratings, st.integers(0, MOST_MATCHES))


@st.composite
def conditions(draw: st.DrawFn) -> Conditions:
    bounds = draw(st.tuples(st.none() | ratings, st.none() | ratings))
    if None not in bounds:
        bounds = tuple(sorted(bounds))  # type: ignore[type-var,assignment]
    return Conditions(draw(st.booleans()), *bounds, draw(st.integers(0, MOST_MATCHES)))


@given(conditions(), standings)
def test_one_may_enter_exactly_if_every_condition_is_met(asked: Conditions, who: Standing) -> None:
    least = asked.least_rating or 0
    most = MOST_RATING if asked.most_rating is None else asked.most_rating
    met = (who.claimed or not asked.claimed) and least <= who.rating <= most and who.matches >= asked.matches
    assert (asked.missed(who) is None) == met


@given(conditions(), standings)
def test_what_is_missed_is_one_of_what_is_described(asked: Conditions, who: Standing) -> None:
    missed = asked.missed(who)
    assert missed is None or missed in asked.described()
    assert [condition["text"] for condition in asked.listed()] == asked.described()


@given(conditions(), st.booleans(), ratings, st.integers(0, MOST_MATCHES), st.integers(0, MOST_MATCHES))
def test_who_has_played_more_misses_no_more(
    asked: Conditions, claimed: bool, rating: int, matches: int, more: int
) -> None:
    if asked.missed(Standing(claimed, rating, matches)) is None:
        assert asked.missed(Standing(claimed, rating, matches + more)) is None


@given(conditions())
def test_they_are_stored_and_come_back(asked: Conditions) -> None:
    assert Conditions.from_dict(asked.to_dict()) == asked
    assert Conditions.from_dict({**asked.to_dict(), "height_cm": 180}) == asked


def test_none_asks_nothing() -> None:
    assert (NONE.to_dict(), NONE.described(), NONE.missed(Standing(False, 0, 0))) == ({}, [], None)
    assert Conditions.from_dict(None) == NONE


@pytest.mark.parametrize(
    "wrong",
    [
        {"least_rating": -1},
        {"most_rating": MOST_RATING + 1},
        {"matches": -1},
        {"matches": MOST_MATCHES + 1},
        {"least_rating": 1600, "most_rating": 1500},
    ],
)
def test_what_nobody_could_meet_is_no_condition(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"expected .*, came "):
        Conditions(**wrong)  # type: ignore[arg-type]


def test_each_is_checked_against_what_is_known_of_who_comes(db: None, alice: User, bob: User, charlie: User) -> None:
    """A rating is that of the tournament's points; a match counts if it was played to an end."""
    asked = Conditions(claimed=True, least_rating=1600, matches=1)
    tournament = fresh(registration.create(alice, "Club Cup", 8, Choice(3), Plan(conditions=asked)))
    guest = make_guest()
    missing = [guest, bob, charlie]
    Rating.objects.create(user=charlie, points=11, value=1900, deviation=60, at_ms=wall_ms())
    Rating.objects.create(user=bob, points=3, value=1650, deviation=60, at_ms=wall_ms())
    assert [registration.missed(tournament, who) for who in (*missing, None)] == [
        "an account of one's own (guests sign up first)",
        "one match played before",
        "a rating of at least 1600",
        "an account of one's own (guests sign up first)",
    ]
    for who in missing:
        with refused(tournament, "conditions"):
            registration.join(who, tournament.pk)
    now_ms = wall_ms()
    match = Match.objects.create(
        phase=Match.Phase.OVER, ruleset=court.to_dict(court.ruleset(3)), seed=1, created_ms=now_ms,
        ready_by_ms=now_ms, started_ms=now_ms, finished_ms=now_ms,
    )  # fmt: skip
    Seat.objects.create(match=match, side=0, name="Bob", user=bob)
    registration.join(bob, tournament.pk)
    registration.join(alice, tournament.pk)  # an organiser comes in as they are
    assert tournament.entrants.count() == 2
