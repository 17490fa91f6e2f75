"""The audit of tournaments."""

from typing import Any

import pytest

from accounts.models import User
from chat.models import Line
from game import matches
from game.models import Match
from realtime.audit import Difference
from realtime.clock import wall_ms
from realtime.models import Lease
from tests.tournaments.running import fresh, kinds, look, make, said, state
from tournaments import audit, calling, log, organising, registration
from tournaments.models import Call, Entry, Tournament


@pytest.fixture(autouse=True)
def _nobody_hosts(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr("realtime.process._loop", None)
    monkeypatch.setattr(log, "_states", {})
    settings.REST_S = 0


@pytest.fixture
def running(db: None, alice: User, bob: User, charlie: User) -> Tournament:
    """Three entrants; the semi-final of Bob and Charlie is called."""
    tournament = make(alice, alice, bob, charlie)
    registration.start(alice, tournament.pk)
    look(tournament)
    return fresh(tournament)


def called(tournament: Tournament) -> Call:
    return Call.objects.filter(tournament=tournament).latest("pk")


def finish(tournament: Tournament) -> Match:
    """The match that was called last is won by its first seat."""
    return matches.finish(called(tournament).match_id, 1, winner=0, reason=Match.Reason.RESIGNED)


def over(tournament: Tournament) -> Match:
    """As if only the match's own row had been written."""
    match = called(tournament).match
    Match.objects.filter(pk=match.pk).update(
        phase=Match.Phase.OVER, reason=Match.Reason.RESIGNED, winner=0, started_ms=1, finished_ms=wall_ms() + 1000
    )
    return match


def repaired(what: str, expected: str, came: str) -> None:
    assert audit.look(repair=False) == [Difference(what, expected, came)]
    assert audit.look(repair=True) == [Difference(what, expected, came, repaired=True)]
    assert audit.look(repair=True) == []


def only_named(difference: Difference) -> None:
    for _ in range(2):
        assert audit.look(repair=True) == [difference]


def test_a_tournament_is_as_it_should_be_from_the_beginning_to_the_end(running: Tournament, alice: User) -> None:
    make(alice, bots=3)
    assert audit.look(repair=True) == []
    finish(running)
    assert audit.look(repair=True) == []
    look(running)
    finish(running)
    assert fresh(running).phase == "finished"
    assert audit.look(repair=True) == []


def test_a_cancelled_one_is_as_it_should_be(running: Tournament, alice: User) -> None:
    organising.cancel(alice, running.pk)
    assert audit.look(repair=True) == []
    finish(running)
    assert audit.look(repair=True) == []


def test_n_is_the_length_of_the_log(running: Tournament) -> None:
    Tournament.objects.update(n=running.n + 2)
    repaired(f"n of tournament {running.pk}", f"{running.n} as its log has it", f"{running.n + 2}")
    assert fresh(running).n == running.n
    finish(running)  # the log can be written to again
    assert state(running).phase == "running"


def test_the_phase_is_that_of_the_log(running: Tournament) -> None:
    Tournament.objects.update(phase=Tournament.Phase.FINISHED)
    repaired(f"phase of tournament {running.pk}", "running as its log has it", "finished")
    assert fresh(running).phase == "running"


def test_an_entry_that_is_missing_cannot_be_made_up(running: Tournament) -> None:
    Entry.objects.filter(n=2).delete()
    only_named(Difference(f"log of tournament {running.pk}", f"entries 1 to {running.n}", f"{running.n - 1} entries"))


def test_a_log_that_tells_nothing_possible_is_named(running: Tournament) -> None:
    Entry.objects.filter(kind="drawn").update(event={"kind": "drawn", "order": [1]})
    (found,) = audit.look(repair=True)
    assert found.what == f"log of tournament {running.pk}"
    assert found.expected.startswith("each of [")
    assert (found.came, found.repaired) == ("[1]", False)


def test_a_result_that_is_not_in_the_log_is_entered_and_told(running: Tournament) -> None:
    match = over(running)
    pairing = called(running).pairing
    repaired(f"{pairing} of tournament {running.pk}", f"the result of {match} in the log", "none")
    assert kinds(running)[-1] == "result"
    assert state(running).pairings[pairing].verdict is not None
    assert len(said(running, Line.Kind.RESULT)) == 1


def test_results_that_are_not_in_the_log_are_entered_in_order(running: Tournament) -> None:
    finish(running)
    entries = Entry.objects.filter(tournament=running).count()
    look(running)
    over(running)
    # ... and the semi-final's result is lost as well, with all that came after it.
    Entry.objects.filter(tournament=running, n__gte=entries).delete()
    Tournament.objects.update(n=entries - 1)
    Call.objects.update(entered=None)
    assert [difference.repaired for difference in audit.look(repair=True)] == [True, True]
    assert (fresh(running).phase, kinds(running)[-2:]) == ("finished", ["walkover", "result"])
    assert audit.look(repair=True) == []


@pytest.mark.parametrize("begun", [True, False])
def test_a_verdict_is_that_of_its_match(running: Tournament, begun: bool) -> None:
    match = called(running).match
    if begun:
        matches.begin(match.pk, 1)
    finish(running)
    Match.objects.filter(pk=match.pk).update(**({"a": 3} if begun else {"winner": None}))
    (found,) = audit.look(repair=True)
    assert found.what == f"{called(running).pairing} of tournament {running.pk}"
    assert found.expected == f"what {match} came to at {called(running).entered}"
    assert (str(Entry.objects.latest("pk").event), found.repaired) == (found.came, False)
    only_named(found)


def test_a_running_one_can_be_directed(running: Tournament) -> None:
    Lease.objects.filter(room=calling.lease(running.pk)).delete()
    repaired(f"lease of tournament {running.pk}", "one until the end", "none")
    assert Lease.objects.get(room=calling.lease(running.pk)).host == ""


def test_what_has_been_over_for_long_is_left_alone(running: Tournament) -> None:
    finish(running)
    look(running)
    finish(running)
    Entry.objects.update(at_ms=1000)
    Tournament.objects.update(n=99)
    assert audit.look(repair=True, since_ms=1001) == []
    assert len(audit.look(repair=True, since_ms=1000)) == 1
