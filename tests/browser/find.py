"""Finds a Chromium for the browser tests, or gets one: ``python -m tests.browser.find``.

In this order: ``CHROMIUM``, the PATH, what Playwright has, what Playwright can fetch, what the system's package
manager has. Never asks, and says in one line what it did.
"""

import functools
import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)
# Each installs Chromium without a question.
PACKAGE_MANAGERS: dict[str, list[list[str]]] = {
    "apt-get": [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]],
    "dnf": [["dnf", "install", "-y", "-q", "chromium"]],
    "apk": [["apk", "add", "--quiet", "chromium"]],
    "pacman": [["pacman", "-Sy", "--noconfirm", "--quiet", "chromium"]],
}
NONE_FOUND = (
    "No Chromium for the browser tests, and none could be installed. Install one by hand, for example\n"
    "  sudo apt-get install chromium            (Debian)\n"
    "  .venv/bin/playwright install --with-deps chromium\n"
    "or say where it is: CHROMIUM=/path/to/chromium make test"
)


@functools.cache
def executable() -> tuple[str, str] | None:
    """The Chromium that is here already and how it was found, or None."""
    if named := os.environ.get("CHROMIUM"):
        path = shutil.which(named)
        return (path, "from CHROMIUM") if path and _runs(path) else None
    for name in NAMES:
        if (path := shutil.which(name)) and _runs(path):
            return path, "found on the PATH"
    path = _playwrights()
    return (path, "Playwright's own") if path and _runs(path) else None


def get() -> tuple[str, str] | None:
    """Like `executable`, but fetches one if there is none."""
    if (found := executable()) or os.environ.get("CHROMIUM"):
        return found
    if _quiet([sys.executable, "-m", "playwright", "install", "chromium"]):
        path = _playwrights()
        if path and _runs(path):
            return path, "fetched by Playwright"
    as_root = _as_root()
    for manager, commands in PACKAGE_MANAGERS.items():
        if as_root is not None and shutil.which(manager):
            for command in commands:  # the second may succeed although the first did not
                _quiet([*as_root, *command])
            for name in NAMES:
                if (path := shutil.which(name)) and _runs(path):
                    return path, f"installed by {manager}"
    return None


def _as_root() -> list[str] | None:
    """What to put before a command for it to run as root without a password, or None."""
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return []
    environment = "DEBIAN_FRONTEND=noninteractive"
    return ["sudo", "-n", environment] if shutil.which("sudo") and _quiet(["sudo", "-n", "true"]) else None


def _playwrights() -> str | None:
    """Where Playwright's own is. Asked in another process: the synchronous Playwright spoils the thread it runs in."""
    try:
        asked = subprocess.run(
            [sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    path = asked.stdout.strip()
    return path if os.access(path, os.X_OK) else None


def _runs(path: str) -> bool:
    """Whether it starts at all: Ubuntu's is a stub that wants snap, Playwright's may lack the system's libraries."""
    return _quiet([path, "--version"], timeout_s=60)


def _quiet(command: list[str], timeout_s: int = 900) -> bool:
    """Run a command that can neither ask nor chatter; give whether it succeeded."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=timeout_s,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def main() -> int:
    found = get()
    if found is None:
        print(NONE_FOUND, file=sys.stderr)
        return 1
    print("Chromium for the browser tests: {} ({}).".format(*found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
