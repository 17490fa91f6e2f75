"""The example files in deploy/: what they say is what the platform understands."""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from config.management.commands.serve import Command

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KNOWN = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "config" / "settings.py").read_text()))


def options(command: list[str]) -> dict[str, object]:
    """What ``serve`` makes of a command, which must be one of it."""
    python, manage, serve, *rest = command
    assert (Path(python).name, manage, serve) == ("python", "manage.py", "serve")
    return vars(Command().create_parser("manage.py", "serve").parse_args(rest))


def variables(text: str) -> set[str]:
    return set(re.findall(r"^(\w+)=", text, re.MULTILINE))


def test_the_environment_file_says_what_is_known() -> None:
    said = variables((DEPLOY / "rallypoint.env").read_text())
    assert said <= KNOWN
    assert said >= {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS"}


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(DEPLOY / "rallypoint.service")
    return read


def test_the_unit_starts_serve() -> None:
    service = unit()["Service"]
    said = options(shlex.split(service["ExecStart"]))
    assert (said["prepare"], said["processes"], said["port"]) == (True, 4, 8000)
    assert "kill -HUP $MAINPID" in service["ExecReload"]
    assert variables(service["Environment"]) <= KNOWN
    assert service["KillMode"] == "mixed"  # the parent alone is told


def test_the_unit_gives_every_process_its_time() -> None:
    from config.supervisor import STOP_S

    assert int(unit()["Service"]["TimeoutStopSec"]) > STOP_S


def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("expected systemd-analyze on PATH, came none")
    here = tmp_path / "rallypoint.service"
    here.write_text((DEPLOY / "rallypoint.service").read_text().replace("/srv/rallypoint/.venv/bin/python", "/bin/sh"))
    found = subprocess.run([verify, "verify", str(here)], capture_output=True, text=True, timeout=60)
    about_it = [line for line in (found.stdout + found.stderr).splitlines() if "rallypoint.service" in line]
    assert about_it == []


def test_nginx_finds_no_fault_with_its_file(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("expected nginx and openssl on this machine")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pong.example.org"]
    subprocess.run([openssl, *asked, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text().replace("/etc/letsencrypt/live/pong.example.org", str(tmp_path))
    (tmp_path / "site.conf").write_text(site)
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; include {tmp_path}/site.conf; }}"
    )
    found = subprocess.run([nginx, "-t", "-c", str(whole), "-p", str(tmp_path)], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "[warn]" not in found.stderr


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_reach_where_the_unit_listens(name: str) -> None:
    said = options(shlex.split(unit()["Service"]["ExecStart"]))
    text = (DEPLOY / name).read_text()
    assert f"{said['host']}:{said['port']}" in text
    assert "/metrics" in text
    assert text.count("{") == text.count("}")


def instructions(kind: str) -> list[str]:
    return re.findall(rf"^{kind} (.+)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)


def test_the_image_has_every_app_and_nothing_that_is_kept() -> None:
    copied = [line.split()[0] for line in instructions("COPY")]
    assert all((ROOT / source).exists() for source in copied)
    ours = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert {*ours, "manage.py", "templates"} <= set(copied)
    assert {"data", ".env", "."} & set(copied) == set()


def test_the_image_starts_serve() -> None:
    (command,) = instructions("CMD")
    said = options(json.loads(command))
    assert (said["host"], said["processes"]) == ("0.0.0.0", 2)
    (port,) = instructions("EXPOSE")
    assert said["port"] == int(port)
    names = {name for line in instructions("ENV") for name in re.findall(r"(\w+)=", line)}
    assert names - {"PYTHONUNBUFFERED"} <= KNOWN


def test_compose_says_what_is_known() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    line = re.compile(r"(  )*(- )?(\S+:( .+)?|\S.*)|\s*#.*|")
    assert all(line.fullmatch(written) for written in text.splitlines())
    (environment,) = re.findall(r"    environment:\n((?:      .+\n)+)    volumes:\n      - rallypoint", text)
    assert set(re.findall(r"^      (\w+):", environment, re.MULTILINE)) == {
        "DATABASE_URL",
        "REDIS_URL",
        "ALLOWED_HOSTS",
    }
    assert "dockerfile: deploy/Containerfile" in text


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "requirements/base.txt"),
        ({"DATABASE_URL": "postgres://me:$(secret@db/name"}, "requirements/cluster.txt"),
        ({"REDIS_URL": "redis://cache"}, "requirements/cluster.txt"),
    ],
)
def test_make_run_installs_what_is_needed(said: dict[str, str], wanted: str, tmp_path: Path) -> None:
    if (ROOT / ".env").exists():
        pytest.skip("expected no .env, which may say another database; came one")
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "MAKEFLAGS")}
    asked = ["make", "-n", "run", f"VENV={tmp_path / 'venv'}", "PROCESSES=3"]
    planned = subprocess.run(asked, cwd=ROOT, env={**kept, **said}, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"requirements/\w+\.txt", planned)) == {wanted}
    assert "manage.py serve --prepare" in planned
    assert "--processes 3" in planned
