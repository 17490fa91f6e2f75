"""A draw read the other way round: what depends on each place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .place import LoserOf, Place, RankOf, WinnerOf


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """`position` is each place's number in calling order, in which a place comes after all that it depends on."""

    position: Mapping[str, int] = field(default_factory=dict)
    feeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # to which places winner and loser go
    group_feeds: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # to which places a group's ranks go
    groups: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # the places of each group


EMPTY = Graph()


def of(places: Iterable[Place]) -> Graph:
    position: dict[str, int] = {}
    feeds: dict[str, list[str]] = {}
    group_feeds: dict[int, list[str]] = {}
    groups: dict[int, list[str]] = {}
    for number, place in enumerate(places):
        position[place.id] = number
        if place.group is not None:
            groups.setdefault(place.group, []).append(place.id)
        for source in set(place.slots):
            if isinstance(source, WinnerOf | LoserOf):
                feeds.setdefault(source.place, []).append(place.id)
            elif isinstance(source, RankOf):
                group_feeds.setdefault(source.group, []).append(place.id)
    return Graph(
        position,
        {id: tuple(targets) for id, targets in feeds.items()},
        {group: tuple(targets) for group, targets in group_feeds.items()},
        {group: tuple(ids) for group, ids in groups.items()},
    )
