from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.cluster import Cluster
from tests.services import Postgres, Redis, or_skip

Make = Callable[..., Awaitable[Cluster]]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    service = or_skip(Postgres)
    service.start()
    yield service
    service.remove()


@pytest.fixture(scope="module")
def redis() -> Iterator[Any]:
    service = or_skip(Redis)
    service.start()
    yield service
    service.remove()


@pytest.fixture
async def make_cluster(postgres: Postgres, redis: Redis, tmp_path: Path) -> AsyncIterator[Make]:
    """Starts a cluster on a database of its own."""
    made: list[Cluster] = []
    with postgres.database() as url:

        async def make(count: int, **settings: Any) -> Cluster:
            cluster = Cluster(tmp_path, url, redis.url, count, **settings)
            made.append(cluster)
            await cluster.start()
            return cluster

        yield make
        for cluster in made:
            await cluster.stop()
