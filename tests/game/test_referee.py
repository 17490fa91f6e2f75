"""The referee, over real sockets: whole matches, what everybody knows, pauses, the end."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from accounts.models import User
from game import referees
from game.lag import AHEAD_MS, MOST_MS
from game.matches import Player
from game.models import Match, Rally
from game.pong import court
from game.pong.paddle import Paddle
from game.pong.replay import replay_match
from game.referee import EPOCH, Referee
from game.seated import NEVER_MS
from realtime import database, rooms
from tests.conftest import Sockets
from tests.game.playing import Scripted, Watcher, called, quick, result, soon

__all__ = ("quick", "soon")


async def seated(sockets: Sockets, *users: User, **options: Any) -> tuple[Match, Scripted, Scripted]:
    """Two at the table, the match live."""
    match = await called(*users, **options)
    left = await Scripted.enter(sockets, match, users[0])
    right = await Scripted.enter(sockets, match, users[1])
    await asyncio.gather(left.phase("live"), right.phase("live"))
    return match, left, right


def records(match_id: int) -> list[Any]:
    return list(Rally.objects.filter(match=match_id).order_by("number").values_list("record", flat=True))


# -- a whole match -------------------------------------------------------------------------------------------------


async def test_a_whole_match_is_played_told_and_can_be_replayed(
    sockets: Sockets, alice: User, bob: User, quick: None
) -> None:
    match, left, right = await seated(sockets, alice, bob)
    stands = await Watcher.enter(sockets, match)
    await asyncio.gather(left.play(), right.play(returns=1))
    for who in (left, right, stands):
        await who.over()
    row = await database.run(Match.objects.get, pk=match.pk)
    winner = int(row.b > row.a)
    assert (row.phase, row.reason, row.winner, max(row.a, row.b)) == ("over", "points", winner, 3)
    told = {"winner": winner, "score": [row.a, row.b], "reason": "points"}
    assert [who.known.result for who in (left, right, stands)] == [told] * 3
    stored = await database.run(records, match.pk)
    outcome = replay_match(court.from_dict(row.ruleset), stored)
    assert (outcome.a, outcome.b, outcome.over, len(stored)) == (row.a, row.b, True, row.a + row.b)
    hits = sum(message[0] == 5 for message in stands.messages)
    assert hits == sum(len(record["holds"]) for record in stored) - len(stored) > 0
    assert any(m[0] == 4 and len(m) == 3 for m in left.messages), "a command that took effect as stamped is said short"


async def test_a_snapshot_at_any_number_and_what_follows_tell_all(
    sockets: Sockets, alice: User, bob: User, quick: None
) -> None:
    """``Knowledge.take`` checks as well that numbers rise by exactly one, for everybody."""
    match = await called(alice, bob)
    first = await Watcher.enter(sockets, match)
    left, right = [await Scripted.enter(sockets, match, user) for user in (alice, bob)]
    playing = [asyncio.create_task(who.play(returns=3)) for who in (left, right)]
    later = []
    while first.known.result is None:
        later.append(await Watcher.enter(sockets, match))
        n = first.known.n
        await first.until(lambda known, n=n: known.n >= n + 4 or known.result)  # type: ignore[misc]
    last = await Watcher.enter(sockets, match)
    everybody = [first, left, right, *later, last]
    end = max(who.known.n for who in everybody)
    await asyncio.gather(*playing, *(who.until(lambda known: known.n >= end) for who in everybody))
    assert len(later) >= 2
    for who in everybody:
        shared = who.history.keys() & first.history.keys()
        assert len(shared) >= 1
        assert {n: who.history[n] for n in shared} == {n: first.history[n] for n in shared}


async def test_what_was_missed_comes_again_event_by_event(
    sockets: Sockets, alice: User, bob: User, quick: None
) -> None:
    match, left, _right = await seated(sockets, alice, bob)
    stands = await Watcher.enter(sockets, match)
    for cmd in (100, 200, 300, 400, 150):
        await left.steer(0, await left.clock(), cmd)
    await stands.until(lambda known: known.state.left.target == 150_000)
    n = stands.known.n
    # Another socket asks, so that the stream of the first stays as it was.
    asking = await sockets.open(f"/ws/game/{match.pk}/")
    at = (await asking.until(7))[1]
    await asking.send([0, n - 3])
    again = [await asking.until(lambda m: m[0] in (4, 5, 6, 10)) for _ in range(at - (n - 3))]
    assert [m[1] for m in again] == list(range(n - 2, at + 1))
    assert again[:3] == [m for m in stands.messages if m[0] not in (3, 7, 12)][-(stands.known.n - n) - 3 :][:3]


async def test_resync_from_long_ago_or_another_epoch_gives_a_snapshot(
    sockets: Sockets, alice: User, bob: User, soon: None
) -> None:
    match, left, _right = await seated(sockets, alice, bob)
    now = await left.clock()
    for step in range(70):
        await left.steer(0, now + step, 100 + step)
    begun = EPOCH * match_epoch(match.pk)
    await left.until(lambda known: known.n > begun + 70)
    assert left.known.n - begun > 64
    asking = await sockets.open(f"/ws/game/{match.pk}/")
    now = (await asking.until(7))[1]
    for last_n in (0, begun, begun - 5, now + 10_000):
        await asking.send([0, last_n])
        assert (await asking.until(7))[1] >= now


def match_epoch(match_id: int) -> int:
    referee = referees.find(match_id)
    assert referee is not None
    return referee.epoch


async def test_resync_from_now_gives_nothing(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob)
    client = await sockets.open(f"/ws/game/{match.pk}/", alice)
    await client.until(7)
    await client.send([3, 1])
    await client.until(3)
    n = rooms.room(f"match.{match.pk}").version
    before = len(client.seen)
    await client.send([0, n])
    await client.send([3, 2])
    await client.until(3)
    assert [m for m in client.seen[before:] if m[0] == 7] == []


# -- commands ------------------------------------------------------------------------------------------------------


async def test_an_old_sequence_number_is_refused_and_does_nothing(
    sockets: Sockets, alice: User, bob: User, soon: None
) -> None:
    _match, left, right = await seated(sockets, alice, bob)
    await left.send([1, 0, 5, await left.clock(), 100])
    await right.until(lambda known: known.state.left.target == 100_000)
    for seq in (5, 4, 0):
        assert (await left.refusal([1, 0, seq, await left.clock(), 300]))[1:] == [
            "old_sequence",
            "a sequence number above 5",
            str(seq),
        ]
    assert right.known.state.left.target == 100_000


@pytest.mark.parametrize(
    ("shift", "bound"), [(-5_000, -MOST_MS), (-(2**31), -MOST_MS), (5_000, AHEAD_MS), (2**31 - 10**6, AHEAD_MS)]
)
async def test_a_stamp_is_kept_within_bounds_of_now(
    sockets: Sockets, alice: User, bob: User, soon: None, shift: int, bound: int
) -> None:
    _match, left, right = await seated(sockets, alice, bob)
    before = await left.time(700)
    await left.send([1, 0, 1, max(before + shift, -(2**31)), 100])
    eff = await right.until(lambda known: known.state.left.target == 100_000 and known.state.left.t)
    after = await left.clock()
    # What is read in one turn of the loop may have come as early as that turn's beginning.
    assert before + bound - 50 <= eff <= after + bound
    assert next(m for m in left.messages if m[0] == 4)[2:] == [0, eff, 250_000, 100_000], "not as stamped: told in full"


async def test_who_is_always_late_has_less_and_less_time(sockets: Sockets, alice: User, bob: User, soon: None) -> None:
    """The lag budget: commands stamped long ago reach back ever less far, until as far as the link explains."""
    _match, left, right = await seated(sockets, alice, bob)
    await left.time(900)
    late = []
    for seq in range(1, 7):
        now = await left.time(1_000 + seq * 500)
        await left.send([1, 0, seq, now - 5_000, 100 if seq % 2 else 400])
        wanted = 100_000 if seq % 2 else 400_000
        eff = await right.until(lambda known, wanted=wanted: known.state.left.target == wanted and known.state.left.t)
        late.append(now - eff)
    assert late[0] >= MOST_MS - 50
    assert late[-1] < 150
    assert all(later <= earlier + 50 for earlier, later in pairwise(late))


async def test_a_stamp_never_comes_before_the_command_before(
    sockets: Sockets, alice: User, bob: User, soon: None
) -> None:
    _match, left, right = await seated(sockets, alice, bob)
    now = await left.clock()
    await left.send([1, 0, 1, now + 200, 100])
    await left.send([1, 0, 2, now, 400])
    await right.until(lambda known: known.state.left.target == 400_000)
    first, second = (m for m in right.messages if m[0] == 4)
    assert first[3] <= second[3]


async def test_the_seat_of_another_cannot_be_played(sockets: Sockets, alice: User, bob: User, charlie: User) -> None:
    match, left, right = await seated(sockets, alice, bob)
    stands = await Watcher.enter(sockets, match, charlie)
    stranger = await Watcher.enter(sockets, match)
    for who, sides in ((left, (1,)), (right, (0,)), (stands, (0, 1)), (stranger, (0, 1))):
        for side in sides:
            for message in ([1, side, 9, await who.clock(), 100], [2, side, 1_000, 1]):
                assert (await who.refusal(message))[1] == "not_your_seat"
    for who in (stands, stranger):
        for message in ([9], [10, 1], [10, 0]):
            assert (await who.refusal(message))[1] == "not_your_seat"
    assert {p.target for p in (left.known.state.left, left.known.state.right)} == {250_000}
    assert (await database.run(result, match.pk), stands.sides) == (None, [])


async def test_before_both_are_there_a_command_is_refused(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob)
    left = await Watcher.enter(sockets, match, alice)
    assert (await left.refusal([1, 0, 1, 0, 100]))[1] == "not_live"


async def test_who_watches_is_counted_and_named(sockets: Sockets, alice: User, bob: User, charlie: User) -> None:
    _match, left, _right = await seated(sockets, alice, bob)
    await Watcher.enter(sockets, _match, charlie)
    await Watcher.enter(sockets, _match)
    presence = await left.until(lambda known: known.presence["watching"] == 2 and known.presence)
    assert presence["names"] == ["Charlie"]


# -- coming, going, coming back ------------------------------------------------------------------------------------


async def test_who_does_not_come_to_a_match_of_the_queue_aborts_it(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob, ready_ms=300)
    left = await Watcher.enter(sockets, match, alice)
    assert await left.over() == {"winner": None, "score": [0, 0], "reason": "aborted"}


async def test_who_does_not_come_to_a_match_of_a_tournament_loses_it(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob, ready_ms=300, origin=Match.Origin.TOURNAMENT)
    right = await Watcher.enter(sockets, match, bob)
    assert await right.over() == {"winner": 1, "score": [0, 0], "reason": "walkover"}


async def test_when_neither_comes_nobody_wins(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob, ready_ms=300, origin=Match.Origin.TOURNAMENT)
    stands = await Watcher.enter(sockets, match)
    assert await stands.over() == {"winner": None, "score": [0, 0], "reason": "no_show"}


async def test_who_leaves_in_a_rally_finds_the_next_serve_waiting(
    sockets: Sockets, alice: User, bob: User, soon: None
) -> None:
    match, left, right = await seated(sockets, alice, bob, points=11)
    t0 = left.known.presence["serve"]
    await left.time(t0)
    await left.leave()
    presence = await right.until(lambda known: not known.presence["present"][0] and known.presence)
    assert presence["phase"] == "live", "the rally plays out"
    paused = await right.phase("paused")
    score = (right.known.state.a, right.known.state.b)
    assert sum(score) == 1
    assert (paused["serve"], paused["present"]) == (NEVER_MS, [False, True])
    assert 0 < paused["until"] - await right.clock() <= 30_000
    back = await Scripted.enter(sockets, match, alice)
    live = await right.phase("live")
    assert (live["until"], live["present"], (right.known.state.a, right.known.state.b)) == (None, [True, True], score)
    assert 0 <= live["serve"] - await right.clock() <= 400
    assert back.sides == [0]
    assert live["away"][0] < 30_000 == live["away"][1]
    await right.until(lambda known: known.state.rally > 0 or known.state.a + known.state.b > 1)


async def test_who_was_away_for_a_moment_in_a_rally_is_waited_for_again(
    sockets: Sockets, alice: User, bob: User, soon: None
) -> None:
    match = await called(alice, bob, points=11)
    both = {0: await Scripted.enter(sockets, match, alice), 1: await Scripted.enter(sockets, match, bob)}
    await both[0].phase("live")
    to = both[0].known.state.ball.to
    await both[0].time(both[0].known.presence["serve"])
    await both[to].leave()
    await both[1 - to].until(lambda known: not known.presence["present"][to])
    await Scripted.enter(sockets, match, (alice, bob)[to])
    await both[1 - to].until(lambda known: known.state.rally or known.state.a + known.state.b)
    (decided,) = (m for m in both[1 - to].messages if m[0] in (5, 6))
    # No frontier came from the new socket: the longest wait, with a lag budget that is full.
    pause = 0 if decided[0] == 5 else 1_200
    t0 = decided[6]
    assert t0 - decided[2] == MOST_MS + pause


async def test_who_stays_away_has_lost(sockets: Sockets, alice: User, bob: User, settings: Any) -> None:
    settings.AWAY_BUDGET_S = 1
    match, left, right = await seated(sockets, alice, bob)
    await right.leave()
    assert (await left.phase("paused"))["present"] == [True, False]
    assert await left.over() == {"winner": 0, "score": [0, 0], "reason": "left"}
    assert await database.run(result, match.pk) == left.known.result


async def test_time_away_adds_up(sockets: Sockets, alice: User, bob: User, settings: Any) -> None:
    settings.AWAY_BUDGET_S = 3
    match, left, right = await seated(sockets, alice, bob)
    for _ in range(2):
        await right.leave()
        await left.phase("paused")
        right = await Scripted.enter(sockets, match, bob)
        await left.phase("live")
    spent = 3_000 - left.known.presence["away"][1]
    assert 0 < spent < 3_000
    await right.leave()
    paused = await left.phase("paused")
    assert paused["until"] - await left.clock() <= 3_000 - spent


async def test_each_has_their_own_time_away(sockets: Sockets, alice: User, bob: User, settings: Any) -> None:
    """Bob left later: when Alice is back, he still has what is left of his own time."""
    settings.AWAY_BUDGET_S = 2
    match, left, right = await seated(sockets, alice, bob)
    stands = await Watcher.enter(sockets, match)
    await left.leave()
    first = (await stands.phase("paused"))["until"]
    await stands.time(first - 800)
    await right.leave()
    await stands.until(lambda known: known.presence["present"] == [False, False])
    assert stands.known.presence["until"] == first
    await Scripted.enter(sockets, match, alice)
    alone = await stands.until(lambda known: known.presence["present"] == [True, False] and known.presence)
    assert alone["until"] > first + 500
    assert await stands.over() == {"winner": 0, "score": [0, 0], "reason": "left"}
    assert await stands.clock() >= alone["until"]


async def test_the_newest_tab_takes_the_seat_and_closing_the_old_one_costs_nothing(
    sockets: Sockets, alice: User, bob: User
) -> None:
    match, left, right = await seated(sockets, alice, bob)
    newer = await Scripted.enter(sockets, match, alice)
    await left.until(lambda _: left.sides == [] and len(left.messages) > 2)
    assert (newer.sides, right.sides) == ([0], [1])
    assert (await left.refusal([1, 0, 1, 0, 100]))[1] == "not_your_seat"
    await left.leave()
    await right.until(lambda known: known.presence["watching"] == 0)
    assert right.known.presence["phase"] == "live"
    assert right.known.presence["present"] == [True, True]
    assert right.known.presence["away"] == [30_000, 30_000]
    await newer.send([1, 0, 1, await newer.clock(), 100])
    await right.until(lambda known: known.state.left.target == 100_000)


async def test_a_player_may_watch_from_the_stands(sockets: Sockets, alice: User, bob: User) -> None:
    match, left, _right = await seated(sockets, alice, bob)
    client = await sockets.open(f"/ws/game/{match.pk}/?watch=1", alice)
    assert await client.until(12) == [12, []]
    await left.until(lambda known: known.presence["watching"] == 1)
    assert left.sides == [0]


# -- the end -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [0, 1])
async def test_who_resigns_has_lost(sockets: Sockets, alice: User, bob: User, side: int) -> None:
    match, *both = await seated(sockets, alice, bob)
    await both[side].send([9])
    expected = {"winner": 1 - side, "score": [0, 0], "reason": "resigned"}
    assert [await who.over() for who in both] == [expected, expected]
    assert await database.run(result, match.pk) == expected
    assert (await both[side].refusal([9]))[1] == "not_live"


async def test_who_declines_a_call_of_a_tournament_has_lost(sockets: Sockets, alice: User, bob: User) -> None:
    match = await called(alice, bob, origin=Match.Origin.TOURNAMENT)
    left = await Watcher.enter(sockets, match, alice)
    await left.send([9])
    assert await left.over() == {"winner": 1, "score": [0, 0], "reason": "resigned"}


async def test_a_rematch_is_offered_and_accepted_with_sides_changed(sockets: Sockets, alice: User, bob: User) -> None:
    _match, left, right = await seated(sockets, alice, bob)
    assert (await left.refusal([10, 1]))[1] == "not_allowed"
    await left.send([9])
    await asyncio.gather(left.over(), right.over())
    await left.send([10, 1])
    assert await right.until(lambda known: known.offer) == {"offered": [True, False], "declined": False, "match": None}
    await right.send([10, 1])
    offer = await left.until(lambda known: known.offer and known.offer["match"] and known.offer)
    assert (offer["offered"], offer["declined"]) == ([True, True], False)
    again = await database.run(lambda: list(Match.objects.get(pk=offer["match"]).seats.values_list("name", flat=True)))
    assert again == ["Bob", "Alice"]
    assert (await right.refusal([10, 1]))[1] == "not_allowed"
    assert (await Watcher.enter(sockets, await database.run(Match.objects.get, pk=offer["match"]), alice)).sides == [1]


async def test_a_rematch_is_declined_for_good(sockets: Sockets, alice: User, bob: User) -> None:
    _match, left, right = await seated(sockets, alice, bob)
    await right.send([9])
    await asyncio.gather(left.over(), right.over())
    await left.send([10, 1])
    await right.until(lambda known: known.offer)
    await right.send([10, 0])
    assert (await left.until(lambda known: known.offer["declined"] and known.offer))["match"] is None
    assert (await left.refusal([10, 1]))[1] == "not_allowed"
    assert await database.run(Match.objects.count) == 1


async def test_there_is_no_rematch_in_a_tournament(sockets: Sockets, alice: User, bob: User) -> None:
    _match, left, _right = await seated(sockets, alice, bob, origin=Match.Origin.TOURNAMENT)
    await left.send([9])
    await left.over()
    assert (await left.refusal([10, 1]))[1] == "not_allowed"


async def test_a_house_bot_accepts_a_rematch_at_once(sockets: Sockets, alice: User) -> None:
    match = await called(alice, Player.house("easy"), origin=Match.Origin.BOT)
    left = await Scripted.enter(sockets, match, alice)
    await left.phase("live")
    await left.send([9])
    await left.over()
    await left.send([10, 1])
    offer = await left.until(lambda known: known.offer and known.offer["match"] and known.offer)
    again = await database.run(Match.objects.get, pk=offer["match"])
    assert (again.origin, offer["declined"]) == ("bot", False)


async def test_at_one_keyboard_one_socket_plays_both_sides(sockets: Sockets, alice: User) -> None:
    match = await called(Player("Ann", alice), Player("Ben", alice), origin=Match.Origin.HOTSEAT)
    both = await Scripted.enter(sockets, match, alice)
    stands = await Watcher.enter(sockets, match)
    assert both.sides == [0, 1]
    await both.phase("live")
    await both.send([1, 0, 1, await both.clock(), 100])
    await both.send([1, 1, 2, await both.clock(), 400])
    await stands.until(lambda known: (known.state.left.target, known.state.right.target) == (100_000, 400_000))
    await both.send([9])
    assert await stands.over() == {"winner": None, "score": [0, 0], "reason": "aborted"}


async def test_a_match_without_anybody_is_forgotten_after_its_end(sockets: Sockets, alice: User, bob: User) -> None:
    from tests.realtime.waiting import until

    match, left, right = await seated(sockets, alice, bob)
    await left.send([9])
    await asyncio.gather(left.over(), right.over())
    assert referees.find(match.pk) is not None
    await asyncio.gather(left.leave(), right.leave())
    await until(lambda: referees.find(match.pk) is None and rooms.find(f"match.{match.pk}") is None)


# -- house bots ----------------------------------------------------------------------------------------------------


async def test_house_bots_play_through_steer_alone(
    sockets: Sockets, alice: User, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[int, list[tuple[int, int, int]]] = {}
    steer = Referee.steer

    def spy(self: Referee, side: int, eff: int, cmd: int, own: Any = None) -> None:
        before: Paddle = self.sides[side].shown
        steer(self, side, eff, cmd, own)
        if (after := self.sides[side].shown) != before:
            given.setdefault(self.match.pk, []).append((side, after.t, after.target))

    monkeypatch.setattr(Referee, "steer", spy)
    watchers = []
    for strength in ("easy", "medium", "hard"):
        match = await called(Player.house(strength), Player.house(strength, "Other"), points=11, ready_ms=100)
        watchers.append((match, await Watcher.enter(sockets, match)))
    for match, stands in watchers:
        await stands.until(lambda known: known.state.rally >= 2 or known.state.a + known.state.b >= 1)
        moved = [(m[2], m[3], m[5]) for m in stands.messages if m[0] == 4]
        assert moved
        assert moved == [entry for entry in given[match.pk] if entry in moved]
        assert {p.t for p in (stands.known.state.left, stands.known.state.right)} <= {0, *(t for _, t, _ in moved)}


# -- another host --------------------------------------------------------------------------------------------------


async def test_after_a_restart_the_match_goes_on_from_its_last_point(
    sockets: Sockets, alice: User, bob: User, quick: None
) -> None:
    from config import boot

    match, left, right = await seated(sockets, alice, bob)
    await left.until(lambda known: known.state.a + known.state.b == 1)
    stored = len(await database.run(records, match.pk))
    await asyncio.gather(left.leave(), right.leave())
    await asyncio.to_thread(sockets.server.call, boot.let_go(0))
    assert referees.find(match.pk) is None
    await asyncio.to_thread(sockets.server.call, boot.adopt())
    left = await Scripted.enter(sockets, match, alice)
    row = await database.run(Match.objects.get, pk=match.pk)
    committed = await database.run(records, match.pk)
    assert left.known.n // EPOCH == 2
    assert (left.known.state.a, left.known.state.b) == (row.a, row.b)
    assert row.a + row.b == len(committed) >= stored
    assert left.known.presence["phase"] == "paused"
    right = await Scripted.enter(sockets, match, bob)
    await asyncio.gather(left.play(returns=1), right.play(returns=1))
    row = await database.run(Match.objects.get, pk=match.pk)
    outcome = replay_match(court.from_dict(row.ruleset), await database.run(records, match.pk))
    assert (outcome.a, outcome.b, outcome.over) == (row.a, row.b, True)


# -- silence -------------------------------------------------------------------------------------------------------


async def test_who_falls_silent_is_away_and_who_is_heard_again_plays_on(
    sockets: Sockets, alice: User, bob: User, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket stays open all the while, as when a network is gone without a word."""
    monkeypatch.setattr("game.referee.SILENT_MS", 1_300)
    _match, left, right = await seated(sockets, alice, bob)
    left.fall_silent()
    away = await right.until(lambda known: known.presence["present"] == [False, True] and known.presence)
    assert away["phase"] in ("live", "paused"), "a rally is played out first"
    paused = await right.phase("paused")
    assert paused["until"] - await right.clock() <= paused["away"][0] <= 30_000
    left.revive()
    await left.client.send([3, 1])
    back = await right.until(lambda known: known.presence["phase"] == "live" and known.presence)
    assert back["present"] == [True, True]
    assert back["away"][0] < 30_000, "the time away is spent"
    assert back["serve"] > await right.clock()
    assert left.sides == [0], "the seat is theirs all the while"


