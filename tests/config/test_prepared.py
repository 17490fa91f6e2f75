"""Bringing the database up to date, on PostgreSQL."""

import asyncio
import sys
from pathlib import Path

import psycopg

from tests.processes.server import command, environment, run
from tests.services import Given, Redis

PREPARE = """
from config.prepared import prepare
import django
django.setup()
prepare()
"""
TIMEOUT_S = 120


async def test_two_machines_may_migrate_at_once(database_url: str, redis: Redis | Given, tmp_path: Path) -> None:
    machines = [environment(tmp_path / n, DATABASE_URL=database_url, REDIS_URL=redis.url) for n in ("one", "two")]
    ended = await asyncio.gather(*(run([sys.executable, "-c", PREPARE], machine, TIMEOUT_S) for machine in machines))
    assert ended == [(0, ""), (0, "")]
    for machine in machines:
        assert (Path(machine["DATA_DIR"]) / "static" / ".collected").exists()
    # Nothing is left to be migrated, the models say what the tables are, and the lock is free.
    code, printed = await run(command("migrate", "--check"), machines[0], TIMEOUT_S)
    assert (code, printed) == (0, ""), printed
    code, printed = await run(command("makemigrations", "--check", "--dry-run"), machines[0], TIMEOUT_S)
    assert code == 0, printed
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,)
