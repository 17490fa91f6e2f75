"""Random logs: whatever is allowed to happen, in any order, keeps the promises of the engine."""

import json
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from tournaments.formats.engine import apply, begin, fold
from tournaments.formats.events import (
    Cancelled,
    DoubleForfeit,
    Drawn,
    Dropped,
    Entered,
    Left,
    Result,
    Walkover,
    from_dict,
)
from tournaments.formats.refused import Refused

from .plays import FORMAT, drawn, opening, play_out

slots = st.sampled_from([1, 2])


def allowed(tournament):
    """Everything that may happen next in a running tournament, for `running_logs` to choose from."""
    for pairing in tournament.playable():
        for slot in (1, 2):
            yield Result(pairing.id, slot)
            yield Walkover(pairing.id, slot)
        yield DoubleForfeit(pairing.id)
    for entrant in tournament.order:
        if entrant not in tournament.dropped:
            yield Dropped(entrant)


@st.composite
def running_logs(draw):
    """The log of a drawn field and any allowed events after it: results, forfeits, and anybody dropping."""
    log = opening(draw(st.integers(2, 40)))
    tournament = fold(FORMAT, log)
    for choice in draw(st.lists(st.integers(0, 999), max_size=60)):
        if tournament.phase != "running":
            break
        events = list(allowed(tournament))
        log.append(events[choice % len(events)])
        tournament = apply(tournament, log[-1])
    return log


entrants = st.integers(1, 9)
pairings = st.sampled_from(["m1.1", "m1.2", "m1.3", "m2.1", "m2.2", "m3.1", "m4.1"])
scores = st.none() | st.tuples(st.integers(0, 99), st.integers(0, 99))
any_event = st.one_of(
    st.builds(Entered, entrants, st.just("E")),
    st.builds(Left, entrants),
    st.permutations(range(1, 7)).flatmap(lambda ids: st.integers(0, 6).map(lambda n: Drawn(tuple(ids[:n])))),
    st.builds(Result, pairings, slots, scores, st.none() | st.integers(1)),
    st.builds(Walkover, pairings, slots),
    st.builds(DoubleForfeit, pairings),
    st.builds(Dropped, entrants),
    st.just(Cancelled()),
)


@given(running_logs())
def test_nothing_waits_for_ever(log):
    tournament = fold(FORMAT, log)
    assert (tournament.phase == "running") == bool(tournament.playable())
    tournament, _ = play_out(tournament)
    assert {pairing.state for pairing in tournament.pairings.values()} <= {"decided", "void"}
    assert tournament.phase == "finished"


@given(running_logs())
def test_everybody_but_the_champion_loses_exactly_once_and_has_a_rank(log):
    tournament, _ = play_out(fold(FORMAT, log))
    lost = [entrant for pairing in tournament.pairings.values() for entrant in pairing.losers]
    assert sorted(lost) == sorted(set(tournament.entrants) - {tournament.champion})
    assert [standing.entrant for standing in tournament.standings() if standing.rank == 1] == (
        [] if tournament.champion is None else [tournament.champion]
    )
    assert None not in {standing.rank for standing in tournament.standings()}


@given(running_logs())
def test_who_has_dropped_wins_nothing_any_more(log):
    tournament = begin(FORMAT)
    for event in log:
        before, tournament = tournament, apply(tournament, event)
        for id, pairing in tournament.pairings.items():
            if before.pairings and pairing.verdict is not None and before.pairings[id].verdict is None:
                assert pairing.winner not in tournament.dropped


@given(running_logs())
def test_what_is_decided_stays_decided(log):
    tournament = begin(FORMAT)
    for event in log:
        before, tournament = tournament, apply(tournament, event)
        for pairing in before.pairings.values():
            assert pairing.verdict is None or tournament.pairings[pairing.id] == pairing


@given(running_logs())
def test_the_stored_log_tells_the_same_tournament(log):
    stored = json.loads(json.dumps([event.to_dict() for event in log]))
    assert [from_dict(event) for event in stored] == log
    assert fold(FORMAT, map(from_dict, stored)) == reduce(apply, log, begin(FORMAT))


@given(st.lists(any_event, max_size=40), st.integers(0, 6))
def test_a_refused_event_changes_nothing(events, entrants):
    """Any events at all: the log of those that were taken tells the tournament that is there."""
    tournament = drawn(entrants) if entrants >= 2 else begin(FORMAT)
    log = opening(entrants) if entrants >= 2 else []
    for event in events:
        before = repr(tournament)
        try:
            tournament = apply(tournament, event)
            log.append(event)
        except Refused:
            assert repr(tournament) == before
    assert fold(FORMAT, log) == tournament


@given(any_event)
def test_any_event_goes_to_json_and_back(event):
    assert from_dict(json.loads(json.dumps(event.to_dict()))) == event
