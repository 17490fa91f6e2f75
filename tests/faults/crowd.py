"""Bots that play at a cluster, and what must be true when they are done."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from game.pong import court
from game.pong.replay import replay_match
from tests.faults.cluster import Cluster
from tournaments.exhibition.bot import NOVICE, Bot
from tournaments.exhibition.contest import Contest
from tournaments.exhibition.site import Site
from tournaments.formats import engine, events

CLUMSY = replace(NOVICE, error_px=140)  # points come soon
ASK_S = 1.0


class Player(Bot):
    """A bot that asks again whatever became of the last time."""

    # The answer to an earlier question may have been lost, or come later than the next one.
    ANSWERED = ("already_queued", "in_match")

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("code") not in self.ANSWERED:
            super()._hear(message)


@asynccontextmanager
async def bots(urls: Sequence[str]) -> AsyncIterator[list[Bot]]:
    """A bot at each address, there to be called, until the end of the block."""
    sites = [Site(url) for url in urls]
    made: list[Bot] = [Player(site, await asyncio.to_thread(site.make_bot), CLUMSY) for site in sites]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(bot.run()) for bot in made]
        for bot in made:
            await bot.there.wait()
        yield made
        for task in running:
            task.cancel()


async def keep_playing(bot: Bot, matches: int) -> None:
    """Join the queue whenever free, until so many matches were begun, and all of them are over."""
    while True:
        free = all(contest.view.over for contest in bot.contests.values())
        if free and len(bot.contests) >= matches:
            return
        if free:
            bot.ask({"type": "join", "points": 3, "anyone_after_s": 0})
        await asyncio.sleep(ASK_S * random.uniform(0.8, 1.2))


def contest_of(bot: Bot) -> Contest:
    """The one match that this bot plays or has played."""
    (contest,) = bot.contests.values()
    return contest


def check(cluster: Cluster) -> Counter[str]:
    """What holds whatever was killed. Gives how many matches ended for each reason."""
    rallies: dict[int, list[tuple[Any, ...]]] = {}
    for match, *rally in cluster.rows(
        "select match_id, number, side, a, b, record from game_rally order by match_id, number"
    ):
        rallies.setdefault(match, []).append(tuple(rally))
    matches = cluster.rows("select id, phase, reason, winner, a, b, ruleset from game_match")
    for match, phase, reason, winner, a, b, ruleset in matches:
        played = rallies.get(match, [])
        sides = Counter(side for _, side, *_ in played)
        assert (phase, bool(reason)) == ("over", True), f"match {match} has no result: {phase}"
        assert [number for number, *_ in played] == list(range(1, len(played) + 1)), f"match {match}: {played}"
        assert (a, b) == (sides[0], sides[1]), f"match {match}: {a}-{b} but {sides}"
        assert [(x, y) for _, _, x, y, _ in played] == _scores([side for _, side, *_ in played]), f"match {match}"
        if reason == "points":
            assert winner == (0 if a > b else 1)
            assert max(a, b) == ruleset["points"]
        outcome = replay_match(court.from_dict(ruleset), [record for *_, record in played])
        assert (outcome.a, outcome.b, outcome.over) == (a, b, reason == "points"), f"match {match} replays otherwise"
    assert cluster.rows("select count(*) from game_seat where holder_id is not null") == [(0,)]
    assert cluster.rows("select room from realtime_lease where room not like 'queue.%%' and room <> 'audit.0'") == []
    for tournament, phase, length in cluster.rows("select id, phase, n from tournaments_tournament"):
        log = cluster.rows(
            "select n, kind, event from tournaments_entry where tournament_id = %s order by n", tournament
        )
        assert [n for n, *_ in log] == list(range(1, length + 1))
        told = [events.from_dict(event) for _, kind, event in log if kind not in ("called", "begun")]
        assert engine.fold("single_elimination", told).phase == phase
    for key, length, highest in cluster.rows(
        "select c.key, c.n, max(l.n) from chat_conversation c left join chat_line l on l.conversation_id = c.key"
        " group by c.key, c.n"
    ):
        assert length == (highest or 0), f"conversation {key}"
    return Counter(reason for _, _, reason, *_ in matches)


def _scores(sides: list[int]) -> list[tuple[int, int]]:
    """The score after each point."""
    return [(sides[: i + 1].count(0), sides[: i + 1].count(1)) for i in range(len(sides))]
