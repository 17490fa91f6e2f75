"""Random logs of every format: whatever is allowed to happen, in any order, keeps the promises of the engine."""

import json
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tournaments.formats.arena_draw import pairs_now
from tournaments.formats.engine import Change, apply, begin, difference, fold, preview, undoable
from tournaments.formats.events import (
    Cancelled,
    Closed,
    DoubleForfeit,
    Drawn,
    Dropped,
    Entered,
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
    from_dict,
)
from tournaments.formats.format import Card
from tournaments.formats.options import NO_OPTIONS, Options
from tournaments.formats.refused import Refused
from tournaments.formats.score import NO_SCORE

from .plays import drawn, next_round, opening, play_out

slots = st.sampled_from([1, 2])
CASES = [
    ("single_elimination", NO_OPTIONS, (2, 40)),
    ("single_elimination", Options(third_place=True, best_of=3), (2, 20)),
    ("double_elimination", NO_OPTIONS, (2, 24)),
    ("double_elimination", Options(grand_final="single", lower=2, best_of_in=(("losers", 3),)), (5, 14)),
    ("double_elimination", Options(grand_final="none"), (2, 12)),
    ("round_robin", NO_OPTIONS, (2, 7)),
    ("round_robin", Options(cycles=2), (2, 5)),
    ("swiss", Options(rounds=3), (4, 11)),
    ("swiss", Options(wins=2, losses=2), (2, 11)),
    ("arena", NO_OPTIONS, (2, 8)),
    ("groups", NO_OPTIONS, (4, 14)),
    (
        "groups",
        Options(group_format="double_elimination", groups=2, play_offs="double_elimination", advance=3, lower=2),
        (6, 13),
    ),
]
KNOCK_OUTS = [case for case in CASES if case[0].endswith("elimination")]
every_case = st.sampled_from(CASES)


def allowed(tournament):
    """Everything that players may do next in a running tournament, for `logs` to choose from."""
    if tournament.phase != "running":
        return
    for pairing in tournament.playable():
        for slot in (1, 2):
            yield Result(pairing.id, slot)
            yield Walkover(pairing.id, slot)
            if tournament.best_of(pairing.id) > 1:
                yield MatchEnded(pairing.id, slot)
        yield DoubleForfeit(pairing.id)
    for entrant in tournament.order:
        if entrant not in tournament.dropped:
            yield Dropped(entrant)
    if tournament.round_due is not None:
        yield from [next_round(tournament)] * 3
    if tournament.pairing_open:
        everybody = set(tournament.order)
        if (paired := pairs_now(tournament, everybody, {})) is not None:
            yield from [paired, Paired(paired.pairs[:1])] * 4
        for entrant in tournament.order:
            if entrant not in tournament.dropped:
                yield Returned(entrant) if entrant in tournament.resting else Rested(entrant)
        yield Closed()
    if tournament.format.late_entry and not tournament.closed and len(tournament.entrants) < 14:
        yield Entered(1 + max(tournament.entrants), "Late")


def exceptions(tournament):
    """Everything that an organiser may do besides. Some of it is refused."""
    for pairing in tournament.pairings.values():
        if pairing.state == "decided" and len(pairing.entrants) == 2:
            yield Overridden(pairing.id, "score", 1, (2, 1))
            yield Overridden(pairing.id, "walkover", 2)
            yield Overridden(pairing.id, "double_forfeit")
            yield Reopened(pairing.id)
    for n in range(max(1, tournament.n - 8), tournament.n + 1):
        yield Undone(n)
    for entrant in tournament.order[:3]:
        yield Replaced(entrant, 1000 + tournament.n, "New")


@st.composite
def logs(draw, cases=every_case, organiser=False):
    """Format, options, and the log of a drawn field with any events after it that were allowed."""
    format, options, (least, most) = draw(cases)
    log = opening(draw(st.integers(least, most)))
    tournament = fold(format, log, options)
    for choice, is_exception in draw(st.lists(st.tuples(st.integers(0, 9999), st.booleans()), max_size=50)):
        events = list(exceptions(tournament) if organiser and is_exception else allowed(tournament))
        if not events:
            continue
        event = events[choice % len(events)]
        try:
            tournament = apply(tournament, event)
        except Refused:
            assert organiser  # what players do is never refused
            continue
        log.append(event)
    return format, options, log


@given(logs(organiser=True))
def test_nothing_waits_for_ever(log):
    format, options, events = log
    tournament = fold(format, events, options)
    assert (tournament.phase == "running") == bool(
        tournament.playable() or tournament.round_due or tournament.pairing_open
    )
    tournament, _ = play_out(tournament)
    assert {pairing.state for pairing in tournament.pairings.values()} <= {"decided", "void"}
    assert tournament.phase == "finished"
    assert None not in {standing.rank for standing in tournament.standings()} or not tournament.pairings


