"""Django's PostgreSQL backend, with a pool that is sound again at once after a restart of PostgreSQL.

The pool's own check (CONN_HEALTH_CHECKS) pauses 1, then 2, then 4 s between two dead connections, and gives up while
the server has long been back. Where one connection is dead, all that were idle with it are.
"""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Hands out connections that answer."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One from the pool. If it is dead, all idle ones are made anew first. Raises OperationalError if none can be
        made.
        """
        connection = super().get_new_connection(conn_params)
        if self.pool and not _answers(connection):
            self.pool.putconn(connection)
            self.pool.drain()
            connection = super().get_new_connection(conn_params)
        return connection


def _answers(connection: Any) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return False
    return True
