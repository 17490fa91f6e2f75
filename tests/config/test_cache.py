"""The cache while Redis is away."""

import logging
from pathlib import Path

import pytest

from config.cache import RedisCache
from tests.services import Given, Redis


def everything(cache: RedisCache) -> list[object]:
    """What every method gives, on an empty cache."""
    return [
        cache.add("a", 1),
        cache.get("a"),
        cache.get("b", "nothing"),
        cache.set("c", 3),
        cache.touch("x"),
        cache.get_many(["a", "c"]),
        cache.has_key("c"),
        cache.set_many({"d": 4}),
        cache.delete("x"),
        cache.delete_many(["a", "c"]),
        cache.get_or_set("e", "made"),
    ]


def test_it_keeps_what_it_is_given(redis: Redis | Given) -> None:
    cache = RedisCache([redis.url], {})
    cache.delete_many(["a", "c", "d", "e", "x"])
    kept = [True, 1, "nothing", None, False, {"a": 1, "c": 3}, True, [], False, None, "made"]
    assert everything(cache) == kept
    assert cache.get("e") == "made"
    cache.set("n", 1)
    assert cache.incr("n", 2) == 3
    cache.close()


def test_without_redis_it_is_empty_and_nothing_fails(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = RedisCache([f"unix://{tmp_path}/nobody"], {})
    with caplog.at_level(logging.WARNING):
        assert everything(cache) == [True, None, "nothing", None, False, {}, False, [], False, None, "made"]
        assert cache.incr("n", 2) == 2
    assert "the cache is away" in caplog.text
