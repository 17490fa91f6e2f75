"""A pairing: a place of the draw as the tournament goes, with its two occupants and, in the end, a verdict."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Literal

from .place import SLOTS, Bye, LoserOf, Place, RankOf, Slot, WinnerOf

State = Literal["waiting", "playable", "decided", "void"]
How = Literal[
    "score",  # it was played
    "walkover",  # the opponent forfeited, or nobody came out of the place before
    "double_forfeit",  # somebody was due and nobody is left: no one goes on
    "bye",  # there was no opponent by construction
    "void",  # nobody ever came: both places before ended without a winner
]


@dataclass(frozen=True, slots=True)
class Nobody:
    """What comes out of a place that nobody won."""


Pending = WinnerOf | LoserOf | RankOf  # undecided as yet
Occupant = int | Bye | Nobody | Pending  # an entrant's id; nobody by construction; nobody after all; undecided


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a pairing ended. `winner` is a slot; None: nobody goes on. `match` is the id of the deciding match."""

    how: How
    winner: Slot | None = None
    score: tuple[int, int] | None = None
    match: int | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """One match of a series that is over: the slot that won it, its score, the match's id."""

    winner: Slot
    score: tuple[int, int] | None = None
    match: int | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two occupants, in the order of the place's slots. `matches` are those of its series that are over."""

    place: Place
    occupants: tuple[Occupant, Occupant]
    verdict: Verdict | None = None
    matches: tuple[Played, ...] = ()

    @property
    def id(self) -> str:
        return self.place.id

    @property
    def state(self) -> State:
        if self.verdict is not None:
            return "void" if self.verdict.how == "void" else "decided"
        return "waiting" if self.undecided else "playable"

    @property
    def undecided(self) -> bool:
        """Is an occupant still to be found out?"""
        return any(isinstance(occupant, Pending) for occupant in self.occupants)

    @property
    def entrants(self) -> tuple[int, ...]:
        """The occupants who are entrants: none, one or two ids."""
        return tuple(occupant for occupant in self.occupants if isinstance(occupant, int))

    @property
    def winner(self) -> int | None:
        """The entrant who goes on; None while undecided, and for ever if nobody does."""
        if self.verdict is None or self.verdict.winner is None:
            return None
        occupant = self.occupants[self.verdict.winner - 1]
        return occupant if isinstance(occupant, int) else None

    @property
    def losers(self) -> tuple[int, ...]:
        """The entrants who lost here: one after a match, two after a double forfeit."""
        if self.verdict is None:
            return ()
        return tuple(entrant for entrant in self.entrants if entrant != self.winner)

    @property
    def wins(self) -> tuple[int, int]:
        """The matches of its series that each slot has won."""
        return wins(self.matches)

    @property
    def sides(self) -> tuple[Slot, Slot]:
        """The slots that play left and right in the next match of the series: they change sides after each."""
        return (1, 2) if len(self.matches) % 2 == 0 else (2, 1)

    def foregone(self, dropped: Set[int]) -> Verdict | None:
        """The verdict that needs no match, because at most one occupant is there to play; None if there is none yet.

        A pairing is never decided before both occupants are known, not even when the one who is known has
        dropped: the other one gets the walkover, and it is on the record against whom.
        """
        if self.undecided:
            return None
        here = [
            slot
            for slot, occupant in zip(SLOTS, self.occupants, strict=True)
            if isinstance(occupant, int) and occupant not in dropped
        ]
        match here:
            case [_, _]:
                return None
            case [slot]:
                return Verdict("bye" if any(isinstance(other, Bye) for other in self.occupants) else "walkover", slot)
            case _:
                return Verdict("double_forfeit" if self.entrants else "void")


def series(matches: tuple[Played, ...], best_of: int) -> Verdict | None:
    """What the matches of a series come to; None as long as nobody has won most of `best_of`.

    The score of a series counts won matches; a single match keeps its own.
    """
    for number, played in enumerate(matches, start=1):
        won = wins(matches[:number])
        if won[played.winner - 1] > best_of // 2:
            return Verdict("score", played.winner, played.score if best_of == 1 else won, played.match)
    return None


def wins(matches: Sequence[Played]) -> tuple[int, int]:
    """The matches that each slot has won."""
    upper = sum(played.winner == 1 for played in matches)
    return upper, len(matches) - upper
