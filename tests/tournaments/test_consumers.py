"""TournamentConsumer over real sockets."""

import asyncio
from typing import Any

import pytest

from accounts.models import User
from game.pong.court import Choice
from realtime import codes, database
from tests.conftest import Client, LiveServer, Sockets
from tests.tournaments.running import (
    Follower,
    as_seen_now,
    brief,
    decide,
    eventually,
    everything,
    fresh,
    hosted_rows,
    make,
    page,
    quick,
    sit,
    snapshot,
    soon,
)
from tournaments import log, organising, registration, starting
from tournaments import writing as writing_module
from tournaments.board import Board
from tournaments.formats.events import Overridden
from tournaments.models import Tournament
from tournaments.writing import writing

__all__ = ("brief", "quick", "soon")

START = {"type": "start"}
ALWAYS = {"tournament-status", "tournament-now"}
COUNTS = {"entrants-count", "waitlist-count"}


async def enter(sockets: Sockets, tournament: Tournament, user: User | None = None) -> Client:
    """A socket, and what it got first."""
    client = await sockets.open(f"/ws/tournaments/{tournament.pk}/", user)
    client.first = await client.receive()  # type: ignore[attr-defined]
    return client


async def refusal(client: Client, message: Any) -> dict[str, Any]:
    await client.send(message)
    answer: dict[str, Any] = await client.until("error")
    return answer


async def test_the_first_message_is_all_of_it(sockets: Sockets, alice: User, bob: User) -> None:
    tournament = await database.run(make, alice, bob, alice)
    for user in (None, alice):
        first = (await enter(sockets, tournament, user)).first  # type: ignore[attr-defined]
        assert (first["type"], first["n"]) == ("snapshot", 2)
        told = first["tournament"]
        assert (told["id"], told["phase"], told["organiser"]) == (
            tournament.pk,
            "open",
            {"id": alice.pk, "name": "Alice"},
        )
        assert [entrant["user"] for entrant in told["entrants"]] == [bob.pk, alice.pk]


async def test_since_gives_all_of_it_anew(sockets: Sockets, alice: User, bob: User) -> None:
    tournament = await database.run(make, alice, bob)
    client = await enter(sockets, tournament)
    await database.run(registration.join, alice, tournament.pk)
    await client.until("event")
    for n in (0, 1, 2, 99, -1):
        await client.send({"type": "since", "n": n})
        answer = await client.until("snapshot")
        assert (answer["n"], len(answer["tournament"]["entrants"])) == (2, 2)


async def test_one_enters_withdraws_and_everybody_hears_it(sockets: Sockets, alice: User, bob: User) -> None:
    tournament = await database.run(make, alice)
    mine = await enter(sockets, tournament, bob)
    stands = await enter(sockets, tournament)
    await mine.send({"type": "join"})
    for client in (mine, stands):
        message = await client.until("event")
        entrant = message["event"].pop("entrant")
        assert (message["n"], message["event"]) == (1, {"kind": "entered", "name": "Bob"})
        assert message["tournament"] == {"phase": "open", "entrants": 1, "champion": None}
        assert set(message["fragments"]) == {*ALWAYS, *COUNTS, f"listed-{entrant}"}
        assert "Bob" in message["fragments"][f"listed-{entrant}"]
    await mine.send({"type": "leave"})
    message = await stands.until("event")
    assert (message["n"], message["event"]) == (2, {"kind": "left", "entrant": entrant})
    assert set(message["fragments"]) == {*ALWAYS, *COUNTS, f"listed-{entrant}"}
    assert message["fragments"][f"listed-{entrant}"] == ""


async def test_the_organiser_fills_starts_and_cancels(sockets: Sockets, alice: User) -> None:
    tournament = await database.run(make, alice, alice, size=6)
    organiser = await enter(sockets, tournament, alice)
    stands = await enter(sockets, tournament)
    await organiser.send({"type": "fill", "strength": "hard", "count": 2})
    await stands.until(lambda m: m["n"] == 3)
    await organiser.send({"type": "fill"})
    await stands.until(lambda m: m["n"] == 6)
    bots = [entrant["bot"] for entrant in (await snapshot(sockets, tournament))["tournament"]["entrants"]]
    assert bots == [None, "hard", "hard", "medium", "medium", "medium"]
    await organiser.send(START)
    drawn = await stands.until(lambda m: m["type"] == "event" and m["event"]["kind"] == "drawn")
    assert drawn["tournament"]["phase"] == "running"
    await organiser.send({"type": "cancel"})
    await stands.until(lambda m: m["type"] == "event" and m["event"]["kind"] == "cancelled")
    assert (await database.run(fresh, tournament)).phase == "cancelled"


