"""What all tests share: a real server in a thread of this process, and a cast of characters (Alice, Bob; Charlie
outside).
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections

from accounts.models import Token, User
from realtime.models import Lease
from tests.services import Given, GivenPostgres, Postgres, Redis, any_postgres, any_redis, or_skip

# How long an example takes is no test's business: a busy machine is not a failure.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")


@dataclass(frozen=True)
class LiveServer:
    """The platform, serving on a free port of this machine."""

    host: str
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def ws(self) -> str:
        return f"ws://{self.host}"

    def call(self, work: Any) -> Any:
        """Run a coroutine in the server's loop and give its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The test database is a file: a live server's threads cannot share one in memory."""


@pytest.fixture(scope="session")
def _server(django_db_setup: None, django_db_blocker: Any) -> Iterator[LiveServer]:
    """One server for the session, in a daemon thread, on the test database."""
    call_command("collectstatic", verbosity=0, interactive=False)
    ready = threading.Event()
    found: list[Any] = []

    def serve() -> None:
        # In this thread: importing Daphne's server installs Twisted's reactor, which belongs to it.
        from config import boot
        from config.asgi import application
        from realtime.server import Server

        def announce(_host: str, port: int) -> None:
            found.append((port, asyncio.get_running_loop()))
            ready.set()

        server = Server(
            application, ["tcp:0:interface=127.0.0.1"], begin=boot.adopt, drain=boot.let_go, announce=announce
        )
        found.append(server)
        server.run()
        ready.set()

    with django_db_blocker.unblock():
        thread = threading.Thread(target=serve, daemon=True, name="server")
        thread.start()
        assert ready.wait(30), "the server did not become ready"
        server, (port, loop) = found
        Lease.objects.all().delete()  # those of the queues, adopted at boot: each test begins on an empty database
        yield LiveServer(f"127.0.0.1:{port}", loop)
        loop.call_soon_threadsafe(server.stop_gently)
        thread.join(20)
        from realtime import database

        database.close_all()
        connections.close_all()


async def _reset() -> None:
    """Nobody hosts, waits or listens: as after a boot on an empty database."""
    from config import boot
    from realtime import process, rooms

    await boot.let_go(0)
    for _ in range(5):  # what was under way may have called a match, and that one a referee
        if process.tasks():
            await process.settle(5)
    await boot.let_go(0)
    for name in list(rooms._rooms):
        rooms.discard(name)


@pytest.fixture
def server(
    _server: LiveServer, transactional_db: None, settings: Any, request: pytest.FixtureRequest
) -> Iterator[LiveServer]:
    """The live server, on an empty database. Setting a setting in the test sets it for the server."""
    from config import audit
    from game import referees
    from matchmaking import matchmaker
    from tournaments import director, log, scores

    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
    log._states.clear()
    scores._pairing_of.cache_clear()
    cache.clear()
    _server.call(matchmaker.adopt_all())
    assert not len(referees.hosted)
    assert not len(director.hosted)
    yield _server
    _server.call(_reset())
    if request.node.get_closest_marker("painted") is None:
        assert not audit.run(repair=False, all=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres | GivenPostgres]:
    """A real PostgreSQL, running. Nobody stops it: who wants to makes one of their own."""
    service = or_skip(any_postgres)
    try:
        service.start()
        yield service
    finally:
        service.remove()


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis | Given]:
    """A real Redis, running. Nobody stops it: who wants to makes one of their own."""
    service = or_skip(any_redis)
    try:
        service.start()
        yield service
    finally:
        service.remove()


@pytest.fixture(scope="module")
def database_url(postgres: Postgres | GivenPostgres) -> Iterator[str]:
    """The module's own database, empty at first."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("Alice", password="alice's secret")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("Bob", password="bob's secret")


@pytest.fixture
def charlie(db: None) -> User:
    return User.objects.create_user("Charlie", password="charlie's secret")


class Client:
    """One socket of a test: real frames to the real server."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.seen: list[Any] = []

    async def send(self, message: Any) -> None:
        import msgspec

        text = message if isinstance(message, str | bytes) else msgspec.json.encode(message).decode()
        await self._connection.send(text)

    async def receive(self, timeout_s: float = 10) -> Any:
        import msgspec

        message = msgspec.json.decode(await asyncio.wait_for(self._connection.recv(), timeout_s))
        self.seen.append(message)
        return message

    async def until(self, wanted: Any, timeout_s: float = 10) -> Any:
        """Receive until a message fits: ``wanted`` is a kind (a type's name, or an array's first element) or a
        predicate.
        """

        def fits(message: Any) -> bool:
            if callable(wanted):
                return bool(wanted(message))
            kind = message["type"] if isinstance(message, dict) else message[0]
            return bool(kind == wanted)

        async with asyncio.timeout(timeout_s):
            while not fits(message := await self.receive(timeout_s)):
                pass
        return message

    async def closed(self, timeout_s: float = 10) -> int:
        """Wait until the server closes the socket; give the code."""
        async with asyncio.timeout(timeout_s):
            await self._connection.wait_closed()
        return int(self._connection.close_code or 0)

    async def close(self) -> None:
        await self._connection.close()


class Sockets:
    """Opens sockets as somebody, and closes them all at the end of the test."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self._open: list[Client] = []

    async def open(self, path: str, user: User | None = None, **options: Any) -> Client:
        import websockets

        headers = dict(options.pop("headers", {}))
        if user is not None:
            token = await asyncio.to_thread(_token, user)
            headers["Authorization"] = f"Bearer {token}"
        connection = await websockets.connect(
            self.server.ws + path, additional_headers=headers, compression=None, max_size=2**22, proxy=None, **options
        )
        client = Client(connection)
        self._open.append(client)
        return client

    async def close(self) -> None:
        await asyncio.gather(*(client.close() for client in self._open))


def _token(user: User) -> str:
    try:
        return Token.issue(user)
    finally:
        connections.close_all()


@pytest.fixture
async def sockets(server: LiveServer) -> AsyncIterator[Sockets]:
    opened = Sockets(server)
    yield opened
    await opened.close()
