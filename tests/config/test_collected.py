"""Static files are collected when one has changed, and only then."""

import os
from pathlib import Path
from typing import Any

from config import collected


def test_only_a_change_is_collected(tmp_path: Path, settings: Any) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.txt").write_text("one")
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()
    try:
        assert [collected.collect(), collected.collect()] == [True, False]
        (source / "a.txt").write_text("two")
        os.utime(source / "a.txt", (2**31, 2**31))
        assert collected.collect()
        assert (tmp_path / "collected" / "a.txt").read_text() == "two"
        assert not collected.collect()
    finally:
        finders.get_finder.cache_clear()