async def test_entries_of_one_act_come_each_and_the_last_brings_the_page(sockets: Sockets, alice: User) -> None:
    tournament = await database.run(make, alice)
    client = await enter(sockets, tournament, alice)
    await client.send({"type": "fill", "strength": "easy"})
    await client.until(lambda m: m["n"] == 8)
    heard = [message for message in client.seen if message["type"] == "event"]
    assert [message["n"] for message in heard] == list(range(1, 9))
    assert [bool(message["fragments"]) for message in heard] == [False] * 7 + [True]
    assert {message["tournament"]["entrants"] for message in heard} == {8}


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("x", "not_json"),
        (b"123", "not_json"),
        ('{"type":"since","n":NaN}', "not_json"),
        ([3, 1], "bad_message"),
        ({}, "bad_message"),
        ({"type": "win"}, "bad_message"),
        ({"type": "since"}, "bad_message"),
        ({"type": "since", "n": "1"}, "bad_message"),
        ({"type": "since", "n": None}, "bad_message"),
        ({"type": "join", "user": 1}, "bad_message"),
        ({"type": "fill", "strength": "godlike"}, "bad_message"),
        ({"type": "fill", "count": 0}, "bad_message"),
        ({"type": "fill", "count": -1}, "bad_message"),
        ({"type": "fill", "count": 10_001}, "bad_message"),
        ({"type": "fill", "count": 1.5}, "bad_message"),
        ({"type": "fill", "count": "2"}, "bad_message"),
        ({"type": "fill", "strength": "easy", "names": ["x"]}, "bad_message"),
        ({"type": "result", "pairing": "m1.1", "winner": 1}, "bad_message"),
        ({"type": "event", "n": 9, "event": {"kind": "cancelled"}}, "bad_message"),
        ('{"type":"join","x":"' + "x" * 5000 + '"}', "too_long"),
        ({"type": "fill", "count": 8}, "full"),
        ({"type": "join"}, "already_entered"),
        (START, "too_few"),
    ],
)
async def test_bad_input_is_refused_and_changes_nothing(sockets: Sockets, alice: User, sent: Any, code: str) -> None:
    tournament = await database.run(make, alice, alice)
    client = await enter(sockets, tournament, alice)
    before = await database.run(everything, tournament)
    refused = await refusal(client, sent)
    assert refused["code"] == code
    assert all(isinstance(refused[key], str) and refused[key] for key in ("expected", "came"))
    await client.send({"type": "since", "n": 0})
    assert await client.until("snapshot") == client.first  # type: ignore[attr-defined]
    assert await database.run(everything, tournament) == before


@pytest.mark.parametrize("type", ["join", "leave", "fill", "start", "cancel"])
async def test_a_stranger_who_acts_is_asked_to_sign_in(sockets: Sockets, alice: User, type: str) -> None:
    tournament = await database.run(make, alice)
    client = await enter(sockets, tournament)
    before = await database.run(everything, tournament)
    assert (await refusal(client, {"type": type}))["code"] == "sign_in_required"
    assert await database.run(everything, tournament) == before


@pytest.mark.parametrize(
    ("type", "code"),
    [("leave", "not_entered"), ("fill", "not_organiser"), ("start", "not_organiser"), ("cancel", "not_organiser")],
)
async def test_who_is_somebody_else_may_not(sockets: Sockets, alice: User, bob: User, type: str, code: str) -> None:
    tournament = await database.run(make, alice, alice)
    client = await enter(sockets, tournament, bob)
    assert (await refusal(client, {"type": type}))["code"] == code
    assert (await database.run(fresh, tournament)).n == 1


