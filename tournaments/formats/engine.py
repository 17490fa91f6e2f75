"""The engine: a tournament is a fold over its log.

`apply` is the step and `fold` the whole: no verdict, pairing or rank is stored anywhere, so a replayed log is the
tournament, and a tournament that was killed at any instant is rebuilt exactly.

Who stands in a place follows from the places before it; how it ended, from what is on record of these two there (the
book), or from one of them being gone. So an override writes another ruling into the book and looks again at what
depends on it, and what was played by two who no longer meet counts again as soon as they do. Only an undoing folds the
log anew, without the event undone. `preview` says what an event would change.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from . import graph
from .arena import NO_CARD, Arena
from .double_elimination import DoubleElimination
from .events import (
    Cancelled,
    Closed,
    DoubleForfeit,
    Drawn,
    Dropped,
    Entered,
    Event,
    Left,
    MatchEnded,
    Overridden,
    Paired,
    Reopened,
    Replaced,
    Rested,
    Result,
    Returned,
    RoundDrawn,
    Undone,
    Walkover,
)
from .format import Card, Format, check
from .groups import Groups
from .layers import Draft
from .options import NO_OPTIONS, Options
from .pairing import Nobody, Occupant, Pairing, Played, Verdict, series
from .place import Bye, LoserOf, Place, Seed, Source, WinnerOf
from .refused import Refused
from .round_robin import RoundRobin
from .score import NO_SCORE
from .single_elimination import SingleElimination
from .swiss import Swiss
from .tournament import Key, Past, Phase, Ruling, Start, Tournament, may_be_paired, pairing_open, phase

FORMATS: Mapping[str, Callable[[Options], Format]] = {
    format(NO_OPTIONS).name: format
    for format in (SingleElimination, DoubleElimination, RoundRobin, Swiss, Groups, Arena)
}

ALLOWED: Mapping[type[Event], tuple[Phase, ...]] = {
    Entered: ("open",),  # later too, where the format has late entry
    Left: ("open",),
    Drawn: ("open",),
    Result: ("running",),
    MatchEnded: ("running",),
    Walkover: ("running",),
    DoubleForfeit: ("running",),
    Dropped: ("running",),
    Replaced: ("running",),
    RoundDrawn: ("running",),
    Paired: ("running",),
    Rested: ("running",),
    Returned: ("running",),
    Closed: ("running",),
    Overridden: ("running", "finished"),
    Reopened: ("running", "finished"),
    Undone: ("running", "finished", "cancelled"),
    Cancelled: ("open", "running"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What an event does to a pairing; None: there is none before, or afterwards."""

    id: str
    before: Pairing | None
    after: Pairing | None


def begin(format_name: str, options: Options = NO_OPTIONS) -> Tournament:
    """The tournament of an empty log. Refused with "format" if nobody knows the name, with "option" if it has not
    the options."""
    try:
        format = FORMATS[format_name](options)
    except KeyError:
        raise Refused("format", f"one of {', '.join(FORMATS)}", format_name) from None
    check(format, options.chosen())
    return Tournament(format)


def fold(format_name: str, events: Iterable[Event], options: Options = NO_OPTIONS) -> Tournament:
    """The tournament that this log tells. Refused at the first event that was not allowed where it stands."""
    writing = _Writing(begin(format_name, options))
    for event in events:
        writing.write(event)
    return writing.done()


def apply(state: Tournament, event: Event) -> Tournament:
    """The tournament after one more event, or Refused: then it is not an event of this log."""
    writing = _Writing(state)
    writing.write(event)
    return writing.done()


def preview(state: Tournament, event: Event) -> tuple[Change, ...]:
    """What the event would change, pairing by pairing in calling order. Refused if it is not allowed."""
    return difference(state, apply(state, event))


def difference(before: Tournament, after: Tournament) -> tuple[Change, ...]:
    """The pairings that differ, in calling order; those that are gone stand last."""
    changes = [
        Change(id, before.pairings.get(id), pairing)
        for id, pairing in after.pairings.items()
        if before.pairings.get(id) is not pairing and before.pairings.get(id) != pairing
    ]
    gone = [Change(id, pairing, None) for id, pairing in before.pairings.items() if id not in after.pairings]
    return (*changes, *gone)


