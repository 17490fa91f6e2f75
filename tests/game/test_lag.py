"""How late a player may be, and what is thought of it: the limit and its budget, doubt, and when a player is named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.lag import (
    AHEAD_MS,
    BUDGET_MS,
    FEWEST_ARRIVALS,
    MOST_MS,
    MOST_WAY_MS,
    OLD_MS,
    REFILL_MS_PER_S,
    SLACK_MS,
    SUSPICIOUS_PERCENT,
    UNKNOWN_RTT_MS,
    Doubt,
    Feel,
    Link,
)
from game.pong.court import CLASSIC
from game.pong.paddle import BOTTOM, STOP, TOP, Paddle, aim, paddle_y

MIDDLE = Paddle(0, 250_000, 250_000)
rtts = st.integers(0, 2_000)
gaps = st.integers(0, 3_000)
lateness = st.integers(0, 2_000)
keys = st.sampled_from((TOP, STOP, BOTTOM, 100, 400))


def link(rtt_ms: int = UNKNOWN_RTT_MS, now: int = 0) -> Link:
    made = Link(now)
    made.rtt_ms = rtt_ms
    return made


# -- the budget ------------------------------------------------------------------------------------------------------


def test_what_the_link_explains_costs_nothing():
    player = link(rtt_ms=80)
    assert player.free_ms == 40 + SLACK_MS
    player.charge(due=1_000, now=1_000 + player.free_ms)
    assert player.budget_ms(1_200) == BUDGET_MS


def test_who_is_far_away_pays_for_the_rest_of_the_way():
    assert link(rtt_ms=1_000).free_ms == MOST_WAY_MS + SLACK_MS


def test_what_it_does_not_explain_is_taken_from_the_budget_and_flows_back():
    player = link(rtt_ms=80)
    player.charge(due=1_000, now=1_400)
    assert player.budget_ms(1_400) == BUDGET_MS - 300
    assert player.budget_ms(2_400) == BUDGET_MS - 300 + REFILL_MS_PER_S
    assert player.budget_ms(1_000_000) == BUDGET_MS, "and no further"


def test_a_stall_is_paid_once_however_many_things_it_held_up():
    player = link(rtt_ms=80)
    for due in (1_000, 1_010, 1_200):
        player.charge(due, now=1_400)
    assert player.budget_ms(1_400) == BUDGET_MS - 300


def test_without_a_budget_the_limit_is_what_the_link_explains():
    player = link(rtt_ms=80)
    player.charge(due=0, now=10_000)
    assert player.limit(10_000) == player.free_ms
    assert player.limit(10_500) == player.free_ms + REFILL_MS_PER_S // 2


@given(rtts, st.lists(st.tuples(gaps, lateness), max_size=30))
def test_the_limit_is_never_below_the_link_nor_above_the_most_and_the_budget_within_its_bounds(rtt_ms, things):
    player, now = link(rtt_ms), 0
    for gap, late in things:
        now += gap
        player.charge(now - late, now)
        assert 0 <= player.budget_ms(now) <= BUDGET_MS
        assert min(player.free_ms, MOST_MS) <= player.limit(now) <= MOST_MS


@given(rtts, st.lists(st.tuples(gaps, lateness), max_size=30))
def test_nobody_is_charged_for_more_time_than_has_passed(rtt_ms, things):
    """The budget of a while, what flows back with it, bounds what may be late in it beyond the link."""
    player, now, paid = link(rtt_ms), 0, 0
    for gap, late in things:
        now += gap
        before = player.budget_ms(now)
        player.charge(max(now - late, 0), now)
        paid += before - player.budget_ms(now)
    assert paid <= now
    assert paid <= BUDGET_MS + now * REFILL_MS_PER_S // 1_000 + len(things)  # thousandths that were cut


@given(rtts, st.lists(st.tuples(gaps, lateness), min_size=1, max_size=30), lateness)
def test_a_longer_delay_never_costs_less(rtt_ms, things, more):
    once, longer, now = link(rtt_ms), link(rtt_ms), 0
    for gap, late in things:
        now += gap
        once.charge(now - late, now)
        longer.charge(now - late - more, now)
    # Who pays earlier may have got back by now what a full bucket would not have taken, and thousandths were cut.
    assert longer.budget_ms(now) <= once.budget_ms(now) + now * REFILL_MS_PER_S // 1000 + len(things)


def test_time_does_not_go_back():
    player = link()
    player.charge(due=0, now=5_000)
    left = player.budget_ms(6_000)
    assert player.budget_ms(5_500) == left
    assert player.budget_ms(6_000) == left


# -- when a command takes effect ---------------------------------------------------------------------------------------


@given(rtts, st.lists(st.tuples(gaps, st.integers(-1_000, 3_000)), max_size=30), st.integers(0, 5_000))
def test_a_command_takes_effect_as_stamped_or_as_near_as_may_be(rtt_ms, commands, floor):
    player, heard = link(rtt_ms), 0
    for gap, late in commands:
        heard += gap
        stamp, limit = heard - late, player.limit(heard)
        eff = player.effect(stamp, heard, floor)
        assert floor <= eff or eff == heard + AHEAD_MS
        assert heard - limit <= eff <= heard + AHEAD_MS
        if max(heard - limit, floor) <= stamp <= heard + AHEAD_MS:
            assert eff == stamp
        floor = max(floor, eff)


@given(rtts, st.lists(st.tuples(st.integers(0, 500), st.integers(0, 400)), max_size=30))
def test_effects_keep_the_order_of_commands(rtt_ms, commands):
    player, heard, floor = link(rtt_ms), 0, 0
    for gap, late in commands:
        heard += gap
        eff = player.effect(heard - late, heard, floor)
        assert eff >= floor or heard + AHEAD_MS < floor
        floor = max(floor, eff)


def test_back_dating_uses_up_the_budget_and_is_cut_after_it():
    player = link(rtt_ms=20)
    backs = [now - player.effect(now - 280, now, 0) for now in range(1_000, 20_000, 250)]
    assert backs[:4] == [280] * 4
    # What flows back in the time between two commands is all that is left beyond the link.
    assert all(back <= player.free_ms + REFILL_MS_PER_S // 4 + 1 for back in backs[-10:])


# -- doubt -------------------------------------------------------------------------------------------------------------


def moved(paddle: Paddle, t: int, command: int) -> Paddle:
    return Paddle(t, paddle_y(CLASSIC, paddle, t), aim(CLASSIC, paddle, t, command))


@given(rtts, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300), keys), max_size=20), st.integers(0, 500))
def test_of_commands_that_the_link_explains_there_is_no_doubt(rtt_ms, commands, more):
    doubt, paddle, t = Doubt(CLASSIC, MIDDLE), MIDDLE, 0
    for gap, late, command in commands:
        t += gap
        paddle = moved(paddle, t, command)
        doubt.command(t, t + min(late, rtt_ms // 2 + OLD_MS), rtt_ms, command)
    assert doubt.place(t + more) == paddle_y(CLASSIC, paddle, t + more)


def test_an_old_command_is_doubted_as_though_it_had_come_as_soon_as_the_link_could():
    doubt = Doubt(CLASSIC, MIDDLE)
    doubt.command(1_000, 1_000 + 10 + OLD_MS + 100, 20, BOTTOM)
    assert doubt.place(1_200) == 250_000 + 100 * CLASSIC.paddle_speed


def test_one_that_could_not_have_come_in_time_is_not_believed_at_all():
    doubt = Doubt(CLASSIC, MIDDLE)
    doubt.command(1_000, 1_500, 20, BOTTOM)
    assert doubt.place(1_200) == 250_000


@given(
    rtts,
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 900), keys), max_size=20),
    st.integers(0, 500),
    st.integers(0, 2_000),
)
def test_after_an_arrival_doubt_begins_anew_where_the_paddle_really_is(rtt_ms, commands, more, later):
    """Late releases of keys would else add up over a match, until every verdict seemed to be turned."""
    doubt, paddle, t, heard = Doubt(CLASSIC, MIDDLE), MIDDLE, 0, 0
    for gap, late, command in commands:
        t += gap
        heard = max(heard, t + late)  # a link is in order
        paddle = moved(paddle, t, command)
        doubt.command(t, heard, rtt_ms, command)
    arrival = t + more
    doubt.place(arrival)
    assert doubt.place(arrival + later) == paddle_y(CLASSIC, paddle, arrival + later)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 600), keys), max_size=20), st.integers(0, 20))
def test_a_command_beyond_the_arrival_is_kept_for_the_next(commands, first):
    """Asked at an arrival between, it says the same later as if commands after that had come after it."""
    path, t, heard = [], 0, 0
    for gap, late, command in commands:
        t += gap
        heard = max(heard, t + late)
        path.append((t, heard, command))
    arrival = path[min(first, len(path) - 1)][0] if path else 0
    all_at_once, in_turn = Doubt(CLASSIC, MIDDLE), Doubt(CLASSIC, MIDDLE)
    for entry in path:
        all_at_once.command(*entry[:2], 100, entry[2])
    for entry in path:
        if entry[0] <= arrival:
            in_turn.command(*entry[:2], 100, entry[2])
    assert all_at_once.place(arrival) == in_turn.place(arrival)
    for entry in path:
        if entry[0] > arrival:
            in_turn.command(*entry[:2], 100, entry[2])
    assert all_at_once.place(t + 1_000) == in_turn.place(t + 1_000)


# -- the record --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrivals", "turned", "named"),
    [
        (FEWEST_ARRIVALS - 1, FEWEST_ARRIVALS - 1, False),
        (FEWEST_ARRIVALS, FEWEST_ARRIVALS, True),
        (100, SUSPICIOUS_PERCENT, False),
        (100, SUSPICIOUS_PERCENT + 1, True),
        (0, 0, False),
    ],
)
def test_a_player_is_named_for_more_turned_verdicts_than_any_link_explains(arrivals, turned, named):
    assert Feel(arrivals=arrivals, turned=turned).suspicious is named


feels = st.builds(Feel, *[st.integers(0, 500)] * 6)


@given(st.lists(feels))
def test_a_match_is_the_sum_of_its_rallies_with_the_last_round_trip(parts):
    total = Feel.total(parts)
    for name, value in total.as_dict().items():
        numbers = [part.as_dict()[name] for part in parts]
        if name == "rtt_ms":
            assert value == next((rtt for rtt in reversed(numbers) if rtt), 0)
        else:
            assert value == sum(numbers)


@given(st.lists(feels), st.integers(0, 10))
def test_it_makes_no_difference_how_rallies_are_summed(parts, at):
    assert Feel.total([Feel.total(parts[:at]), Feel.total(parts[at:])]) == Feel.total(parts)
    assert Feel.total([replace(part) for part in parts]) == Feel.total(parts)
