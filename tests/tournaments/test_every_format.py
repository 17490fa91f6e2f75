"""Every format played by house bots on a real server, from the draw to the champion."""

from typing import Any

import pytest

from accounts.models import User
from game.models import Match
from game.pong.court import Choice
from realtime import database
from tests.conftest import LiveServer, Sockets
from tests.tournaments.running import Follower, brief, fresh, quick, restart, soon, state
from tournaments import audit, drawing, registration
from tournaments.formats.options import Options
from tournaments.models import Call, Tournament
from tournaments.registration import Plan

__all__ = ("brief", "quick", "soon")


def filled(organiser: User, entrants: int, format: str, options: Options) -> Tournament:
    made = registration.create(organiser, "Friday Cup", entrants, Choice(3), Plan(format, options))
    registration.fill(organiser, made.pk, "easy")
    return fresh(made)


async def played(sockets: Sockets, organiser: User, entrants: int, format: str, options: Options) -> Tournament:
    tournament = await database.run(filled, organiser, entrants, format, options)
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, organiser, tournament.pk)
    await stands.phase("finished", 90)
    assert stands.state == await database.run(state, tournament)
    return tournament


def counted(tournament: Tournament) -> tuple[int, int]:
    """Matches that were played, and pairings that were decided by them."""
    over = Match.objects.filter(call__tournament=tournament, reason=Match.Reason.POINTS).count()
    folded = state(tournament)
    return over, sum(1 for p in folded.pairings.values() if p.verdict is not None and p.verdict.how == "score")


@pytest.mark.parametrize(
    ("format", "entrants", "options", "pairings"),
    [
        ("single_elimination", 6, Options(third_place=True), {6}),
        ("double_elimination", 5, Options(), {8, 9}),
        ("round_robin", 4, Options(), {6}),
        ("swiss", 5, Options(rounds=3), {6}),
        ("groups", 6, Options(groups=2), {9}),
    ],
)
async def test_it_is_played_to_its_champion(
    sockets: Sockets, alice: User, brief: None, format: str, entrants: int, options: Options, pairings: set[int]
) -> None:
    tournament = await played(sockets, alice, entrants, format, options)

    def check() -> None:
        folded = state(tournament)
        assert folded.champion is not None
        over, decided = counted(tournament)
        assert over == decided
        assert decided in pairings
        assert audit.look(repair=False) == []

    await database.run(check)


async def test_a_series_is_played_until_one_has_most_of_it_and_sides_change(
    sockets: Sockets, alice: User, brief: None
) -> None:
    tournament = await played(sockets, alice, 2, "single_elimination", Options(best_of=5))

    def check() -> None:
        (pairing,) = state(tournament).pairings.values()
        assert pairing.verdict is not None
        assert pairing.verdict.score is not None
        assert max(pairing.verdict.score) == 3
        calls = list(Call.objects.filter(tournament=tournament).order_by("pk"))
        assert len(calls) == sum(pairing.verdict.score)
        first, second = pairing.entrants
        sides = [(call.left, call.right) for call in calls]
        assert sides == [(first, second) if n % 2 == 0 else (second, first) for n in range(len(calls))]
        assert [played.match for played in pairing.matches] == [call.match_id for call in calls]
        won = [(call.left, call.right)[call.match.winner or 0] for call in calls]
        assert (won.count(first), won.count(second)) == pairing.verdict.score
        assert audit.look(repair=False) == []

    await database.run(check)


async def test_a_large_round_is_drawn_in_another_process(
    sockets: Sockets, alice: User, brief: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "SMALL", 0)
    tournament = await played(sockets, alice, 4, "swiss", Options(rounds=1))
    assert (await database.run(counted, tournament)) == (2, 2)


async def test_a_swiss_goes_on_after_restarts(
    sockets: Sockets, server: LiveServer, alice: User, brief: None, settings: Any
) -> None:
    tournament = await database.run(filled, alice, 6, "swiss", Options(rounds=3))
    stands = await Follower.enter(sockets, tournament)
    await database.run(registration.start, alice, tournament.pk)
    for n in (1, 2, 3):
        await stands.until(lambda known, n=n: known.state.rounds_drawn == n and known.begun, 40)
        await restart(server)
    await stands.phase("finished", 60)
    found = await database.run(state, tournament)
    assert (len(found.pairings), found.champion is not None) == (9, True)
    assert await database.run(audit.look, repair=False) == []
