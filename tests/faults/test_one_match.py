"""One match in a cluster: played across processes, taken over, handed over."""

import signal
from typing import Any

from game.referee import EPOCH
from tests.faults.cluster import NOTHING, Cluster, host_of
from tests.faults.conftest import Make
from tests.faults.crowd import bots, check, contest_of
from tests.processes.server import until
from tournaments.exhibition.bot import Bot


async def meet(players: list[Bot]) -> int:
    """Both join the queue; gives the match to which they are called."""
    for bot in players:
        bot.ask({"type": "join", "points": 3, "anyone_after_s": 0})
    await until(lambda: all(bot.contests for bot in players), "both are called")
    (match_id,) = players[0].contests
    return match_id


async def play_to_the_end(cluster: Cluster, players: list[Bot]) -> dict[str, Any]:
    views = [contest_of(bot).view for bot in players]
    await until(lambda: all(view.over for view in views), "both have seen the end", 90)
    assert views[0].result == views[1].result
    assert check(cluster) == {"points": 1}
    assert cluster.errors(NOTHING) == []
    assert views[0].result is not None
    return views[0].result


async def test_two_at_different_processes_play_one_match(make_cluster: Make) -> None:
    cluster = await make_cluster(2)
    async with bots([node.url for node in cluster.nodes]) as players:
        match_id = await meet(players)
        await until(lambda: host_of(cluster, f"match.{match_id}"), "somebody hosts it")
        result = await play_to_the_end(cluster, players)
    assert max(result["score"]) == 3


async def test_who_comes_first_hosts(make_cluster: Make) -> None:
    cluster = await make_cluster(2)
    queue = host_of(cluster, "queue.3")
    other = next(node for node in cluster.nodes if node is not queue)
    async with bots([other.url, other.url]) as players:
        match_id = await meet(players)
        await until(lambda: host_of(cluster, f"match.{match_id}") is other, "it is hosted where both are")
        await play_to_the_end(cluster, players)


async def under_way(cluster: Cluster, players: list[Bot]) -> int:
    """A point is made, and the next rally is under way. Gives the match."""
    match_id = await meet(players)
    contest = contest_of(players[0])

    def second_rally() -> bool:
        view = contest.view
        return bool(view.n) and view.state.a + view.state.b >= 1 and contest.clock.now() >= view.state.ball.t0

    await until(second_rally, "the second rally is under way", 60)
    return match_id


async def test_a_killed_host_is_replaced(make_cluster: Make) -> None:
    cluster = await make_cluster(3)
    async with bots([cluster.url, cluster.url]) as players:
        match_id = await under_way(cluster, players)
        host = host_of(cluster, f"match.{match_id}")
        assert host is not None
        before = cluster.rows("select number, record from game_rally where match_id = %s order by number", match_id)
        epoch = contest_of(players[0]).view.n // EPOCH
        await host.kill()
        await until(lambda: contest_of(players[0]).view.n // EPOCH > epoch, "another host has shown itself")
        await until(lambda: host_of(cluster, f"match.{match_id}") not in (None, host), "another one hosts it")
        await play_to_the_end(cluster, players)
    after = cluster.rows("select number, record from game_rally where match_id = %s order by number", match_id)
    assert after[: len(before)] == before


async def test_a_stop_lets_the_rally_end_and_hands_over(make_cluster: Make) -> None:
    cluster = await make_cluster(2)
    async with bots([cluster.url, cluster.url]) as players:
        match_id = await under_way(cluster, players)
        host = host_of(cluster, f"match.{match_id}")
        assert host is not None
        (before,) = cluster.rows("select count(*) from game_rally where match_id = %s", match_id)[0]
        assert await host.stop(signal.SIGTERM) == 0
        # The rally under way was not thrown away: its point is a row of the old epoch.
        records = cluster.rows("select record from game_rally where match_id = %s order by number", match_id)
        first = records[0][0]["epoch"]
        assert sum(record["epoch"] == first for (record,) in records) > before
        await play_to_the_end(cluster, players)
