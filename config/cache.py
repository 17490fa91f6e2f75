"""Django's Redis cache, that is empty while Redis is away: what is cached is a help, and no page fails without it."""

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.cache.backends import redis as django_redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])


def or_else(nothing: Callable[..., Any]) -> Callable[[F], F]:
    """What ``nothing`` gives, for the same arguments, while Redis is away."""

    def forgive(method: F) -> F:
        @functools.wraps(method)
        def forgiving(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                logger.warning("the cache is away: %r", error)
                return nothing(*args, **kwargs)

        return cast(F, forgiving)

    return forgive


class RedisCache(django_redis.RedisCache):
    """Finds nothing and keeps nothing while Redis is away."""

    add = or_else(lambda *_, **__: True)(django_redis.RedisCache.add)
    get = or_else(lambda _key, default=None, **__: default)(django_redis.RedisCache.get)
    set = or_else(lambda *_, **__: None)(django_redis.RedisCache.set)
    touch = or_else(lambda *_, **__: False)(django_redis.RedisCache.touch)
    delete = or_else(lambda *_, **__: False)(django_redis.RedisCache.delete)
    get_many = or_else(lambda *_, **__: {})(django_redis.RedisCache.get_many)
    has_key = or_else(lambda *_, **__: False)(django_redis.RedisCache.has_key)
    incr = or_else(lambda _key, delta=1, **__: delta)(django_redis.RedisCache.incr)
    set_many = or_else(lambda *_, **__: [])(django_redis.RedisCache.set_many)
    delete_many = or_else(lambda *_, **__: None)(django_redis.RedisCache.delete_many)
