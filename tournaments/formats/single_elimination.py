"""Single elimination: who loses once is out, who is left is the champion."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from . import bracket
from .format import SERIES, Bracket, Line, Progress, RoundName
from .pairing import Pairing
from .place import Place
from .seeding import size

SERIES_IN = frozenset({"main", "round_of", "quarter_finals", "semi_finals", "final", "third_place"})


@dataclass(frozen=True, slots=True)
class SingleElimination(Bracket):
    """N-1 pairings for N entrants, byes to the best seeds; one more if the third place is played for."""

    @property
    def name(self) -> str:
        return "single_elimination"

    @property
    def takes(self) -> frozenset[str]:
        return SERIES | {"third_place"}

    @property
    def series_in(self) -> frozenset[str]:
        return SERIES_IN

    @property
    def sizes(self) -> range:
        return range(2, 1025)

    def draw(self, entrants: int) -> tuple[Place, ...]:
        return bracket.graph(entrants, self.options.third_place)

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
        return round_name(section, round, entrants)

    def ranks(self, progress: Progress, table: Mapping[int, Line]) -> dict[int, int]:
        return ranks(progress.pairings.values())


def round_name(section: str, round: int, entrants: int) -> RoundName:
    if section == "third_place":
        return RoundName("third_place", 2)
    room = size(entrants) >> (round - 1)
    match room:
        case 2:
            return RoundName("final", room)
        case 4:
            return RoundName("semi_finals", room)
        case 8:
            return RoundName("quarter_finals", room)
        case _:
            return RoundName("round_of", room)


def ranks(pairings: Collection[Pairing]) -> dict[int, int]:
    """Who loses with k places of the round still in the draw is ranked k+1: 2 in the final, 3, 5, 9, ...

    That is competition ranking, read off the round: no later forfeit moves anybody who is already out. What
    nobody won stays vacant: after a double forfeit in the final both finalists are second and no one is first.
    Where the third place is played for, its loser is fourth, and a semi-finalist has no rank before. Who forfeited a
    semi-final together is not in it: behind whoever is third, or third as if it were not played.
    """
    last_round = max((p.place.round for p in pairings if p.place.section == "main"), default=0)
    ranks: dict[int, int] = {}
    for_third = next((pairing for pairing in pairings if pairing.place.section == "third_place"), None)
    for pairing in pairings:
        if pairing.place.section != "main":
            continue
        places_of_round = 1 << (last_round - pairing.place.round)
        if places_of_round == 2 and for_third is not None:
            if pairing.winner is None and for_third.verdict is not None:
                ranks |= dict.fromkeys(pairing.losers, _behind(for_third))
        else:
            ranks |= dict.fromkeys(pairing.losers, places_of_round + 1)
        if pairing.place.round == last_round and pairing.winner is not None:
            ranks[pairing.winner] = 1
    if for_third is not None:
        ranks |= dict.fromkeys(for_third.losers, _behind(for_third))
        if for_third.winner is not None:
            ranks[for_third.winner] = 3
    return ranks


def _behind(for_third: Pairing) -> int:
    return 3 if for_third.winner is None else 4
