"""How a tournament is printed: its brackets and groups one below the other, each with its rounds side by side.

Only what the draw knows: which pairings stand in which column, and which lines are drawn between two columns. In a
bracket every column has as many pairings as the next one, or twice as many; so columns of equal height whose rows are
equal put every pairing beside, or in the middle between, those that feed it. What is empty keeps its row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .pairing import Pairing
from .place import Bye, Place, WinnerOf

BRACKET = re.compile(r"(g[0-9]+)?[a-z]")
Leads = Literal["", "pairs", "straight"]


@dataclass(frozen=True, slots=True)
class Column:
    """The pairings of one round, from the top to the foot.

    `leads` says which lines go on to the next column: none; two by two, to the pairing in the middle between them; or
    each straight on to the one beside it, as in every second losers' round.
    """

    round: int
    leads: Leads
    pairings: tuple[Pairing, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The rounds that are printed side by side, in order.

    `key` is short and unique in a tournament; `name` is the section of the draw; `group`, from 1, is set in groups;
    `bracket` is set where a group plays a double elimination. `is_bracket` says whether there are lines.
    """

    key: str
    name: str
    group: int | None
    bracket: Literal["", "winners", "losers"]
    is_bracket: bool
    columns: tuple[Column, ...]


def sections(pairings: Mapping[str, Pairing]) -> tuple[Section, ...]:
    """The sections from top to foot: groups, then the bracket, the winners' before the losers', then the finals.

    `pairings` are by id in calling order, as a tournament has them.
    """
    found: dict[str, dict[int, list[Pairing]]] = {}
    for pairing in pairings.values():
        rounds = found.setdefault(key(pairing.id), {})
        rounds.setdefault(pairing.place.round, []).append(pairing)
    return tuple(_section(name, found[name]) for name in sorted(found, key=_rank))


def key(id: str) -> str:
    """The key of the section in which the pairing of this id stands: "w" of "w1.2", "g12r" of "g12r3.1"."""
    match = BRACKET.match(id)
    if match is None:
        raise ValueError(f"expected the id of a pairing, came {id!r}")
    return match[0]


def has_line(place: Place) -> bool:
    """Does a line lead to this place, from another one of its section?"""
    return any(isinstance(slot, WinnerOf) and key(slot.place) == key(place.id) for slot in place.slots)


def is_empty(place: Place) -> bool:
    """Is nobody ever in this place, the field being short?"""
    return all(isinstance(slot, Bye) for slot in place.slots)


ORDER = "mrsawlft"  # main bracket, tables, arena, winners, losers, finals, third place


def _rank(key: str) -> tuple[bool, int, int]:
    group = key[1:-1]
    return key[0] != "g", int(group or 0), ORDER.index(key[-1])


def _section(key: str, rounds: Mapping[int, list[Pairing]]) -> Section:
    drawn = [rounds[number] for number in sorted(rounds)]
    columns = tuple(
        Column(pairings[0].place.round, _leads(pairings, following), tuple(pairings))
        for pairings, following in zip(drawn, [*drawn[1:], []], strict=True)
    )
    place = drawn[0][0].place
    bracket = place.group is not None and {"w": "winners", "l": "losers"}.get(key[-1], "")
    return Section(
        key,
        place.section,
        place.group,
        bracket or "",  # type: ignore[arg-type]  # one of the two, or nothing
        any(column.leads for column in columns),
        columns,
    )


def _leads(pairings: list[Pairing], following: list[Pairing]) -> Leads:
    if not any(has_line(pairing.place) for pairing in following):
        return ""
    return "straight" if len(following) == len(pairings) else "pairs"
