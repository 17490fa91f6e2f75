"""The next round of a Swiss tournament: its standing put to the pairing rules. Never on a server's event loop: a large
field takes a second.
"""

from collections import Counter

from . import swiss
from .events import RoundDrawn
from .place import Bye
from .refused import Refused
from .swiss_pairing import Contender, Round, pair
from .tournament import Tournament


def next_round(tournament: Tournament) -> RoundDrawn:
    """The round that is due, as the event that draws it. Refused with "round" if none is."""
    return event(tournament, solve(tournament))


def event(tournament: Tournament, drawn: Round) -> RoundDrawn:
    """A round that was drawn for this tournament, as its event. Refused with "round" if none is due."""
    due = tournament.round_due
    if due is None:
        raise Refused("round", "a tournament with a round due", tournament.phase)
    pairs = tuple((pair.upper.id, pair.lower.id) for pair in drawn.pairs)
    return RoundDrawn(due, pairs, None if drawn.bye is None else drawn.bye.id)


def solve(tournament: Tournament) -> Round:
    """The same with its reasons."""
    return pair(contenders(tournament))


def contenders(tournament: Tournament) -> tuple[Contender, ...]:
    """Who is to be paired, by score and then by seed. The score is matches won less matches lost."""
    records = swiss.records(tournament)
    pairings = tuple(tournament.pairings.values())
    met = swiss.opponents(pairings)
    byes = Counter(entrant for p in pairings if Bye() in p.occupants for entrant in p.entrants)
    there = [
        Contender(
            entrant, records[entrant].wins - records[entrant].losses, frozenset(met.get(entrant, ())), byes[entrant]
        )
        for entrant in tournament.may_meet
    ]
    return tuple(sorted(there, key=lambda contender: -contender.score))  # stable: equals stay in the order of seeds
