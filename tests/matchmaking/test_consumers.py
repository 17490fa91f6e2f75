"""MatchmakingConsumer over real sockets: the queue, and everything personal."""

import asyncio
from typing import Any

import pytest

from accounts.models import User
from game import matches
from game.models import Match
from game.pong import court
from matchmaking import matchmaker, tickets
from matchmaking.consumers import MatchmakingConsumer
from matchmaking.models import Rating, Ticket
from realtime import database
from realtime.clock import wall_ms
from realtime.consumer import LiveConsumer
from tests.conftest import Client, Sockets
from tests.game.playing import shows_live

WS = "/ws/matchmaking/"


async def enter(sockets: Sockets, user: User | None = None) -> Client:
    client = await sockets.open(WS, user)
    await client.until("you")
    return client


async def you(client: Client, condition: Any, timeout_s: float = 10) -> dict[str, Any]:
    """The next `you` that fits."""
    found: dict[str, Any] = await client.until(lambda m: m["type"] == "you" and condition(m), timeout_s)
    return found


async def refusal(client: Client, message: dict[str, Any]) -> str:
    await client.send(message)
    return str((await client.until("error"))["code"])


async def test_a_stranger_sees_the_queue_and_nobody(sockets: Sockets) -> None:
    client = await sockets.open(WS)
    state = await client.receive()
    assert {key: state[key] for key in ("type", "user", "ticket", "match")} == {
        "type": "you",
        "user": None,
        "ticket": None,
        "match": None,
    }
    assert abs(state["now_ms"] - wall_ms()) < 5_000
    assert [await client.receive() for _ in range(3)] == [
        {"type": "queue", "points": points, "waiting": 0} for points in (3, 5, 11)
    ]


@pytest.mark.parametrize("message", [{"type": "join"}, {"type": "leave"}, {"type": "bot", "strength": "easy"}])
async def test_a_stranger_who_acts_is_asked_to_sign_in(sockets: Sockets, message: dict[str, Any]) -> None:
    client = await enter(sockets)
    assert await refusal(client, message) == "sign_in_required"
    assert await database.run(Ticket.objects.count) == 0
    assert await database.run(Match.objects.count) == 0


@pytest.mark.parametrize(
    "message",
    [
        {"type": "join", "points": 4},
        {"type": "join", "points": "11"},
        {"type": "join", "anyone_after_s": -1},
        {"type": "join", "anyone_after_s": 3601},
        {"type": "bot"},
        {"type": "bot", "strength": "godlike"},
        {"type": "join", "user": 1},
        {"type": "join", "max_ping_ms": 19},
        {"type": "join", "max_ping_ms": 1001},
        {"type": "join", "max_ping_ms": "60"},
        {"type": "bot", "strength": "easy", "paddle": "huge"},
        {"type": "bot", "strength": "easy", "pace": None},
    ],
)
async def test_what_makes_no_sense_is_refused(sockets: Sockets, alice: User, message: dict[str, Any]) -> None:
    client = await enter(sockets, alice)
    assert await refusal(client, message) == "bad_message"
    assert await database.run(Ticket.objects.count) == 0


async def test_one_joins_and_leaves_and_all_ones_pages_know(sockets: Sockets, alice: User, bob: User) -> None:
    one, other, bobs = [await enter(sockets, user) for user in (alice, alice, bob)]
    await one.send({"type": "join", "points": 5})
    for page in (one, other):
        state = await you(page, lambda m: m["ticket"])
        assert state["ticket"] == {
            "points": 5,
            "joined_ms": state["ticket"]["joined_ms"],
            "estimate_ms": None,
            "ping_ms": state["ticket"]["ping_ms"],  # known or not yet
            "max_ping_ms": None,
            "above_limit": 0,
        }
        assert state["user"] == {"id": alice.pk, "name": "Alice", "guest": False, "rating": 1500}
    assert await refusal(other, {"type": "join"}) == "already_queued"
    await other.send({"type": "leave"})
    await you(one, lambda m: m["ticket"] is None)
    assert await refusal(one, {"type": "leave"}) == "not_queued"
    await bobs.send({"type": "refresh"})
    assert (await you(bobs, lambda m: True))["ticket"] is None
    assert [m for m in bobs.seen if m["type"] == "you" and m["user"]["id"] != bob.pk] == []


