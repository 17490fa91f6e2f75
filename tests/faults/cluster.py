"""Several processes of the platform on one PostgreSQL and one Redis, to be killed and stopped in every way."""

import re
import secrets
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from realtime.process import NAME_FROM
from tests.faults.balancer import Balancer
from tests.processes.server import ROOT, command, environment, until

START_S = 60
STOP_S = 20  # a deploy has 15


class Node:
    """One process, over all its starts; each start has a name of its own."""

    def __init__(self, directory: Path, name: str, settings: dict[str, str]) -> None:
        self.name = name
        self.port = 0
        self._settings = settings
        self._data = directory
        self._log = directory.with_name(f"{name}.log")
        self._starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_name(self) -> str:
        return f"{self.name}.{self._starts}"

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    async def start(self) -> None:
        """Start, and wait until it says that it is ready."""
        assert self._process is None
        before = len(self.log)
        self._starts += 1
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: ASYNC220 - it only forks
                command("serve", "--port", str(self.port)),
                env=environment(self._data, **self._settings, **{NAME_FROM: self.process_name}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
        self._process = process

        def said() -> re.Match[str] | None:
            assert process.poll() is None, f"{self.name} ended with {process.returncode}:\n{self.log[before:]}"
            return re.search(r"is ready at http://127\.0\.0\.1:(\d+)/", self.log[before:])

        self.port = int((await until(said, f"{self.name} is ready", START_S))[1])

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; gives the exit code (negative: killed by that signal)."""
        process, self._process = self._process, None
        assert process is not None
        try:
            process.send_signal(number)
            await until(lambda: process.poll() is not None, f"{self.name} ends after {number.name}", STOP_S)
        finally:
            process.kill()
            process.wait()
        return process.returncode

    async def kill(self) -> None:
        """As a power cut does it."""
        assert await self.stop(signal.SIGKILL) == -signal.SIGKILL

    def reap(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Cluster:
    """``count`` nodes behind one address."""

    def __init__(self, directory: Path, database_url: str, redis_url: str, count: int, **settings: Any) -> None:
        shared = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": secrets.token_hex(32),
            **{key: str(value) for key, value in settings.items()},
        }
        self._shared = shared
        self._directory = directory
        self.nodes = [Node(directory / f"node{number}", f"node{number}", shared) for number in range(count)]
        self.balancer = Balancer(lambda: [node.port for node in self.nodes if node.running and node.port])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.balancer.port}"

    async def start(self) -> None:
        """Make the tables, then start every node."""
        env = environment(self._directory / "prepare", **self._shared)
        subprocess.run(command("migrate", "--verbosity", "0"), env=env, check=True, cwd=ROOT)  # noqa: ASYNC221
        await self.balancer.start()
        for node in self.nodes:
            await node.start()

    async def stop(self) -> None:
        await self.balancer.stop()
        for node in self.nodes:
            node.reap()

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        """What stands in the database, read beside the platform."""
        from environ import Env

        found = Env.db_url_config(self._shared["DATABASE_URL"])
        options = {"host": found["HOST"], "port": found["PORT"], "user": found["USER"], "password": found["PASSWORD"]}
        given = {key: value for key, value in {**options, **found.get("OPTIONS", {})}.items() if value}
        with psycopg.connect(make_conninfo(dbname=found["NAME"], **given)) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def audit(self) -> str:
        """What ``manage.py audit`` finds wrong."""
        env = environment(self._directory / "prepare", **self._shared)
        done = subprocess.run(command("audit", "--ratings"), env=env, capture_output=True, cwd=ROOT)
        return (done.stdout + done.stderr).decode() if done.returncode else ""

    def errors(self, expected: re.Pattern[str]) -> list[str]:
        """What the nodes have logged as errors, or with a traceback, and nobody expected."""
        records = [(node.name, record) for node in self.nodes for record in RECORD.split(node.log)]
        return [
            f"{name}: {record}"
            for name, record in records
            if WRONG.search(record) and not expected.search(record.partition("\n")[0])
        ]


RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d )", re.MULTILINE)  # a line of the log, and what belongs to it
WRONG = re.compile(r"^\S+ \S+ (ERROR|CRITICAL) |^Traceback", re.MULTILINE)
NOTHING = re.compile(r"(?!)")


def host_of(cluster: Cluster, room: str) -> Node | None:
    """The node that holds the lease of ``room``."""
    hosts = [host for (host,) in cluster.rows("select host from realtime_lease where room = %s", room)]
    return next((node for node in cluster.nodes if [node.process_name] == hosts), None)
