"""``manage.py serve``: the platform, on one address."""

import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config import boot, collected, network

EVERYWHERE = ("0.0.0.0", "::")


class Command(BaseCommand):
    help = "Serve Rallypoint: pages and sockets, in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (0.0.0.0: every network)")
        parser.add_argument("--port", type=int, default=8000, help="0: any that is free")
        parser.add_argument("--prepare", action="store_true", help="bring database and static files up to date first")

    def handle(self, *, host: str, port: int, prepare: bool, **_: Any) -> None:
        if not 0 <= port <= 65535:
            raise CommandError(f"--port: expected 0 to 65535, came {port}")
        lock = boot.lock(settings.DATA_DIR)
        if lock is None:
            raise CommandError(
                f"Another Rallypoint runs on {settings.DATA_DIR}: stop it, or give this one another DATA_DIR."
            )
        if prepare:
            call_command("migrate", verbosity=0, interactive=False)
            collected.collect()
        addresses = network.addresses() if host in EVERYWHERE else []
        settings.SHARE_ADDRESS = addresses[0] if addresses else ""
        has_admin = get_user_model().objects.filter(is_superuser=True).exists()
        connection.close()
        # Imported here: importing Daphne's server installs Twisted's reactor.
        from config.asgi import application
        from realtime import database
        from realtime.server import Server

        server = Server(
            application,
            [f"tcp:{port}:interface={host.replace(':', chr(92) + ':')}"],
            begin=boot.adopt,
            drain=boot.let_go,
            announce=lambda at, on: self._announce(host, on, has_admin),
        )
        server.run()
        database.close_all()
        lock.close()
        if server.failed:
            sys.exit(1)
        self.stdout.write("Rallypoint has stopped.")

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
