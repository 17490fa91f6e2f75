"""Double elimination: who loses twice is out. Who loses once goes on in the losers' bracket, whose champion meets the
winners' in the end.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from . import losers_bracket
from .bracket import seeds
from .format import SERIES, Bracket, Line, Progress, RoundName
from .options import Options
from .pairing import Pairing
from .place import LoserOf, Place
from .refused import Refused
from .seeding import size

SERIES_IN = frozenset({"winners", "losers", "final", "winners_final", "losers_final", "grand_final", "second_final"})


@dataclass(frozen=True, slots=True)
class DoubleElimination(Bracket):
    """2N-2 pairings for N entrants, one more if the final is played again, one less without a grand final."""

    @property
    def name(self) -> str:
        return "double_elimination"

    @property
    def takes(self) -> frozenset[str]:
        return SERIES | {"grand_final", "lower", "drops"}

    @property
    def series_in(self) -> frozenset[str]:
        return SERIES_IN

    @property
    def sizes(self) -> range:
        return range(2, 1025)

    def draw(self, entrants: int) -> tuple[Place, ...]:
        return graph(entrants, self.options)

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
        return round_name(section, round, entrants, self.options.lower)

    def ranks(self, progress: Progress, table: Mapping[int, Line]) -> dict[int, int]:
        return ranks(progress.pairings.values())


@lru_cache(maxsize=32)  # a running tournament asks for the same draw at every replay
def graph(entrants: int, options: Options) -> tuple[Place, ...]:
    if entrants - options.lower < 2:
        raise Refused("option", f"lower: at most {entrants - 2} of {entrants} entrants", options.lower)
    sources = seeds(entrants)
    upper = entrants - options.lower
    return losers_bracket.graph(sources[:upper], sources[upper:], options.drops, options.grand_final)


def round_name(section: str, round: int, entrants: int, lower: int) -> RoundName:
    last = size(entrants - lower).bit_length() - 1
    match section:
        case "winners":
            return RoundName("winners_final" if round == last else "winners_round", round)
        case "losers":
            rounds = 2 * (last if lower else last - 1)
            return RoundName("losers_final" if round == rounds else "losers_round", round)
        case _:
            return RoundName("grand_final" if round == 1 else "second_final", round)


def ranks(pairings: Collection[Pairing]) -> dict[int, int]:
    """Who is out with k others out later is ranked k+1, read off the rounds: 2 in the final, 3, 4, 5, 5, 7, 7, 9, ...

    No later forfeit moves anybody who is already out. Who is out by a double forfeit among the winners is ranked as
    if they had lost where the loser would have gone on. A final that nobody won leaves the first rank vacant.
    """
    losers = [pairing for pairing in pairings if losers_bracket.letter(pairing.place) == "l"]
    finals = [pairing for pairing in pairings if losers_bracket.letter(pairing.place) == "f"]
    rank_in: dict[int, int] = {}  # who is out in a losers' round is ranked so
    rank = 3
    rounds = Counter(pairing.place.round for pairing in losers)
    for round in sorted(rounds, reverse=True):
        rank_in[round] = rank
        rank += rounds[round]
    ranks: dict[int, int] = {}
    dropping = {
        source.place: pairing.place.round
        for pairing in losers
        for source in pairing.place.slots
        if isinstance(source, LoserOf)
    }
    winners = [pairing for pairing in pairings if losers_bracket.letter(pairing.place) == "w"]
    for pairing in winners:
        if pairing.winner is None:
            for loser in pairing.losers:
                ranks[loser] = rank_in.get(dropping.get(pairing.id, 0), 2)
    for pairing in losers:
        for loser in pairing.losers:
            ranks[loser] = rank_in[pairing.place.round]
    if not finals:
        return ranks | _without_final(winners, losers)
    decisive = next((pairing for pairing in reversed(finals) if pairing.state == "decided"), None)
    if decisive is not None and all(pairing.verdict is not None for pairing in finals):
        for loser in decisive.losers:
            ranks[loser] = 2
        if decisive.winner is not None:
            ranks[decisive.winner] = 1
    return ranks


def _without_final(winners: Collection[Pairing], losers: Collection[Pairing]) -> dict[int, int]:
    """Both champions keep their title: the winners' is first, the losers' second."""
    ranks: dict[int, int] = {}
    for rank, bracket in ((1, winners), (2, losers)):
        last = max(bracket, key=lambda pairing: pairing.place.round, default=None)
        if last is not None and last.winner is not None:
            ranks[last.winner] = rank
            if rank == 1 and not losers:
                ranks |= dict.fromkeys(last.losers, 2)
    return ranks
