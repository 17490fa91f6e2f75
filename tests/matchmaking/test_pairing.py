from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matchmaking.pairing import (
    Ticket,
    above_limit,
    count_above_limit,
    estimate_wait_ms,
    gap,
    meet_ms,
    opens_ms,
    pair,
    slope,
    window,
)

NOW_MS = 1_000_000
QUIET = 1  # arrivals a minute at which windows widen by 15 points a second


def ticket(id, rating=1500, waited_ms=0, **options):
    return Ticket(id=id, person=100 + id, rating=rating, joined_ms=NOW_MS - waited_ms, **options)


def ids(pairs):
    return [(a.id, b.id) for a, b in pairs]


# --- the rule in examples ---


def test_two_within_100_points_are_paired_on_arrival():
    pairs, next_due_ms = pair([ticket(1, 1500), ticket(2, 1600)], NOW_MS, QUIET)
    assert (ids(pairs), next_due_ms) == ([(1, 2)], None)


def test_two_further_apart_wait_until_the_younger_window_holds_the_other():
    tickets = [ticket(1, 1500, waited_ms=60_000), ticket(2, 1750)]
    assert pair(tickets, NOW_MS, QUIET) == ((), NOW_MS + 10_000)  # 150 points more at 15 a second
    assert pair(tickets, NOW_MS + 9_999, QUIET) == ((), NOW_MS + 10_000)
    pairs, _ = pair(tickets, NOW_MS + 10_000, QUIET)
    assert ids(pairs) == [(1, 2)]


def test_an_instant_that_is_no_whole_millisecond_is_rounded_up():
    assert opens_ms(ticket(1), 101, 15_000) == NOW_MS + 67  # 66.7 ms
    assert window(ticket(1), NOW_MS + 66, 15_000) == 100
    assert window(ticket(1), NOW_MS + 67, 15_000) == 101


@pytest.mark.parametrize(
    ("arrivals_per_minute", "points_per_s"),
    [(0, 15), (1, 15), (3, 13.333), (5, 8), (10, 4), (30, 1.333), (40, 1), (600, 1)],
)
def test_windows_widen_slower_the_more_people_come(arrivals_per_minute, points_per_s):
    assert slope(arrivals_per_minute) == points_per_s * 1000


def test_fewer_than_no_arrivals_is_an_error():
    with pytest.raises(ValueError, match="expected arrivals a minute from 0, came -1"):
        slope(-1)


def test_who_waited_longest_chooses_first_and_takes_the_nearest():
    tickets = [ticket(1, 1500, 1000), ticket(2, 1520, 9000), ticket(3, 1560, 500), ticket(4, 1450, 100)]
    pairs, _ = pair(tickets, NOW_MS, QUIET)
    assert ids(pairs) == [(2, 1)]
    pairs, _ = pair(tickets, NOW_MS + 1000, QUIET)
    assert ids(pairs) == [(2, 1), (3, 4)]


def test_of_two_equally_near_the_one_who_waited_longer_is_taken():
    pairs, _ = pair([ticket(1, 1500, 900), ticket(2, 1520, 100), ticket(3, 1480, 500)], NOW_MS, QUIET)
    assert ids(pairs) == [(1, 3)]


def test_who_comes_back_with_the_waiting_time_kept_is_first_in_line():
    innocent = ticket(9, 1500, waited_ms=20_000)
    pairs, _ = pair([ticket(1, 1500, 5000), ticket(2, 1500, 4000), innocent], NOW_MS, QUIET)
    assert ids(pairs) == [(9, 1)]


def test_a_block_of_either_side_holds_for_ever():
    for tickets in (
        [ticket(1, blocked=frozenset({102})), ticket(2)],
        [ticket(1), ticket(2, blocked=frozenset({101}))],
        [ticket(1, blocked=frozenset({102}), anyone_after_ms=0), ticket(2, anyone_after_ms=0)],
    ):
        assert pair(tickets, NOW_MS + 10**9, QUIET) == ((), None)


def test_nobody_plays_themselves():
    twice = [Ticket(1, 7, 1500, NOW_MS), Ticket(2, 7, 1500, NOW_MS)]
    assert pair(twice, NOW_MS, QUIET) == ((), None)


