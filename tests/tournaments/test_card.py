"""The share card, and certificates."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from accounts.models import User
from tests.tournaments.played import drawn, play
from tests.tournaments.running import make
from tournaments.formats.events import DoubleForfeit
from tournaments.models import Entrant, Tournament
from tournaments.writing import writing

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects

SVG = "{http://www.w3.org/2000/svg}"
HEBREW = "\u05e9\u05dc\u05d5\u05dd"
NAMES = ["<script>alert(1)</script>", f"\u202e{HEBREW}", "M" * 60, "Dave \U0001f469\u200d\U0001f680 & Co", "\x1bEve"]


def card(client: Client, tournament: Tournament, query: str = "") -> Any:
    return client.get(f"/tournaments/{tournament.pk}/card.svg{query}")


def texts(answer: Any) -> list[str]:
    """The lines of a card, which must be XML that only draws."""
    root = ElementTree.fromstring(answer.content.decode())
    assert (root.tag, root.get("width"), root.get("height")) == (f"{SVG}svg", "1200", "630")
    elements = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert elements <= {"svg", "rect", "path", "g", "text", "circle"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not any(name.startswith("on") or name.endswith("href") or name == "style" for name in attributes)
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.fixture
def cup(db: None) -> Tournament:
    return play(drawn(NAMES, name="Spring <Cup> & Co"))


def test_it_shows_the_podium_and_nothing_that_runs(client: Client, cup: Tournament) -> None:
    answer = card(client, cup)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    shown = texts(answer)
    assert shown[:2] == ["RALLYPOINT", "Spring <Cup> & Co"]
    assert shown[2].startswith("Single elimination · 5 entrants · ")
    assert shown[3:5] == ["Champion", "<script>alert(1)</script>"]
    assert shown[5:8] == ["2nd", HEBREW, "3rd"]
    assert shown[8].endswith("…")  # two, of whom one has a very long name
    assert b'direction="rtl"' in answer.content


def test_it_is_asked_about_and_not_sent_twice(client: Client, cup: Tournament) -> None:
    etag = card(client, cup)["ETag"]
    assert client.get(f"/tournaments/{cup.pk}/card.svg", headers={"if-none-match": etag}).status_code == 304
    other = card(client, cup, f"?entrant={Entrant.objects.first().pk}")["ETag"]  # type: ignore[union-attr]
    assert other != etag


def test_a_certificate_is_of_one_entrant(client: Client, cup: Tournament) -> None:
    last = Entrant.objects.get(name="\x1bEve")
    shown = texts(card(client, cup, f"?entrant={last.pk}"))
    assert shown[3:5] == ["5th of 5", "Eve"]
    assert shown[5].startswith("0 won · 1 lost · ")


@pytest.mark.parametrize("given", ["0", "x", "-1", "9" * 30, "", "\u0663"])
def test_nobody_has_no_certificate(client: Client, cup: Tournament, given: str) -> None:
    assert card(client, cup, f"?entrant={given}").status_code == 404


def test_before_the_end_there_are_no_certificates(client: Client, db: None) -> None:
    running = drawn(["A", "B", "C"])
    assert texts(card(client, running))[3:] == ["Being played"]
    assert card(client, running, f"?entrant={Entrant.objects.all()[0].pk}").status_code == 404


def test_it_says_how_it_stands(client: Client, alice: User) -> None:
    assert texts(card(client, make(alice, alice)))[3:] == ["Open for entries"]
    nobody = drawn(["A", "B"])
    with writing(nobody.pk) as pen:
        pen.append(DoubleForfeit("m1.1"))
    assert texts(card(client, nobody))[3:] == ["Nobody won", "2nd", "A, B"]