@given(logs(st.sampled_from(KNOCK_OUTS)))
def test_everybody_but_the_champion_is_out_and_has_a_rank(log):
    format, options, events = log
    tournament, _ = play_out(fold(format, events, options))
    standings = tournament.standings()
    assert [s.entrant for s in standings if s.rank == 1] == (
        [] if tournament.champion is None else [tournament.champion]
    )
    for standing in standings:
        better = sum(other.rank < standing.rank for other in standings)
        assert better < standing.rank  # a rank may stay vacant after a double forfeit, and nobody is ranked too high
    if format == "single_elimination" and not options.third_place:
        lost = [entrant for pairing in tournament.pairings.values() for entrant in pairing.losers]
        assert sorted(lost) == sorted(set(tournament.entrants) - {tournament.champion})


@given(logs())
def test_who_has_dropped_wins_nothing_any_more(log):
    format, options, events = log
    tournament = begin(format, options)
    for event in events:
        before, tournament = tournament, apply(tournament, event)
        for id, pairing in tournament.pairings.items():
            undecided = id not in before.pairings or before.pairings[id].verdict is None
            if before.order and undecided and pairing.verdict is not None:
                assert pairing.winner not in tournament.dropped


@given(logs(st.sampled_from([case for case in CASES if case[0] == "arena"])))
def test_nobody_is_in_two_matches_of_an_arena(log):
    """Unless one of them was reopened, which is an organiser's doing."""
    format, options, events = log
    tournament = begin(format, options)
    for event in events:
        tournament = apply(tournament, event)
        there = [entrant for pairing in tournament.playable() for entrant in pairing.entrants]
        assert len(there) == len(set(there))
        assert not tournament.resting & tournament.dropped


@given(logs(st.sampled_from([case for case in CASES if case[0] == "arena"]), organiser=True))
def test_the_score_cards_of_an_arena_are_what_its_pairings_say(log):
    format, options, events = log
    tournament = fold(format, events, options)
    for entrant in tournament.order:
        score, own = NO_SCORE, []
        for pairing in tournament.pairings.values():
            if entrant in pairing.entrants:
                own.append(pairing.id)
                score = score.after_pairing(pairing, entrant)
        card = tournament.cards.get(entrant, Card())
        assert (list(card.pairings), card.score) == (own, score)


@given(logs())
def test_what_is_decided_stays_decided(log):
    format, options, events = log
    tournament = begin(format, options)
    for event in events:
        before, tournament = tournament, apply(tournament, event)
        for pairing in before.pairings.values():
            assert pairing.verdict is None or tournament.pairings[pairing.id] == pairing


@given(logs(organiser=True))
def test_the_stored_log_tells_the_same_tournament(log):
    format, options, events = log
    stored = json.loads(json.dumps([event.to_dict() for event in events]))
    assert [from_dict(event) for event in stored] == events
    restored = Options.from_dict(json.loads(json.dumps(options.to_dict())))
    assert restored == options
    folded = fold(format, map(from_dict, stored), restored)
    assert folded == reduce(apply, events, begin(format, options))
    assert (folded.book, folded.ranked, folded.past) == (
        reduce(apply, events, begin(format, options)).book,
        folded.ranked,
        reduce(apply, events, begin(format, options)).past,
    )


# --- what the organiser may do ---


def reversed_by(pairing):
    """The override that gives a pairing the verdict it has."""
    verdict = pairing.verdict
    return Overridden(pairing.id, verdict.how, verdict.winner, verdict.score, verdict.match)


@given(logs(organiser=True), st.data())
def test_an_override_and_its_reverse_restore_the_identical_state(log, data):
    format, options, events = log
    tournament = fold(format, events, options)
    overrides = [event for event in exceptions(tournament) if isinstance(event, Overridden)]
    if tournament.phase == "cancelled" or not overrides:
        return
    override = data.draw(st.sampled_from(overrides))
    back = reversed_by(tournament.pairing(override.pairing))
    overridden = apply(tournament, override)
    assert apply(overridden, back) == tournament
    assert apply(overridden, Undone(overridden.n)) == tournament
    # And whatever is played meanwhile by those who meet only then:
    meanwhile = overridden
    for pairing in overridden.playable()[:3]:
        if set(pairing.entrants) != set(tournament.pairing(pairing.id).entrants):
            meanwhile = apply(meanwhile, Walkover(pairing.id, data.draw(slots)))
    assert apply(meanwhile, back) == tournament