def test_the_last_opponent_is_taken_only_if_nobody_nearer_than_250_points_more_is_there():
    again, other = ticket(1, last_opponent=102), ticket(2, last_opponent=101)
    pairs, _ = pair([again, other, ticket(3, 1580)], NOW_MS, QUIET)
    assert ids(pairs) == [(1, 3)]


def test_two_equals_who_are_alone_meet_again_after_10_s():
    again, other = ticket(1, last_opponent=102), ticket(2)
    assert pair([again, other], NOW_MS, QUIET) == ((), NOW_MS + 10_000)


def test_two_provisional_players_count_as_100_points_nearer():
    pairs, _ = pair([ticket(1, 1500, provisional=True), ticket(2, 1700, provisional=True)], NOW_MS, QUIET)
    assert ids(pairs) == [(1, 2)]
    assert gap(ticket(1, 1500, provisional=True), ticket(2, 1700)) == 200


def test_who_plays_anyone_after_a_while_still_needs_the_other_window():
    eager, picky = ticket(1, 1500, anyone_after_ms=5_000), ticket(2, 2500)
    assert pair([eager, picky], NOW_MS, QUIET) == ((), NOW_MS + 60_000)
    both = [eager, ticket(2, 2500, anyone_after_ms=8_000)]
    assert pair(both, NOW_MS, QUIET) == ((), NOW_MS + 8_000)
    pairs, _ = pair(both, NOW_MS + 8_000, QUIET)
    assert ids(pairs) == [(1, 2)]


def test_an_opponent_above_the_limit_of_either_is_never_taken():
    far, picky = ticket(1, ping_ms=151), ticket(2, ping_ms=10, max_ping_ms=150, anyone_after_ms=0)
    assert pair([far, picky], NOW_MS + 10**9, QUIET) == ((), None)
    pairs, _ = pair([far, picky, ticket(3, 1590, ping_ms=150)], NOW_MS, QUIET)
    assert ids(pairs) == [(1, 3)]  # who waited no shorter chooses first, and is not kept from others
    assert ids(pair([picky, ticket(3, 1590, ping_ms=150)], NOW_MS, QUIET)[0]) == [(2, 3)]


def test_a_ping_that_is_not_known_is_above_no_limit():
    pairs, _ = pair([ticket(1, max_ping_ms=20), ticket(2, max_ping_ms=20)], NOW_MS, QUIET)
    assert ids(pairs) == [(1, 2)]


def test_ones_own_ping_is_not_measured_by_ones_own_limit():
    pairs, _ = pair([ticket(1, ping_ms=200, max_ping_ms=100), ticket(2, ping_ms=50)], NOW_MS, QUIET)
    assert ids(pairs) == [(1, 2)]


def test_how_many_a_limit_keeps_off_is_counted():
    queue = [
        ticket(1, ping_ms=200, max_ping_ms=100),
        ticket(2, ping_ms=101, max_ping_ms=200),
        ticket(3, max_ping_ms=150),
    ]
    assert count_above_limit(queue) == {1: 1, 3: 1}


def test_a_ticket_of_the_future_waits_until_it_has_joined():
    assert pair([ticket(1), ticket(2, waited_ms=-50)], NOW_MS, QUIET) == ((), NOW_MS + 50)


def test_an_empty_queue_is_never_due():
    assert pair([], NOW_MS, QUIET) == ((), None)
    assert pair([ticket(1)], NOW_MS, QUIET) == ((), None)


def test_the_estimated_wait_is_the_median_of_the_last():
    assert estimate_wait_ms([]) is None
    assert estimate_wait_ms([4000]) == 4000
    assert estimate_wait_ms([1000, 90_000, 2000]) == 2000


# --- the rule for any queue ---

persons = st.integers(0, 12)
tickets_of_any_kind = st.builds(
    Ticket,
    id=st.integers(0, 10**6),
    person=persons,
    rating=st.integers(800, 2400),
    joined_ms=st.integers(NOW_MS - 30_000, NOW_MS),
    provisional=st.booleans(),
    last_opponent=st.none() | persons,
    blocked=st.frozensets(persons, max_size=2),
    anyone_after_ms=st.none() | st.integers(0, 40_000),
    ping_ms=st.none() | st.integers(0, 300),
    max_ping_ms=st.none() | st.integers(20, 250),
)
queues = st.lists(tickets_of_any_kind, max_size=12, unique_by=lambda ticket: ticket.id)
arrivals = st.sampled_from([0, 1, 3, 7.5, 10, 30, 100])


