"""What is shown of a tournament that is over."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from game import statistics
from game.models import Match
from tests.tournaments.played import drawn, play, stored
from tournaments import rendering
from tournaments.after import SHOWN, After
from tournaments.board import Board
from tournaments.formats.events import Overridden, Reopened, Result
from tournaments.formats.options import Options
from tournaments.models import Tournament
from tournaments.writing import writing

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects


@pytest.fixture
def cup(db: None, alice: User) -> Tournament:
    """Four have played: 3 beat 2, and then Alice, the first."""
    field = [alice, "<b>Bob</b>", "Charlie", "Dora"]
    return play(drawn(field), lambda pairing: 2 if pairing.id == "m1.2" or pairing.place.round == 2 else 1)


def facts(after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {fact["name"]: fact for fact in after["facts"]}


def test_podium_and_ranks(cup: Tournament, alice: User) -> None:
    shown = After(Board.of(cup)).short()
    assert [[one["name"] for one in step["entrants"]] for step in shown["steps"]] == [
        ["Charlie"],
        ["Alice"],
        ["<b>Bob</b>", "Dora"],
    ]
    assert [(one["rank"], one["name"], one["seed"]) for one in shown["ranks"]][:2] == [
        (1, "Charlie", 3),
        (2, "Alice", 1),
    ]
    assert [one["user_id"] for one in shown["ranks"]][:2] == [None, alice.pk]
    assert (shown["rest"], shown["has_table"], shown["has_report"], shown["matches"]) == (0, False, False, 3)


def test_the_numbers_are_those_of_the_matches(cup: Tournament) -> None:
    matches = list(Match.objects.all())
    each = [statistics.shown(match) for match in matches]
    found = facts(After(Board.of(cup)).short())
    assert found["Matches played"]["value"] == "3"
    assert found["Points played"]["value"] == str(sum(match.a + match.b for match in matches))
    assert found["Longest rally"]["value"] == f"{max(one['longest'] for one in each if one)} hits"
    assert found["Most hits in a match"]["value"] == f"{max(one['hits'] for one in each if one)} hits"
    fastest = max((one for one in each if one), key=lambda one: int(one["fastest"].replace(",", "")))["fastest"]
    assert found["Fastest ball"]["value"] == f"{fastest} px/s"
    assert found["Biggest upset"]["more"] == "\u2068Charlie\u2069, seed 3, beat \u2068Alice\u2069, seed 1"
    assert found["Upsets"]["value"] == "2"
    final = cup.calls.get(pairing="m2.1").match
    assert found["Biggest upset"]["url"] == f"/game/{final.pk}/replay/"


def test_every_match_has_its_replay(client: Client, cup: Tournament) -> None:
    shown = After(Board.of(cup)).whole()
    links = [game["url"] for round in shown["rounds"] for pairing in round["pairings"] for game in pairing["games"]]
    assert links == [f"/game/{call.match_id}/replay/" for call in cup.calls.order_by("pk")]
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_match_without_a_point_has_its_page(cup: Tournament) -> None:
    final = cup.calls.get(pairing="m2.1").match
    final.rallies.all().delete()
    shown = After(Board.of(cup)).short()
    assert shown["rounds"][-1]["pairings"][0]["games"][0]["url"] == f"/game/{final.pk}/"


def test_a_large_one_has_a_part_on_its_page_and_all_on_another(client: Client, db: None) -> None:
    made = play(drawn([f"Player {n}" for n in range(1, SHOWN + 4)]))
    short, whole = After(Board.of(made)).short(), After(Board.of(made)).whole()
    assert (len(short["ranks"]), short["rest"], short["rounds"]) == (SHOWN, 3, [])
    assert (len(whole["ranks"]), sum(len(round["pairings"]) for round in whole["rounds"])) == (SHOWN + 3, SHOWN + 2)
    page = client.get(made.get_absolute_url()).content.decode()
    assert f"/tournaments/{made.pk}/results/" in page
    results = client.get(f"/tournaments/{made.pk}/results/")
    assert (results.status_code, results.content.decode().count("/replay/") >= SHOWN + 2) == (200, True)


def test_all_results_are_kept_until_they_are_others(
    client: Client, cup: Tournament, django_assert_max_num_queries: Any
) -> None:
    rendering.forget()
    address = f"/tournaments/{cup.pk}/results/"
    first = client.get(address).content
    with django_assert_max_num_queries(4):  # the tournament, its log, and whether what is kept is still so
        assert client.get(address).content == first
    final = Board.of(cup).state.pairings["m2.1"]
    with writing(cup.pk) as pen:
        pen.append(Overridden(final.id, "walkover", 2 if final.winner == final.entrants[0] else 1))
    assert "Walkover" in client.get(address).content.decode()


def test_it_takes_few_queries(cup: Tournament, django_assert_max_num_queries: Any) -> None:
    board = Board.of(cup)
    with django_assert_max_num_queries(4):  # entrants, matches, their rallies, the rules of one
        After(board).whole()


def test_a_table_has_its_points(db: None) -> None:
    made = play(drawn(["A", "B", "C"], "round_robin", Options(cycles=2)))
    shown = After(Board.of(made)).short()
    assert [(one["rank"], one["points"]) for one in shown["ranks"]] == [(1, "4"), (2, "2"), (3, "0")]
    assert shown["has_report"]


def test_a_series_has_the_replay_of_each_match(db: None) -> None:
    made = play(drawn(["A", "B"], options=Options(best_of=3)))
    [pairing] = After(Board.of(made)).short()["rounds"][0]["pairings"]
    assert (pairing["score"], len(pairing["games"])) == ("2\u20130", 2)


def test_the_page_has_it_at_the_end_only(client: Client, db: None, cup: Tournament) -> None:
    running = drawn(["A", "B"])
    empty = '<section id="tournament-after" class="after" hidden></section>'
    assert empty in client.get(running.get_absolute_url()).content.decode()
    assert rendering.after(Board.of(running)).strip() == empty
    page = client.get(cup.get_absolute_url()).content.decode()
    assert rendering.after(Board.of(cup)).strip() in page
    assert "&lt;b&gt;Bob&lt;/b&gt;" in page
    assert "<b>Bob" not in page
    assert client.get(f"/tournaments/{running.pk}/results/").status_code == 302


def test_it_goes_when_the_tournament_goes_on(cup: Tournament) -> None:
    with writing(cup.pk) as pen:
        pen.append(Reopened("m2.1"))
    assert "hidden" in rendering.after(Board.of(pen.tournament))


def test_a_corrected_result_keeps_its_replay(db: None) -> None:
    made = drawn(["Alice", "Bob"])
    with writing(made.pk) as pen:
        final = stored(pen, pen.state.pairings["m1.1"], 2)
        pen.append(Result("m1.1", 2, (1, 3), final.pk))
        pen.append(Overridden("m1.1", "score", 1, (3, 0)))
    shown = After(Board.of(pen.tournament)).short()
    assert shown["steps"][0]["entrants"][0]["name"] == "Alice"
    assert shown["rounds"][-1]["pairings"][0]["games"][0]["url"] == f"/game/{final.pk}/replay/"


def test_a_link_that_is_shared_says_what_it_is(client: Client, cup: Tournament) -> None:
    page = client.get(cup.get_absolute_url()).content.decode()
    assert '<meta property="og:title" content="Cup">' in page
    assert "Charlie has won it." in page
    assert "og:image" not in page.replace("No og:image", "")