async def test_nobody_passes_for_somebody_else(sockets: Sockets, alice: User, bob: User) -> None:
    plan = registration.Plan(aliases=True)
    tournament = await database.run(registration.create, alice, "Masks", 8, Choice(3), plan)
    client = await enter(sockets, tournament, bob)
    refused = await refusal(client, {"type": "join", "alias": "ALICE"})
    assert (refused["code"], refused["came"]) == ("alias", "ALICE")
    assert (await database.run(fresh, tournament)).n == 0
    await client.send({"type": "join", "alias": "bob"})
    assert (await client.until("event"))["event"]["name"] == "bob"


@pytest.mark.parametrize("id", ["999", "0", "99999999999999999999"])
async def test_a_tournament_that_does_not_exist_is_not_found(sockets: Sockets, alice: User, id: str) -> None:
    client = await sockets.open(f"/ws/tournaments/{id}/", alice)
    assert (await client.receive())["code"] == "not_found"
    assert await client.closed() == codes.NOT_FOUND


async def test_who_does_not_listen_is_closed(sockets: Sockets, alice: User) -> None:
    tournament = await database.run(make, alice)
    client = await enter(sockets, tournament, alice)
    for _ in range(21):
        assert (await refusal(client, {"type": "leave"}))["code"] == "not_entered"
    assert (await client.until("error"))["code"] == "too_many_refusals"
    assert await client.closed() == codes.TOO_MANY_REFUSALS


# -- everybody knows the same --------------------------------------------------------------------------------------


async def test_who_comes_at_any_time_sees_what_those_see_who_were_there(
    sockets: Sockets, alice: User, bob: User, charlie: User, settings: Any
) -> None:
    settings.REST_S = 0
    tournament = await database.run(make, alice, alice, bob)
    stands = await Follower.enter(sockets, tournament)
    await as_seen_now(sockets, tournament, stands)
    await database.run(registration.join, charlie, tournament.pk)
    await as_seen_now(sockets, tournament, stands)
    await database.run(registration.start, alice, tournament.pk)
    match = await stands.called("m1.2")
    await as_seen_now(sockets, tournament, stands)
    players = [await sit(sockets, match, user) for user in (bob, charlie)]
    await stands.until(lambda known: "m1.2" in known.begun)
    await as_seen_now(sockets, tournament, stands)
    await players[0].send([9])
    final = await stands.called("m2.1")
    await as_seen_now(sockets, tournament, stands)
    await decide(sockets, final, charlie, alice)
    await stands.phase("finished")
    await as_seen_now(sockets, tournament, stands)
    champion = stands.state.champion
    assert champion is not None
    assert stands.state.entrants[champion] == "Charlie"
    kinds = [message["event"]["kind"] for message in stands.messages]
    assert kinds == ["entered", "drawn", "called", "begun", "result", "called", "begun", "result"]


