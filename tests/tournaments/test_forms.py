"""The form of a tournament: every field, what it makes, and what is wrong said where it is."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password

from accounts.models import User
from game.pong.court import Choice
from realtime.clock import wall_ms
from tests.tournaments.running import fresh
from tournaments import registration
from tournaments.conditions import Conditions
from tournaments.formats.options import Options
from tournaments.forms import OPTIONS, TournamentForm
from tournaments.models import Tournament
from tournaments.registration import Plan

FORM = {"name": "Friday Cup", "size": "16"}
EVERYTHING = {
    "third_place": "on", "grand_final": "single", "cycles": "2", "rounds": "4", "groups": "2", "advance": "3",
    "group_format": "round_robin", "play_offs": "double_elimination", "best_of": "3",
    "best_of_final": "5",
}  # fmt: skip
FINAL = (("final", 5),)
DAY_MS = 24 * 3_600_000


def plan(**data: str) -> Plan:
    form = TournamentForm({**FORM, **data})
    assert form.is_valid(), form.errors
    return form.plan


def errors(**data: str) -> dict[str, list[str]]:
    form = TournamentForm({**FORM, **data})
    assert not form.is_valid()
    return {field: [str(error) for error in found] for field, found in form.errors.items()}


def make(organiser: User, **values: Any) -> Tournament:
    return fresh(registration.create(organiser, "Friday Cup", 16, Choice(5), Plan(**values)))


def shown(form: TournamentForm) -> dict[str, str]:
    """What a browser would send if nothing were touched."""
    values = {name: form[name].value() for name in form.fields}
    return {
        name: "on" if value is True else value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else str(value)
        for name, value in values.items()
        if value not in (None, "", False)
    }


def test_a_name_and_places_are_enough(db: None) -> None:
    assert plan() == Plan()


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("single_elimination", Options(best_of=3, best_of_in=FINAL, third_place=True)),
        ("double_elimination", Options(best_of=3, best_of_in=FINAL, grand_final="single")),
        ("round_robin", Options(best_of=3, cycles=2)),
        ("swiss", Options(best_of=3, rounds=4)),
        # In groups that lead to a double elimination there is no match for the third place.
        ("groups", Options(best_of=3, best_of_in=FINAL, groups=2, advance=3, cycles=2, play_offs="double_elimination",
                           grand_final="single")),
    ],
)  # fmt: skip
def test_a_format_takes_its_own_options_of_all_that_are_sent(db: None, format: str, options: Options) -> None:
    assert plan(format=format, **EVERYTHING).options == options


def test_every_other_field_is_part_of_the_plan(db: None) -> None:
    made = plan(
        starts="2090-07-15T12:00", zone_min="-120", check_in_min="30", repeat_days="7", seeding="random", draft="on",
        password="open sesame", by_invitation="on", claimed="on", least_rating="1400", most_rating="1700",
        least_matches="5", aliases="on", hot_seat="on",
    )  # fmt: skip
    assert made == Plan(
        starts_ms=round(datetime(2090, 7, 15, 10, tzinfo=UTC).timestamp() * 1000), check_in_min=30, repeat_days=7,
        seeding="random", draft=True, password="open sesame", by_invitation=True, aliases=True, hot_seat=True,
        conditions=Conditions(True, 1400, 1700, 5),
    )  # fmt: skip


def test_a_start_without_a_zone_is_in_the_sites_time(db: None) -> None:
    noon_ms = round(datetime(2090, 7, 15, 12, tzinfo=UTC).timestamp() * 1000)
    assert plan(starts="2090-07-15T12:00").starts_ms == noon_ms
    assert plan(starts="2090-07-15T12:00", zone_min="330").starts_ms == noon_ms + 330 * 60_000


@pytest.mark.parametrize(
    ("data", "field", "text"),
    [
        ({"size": "1025"}, "size", "Single elimination takes 2 to 1024 entrants."),
        ({"format": "double_elimination", "size": "1025"}, "size", "Double elimination takes 2 to 1024 entrants."),
        ({"format": "round_robin", "size": "65"}, "size", "Round robin takes 2 to 64 entrants."),
        ({"format": "swiss", "size": "2049"}, "size", "Swiss takes 2 to 2048 entrants."),
        ({"format": "groups", "size": "3"}, "size", "Groups, then play-offs takes 4 to 1024 entrants."),
        ({"hot_seat": "on", "size": "65"}, "size", "One screen takes 2 to 64 entrants."),
        ({"format": "swiss", "size": "8", "rounds": "8"}, "rounds", "Expected: at most 7 for 8 entrants"),
        ({"format": "swiss", "wins": "3"}, "losses", "Expected: a number with wins, none without"),
        ({"format": "swiss", "wins": "3", "losses": "3", "rounds": "5"}, "rounds",
         "Expected: none with wins and losses"),
        ({"format": "groups", "groups": "9"}, "groups", "Expected: at most 8 for 16 entrants"),
        ({"format": "groups", "groups": "4", "advance": "5"}, "advance", "Expected: 1 to 4 out of groups of 4"),
        ({"starts": "2001-07-15T12:00"}, "starts", "That time is over. Choose a later one."),
        ({"starts": "0001-01-01T00:00", "zone_min": "900"}, "starts", "That time is over. Choose a later one."),
        ({"starts": "soon"}, "starts", "Enter a valid date/time."),
        ({"zone_min": "9000"}, "zone_min", "Ensure this value is less than or equal to 900."),
        ({"least_rating": "1700", "most_rating": "1400"}, "most_rating",
         "Nobody could enter: it is below the lowest rating."),
        ({"check_in_min": "1441"}, "check_in_min", "Ensure this value is less than or equal to 1440."),
        ({"repeat_days": "-1"}, "repeat_days", "Ensure this value is greater than or equal to 0."),
        ({"format": "ladder"}, "format", "Select a valid choice. ladder is not one of the available choices."),
        ({"best_of": "2"}, "best_of", "Select a valid choice. 2 is not one of the available choices."),
        ({"seeding": "luck"}, "seeding", "Select a valid choice. luck is not one of the available choices."),
        ({"password": "x" * 101}, "password", "Ensure this value has at most 100 characters (it has 101)."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(db: None, data: dict[str, str], field: str, text: str) -> None:
    assert errors(**data) == {field: [text]}


def test_a_start_at_the_end_of_time_is_one(db: None) -> None:
    assert plan(starts="9999-12-31T23:59", zone_min="900").starts_ms == 253402354740000


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Fri\u202eday", "Friday"),
        ("\u2067Friday\u2069 Cup", "Friday Cup"),
        ("\U0001f3d3 Cup \U00020bb7", "\U0001f3d3 Cup \U00020bb7"),
        ("<b>Cup</b> & \"friends\"", "<b>Cup</b> & \"friends\""),
        ("\u0643\u0623\u0633 \u05d2\u05d1\u05d9\u05e2", "\u0643\u0623\u0633 \u05d2\u05d1\u05d9\u05e2"),
    ],
)  # fmt: skip
def test_a_name_is_kept_but_for_what_hides_or_turns_text(db: None, typed: str, name: str) -> None:
    form = TournamentForm({**FORM, "name": typed})
    assert form.is_valid()
    assert form.cleaned_data["name"] == name


@pytest.mark.parametrize("name", ["", "\u200b\u202e", "x" * 61])
def test_a_name_that_cannot_be_read_is_none(db: None, name: str) -> None:
    assert list(errors(name=name)) == ["name"]


# -- a form that is shown ------------------------------------------------------------------------------------------


def test_a_group_is_open_if_something_in_it_is_unusual_or_wrong(db: None) -> None:
    def opened(form: TournamentForm) -> list[str]:
        return [section["name"] for section in form.sections if section["open"]]

    assert opened(TournamentForm()) == []
    assert opened(TournamentForm(FORM)) == []
    assert opened(TournamentForm({**FORM, "seeding": "hand"})) == ["start"]
    assert opened(TournamentForm({**FORM, "claimed": "on", "pace": "fast"})) == ["entry", "play"]
    assert opened(TournamentForm({**FORM, "least_rating": "many"})) == ["entry"]


def test_every_field_is_somewhere_once(db: None) -> None:
    form = TournamentForm()
    in_sections = [bound.name for section in form.sections for bound in section["fields"]]
    assert sorted([*in_sections, *OPTIONS, "name", "format", "size", "points"]) == sorted(form.fields)


def test_the_lengths_are_of_what_is_typed_so_far(db: None) -> None:
    lengths = TournamentForm({"size": "8", "rounds": "3", "wins": "many", "third_place": "on"}).lengths()
    assert lengths == {
        "single_elimination": "8 matches",
        "double_elimination": "14 or 15 matches",
        "round_robin": "28 matches",
        "swiss": "12 matches",
        "groups": "16 matches",
        "arena": "as many as there is time for",
    }
    for size in ("a few", "1", ""):
        assert set(TournamentForm({"size": size}).lengths().values()) == {""}


# -- a change ------------------------------------------------------------------------------------------------------


def test_what_is_not_touched_stays(db: None, alice: User) -> None:
    made = make(
        alice, format="swiss", options=Options(rounds=4, best_of=3, tie_breaks=("BH", "WIN")), check_in_min=15,
        starts_ms=wall_ms() // 60_000 * 60_000 + DAY_MS, conditions=Conditions(True, 1400, None, 3), password="secret",
        by_invitation=True, aliases=True, seeding="random",
    )  # fmt: skip
    form = TournamentForm(shown(TournamentForm(of=made)), of=made)
    assert form.is_valid(), form.errors
    registration.change(alice, made.pk, "Friday Cup", 16, form.choice, form.plan)
    changed = fresh(made)
    for field in ("format", "options", "check_in_min", "starts_ms", "conditions", "password", "invitation", "seeding"):
        assert getattr(changed, field) == getattr(made, field), field


def test_the_series_of_other_rounds_stay_when_the_final_is_changed(db: None, alice: User) -> None:
    made = make(
        alice, format="double_elimination", options=Options(best_of=3, best_of_in=(("losers.1", 1), ("final", 5)))
    )
    data = shown(TournamentForm(of=made))
    assert data["best_of_final"] == "5"
    for final, series in (("7", (("losers.1", 1), ("final", 7))), ("", (("losers.1", 1),))):
        form = TournamentForm({**data, "best_of_final": final}, of=made)
        assert form.is_valid(), form.errors
        assert form.plan.options == Options(best_of=3, best_of_in=series)


def test_a_password_is_changed_or_taken_away(db: None, alice: User) -> None:
    made = make(alice, password="secret")
    for data, stored in (({"password": "other"}, "other"), ({"no_password": "on"}, "")):
        form = TournamentForm({**shown(TournamentForm(of=made)), **data}, of=made)
        assert form.is_valid()
        registration.change(alice, made.pk, "Friday Cup", 16, form.choice, form.plan)
        password = fresh(made).password
        assert check_password(stored, password) if stored else not password
    assert "no_password" not in TournamentForm(of=fresh(made)).fields


def test_one_like_another_does_not_start_when_that_one_did(db: None, alice: User) -> None:
    made = make(alice, format="round_robin", options=Options(cycles=2))
    Tournament.objects.update(starts_ms=wall_ms() - DAY_MS)
    form = TournamentForm(shown(TournamentForm(like=fresh(made))))
    assert form.is_valid(), form.errors
    assert (form.plan.format, form.plan.options, form.plan.starts_ms) == ("round_robin", Options(cycles=2), None)
    assert TournamentForm(like=fresh(made)).fields.keys() - TournamentForm(of=fresh(made)).fields.keys() == {"draft"}
