"""kill -9: whatever was committed stands, and everything goes on by itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import connect

from game.pong import court
from game.pong.replay import replay_match
from tests.processes.conftest import Make
from tests.processes.server import Server, until
from tournaments.exhibition.bot import NOVICE, Bot
from tournaments.exhibition.contest import Contest
from tournaments.exhibition.course import Course
from tournaments.exhibition.site import Site
from tournaments.exhibition.view import EPOCH
from tournaments.formats import engine, events
from tournaments.formats.options import Options

CLUMSY = replace(NOVICE, error_px=140)  # points come soon
DECIDES = ("result", "walkover", "double_forfeit")


@asynccontextmanager
async def two_bots(server: Server) -> AsyncIterator[tuple[Bot, Bot]]:
    """Two bots with their sockets open, until the end of the block."""
    site = Site(server.url)
    bots = [Bot(site, await asyncio.to_thread(site.make_bot), CLUMSY) for _ in range(2)]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(bot.run()) for bot in bots]
        for bot in bots:
            await bot.there.wait()
        yield bots[0], bots[1]
        for task in running:
            task.cancel()


async def look(server: Server, match_id: int) -> tuple[int, dict[str, Any]]:
    """A spectator's snapshot: its number and the match."""
    async with connect(f"ws://{server.host}/ws/game/{match_id}/", compression=None, proxy=None) as socket:
        async for text in socket:
            message = msgspec.json.decode(text)
            if message[0] == 7:
                return message[1], message[3]
    raise AssertionError("closed without a snapshot")


def rallies(server: Server, match_id: int) -> list[Any]:
    return server.rows("select number, side, a, b, record from game_rally where match_id = ? order by number", match_id)


async def test_a_match_goes_on_from_its_last_committed_point(make_server: Make) -> None:
    server = make_server()
    await server.start()
    async with two_bots(server) as bots:
        for bot in bots:
            bot.ask({"type": "join", "points": 3, "anyone_after_s": 0})
        await until(lambda: all(bot.contests for bot in bots), "both are called")
        match_id = next(iter(bots[0].contests))
        contests: list[Contest] = [bot.contests[match_id] for bot in bots]
        view, clock = contests[0].view, contests[0].clock

        def third_rally() -> bool:
            return bool(view.n) and view.state.a + view.state.b == 2 and clock.now() >= view.state.ball.t0

        await until(third_rally, "the third rally is under way", 60)
        before = view.n // EPOCH

        await server.kill()
        committed = rallies(server, match_id)
        assert committed
        await server.start()

        n, shown = await look(server, match_id)
        assert shown["phase"] in ("paused", "live")
        assert shown["state"][11:14] == [0, committed[-1][2], committed[-1][3]]
        assert n // EPOCH > before
        await until(lambda: all(contest.view.over for contest in contests), "both have seen the end", 60)

    played = rallies(server, match_id)
    assert played[: len(committed)] == committed
    assert [number for number, *_ in played] == list(range(1, len(played) + 1))
    assert {record["epoch"] for *_, record in played} == {before, n // EPOCH}
    [(phase, reason, a, b, winner, rules)] = server.rows(
        "select phase, reason, a, b, winner, ruleset from game_match where id = ?", match_id
    )
    points = Counter(side for _, side, *_ in played)
    assert (phase, reason) == ("over", "points")
    assert [a, b] == [points[0], points[1]]
    assert max(a, b) == 3
    assert winner == (0 if a > b else 1)
    outcome = replay_match(court.from_dict(rules), [record for *_, record in played])
    assert (outcome.a, outcome.b, outcome.over) == (a, b, True)
    for contest in contests:
        assert contest.view.result == {"winner": winner, "score": [a, b], "reason": "points"}
    assert await server.stop() == 0


@pytest.mark.parametrize(
    ("plan", "pairings"),
    [
        ({"format": "swiss", "rounds": "3"}, 9),
        ({"format": "arena", "minutes": "1"}, None),
    ],
)
async def test_rounds_and_pairs_go_on_where_they_were(
    make_server: Make, plan: dict[str, str], pairings: int | None
) -> None:
    server = make_server()
    await server.start()
    said: list[str] = []
    course = Course(server.url, points=3, stuck_s=40, say=said.append, plan=plan)
    decided = f"select json_extract(event, '$.pairing') from tournaments_entry where kind in {DECIDES}"
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(course.hold(5, [CLUMSY]))
        await until(lambda: len(server.rows(decided)) >= 3, "three results", 60)
        await server.kill()
        before = server.rows(decided)
        await server.start()

    assert said[-2].startswith("Champion: ")
    after = Counter(server.rows(decided))
    assert set(before) <= set(after)
    assert set(after.values()) == {1}
    log = server.rows("select event from tournaments_entry where kind not in ('called', 'begun') order by n")
    options = Options.from_dict({name: int(value) for name, value in plan.items() if name != "format"})
    state = engine.fold(plan["format"], [events.from_dict(event) for (event,) in log], options)
    assert state.phase == "finished"
    assert len(state.pairings) == (pairings or len(after))
    assert state.champion is not None
    assert said[-2] == f"Champion: {state.entrants[state.champion]}"
    assert await server.stop() == 0


async def test_a_tournament_runs_to_its_champion(make_server: Make) -> None:
    server = make_server()
    await server.start()
    said: list[str] = []
    course = Course(server.url, points=3, stuck_s=40, say=said.append)
    decided = f"select json_extract(event, '$.pairing') from tournaments_entry where kind in {DECIDES}"
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(course.hold(5, [CLUMSY]))
        await until(lambda: course.progress.phase == "running", "the tournament has begun")
        live = "select id from game_match where phase = 'live'"
        await until(lambda: server.rows(decided) and server.rows(live), "a result, and a match under way", 60)
        await server.kill()
        before = server.rows(decided)
        await server.start()

    assert said[-2].startswith("Champion: ")
    after = Counter(server.rows(decided))
    assert set(before) <= set(after)
    assert len(after) == 4
    assert set(after.values()) == {1}
    log = server.rows("select event from tournaments_entry where kind not in ('called', 'begun') order by n")
    state = engine.fold("single_elimination", [events.from_dict(event) for (event,) in log])
    assert state.phase == "finished"
    assert state.champion is not None
    assert said[-2] == f"Champion: {state.entrants[state.champion]}"
    assert server.rows("select count(*) from game_match where phase <> 'over' or reason <> 'points'") == [(0,)]
    assert server.rows("select phase from tournaments_tournament") == [("finished",)]
    assert await server.stop() == 0