async def test_a_late_page_of_what_was_called_off_is_the_same_too(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    tournament = await database.run(make, alice, alice, bob, charlie, bots=1)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    match = await stands.called("m1.2")
    for user in (bob, charlie):
        await sit(sockets, match, user)
    await stands.until(lambda known: "m1.2" in known.begun)
    await database.run(organising.cancel, alice, tournament.pk)
    await stands.phase("cancelled")
    await eventually(lambda: hosted_rows() == (0, 0))
    await as_seen_now(sockets, tournament, stands)


async def test_only_what_changed_is_sent(sockets: Sockets, alice: User, bob: User, charlie: User) -> None:
    tournament = await database.run(make, alice, alice, bob, charlie, bots=2)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    # All three have byes: Bob meets Charlie at once, and two bots play for who meets Alice.
    await stands.until(lambda known: known.begun)
    await database.run(organising.cancel, alice, tournament.pk)
    await stands.phase("cancelled")
    brought: dict[str, set[str]] = {}
    for message in stands.messages:
        kind = message["event"]["kind"]
        brought[kind] = brought.get(kind, set()) | set(message["fragments"])
    assert brought == {
        "drawn": {*ALWAYS, "tournament-entrants", "tournament-bracket"},
        "called": {*ALWAYS, "pairing-m1-2", "pairing-m2-2"},
        "begun": {*ALWAYS, "pairing-m1-2"},
        "cancelled": {
            *ALWAYS,
            *("pairing-m1-2", "pairing-m2-1", "pairing-m2-2", "pairing-m3-1"),
            *(f"listed-{entrant}" for entrant in stands.state.order),
        },
    }


async def test_a_result_brings_its_pairing_and_the_next(
    sockets: Sockets, alice: User, bob: User, charlie: User, settings: Any
) -> None:
    settings.REST_S = 600
    tournament = await database.run(make, alice, alice, bob, charlie)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await decide(sockets, await stands.called("m1.2"), bob, charlie)
    result = await stands.until(lambda known: [m for m in known.messages if m["event"]["kind"] == "result"])
    charlies = f"listed-{stands.state.order[2]}"
    assert set(result[0]["fragments"]) == {*ALWAYS, "pairing-m1-2", "pairing-m2-1", charlies}
    assert "Bob" in result[0]["fragments"]["pairing-m2-1"]
    assert 'data-to-come="nothing" data-rank="3"' in result[0]["fragments"][charlies]


async def test_every_point_of_a_live_match_is_told_without_a_number(sockets: Sockets, alice: User, brief: None) -> None:
    tournament = await database.run(make, alice, bots=2)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    await stands.phase("finished")
    verdict = stands.state.pairings["m1.1"].verdict
    assert verdict is not None
    assert verdict.score is not None
    assert stands.scores == [("m1.1", list(verdict.score))]
    assert [message["n"] for message in stands.messages] == list(range(3, stands.n + 1))
    await as_seen_now(sockets, tournament, stands)


async def test_rows_of_a_table_are_pushed_alone_unless_their_order_changed(
    sockets: Sockets, alice: User, bob: User, charlie: User, settings: Any
) -> None:
    settings.REST_S = 600
    tournament = await database.run(make, alice, alice, bob, charlie)
    await database.run(Tournament.objects.update, format="round_robin")
    log._states.clear()
    stands = await Follower.enter(sockets, await database.run(fresh, tournament))
    await database.run(registration.start, alice, tournament.pk)
    drawn = await stands.until(lambda known: [m for m in known.messages if m["event"]["kind"] == "drawn"])
    assert "tournament-standings" in drawn[0]["fragments"]
    _one, two, three = stands.state.order
    match = await stands.called("r1.1")
    seats = {user.pk: user for user in (alice, bob, charlie)}
    shown = (await snapshot(sockets, tournament))["tournament"]
    users = {entrant["id"]: seats[entrant["user"]] for entrant in shown["entrants"]}
    await decide(sockets, match, users[two], users[three])
    result = await stands.until(lambda known: [m for m in known.messages if m["event"]["kind"] == "result"])
    pushed = {id for id in result[0]["fragments"] if id.startswith("standing")}
    assert pushed == {"standings-0"}  # the second seed is first now
    await as_seen_now(sockets, tournament, stands)
    # The first two stay where they are: only the numbers of those who played are others.
    await database.run(override_to, tournament, "r1.1", two)
    corrected = await stands.until(lambda known: [m for m in known.messages if m["event"]["kind"] == "overridden"])
    assert {id for id in corrected[0]["fragments"] if id.startswith("standing")} == {
        f"standing-{two}",
        f"standing-{three}",
    }
    await as_seen_now(sockets, tournament, stands)


def override_to(tournament: Tournament, id: str, winner: int) -> None:
    """Another score for the same winner."""
    with writing(tournament.pk) as pen:
        upper, _ = pen.state.pairings[id].entrants
        won = winner == upper
        pen.append(Overridden(id, "score", 1 if won else 2, (3, 1) if won else (1, 3)))


async def test_of_the_lists_before_the_start_only_rows_are_sent_unless_their_order_changed(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    tournament = await database.run(make, alice, size=2)
    dora, eve = await database.run(lambda: [User.objects.create_user(name) for name in ("Dora", "Eve")])
    stands = await Follower.enter(sockets, tournament)

    async def brings(act: Any, *args: Any) -> set[str]:
        """What the act brings, after which the lists are those of a page that is opened now."""
        await database.run(act, *args)
        n = (await database.run(fresh, tournament)).n
        await stands.until(lambda known: known.n == n)
        shown = await page(sockets.server, tournament)
        assert stands.parts["tournament-entrants"] == shown["tournament-entrants"]
        return set(stands.messages[-1]["fragments"]) - set(ALWAYS)

    def row(user: User) -> str:
        return f"listed-{tournament.entrants.get(user=user).pk}"

    rows: dict[User, str] = {}
    for user in (alice, bob, charlie, dora, eve):  # two are in, three wait
        brought = await brings(registration.join, user, tournament.pk)
        rows[user] = await database.run(row, user)
        assert brought == {*COUNTS, rows[user]}
    assert await brings(organising.announce, alice, tournament.pk, "Soon") == set()
    assert await brings(registration.leave, dora, tournament.pk) == {*COUNTS, rows[dora]}
    # Bob makes room for Charlie, whose one row goes from list to list.
    assert await brings(registration.leave, bob, tournament.pk) == {*COUNTS, rows[bob], rows[charlie]}
    order = await database.run(lambda: Board.of(fresh(tournament)).order)
    assert await brings(registration.seed, alice, tournament.pk, order[::-1]) == {"tournament-entrants"}
    assert await brings(open_check_in, tournament) == {"tournament-entrants"}
    for user in (eve, charlie):
        assert await brings(registration.check_in, user, tournament.pk) == {rows[user]}
    assert await brings(registration.leave, charlie, tournament.pk) == {*COUNTS, rows[charlie], rows[eve]}
    assert await brings(registration.leave, eve, tournament.pk) == {*COUNTS, rows[eve]}
    # Who comes back has the seed they had, the first one.
    assert await brings(registration.join, charlie, tournament.pk) == {"tournament-entrants"}
    assert await brings(organising.cancel, alice, tournament.pk) == {"tournament-entrants"}


def open_check_in(tournament: Tournament) -> None:
    with writing(tournament.pk) as pen:
        starting.open_check_in(pen)


async def test_lists_that_are_large_are_fetched_when_much_of_them_changes(sockets: Sockets, alice: User) -> None:
    size = writing_module.MANY + 2
    tournament = await database.run(make, alice, size=size)
    client = await enter(sockets, tournament, alice)
    await client.send({"type": "fill", "count": size - 1})
    filled = await client.until(lambda m: m["n"] == size - 1)
    assert filled["fragments"]["tournament-entrants"] is None
    await client.send({"type": "join"})
    joined = await client.until(lambda m: m["n"] == size)
    assert len([id for id in joined["fragments"] if id.startswith("listed-")]) == 1
    await client.send({"type": "seed", "by": "entry"})
    assert (await client.until(lambda m: m["n"] == size + 1))["fragments"].keys() == ALWAYS
    await client.send({"type": "move", "entrant": filled["event"]["entrant"], "to": 1})
    assert (await client.until(lambda m: m["n"] == size + 2))["fragments"]["tournament-entrants"] is None


async def test_what_is_too_large_to_push_is_to_be_fetched(
    sockets: Sockets, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_module, "LARGEST", 1_000)
    tournament = await database.run(make, alice, bots=8)
    client = await enter(sockets, tournament, alice)
    await client.send(START)
    drawn = await client.until(lambda m: m["type"] == "event" and m["event"]["kind"] == "drawn")
    assert {id for id, html in drawn["fragments"].items() if html is None} >= {"tournament-bracket"}
    assert drawn["fragments"]["tournament-status"] is not None


async def test_nobody_misses_what_happens_while_they_come(server: LiveServer, sockets: Sockets, alice: User) -> None:
    """Whatever a socket got first, the numbers go on from there."""
    tournament = await database.run(make, alice, size=256)
    entering = [asyncio.create_task(enter(sockets, tournament)) for _ in range(12)]
    for _ in range(12):
        await database.run(registration.fill, alice, tournament.pk, "easy", 1)
    clients = await asyncio.gather(*entering)
    for client in clients:
        n = client.first["n"]  # type: ignore[attr-defined]
        while n < 12:
            message = await client.receive()
            if message["n"] > n:  # what it had already may come again
                n += 1
                assert (message["type"], message["n"]) == ("event", n)
    shown = await database.run(lambda: Board.of(fresh(tournament)).wire())
    assert len(shown["entrants"]) == 12
