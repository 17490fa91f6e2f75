"""Everything at once: matches and a tournament go on while processes are killed, Redis and PostgreSQL restarted, and
every process replaced. The instants are drawn from a seed, which is printed.
"""

import asyncio
import os
import random
import signal

import pytest

from tests.faults.cluster import NOTHING, Cluster
from tests.faults.conftest import Make
from tests.faults.crowd import CLUMSY, bots, check, keep_playing
from tests.services import Postgres, Redis
from tournaments.exhibition.course import Course

PAIRS = 30
ENTRANTS = 16


async def disturb(cluster: Cluster, redis: Redis, postgres: Postgres, draw: random.Random, rounds: int) -> None:
    for _ in range(rounds):
        await disturb_once(cluster, redis, postgres, draw)


async def disturb_once(cluster: Cluster, redis: Redis, postgres: Postgres, draw: random.Random) -> None:
    """Every fault in turn, each after a while of quiet."""

    async def quiet() -> None:
        await asyncio.sleep(draw.uniform(2, 5))

    for node in cluster.nodes:
        await quiet()
        await node.kill()
        await quiet()
        await node.start()
    await quiet()
    await asyncio.to_thread(redis.restart)
    await quiet()
    await asyncio.to_thread(redis.stop)
    await asyncio.sleep(10)
    await asyncio.to_thread(redis.start)
    await quiet()
    await asyncio.to_thread(postgres.restart)
    await quiet()
    for node in cluster.nodes:
        assert await node.stop(signal.SIGTERM) == 0
        await node.start()
        await quiet()


@pytest.mark.timeout(540)
async def test_nothing_is_lost_and_nobody_is_stuck(make_cluster: Make, redis: Redis, postgres: Postgres) -> None:
    await survive(make_cluster, redis, postgres, rounds=1)


@pytest.mark.soak
@pytest.mark.timeout(0)
async def test_nor_in_many_rounds(make_cluster: Make, redis: Redis, postgres: Postgres) -> None:
    await survive(make_cluster, redis, postgres, rounds=int(os.environ.get("FAULT_ROUNDS", "5")))


async def survive(make_cluster: Make, redis: Redis, postgres: Postgres, rounds: int) -> None:
    seed = int(os.environ.get("FAULT_SEED") or random.randrange(1_000_000))
    print(f"FAULT_SEED={seed}")
    draw = random.Random(seed)
    cluster = await make_cluster(3)
    said: list[str] = []
    async with bots([cluster.url] * (2 * PAIRS)) as players, asyncio.timeout(500 * rounds):
        course = Course(cluster.url, points=3, stuck_s=90, say=said.append)
        faults = asyncio.create_task(disturb(cluster, redis, postgres, draw, rounds))
        await asyncio.gather(course.hold(ENTRANTS, [CLUMSY]), *(keep_playing(bot, 1) for bot in players))
        while not faults.done():  # more matches, until every fault has been
            await asyncio.gather(*(keep_playing(bot, len(bot.contests) + 1) for bot in players))
        await faults
    reasons = check(cluster)
    print(dict(reasons))
    assert said[-2].startswith("Champion: ")
    assert reasons["points"] >= PAIRS + ENTRANTS - 1
    assert cluster.audit() == ""
    assert cluster.errors(NOTHING) == []
