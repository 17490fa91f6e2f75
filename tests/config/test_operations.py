"""What an operator asks: /healthz, /readyz and /metrics, by real requests."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.models import User
from config import health, measured, operations
from game.matches import Player
from game.models import Match
from matchmaking import tickets
from realtime import database, metrics, nerves, process
from realtime.models import Process
from tests.conftest import LiveServer, Sockets
from tests.game.playing import Scripted, call, quick, soon
from tests.realtime.waiting import until

__all__ = ("quick", "soon")

Answer = tuple[int, str]


def ask(server: LiveServer, path: str, method: str = "GET", **headers: str) -> Answer:
    """Status and body."""
    asked = http.client.HTTPConnection(server.host, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        asked.request(method, path, headers=named)
        answer = asked.getresponse()
        return answer.status, answer.read().decode()
    finally:
        asked.close()


def ready(server: LiveServer) -> tuple[int, Any]:
    status, body = ask(server, "/readyz")
    found = json.loads(body)
    assert (found["process"], found["ready"]) == (process.name, status == 200)
    return status, found["checks"]


# -- alive and ready -----------------------------------------------------------------------------------------------


def test_who_is_alive_says_so_under_any_name(server: LiveServer) -> None:
    for host in ("127.0.0.1", "10.1.2.3:8000", "no such name"):
        assert ask(server, "/healthz", Host=host) == (200, json.dumps({"alive": True, "process": process.name}) + "\n")
        assert ask(server, "/readyz", Host=host)[0] == 200
    assert ask(server, "/", Host="elsewhere.example")[0] == 400


def test_only_get_and_head(server: LiveServer) -> None:
    assert ask(server, "/healthz", "HEAD") == (200, "")
    assert ask(server, "/healthz", "POST") == (405, "expected GET, came POST\n")


def test_alone_a_process_is_ready_as_soon_as_its_database_answers(server: LiveServer) -> None:
    assert ready(server) == (200, {"database": "ok"})


def test_alive_needs_no_database_ready_does(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(health, "_ask", away)
    assert ask(server, "/healthz")[0] == 200
    assert ready(server) == (503, {"database": "expected an answer, came ConnectionError: the database is away"})


def test_a_database_that_hangs_is_asked_once_and_not_waited_for(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = threading.Event()
    asked: list[int] = []

    def hang() -> None:
        asked.append(1)
        assert back.wait(20)

    monkeypatch.setattr(health, "_ask", hang)
    monkeypatch.setattr(health, "CHECK_S", 0.05)
    try:
        for _ in range(3):
            status, checks = ready(server)
            assert status == 503
            assert checks["database"].startswith("expected an answer within 0.05 s, came none for ")
        assert ask(server, "/healthz")[0] == 200
    finally:
        back.set()
    assert len(asked) == 1
    monkeypatch.setattr(health, "CHECK_S", 10)
    assert ready(server)[0] == 200


class Silent:
    """A layer that takes what it is given."""

    async def send(self, channel: str, message: Any) -> None: ...

    async def group_send(self, group: str, message: Any) -> None: ...


@pytest.fixture
def nerve(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[nerves.Nerves]:
    """This process believes that it is one of several."""

    async def make() -> nerves.Nerves:
        return nerves.Nerves(Silent())

    made: nerves.Nerves = server.call(make())
    monkeypatch.setattr(nerves, "clustered", lambda: True)
    monkeypatch.setattr(nerves, "mine", made)
    yield made
    monkeypatch.undo()


def test_in_a_cluster_who_is_not_seen_yet_is_not_ready(server: LiveServer, nerve: nerves.Nerves) -> None:
    status, checks = ready(server)
    assert (status, sorted(checks)) == (503, ["database", "heartbeat", "layer"])
    assert (checks["database"], checks["heartbeat"]) == ("ok", "expected a heartbeat, came none yet")


def beat(**fields: Any) -> None:
    Process.objects.update_or_create(
        name=process.name, defaults={"host": "here", "pid": 1, "channel": "c", "seen_at": Now(), **fields}
    )


def test_in_a_cluster_who_is_seen_and_hears_itself_is_ready(server: LiveServer, nerve: nerves.Nerves) -> None:
    beat()
    nerve.hear({"from": process.name, "items": [["beat"]]})
    assert ready(server) == (200, {"database": "ok", "layer": "ok", "heartbeat": "ok"})


def test_who_is_leaving_is_not_ready(server: LiveServer, nerve: nerves.Nerves) -> None:
    beat(leaving=True)
    assert ready(server)[1]["heartbeat"] == "expected a process that stays, came one that is leaving"


def test_who_was_not_seen_for_a_lease_is_not_ready(server: LiveServer, nerve: nerves.Nerves) -> None:
    beat(seen_at="2026-01-02T03:04:05Z")
    status, checks = ready(server)
    assert (status, checks["heartbeat"]) == (
        503,
        "expected a heartbeat within 5 s, came the last at 03:04:05 UTC",
    )


def test_who_does_not_hear_its_own_beat_is_not_ready(
    server: LiveServer, nerve: nerves.Nerves, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat()
    monkeypatch.setattr(nerve, "_beat_ms", nerve._beat_ms - 60_000)
    status, checks = ready(server)
    assert (status, checks["heartbeat"]) == (503, "ok")
    assert checks["layer"].startswith("expected our own beat within 3000 ms, came none for ")
    monkeypatch.setattr(nerves, "mine", None)
    assert ready(server)[1]["layer"] == "expected a channel on the layer, came none yet"


# -- metrics -------------------------------------------------------------------------------------------------------


def numbers(text: str) -> dict[str, float]:
    """The samples by what stands before their number."""
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


def measure(server: LiveServer) -> dict[str, float]:
    status, text = ask(server, "/metrics")
    assert status == 200
    return numbers(text)


def mine(name: str, **labels: str) -> str:
    """A series of this process."""
    shown = ",".join(f'{label}="{value}"' for label, value in sorted({**labels, "process": process.name}.items()))
    return f"rallypoint_{name}{{{shown}}}"


async def test_the_gauges_are_what_is_there(
    server: LiveServer, sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    before = await asyncio.to_thread(measure, server)
    assert before[mine("up")] == 1
    assert before[mine("matches", phase="called")] == 0
    await database.run(call, alice, bob, origin=Match.Origin.QUEUE)
    await database.run(call, charlie, Player.house("easy"), origin=Match.Origin.BOT)
    await database.run(tickets.join, await database.run(User.objects.create_user, "Dora"), 5)
    for user in (alice, bob):
        await (await sockets.open("/ws/matchmaking/", user)).receive()
    queue = mine("queue_waiting", points="5")
    while (now := await asyncio.to_thread(measure, server))[queue] != 1 or now[mine("matches", phase="called")] != 2:
        await asyncio.sleep(0.01)
    assert now[mine("tournaments")] == 0
    assert now[mine("rooms")] >= 4  # two matches, two people
    assert now[mine("database_seconds_count")] > before[mine("database_seconds_count")]
    assert now[mine("database_seconds_bucket", le="+Inf")] == now[mine("database_seconds_count")]


def test_only_this_machine_may_read_them(server: LiveServer) -> None:
    refusal = (403, "expected a request of this machine or the bearer token METRICS_TOKEN, came neither\n")
    for headers in (
        {"X-Forwarded-For": "203.0.113.9"},  # through a proxy on this machine
        {"X-Forwarded-Proto": "https"},
        {"Host": "pong.example.org"},  # a name that somebody made point here
        {"Host": ""},
    ):
        assert ask(server, "/metrics", **headers) == refusal
    for host in ("localhost:9000", "127.0.0.1", "[::1]:8000"):
        assert ask(server, "/metrics", Host=host)[0] == 200


def test_the_token_opens_them_to_others(server: LiveServer, settings: Any) -> None:
    there = {"Host": "pong.example.org", "X-Forwarded-For": "203.0.113.9"}
    settings.METRICS_TOKEN = "a long secret"
    assert ask(server, "/metrics", Authorization="Bearer a long secret", **there)[0] == 200
    assert ask(server, "/metrics", Authorization="Bearer another secret", **there)[0] == 403
    settings.METRICS_TOKEN = ""
    assert ask(server, "/metrics", Authorization="Bearer a long secret", **there)[0] == 403
    assert ask(server, "/metrics", Authorization="Bearer ", **there)[0] == 403


@pytest.mark.parametrize(
    ("client", "host", "allowed"),
    [
        (["127.0.0.1", 5000], "localhost", True),
        (["::1", 5000], "[::1]:8000", True),
        (["::ffff:127.0.0.1", 5000], "127.0.0.1", True),
        (["10.0.0.7", 5000], "localhost", False),
        (["127.0.0.1", 5000], "10.0.0.7", False),
        (["", 0], "localhost", False),
        (None, "localhost", False),  # a unix socket: a proxy's
    ],
)
def test_this_machine_is_an_address_of_it(client: Any, host: str, allowed: bool) -> None:
    assert operations._is_this_machine({"client": client}, {b"host": host.encode()}) is allowed


async def test_one_process_answers_for_all(nerve: nerves.Nerves, server: LiveServer, monkeypatch: Any) -> None:
    said: list[Any] = []
    monkeypatch.setattr(nerve, "broadcast", said.append)
    monkeypatch.setattr(nerve, "channel", "ours")
    await database.run(beat)
    other = Process(name="another", host="there", pid=2, channel="theirs")
    await database.run(other.save)
    asked = asyncio.create_task(asyncio.to_thread(ask, server, "/metrics"))
    await until(lambda: said)
    kind, question, channel = said[0]
    assert (kind, channel) == ("measure", "ours")
    text = (
        '# HELP rallypoint_up This process answers.\n# TYPE rallypoint_up gauge\nrallypoint_up{process="another"} 1.0\n'
    )
    server.loop.call_soon_threadsafe(nerves.handlers["measured"], "another", question, text)
    status, together = await asked
    assert status == 200
    found = numbers(together)
    assert found[mine("up")] == found['rallypoint_up{process="another"}'] == 1
    assert together.count("# HELP rallypoint_up ") == 1
    nerves.handlers["measured"]("late", question, text)  # nobody waits for it any more
    assert not measured._questions


def test_a_process_that_does_not_answer_is_not_waited_for_long(
    nerve: nerves.Nerves, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "ANSWERS_S", 0.05)
    beat()
    Process.objects.create(name="another", host="there", pid=2, channel="theirs")
    assert measure(server)[mine("up")] == 1


def test_who_is_asked_by_another_process_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(nerves, "send", lambda channel, item: sent.append((channel, item)))
    monkeypatch.setattr(metrics, "text", lambda: "all of it")
    nerves.handlers["measure"]("another", 7, "theirs")
    assert sent == [("theirs", ["measured", 7, "all of it"])]


def test_ready_asks_the_real_database(server: LiveServer) -> None:
    assert connection.vendor in ("sqlite", "postgresql")
    assert server.call(health._database()) == health.OK


async def test_what_is_played_is_measured(server: LiveServer, sockets: Sockets, alice: User, quick: None) -> None:
    before = await asyncio.to_thread(measure, server)
    match = await database.run(call, alice, Player.house("hard"), origin=Match.Origin.BOT)
    player: Scripted = await Scripted.enter(sockets, match, alice)
    during = await asyncio.to_thread(measure, server)
    assert during[mine("sockets", consumer="GameConsumer")] == 1
    await player.refusal([1, 1, 1, 0, 0])  # the bot's seat
    await player.send([0, 0])  # what was missed
    await player.play(1)
    await player.leave()
    while (after := await asyncio.to_thread(measure, server))[mine("sockets", consumer="GameConsumer")]:
        await asyncio.sleep(0.01)
    for name in ("input_to_broadcast_seconds_count", "event_lateness_seconds_count", "resyncs_total"):
        assert after[mine(name)] > before[mine(name)], name
    assert after[mine("refusals_total", code="not_your_seat")] >= 1
