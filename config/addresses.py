"""``DATABASE_URL`` and ``REDIS_URL``: where the database and the nerves of a cluster are, over a network or in a unix
socket.
"""

from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

POSTGRESQL = "django.db.backends.postgresql"
OURS = "realtime.postgresql"  # hands out no connection that died with a restart of PostgreSQL
SQLITE = "django.db.backends.sqlite3"

LEAST = 12  # the threads of realtime.database keep 8; pages need some too
AWAY_S = 3  # so long a thread waits for a connection while PostgreSQL is away, then it says so, and is asked again
SILENT_MS = 10_000  # a machine that does not acknowledge for so long is given up

DATABASES_MEANT = (
    "postgres://user:password@host:5432/name, postgres://user@/name?host=/run/postgresql, "
    "postgres://user@%2Frun%2Fpostgresql/name or sqlite:////path/to/file"
)
REDIS_MEANT = "redis://host:6379/0, rediss://host:6379/0 or unix:///run/redis/redis.sock?db=0"
UNIX = ("unix", "redis+unix", "redis+socket", "unix+redis")


def database(url: str, connections: int) -> dict[str, Any]:
    """Django's DATABASES entry for ``url``; of a PostgreSQL at most so many connections are held by a process.

    Raises ImproperlyConfigured, which never says the password.
    """
    parts = urlsplit(url)
    try:
        found: dict[str, Any] = Env.db_url_config(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: expected {DATABASES_MEANT}; {error}") from None
    if found.get("ENGINE") == SQLITE:
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return found
    if found.get("ENGINE") != POSTGRESQL:
        raise ImproperlyConfigured(f"DATABASE_URL: expected {DATABASES_MEANT}; came the scheme {parts.scheme!r}")
    if not found["NAME"]:
        raise ImproperlyConfigured(f"DATABASE_URL: expected the name of a database, as in {DATABASES_MEANT}; came none")
    if missing := [name for name in ("psycopg", "psycopg_pool") if find_spec(name) is None]:
        raise ImproperlyConfigured(
            f"DATABASE_URL is PostgreSQL: expected psycopg with its pool, as requirements/cluster.txt has it; "
            f"there is no {' and no '.join(missing)}"
        )
    if connections < LEAST:
        raise ImproperlyConfigured(f"DATABASE_CONNECTIONS: expected {LEAST} or more, came {connections}")
    host = parts.netloc.rpartition("@")[2].partition(":")[0]
    if "%2f" in host.lower():  # a directory; django-environ leaves it encoded, and in lower case
        found["HOST"] = unquote(host)
    options = found.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", AWAY_S)
    options.setdefault("tcp_user_timeout", SILENT_MS)
    # psycopg's pool doubles its pause between two tries: given up early, it begins anew with whoever asks next.
    options["pool"] = {
        "min_size": 4,
        "max_size": connections,
        "timeout": AWAY_S,
        "reconnect_timeout": AWAY_S,
    }
    # The pool keeps connections, so Django must not.
    return {**found, "ENGINE": OURS, "CONN_MAX_AGE": 0}


def is_postgresql(found: dict[str, Any]) -> bool:
    return bool(found["ENGINE"] == OURS)


def redis(url: str) -> str:
    """``url`` as redis-py wants it."""
    scheme, _, rest = url.partition("://")
    if scheme in UNIX and rest:
        return f"unix://{rest}"
    if scheme in ("redis", "rediss") and rest:
        return url
    raise ImproperlyConfigured(f"REDIS_URL: expected {REDIS_MEANT}; came the scheme {scheme!r}")