async def test_how_many_wait_is_told_to_everybody(sockets: Sockets, alice: User) -> None:
    stranger, client = await enter(sockets), await enter(sockets, alice)
    await client.send({"type": "join", "points": 3})
    await stranger.until(lambda m: m == {"type": "queue", "points": 3, "waiting": 1})
    await client.send({"type": "leave"})
    await stranger.until(lambda m: m == {"type": "queue", "points": 3, "waiting": 0})


async def test_two_who_join_are_matched_and_both_told(sockets: Sockets, alice: User, bob: User) -> None:
    left, right = await enter(sockets, alice), await enter(sockets, bob)
    await left.send({"type": "join", "points": 3})
    await you(left, lambda m: m["ticket"])
    await right.send({"type": "join", "points": 3})
    mine, theirs = [(await you(client, lambda m: m["match"])) for client in (left, right)]
    match = await database.run(Match.objects.get)
    assert mine["match"] == {
        "id": match.pk,
        "url": f"/game/{match.pk}/",
        "phase": "called",
        "side": 0,
        "opponent": "Bob",
        "pings": mine["match"]["pings"],
        "title": "",
        "origin": "queue",
        "ready_by_ms": match.ready_by_ms,
    }
    assert theirs["match"] == {**mine["match"], "side": 1, "opponent": "Alice"}
    assert (mine["ticket"], theirs["ticket"]) == (None, None)
    for client in (left, right):
        assert await refusal(client, {"type": "bot", "strength": "easy"}) == "in_match"
        assert await refusal(client, {"type": "join"}) == "already_queued"


@pytest.fixture
def pings(monkeypatch: pytest.MonkeyPatch) -> dict[str, int | None]:
    """How far away people are, by name: the network's part, which on one machine is none."""
    known: dict[str, int | None] = {}
    monkeypatch.setattr(LiveConsumer, "rtt_ms", property(lambda self: self.user and known.get(self.user.name)))
    return known


async def test_who_is_above_the_limit_is_said_and_shown_once_called(
    sockets: Sockets, alice: User, bob: User, charlie: User, pings: dict[str, int | None]
) -> None:
    pings.update(Alice=20, Bob=170, Charlie=45)
    alices, bobs, charlies = [await enter(sockets, user) for user in (alice, bob, charlie)]
    await alices.send({"type": "join", "max_ping_ms": 100})
    ticket = (await you(alices, lambda m: m["ticket"]))["ticket"]
    assert (ticket["ping_ms"], ticket["max_ping_ms"], ticket["above_limit"]) == (20, 100, 0)
    await bobs.send({"type": "join"})
    await you(alices, lambda m: m["ticket"] and m["ticket"]["above_limit"] == 1)
    assert (await you(bobs, lambda m: m["ticket"]))["ticket"]["above_limit"] == 0
    await bobs.send({"type": "leave"})
    await you(alices, lambda m: m["ticket"] and m["ticket"]["above_limit"] == 0)
    await bobs.send({"type": "join"})
    await you(alices, lambda m: m["ticket"] and m["ticket"]["above_limit"] == 1)
    await charlies.send({"type": "join", "max_ping_ms": None})
    for client in (alices, charlies):
        match = (await you(client, lambda m: m["match"]))["match"]
        assert match["pings"] == [20, 45]
    assert await database.run(tickets.waiting, 11) == 1


