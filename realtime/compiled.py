"""Queries whose SQL is made once: Django takes a millisecond to make that of a filter, and a tenth of it to run it.

For the few that every new socket asks.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class First(Generic[M]):
    """``First(make, probe)(value)`` is ``make(value).first()``, of a ``make`` that filters by that one value.

    ``probe`` is any value of the same type that is nothing else's: by it the value's place in the query is found.
    """

    def __init__(self, make: Callable[[Any], QuerySet[M]], probe: Any) -> None:
        self._make = make
        self._probe = probe
        self._made: dict[str, tuple[type[M], str, tuple[Any, ...]]] = {}  # by the kind of database

    def __call__(self, value: Any) -> M | None:
        vendor = connections["default"].vendor
        if vendor not in self._made:
            query = self._make(self._probe)[:1]
            sql, params = query.query.sql_with_params()
            if self._probe not in params:
                raise ValueError(f"expected a query by {self._probe!r}, came {params!r}")
            self._made[vendor] = query.model, sql, params
        model, sql, params = self._made[vendor]
        asked = tuple(value if param == self._probe else param for param in params)
        return next(iter(model._default_manager.raw(sql, asked)), None)
