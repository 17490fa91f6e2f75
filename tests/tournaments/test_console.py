"""The organiser's console: its page and parts, what waits and why, what was done in sentences, what can be undone."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chat.models import Line
from game.models import Match
from game.pong.court import Choice
from realtime import database
from tests.conftest import Sockets
from tests.tournaments.running import (
    Follower,
    dora,
    four,
    fresh,
    kinds,
    look,
    make,
    match,
    play,
    refused,
    said,
    start,
    state,
)
from tournaments import console, log, organising, registration
from tournaments.console import Console
from tournaments.formats import engine
from tournaments.formats.events import Paired, Result
from tournaments.formats.options import Options
from tournaments.models import Entrant, Entry, Tournament
from tournaments.organising import Drop, Override, Reopen, Undo
from tournaments.registration import Plan
from tournaments.writing import writing

__all__ = ("dora", "four")

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


@pytest.fixture(autouse=True)
def _no_rest(settings: Any) -> None:
    settings.REST_S = 0


def shown(tournament: Tournament) -> Console:
    return Console.of(fresh(tournament))


def texts(tournament: Tournament) -> list[str]:
    return [entry["text"] for entry in shown(tournament).entries()]


# -- who sees it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tournaments:console", "tournaments:console-fragments"])
def test_it_is_there_for_organisers_only(client: Client, four: Tournament, alice: User, bob: User, name: str) -> None:
    address = reverse(name, args=[four.pk])
    assert client.get(address).status_code == 404
    client.force_login(bob)
    assert client.get(address).status_code == 404
    organising.appoint(alice, four.pk, "Bob")
    assert client.get(address).status_code == 200
    organising.dismiss(alice, four.pk, bob.pk)
    assert client.get(address).status_code == 404


def test_the_tournaments_page_links_it_for_organisers(client: Client, four: Tournament, alice: User, bob: User) -> None:
    for user, there in ((alice, True), (bob, False)):
        client.force_login(user)
        page = client.get(four.get_absolute_url()).content.decode()
        assert (reverse("tournaments:console", args=[four.pk]) in page) is there


def test_its_parts_are_those_of_the_page(client: Client, four: Tournament, alice: User) -> None:
    client.force_login(alice)
    page = client.get(reverse("tournaments:console", args=[four.pk])).content.decode()
    answer = client.get(reverse("tournaments:console-fragments", args=[four.pk]))
    assert answer["Cache-Control"] == "private, no-store"
    parts = answer.json()
    assert parts["n"] == fresh(four).n
    assert set(parts["fragments"]) == {
        f"console-{part}" for part in ("status", "now", "entrants", "pairings", "organisers", "log")
    }
    for html in parts["fragments"].values():
        assert html in page


def test_a_round_has_its_pairings_while_it_is_unfolded(client: Client, four: Tournament, alice: User) -> None:
    client.force_login(alice)

    def pairings(query: str) -> list[str]:
        answer = client.get(reverse("tournaments:console-fragments", args=[four.pk]) + query)
        return re.findall(r'data-pairing="([^"]+)">', answer.json()["fragments"]["console-pairings"])

    assert pairings("") == ["m1.1", "m1.2"], "the round under way"
    assert pairings("?rounds=main.2") == ["m2.1"]
    assert pairings("?rounds=") == pairings("?rounds=nowhere.7,<b>") == []


def test_of_an_arena_the_last_matches_are_listed(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "ARENA_SHOWN", 2)
    made = registration.create(alice, "Friday Arena", 4, Choice(3), Plan("arena", Options(minutes=10)))
    for user in (alice, bob):
        registration.join(user, made.pk)
    registration.start(alice, made.pk)
    with writing(made.pk) as pen:
        one, two = pen.state.order
        for number in (1, 2, 3):
            pen.append(Paired(((one, two),)))
            pen.append(Result(f"a.{number}", 1, (3, 0)))
    [round] = shown(fresh(made)).rounds(None)
    assert ([pairing["id"] for pairing in round["pairings"]], round["count"]) == (["a.2", "a.3"], 3)


def test_names_are_text_in_it(client: Client, alice: User) -> None:
    tournament = registration.create(
        alice, "A <b>bold</b> cup", 4, make(alice).choice, registration.Plan(hot_seat=True)
    )
    registration.add_names(alice, tournament.pk, ['"><i>Eve</i>', "\U0001f3d3 \U0001d505"])
    client.force_login(alice)
    page = client.get(reverse("tournaments:console", args=[tournament.pk])).content.decode()
    assert "<i>Eve" not in page
    assert "<b>bold" not in page
    assert "&quot;&gt;&lt;i&gt;Eve&lt;/i&gt;" in page
    assert "\U0001f3d3" in page


# -- what happens --------------------------------------------------------------------------------------------------


def test_what_is_called_has_its_timer_and_what_waits_its_reason(
    four: Tournament, alice: User, bob: User, settings: Any
) -> None:
    called = shown(four).called()
    assert [(each["names"], each["live"], each["ready_by_ms"]) for each in called] == [
        (["Alice", "Dora"], False, match(four, "m1.1").ready_by_ms),
        (["Bob", "Charlie"], False, match(four, "m1.2").ready_by_ms),
    ]
    play(four, "m1.1")
    assert [each["names"] for each in shown(four).pending()] == [["Alice", "Winner of match 2"]]
    play(four, "m1.2")
    assert [each["why"] for each in shown(four).uncalled()] == ["They are being called."]
    settings.REST_S = 60
    (resting,) = shown(four).uncalled()
    finished_ms = max(Match.objects.values_list("finished_ms", flat=True))
    assert (resting["why"], resting["rested_ms"]) == ("They rest:", finished_ms + 60_000)
    other = make(bob, bob, User.objects.create_user("Eve"))
    registration.start(bob, other.pk)
    look(other)
    (waits,) = shown(four).uncalled()
    assert (waits["why"], waits["rested_ms"]) == ("Waits for Bob, who plays elsewhere.", None)
    organising.pause(alice, four.pk)
    assert [each["why"] for each in shown(four).uncalled()] == ["The tournament is paused."]


def test_what_may_be_decided_otherwise_says_so(four: Tournament, alice: User, dora: User) -> None:
    play(four, "m1.1")
    first, second, final = (
        pairing for round in shown(four).rounds(["main.1", "main.2"]) for pairing in round["pairings"]
    )
    assert [(p["may_override"], p["may_reopen"]) for p in (first, second, final)] == [
        (True, True),
        *[(False, False)] * 2,
    ]
    organising.do(alice, four.pk, Drop(Entrant.objects.get(user=dora).pk))
    first = shown(four).rounds(["main.1"])[0]["pairings"][0]
    assert (first["may_override"], first["may_reopen"]) == (True, False), "one of them is gone"
    organising.cancel(alice, four.pk)
    assert not shown(four).rounds(["main.1"])[0]["pairings"][0]["may_override"]


# -- what was done -------------------------------------------------------------------------------------------------


def test_what_was_done_is_told_in_sentences(
    four: Tournament, alice: User, bob: User, charlie: User, dora: User
) -> None:
    entrants = {entrant.name: entrant.pk for entrant in four.entrants.all()}
    organising.pause(alice, four.pk)
    organising.resume(alice, four.pk)
    organising.extend(alice, four.pk, "m1.1", 60)
    organising.announce(alice, four.pk, "Hello 100%")
    organising.appoint(alice, four.pk, "Bob")
    play(four, "m1.1", a=3, b=1)
    organising.do(bob, four.pk, Override("m1.1", "score", 2, (1, 3)))
    organising.do(alice, four.pk, Undo(fresh(four).n))
    organising.do(alice, four.pk, Undo(fresh(four).n))
    organising.do(alice, four.pk, Override("m1.1", "walkover", 1))
    organising.do(alice, four.pk, Override("m1.1", "double_forfeit"))
    organising.do(alice, four.pk, Reopen("m1.1"))
    organising.do(alice, four.pk, Drop(entrants["Charlie"], "shouts"))
    organising.do(alice, four.pk, organising.Replace(entrants["Dora"], User.objects.create_user("Eve").name))
    organising.drop_out(bob, four.pk)
    n = {kind: entry.n for entry in Entry.objects.order_by("-n") if (kind := entry.kind)}
    assert texts(four) == [
        "Bob dropped out.",
        "Alice put Eve in the place of Dora.",
        "Alice disqualified Charlie: shouts",
        "Alice reopened match 1.",
        "Alice changed match 1: Alice and Eve both forfeit.",
        "Alice changed match 1: Alice goes on without a match, Eve forfeits.",
        f"Alice undid no. {n['undone']}: what it undid holds again.",
        f"Alice undid no. {n['overridden']}: “Bob changed match 1: Eve beat Alice 3-1.”",
        "Bob changed match 1: Eve beat Alice 3-1.",
        "Alice made Bob a co-organiser.",
        "Alice announced: Hello 100%",
        "Alice gave match 1 60 s more to begin.",
        "Alice let it go on.",
        "Alice paused it.",
        "Alice started it with 4 entrants.",
    ]


def test_those_who_are_entered_in_one_go_are_one_line(alice: User) -> None:
    tournament = make(alice, alice, bots=5)
    registration.remove(alice, tournament.pk, tournament.entrants.get(user=alice).pk)
    first, second = texts(tournament)
    assert first == "Alice took Alice out."
    assert re.fullmatch(r"Alice entered Bot \w+, Bot \w+, Bot \w+ and 2 more\.", second)


def test_what_offers_an_undo_can_be_undone_and_nothing_else(four: Tournament, alice: User, dora: User) -> None:
    play(four, "m1.1")
    organising.do(alice, four.pk, Override("m1.1", "score", 2, (1, 3)))
    organising.do(alice, four.pk, Drop(Entrant.objects.get(user=dora).pk, "late"))
    organising.do(alice, four.pk, Undo(Entry.objects.get(kind="overridden").n))
    organising.announce(alice, four.pk, "Hello")
    numbers = log.numbers(fresh(four))
    found = engine.undoable(state(four))
    for entry in shown(four).entries():
        assert entry["may_undo"] == (numbers.get(entry["n"]) in found)
        if not entry["may_undo"]:
            with refused(four, "undo"):
                organising.preview(alice, four.pk, Undo(entry["n"]))
        else:
            organising.preview(alice, four.pk, Undo(entry["n"]))
    assert [(e["text"].split()[1], e["undone"]) for e in shown(four).entries() if e["may_undo"] or e["undone"]] == [
        ("undid", False),
        ("disqualified", False),
        ("changed", True),
    ]


# -- oneself -------------------------------------------------------------------------------------------------------


def test_who_drops_out_is_out_and_no_preview_grows_stale_by_it(
    four: Tournament, alice: User, charlie: User, dora: User
) -> None:
    play(four, "m1.1")
    n = fresh(four).n
    organising.drop_out(charlie, four.pk)
    assert said(four, Line.Kind.NOTICE)[-1] == "Charlie has dropped out."
    assert state(four).pairings["m1.2"].winner == Entrant.objects.get(user__username="Bob").pk
    for user in (charlie, User.objects.create_user("Eve")):
        with refused(four, "not_entered"):
            organising.drop_out(user, four.pk)
    organising.do(alice, four.pk, Reopen("m1.1"), n=n)  # Charlie's match has no place any more: nothing ends by this
    organising.cancel(alice, four.pk)
    with refused(four, "wrong_phase"):
        organising.drop_out(dora, four.pk)


def test_the_list_says_who_is_gone_and_how(four: Tournament, alice: User, charlie: User, dora: User) -> None:
    organising.do(alice, four.pk, Drop(Entrant.objects.get(user=dora).pk, "late"))
    organising.do(alice, four.pk, Undo(fresh(four).n - 1))
    organising.do(alice, four.pk, Drop(Entrant.objects.get(user=dora).pk))
    organising.do(alice, four.pk, Drop(Entrant.objects.get(user=charlie).pk, "shouts"))
    gone = {e["name"]: (e["dropped"], e["disqualified"]) for e in shown(four).board.entrant_list()}
    assert gone == {"Alice": (False,) * 2, "Bob": (False,) * 2, "Charlie": (True, True), "Dora": (True, False)}


# -- over sockets --------------------------------------------------------------------------------------------------


async def test_one_drops_out_over_the_socket_and_everybodys_list_says_so(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    tournament = await database.run(make, alice, alice, bob, charlie)
    stands = await Follower.enter(sockets, tournament)
    player = await Follower.enter(sockets, tournament, charlie)
    assert await stands.refusal({"type": "drop_out"}) == "sign_in_required"
    assert await player.refusal({"type": "drop_out"}) == "wrong_phase"
    await database.run(registration.start, alice, tournament.pk)
    await stands.called("m1.2")
    await player.client.send({"type": "drop_out"})
    await stands.until(lambda known: "Dropped out" in known.parts["tournament-entrants"])
    assert "dropped" in await database.run(kinds, tournament)
    assert await player.refusal({"type": "drop_out"}) == "not_entered"


async def test_a_preview_has_the_numbers_of_matches_and_a_pause_is_on_the_page(
    sockets: Sockets, alice: User, bob: User, charlie: User
) -> None:
    tournament = await start(alice, alice, bob, charlie)
    stands = await sockets.open(f"/ws/tournaments/{tournament.pk}/", alice)
    dropped = await database.run(lambda: Entrant.objects.get(user=charlie).pk)
    await stands.send({"type": "preview", "act": {"type": "drop", "entrant": dropped}})
    preview = await stands.until("preview")
    assert [(change["pairing"], change["number"]) for change in preview["changes"]] == [("m1.2", 1), ("m2.1", 2)]
    await stands.send({"type": "pause"})
    told = await stands.until(lambda message: message.get("event", {}).get("kind") == "paused")
    assert "Paused by its organiser" in told["fragments"]["tournament-status"]