@given(logs(organiser=True), st.data())
def test_every_event_can_be_undone_and_brought_back(log, data):
    format, options, events = log
    before = fold(format, events, options)
    if before.phase != "running":
        return
    event = data.draw(st.sampled_from([*allowed(before), *exceptions(before)]))
    try:
        after = apply(before, event)
    except Refused:
        return
    if isinstance(event, Entered):
        with pytest.raises(Refused, match="undo: expected a drop instead"):
            apply(after, Undone(after.n))
        return
    undone = apply(after, Undone(after.n))
    assert undone == before
    assert apply(undone, Undone(undone.n)) == after


@given(logs(organiser=True))
def test_what_is_undoable_is_what_an_undoing_is_not_refused_for(log):
    format, options, events = log
    tournament = fold(format, events, options)
    named = undoable(tournament)
    for n in range(1, tournament.n + 2):
        try:
            apply(tournament, Undone(n))
            refused = None
        except Refused as no:
            refused = no
        if n not in named:
            assert refused is not None
        elif refused is not None:  # the log cannot be told without it
            assert "one place each" in refused.expected or refused.expected.startswith("round ")


@given(logs(organiser=True), st.data())
def test_a_preview_says_what_then_happens(log, data):
    format, options, events = log
    before = fold(format, events, options)
    possible = [*allowed(before), *exceptions(before)]
    if not possible:
        return
    event = data.draw(st.sampled_from(possible))
    try:
        changes = preview(before, event)
    except Refused as refused:
        with pytest.raises(Refused, match=refused.code):
            apply(before, event)
        return
    after = apply(before, event)
    rebuilt = dict(before.pairings)
    for change in changes:
        assert isinstance(change, Change)
        assert change.before != change.after
        assert before.pairings.get(change.id) == change.before
        rebuilt.pop(change.id, None)
        if change.after is not None:
            rebuilt[change.id] = change.after
    assert rebuilt == after.pairings
    assert difference(after, before) == () or changes


# --- anything at all ---

entrants = st.integers(1, 9)
pairings = st.sampled_from(
    ["m1.1", "m1.2", "m2.1", "m3.1", "w1.1", "w1.2", "l1.1", "f1.1", "f2.1", "r1.1", "g1r1.1", "a.1", "a.2"]
)
scores = st.none() | st.tuples(st.integers(0, 99), st.integers(0, 99))
any_event = st.one_of(
    st.builds(Entered, entrants, st.just("E")),
    st.builds(Left, entrants),
    st.permutations(range(1, 7)).flatmap(lambda ids: st.integers(0, 6).map(lambda n: Drawn(tuple(ids[:n])))),
    st.builds(Result, pairings, slots, scores, st.none() | st.integers(1)),
    st.builds(MatchEnded, pairings, slots, scores, st.none() | st.integers(1)),
    st.builds(Walkover, pairings, slots),
    st.builds(DoubleForfeit, pairings),
    st.builds(Dropped, entrants),
    st.builds(Overridden, pairings, st.just("score"), slots, scores),
    st.builds(Overridden, pairings, st.just("double_forfeit")),
    st.builds(Reopened, pairings),
    st.builds(Replaced, entrants, entrants, st.just("R")),
    st.builds(
        RoundDrawn,
        st.integers(1, 3),
        st.permutations(range(1, 7)).map(lambda ids: tuple(zip(ids[::2], ids[1::2], strict=True))),
        st.none() | entrants,
    ),
    st.builds(Paired, st.sampled_from([((1, 2),), ((3, 1), (4, 2)), ((5, 6),)])),
    st.builds(Rested, entrants),
    st.builds(Returned, entrants),
    st.just(Closed()),
    st.builds(Undone, st.integers(1, 30)),
    st.just(Cancelled()),
)


@given(every_case, st.lists(any_event, max_size=40), st.integers(0, 6))
def test_a_refused_event_changes_nothing(case, events, entrants):
    """Any events at all: the log of those that were taken tells the tournament that is there."""
    format, options, (least, _) = case
    log = opening(entrants) if entrants >= least else []
    tournament = fold(format, log, options)
    for event in events:
        before = repr(tournament)
        try:
            tournament = apply(tournament, event)
            log.append(event)
        except Refused:
            assert repr(tournament) == before
    assert fold(format, log, options) == tournament


@given(any_event)
def test_any_event_goes_to_json_and_back(event):
    assert from_dict(json.loads(json.dumps(event.to_dict()))) == event


@pytest.mark.parametrize(("format", "options", "sizes"), CASES)
def test_anybody_may_drop_at_any_moment(format, options, sizes):
    """Not at random: everybody, after each event of a tournament that is played to its end."""
    tournament = drawn(sizes[-1] if format != "round_robin" else 4, format, options)
    _, events = play_out(tournament)
    for event in events:
        for entrant in tournament.order[::3]:
            without = apply(tournament, Dropped(entrant))
            assert without.phase == "finished" or without.playable() or without.round_due or without.pairing_open
        tournament = apply(tournament, event)
    assert tournament.phase == "finished"