def undoable(state: Tournament) -> frozenset[int]:
    """The numbers of the events that an `Undone` may name now, undoings among them; none while that is not allowed.

    All others are Refused with "undo". Of these one may still be, if the log cannot be told without it: `preview` says.
    """
    if state.phase not in ALLOWED[Undone] or not state.order:
        return frozenset()
    writing = _Writing(state)
    record = _Record.of(state.past)
    return frozenset(past.n for past in state.past if writing.not_undoable(past.n, record) is None)


class _Writing:
    """A tournament being written: a copy that one event, or a whole log, is written into. Refused: throw it away."""

    def __init__(self, state: Tournament) -> None:
        self.format = state.format
        self.entrants = dict(state.entrants)
        self.order = list(state.order)
        self.pairings: Draft[str, Pairing] = state.pairings.draft()
        self.dropped = set(state.dropped)
        self.withdrawn = set(state.withdrawn)
        self.cancelled = state.cancelled
        self.undecided_ids = set(state.undecided_ids)
        self.rounds_drawn = state.rounds_drawn
        self.resting = set(state.resting)
        self.absent = set(state.absent)
        self.closed = state.closed
        self.cards = dict(state.cards)
        self._pairs = state.pairs
        self._n = state.n
        self._graph = state.graph
        self._ranked = dict(state.ranked)
        self._book: Draft[Key, Ruling] = state.book.draft()
        self._past = state.past
        self._since: list[Past] = []  # what has happened after the past
        self._start: Start = state.start
        self.seeds = dict(state.seeds)

    @property
    def undecided(self) -> int:
        return len(self.undecided_ids)

    def done(self) -> Tournament:
        return Tournament(
            self.format,
            self.entrants,
            tuple(self.order),
            self.pairings.done(),
            frozenset(self.dropped),
            frozenset(self.withdrawn),
            self.cancelled,
            frozenset(self.undecided_ids),
            self.rounds_drawn,
            frozenset(self.resting),
            frozenset(self.absent),
            self.closed,
            self._n,
            self.seeds,
            self.cards,
            self._pairs,
            self._graph,
            self._ranked,
            self._book.done(),
            self._past.grown(self._since),
            self._start,
        )

    def write(self, event: Event) -> None:
        phases = ALLOWED[type(event)]
        if isinstance(event, Entered) and self.format.late_entry:
            phases = ("open", "running")
        if (now := phase(self)) not in phases:
            raise Refused("phase", f"{' or '.join(phases)} for {event.kind}", now)
        self._n += 1
        if self.order:
            self._since.append(Past(self._n, event, self._concerned(event)))
            self._happen(self._since[-1])
            return
        match event:
            case Entered():
                self._enter(event)
            case Left(entrant=entrant):
                if entrant not in self.entrants:
                    raise Refused("entrant", "somebody who has entered", entrant)
                del self.entrants[entrant]
            case Drawn(order=order):
                self._require_draw(order)
                self._start = (dict(self.entrants), order)
                self._draw()
            case Cancelled():
                self.cancelled = True

    # -- what is allowed -----------------------------------------------------------------------------------------

    def _enter(self, event: Entered) -> None:
        if self.closed:
            raise Refused("phase", f"before the close for {event.kind}", "closed")
        if event.entrant in self.entrants:
            raise Refused("entrant", "somebody who has not entered", event.entrant)
        most = self.format.sizes[-1]
        if len(self.entrants) == most:
            raise Refused("size", f"at most {most} entrants", most + 1)
        self.entrants[event.entrant] = event.name

    def _require_draw(self, order: tuple[int, ...]) -> None:
        sizes = self.format.sizes
        if len(self.entrants) not in sizes:
            raise Refused("size", f"{sizes[0]} to {sizes[-1]} entrants", len(self.entrants))
        if sorted(order) != sorted(self.entrants):
            raise Refused("order", f"each of {sorted(self.entrants)} once", list(order))

    def _concerned(self, event: Event) -> tuple[int, ...]:
        """The seeds whom an event after the draw concerns. Refused if it is not allowed."""
        match event:
            case Result(pairing=id) | MatchEnded(pairing=id) | Walkover(pairing=id) | DoubleForfeit(pairing=id):
                pairing = self._pairing(id)
                if pairing.state != "playable":
                    raise Refused("not_playable", f"{id} to be playable", pairing.state)
                return self._seeds_of(pairing)
            case Overridden(pairing=id) | Reopened(pairing=id):
                return self._require_decision(event, self._pairing(id))
            case Dropped(entrant=entrant):
                if entrant not in self.seeds:
                    raise Refused("entrant", "an entrant of the draw", entrant)
                if entrant in self.dropped:
                    raise Refused("entrant", "an entrant who has not dropped yet", entrant)
                return (self.seeds[entrant],)
            case Replaced(entrant=entrant, by=by):
                if entrant not in self.seeds:
                    raise Refused("entrant", "an entrant of the draw", entrant)
                if by in self.entrants:
                    raise Refused("entrant", "somebody who has not entered", by)
                return (self.seeds[entrant],)
            case RoundDrawn():
                return self._require_round(event)
            case Paired(pairs=pairs):
                return self._require_free(pairs)
            case Rested(entrant=entrant) | Returned(entrant=entrant):
                self._require_pairing(event)
                if entrant not in self.seeds or entrant in self.dropped:
                    raise Refused("entrant", "an entrant of the draw who has not dropped", entrant)
                if (entrant in self.resting) != isinstance(event, Returned):
                    raise Refused("rest", "who rests" if isinstance(event, Returned) else "who does not rest", entrant)
                return (self.seeds[entrant],)
            case Closed():
                self._require_pairing(event)
            case Undone(n=n):
                self._require_undoable(n)
        return ()

    def _pairing(self, id: str) -> Pairing:
        try:
            return self.pairings[id]
        except KeyError:
            raise Refused("pairing", "the id of a pairing of the draw", id) from None

    def _seeds_of(self, pairing: Pairing) -> tuple[int, ...]:
        return tuple(self.seeds[entrant] for entrant in pairing.entrants)

    def _require_decision(self, event: Overridden | Reopened, pairing: Pairing) -> tuple[int, ...]:
        if pairing.state != "decided" or len(pairing.entrants) != 2:
            came = pairing.verdict.how if pairing.verdict is not None else pairing.state
            raise Refused("decision", f"{pairing.id} to be decided between two entrants", came)
        if isinstance(event, Reopened) and (gone := self.dropped.intersection(pairing.entrants)):
            raise Refused("decision", f"both entrants of {pairing.id} to be there", f"{min(gone)} has dropped")
        return self._seeds_of(pairing)

    def _require_round(self, event: RoundDrawn) -> tuple[int, ...]:
        due = self.format.round_due(self)
        if event.round != due:
            raise Refused("round", "a round that is due" if due is None else f"round {due}", event.round)
        there = self.format.may_meet(self)
        paired = [entrant for pair in event.pairs for entrant in pair]
        if event.bye is not None:
            paired.append(event.bye)
        if sorted(paired) != sorted(there):
            raise Refused("round", f"each of {sorted(there)} once", paired)
        return tuple(self.seeds[entrant] for entrant in paired)

    def _require_pairing(self, event: Paired | Rested | Returned | Closed) -> None:
        if not self.format.pairs_as_it_goes:
            raise Refused("format", f"a format that pairs as it goes for {event.kind}", self.format.name)
        if not pairing_open(self):
            raise Refused("phase", f"before the close for {event.kind}", "closed")

    def _require_free(self, pairs: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
        self._require_pairing(Paired(pairs))
        paired = tuple(entrant for pair in pairs for entrant in pair)
        if others := [entrant for entrant in paired if not may_be_paired(self, entrant)]:
            raise Refused("pairs", "those who are there and in no pairing", sorted(others))
        return tuple(self.seeds[entrant] for entrant in paired)

    def _require_undoable(self, n: int) -> None:
        refused = self.not_undoable(n, _Record.of(self._past.grown(self._since)))
        if refused is not None:
            raise refused

    def not_undoable(self, n: int, record: "_Record") -> Refused | None:
        """Why event ``n`` cannot be undone, by the ``record`` of the past; None if it can."""
        past = record.standing.get(n) or record.undoings.get(n)
        if past is None or n in record.struck:
            return Refused("undo", "an event after the draw that has not been undone", n)
        if isinstance(past.event, Entered):
            return Refused("undo", "a drop instead: a late entry cannot be undone", n)
        if isinstance(past.event, RoundDrawn):
            if past.event.round != self.rounds_drawn:
                return Refused("undo", f"round {self.rounds_drawn}, the last one", past.event.round)
            of_round = {id for id, pairing in self.pairings.items() if pairing.place.round == self.rounds_drawn}
            return _played(of_round, record)
        if isinstance(past.event, Paired):
            return _played({self.format.paired(number, (1, 2)).id for number in record.numbers[n]}, record)
        return None

    # -- what happens --------------------------------------------------------------------------------------------

    def _happen(self, past: Past) -> None:
        """Let an event that is allowed happen, or happen again. It may find another world at an undoing: it is about
        who stands in these seeds now, and what is on record of two who do not meet waits until they do."""
        event, seeds = past.event, past.seeds
        match event:
            case Result(pairing=id, winner=winner, score=score, match=match):
                self._rule((id, *_two(seeds)), Verdict("score", winner, score, match))
            case Walkover(pairing=id, winner=winner):
                self._rule((id, *_two(seeds)), Verdict("walkover", winner))
            case DoubleForfeit(pairing=id):
                self._rule((id, *_two(seeds)), Verdict("double_forfeit"))
            case Overridden(pairing=id, how=how, winner=winner, score=score, match=match):
                self._rule((id, *_two(seeds)), Verdict(how, winner, score, match))
            case MatchEnded(pairing=id):
                self._count((id, *_two(seeds)), Played(event.winner, event.score, event.match))
            case Reopened(pairing=id):
                self._book[id, *_two(seeds)] = NO_RULING
                self._settle([id])
            case Dropped():
                self._drop(self.order[seeds[0] - 1])
            case Replaced():
                self._replace(seeds[0], event)
            case RoundDrawn():
                self._draw_round(event, seeds)
            case Paired():
                self._pair(list(zip(seeds[::2], seeds[1::2], strict=True)))
            case Rested(absent=absent):
                self.resting.add(self.order[seeds[0] - 1])
                if absent:
                    self.absent.add(self.order[seeds[0] - 1])
            case Returned():
                self._end_break(self.order[seeds[0] - 1])
            case Closed():
                self.closed = True
            case Entered():
                self._enter(event)
                self.order.append(event.entrant)
                self.seeds[event.entrant] = len(self.order)
            case Undone():
                self._start_again()
            case Cancelled():
                self.cancelled = True

    def _draw(self) -> None:
        entrants, order = self._start
        self.entrants, self.order = dict(entrants), list(order)
        self.seeds = {entrant: seed for seed, entrant in enumerate(order, start=1)}
        places = self.format.draw(len(order))
        self._graph = graph.of(places)
        self._add(places)

    def _add(self, places: Iterable[Place]) -> None:
        added = {place.id: Pairing(place, (Nobody(), Nobody())) for place in places}
        self.pairings.update(added)
        self.undecided_ids |= added.keys()
        self._settle(added)

    def _start_again(self) -> None:
        """The whole log from the draw on, without what is undone."""
        self._book, self._ranked, self.cards = Draft(), {}, {}
        self.pairings, self.dropped, self.withdrawn = Draft(), set(), set()
        self.resting, self.absent = set(), set()
        self.cancelled, self.closed, self.undecided_ids = False, False, set()
        self.rounds_drawn, self._pairs = 0, 0
        self._draw()
        all_past = self._past.grown(self._since)
        struck = _struck(all_past)
        for past in all_past:
            if past.n not in struck:
                if not isinstance(past.event, Undone):
                    self._happen(past)
            elif isinstance(past.event, Paired):
                self._pairs += len(past.event.pairs)  # their numbers stay theirs
        if len(self.seeds) != len(self.order) or len(self.entrants) != len(self.order):
            raise Refused("undo", "entrants who stand in one place each", list(self.order))

    def _rule(self, key: Key, verdict: Verdict) -> None:
        before = self._book.get(key, Ruling())
        self._book[key] = Ruling(before.matches, verdict)
        self._settle([key[0]])

    def _count(self, key: Key, played: Played) -> None:
        id = key[0]
        before = self._book.get(key, Ruling())
        matches = (*before.matches, played)
        if id in self.pairings:  # else of a round that is undone
            place = self.pairings[id].place
            verdict = before.verdict or series(matches, self.format.best_of(place, len(self.order)))
            self._book[key] = Ruling(matches, verdict)
            self._settle([id])

    def _drop(self, entrant: int) -> None:
        """Who is out already may drop too: it changes nothing in a bracket, and other formats have matches to come."""
        self.dropped.add(entrant)
        self._end_break(entrant)
        for group, ids in self._graph.groups.items():
            if group not in self._ranked and any(entrant in self.pairings[id].occupants for id in ids):
                self.withdrawn.add(entrant)
        self._settle([id for id in self.undecided_ids if entrant in self.pairings[id].occupants])

    def _end_break(self, entrant: int) -> None:
        self.resting.discard(entrant)
        self.absent.discard(entrant)

    def _replace(self, seed: int, event: Replaced) -> None:
        former = self.order[seed - 1]
        self.order[seed - 1] = event.by
        self.entrants = {
            (event.by if id == former else id): (event.name if id == former else name)
            for id, name in self.entrants.items()
        }
        del self.seeds[former]
        self.seeds[event.by] = seed
        for those in (self.dropped, self.withdrawn, self.resting, self.absent):
            those.discard(former)
        if (card := self.cards.pop(former, None)) is not None:
            self.cards[event.by] = card
        self._settle([id for id, pairing in self.pairings.items() if former in pairing.occupants])

    def _draw_round(self, event: RoundDrawn, seeds: tuple[int, ...]) -> None:
        if event.round != self.rounds_drawn + 1:
            raise Refused("undo", f"round {self.rounds_drawn + 1}", event.round)
        paired = iter(seeds)
        pairs = [(next(paired), next(paired)) for _ in event.pairs]
        self.rounds_drawn = event.round
        self._add(self.format.drawn_round(event.round, pairs, next(paired, None)))

    def _pair(self, pairs: list[tuple[int, int]]) -> None:
        places = [self.format.paired(number, seeds) for number, seeds in enumerate(pairs, start=self._pairs + 1)]
        self._pairs += len(pairs)
        for place, seeds in zip(places, pairs, strict=True):
            for seed in seeds:
                card = self.cards.get(self.order[seed - 1], NO_CARD)
                self.cards[self.order[seed - 1]] = Card((*card.pairings, place.id), card.score)
        self._add(places)

    # -- what follows --------------------------------------------------------------------------------------------

    def _settle(self, ids: Iterable[str]) -> None:
        """Look again at these pairings and at all that depend on those that change.

        In calling order, so that each is looked at when what it depends on is final, and a group before the play-offs.
        """
        due = [(self._graph.position.get(id, 0), id) for id in ids if id in self.pairings]
        heapify(due)
        groups: set[int] = set()
        while due or groups:
            if groups and (not due or self.pairings[due[0][1]].place.group is None):
                for group in groups:
                    if self._rank(group):
                        for target in self._graph.group_feeds.get(group, ()):
                            heappush(due, (self._graph.position[target], target))
                groups.clear()
                continue
            _, id = heappop(due)
            before = self.pairings[id]
            after = self._look(before.place)
            if (after.occupants, after.verdict, after.matches) == (before.occupants, before.verdict, before.matches):
                continue
            self.pairings[id] = after
            if after.verdict is None:
                self.undecided_ids.add(id)
            else:
                self.undecided_ids.discard(id)
            if self.cards:
                self._score(before, after)
            if after.place.group is not None:
                groups.add(after.place.group)
            for target in self._graph.feeds.get(id, ()):
                heappush(due, (self._graph.position[target], target))

    def _score(self, before: Pairing, after: Pairing) -> None:
        """Note on the cards of its two what has become of a pairing. Scores go by the order of pairing, in which a
        verdict is added to the last and anything else counts all anew."""
        for entrant in after.entrants:
            card = self.cards[entrant]
            if after.id == card.pairings[-1] and before.verdict is None:
                score = card.score.after_pairing(after, entrant)
            else:
                score = NO_SCORE
                for id in card.pairings:
                    score = score.after_pairing(self.pairings[id], entrant)
            self.cards[entrant] = Card(card.pairings, score)

    def _rank(self, group: int) -> bool:
        """Note who comes out of a group, if it is over. Gives whether that has changed."""
        pairings = [self.pairings[id] for id in self._graph.groups[group]]
        before = self._ranked.pop(group, None)
        if any(pairing.verdict is None for pairing in pairings):
            return before is not None
        self._ranked[group] = self.format.group_order(group, pairings, self)
        return before != self._ranked[group]

    def _look(self, place: Place) -> Pairing:
        """The pairing of a place as it stands now."""
        upper, lower = self._occupant(place.slots[0]), self._occupant(place.slots[1])
        if place.if_needed and not self._needed(place):
            upper = lower = Nobody()
        if not (isinstance(upper, int) or isinstance(lower, int)):
            pairing = Pairing(place, (upper, lower))
            verdict = pairing.foregone(self.dropped)
            return pairing if verdict is None else Pairing(place, (upper, lower), verdict)
        key = (place.id, self._seed(upper), self._seed(lower))
        ruling = self._book.get(key, NO_RULING)
        pairing = Pairing(place, (upper, lower), ruling.verdict, ruling.matches)
        if ruling.verdict is None and (verdict := pairing.foregone(self.dropped)) is not None:
            # On record from now on: whoever drops later does not change what has come of it.
            self._book[key] = Ruling(ruling.matches, verdict)
            return Pairing(place, (upper, lower), verdict, ruling.matches)
        return pairing

    def _seed(self, occupant: Occupant) -> int:
        """For the book: nobody is 0, and who is to be found out -1, of whom there is nothing on record."""
        if isinstance(occupant, int):
            return self.seeds[occupant]
        return 0 if isinstance(occupant, Bye | Nobody) else -1

    def _needed(self, place: Place) -> bool:
        """Is the second final played, or is that not known yet?"""
        source = place.slots[0]
        assert isinstance(source, LoserOf), "the second final is among the finalists"
        first = self.pairings[source.place]
        return first.verdict is None or (first.verdict.winner == 2 and len(first.entrants) == 2)

    def _occupant(self, source: Source) -> Occupant:
        if isinstance(source, Seed):
            return self.order[source.number - 1]
        if isinstance(source, Bye):
            return source
        if isinstance(source, WinnerOf | LoserOf):
            before = self.pairings[source.place]
            if before.verdict is None:
                return source
            if before.verdict.winner is None:
                return Nobody()
            index = before.verdict.winner - 1
            return before.occupants[index if isinstance(source, WinnerOf) else 1 - index]
        order = self._ranked.get(source.group)
        if order is None:
            return source
        entrant = order[source.rank - 1] if source.rank <= len(order) else None
        return Nobody() if entrant is None else entrant


NO_RULING = Ruling()


def _two(seeds: tuple[int, ...]) -> tuple[int, int]:
    upper, lower = seeds
    return upper, lower


@dataclass(frozen=True, slots=True)
class _Record:
    """The past, looked up by numbers: the events that stand, all undoings, and what is undone.

    `played` are the pairings of which something stands; `numbers` those of the pairs of each event that made some.
    """

    standing: Mapping[int, Past]
    undoings: Mapping[int, Past]
    struck: Set[int]
    played: Set[str | None]
    numbers: Mapping[int, range]

    @classmethod
    def of(cls, past: Sequence[Past]) -> "_Record":
        standing = {entry.n: entry for entry in _standing(past)}
        return cls(
            standing,
            {entry.n: entry for entry in past if isinstance(entry.event, Undone)},
            _struck(past),
            {getattr(entry.event, "pairing", None) for entry in standing.values()},
            _numbers(past),
        )


def _numbers(past: Sequence[Past]) -> dict[int, range]:
    """The numbers of the pairs that were made as it went, by event; those that are undone keep theirs."""
    numbers: dict[int, range] = {}
    last = 0
    for entry in past:
        if isinstance(entry.event, Paired):
            numbers[entry.n] = range(last + 1, last + len(entry.event.pairs) + 1)
            last += len(entry.event.pairs)
    return numbers


def _played(ids: Set[str], record: _Record) -> Refused | None:
    """The refusal to undo what made these pairings, if something is on record of one of them."""
    if ids.isdisjoint(record.played):
        return None
    return Refused("undo", "pairings of which nothing is played", min(ids))


def _struck(past: Sequence[Past]) -> set[int]:
    """The numbers of the events that are undone. An undoing that is undone itself undoes nothing."""
    struck: set[int] = set()
    for entry in reversed(past):
        if isinstance(entry.event, Undone) and entry.n not in struck:
            struck.add(entry.event.n)
    return struck


def _standing(past: Sequence[Past]) -> list[Past]:
    """The events that are not undone, undoings left out."""
    struck = _struck(past)
    return [entry for entry in past if entry.n not in struck and not isinstance(entry.event, Undone)]
