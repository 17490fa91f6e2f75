"""``serve --processes N``: real processes on a real PostgreSQL and a real Redis."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.config.parent import Parent, kill, lives
from tests.processes.server import command, environment, run, until
from tests.services import Given, GivenPostgres, Postgres, Redis, or_skip

Make = Callable[..., Parent]
START_S = 30


@pytest.fixture
def make_parent(tmp_path: Path, redis: Redis | Given) -> Iterator[Make]:
    """Parents of this test, not started yet; at the end they are gone."""
    made: list[Parent] = []

    def make(url: str, *options: str, **settings: str) -> Parent:
        made.append(Parent(tmp_path, list(options), DATABASE_URL=url, REDIS_URL=redis.url, **settings))
        return made[-1]

    yield make
    for parent in made:
        parent.reap()


@pytest.fixture
def url(postgres: Postgres | GivenPostgres) -> Iterator[str]:
    with postgres.database() as url:
        yield url


def rows(url: str, query: str, *parameters: Any) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode(), parameters).fetchall()


def alive(url: str) -> set[str]:
    return {name for (name,) in rows(url, "select name from realtime_process")}


async def test_all_serve_on_one_port_until_told_to_stop(make_parent: Make, url: str) -> None:
    parent = make_parent(url, "--processes", "3")
    await parent.start()
    assert parent.log.count("is ready at") == 1
    names = await parent.who_answers(3)
    assert len(parent.children) == 3
    assert alive(url) == names
    children = parent.children
    parent.send(signal.SIGTERM)
    assert await parent.end() == 0
    assert not any(map(lives, children))
    assert parent.log.rstrip().endswith("Rallypoint has stopped.")
    assert "ERROR" not in parent.log
    assert "Traceback" not in parent.log
    # They gave up what they hosted by themselves.
    assert alive(url) == set()
    assert rows(url, "select count(*) from realtime_lease where host <> ''") == [(0,)]


async def test_one_that_is_killed_is_buried_and_replaced(make_parent: Make, url: str) -> None:
    parent = make_parent(url, "--processes", "2")
    await parent.start()
    names = await parent.who_answers(2)
    first, second = parent.children
    (dead,) = {
        name for name in names if rows(url, "select 1 from realtime_process where name=%s and pid=%s", name, first)
    }
    kill(first)
    await until(lambda: dead not in alive(url), "the dead is buried")
    await until(lambda: len(set(parent.children) - {first}) == 2, "another one has been started")
    # The queues are hosted again, by the living.
    hosted = "select host from realtime_lease where room like 'queue.%%'"
    await until(lambda: {host for (host,) in rows(url, hosted)} <= alive(url), "nothing is left to the dead")
    after = await parent.who_answers(2)
    assert len(after & names) == 1
    assert second in parent.children
    assert f"(pid {first}) ended with -9" in parent.log
    parent.send(signal.SIGTERM)
    assert await parent.end() == 0


async def test_sighup_replaces_all_and_no_request_fails(make_parent: Make, url: str) -> None:
    parent = make_parent(url, "--processes", "2")
    await parent.start()
    before, names = parent.children, await parent.who_answers(2)
    answered: set[str] = set()

    async def ask_all_the_time() -> None:
        while True:
            answered.add(await asyncio.to_thread(parent.ask))

    asking = [asyncio.create_task(ask_all_the_time()) for _ in range(4)]
    parent.send(signal.SIGHUP)

    def replaced() -> bool:
        for task in asking:
            if task.done():
                task.result()  # a request has failed
        return "all 2 processes have been replaced" in parent.log

    await until(replaced, "all are replaced", 90)
    for task in asking:
        task.cancel()
    failed = [end for end in await asyncio.gather(*asking, return_exceptions=True) if isinstance(end, Exception)]
    assert failed == []
    assert set(parent.children) & set(before) == set()
    assert len(parent.children) == 2
    assert await parent.who_answers(2) & names == set()
    assert len(answered) > 2
    assert "ERROR" not in parent.log
    parent.send(signal.SIGTERM)
    assert await parent.end() == 0


async def test_children_end_with_a_parent_that_is_killed(make_parent: Make, url: str) -> None:
    parent = make_parent(url, "--processes", "2")
    await parent.start()
    children = parent.children
    parent.send(signal.SIGKILL)
    assert await parent.end() == -signal.SIGKILL
    await until(lambda: not any(map(lives, children)), "the children have ended")
    assert alive(url) == set()  # gently


async def test_ctrl_c_reaches_the_parent_alone(make_parent: Make, url: str) -> None:
    """A terminal sends SIGINT to a whole group: children that got it twice would drop everything."""
    parent = make_parent(url, "--processes", "1")
    await parent.start()
    (child,) = parent.children
    assert os.getpgid(child) == child
    parent.send(signal.SIGINT)
    assert await parent.end() == 0
    assert "Traceback" not in parent.log


async def test_the_end_of_its_terminal_is_no_wish_for_a_restart(make_parent: Make, url: str) -> None:
    """It comes as SIGHUP too."""
    parent = make_parent(url, "--processes", "1")
    ours, theirs = os.openpty()
    try:
        parent.begin(terminal=theirs)
        os.close(theirs)
        await parent.ready()
        (child,) = parent.children
    finally:
        os.close(ours)
    assert await parent.end() == 0
    assert not lives(child)


async def test_a_dead_one_is_buried_once_the_database_is_back(make_parent: Make) -> None:
    postgres = or_skip(Postgres)
    try:
        postgres.start()
        with postgres.database() as url:
            parent = make_parent(url, "--processes", "2")
            await parent.start()
            await parent.who_answers(2)
            (dead,) = rows(url, "select name from realtime_process where pid=%s", parent.children[0])[0]
            postgres.stop()
            kill(parent.children[0])
            await until(lambda: "is not buried yet" in parent.log, "the database is missed")
            postgres.start()
            await until(lambda: dead not in alive(url), "the dead is buried")
            await parent.who_answers(2)
            parent.send(signal.SIGTERM)
            assert await parent.end() == 0
    finally:
        postgres.remove()


async def test_what_keeps_one_from_serving_is_said_and_ends_it(make_parent: Make, url: str) -> None:
    parent = make_parent(url, "--processes", "2")
    parent._command.remove("--prepare")
    assert (await run(command("migrate"), parent._environment, START_S))[0] == 0
    with psycopg.connect(url) as connection:
        connection.execute("drop table realtime_process")
    parent.begin()
    assert await parent.end() == 1
    assert "did not become ready" in parent.log
    assert 'relation "realtime_process" does not exist' in parent.log
    assert "is ready at" not in parent.log


async def test_a_database_without_tables_is_said_in_a_line(make_parent: Make, url: str) -> None:
    parent = make_parent(url, "--processes", "2")
    parent._command.remove("--prepare")
    parent.begin()
    assert await parent.end() == 1
    assert "expected a database that answers and is up to date (serve --prepare" in parent.log
    assert "Traceback" not in parent.log


async def test_two_parents_share_a_port(make_parent: Make, url: str) -> None:
    one = make_parent(url, "--processes", "1")
    await one.start()
    names = await one.who_answers(1)
    two = Parent(one._log.parent / "two", ["--processes", "1"], **_settings(one))
    two._log.parent.mkdir()
    two._command[two._command.index("--port") + 1] = str(one.port)
    try:
        await two.start()
        assert two.port == one.port
        assert names < await one.who_answers(2)
        for parent in (one, two):
            parent.send(signal.SIGTERM)
            assert await parent.end() == 0
    finally:
        two.reap()


def _settings(parent: Parent) -> dict[str, str]:
    return {name: parent._environment[name] for name in ("DATABASE_URL", "REDIS_URL")}


async def test_several_need_a_cluster(tmp_path: Path) -> None:
    code, printed = await run(command("serve", "--processes", "2"), environment(tmp_path), START_S)
    assert code != 0
    assert "--processes 2: expected DATABASE_URL (PostgreSQL) and REDIS_URL to be set" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("count", ["0", "257"])
async def test_a_wrong_number_is_refused(tmp_path: Path, count: str) -> None:
    code, printed = await run(command("serve", "--processes", count), environment(tmp_path), START_S)
    assert code != 0
    assert f"--processes: expected 1 to 256, came {count}" in printed


async def test_one_process_needs_no_cluster(tmp_path: Path) -> None:
    """`make run` says so always."""
    parent = Parent(tmp_path, ["--processes", "1"])
    try:
        await parent.start()
        assert parent.children == []
        parent.send(signal.SIGTERM)
        assert await parent.end() == 0
    finally:
        parent.reap()
