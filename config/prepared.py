"""Bringing database and static files up to date, on one machine or on all of a cluster at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from config import collected

LOCK = 0x52414C4C59  # "RALLY"; any number that is ours


def prepare() -> None:
    """Migrate, and collect what has changed."""
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)
    collected.collect()


@contextmanager
def _alone() -> Iterator[None]:
    """Of all machines on one PostgreSQL, one migrates; the others wait, and find it done."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
