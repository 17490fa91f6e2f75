"""``manage.py serve --processes N`` as an operator runs it, on a real PostgreSQL and a real Redis."""

import asyncio
import contextlib
import fcntl
import http.client
import json
import os
import re
import signal
import subprocess
import termios
from collections import Counter
from pathlib import Path

from tests.processes.server import ROOT, command, environment, until

READY_S = 90
STOP_S = 25
ALL_S = 60


class Parent:
    """The parent, its log, and what its children answer."""

    def __init__(self, directory: Path, options: list[str], **settings: str) -> None:
        self._log = directory / "parent.log"
        self._command = command("serve", "--prepare", "--port", "0", *options)
        self._environment = environment(directory / "data", **settings)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def log(self) -> str:
        return self._log.read_text()

    def begin(self, terminal: int | None = None) -> None:
        """Start it, in a session of its own with that terminal if one is given."""

        def take_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL if terminal is None else terminal,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=terminal is not None,
                preexec_fn=None if terminal is None else take_terminal,
            )

    async def ready(self) -> None:
        """Wait until it says that all are."""
        process = self._process
        assert process is not None

        def said() -> re.Match[str] | None:
            assert process.poll() is None, f"it ended with {process.returncode}:\n{self.log}"
            return re.search(r"is ready at http://127\.0\.0\.1:(\d+)/", self.log)

        self.port = int((await until(said, "all are ready", READY_S))[1])

    async def start(self) -> None:
        self.begin()
        await self.ready()

    @property
    def children(self) -> list[int]:
        """The numbers of its processes, oldest first."""
        assert self._process is not None
        pid = self._process.pid
        return sorted(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def end(self) -> int:
        """Wait for its end; gives the exit code."""
        process = self._process
        assert process is not None
        await until(lambda: process.poll() is not None, "the parent ends", STOP_S)
        return process.returncode

    def ask(self) -> str:
        """Ask for a page, over a connection of its own; gives the name of the process that answers."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            asked.request("GET", "/healthz")
            return str(json.loads(asked.getresponse().read())["process"])
        finally:
            asked.close()

    async def who_answers(self, wanted: int) -> set[str]:
        """Ask until so many different ones have answered; gives their names."""
        seen: Counter[str] = Counter()
        async with asyncio.timeout(ALL_S):
            while len(seen) < wanted:
                try:
                    seen[await asyncio.to_thread(self.ask)] += 1
                except OSError:  # it was with one that has just been killed
                    continue
        return set(seen)

    def reap(self) -> None:
        """Nothing is left of it: its children end with it, and here they are not waited for."""
        if self._process is None or self._process.poll() is not None:
            return
        children = self.children
        self._process.kill()
        self._process.wait()
        for pid in children:
            kill(pid)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def lives(pid: int) -> bool:
    """Whether it runs: who has ended, and waits only to be counted by init, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
