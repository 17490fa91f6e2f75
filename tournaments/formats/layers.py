"""Immutable collections of which a changed copy costs little, however large they are: a tournament has a new state
after each event, and its log and its pairings may be tens of thousands.
"""

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from itertools import chain
from typing import Self, TypeVar, overload

FEW = 256  # changes that are copied each time, before they are merged with the rest

K = TypeVar("K")
V = TypeVar("V")


class Layers(Mapping[K, V]):
    """A mapping in the order of insertion: few changes on top of many values that are shared with its forerunners.

    `draft` gives what can be changed, and `Draft.done` the next one. Nothing is ever deleted.
    """

    __slots__ = ("_changes", "_shared")

    def __init__(self, shared: Mapping[K, V] | None = None, changes: Mapping[K, V] | None = None) -> None:
        self._shared: Mapping[K, V] = {} if shared is None else shared
        self._changes: Mapping[K, V] = {} if changes is None else changes

    def __getitem__(self, key: K) -> V:
        if key in self._changes:
            return self._changes[key]
        return self._shared[key]

    def __contains__(self, key: object) -> bool:
        return key in self._changes or key in self._shared

    def __len__(self) -> int:
        return len(self._shared) + sum(key not in self._shared for key in self._changes)

    def __iter__(self) -> Iterator[K]:
        return iter(self._merged())

    def keys(self) -> KeysView[K]:
        return self._merged().keys()

    def values(self) -> ValuesView[V]:
        return self._merged().values()

    def items(self) -> ItemsView[K, V]:
        return self._merged().items()

    def __repr__(self) -> str:
        return repr(self._merged())

    def draft(self) -> "Draft[K, V]":
        return Draft(self._shared, dict(self._changes))

    def _merged(self) -> Mapping[K, V]:
        if not self._changes:
            return self._shared
        return {**self._shared, **self._changes} if self._shared else self._changes


class Draft(Layers[K, V]):
    """A mapping being changed."""

    __slots__ = ()
    _changes: dict[K, V]

    def __setitem__(self, key: K, value: V) -> None:
        self._changes[key] = value

    def update(self, values: Mapping[K, V]) -> None:
        self._changes.update(values)

    def done(self) -> Layers[K, V]:
        """As it is now. The draft is not to be changed any more."""
        if len(self._changes) < FEW:
            return Layers(self._shared, self._changes)
        return Layers(self._merged())


class Chain(Sequence[V]):
    """A sequence that grows at its end, in `links` that are shared with its forerunners."""

    __slots__ = ("_links",)

    def __init__(self, links: tuple[tuple[V, ...], ...] = ()) -> None:
        self._links = links

    def grown(self, items: Iterable[V]) -> Self:
        """With these at the end."""
        *full, last = self._links or ((),)
        more = (*last, *items)
        return type(self)((*full, *(more[at : at + FEW] for at in range(0, len(more), FEW))))

    def __len__(self) -> int:
        return FEW * (len(self._links) - 1) + len(self._links[-1]) if self._links else 0

    def __iter__(self) -> Iterator[V]:
        return chain.from_iterable(self._links)

    def __reversed__(self) -> Iterator[V]:
        return chain.from_iterable(map(reversed, reversed(self._links)))

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...
    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        if isinstance(index, slice):
            return tuple(self)[index]
        at = range(len(self))[index]
        return self._links[at // FEW][at % FEW]

    def __eq__(self, other: object) -> bool:
        return self._links == other._links if isinstance(other, Chain) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._links)

    def __repr__(self) -> str:
        return repr(tuple(self))
