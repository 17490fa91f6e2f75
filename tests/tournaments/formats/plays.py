"""Short ways to begin and to play a tournament, for the tests beside this file."""

from collections.abc import Callable

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import Drawn, Entered, Event, Result
from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Slot
from tournaments.formats.tournament import Tournament

FORMAT = "single_elimination"


def opening(entrants: int) -> list[Event]:
    """The log of a field of `entrants`, up to and with the draw: entrant k is seed k."""
    ids = tuple(range(1, entrants + 1))
    return [*(Entered(id, f"E{id}") for id in ids), Drawn(ids)]


def drawn(entrants: int) -> Tournament:
    return fold(FORMAT, opening(entrants))


def better_seed(pairing: Pairing) -> Slot:
    upper, lower = pairing.entrants
    return 1 if upper < lower else 2


def play_out(tournament: Tournament, winner: Callable[[Pairing], Slot] = better_seed) -> tuple[Tournament, list[Event]]:
    """The tournament played to its end in calling order, and the results that did it."""
    results: list[Event] = []
    while playable := tournament.playable():
        for pairing in playable:
            results.append(Result(pairing.id, winner(pairing)))
            tournament = apply(tournament, results[-1])
    return tournament, results
