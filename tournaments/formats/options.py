"""What an organiser may choose about a format. Stored with the tournament as JSON; what is left out has its default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from .refused import Refused

GrandFinal = Literal["none", "single", "reset"]
Knockout = Literal["single_elimination", "double_elimination"]
GroupFormat = Literal["round_robin", "double_elimination"]
BEST_OF = (1, 3, 5, 7)
MOST_MINUTES = 24 * 60
ROUND = re.compile(
    r"(main|winners|losers|final|third_place|group)(\.[1-9][0-9]{0,3})?"
    r"|round_of|quarter_finals|semi_finals|winners_final|losers_final|grand_final|second_final"
)


@dataclass(frozen=True, slots=True)
class Options:
    """Valid in itself by construction: a wrong field is Refused with the code "option".

    Which options a format takes is the format's to say. Fields are stored for ever: add, never rename.
    """

    best_of: int = 1  # matches in a pairing's series: whoever wins most of them wins it
    best_of_in: tuple[tuple[str, int], ...] = ()  # the same by section, its round ("losers.1"), or kind of round
    third_place: bool = False  # the losers of the semi-finals play for it
    grand_final: GrandFinal = "reset"  # "reset": a second one if the losers' champion wins the first
    lower: int = 0  # how many, from the last seed up, start in the losers' bracket
    drops: tuple[int, ...] | None = None  # the masks by which losers drop; None: ours, with rematches late
    minutes: int = 10  # of an arena, from the draw to its end
    cycles: int = 1  # how often everybody meets everybody
    rounds: int | None = None  # of Swiss; None: as many as a knock-out would take
    wins: int | None = None  # of Swiss: who has that many is through
    losses: int | None = None  # of Swiss: who has that many is out
    groups: int | None = None  # None: of four, as far as it goes
    group_format: GroupFormat = "round_robin"
    advance: int = 2  # out of each group
    play_offs: Knockout = "single_elimination"
    seating: tuple[tuple[int, int], ...] | None = None  # (group, rank) by the seeds of the play-offs; None: ours
    tie_breaks: tuple[str, ...] | None = None  # in their order, after the points; None: the format's

    def __post_init__(self) -> None:
        self._expect("best_of", self.best_of in BEST_OF and type(self.best_of) is int, "1, 3, 5 or 7")
        self._expect(
            "best_of_in",
            isinstance(self.best_of_in, tuple)
            and all(isinstance(of, tuple) and len(of) == 2 and _is_series(*of) for of in self.best_of_in),
            'a best of 1, 3, 5 or 7 by section or round, like {"final": 5, "losers.1": 1}',
        )
        self._expect("third_place", type(self.third_place) is bool, "true or false")
        for name, one_of in (
            ("grand_final", GrandFinal),
            ("group_format", GroupFormat),
            ("play_offs", Knockout),
        ):
            self._expect(name, getattr(self, name) in get_args(one_of), " or ".join(get_args(one_of)))
        self._expect("lower", _whole(self.lower, 0), "an integer from 0")
        self._expect(
            "drops",
            self.drops is None or (isinstance(self.drops, tuple) and all(_whole(mask, 0) for mask in self.drops)),
            "a list of integers from 0",
        )
        most = MOST_MINUTES
        self._expect("minutes", _whole(self.minutes, 1) and self.minutes <= most, f"an integer from 1 to {most}")
        self._expect("cycles", _whole(self.cycles, 1) and self.cycles <= 2, "1 or 2")
        for name in ("rounds", "wins", "losses", "groups"):
            value = getattr(self, name)
            self._expect(name, value is None or _whole(value, 1), "an integer from 1")
        self._expect("losses", (self.wins is None) == (self.losses is None), "a number with wins, none without")
        self._expect("rounds", self.rounds is None or self.wins is None, "none with wins and losses")
        self._expect("advance", _whole(self.advance, 1), "an integer from 1")
        self._expect(
            "seating",
            self.seating is None
            or (
                isinstance(self.seating, tuple)
                and all(isinstance(s, tuple) and len(s) == 2 and all(_whole(n, 1) for n in s) for s in self.seating)
            ),
            "a list of [group, rank] by the seeds of the play-offs",
        )
        self._expect(
            "tie_breaks",
            self.tie_breaks is None
            or (isinstance(self.tie_breaks, tuple) and all(isinstance(name, str) for name in self.tie_breaks)),
            "a list of names",
        )

    def _expect(self, name: str, true: bool, expected: str) -> None:
        if not true:
            raise Refused("option", f"{name}: {expected}", repr(getattr(self, name)))

    def chosen(self) -> tuple[str, ...]:
        """The names of the options that are not as they are by default."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) != field.default)

    def matches(self, section: str, round: int, kind: str) -> int:
        """The matches of a series in this round, which is of this kind (`RoundName`), at most."""
        given = dict(self.best_of_in)
        for name in (f"{section}.{round}", kind, section):
            if name in given:
                return given[name]
        return self.best_of

    def to_dict(self) -> dict[str, object]:
        """The chosen options as JSON-ready values; `from_dict` takes them back."""
        stored: dict[str, object] = {}
        for name in self.chosen():
            value = getattr(self, name)
            if name == "best_of_in":
                value = dict(value)
            elif isinstance(value, tuple):
                value = [list(item) if isinstance(item, tuple) else item for item in value]
            stored[name] = value
        return stored

    @classmethod
    def from_dict(cls, stored: object) -> "Options":
        """The options that `to_dict` stored. Refused with the code "option" if they are not exactly that."""
        if not isinstance(stored, Mapping):
            raise Refused("option", "an object of options", repr(stored))
        names = {field.name for field in fields(cls)}
        if unknown := [name for name in stored if name not in names]:
            raise Refused("option", f"some of {', '.join(sorted(names))}", repr(unknown[0]))
        return cls(**{name: _tuples(value) for name, value in stored.items()})


def _is_series(round: object, best_of: object) -> bool:
    return isinstance(round, str) and ROUND.fullmatch(round) is not None and _whole(best_of, 1) and best_of in BEST_OF


def _whole(value: object, least: int) -> bool:
    return type(value) is int and value >= least


def _tuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(value.items())
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value


NO_OPTIONS = Options()
