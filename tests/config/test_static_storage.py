"""The collected static files: hashed, and every import of a module leads somewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from tests.conftest import LiveServer

pytestmark = pytest.mark.usefixtures("_server")
IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+|/[^"']+)["']""")
URL = re.compile(r"""url\(["']?(?!data:|#)([^"')]+)["']?\)""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


def hashed(pattern: str) -> list[Path]:
    return [path for path in Path(settings.STATIC_ROOT).rglob(pattern) if HASHED.search(path.name)]


def target(of: Path, reference: str) -> Path:
    if reference.startswith("/"):
        return Path(settings.STATIC_ROOT) / reference.removeprefix("/static/")
    return (of.parent / reference).resolve()


def test_every_import_leads_to_a_hashed_file_that_exists() -> None:
    imports = {(path, found) for path in hashed("*.js") for found in IMPORT.findall(path.read_text())}
    assert len(imports) > 20
    for path, found in imports:
        if "admin" in path.parts:
            continue
        assert HASHED.search(found), f"{path.name} imports {found}, which is cached for ever"
        assert target(path, found).is_file(), f"{path.name} imports {found}"


def test_no_import_of_ours_was_overlooked() -> None:
    """Each import of a source stands in its collected file too, so a missing semicolon cannot hide one."""
    for app in ("site", "game"):
        sources = [path for path in (Path(settings.STATIC_ROOT) / app).rglob("*.js") if not HASHED.search(path.name)]
        assert sources
        for source in sources:
            name = source.relative_to(settings.STATIC_ROOT).as_posix()
            collected = Path(settings.STATIC_ROOT) / staticfiles_storage.stored_name(name)
            assert len(IMPORT.findall(collected.read_text())) == len(IMPORT.findall(source.read_text())), name


def test_every_url_of_a_style_sheet_leads_somewhere() -> None:
    for path in hashed("*.css"):
        for found in URL.findall(path.read_text()):
            assert target(path, found).is_file(), f"{path.name} asks for {found}"


async def test_a_hashed_file_may_be_cached_for_ever(server: LiveServer) -> None:
    import asyncio
    import urllib.request

    url = server.url + staticfiles_storage.url("site/js/page.js")

    def get() -> tuple[int, str, str, bytes]:
        with urllib.request.urlopen(url, timeout=10) as found:
            return found.status, found.headers["Content-Type"], found.headers["Cache-Control"], found.read()

    status, kind, cache, content = await asyncio.to_thread(get)
    assert (status, kind.partition(";")[0]) == (200, "text/javascript")
    assert "immutable" in cache
    assert len(content) > 100
