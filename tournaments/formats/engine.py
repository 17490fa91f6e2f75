"""The engine: a tournament is a fold over its log.

`apply` is the step and `fold` the whole: no verdict, pairing or rank is stored anywhere, so a replayed log is the
tournament, and a tournament that was killed at any instant is rebuilt exactly. A step costs one copy of the table of
pairings and the places it touches.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from .events import Cancelled, DoubleForfeit, Drawn, Dropped, Entered, Event, Left, Result, Walkover
from .format import Format
from .pairing import Nobody, Occupant, Pairing, Verdict
from .place import SLOTS, Place, Seed, Slot, Source, WinnerOf
from .refused import Refused
from .single_elimination import SingleElimination
from .tournament import Phase, Tournament

FORMATS: Mapping[str, Format] = {format.name: format for format in (SingleElimination(),)}

ALLOWED: Mapping[type[Event], tuple[Phase, ...]] = {
    Entered: ("open",),
    Left: ("open",),
    Drawn: ("open",),
    Result: ("running",),
    Walkover: ("running",),
    DoubleForfeit: ("running",),
    Dropped: ("running",),
    Cancelled: ("open", "running"),
}


def begin(format_name: str) -> Tournament:
    """The tournament of an empty log. Refused with "format" if nobody knows the name."""
    try:
        return Tournament(FORMATS[format_name])
    except KeyError:
        raise Refused("format", f"one of {', '.join(FORMATS)}", format_name) from None


def fold(format_name: str, events: Iterable[Event]) -> Tournament:
    """The tournament that this log tells. Refused at the first event that was not allowed where it stands."""
    return reduce(apply, events, begin(format_name))


def apply(state: Tournament, event: Event) -> Tournament:
    """The tournament after one more event, or Refused: then it is not an event of this log."""
    phases = ALLOWED[type(event)]
    if state.phase not in phases:
        raise Refused("phase", f"{' or '.join(phases)} for {event.kind}", state.phase)
    match event:
        case Entered():
            return _enter(state, event)
        case Left():
            return _leave(state, event)
        case Drawn():
            return _draw(state, event)
        case Result(pairing=id, winner=winner, score=score, match=match):
            return _rule(state, id, Verdict("score", winner, score, match))
        case Walkover(pairing=id, winner=winner):
            return _rule(state, id, Verdict("walkover", winner))
        case DoubleForfeit(pairing=id):
            return _rule(state, id, Verdict("double_forfeit"))
        case Dropped():
            return _drop(state, event)
        case Cancelled():
            return replace(state, cancelled=True)


def _enter(state: Tournament, event: Entered) -> Tournament:
    if event.entrant in state.entrants:
        raise Refused("entrant", "somebody who has not entered", event.entrant)
    most = state.format.sizes[-1]
    if len(state.entrants) == most:
        raise Refused("size", f"at most {most} entrants", most + 1)
    return replace(state, entrants={**state.entrants, event.entrant: event.name})


def _leave(state: Tournament, event: Left) -> Tournament:
    if event.entrant not in state.entrants:
        raise Refused("entrant", "somebody who has entered", event.entrant)
    return replace(state, entrants={id: name for id, name in state.entrants.items() if id != event.entrant})


def _draw(state: Tournament, event: Drawn) -> Tournament:
    sizes = state.format.sizes
    if len(state.entrants) not in sizes:
        raise Refused("size", f"{sizes[0]} to {sizes[-1]} entrants", len(state.entrants))
    if sorted(event.order) != sorted(state.entrants):
        raise Refused("order", f"each of {sorted(state.entrants)} once", list(event.order))
    places = state.format.draw(len(event.order))
    pairings = {place.id: Pairing(place, _first_occupants(place, event.order)) for place in places}
    drawn = replace(state, order=event.order, pairings=pairings, feeds=_feeds(places))
    return _settle(drawn, pairings.values())


def _first_occupants(place: Place, order: tuple[int, ...]) -> tuple[Occupant, Occupant]:
    def occupant(source: Source) -> Occupant:
        return order[source.number - 1] if isinstance(source, Seed) else source

    upper, lower = place.slots
    return occupant(upper), occupant(lower)


def _feeds(places: Iterable[Place]) -> dict[str, tuple[tuple[str, Slot], ...]]:
    """The draw read the other way round: where the winner of each place goes."""
    feeds: dict[str, tuple[tuple[str, Slot], ...]] = {}
    for place in places:
        for slot, source in zip(SLOTS, place.slots, strict=True):
            if isinstance(source, WinnerOf):
                feeds[source.place] = (*feeds.get(source.place, ()), (place.id, slot))
    return feeds


def _drop(state: Tournament, event: Dropped) -> Tournament:
    """Who is out already may drop too: it changes nothing in a bracket, and other formats have matches to come."""
    if event.entrant not in state.entrants:
        raise Refused("entrant", "an entrant of the draw", event.entrant)
    if event.entrant in state.dropped:
        raise Refused("entrant", "an entrant who has not dropped yet", event.entrant)
    concerned = [p for p in state.pairings.values() if p.verdict is None and event.entrant in p.occupants]
    return _settle(replace(state, dropped=state.dropped | {event.entrant}), concerned)


def _rule(state: Tournament, id: str, verdict: Verdict) -> Tournament:
    pairing = state.pairing(id)
    if pairing.state != "playable":
        raise Refused("not_playable", f"{id} to be playable", pairing.state)
    return _decide(state, [(id, verdict)])


def _settle(state: Tournament, pairings: Iterable[Pairing]) -> Tournament:
    """Decide those that nobody needs to play."""
    return _decide(state, [(p.id, verdict) for p in pairings if (verdict := p.foregone(state.dropped)) is not None])


def _decide(state: Tournament, verdicts: Iterable[tuple[str, Verdict]]) -> Tournament:
    """Write the verdicts down and carry on upwards: a winner takes the next slot, a void leaves it to the other."""
    pairings = dict(state.pairings)
    due = deque(verdicts)
    while due:
        id, verdict = due.popleft()
        decided = pairings[id] = replace(pairings[id], verdict=verdict)
        goes_on = Nobody() if decided.winner is None else decided.winner
        for target, slot in state.feeds.get(id, ()):
            fed = pairings[target] = pairings[target].seat(slot, goes_on)
            if (foregone := fed.foregone(state.dropped)) is not None:
                due.append((target, foregone))
    return replace(state, pairings=pairings)
