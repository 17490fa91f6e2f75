"""An organiser's life, in browsers: a draft, its entrants in order by hand, the start, and every exception up to the
podium.
"""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import People, axe, in_database, no_sideways
from tests.browser.play import always, play, to_match
from tests.browser.test_tournament import meet, name_of
from tests.tournaments.running import brief, quick, soon
from tournaments import organising
from tournaments.models import Tournament

__all__ = ("brief", "quick", "soon")

DASH = "\N{EN DASH}"
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def sound(page: Page) -> None:
    """Nothing is wrong with the page, dark and light, wide and on a phone."""
    for width in (1280, 360):
        await page.set_viewport_size({"width": width, "height": 800})
        await no_sideways(page)
        for scheme in ("dark", "light"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            await axe(page)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.emulate_media(color_scheme="dark")


def order(console: Page) -> Locator:
    return console.locator("[data-order] .console-entrant-name bdi")


async def entered(console: Page, link: str, person: People, *, count: int) -> Page:
    """Somebody comes by the link, and is on the console's list."""
    page = await person()
    await page.goto(link)
    await page.get_by_role("button", name="Join").click()
    await expect(order(console)).to_have_count(count)
    return page


async def done(console: Page, *, changes: list[str], ends: list[str] | None = None) -> None:
    """The dialog shows what changes, and what ends; "Do it" does it, and the dialog is gone."""
    dialog = console.get_by_role("dialog")
    await expect(dialog.get_by_role("heading", name="What changes")).to_be_visible()
    assert await dialog.locator("[data-changes] li").all_inner_texts() == changes
    assert await dialog.locator("[data-ends] li").all_inner_texts() == (ends or [])
    await dialog.get_by_role("button", name="Do it").click()
    await expect(dialog).to_be_hidden()


async def test_from_the_draft_to_the_podium(person: People, settings: Any, brief: None) -> None:
    settings.READY_TOURNAMENT_S = 60
    settings.REST_S = 0

    # A draft, which only its organiser sees, is opened.
    console = await person()
    await console.goto("/tournaments/new/")
    await console.get_by_label("Name", exact=True).fill("Friday Cup")
    await console.get_by_label("Places").fill("8")
    await console.get_by_label("Points to win").select_option("3")
    await console.locator("details", has=console.get_by_label("Draft")).locator("summary").click()
    await console.get_by_label("Draft").check()
    await console.get_by_role("button", name="Create the tournament").click()
    link = console.url
    organiser = await name_of(console)
    await console.get_by_role("link", name="Console").click()
    await expect(console.get_by_role("heading", name="Friday Cup Console")).to_be_visible()
    await console.get_by_role("button", name="Open it to all").click()
    await expect(console.get_by_role("button", name="Start")).to_be_visible()

    # Two people and six bots. The order is changed by keys, and by dragging; it is what everybody sees.
    ada = await entered(console, link, person, count=1)
    ben = await entered(console, link, person, count=2)
    a, b = await name_of(ada), await name_of(ben)
    await console.get_by_role("button", name="Fill with easy bots").click()
    await expect(order(console)).to_have_count(8)
    handle = console.get_by_role("button", name=f"Move {b}")
    await handle.press("End")
    await handle.press("ArrowUp")
    await expect(console.locator("#announcer")).to_have_text(f"{b} is number 7 of 8.")
    await handle.press("ArrowDown")
    await expect(console.get_by_text("They are seeded in this order.")).to_be_visible()
    await expect(handle).to_be_focused()
    await expect(ben.locator("[data-entrant] .player-name").last).to_have_text(b)
    second, third = await order(console).nth(1).inner_text(), await order(console).nth(2).inner_text()
    await drag(console, f"Move {second}", f"Move {third}")
    await expect(ben.locator("[data-entrant] .player-name").nth(2)).to_have_text(second)
    await console.reload()
    assert [await order(console).nth(place).inner_text() for place in (0, 1, 2, 7)] == [a, third, second, b]
    await sound(console)

    # First against last are the two people. Who wins leaves the page: the next match is called, and waits.
    await console.get_by_role("button", name="Start").click()
    await console.get_by_role("button", name="Really start?").click()
    await meet(ada, ben)
    await asyncio.gather(play(ada, always), play(ben, always))
    title = ada.locator("[data-result-title]")
    await expect(title).to_have_text(re.compile(f"^({a}|{b}) wins$"))
    if b in await title.inner_text():
        ada, a, ben, b = ben, b, ada, a
    await ada.goto("about:blank")
    await ben.goto("about:blank")
    now = console.locator("[data-called]")
    final = console.locator(".console-waits .console-item", has_text="Winner of match 5")
    await expect(final).to_contain_text("Waits for a match before it.")
    await expect(now).to_have_count(1)
    await expect(now).to_contain_text("Called")
    await expect(now).to_contain_text(a)
    bot = (await now.locator("bdi").nth(1).inner_text()).strip()
    finalist = (await final.locator("bdi").nth(1).inner_text()).strip()

    # More time to come.
    before = await now.locator("[data-until]").get_attribute("data-until")
    await now.get_by_role("button", name="+1 min").click()
    await expect(now.locator("[data-until]")).not_to_have_attribute("data-until", before or "")

    # The first match goes to the other one after all: what follows is shown first, in words.
    await console.locator("summary", has_text="Quarter-finals").click()
    pairing = console.locator('[data-pairing="m1.1"]')
    await pairing.get_by_role("button", name="Override").click()
    dialog = console.get_by_role("dialog")
    await expect(dialog.get_by_role("radio", name=b)).to_be_checked()
    await dialog.get_by_label(a).last.fill("1")
    await dialog.get_by_label(b).last.fill("3")
    await dialog.get_by_role("button", name="Show what changes").click()
    await expect(dialog.get_by_role("button", name="Do it")).to_be_visible()
    await sound(console)
    corrected = f"Match 1: {a} beat {b} 1{DASH}0 → {b} beat {a} 3{DASH}1"
    moved = f"Match 5: {a} {DASH} {bot}, to be played → {b} {DASH} {bot}, to be played"
    await done(console, changes=[corrected, moved], ends=[f"Match 5: {a} {DASH} {bot}, called"])
    await expect(pairing.locator(".console-won")).to_have_text(b)
    await expect(pairing.get_by_role("button", name="Override")).to_be_focused()
    await expect(now).to_contain_text(b)

    # That was wrong: it is undone, and so is what came of it.
    entry = console.locator(".console-entry", has_text="changed match 1", has_not_text="undid")
    await expect(entry).to_contain_text(f"{organiser} changed match 1: {b} beat {a} 3-1.")
    await entry.get_by_role("button", name="Undo").click()
    back = [" → ".join(reversed(text.split(": ", 1)[1].split(" → "))) for text in (corrected, moved)]
    await done(
        console,
        changes=[f"Match 1: {back[0]}", f"Match 5: {back[1]}"],
        ends=[f"Match 5: {b} {DASH} {bot}, called"],
    )
    await expect(entry).to_contain_text("undone")
    await expect(now).to_contain_text(a)

    # One is sent away with a reason, one is gone: the final is won without a match.
    await console.get_by_role("button", name=f"Disqualify {b}").click()
    await dialog.get_by_role("button", name="Show what changes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Something is missing")
    await dialog.get_by_label("Reason").fill("shouts at people")
    await dialog.get_by_role("button", name="Show what changes").click()
    await expect(dialog.get_by_text("No match changes by it.")).to_be_visible()
    await dialog.get_by_role("button", name="Do it").click()
    await expect(console.locator(".console-entry").first).to_contain_text(f"disqualified {b}: shouts at people")
    await console.get_by_role("button", name=f"Drop {finalist}").click()
    await expect(dialog.get_by_text("No match changes by it.")).to_be_visible()
    await in_database(announce, "Somebody else is faster")
    await dialog.get_by_role("button", name="Do it").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Somebody else has changed the tournament")
    await dialog.get_by_role("button", name="Do it").click()
    await expect(console.locator("#console-entrants").get_by_text("Dropped out")).to_be_visible()
    await sound(console)

    # Who is out is told so on their own page, and so is who is waited for, who plays it out.
    await ben.goto(link)
    you = "You in this tournament"
    await expect(ben.get_by_label(you)).to_contain_text("You are out of this tournament")
    called = (await now.get_by_role("link").get_attribute("href") or "").split("/")[-2]
    await ada.add_init_script(f"sessionStorage.setItem('rallypoint.went.{called}', '1')")  # or she is taken there
    await ada.goto(link)
    await expect(ada.get_by_label(you)).to_contain_text(f"your match against {bot} waits for you")
    await sound(ada)
    await ada.get_by_role("link", name="Go to your match").click()
    await to_match(ada)
    await play(ada, always)
    champion = ben.locator(".champion")
    await expect(champion).to_contain_text(re.compile(f"{a}|{bot}"))
    await expect(console.locator("#console-status")).to_have_attribute("data-phase", "finished")
    await expect(console.get_by_role("link", name="Run it again")).to_be_visible()


def announce(text: str) -> None:
    tournament = Tournament.objects.select_related("organiser").get()
    assert tournament.organiser is not None
    organising.announce(tournament.organiser, tournament.pk, text)


async def drag(page: Page, what: str, onto: str) -> None:
    """Take a handle with the pointer and let it go on the lower half of another one."""
    taken, target = [await page.get_by_role("button", name=name).bounding_box() for name in (what, onto)]
    assert taken
    assert target
    await page.mouse.move(taken["x"] + 10, taken["y"] + taken["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(taken["x"] + 12, target["y"] + target["height"] * 0.5, steps=4)
    await page.mouse.move(taken["x"] + 12, target["y"] + target["height"] * 0.9, steps=4)
    await page.mouse.up()