@given(queues, arrivals)
def test_pairs_are_disjoint_allowed_by_both_and_never_blocked(queue, arrivals_per_minute):
    pairs, _ = pair(queue, NOW_MS, arrivals_per_minute)
    seated = [ticket.id for both in pairs for ticket in both]
    assert len(seated) == len(set(seated))
    assert set(seated) <= {ticket.id for ticket in queue}
    pace = slope(arrivals_per_minute)
    for a, b in pairs:
        assert a.person != b.person
        assert a.person not in b.blocked
        assert b.person not in a.blocked
        for one, other in ((a, b), (b, a)):
            assert one.max_ping_ms is None or other.ping_ms is None or other.ping_ms <= one.max_ping_ms
        assert gap(a, b) <= window(a, NOW_MS, pace)
        assert gap(a, b) <= window(b, NOW_MS, pace)


@given(queues)
def test_the_count_of_those_above_a_limit_is_that_of_looking_at_each(queue):
    counts = count_above_limit(queue)
    for one in queue:
        assert counts.get(one.id, 0) == sum(above_limit(one, other) for other in queue if other is not one)
    assert 0 not in counts.values()


@given(queues, arrivals)
def test_without_pings_limits_change_nothing(queue, arrivals_per_minute):
    unknown = [replace(ticket, ping_ms=None) for ticket in queue]
    free = [replace(ticket, max_ping_ms=None) for ticket in unknown]
    pairs, next_due_ms = pair(unknown, NOW_MS, arrivals_per_minute)
    assert (ids(pairs), next_due_ms) == (
        ids((freed := pair(free, NOW_MS, arrivals_per_minute))[0]),
        freed[1],
    )


@given(queues, arrivals)
def test_nobody_who_could_be_paired_is_left_over(queue, arrivals_per_minute):
    pairs, _ = pair(queue, NOW_MS, arrivals_per_minute)
    seated = {ticket.id for both in pairs for ticket in both}
    left = [ticket for ticket in queue if ticket.id not in seated]
    for a, b in combinations(left, 2):
        meets_ms = meet_ms(a, b, slope(arrivals_per_minute))
        assert meets_ms is None or meets_ms > NOW_MS


@given(queues, arrivals)
def test_the_next_instant_is_the_first_at_which_those_left_over_give_a_pair(queue, arrivals_per_minute):
    pairs, next_due_ms = pair(queue, NOW_MS, arrivals_per_minute)
    seated = {ticket.id for both in pairs for ticket in both}
    left = [ticket for ticket in queue if ticket.id not in seated]
    if next_due_ms is None:
        assert pair(left, NOW_MS + 10**9, arrivals_per_minute)[0] == ()
    else:
        assert next_due_ms > NOW_MS
        assert pair(left, next_due_ms - 1, arrivals_per_minute) == ((), next_due_ms)
        assert pair(left, next_due_ms, arrivals_per_minute)[0] != ()


@given(st.lists(tickets_of_any_kind, min_size=2, max_size=3, unique_by=lambda ticket: ticket.id))
@example([Ticket(1, 1, 1500, NOW_MS), Ticket(2, 2, 1601, NOW_MS)])
def test_stepping_through_every_millisecond_finds_no_earlier_instant(queue):
    pairs, next_due_ms = pair(queue, NOW_MS, QUIET)
    if pairs or next_due_ms is None:
        return
    for now_ms in range(NOW_MS, min(next_due_ms, NOW_MS + 500)):
        assert pair(queue, now_ms, QUIET) == ((), next_due_ms)


@given(tickets_of_any_kind, st.integers(0, 3000), arrivals)
def test_a_window_opens_exactly_when_it_says(ticket, points, arrivals_per_minute):
    pace = slope(arrivals_per_minute)
    at_ms = opens_ms(ticket, points, pace)
    assert points <= window(ticket, at_ms, pace)
    assert points > window(ticket, at_ms - 1, pace)


@given(queues, arrivals, st.randoms(use_true_random=False))
def test_the_order_of_the_queue_does_not_matter(queue, arrivals_per_minute, random):
    shuffled = random.sample(queue, len(queue))
    assert pair(shuffled, NOW_MS, arrivals_per_minute) == pair(queue, NOW_MS, arrivals_per_minute)
