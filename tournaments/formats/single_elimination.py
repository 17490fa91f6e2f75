"""Single elimination: who loses once is out, who is left is the champion."""

from collections.abc import Collection
from dataclasses import dataclass

from . import bracket
from .format import Reason, RoundName
from .pairing import Pairing
from .place import Bye, Place, Seed, WinnerOf
from .seeding import size


@dataclass(frozen=True, slots=True)
class SingleElimination:
    """N-1 pairings for N entrants, byes to the best seeds."""

    name: str = "single_elimination"
    sizes: range = range(2, 257)  # what has been tried; no rule here ends at 256

    def draw(self, entrants: int) -> tuple[Place, ...]:
        return bracket.graph(entrants)

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
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

    def why(self, place: Place) -> Reason:
        match place.slots:
            case Seed(number=upper), Seed(number=lower):
                return Reason("seeds", (upper, lower))
            case (Seed(number=seed), Bye()) | (Bye(), Seed(number=seed)):
                return Reason("bye", (seed,))
            case WinnerOf(place=upper_id), WinnerOf(place=lower_id):
                return Reason("winners", (upper_id, lower_id))
        raise ValueError(f"expected a place of a knock-out draw, came {place}")

    def ranks(self, pairings: Collection[Pairing]) -> dict[int, int]:
        """Who loses with k places of the round still in the draw is ranked k+1: 2 in the final, 3, 5, 9, ...

        That is competition ranking, read off the round: no later forfeit moves anybody who is already out. What
        nobody won stays vacant: after a double forfeit in the final both finalists are second and no one is first.
        """
        last_round = max((pairing.place.round for pairing in pairings), default=0)
        ranks: dict[int, int] = {}
        for pairing in pairings:
            places_of_round = 1 << (last_round - pairing.place.round)
            for loser in pairing.losers:
                ranks[loser] = places_of_round + 1
            if pairing.place.round == last_round and pairing.winner is not None:
                ranks[pairing.winner] = 1
        return ranks
