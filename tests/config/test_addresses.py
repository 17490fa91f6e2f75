"""Where the database and the nerves of a cluster are."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler, OperationalError

from config import addresses
from tests.services import Given, GivenPostgres, Postgres, Redis, or_skip


@pytest.fixture
def beside(django_db_blocker: Any) -> Iterator[None]:
    """Connections beside those of the tests' own database are allowed."""
    with django_db_blocker.unblock():
        yield


def open_(url: str) -> Any:
    """A connection of Django's to the database of ``url``, beside those of the tests."""
    return ConnectionHandler({"default": addresses.database(url, addresses.LEAST)})["default"]


def ask(connection: Any, query: str = "select current_database()") -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def close(connection: Any) -> None:
    connection.close()
    connection.close_pool()


def socket_of(url: str) -> tuple[str, str]:
    """The directory and the name in it."""
    parts = urlsplit(url)
    return unquote(parts.query.removeprefix("host=")), parts.path.removeprefix("/")


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(
    "form",
    [
        "postgres://rallypoint@/{name}?host={directory}",
        "postgresql:///{name}?host={directory}&user=rallypoint",
        "postgres://rallypoint@{encoded}/{name}",
        "postgres://rallypoint@{encoded}:5432/{name}",
    ],
)
def test_a_unix_socket_is_reached_by_every_form(
    form: str, postgres: Postgres | GivenPostgres, database_url: str
) -> None:
    if isinstance(postgres, GivenPostgres):
        pytest.skip("expected a PostgreSQL of our own, in a unix socket; came TEST_DATABASE_URL")
    directory, name = socket_of(database_url)
    connection = open_(form.format(name=name, directory=directory, encoded=quote(directory, safe="")))
    try:
        assert ask(connection) == name
        assert connection.pool.max_size == addresses.LEAST
    finally:
        close(connection)


def test_a_network_address_is_taken_apart() -> None:
    found = addresses.database("postgres://me:p%40ss%2F@db.example.org:5433/name?sslmode=require", 30)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.org", 5433, "name")
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss/")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 30
    # Django refuses a pool together with connections of its own.
    assert (found["ENGINE"], found["CONN_MAX_AGE"]) == ("realtime.postgresql", 0)


def test_sqlite_writes_one_at_a_time() -> None:
    found = addresses.database("sqlite:////srv/rallypoint.sqlite3", 20)
    assert found["NAME"] == "/srv/rallypoint.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "pool" not in found["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:hidden@db/name", "came the scheme 'mysql'"),
        ("me:hidden@db", "came the scheme"),
        ("postgres://me:hidden@db/", "expected the name of a database"),
        ("postgres://me:hidden@db:port/name", "DATABASE_URL: expected postgres://"),
    ],
)
def test_what_is_no_address_is_said_without_the_password(url: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        addresses.database(url, 20)
    assert "hidden" not in str(refused.value)


def test_too_few_connections_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_CONNECTIONS: expected 12 or more, came 8"):
        addresses.database("postgres://db/name", 8)


def test_a_missing_psycopg_is_said_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "find_spec", lambda name: None if name == "psycopg" else find_spec(name))
    with pytest.raises(ImproperlyConfigured, match=r"requirements/cluster\.txt has it; there is no psycopg$"):
        addresses.database("postgres://db/name", 20)


@pytest.mark.parametrize("scheme", addresses.UNIX)
def test_redis_is_reached_in_a_unix_socket(scheme: str, redis: Redis | Given) -> None:
    if not isinstance(redis, Redis):
        pytest.skip("expected a Redis of our own, in a unix socket; came TEST_REDIS_URL")
    _reach(addresses.redis(f"{scheme}://{redis.socket}"))
    _reach(addresses.redis(f"{scheme}://{redis.socket}?db=1"))


def _reach(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        assert client.ping()


@pytest.mark.parametrize("url", ["redis://:secret@cache:6380/2", "rediss://cache"])
def test_redis_on_a_network_stays_as_it_is(url: str) -> None:
    assert addresses.redis(url) == url


@pytest.mark.parametrize("url", ["http://:hidden@cache", "cache:6379", "redis://"])
def test_what_is_no_redis_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL: expected redis://") as refused:
        addresses.redis(url)
    assert "hidden" not in str(refused.value)


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A PostgreSQL that this test may stop."""
    service = or_skip(Postgres)
    try:
        service.start()
        yield service
    finally:
        service.remove()


@pytest.mark.usefixtures("beside")
def test_a_restart_of_postgresql_hands_out_nothing_dead(own: Postgres) -> None:
    connection = open_(own.url)
    try:
        ask(connection)
        connection.pool.wait(30)  # several of them idle, and all of them die
        connection.close()
        own.restart()
        assert ask(connection) == "postgres"
        connection.close()
        own.stop()
        with pytest.raises(OperationalError):
            ask(connection)
        own.start()
        assert ask(connection) == "postgres"
    finally:
        close(connection)
