"""``manage.py serve``: the platform, on one address, in one process or in many."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.utils import OperationalError, ProgrammingError

from config import boot, listening, network, prepared
from config.supervisor import READY, Supervisor
from realtime import database

EVERYWHERE = ("0.0.0.0", "::")
MOST = 256  # processes on one machine


class Command(BaseCommand):
    help = "Serve Rallypoint: pages and sockets."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (0.0.0.0: every network)")
        parser.add_argument("--port", type=int, default=8000, help="0: any that is free")
        parser.add_argument("--prepare", action="store_true", help="bring database and static files up to date first")
        parser.add_argument(
            "--processes",
            type=int,
            help="so many processes, kept alive by this one, which SIGHUP makes replace them one at a time; more than "
            "1 needs PostgreSQL and Redis (DATABASE_URL, REDIS_URL)",
        )
        # Of such a process: descriptors of the line to its parent, and of its bound socket.
        parser.add_argument("--line", type=int, help=argparse.SUPPRESS)
        parser.add_argument("--socket", type=int, dest="bound", help=argparse.SUPPRESS)

    def handle(
        self,
        *,
        host: str,
        port: int,
        prepare: bool,
        processes: int | None,
        line: int | None,
        bound: int | None,
        **_: Any,
    ) -> None:
        if not 0 <= port <= 65535:
            raise CommandError(f"--port: expected 0 to 65535, came {port}")
        if processes is not None and not 1 <= processes <= MOST:
            raise CommandError(f"--processes: expected 1 to {MOST}, came {processes}")
        if processes is not None and processes > 1 and not settings.CLUSTER:
            raise CommandError(
                f"--processes {processes}: expected DATABASE_URL (PostgreSQL) and REDIS_URL to be set, since only over "
                "them can processes share matches; came no REDIS_URL"
            )
        # Without a cluster's leases two servers on one data directory would both be host of everything.
        lock = nullcontext() if settings.CLUSTER else boot.lock(settings.DATA_DIR)
        if lock is None:
            raise CommandError(
                f"Another Rallypoint runs on {settings.DATA_DIR}: stop it, or give this one another DATA_DIR."
            )
        with lock:
            if prepare:
                with _database_answers():
                    prepared.prepare()
            addresses = network.addresses() if host in EVERYWHERE else []
            settings.SHARE_ADDRESS = addresses[0] if addresses else ""
            if line is not None and bound is not None:
                self._serve_as_child(line, bound)
            elif processes is not None and settings.CLUSTER:
                self._supervise(host, port, processes, prepare)
            else:
                self._serve(host, port)

    def _serve(self, host: str, port: int) -> None:
        """Serve in this process."""
        has_admin = self._has_admin()
        endpoint: str | socket.socket = f"tcp:{port}:interface={host.replace(':', chr(92) + ':')}"
        if settings.CLUSTER:
            endpoint = _bind(host, port)  # further ones on this machine may share it
        server = _server(endpoint, announce=lambda _at, on: self._announce(host, on, has_admin))
        server.run()
        database.close_all()
        if server.failed:
            sys.exit(1)
        self.stdout.write("Rallypoint has stopped.")

    def _serve_as_child(self, line: int, bound: int) -> None:
        """Serve on the parent's socket, as long as the parent lives; it speaks to people, we only to it."""
        with socket.socket(fileno=line) as parent:

            async def begin() -> None:
                loop = asyncio.get_running_loop()

                def on_line() -> None:  # the parent says nothing on it: it is gone
                    loop.remove_reader(parent)
                    server.stop_gently()

                loop.add_reader(parent, on_line)
                await boot.adopt()

            server = _server(socket.socket(fileno=bound), begin=begin, announce=lambda _at, _on: parent.sendall(READY))
            server.run()
        database.close_all()
        if server.failed:
            sys.exit(1)

    def _supervise(self, host: str, port: int, processes: int, prepare: bool) -> None:
        """Keep processes that serve."""
        announce = partial(self._announce, host, has_admin=self._has_admin())
        manage = settings.BASE_DIR / "manage.py"
        with _bind(host, port) as held:
            supervisor = Supervisor(manage, host, held, processes, announce=announce, prepare=prepare)
            if not asyncio.run(supervisor.run()):
                sys.exit(1)
        self.stdout.write("Rallypoint has stopped.")

    def _has_admin(self) -> bool:
        with _database_answers():
            return get_user_model().objects.filter(is_superuser=True).exists()

    def _announce(self, host: str, port: int, has_admin: bool) -> None:
        """One line when it is ready; then how others come in, and how the first admin is made."""
        at = "localhost" if host in EVERYWHERE else host
        self.stdout.write(self.style.SUCCESS(f"Rallypoint is ready at http://{at}:{port}/ (Ctrl-C stops it)"))
        if settings.SHARE_ADDRESS:
            self._invite(f"http://{settings.SHARE_ADDRESS}:{port}/")
        if not has_admin:
            self.stdout.write("There is no admin yet: make one with  .venv/bin/python manage.py createsuperuser")
        self.stdout.flush()

    def _invite(self, url: str) -> None:
        """The address on the local network, and its QR code for phones if a person is looking."""
        self.stdout.write(f"On this network, people join at {url}")
        if sys.stdout.isatty():
            import qrcode

            code = qrcode.QRCode(border=1)
            code.add_data(url)
            code.print_ascii(out=sys.stdout, invert=True)


@contextmanager
def _database_answers() -> Iterator[None]:
    """Say in a line if it does not; afterwards this thread holds nothing of it."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        said = str(error).strip().partition("\n")[0]
        raise CommandError(
            f"expected a database that answers and is up to date (serve --prepare, manage.py migrate); it says: {said}"
        ) from None
    finally:
        database.close_here()


def _bind(host: str, port: int) -> socket.socket:
    try:
        return listening.bind(host, port)
    except OSError as error:
        raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}") from None


def _server(endpoint: str | socket.socket, *, begin: Any = boot.adopt, announce: Any) -> Any:
    # Imported here: importing Daphne's server installs Twisted's reactor.
    from config.asgi import application
    from realtime.server import Server

    return Server(application, [endpoint], begin=begin, drain=boot.let_go, announce=announce)
