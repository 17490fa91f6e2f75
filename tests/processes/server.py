"""A server as an operator runs it: a process on a data directory of its own, to be stopped in every way."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_S = 60
STOP_S = 10


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The environment of a server on ``data``: the real settings, and nothing of this machine's or of pytest's."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "LOG_LEVEL")}
    own = {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings", "ENV_FILE": os.devnull}
    return {**kept, **own, "PYTHONUNBUFFERED": "1", **settings}


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


async def until(true: Callable[[], Any], what: str, timeout_s: float = 30) -> Any:
    """Wait until ``true()`` is, and give it."""
    end = time.monotonic() + timeout_s
    while not (found := true()):
        assert time.monotonic() < end, f"{what}: not within {timeout_s} s"
        await asyncio.sleep(0.02)
    return found


class Server:
    """``manage.py serve`` on ``data``: the first start chooses a port, every other one takes the same."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port = 0
        self._environment = environment(data, **settings)
        self._log = data.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def log(self) -> str:
        """All that it has printed, over all its starts."""
        return self._log.read_text() if self._log.exists() else ""

    async def start(self) -> None:
        """Start, and wait until it says that it is ready."""
        before = len(self.log)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - it only forks
                command("serve", "--prepare", "--port", str(self.port)),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
            )
        process = self._process

        def said() -> re.Match[str] | None:
            assert process.poll() is None, f"the server ended with {process.returncode}:\n{self.log[before:]}"
            return re.search(r"is ready at http://127\.0\.0\.1:(\d+)/", self.log[before:])

        ready = await until(said, "the server is ready", START_S)
        self.port = int(ready[1])

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; gives the exit code (negative: killed by that signal)."""
        assert self._process is not None
        process, self._process = self._process, None
        try:
            process.send_signal(number)
            await until(lambda: process.poll() is not None, f"the server ends after {number.name}", STOP_S)
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

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        """What stands in the database, read beside the server: JSON comes decoded."""
        with closing(sqlite3.connect(f"file:{self.data / 'rallypoint.sqlite3'}?mode=ro", uri=True)) as database:
            return [tuple(map(_decoded, row)) for row in database.execute(query, parameters)]


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def run(arguments: list[str], env: dict[str, str], timeout_s: float) -> tuple[int, str]:
    """Run a command to its end; gives exit code and all that it printed."""
    process = await asyncio.to_thread(
        subprocess.run, arguments, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s
    )
    return process.returncode, (process.stdout + process.stderr).decode()
