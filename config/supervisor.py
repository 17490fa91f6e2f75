"""``serve --processes N``: a parent that starts N of them on one address, and another when one dies.

The parent hosts nothing and serves nothing. Between it and each child is a line (a pair of sockets): the child says on
it that it is ready, and ends when it breaks, so that none outlives the parent.

Each place keeps its own listening socket. A successor gets its predecessor's, and so no connection that waits to be
accepted is lost; the socket of a child that died is closed at once, and the kernel gives the others what comes.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path

from config import listening
from realtime import database, hosting
from realtime.process import NAME_FROM

logger = logging.getLogger(__name__)

READY_S = 120  # a successor that is not ready by then is given up, and the old one stays
STOP_S = 20  # a child needs 15
SOUND_S = 30  # who has lived so long is started again at once
PAUSE_S = (0.5, 1, 2, 4, 8)  # before the start of one that died sooner: the first time, the second, ...
BURY_S = 1.0  # between two tries, while the database is away
LAST_BURIAL_S = 2  # at the end nobody waits longer for it: the leases expire by themselves
READY = b"+"


class NotReadyError(Exception):
    """A child ended, or time did, before it was ready."""


class Child:
    """One process that serves."""

    def __init__(self, name: str, process: Process, line: socket.socket) -> None:
        self.name = name
        self.process = process
        self.line = line
        self.since_s = time.monotonic()
        self.ended = asyncio.create_task(process.wait(), name=f"the end of {name}")

    async def ready(self) -> None:
        """Wait until it says that it is. Raises NotReadyError."""
        try:
            said = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.line, 1), READY_S)
        except (TimeoutError, OSError):
            said = b""
        if said != READY:
            raise NotReadyError(f"process {self.name} (pid {self.process.pid}) did not become ready")

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    async def stop(self) -> None:
        """SIGTERM, time to end, SIGKILL."""
        self.signal(signal.SIGTERM)
        done, _ = await asyncio.wait([self.ended], timeout=STOP_S)
        if not done:
            logger.error("process %s did not end within %d s of SIGTERM: killed", self.name, STOP_S)
            self.signal(signal.SIGKILL)
            await self.ended


class Place:
    """One of the N: its listening socket, and the child that is in it now."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.socket: socket.socket | None = None
        self.child: Child | None = None
        self.changing = asyncio.Lock()  # of its child
        self.pauses = 0

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


