"""The servers that are measured, each a process of its own, pinned to one core."""

import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
READY_S = 60
HZ = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server, and the sockets to be opened: (path, token) for each of the two sides of each match.

    It may be several processes: ``others`` are the pids and ports of the rest, ``place`` says which of them, by its
    index, a side of a match is opened at.
    """

    name: str
    pid: int
    port: int
    seats: list[list[tuple[str, str]]]
    others: tuple[tuple[int, int], ...] = ()
    place: Callable[[int, int], int] = lambda match, side: 0

    def cpu_s(self) -> float:
        """Processor time so far, user and system, of all its threads, in all its processes."""
        return sum(cpu_s(pid) for pid in (self.pid, *(pid for pid, _ in self.others)))

    def port_of(self, match: int, side: int) -> int:
        return (self.port, *(port for _, port in self.others))[self.place(match, side)]


def cpu_s(pid: int) -> float:
    """To the nanosecond, not to the clock tick of /proc: by the kernel's clock of another process (clock_getcpuclockid
    makes its number in this way).
    """
    return time.clock_gettime((~pid << 3) | 2)


def busy_s() -> float:
    """Processor time that this machine has used so far, on all its cores."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]
    user, nice, system, _idle, _wait, *interrupts = map(int, fields)
    return (user + nice + system + sum(interrupts)) / HZ


def cores() -> tuple[int, int]:
    """One core for the server, another for the load (the same one if there is no other)."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]


def pin_load() -> int:
    """Keep this process, which is the load, off the server's core; allow it enough sockets."""
    server_core, load_core = cores()
    os.sched_setaffinity(0, {load_core})
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return server_core


@contextlib.contextmanager
def naive(core: int, matches: int) -> Iterator[Server]:
    seats = [[(f"/match/{number}/", "")] * 2 for number in range(matches)]
    with tempfile.TemporaryDirectory(prefix="rallypoint-bench-") as directory:
        yield from _daphne("naive", "benchmarks.naive:application", core, seats, Path(directory))


@contextlib.contextmanager
def bare(core: int, matches: int) -> Iterator[Server]:
    seats = [[(f"/{number}/", "")] * 2 for number in range(matches)]
    with tempfile.TemporaryDirectory(prefix="rallypoint-bench-") as directory:
        yield from _daphne("bare", "benchmarks.bare:application", core, seats, Path(directory))


@contextlib.contextmanager
def ours(core: int, matches: int) -> Iterator[Server]:
    """The platform itself on an empty database with ``matches`` called: real consumers, referees and commits."""
    with tempfile.TemporaryDirectory(prefix="rallypoint-bench-") as directory:
        settings = environment(Path(directory))
        seats = _prepare(matches, settings)
        command = _profiled("manage.py", "serve", "--host", "127.0.0.1", "--port", "0")
        yield from run("ours", command, settings, core, seats, READY)


READY = re.compile(r"ready at http://127\.0\.0\.1:(\d+)/")


def _prepare(matches: int, settings: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Call so many matches in an empty database; gives the seats."""
    command = [sys.executable, "-m", "benchmarks.prepare", str(matches)]
    made = subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)
    called: list[tuple[int, str, str]] = msgspec.json.decode(made.stdout)
    return [[(f"/ws/game/{match}/", token) for token in tokens] for match, *tokens in called]


@contextlib.contextmanager
def naive_on_redis(core: int, matches: int, redis_url: str) -> Iterator[Server]:
    """The naive game over the core Redis layer: what most projects of its kind grow into."""
    seats = [[(f"/match/{number}/", "")] * 2 for number in range(matches)]
    with tempfile.TemporaryDirectory(prefix="rallypoint-bench-") as directory:
        settings = environment(Path(directory), NAIVE_REDIS_URL=redis_url)
        yield from _daphne("naive", "benchmarks.naive:application", core, seats, Path(directory), settings)


@contextlib.contextmanager
def cluster(
    core: int, matches: int, processes: int, database_url: str, redis_url: str, place: Callable[[int, int], int]
) -> Iterator[Server]:
    """The platform as ``processes`` processes, on one core: what they cost together."""
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="rallypoint-bench-"))
        shared = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": "of a benchmark" * 4}
        environments = []
        for number in range(processes):
            data = Path(directory, str(number))
            data.mkdir()
            environments.append(environment(data, **shared))
        seats = _prepare(matches, environments[0])
        command = ["manage.py", "serve", "--host", "127.0.0.1", "--port", "0"]
        servers = [
            stack.enter_context(contextlib.contextmanager(run)("ours", command, settings, core, seats, READY))
            for settings in environments
        ]
        others = tuple((server.pid, server.port) for server in servers[1:])
        yield replace(servers[0], others=others, place=place)


def _daphne(
    name: str,
    application: str,
    core: int,
    seats: list[list[tuple[str, str]]],
    directory: Path,
    settings: dict[str, str] | None = None,
) -> Iterator[Server]:
    command = ["-m", "daphne", "-e", "tcp:0:interface=127.0.0.1", "--access-log", os.devnull, application]
    listening = re.compile(r"Listening on TCP address 127\.0\.0\.1:(\d+)")
    yield from run(name, command, settings or environment(directory), core, seats, listening)


def environment(directory: Path, **own: str) -> dict[str, str]:
    """Ours, without what would make the server another one (.env, databases, Redis)."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }
    (directory / "env").touch()
    return {
        **kept,
        "DATA_DIR": str(directory),
        "ENV_FILE": str(directory / "env"),
        "LOG_LEVEL": "ERROR",
        "PYTHONUNBUFFERED": "1",
        **own,
    }


def _profiled(*command: str) -> list[str]:
    """``BENCH_PROFILE=file`` has cProfile write what our server's main thread did; the figures are worthless then."""
    profile = os.environ.get("BENCH_PROFILE")
    return ["-m", "cProfile", "-o", profile, *command] if profile else list(command)


def run(
    name: str,
    command: list[str],
    settings: dict[str, str],
    core: int | None,
    seats: list[list[tuple[str, str]]],
    ready: re.Pattern[str],
) -> Iterator[Server]:
    pin = ["taskset", "-c", str(core)] if core is not None and shutil.which("taskset") else []
    log = Path(settings["DATA_DIR"], "log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*pin, sys.executable, *command], cwd=ROOT, env=settings, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield Server(name, process.pid, _port(process, log, ready), seats)
        finally:
            process.send_signal(signal.SIGINT if name != "ours" else signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port(process: subprocess.Popen[bytes], log: Path, ready: re.Pattern[str]) -> int:
    """Wait until the server says where it listens."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until and process.poll() is None:
        if found := ready.search(log.read_text()):
            return int(found[1])
        time.sleep(0.05)
    raise RuntimeError(f"expected a server within {READY_S} s, came:\n{log.read_text()[-2000:]}")
