"""The console in browsers: what organisers do to a tournament that runs, two of them at once, and by a finger."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from accounts.models import User
from game.pong.court import Choice
from tests.browser import scenes
from tests.browser.conftest import People, in_database, no_sideways
from tests.browser.play import match_id, to_match
from tests.browser.test_organiser import DASH, done, order, sound
from tests.browser.touch import Finger
from tests.tournaments.running import brief, eventually, fresh, make, quick, soon
from tournaments import organising, registration
from tournaments.models import Tournament

__all__ = ("brief", "quick", "soon")

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(autouse=True)
def _patient(settings: Any) -> None:
    settings.READY_TOURNAMENT_S = 120
    settings.REST_S = 0


def started(organiser: User, *users: User, bots: int = 0) -> Tournament:
    made = make(organiser, *users, bots=bots)
    registration.start(organiser, made.pk)
    return made


async def console_of(person: People, made: Tournament, user: User) -> Page:
    page = await person(user=user)
    await page.goto(f"{made.get_absolute_url()}console/")
    return page


async def at_the_tournament(person: People, made: Tournament, user: User) -> Page:
    page = await person(user=user)
    await page.goto(made.get_absolute_url())
    return page


async def shown(dialog: Locator, what: str) -> list[str]:
    await expect(dialog.get_by_role("button", name="Do it")).to_be_visible()
    return await dialog.locator(f"[data-{what}] li").all_inner_texts()


async def test_who_is_replaced_leaves_a_match_that_is_called_or_played(person: People) -> None:
    alice, bob, carol, eve = await in_database(scenes.people, "Alice", "Bob", "Carol", "Eve")
    made = await in_database(started, alice, bob, carol)
    console = await console_of(person, made, alice)
    now, dialog = console.locator("[data-called]"), console.get_by_role("dialog")
    await expect(now).to_contain_text(f"Bob {DASH} Carol")
    await expect(now).to_contain_text("Called")

    # More time, and a word to everybody.
    until = now.locator("[data-until]")
    before = int(await until.get_attribute("data-until") or 0)
    await now.get_by_role("button", name="+5 min").click()
    await expect(until).to_have_attribute("data-until", str(before + 300_000))
    await expect(console.locator(".console-entry").first).to_contain_text("Alice gave match 1 300 s more to begin.")
    reader = await at_the_tournament(person, made, alice)
    text = console.get_by_label("To everybody, in the chat")
    await text.fill("Bob is stuck in the lift")
    await text.press("Enter")
    await expect(reader.locator(".chat-text", has_text="Bob is stuck in the lift")).to_be_visible()
    await expect(text).to_have_value("")

    # Called: nobody of that name, one who is in already, then somebody new.
    await console.get_by_role("button", name="Replace Bob").click()
    name, show = dialog.get_by_label("Name of the account"), dialog.get_by_role("button", name="Show what changes")
    for wrong, refusal in (("Nobody At All", "Nobody here has that name"), ("carol", "They are in it already.")):
        await name.fill(wrong)
        await show.click()
        await expect(dialog.get_by_role("alert")).to_contain_text(refusal)
    await name.fill("eve")
    await show.click()
    await done(
        console,
        changes=[f"Match 1: Bob {DASH} Carol, to be played → Eve {DASH} Carol, to be played"],
        ends=[f"Match 1: Bob {DASH} Carol, called"],
    )
    await expect(now).to_contain_text(f"Eve {DASH} Carol")

    # Under way: the dialog says so, and who plays sees that it is over.
    eves, carols = [await at_the_tournament(person, made, user) for user in (eve, carol)]
    first = await to_match(eves)
    assert await to_match(carols) == first
    await expect(now).to_contain_text("Live")
    await console.get_by_role("button", name="Replace Eve").click()
    await name.fill("Bob")
    await show.click()
    assert await shown(dialog, "changes") == [
        f"Match 1: Eve {DASH} Carol, to be played → Bob {DASH} Carol, to be played"
    ]
    (ends,) = await shown(dialog, "ends")
    assert re.fullmatch(rf"Match 1: Eve {DASH} Carol, under way at \d{DASH}\d", ends)
    await dialog.get_by_role("button", name="Do it").click()
    await expect(dialog).to_be_hidden()
    await expect(eves.locator("[data-result]")).to_be_visible()
    await expect(now).to_contain_text(f"Bob {DASH} Carol")
    await expect(now).to_contain_text("Called")
    await expect(carols).to_have_url(re.compile(rf"/game/(?!{first}/)\d+/$"))


async def test_what_is_reopened_is_called_again(person: People) -> None:
    alice, bob = await in_database(scenes.people, "Alice", "Bob")
    made = await in_database(lambda: started(alice, bob, bots=1))
    console = await console_of(person, made, alice)
    bobs = await at_the_tournament(person, made, bob)
    first = await to_match(bobs)
    await expect(bobs.locator("[data-match-page]")).to_have_attribute("data-phase", "live")
    await bobs.keyboard.press("Escape")
    await bobs.get_by_role("button", name="Resign the match").click()
    await expect(bobs.locator("[data-result]")).to_be_visible()
    await expect(console.locator("#console-status")).to_have_attribute("data-phase", "finished")
    pairing, dialog = console.locator('li[data-pairing="m1.1"]'), console.get_by_role("dialog")
    bot = await pairing.locator(".console-won").inner_text()
    await pairing.get_by_role("button", name="Reopen").click()
    (change,) = await shown(dialog, "changes")
    assert re.fullmatch(
        rf"Match 1: {bot} beat Bob( \d{DASH}\d)? → (Bob {DASH} {bot}|{bot} {DASH} Bob), to be played", change
    )
    await expect(dialog.get_by_text("The tournament, which is over, goes on.")).to_be_visible()
    await done(console, changes=[change])
    await expect(console.locator("#console-status")).to_have_attribute("data-phase", "running")
    await expect(console.locator("[data-called]")).to_contain_text("Bob")
    await expect(bobs).to_have_url(re.compile(rf"/game/(?!{first}/)\d+/$"))
    assert match_id(bobs) > first


async def test_a_co_organiser_acts_until_they_are_dismissed(person: People) -> None:
    alice, bob, carol, eve = await in_database(scenes.people, "Alice", "Bob", "Carol", "Eve")
    made = await in_database(started, alice, bob, carol)
    person.expect("console/.* 404|404 .*console/|status of 404")
    eves = await person(user=eve)
    answer = await eves.goto(f"{made.get_absolute_url()}console/")
    assert answer is not None
    assert answer.status == 404

    alices = await console_of(person, made, alice)
    name, organisers = alices.get_by_label("Make somebody a co-organiser"), alices.locator("#console-organisers")
    await name.fill("Nobody At All")
    await alices.get_by_role("button", name="Appoint").click()
    await expect(alices.locator("#toasts")).to_contain_text("Nobody here has that name")
    await expect(name).to_have_value("Nobody At All")
    await name.fill("EVE")
    await alices.get_by_role("button", name="Appoint").click()
    await expect(organisers).to_contain_text("Eve")
    await expect(name).to_have_value("")

    # She sees it, and what she does is seen.
    await eves.reload()
    await eves.get_by_role("button", name="Pause").click()
    resume = alices.get_by_role("button", name="Resume")
    await expect(resume).to_have_class(re.compile("button-primary"))
    await expect(alices.locator("#console-status")).to_contain_text("Paused")
    await expect(alices.locator(".console-entry").first).to_contain_text("Eve paused it.")
    await sound(alices)
    await resume.click()
    await expect(eves.get_by_role("button", name="Pause")).to_be_visible()

    # No more: her console is gone.
    await organisers.get_by_role("button", name="Dismiss Eve").click()
    await organisers.get_by_role("button", name="Really?").click()
    await expect(organisers).not_to_contain_text("Eve")
    await expect(eves.get_by_role("heading", level=1)).not_to_contain_text("Console")
    await expect(eves.get_by_role("button", name="Pause")).to_have_count(0)
    assert (await in_database(fresh, made)).paused is False


async def test_of_two_organisers_the_second_sees_what_is_so_now(person: People, brief: None) -> None:
    alice, bob = await in_database(scenes.people, "Alice", "Bob")
    made = await in_database(lambda: started(alice, bots=2))
    await in_database(organising.appoint, alice, made.pk, "Bob")
    await eventually(lambda: fresh(made).phase == "finished")
    alices, bobs = [await console_of(person, made, user) for user in (alice, bob)]
    for console in (alices, bobs):
        await console.locator('li[data-pairing="m1.1"]').get_by_role("button", name="Override").click()
    hers, his = alices.get_by_role("dialog"), bobs.get_by_role("dialog")
    pairing = bobs.locator('li[data-pairing="m1.1"]')
    left, right = await pairing.locator("bdi").all_inner_texts()
    won = await pairing.locator(".console-won").inner_text()
    lost = right if won == left else left

    # She says that both forfeit; he, that the other one has won.
    await his.get_by_role("button", name="Show what changes").click()
    (stale,) = await shown(his, "changes")
    assert stale.endswith(f" → {lost} beat {won}")
    await hers.get_by_role("radio", name="Both forfeit").check()
    await hers.get_by_role("button", name="Show what changes").click()
    await done(alices, changes=await shown(hers, "changes"))
    await expect(alices.locator('li[data-pairing="m1.1"]')).to_contain_text("Nobody came")
    await his.get_by_role("button", name="Do it").click()
    await expect(his.get_by_role("alert")).to_contain_text("Somebody else has changed the tournament")
    await expect(his.locator("[data-changes] li")).to_have_text(
        f"Match 1: {left} and {right} forfeit → {lost} beat {won}"
    )
    await done(bobs, changes=[f"Match 1: {left} and {right} forfeit → {lost} beat {won}"])
    await expect(alices.locator('li[data-pairing="m1.1"] .console-won')).to_have_text(lost)


async def test_names_are_written_on_the_console_as_on_the_page(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(
        lambda: registration.create(alice, "Kitchen Cup", 4, Choice(3), registration.Plan(hot_seat=True))
    )
    console = await console_of(person, made, alice)
    reader = await at_the_tournament(person, made, alice)
    await expect(reader.get_by_label("Names, one a line")).to_be_visible()
    names = console.get_by_label("Names, one a line")
    add = console.get_by_role("button", name="Add the names")
    await names.fill("Anna\nBen\nCleo\nDan\nOne too many")
    await add.click()
    await expect(console.locator("#toasts")).to_contain_text("There are not so many places.")
    await expect(names).to_have_value(re.compile("One too many"))
    await names.fill("Anna\n\n  Ben \nCleo\nDan\n")
    await add.click()
    await expect(order(console)).to_have_text(["Anna", "Ben", "Cleo", "Dan"])
    await expect(names).to_have_value("")
    await expect(console.locator("#announcer")).to_have_text("The names are in.")
    await sound(console)
    await in_database(registration.start, alice, made.pk)
    await expect(add).to_be_hidden()


def filled(organiser: User) -> Tournament:
    made = registration.create(organiser, "Phone Cup", 12, Choice(3))
    registration.fill(organiser, made.pk, "easy")
    return made


async def place(handle: Locator) -> tuple[float, float]:
    box: Any = await handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_finger_puts_the_seeds_in_order(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(filled, alice)
    page = await person(360, 740, touch=True, user=alice)
    await page.goto(f"{made.get_absolute_url()}console/")
    names = await order(page).all_inner_texts()
    handles = page.locator("[data-handle]")
    finger = await Finger.on(page)

    # The third one onto the first: the page stays where it is, and the others make room.
    await handles.first.scroll_into_view_if_needed()
    await page.evaluate("scrollTo(0, document.querySelector('[data-order]').getBoundingClientRect().top - 120)")
    scrolled = await page.evaluate("scrollY")
    (x, y), (_, top) = await place(handles.nth(2)), await place(handles.first)
    for way in (0, 0.3, 0.6, 1):
        await finger.to(x, y + (top - 8 - y) * way)
    await expect(order(page).first).to_have_text(names[2])
    assert await page.evaluate("scrollY") == scrolled
    await finger.lift()
    await expect(page.get_by_text("They are seeded in this order.")).to_be_visible()
    await expect(page.locator("#announcer")).to_have_text(f"{names[2]} is number 1 of 12.")
    wanted = [names[2], *names[:2], *names[3:]]
    await expect(order(page)).to_have_text(wanted)

    # Held at the edge of the screen it goes on to the end of the list, which is below.
    x, y = await place(handles.first)
    for to in (y, (y + 740) / 2, 735):
        await finger.to(x, to)
    await expect(order(page).last).to_have_text(wanted[0])
    await finger.lift()
    wanted = [*wanted[1:], wanted[0]]
    await expect(page.locator("[data-order] .is-dragged")).to_have_count(0)
    await page.reload()
    await expect(order(page)).to_have_text(wanted)

    # On a name, a finger scrolls the page and moves nobody.
    await page.evaluate("scrollTo(0, document.querySelector('[data-order]').getBoundingClientRect().top - 120)")
    scrolled = await page.evaluate("scrollY")
    x, y = await place(order(page).nth(5))
    for up in (0, 20, 60, 120, 180):
        await finger.to(x, y - up)
    await finger.lift()
    await page.wait_for_function("from => scrollY > from", arg=scrolled)
    await expect(order(page)).to_have_text(wanted)
    await no_sideways(page)
