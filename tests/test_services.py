"""The servers that tests and benchmarks start."""

from collections.abc import Callable

import psycopg
import pytest
import redis

from tests import services
from tests.services import Given, GivenPostgres, Postgres, Redis


@pytest.fixture(params=["found", "wheel"])
def find(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on this machine, and as on one that has only the wheels."""
    if request.param == "wheel":
        monkeypatch.setattr(services.shutil, "which", lambda _name: None)
        monkeypatch.setattr(services, "INSTALLED", services.Path("/nowhere"))


@pytest.mark.usefixtures("find")
def test_postgresql_keeps_its_data_and_address_over_a_restart() -> None:
    postgres = services.or_skip(Postgres)
    try:
        postgres.start()
        with postgres.database() as url:
            with psycopg.connect(url) as connection:
                connection.execute("create table kept (a int)")
            postgres.restart()
            with psycopg.connect(url) as connection:
                assert connection.execute("select count(*) from kept").fetchone() == (0,)
        with pytest.raises(psycopg.OperationalError), psycopg.connect(url):
            pass
    finally:
        postgres.remove()
    assert not postgres.directory.exists()


@pytest.mark.usefixtures("find")
def test_redis_keeps_its_address_and_forgets_the_rest() -> None:
    server = services.or_skip(Redis)
    try:
        server.start()
        with redis.Redis.from_url(server.url) as client:
            client.set("a", "1")
            server.restart()
            assert client.get("a") is None
    finally:
        server.remove()
    assert not server.directory.exists()


def test_what_the_environment_names_is_used(monkeypatch: pytest.MonkeyPatch, postgres: Postgres) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", postgres.url)
    monkeypatch.setenv("TEST_REDIS_URL", "redis://cache")
    given = services.any_postgres()
    assert isinstance(given, GivenPostgres)
    with given.database() as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    found = services.any_redis()
    assert (type(found), found.url) == (Given, "redis://cache")


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)], ids=["alone", "CI"]
)
@pytest.mark.parametrize("make", [Postgres, Redis])
def test_without_one_a_test_is_skipped_and_fails_in_ci(
    make: Callable[[], object], ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.shutil, "which", lambda _name: None)
    monkeypatch.setattr(services, "INSTALLED", services.Path("/nowhere"))
    monkeypatch.setattr(services, "_wheel", lambda _package: None)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"expected .* wheel"):
        services.or_skip(make)