class Supervisor:
    """Keeps ``count`` children on ``host``.

    Their port is that of ``held``: a socket that never listens, but keeps the port ours while no child has it. With
    ``prepare`` the first of a rolling restart, which may be of a newer version, brings database and static files up to
    date first. ``announce`` is told the port once all serve.
    """

    def __init__(
        self,
        manage: Path,
        host: str,
        held: socket.socket,
        count: int,
        *,
        announce: Callable[[int], None],
        prepare: bool = False,
    ) -> None:
        self._manage = manage
        self._host = host
        self._prepare = prepare
        self._announce = announce
        self._port = listening.port_of(held)
        self._family = secrets.token_hex(4)
        self._starts = 0
        self._places = [Place(number) for number in range(count)]
        self._children: set[Child] = set()  # all that have not ended
        self._burying: set[asyncio.Task[None]] = set()

    async def run(self) -> bool:
        """Serve until told to stop; whether it could be begun at all."""
        loop = asyncio.get_running_loop()
        told = asyncio.Event()  # to stop
        roll = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told, told)
        had_terminal = _has_terminal()
        # The end of its terminal comes as SIGHUP too, and means stop.
        loop.add_signal_handler(
            signal.SIGHUP, lambda: roll.set() if _has_terminal() or not had_terminal else self._told(told)
        )
        stop = asyncio.create_task(told.wait())
        try:
            begun = asyncio.create_task(self._begin())
            await asyncio.wait([stop, begun], return_when=asyncio.FIRST_COMPLETED)
            if not begun.done():
                begun.cancel()
                return True
            if not begun.result():
                return False
            self._announce(self._port)
            work = [asyncio.create_task(self._keep(place)) for place in self._places]
            work.append(asyncio.create_task(self._roll_when(roll)))
            await asyncio.wait([stop, *work], return_when=asyncio.FIRST_COMPLETED)
            for task in work:
                if task.done():  # they are endless: only by an error
                    task.result()
                task.cancel()
            await asyncio.wait(work)
            return True
        finally:
            stop.cancel()
            await asyncio.gather(*(child.stop() for child in self._children))
            if self._burying:
                for late in (await asyncio.wait(self._burying, timeout=LAST_BURIAL_S))[1]:
                    late.cancel()
            for place in self._places:
                place.close()

    def _told(self, told: asyncio.Event) -> None:
        """To stop; told again, the children are, who then stop at once."""
        if told.is_set():
            for child in self._children:
                child.signal(signal.SIGTERM)
        told.set()

    async def _begin(self) -> bool:
        """Start all; give whether all are ready. Whatever keeps one from it keeps all: it is said, not tried again."""
        children = [await self._start(place) for place in self._places]
        failed = [error for error in await asyncio.gather(*map(_until_ready, children)) if error is not None]
        for error in failed:
            logger.critical("cannot serve: %s", error)
        return not failed

    async def _start(self, place: Place) -> Child:
        """Start a child in ``place``."""
        place.child = await self._spawn(place)
        return place.child

    async def _spawn(self, place: Place, *options: str) -> Child:
        """Start a child on the listening socket of ``place``; it is not ready yet."""
        self._starts += 1
        name = f"{self._family}.{place.number}.{self._starts}"
        if place.socket is None:
            place.socket = listening.bind(self._host, self._port)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        descriptors = theirs.fileno(), place.socket.fileno()
        own = ["--line", str(descriptors[0]), "--socket", str(descriptors[1]), *options]
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *[sys.executable, str(self._manage), "serve", "--host", self._host, "--port", str(self._port), *own],
                env={**os.environ, NAME_FROM: name},
                pass_fds=descriptors,
                stdin=asyncio.subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for the parent, which tells them
            )
        child = Child(name, process, ours)
        self._children.add(child)
        child.ended.add_done_callback(lambda _: self._over(child))
        return child

    def _over(self, child: Child) -> None:
        """A child has ended. One that was stopped gently has given up what it hosted; for others we do."""
        child.line.close()
        self._children.discard(child)
        if child.process.returncode:
            burial = asyncio.create_task(_bury(child.name))
            self._burying.add(burial)
            burial.add_done_callback(self._burying.discard)

    async def _keep(self, place: Place) -> None:
        """When the child of ``place`` dies, start another."""
        while True:
            child = place.child
            assert child is not None
            code = await asyncio.shield(child.ended)
            async with place.changing:
                if place.child is not child:
                    continue  # it was stopped, and has a successor
                place.close()
                lived_s = time.monotonic() - child.since_s
                place.pauses = 0 if lived_s >= SOUND_S else place.pauses + 1
                pause_s = PAUSE_S[min(place.pauses, len(PAUSE_S)) - 1] if place.pauses else 0
                logger.error(
                    "process %s (pid %d) ended with %d after %d s: another one starts in %g s",
                    child.name,
                    child.process.pid,
                    code,
                    lived_s,
                    pause_s,
                )
                await asyncio.sleep(pause_s)
                await self._start(place)

    async def _roll_when(self, wanted: asyncio.Event) -> None:
        while True:
            await wanted.wait()
            wanted.clear()
            await self._roll()

    async def _roll(self) -> None:
        """Replace the children, one at a time: the new one serves before the old one is told to stop."""
        prepare = ["--prepare"] if self._prepare else []
        for place in self._places:
            async with place.changing:
                old, new = place.child, await self._spawn(place, *prepare)
                if (error := await _until_ready(new)) is not None:
                    logger.error("%s: the restart goes no further, the others stay", error)
                    await new.stop()
                    return
                place.child = new
            if old is not None:
                await old.stop()
            prepare = []
        logger.warning("all %d processes have been replaced", len(self._places))


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


async def _until_ready(child: Child) -> NotReadyError | None:
    try:
        await child.ready()
    except NotReadyError as error:
        return error
    return None


async def _bury(name: str) -> None:
    """What the dead process hosted is free; while the database is away, this is tried again."""
    while True:
        try:
            await asyncio.to_thread(_bury_now, name)
        except database.AWAY as error:
            logger.warning("process %s is not buried yet: %r", name, error)
            await asyncio.sleep(BURY_S)
        else:
            return


def _bury_now(name: str) -> None:
    try:
        hosting.bury(name)
    finally:
        database.close_here()