async def test_whose_time_is_spent_in_silence_has_lost(
    sockets: Sockets, alice: User, bob: User, soon: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("game.referee.SILENT_MS", 1_300)
    settings.AWAY_BUDGET_S = 1
    _match, left, right = await seated(sockets, alice, bob)
    left.fall_silent()
    assert (await right.over()) == {"winner": 1, "score": [right.known.state.a, right.known.state.b], "reason": "left"}
    assert (await left.over())["reason"] == "left", "told to the silent one as well"


# -- how it felt ---------------------------------------------------------------------------------------------------


async def test_the_record_keeps_how_each_side_felt(sockets: Sockets, alice: User, bob: User, quick: None) -> None:
    """``Scripted`` says "hit" of every arrival: what it misses differs from what it showed."""
    match, left, right = await seated(sockets, alice, bob)
    await asyncio.gather(left.play(returns=1), right.play(returns=1))
    await asyncio.gather(left.over(), right.over())

    def stored() -> tuple[list[Any], list[Any]]:
        return (
            list(match.seats.values_list("feel", flat=True)),
            list(Rally.objects.filter(match=match).values_list("feel", "side", "record")),
        )

    seats, rallies = await database.run(stored)
    arrivals = sum(len(record["holds"]) for _, _, record in rallies)
    assert sum(feel["arrivals"] for feel in seats) == arrivals
    assert [sum(feel[side]["arrivals"] for feel, _, _ in rallies) for side in (0, 1)] == [f["arrivals"] for f in seats]
    assert sum(feel["told"] for feel in seats) == arrivals
    assert sum(feel["differed"] for feel in seats) == len(rallies), "the one that was missed in each rally"
    assert sum(feel["turned"] for feel in seats) == 0


async def test_pings_are_measured_and_told(
    sockets: Sockets, alice: User, monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    match = await called(alice, Player.house("easy"))
    left = await Scripted.enter(sockets, match, alice)
    pings = await left.until(lambda known: known.presence["pings"] != [None, None] and known.presence["pings"])
    assert pings[1] is None, "the house has no way to go"
    assert 0 <= pings[0] < 1_000
