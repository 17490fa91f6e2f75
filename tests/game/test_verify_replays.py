"""The proof of what is stored, and the command that asks for it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from game import replays
from game.matches import Player
from game.models import Match, Rally
from game.pong.court import ruleset
from realtime import database
from tests.conftest import Sockets
from tests.game.playing import Scripted, called, quick, soon
from tests.game.stored import classic, records, store

__all__ = ("quick", "soon")
PLAYERS = (Player("Ann"), Player("Ben"))


@pytest.fixture
def match(db: None) -> Match:
    return classic()


def differences(match: Match) -> list[str]:
    return replays.differences([match.pk])[0]


def alter(match: Match, number: int, change: Any) -> None:
    rally = Rally.objects.get(match=match, number=number)
    change(rally)
    rally.save()


def test_what_was_played_is_true(match: Match) -> None:
    assert replays.differences([match.pk]) == ([], match.a + match.b)


@pytest.mark.parametrize(
    ("reason", "winner"),
    [(Match.Reason.RESIGNED, 1), (Match.Reason.LEFT, 0), (Match.Reason.ABORTED, None), (Match.Reason.WALKOVER, 0)],
)
def test_a_match_that_ended_before_all_points_is_true(db: None, reason: Match.Reason, winner: int | None) -> None:
    for played in (records(3, 7)[:2], []):
        assert differences(store(PLAYERS, played, ruleset(3), 7, reason=reason, winner=winner)) == []


@pytest.mark.parametrize("moves", [(1,), (1, 2, 3)])
def test_a_match_that_changed_hosts_is_true(db: None, moves: tuple[int, ...]) -> None:
    assert differences(store(PLAYERS, records(3, 7, moves), ruleset(3), 7)) == []


def test_a_match_that_is_being_played_is_true_so_far(db: None) -> None:
    match = store(PLAYERS, records(3, 7)[:2], ruleset(3), 7, phase=Match.Phase.LIVE)
    assert differences(match) == []
    Match.objects.update(a=match.a + 1)
    (text,) = differences(match)
    assert text == (
        f"match {match.pk}, result: expected {match.a}-{match.b} as the rallies have it, came {match.a + 1}-{match.b}"
    )


async def test_a_match_over_real_sockets_is_true(sockets: Sockets, alice: User, bob: User, quick: None) -> None:
    match = await called(alice, bob)
    players = [await Scripted.enter(sockets, match, user) for user in (alice, bob)]
    for player in players:
        await player.phase("live")
    await asyncio.gather(players[0].play(), players[1].play(returns=1))
    found, count = await database.run(replays.differences, [match.pk])
    assert (found, count >= 3) == ([], True)
    for player in players:
        await player.leave()


def stamp(rally: Rally) -> None:
    rally.record["log"][0][0] += 700


def score(rally: Rally) -> None:
    rally.a += 1


def scorer(rally: Rally) -> None:
    rally.side = 1 - rally.side


def holds(rally: Rally) -> None:
    rally.record["holds"][0] += 300


def opening(rally: Rally) -> None:
    rally.record["opening"][1] += 1


def nothing(rally: Rally) -> None:
    rally.record = {}


@pytest.mark.parametrize("change", [stamp, score, scorer, holds, opening, nothing])
def test_what_was_altered_is_named(match: Match, change: Any) -> None:
    alter(match, 2, change)
    found = differences(match)
    assert found[0].startswith((f"match {match.pk}, rally 2: ", f"match {match.pk}, rally 3: "))
    assert all("expected" in text and "came" in text for text in found)


def test_a_missing_rally_is_named_and_nothing_else(match: Match) -> None:
    Rally.objects.filter(match=match, number=2).delete()
    assert differences(match) == [f"match {match.pk}, rally 2: expected a row, came none"]


def test_the_last_rally_is_missed_by_the_result(match: Match) -> None:
    Rally.objects.filter(match=match, number=match.a + match.b).delete()
    assert differences(match)[0].startswith(f"match {match.pk}, result: expected ")


@pytest.mark.parametrize(("field", "value"), [("winner", None), ("reason", "resigned"), ("a", 7), ("seed", 8)])
def test_a_result_that_is_not_that_of_the_rallies_is_named(match: Match, field: str, value: Any) -> None:
    Match.objects.filter(pk=match.pk).update(**{field: value})
    assert f"match {match.pk}, " in differences(match)[0]


def test_a_ruleset_that_is_none_is_named(match: Match) -> None:
    Match.objects.update(ruleset={})
    assert differences(match)[0].startswith(f"match {match.pk}: ruleset: expected the keys ")


def run(*args: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = 0
    try:
        call_command("verify_replays", *args)
    except SystemExit as left:
        code = int(left.code or 0)
    return code, capsys.readouterr().out


def test_the_command_verifies_everything(match: Match, capsys: pytest.CaptureFixture[str]) -> None:
    store(PLAYERS, records(3, 7)[:2], ruleset(3), 7, phase=Match.Phase.LIVE)
    code, said = run(capsys=capsys)
    assert code == 0
    assert said.startswith(f"2 matches of {match.a + match.b + 2} rallies (")
    assert said.endswith(": everything is as it was played.\n")


def test_the_command_names_differences_and_fails(match: Match, capsys: pytest.CaptureFixture[str]) -> None:
    alter(match, 2, score)
    code, said = run(capsys=capsys)
    first, last = said.splitlines()
    assert (code, first.split(",")[:2]) == (1, [f"match {match.pk}", first.split(",")[1]])
    assert first.startswith(f"match {match.pk}, rally 2: expected ")
    assert last.endswith(": 1 difference.")


def test_the_command_looks_only_at_what_is_asked_for(match: Match, capsys: pytest.CaptureFixture[str]) -> None:
    other = classic()
    alter(other, 2, score)
    assert run("--match", str(match.pk), capsys=capsys)[0] == 0
    assert run("--match", str(match.pk), str(other.pk), capsys=capsys)[0] == 1
    with pytest.raises(CommandError, match=r"^expected stored matches, came 7001: there are no such$"):
        call_command("verify_replays", "--match", "7001")


def test_the_command_says_how_far_it_is(
    match: Match, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    classic()
    monkeypatch.setattr(replays, "AT_ONCE", 1)
    monkeypatch.setattr("game.management.commands.verify_replays.PROGRESS", 1)
    call_command("verify_replays")
    assert capsys.readouterr().err == "1 of 2 matches\n"


def test_the_command_reads_documents(match: Match, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alter(match, 2, score)  # no matter: files were asked for
    true = replays.made(classic())
    good, bad, none = (str(tmp_path / name) for name in ("good.json", "bad.json", "none.json"))
    Path(good).write_text(json.dumps(true))
    assert run(good, capsys=capsys) == (0, "1 document: everything is as it was played.\n")
    assert true is not None
    true["rallies"][1]["holds"][0] += 1
    Path(bad).write_text(json.dumps(true))
    code, said = run(good, bad, none, capsys=capsys)
    assert code == 1
    assert f"{bad}, rally 2: " in said
    assert f"{none}: expected a file that can be read, came No such file or directory\n" in said
    Path(bad).write_text("{")
    assert run(bad, capsys=capsys)[1].startswith(f"{bad}: expected a JSON document, came ")
