"""Pages of tournaments."""

from typing import Any

import pytest
from django.test import Client

from accounts.guests import make_bot
from accounts.models import Token, User
from chat.models import Line
from game.pong.court import Choice
from tests.tournaments.running import everything, fresh, make, state
from tournaments import organising, registration
from tournaments.conditions import Conditions
from tournaments.formats.options import Options
from tournaments.models import Entrant, Tournament
from tournaments.registration import Plan

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects

FORM = {"name": "Friday Cup", "size": "6", "points": "3"}


def test_who_makes_one_is_its_organiser(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/tournaments/new/").status_code == 200
    answer = client.post("/tournaments/new/", FORM)
    made = Tournament.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/tournaments/{made.pk}/")
    assert (made.organiser, made.name, made.size, made.points) == (alice, "Friday Cup", 6, 3)


def test_a_stranger_makes_one_as_a_guest(client: Client, db: None) -> None:
    assert client.post("/tournaments/new/", FORM).status_code == 303
    organiser = Tournament.objects.get().organiser
    assert organiser is not None
    assert organiser.is_guest
    page = client.get(f"/tournaments/{Tournament.objects.get().pk}/")
    assert page.context["user"] == organiser


def test_a_program_makes_one_with_its_token(db: None) -> None:
    bot, token = make_bot()
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/tournaments/new/", FORM, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, Tournament.objects.get().organiser) == (303, bot)
    assert client.post("/tournaments/new/", FORM).status_code == 403
    assert Token.objects.count() == Tournament.objects.count() == 1


def test_points_are_five_unless_said(client: Client, db: None) -> None:
    client.post("/tournaments/new/", {"name": "Friday Cup", "size": "16"})
    assert Tournament.objects.get().points == 5


def test_its_rules_are_shown_where_they_are_unusual(client: Client, db: None) -> None:
    client.post("/tournaments/new/", {**FORM, "paddle": "large", "pace": "fast"})
    made = Tournament.objects.get()
    assert made.choice == Choice(3, "large", "fast")
    page = client.get(f"/tournaments/{made.pk}/").content.decode()
    assert "<span>large paddles</span>" in page
    assert "<span>fast</span>" in page
    client.post("/tournaments/new/", FORM)
    assert Tournament.objects.latest("pk").choice.plain


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \t "),
        ("name", "\u200b\u202e"),
        ("name", "x" * 61),
        ("name", "\u0958" * 40),  # 80 letters when they are composed as Unicode wants it
        ("size", "1"),
        ("size", "1025"),
        ("size", ""),
        ("size", "many"),
        ("size", "4.5"),
        ("size", "9" * 30),
        ("points", "4"),
        ("points", "eleven"),
        ("paddle", "huge"),
        ("pace", "slow"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_makes_nothing(client: Client, db: None, field: str, value: str) -> None:
    page = client.post("/tournaments/new/", {**FORM, field: value})
    assert page.status_code == 400
    assert list(page.context["form"].errors) == [field]
    assert str(page.context["form"].errors[field][0]) in page.content.decode()
    assert (Tournament.objects.count(), User.objects.count()) == (0, 0)


def test_a_form_without_anything_is_wrong_in_all_it_needs(client: Client, db: None) -> None:
    page = client.post("/tournaments/new/", {})
    assert (page.status_code, set(page.context["form"].errors)) == (400, {"name", "size"})


def test_a_name_is_cleaned_as_a_line_of_chat_is(client: Client, db: None) -> None:
    client.post("/tournaments/new/", {**FORM, "name": "  Fri\u202eday \n Cup\u200b "})
    assert Tournament.objects.get().name == "Friday Cup"


def test_anybody_sees_a_tournament(client: Client, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob, bots=1)
    page = client.get(f"/tournaments/{tournament.pk}/")
    html = page.content.decode()
    assert page.status_code == 200
    for text in ("Friday Cup", "Alice", "Bob", registration.BOT_NAMES[0], f'data-n="{tournament.n}"'):
        assert text in html
    assert (page.context["chat"]["key"], page.context["chat"]["can_write"]) == (f"tournament.{tournament.pk}", False)
    assert User.objects.count() == 2, "looking makes no guest"
    client.force_login(bob)
    assert client.get(f"/tournaments/{tournament.pk}/").context["chat"]["can_write"] is True


def test_a_running_a_finished_and_a_cancelled_one_are_pages(client: Client, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    path = f"/tournaments/{tournament.pk}/"
    registration.start(alice, tournament.pk)
    assert 'id="pairing-m1-1"' in client.get(path).content.decode()
    organising.cancel(alice, tournament.pk)
    page = client.get(path)
    assert page.context["tournament"]["phase"] == "cancelled"
    assert [line["kind"] for line in page.context["chat"]["lines"]] == [Line.Kind.NOTICE] * 2


def test_the_fragments_are_the_parts_of_the_page(client: Client, alice: User, bob: User) -> None:
    tournament = make(alice, alice, bob)
    registration.start(alice, tournament.pk)
    answer = client.get(f"/tournaments/{tournament.pk}/fragments/")
    found: dict[str, Any] = answer.json()
    assert (answer["Content-Type"], found.pop("n")) == ("application/json", 3)
    parts = ("status", "now", "standings", "bracket", "entrants", "after")
    assert set(found) == {f"tournament-{part}" for part in parts}
    html = client.get(f"/tournaments/{tournament.pk}/").content.decode()
    for id, fragment in found.items():
        assert f'id="{id}"' in fragment
        assert fragment.strip() in html


# -- entering ------------------------------------------------------------------------------------------------------


def test_a_stranger_enters_in_one_click_as_a_guest(client: Client, alice: User) -> None:
    tournament = make(alice, alice)
    answer = client.post(f"/tournaments/{tournament.pk}/join/")
    assert answer["Location"] == f"/tournaments/{tournament.pk}/"
    guest = User.objects.get(is_guest=True)
    assert list(state(tournament).entrants.values()) == ["Alice", guest.name]
    assert client.get(f"/tournaments/{tournament.pk}/").context["user"] == guest


def test_who_has_a_name_enters_under_it(client: Client, alice: User, bob: User) -> None:
    tournament = make(alice)
    client.force_login(bob)
    client.post(f"/tournaments/{tournament.pk}/join/")
    assert (Entrant.objects.get().user, User.objects.count()) == (bob, 2)


def test_who_cannot_enter_is_told_why(client: Client, alice: User, bob: User, charlie: User) -> None:
    tournament = make(alice, alice, bob, size=2)
    before = everything(tournament)
    path = f"/tournaments/{tournament.pk}/join/"
    client.force_login(bob)
    assert "You are entered already." in client.post(path, follow=True).content.decode()
    assert everything(tournament) == before
    registration.start(alice, tournament.pk)
    client.force_login(charlie)
    page = client.post(path, follow=True)
    assert "It is not open for entries: watch from the stands." in page.content.decode()
    assert fresh(tournament).n == 3


def test_who_comes_without_a_token_of_the_form_does_not_enter(alice: User) -> None:
    tournament = make(alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(f"/tournaments/{tournament.pk}/join/").status_code == 403
    assert fresh(tournament).n == 0


def created(organiser: User, **plan: Any) -> Tournament:
    return fresh(registration.create(organiser, "Club Cup", 8, Choice(3), Plan(**plan)))


def test_a_draft_is_there_for_its_organiser_alone(client: Client, alice: User, bob: User) -> None:
    draft = created(alice, draft=True)
    paths = [f"/tournaments/{draft.pk}/{path}" for path in ("", "fragments/", "change/")]
    for reader in (None, bob):
        if reader is not None:
            client.force_login(reader)
        assert [client.get(path).status_code for path in paths] == [404, 404, 404]
        assert client.post(f"/tournaments/{draft.pk}/join/").status_code == 404
        assert "Club Cup" not in client.get("/tournaments/").content.decode()
    client.force_login(alice)
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    assert f'href="/tournaments/{draft.pk}/"' in client.get("/tournaments/").content.decode()


def test_only_organisers_are_told_the_link_that_lets_in(client: Client, alice: User, bob: User, charlie: User) -> None:
    made = created(alice, by_invitation=True)
    made.co_organisers.add(bob)
    address = f"http://testserver/tournaments/{made.pk}/"
    for reader in (alice, bob):
        client.force_login(reader)
        page = client.get(f"/tournaments/{made.pk}/")
        assert page.context["tournament"]["share_url"] == f"{address}?invitation={made.invitation}"
    client.force_login(charlie)
    page = client.get(f"/tournaments/{made.pk}/?invitation={'x' * 500}")
    assert (page.context["tournament"]["share_url"], page.context["invitation"]) == (address, "")
    assert made.invitation not in page.content.decode()
    fragments = client.get(f"/tournaments/{made.pk}/fragments/").content.decode()
    assert made.invitation not in fragments


def test_a_projector_shows_the_invitation_only_if_an_organiser_asks(
    client: Client, alice: User, bob: User, charlie: User
) -> None:
    made = created(alice, by_invitation=True)
    made.co_organisers.add(bob)
    plain = f"http://testserver/tournaments/{made.pk}/"

    def projected(query: str) -> tuple[str, bool]:
        page = client.get(f"/tournaments/{made.pk}/tv/{query}")
        assert (made.invitation in page.content.decode()) == (made.invitation in page.context["join_url"])
        return page.context["join_url"], page.context["lets_in"]

    for reader in (alice, bob):
        client.force_login(reader)
        for query in ("", "?invite=", "?invite=0"):
            assert projected(query) == (plain, False)
        assert projected("?invite=1") == (f"{plain}?invitation={made.invitation}", True)
    client.force_login(charlie)
    assert projected("?invite=1") == (plain, False)
    client.logout()
    assert projected("?invite=1") == (plain, False)


def test_both_projectors_are_offered_to_organisers_where_one_needs_an_invitation(
    client: Client, alice: User, charlie: User
) -> None:
    for by_invitation, reader, offered in ((True, alice, True), (False, alice, False), (True, charlie, False)):
        made = created(alice, by_invitation=by_invitation)
        client.force_login(reader)
        for path in ("", "console/") if reader == alice else ("",):
            page = client.get(f"/tournaments/{made.pk}/{path}").content.decode()
            assert f'href="/tournaments/{made.pk}/tv/"' in page
            assert (f'href="/tournaments/{made.pk}/tv/?invite=1"' in page) is offered
            assert (made.invitation in page) is bool(offered) or not by_invitation


def test_what_is_open_to_all_is_joined_from_a_projector(client: Client, alice: User) -> None:
    for plan, lets_in in (({}, True), ({"hot_seat": True}, False), ({"by_invitation": True}, False)):
        page = client.get(f"/tournaments/{created(alice, **plan).pk}/tv/")
        assert page.context["lets_in"] is lets_in
        assert ("tv-lets-in" in page.content.decode()) is lets_in


def test_the_link_lets_a_stranger_in_without_scripts(client: Client, alice: User) -> None:
    made = created(alice, by_invitation=True)
    path = f"/tournaments/{made.pk}/join/"
    for token in ("", "made up", "ü" * 70):
        page = client.post(path, {"invitation": token}, follow=True)
        assert "It is by invitation: ask its organiser for the link." in page.content.decode()
    assert (
        f'value="{made.invitation}"'
        in client.get(f"/tournaments/{made.pk}/?invitation={made.invitation}").content.decode()
    )
    client.post(path, {"invitation": made.invitation})
    assert made.entrants.count() == 1


def test_a_password_is_asked_for_and_the_invitation_kept(client: Client, alice: User) -> None:
    made = created(alice, password="open sesame", by_invitation=True, aliases=True)
    path = f"/tournaments/{made.pk}/join/"
    given = {"invitation": made.invitation, "alias": "  Ali\u202e Baba "}
    answer = client.post(path, {**given, "password": "open barley"})
    assert answer["Location"] == f"/tournaments/{made.pk}/?invitation={made.invitation}"
    assert "That is not its password." in client.get(answer["Location"]).content.decode()
    assert made.entrants.count() == 0
    client.post(path, {**given, "password": "open sesame"})
    assert list(state(made).entrants.values()) == ["Ali Baba"]


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        ({"conditions": Conditions(matches=3)}, "To enter you need 3 matches played before."),
        ({"hot_seat": True}, "It is played at one screen: its organiser enters the names."),
        ({}, "To enter you need your own name: there are no aliases in this tournament."),
    ],
)
def test_who_cannot_enter_is_told_what_they_need(client: Client, alice: User, plan: dict[str, Any], text: str) -> None:
    made = created(alice, **plan)
    page = client.post(f"/tournaments/{made.pk}/join/", {"alias": "Somebody"}, follow=True)
    assert text in page.content.decode()
    assert made.entrants.count() == 0


def test_the_page_says_format_options_and_start(client: Client, alice: User) -> None:
    made = created(
        alice, format="swiss", options=Options(rounds=5, best_of=3), starts_ms=4_000_000_000_000, check_in_min=30
    )
    html = client.get(f"/tournaments/{made.pk}/").content.decode()
    for text in (
        "<span>Swiss, 5 rounds, best of 3</span>",
        '<time datetime="2096-10-02T07:06:40+00:00" data-when>2 Oct 2096, 07:06 UTC</time>',
        '<time datetime="2096-10-02T06:36:40+00:00" data-when>2 Oct 2096, 06:36 UTC</time>',
    ):
        assert text in html


def test_the_form_asks_how_many_matches_it_will_be(client: Client, db: None) -> None:
    answer = client.get("/tournaments/new/lengths/", {"size": "8", "third_place": "on", "name": ""})
    assert answer.json()["single_elimination"] == "8 matches"
    assert set(client.get("/tournaments/new/lengths/").json().values()) <= {"", "15 matches"}


def test_a_change_is_made_by_its_organisers_until_it_begins(client: Client, alice: User, bob: User) -> None:
    made = make(alice, alice, bob)
    path = f"/tournaments/{made.pk}/change/"
    assert client.get(path).status_code == 404
    client.force_login(alice)
    assert "Save the changes" in client.get(path).content.decode()
    page = client.post(path, {**FORM, "size": "1"})
    assert (page.status_code, list(page.context["form"].errors)) == (400, ["size"])
    answer = client.post(path, {**FORM, "name": "Monday Cup", "format": "double_elimination", "pace": "fast"})
    assert (answer.status_code, answer["Location"]) == (303, f"/tournaments/{made.pk}/")
    changed = fresh(made)
    assert (changed.name, changed.format, changed.pace, changed.size) == ("Monday Cup", "double_elimination", "fast", 6)
    registration.start(alice, made.pk)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/tournaments/{made.pk}/")


# -- the address for others ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "address", "shared"),
    [
        ("localhost:8000", "192.168.0.7", "http://192.168.0.7:8000"),
        ("127.0.0.1:8000", "192.168.0.7", "http://192.168.0.7:8000"),
        ("localhost", "192.168.0.7", "http://192.168.0.7:80"),
        ("localhost:8000", "", "http://localhost:8000"),
        ("testserver", "192.168.0.7", "http://testserver"),
        ("pong.school.example", "192.168.0.7", "http://pong.school.example"),
    ],
)
def test_the_link_to_share_works_on_a_phone(
    client: Client, alice: User, settings: Any, host: str, address: str, shared: str
) -> None:
    settings.SHARE_ADDRESS = address
    settings.ALLOWED_HOSTS = ["*"]
    tournament = make(alice)
    page = client.get(f"/tournaments/{tournament.pk}/", headers={"Host": host})
    assert page.context["tournament"]["share_url"] == f"{shared}/tournaments/{tournament.pk}/"


# -- the rest ------------------------------------------------------------------------------------------------------


def test_an_exhibition_is_eight_bots_that_have_begun(client: Client, db: None) -> None:
    answer = client.post("/tournaments/exhibition/")
    made = Tournament.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/tournaments/{made.pk}/")
    assert (made.phase, made.size, made.points, made.organiser) == ("running", 8, 3, None)
    assert Entrant.objects.exclude(bot="").count() == 8
    assert len(state(made).playable()) == 4
    assert User.objects.count() == 0, "one only watches"


@pytest.mark.parametrize("path", ["exhibition/", "{}/join/"])
def test_looking_does_nothing(client: Client, alice: User, path: str) -> None:
    tournament = make(alice)
    client.force_login(alice)
    assert client.get("/tournaments/" + path.format(tournament.pk)).status_code == 405
    assert (Tournament.objects.count(), fresh(tournament).n) == (1, 0)


@pytest.mark.parametrize("id", ["999", "99999999999999999999", "0"])
@pytest.mark.parametrize("path", ["", "fragments/", "join/"])
def test_what_does_not_exist_is_not_found(client: Client, db: None, path: str, id: str) -> None:
    address = f"/tournaments/{id}/{path}"
    assert (client.post(address) if path == "join/" else client.get(address)).status_code == 404
    assert User.objects.count() == 0
