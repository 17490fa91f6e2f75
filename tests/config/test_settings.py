"""What the settings are when nobody has set anything."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processes.server import command, environment, run

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json
from config import settings as s
names = [
    "DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "DATABASES",
    "CHANNEL_LAYERS", "CACHES", "CLUSTER",
    "SECURE_PROXY_SSL_HEADER", "EMAIL_BACKEND", "READY_QUEUE_S", "CSRF_TRUSTED_ORIGINS", "X_FRAME_OPTIONS",
]
print(json.dumps({name: getattr(s, name) for name in names}, default=str))
"""


def settings_of(data: Path, **environment: str) -> dict[str, Any]:
    """The settings of a new process in this environment and no other."""
    clean = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    clean |= {"DATA_DIR": str(data), "ENV_FILE": str(data / "none"), **environment}
    asked = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60, check=True
    )
    found: dict[str, Any] = json.loads(asked.stdout)
    return found


def test_the_defaults_are_safe_and_need_nothing(tmp_path: Path) -> None:
    found = settings_of(tmp_path)
    assert found["DEBUG"] is False
    assert {"localhost", "127.0.0.1"} <= set(found["ALLOWED_HOSTS"])
    assert "*" not in found["ALLOWED_HOSTS"]
    assert found["SECRET_KEY"] == (tmp_path / "secret_key").read_text()
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "rallypoint.sqlite3")
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "InMemory" in found["CHANNEL_LAYERS"]["default"]["BACKEND"]
    assert (found["SESSION_COOKIE_SECURE"], found["SECURE_PROXY_SSL_HEADER"]) == (False, None)
    assert (found["READY_QUEUE_S"], found["CSRF_TRUSTED_ORIGINS"], found["X_FRAME_OPTIONS"]) == (15, [], "DENY")


def test_the_environment_sets_them(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path,
        DEBUG="1",
        HTTPS="1",
        SECRET_KEY="said",
        ALLOWED_HOSTS="pong.example,10.0.0.1",
        READY_QUEUE_S="30",
        EMAIL_URL="smtp://mail.example:25",
    )
    assert (found["DEBUG"], found["SECRET_KEY"], found["READY_QUEUE_S"]) == (True, "said", 30)
    assert found["ALLOWED_HOSTS"] == ["pong.example", "10.0.0.1"]
    assert (found["SESSION_COOKIE_SECURE"], found["CSRF_COOKIE_SECURE"]) == (True, True)
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert not (tmp_path / "secret_key").exists()


def test_two_addresses_make_a_cluster(tmp_path: Path) -> None:
    found = settings_of(tmp_path, DATABASE_URL="postgres://db/name", REDIS_URL="redis+unix:///run/redis.sock")
    assert found["CLUSTER"] is True
    assert found["DATABASES"]["default"]["ENGINE"] == "realtime.postgresql"
    assert found["DATABASES"]["default"]["OPTIONS"]["pool"]["max_size"] == 20
    layer = found["CHANNEL_LAYERS"]["default"]
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["hosts"] == found["CACHES"]["default"]["LOCATION"] == ["unix:///run/redis.sock"]


def test_postgresql_alone_makes_no_cluster(tmp_path: Path) -> None:
    found = settings_of(tmp_path, DATABASE_URL="postgres://db/name")
    assert found["CLUSTER"] is False
    assert "InMemory" in found["CHANNEL_LAYERS"]["default"]["BACKEND"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"REDIS_URL": "redis://cache"}, "expected a DATABASE_URL of PostgreSQL with it, came SQLite"),
        ({"DATABASE_URL": "postgres://db/"}, "DATABASE_URL: expected the name of a database"),
        ({"DATABASE_URL": "mysql://db/name"}, "came the scheme 'mysql'"),
    ],
)
async def test_what_does_not_fit_is_said_in_a_line(tmp_path: Path, said: dict[str, str], answer: str) -> None:
    code, printed = await run(command("serve"), environment(tmp_path, **said), 60)
    assert code == 1
    assert printed.startswith("Rallypoint is not configured: ")
    assert answer in printed
    assert len(printed.splitlines()) == 1


def test_what_the_file_says_is_not_left_to_other_processes(tmp_path: Path) -> None:
    """They read it themselves, and later: after a change of it."""
    (tmp_path / "none").write_text("READY_QUEUE_S=44\nLOG_LEVEL=ERROR\n")
    assert settings_of(tmp_path)["READY_QUEUE_S"] == 44
    asked = subprocess.run(
        [sys.executable, "-c", "import os; from config import settings; print(os.environ.get('READY_QUEUE_S'))"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "ENV_FILE": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout == "None\n"