async def test_a_ping_that_becomes_known_while_one_waits_is_put_down(
    sockets: Sockets, alice: User, bob: User, pings: dict[str, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaking.consumers.PING_NEWS_S", 0.02)
    pings.update(Alice=200, Bob=None)
    alices, bobs = await enter(sockets, alice), await enter(sockets, bob)
    await alices.send({"type": "join", "max_ping_ms": 60})
    await bobs.send({"type": "join", "points": 5, "max_ping_ms": 150})
    pings["Bob"] = 80
    assert (await you(bobs, lambda m: m["ticket"] and m["ticket"]["ping_ms"]))["ticket"]["ping_ms"] == 80
    pings["Bob"] = 86  # no news
    pings["Alice"] = 90
    await you(alices, lambda m: m["ticket"] and m["ticket"]["ping_ms"] == 90)
    rows = await database.run(lambda: dict(Ticket.objects.values_list("user__username", "ping_ms")))
    assert rows == {"Alice": 90, "Bob": 80}


async def test_the_round_trip_of_ones_own_socket_is_put_down(
    sockets: Sockets, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.websocket.PING_S", 0.1)
    monkeypatch.setattr("matchmaking.consumers.PING_NEWS_S", 0.02)
    client = await enter(sockets, alice)
    await client.send({"type": "join"})
    state = await you(client, lambda m: m["ticket"] and m["ticket"]["ping_ms"] is not None)
    assert (await database.run(Ticket.objects.get)).ping_ms == state["ticket"]["ping_ms"]


async def test_two_devices_of_one_person_do_not_correct_each_other(
    sockets: Sockets, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaking.consumers.PING_NEWS_S", 0.02)
    far = {"open": False}
    monkeypatch.setattr(LiveConsumer, "rtt_ms", property(lambda self: 180 if far.get(id(self)) else 20))
    near = await enter(sockets, alice)
    await near.send({"type": "join"})
    await you(near, lambda m: m["ticket"])
    measured = tickets.measured
    noted: list[int] = []

    def spy(user: User, ping_ms: int) -> None:
        noted.append(ping_ms)
        measured(user, ping_ms)

    monkeypatch.setattr(tickets, "measured", spy)
    tell_state = MatchmakingConsumer._tell_state

    async def from_afar(self: MatchmakingConsumer) -> None:
        far[id(self)] = True
        await tell_state(self)

    monkeypatch.setattr(MatchmakingConsumer, "enter", from_afar)
    phone = await sockets.open(WS, alice)
    await you(near, lambda m: m["ticket"] and m["ticket"]["ping_ms"] == 180)
    for _ in range(5):
        for client in (near, phone):
            await client.send({"type": "refresh"})
            await you(client, lambda m: m["ticket"])
    assert noted == [180]


async def test_the_bot_is_played_by_any_rules(sockets: Sockets, alice: User) -> None:
    client = await enter(sockets, alice)
    await client.send({"type": "bot", "strength": "easy", "points": 5, "paddle": "large", "pace": "steady"})
    await you(client, lambda m: m["match"])
    match = await database.run(Match.objects.get)
    assert match.ruleset == court.to_dict(court.ruleset(5, "large", "steady"))


async def test_a_bot_match_meanwhile_ends_when_an_opponent_comes(sockets: Sockets, alice: User, bob: User) -> None:
    left, right = await enter(sockets, alice), await enter(sockets, bob)
    await left.send({"type": "join"})
    await left.send({"type": "bot", "strength": "easy", "points": 3})
    state = await you(left, lambda m: m["match"])
    assert (state["match"]["origin"], state["ticket"]["points"]) == ("bot", 11)
    bot = state["match"]["id"]
    table = await sockets.open(f"/ws/game/{bot}/", alice)
    await table.until(shows_live)
    await right.send({"type": "join"})
    assert (await table.until(8))[2] == {"winner": None, "score": [0, 0], "reason": "aborted"}
    for client in (left, right):
        state = await you(client, lambda m: m["match"] and m["match"]["origin"] == "queue")
    row = await database.run(Match.objects.get, pk=bot)
    assert (row.phase, row.reason) == ("over", "aborted")
    assert await database.run(matches.holding, alice) == await database.run(matches.holding, bob)


async def test_who_came_is_back_in_line_when_the_other_did_not(
    sockets: Sockets, alice: User, bob: User, settings: Any
) -> None:
    settings.READY_QUEUE_S = 1
    left, right = await enter(sockets, alice), await enter(sockets, bob)
    await left.send({"type": "join"})
    joined_ms = (await you(left, lambda m: m["ticket"]))["ticket"]["joined_ms"]
    await right.send({"type": "join"})
    match = (await you(left, lambda m: m["match"]))["match"]["id"]
    await you(right, lambda m: m["match"])
    table = await sockets.open(f"/ws/game/{match}/", alice)
    assert (await table.until(8))[2]["reason"] == "aborted"
    back = await you(left, lambda m: m["match"] is None)
    assert back["ticket"]["joined_ms"] == joined_ms
    assert (await you(right, lambda m: m["match"] is None))["ticket"] is None


async def test_who_declines_is_out_and_the_other_is_back_in_line(sockets: Sockets, alice: User, bob: User) -> None:
    left, right = await enter(sockets, alice), await enter(sockets, bob)
    for client in (left, right):
        await client.send({"type": "join"})
        await you(client, lambda m: m["ticket"] or m["match"])
    match = await you(left, lambda m: m["match"])
    await you(right, lambda m: m["match"])
    table = await sockets.open(f"/ws/game/{match['match']['id']}/", bob)
    await table.until(7)
    await table.send([9])
    assert (await you(left, lambda m: m["match"] is None))["ticket"] is not None
    assert (await you(right, lambda m: m["match"] is None))["ticket"] is None


def rate(user: User, value: float) -> None:
    Rating.objects.create(user=user, points=11, value=value, deviation=50, at_ms=wall_ms())


async def test_two_windows_meet_later_without_anybody_polling(
    sockets: Sockets, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    pair = matchmaker.tickets.pair

    def count(points: int, epoch: int, pace: float) -> Any:
        if points == 11:
            looks.append(wall_ms())
        return pair(points, epoch, pace)

    monkeypatch.setattr(matchmaker.tickets, "pair", count)
    await database.run(rate, alice, 1500)
    await database.run(rate, bob, 1615)  # 15 beyond the first window: one second at 15 points a second
    left, right = await enter(sockets, alice), await enter(sockets, bob)
    await left.send({"type": "join"})
    await you(left, lambda m: m["ticket"])
    await right.send({"type": "join"})
    joined_ms = (await you(right, lambda m: m["ticket"]))["ticket"]["joined_ms"]
    match = (await you(left, lambda m: m["match"]))["match"]
    row = await database.run(Match.objects.get, pk=match["id"])
    assert 1_000 <= row.created_ms - joined_ms < 3_000
    assert len(looks) <= 5, "alone; both; the instant at which they meet; the change after it"


async def test_a_rating_is_told_after_the_match(sockets: Sockets, alice: User, bob: User) -> None:
    left, right = await enter(sockets, alice), await enter(sockets, bob)
    for client in (left, right):
        await client.send({"type": "join"})
    match = (await you(left, lambda m: m["match"]))["match"]["id"]
    tables = [await sockets.open(f"/ws/game/{match}/", user) for user in (alice, bob)]
    for table in tables:
        await table.until(shows_live)
    await tables[0].send([9])
    await asyncio.gather(*(table.until(8) for table in tables))
    states = [await you(client, lambda m: m["match"] is None and not m["ticket"]) for client in (left, right)]
    loser, winner = (state["user"]["rating"] for state in states)
    assert loser < 1500 < winner


async def test_a_restarted_matchmaker_finds_who_waited(sockets: Sockets, alice: User, bob: User) -> None:
    left = await enter(sockets, alice)
    await left.send({"type": "join"})
    await you(left, lambda m: m["ticket"])

    async def restart() -> None:
        matchmaker.stop_all()
        await matchmaker.adopt_all()

    await asyncio.to_thread(sockets.server.call, restart())
    right = await enter(sockets, bob)
    await right.send({"type": "join"})
    await asyncio.gather(you(left, lambda m: m["match"]), you(right, lambda m: m["match"]))
