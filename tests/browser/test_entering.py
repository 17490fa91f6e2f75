"""Before the start: the form at any width, and how one comes in."""

import asyncio
import re
from typing import Any, Literal

import pytest
from playwright.async_api import Page, Route, expect

from accounts.models import User
from game.pong.court import Choice
from realtime.clock import wall_ms
from tests.browser import scenes
from tests.browser.conftest import People, axe, in_database, no_sideways
from tournaments import registration, writing
from tournaments.conditions import Conditions
from tournaments.models import Tournament
from tournaments.registration import Plan

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR_MS = 3_600_000


def create(organiser: User, name: str, size: int = 8, *users: User, **plan: Any) -> Tournament:
    made = registration.create(organiser, name, size, Choice(3), Plan(**plan))
    for user in users:
        registration.join(user, made.pk)
    return Tournament.objects.get(pk=made.pk)


async def sound(page: Page) -> None:
    await no_sideways(page)
    await axe(page)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark"), (360, "light"), (1280, "dark")])
async def test_the_form_shows_what_the_format_takes(
    person: People, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = await person(width, 740, scheme=scheme, touch=width < 500)
    await page.goto("/tournaments/new/")
    await expect(page.locator('[data-length="double_elimination"]')).to_have_text("30 or 31 matches")
    await expect(page.get_by_label("Match for third place")).to_be_visible()
    await expect(page.get_by_label("Rounds")).to_be_hidden()
    await page.get_by_label("Places").fill("100")
    await expect(page.locator('[data-length="single_elimination"]')).to_have_text("99 matches")
    await expect(page.locator('[data-length="round_robin"]')).to_have_text("for 2 to 64")
    await page.get_by_role("radio", name="Groups, then play-offs").check()
    await expect(page.get_by_label("Match for third place")).to_be_visible()
    await page.get_by_label("Play-offs", exact=True).select_option("double_elimination")
    await expect(page.get_by_label("Match for third place")).to_be_hidden()
    await expect(page.get_by_label("Grand finals")).to_be_visible()
    for summary in await page.locator("details.form-section > summary").all():
        await summary.click()
    await sound(page)


async def test_what_was_typed_for_another_format_is_in_nobodys_way(person: People) -> None:
    page = await person()
    await page.goto("/tournaments/new/")
    await page.get_by_label("Name", exact=True).fill("Friday Cup")
    await page.get_by_role("radio", name="Swiss").check()
    await page.get_by_label("Rounds").fill("500")
    await page.get_by_role("radio", name="Round robin").check()
    await page.get_by_role("button", name="Create the tournament").click()
    await expect(page.get_by_role("heading", name="Friday Cup")).to_be_visible()
    await expect(page.locator(".facts")).to_contain_text("Round robin")


async def test_what_is_wrong_is_marked_and_its_group_open(person: People) -> None:
    person.expect("answered 400|status of 400")
    page = await person(360, 740, scheme="light", touch=True)
    await page.goto("/tournaments/new/")
    await page.get_by_label("Name", exact=True).fill("Friday Cup")
    await page.get_by_role("radio", name="Round robin").check()
    await page.get_by_label("Places").fill("65")
    await page.get_by_role("button", name="Create the tournament").click()
    await expect(page.get_by_text("Round robin takes 2 to 64 entrants.")).to_be_visible()
    await expect(page.get_by_label("Places")).to_be_focused()
    await sound(page)
    await page.get_by_label("Places").fill("64")
    await page.locator("summary", has_text="Who may enter").click()
    await page.get_by_label("Lowest rating").fill("1700")
    await page.get_by_label("Highest rating").fill("1400")
    await page.get_by_role("button", name="Create the tournament").click()
    await expect(page.get_by_text("Nobody could enter: it is below the lowest rating.")).to_be_visible()
    await expect(page.get_by_label("Highest rating")).to_be_focused()
    await sound(page)


async def test_the_start_is_in_the_readers_own_time(person: People) -> None:
    """In Vienna a start at noon in January is at eleven in Greenwich, and in July at ten."""
    page = await person()
    for month, clock in (("01", "11:00"), ("07", "10:00")):
        await page.goto("/tournaments/new/")
        await page.get_by_label("Name", exact=True).fill("Noon Cup")
        await page.locator("summary", has_text="Before the start").click()
        await page.get_by_label("Starts at").fill(f"2090-{month}-15T12:00")
        await page.get_by_role("button", name="Create the tournament").click()
        time = page.locator(".entry-start time").first
        await expect(time).to_have_attribute("datetime", f"2090-{month}-15T{clock}:00+00:00")
        await expect(time).to_contain_text("12:00")
        await page.get_by_role("link", name="Change it").click()
        await expect(page.get_by_label("Starts at")).to_have_value(f"2090-{month}-15T12:00")
        await page.get_by_role("button", name="Save the changes").click()
        await expect(time).to_have_attribute("datetime", f"2090-{month}-15T{clock}:00+00:00")


async def test_a_guest_comes_in_by_the_link_and_the_password(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(
        lambda: create(alice, "Club Cup", password="open sesame", by_invitation=True, aliases=True)
    )
    organiser = await person(user=alice)
    await organiser.goto(made.get_absolute_url())
    link = await organiser.get_by_label("Link to share").input_value()
    assert made.invitation in link

    # Without the link there is no way in; the link is not told to those who came without it.
    guest = await person(360, 740, scheme="light", touch=True)
    await guest.goto(made.get_absolute_url())
    await expect(guest.get_by_text("It is by invitation")).to_be_visible()
    await expect(guest.get_by_role("button", name="Join")).to_be_hidden()
    assert made.invitation not in await guest.content()
    await sound(guest)

    # With it, a stranger's form keeps it when the password was wrong; then they have a name, and the socket takes it.
    await guest.goto(link)
    await guest.get_by_label("Password").fill("open barley")
    await guest.get_by_role("button", name="Join").click()
    await expect(guest.get_by_text("That is not its password.")).to_be_visible()
    await expect(guest).to_have_url(link)
    await guest.get_by_label("Password").fill("open rye")
    await guest.get_by_role("button", name="Join").click()
    await expect(guest.locator("[data-error-place]")).to_contain_text("That is not its password.")
    await expect(guest.get_by_label("Password")).to_be_focused()
    await guest.get_by_label("Password").fill("open sesame")
    await guest.get_by_label("Enter as").fill("Ali Baba")
    await guest.get_by_role("button", name="Join").click()
    await expect(guest.locator("#tournament-entrants .is-you")).to_contain_text("Ali Baba")
    await expect(guest.get_by_role("button", name="Withdraw")).to_be_visible()
    await expect(guest.get_by_label("Password")).to_be_hidden()
    await expect(organiser.locator("[data-entrant]")).to_have_text("Ali Baba")


async def test_who_may_not_enter_sees_why_and_what_to_do(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    conditions = Conditions(claimed=True, least_rating=1400)
    made = await in_database(lambda: create(alice, "Club Cup", conditions=conditions, by_invitation=True))
    address = f"{made.get_absolute_url()}?invitation={made.invitation}"
    stranger = await person()
    await stranger.goto(address)
    await expect(stranger.locator(".condition-missed")).to_contain_text("an account of one's own")
    await expect(stranger.locator(".condition-met")).to_contain_text("a rating of at least 1400")
    await expect(stranger.get_by_role("button", name="Join")).to_be_hidden()
    await sound(stranger)

    # Signing up leads back, with the invitation.
    await stranger.get_by_role("link", name="Sign up: it takes a minute").click()
    await stranger.locator("[name=username]").fill("Zoe")
    await stranger.locator("[name=password1]").fill("correct horse battery")
    await stranger.locator("[name=password2]").fill("correct horse battery")
    await stranger.locator("main form button[type=submit]").click()
    await expect(stranger).to_have_url(address)
    await stranger.get_by_role("button", name="Join").click()
    await expect(stranger.locator("#tournament-entrants .is-you")).to_contain_text("Zoe")


async def test_the_waitlist_moves_up_on_every_page(person: People) -> None:
    alice, bob, carol, dave = await in_database(scenes.people, "Alice", "Bob", "Carol", "Dave")
    made = await in_database(create, alice, "Full Cup", 2, alice, bob)
    pages = [await person(user=user) for user in (bob, carol, dave)]
    for page in pages:
        await page.goto(made.get_absolute_url())
    bobs, carols, daves = pages
    for page in (carols, daves):
        await page.get_by_role("button", name="Join the waitlist").click()
        await expect(page.get_by_role("button", name="Leave the waitlist")).to_be_visible()
    await expect(carols.locator("[data-you-wait]")).to_have_text(
        "All places are taken: you are the next on the waitlist."
    )
    await expect(daves.locator("[data-you-wait]")).to_have_text(
        "All places are taken: you are number 2 on the waitlist."
    )
    await sound(daves)
    await bobs.get_by_role("button", name="Withdraw").click()
    await expect(carols.locator("[data-entrant].is-you")).to_have_count(1)
    await expect(carols.locator("[data-you-wait]")).to_be_hidden()
    await expect(daves.locator("[data-you-wait]")).to_have_text(
        "All places are taken: you are the next on the waitlist."
    )
    await expect(bobs.get_by_role("button", name="Join the waitlist")).to_be_visible()
    await daves.get_by_role("button", name="Leave the waitlist").click()
    await expect(bobs.locator(".waitlist")).to_be_hidden()


async def test_who_is_here_says_so_by_one_press(person: People) -> None:
    alice, bob, carol = await in_database(scenes.people, "Alice", "Bob", "Carol")
    starts_ms = wall_ms() + HOUR_MS // 2
    made = await in_database(
        lambda: create(alice, "Checked Cup", 2, alice, bob, carol, starts_ms=starts_ms, check_in_min=40)
    )
    waits = await person(360, 740, user=carol, touch=True)
    watches = await person(user=bob)
    for page in (waits, watches):
        await page.goto(made.get_absolute_url())
    here = waits.get_by_role("button", name="I am here")
    await expect(here.locator("[data-countdown]")).to_have_text(re.compile(r"^(29|30):\d\d$"))
    await sound(waits)
    await here.click()
    await expect(waits.get_by_text("You are checked in.")).to_be_visible()
    await expect(here).to_be_hidden()
    await expect(watches.locator(".waitlist")).to_contain_text("Here")
    await expect(watches.get_by_role("button", name="I am here")).to_be_visible()


async def test_without_scripts_one_joins_by_the_form(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(lambda: create(alice, "Plain Cup", password="open sesame"))
    page = await person(java_script_enabled=False)
    await page.goto(made.get_absolute_url())
    await page.get_by_label("Password").fill("open sesame")
    await page.get_by_role("button", name="Join").click()
    assert await page.locator("[data-entrant]").count() == 1


async def test_a_draft_is_opened_by_its_organiser(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(lambda: create(alice, "Draft Cup", draft=True))
    page = await person(user=alice)
    await page.goto("/tournaments/")
    await page.get_by_role("link", name="Draft Cup").click()
    await expect(page.get_by_text("A draft: only its organisers see it")).to_be_visible()
    await page.get_by_role("button", name="Open it to all").click()
    await expect(page.get_by_role("button", name="Join")).to_be_visible()
    await expect(page.get_by_role("button", name="Open it to all")).to_be_hidden()
    stranger = await person()
    await stranger.goto(made.get_absolute_url())
    await expect(stranger.get_by_role("button", name="Join")).to_be_visible()


async def test_what_is_too_large_to_be_pushed_is_one_fetch_at_a_time_and_nothing_of_it_is_missed(
    person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MANY", 3)  # rows of a list that is pushed whole
    users = await in_database(scenes.people, "Alice", "Bob", "Carol", "Dave", "Eve")
    alice, dave, eve = users[0], *users[-2:]
    made = await in_database(create, alice, "Large Cup", 8, *users[:3])
    page = await person()
    held: list[Route] = []
    asked = asyncio.Event()

    async def hold(route: Route) -> None:
        held.append(route)
        asked.set()

    await page.goto(made.get_absolute_url())
    names = page.locator("[data-entrant] .player-name")
    await in_database(registration.join, dave, made.pk)
    await expect(names).to_have_count(4)  # it is connected, and behind in nothing
    await page.route("**/fragments/", hold)

    async def turn(to: int) -> None:
        """Another order, which is to be fetched."""
        order = [entrant.pk for entrant in await in_database(lambda: list(made.entrants.order_by("pk")[:4]))]
        await in_database(registration.seed, alice, made.pk, order[to:] + order[:to])

    await turn(1)
    await asked.wait()
    answer = await held[0].fetch()  # of now; it comes after what is pushed meanwhile
    for to in (2, 3):
        await turn(to)
    await in_database(registration.join, eve, made.pk)
    await expect(names).to_have_text(["Alice", "Bob", "Carol", "Dave", "Eve"])
    assert len(held) == 1
    asked.clear()
    await held[0].fulfill(response=answer)
    await expect(names).to_have_text(["Bob", "Carol", "Dave", "Alice", "Eve"])
    await asked.wait()
    await held[1].continue_()
    await expect(names).to_have_text(["Dave", "Alice", "Bob", "Carol", "Eve"])
    assert len(held) == 2
