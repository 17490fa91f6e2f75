"""A tournament as a file."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from game.pong.court import Choice
from tests.tournaments.played import drawn, play
from tests.tournaments.running import fresh, make
from tournaments import registration
from tournaments.exports.sheets import BOM
from tournaments.formats import trf
from tournaments.formats.options import Options
from tournaments.formats.tie_breaks import standings
from tournaments.models import Tournament
from tournaments.registration import Plan

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects

NAMES = ["=HYPERLINK(1)", "<b>Bob</b>", "\u202eCarol\u202c", "Dave \U0001f469\u200d\U0001f680"]


@pytest.fixture
def cup(db: None) -> Tournament:
    return play(drawn(NAMES, name="Spring & Summer Cup"))


def get(client: Client, tournament: Tournament, file: str, **headers: str) -> Any:
    return client.get(f"/tournaments/{tournament.pk}/{file}", headers=headers)


def sheet(client: Client, tournament: Tournament, file: str) -> list[dict[str, str]]:
    text = get(client, tournament, file).content.decode()
    assert text.startswith(BOM)
    return list(csv.DictReader(StringIO(text.removeprefix(BOM), newline="")))


@pytest.mark.parametrize(
    ("file", "content_type", "ending"),
    [
        ("export.json", "application/json", ".obf.json"),
        ("ranks.csv", "text/csv; charset=utf-8", "-ranks.csv"),
        ("matches.csv", "text/csv; charset=utf-8", "-matches.csv"),
    ],
)
def test_a_file_has_a_name_a_type_and_a_version(
    client: Client, cup: Tournament, file: str, content_type: str, ending: str
) -> None:
    answer = get(client, cup, file)
    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert answer["Content-Disposition"] == f'attachment; filename="spring-summer-cup-{cup.pk}{ending}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = get(client, cup, file, if_none_match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Tournament.objects.filter(pk=cup.pk).update(n=cup.n - 1)  # as if it was one event ago
    assert get(client, cup, file, if_none_match=answer["ETag"]).status_code == 200


def test_a_name_that_gives_no_file_name_has_one_all_the_same(client: Client, db: None) -> None:
    made = drawn(["A", "B"], name="\u65e5\u672c")
    disposition = get(client, made, "ranks.csv")["Content-Disposition"]
    assert disposition == f'attachment; filename="tournament-{made.pk}-ranks.csv"'


def test_the_bracket_has_matches_with_times_and_addresses(client: Client, cup: Tournament) -> None:
    found = json.loads(get(client, cup, "export.json").content)
    assert found["event"]["originURL"] == f"http://testserver/tournaments/{cup.pk}/"
    assert found["event"]["ruleset"] == "classic-3"
    assert [(e["entrantTag"], e["finalPlacement"]) for e in found["entrants"]] == list(
        zip(NAMES, (1, 2, 3, 3), strict=True)
    )
    match = cup.calls.get(pairing="m2.1").match
    game = found["sets"][-1]["games"][0]["other"]
    assert game["url"] == f"http://testserver/game/{match.pk}/"
    assert {game["entrant1Score"], game["entrant2Score"]} == {match.a, match.b}
    assert game["startedAt"] < game["finishedAt"]


def test_the_sheets_are_harmless_in_a_spreadsheet(client: Client, cup: Tournament) -> None:
    ranks = sheet(client, cup, "ranks.csv")
    assert [(row["rank"], row["name"]) for row in ranks] == [
        ("1", f"'{NAMES[0]}"),
        ("2", NAMES[1]),
        ("3", NAMES[2]),
        ("3", NAMES[3]),
    ]
    matches = sheet(client, cup, "matches.csv")
    assert [row["pairing"] for row in matches] == ["m1.1", "m1.2", "m2.1"]
    assert {row["url"] for row in matches} == {f"http://testserver/game/{call.match_id}/" for call in cup.calls.all()}


@pytest.mark.parametrize("format", ["swiss", "round_robin"])
def test_a_report_gives_the_standings_of_the_page(client: Client, db: None, format: str) -> None:
    tie_breaks = ("BH", "SB", "DE")
    made = play(drawn([f"Player {n}" for n in range(5)], format, Options(tie_breaks=tie_breaks)))
    answer = get(client, made, "report.trf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    report = trf.read(answer.content.decode())
    table = standings(report.results(), tie_breaks, predetermined=report.predetermined)
    ranks = {row["seed"]: row["rank"] for row in sheet(client, made, "ranks.csv")}
    assert {str(line.entrant): str(line.rank) for line in table} == ranks


def test_where_there_is_no_report_it_says_why(client: Client, cup: Tournament) -> None:
    answer = get(client, cup, "report.trf")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert "Swiss" in answer.content.decode()
    undrawn = registration.create(None, "Cup", 8, Choice(3), Plan(format="swiss"))
    answer = get(client, undrawn, "report.trf")
    assert (answer.status_code, "draw" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize("file", ["export.json", "ranks.csv", "matches.csv", "card.svg"])
def test_an_open_tournament_has_files_too(client: Client, alice: User, file: str) -> None:
    assert get(client, make(alice, alice), file).status_code == 200


@pytest.mark.parametrize("file", ["export.json", "ranks.csv", "matches.csv", "report.trf", "card.svg", "results/"])
def test_a_draft_is_its_organisers_own(client: Client, alice: User, file: str) -> None:
    draft = registration.create(alice, "Secret", 8, Choice(3), Plan(draft=True))
    assert get(client, draft, file).status_code == 404
    client.force_login(alice)
    if file in ("export.json", "card.svg"):
        assert get(client, fresh(draft), file).status_code == 200


def test_a_large_one_is_read_in_few_queries(
    client: Client, cup: Tournament, django_assert_max_num_queries: Any
) -> None:
    get(client, cup, "export.json")
    with django_assert_max_num_queries(4):
        get(client, cup, "export.json")
