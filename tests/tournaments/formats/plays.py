"""Short ways to begin and to play a tournament, for the tests beside this file."""

from collections.abc import Callable

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import Closed, Drawn, Entered, Event, Result, RoundDrawn
from tournaments.formats.options import NO_OPTIONS, Options
from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Slot
from tournaments.formats.tournament import Tournament

FORMAT = "single_elimination"


def opening(entrants: int) -> list[Event]:
    """The log of a field of `entrants`, up to and with the draw: entrant k is seed k."""
    ids = tuple(range(1, entrants + 1))
    return [*(Entered(id, f"E{id}") for id in ids), Drawn(ids)]


def drawn(entrants: int, format: str = FORMAT, options: Options = NO_OPTIONS) -> Tournament:
    return fold(format, opening(entrants), options)


def after(format: str, entrants: int, *events: Event, options: Options = NO_OPTIONS) -> Tournament:
    return fold(format, [*opening(entrants), *events], options)


def better_seed(pairing: Pairing) -> Slot:
    upper, lower = pairing.entrants
    return 1 if upper < lower else 2


def next_round(tournament: Tournament) -> RoundDrawn:
    """A round of a Swiss tournament, drawn by nothing but the standings."""
    there = set(tournament.may_meet)
    order = [standing.entrant for standing in tournament.standings() if standing.entrant in there]
    bye = order.pop() if len(order) % 2 else None
    assert tournament.round_due is not None
    return RoundDrawn(tournament.round_due, tuple(zip(order[::2], order[1::2], strict=True)), bye)


def due(tournament: Tournament) -> Event:
    """What whoever hosts does when nothing can be played: the next round; an arena is closed."""
    return Closed() if tournament.pairing_open else next_round(tournament)


def play_out(tournament: Tournament, winner: Callable[[Pairing], Slot] = better_seed) -> tuple[Tournament, list[Event]]:
    """The tournament played to its end in calling order, and the events that did it."""
    events: list[Event] = []
    while tournament.phase == "running":
        playable = tournament.playable()
        if not playable:
            events.append(due(tournament))  # or it waits for ever, and this fails
            tournament = apply(tournament, events[-1])
        for pairing in playable:
            if tournament.pairing(pairing.id).state != "playable":
                continue
            events.append(Result(pairing.id, winner(pairing)))
            tournament = apply(tournament, events[-1])
    return tournament, events


def ranks(tournament: Tournament) -> dict[int, int | None]:
    return {standing.entrant: standing.rank for standing in tournament.standings()}
