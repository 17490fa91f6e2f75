"""The bracket: on a phone, by keyboard alone, on paper, and live."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import scenes
from tests.browser.conftest import People, axe, in_database, no_sideways, until
from tournaments.models import Tournament

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.painted]

HERE = "document.activeElement?.closest('.pairing')?.id ?? ''"


def large() -> Tournament:
    """A double elimination of 64, the winners' second round under way."""
    made = scenes.field(None, "Winter Cup", 64, "double_elimination")
    scenes.play(made, 40)
    return made


def league() -> Tournament:
    made = scenes.field(None, "League", 6, "round_robin")
    scenes.play(made, 7)
    return made


async def tab_to(page: Page, selector: str, most: int = 60) -> int:
    """Press Tab until this has the focus; how often that was."""
    for presses in range(1, most + 1):
        await page.keyboard.press("Tab")
        if await page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return presses
    raise AssertionError(f"{most} times Tab, and never at {selector}")


async def test_a_bracket_of_64_by_keyboard_alone(person: People) -> None:
    made = await in_database(large)
    page = await person()
    await page.goto(made.get_absolute_url())
    await tab_to(page, ".bracket-skip")
    await expect(page.locator(".bracket-skip")).to_be_in_viewport()
    await tab_to(page, ".pairing summary", 3)
    first = await page.evaluate(HERE)
    assert await page.locator(f"#{first}").get_attribute("data-state") == "playable"

    # Arrows: down the round, to the round before and the one after, and home again.
    await page.keyboard.press("Home")
    assert await page.evaluate(HERE) == f"{first.rpartition('-')[0]}-1"
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    third = await page.evaluate(HERE)
    assert third.endswith("-3")
    round = int(third.split("-")[1][1:])
    await page.keyboard.press("ArrowRight")
    assert await page.evaluate(HERE) == f"pairing-w{round + 1}-2"
    await expect(page.locator(f"#pairing-w{round + 1}-2")).to_be_in_viewport()
    for _ in range(6):
        await page.keyboard.press("ArrowRight")
    assert await page.evaluate(HERE) == "pairing-w6-1"
    await page.keyboard.press("ArrowDown")
    assert await page.evaluate(HERE) == "pairing-l1-1"  # from the winners' last to the losers' first
    await page.keyboard.press("ArrowUp")
    assert (await page.evaluate(HERE)).startswith("pairing-w")

    # Why it was made, and who is in it.
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    why = page.locator(".why[open] p")
    await expect(why).to_be_visible()
    await expect(why).to_have_text(re.compile(r"meets .+\.$"))
    await page.keyboard.press("Escape")
    await expect(why).to_have_count(0)

    # A name marks its way, and Escape lets it go. The rest of the bracket is not in the way of the Tab key.
    for _ in range(5):
        await page.keyboard.press("ArrowLeft")
    await tab_to(page, ".pairing .player-name", 3)
    await page.keyboard.press("Enter")
    entrant = await page.evaluate("location.hash")
    assert re.fullmatch(r"#entrant-\d+", entrant)
    places = await page.locator(f'.pairing:has(a[href="{entrant}"])').count()
    await expect(page.locator(".pairing.is-path")).to_have_count(places)
    await page.keyboard.press("Escape")
    await expect(page.locator(".pairing.is-path")).to_have_count(0)
    assert await page.evaluate("location.hash") == ""
    assert await tab_to(page, ".entrant-path") < 12


async def test_a_bracket_of_64_on_a_phone(person: People) -> None:
    made = await in_database(large)
    page = await person(360, 740, touch=True)
    await page.goto(made.get_absolute_url())
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await no_sideways(page)
        await axe(page)
    current = page.locator(".bracket-section.is-current .round.is-current")
    await expect(current).to_have_attribute("data-round", re.compile("^w"))
    await page.get_by_role("button", name="Winners' round 1").click()
    await expect(current).to_have_attribute("data-round", "w1")
    box = await current.locator(".pairing-box").first.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert 300 < box["width"] <= 360

    # A swipe chooses the next round.
    await page.locator(".is-current .rounds-scroller").evaluate("(scroller) => scroller.scrollBy({ left: 300 })")
    await expect(current).to_have_attribute("data-round", "w2")
    await expect(page.get_by_role("button", name="Winners' round 2")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#pairing-w2-1")).to_be_in_viewport()

    await page.get_by_role("button", name="Losers' bracket").click()
    await expect(current).to_have_attribute("data-round", re.compile("^l"))
    await page.get_by_role("button", name="Losers' final").click()
    await expect(page.locator("#pairing-l10-1")).to_be_visible()
    await expect(page.locator("#pairing-l10-1")).to_be_in_viewport()
    await expect(page.locator("#pairing-w1-1")).to_be_hidden()
    await no_sideways(page)


async def test_on_paper_there_is_the_whole_bracket_and_nothing_to_press(person: People) -> None:
    made = await in_database(large)
    page = await person(360, 740)  # printed from a phone, it is the same
    await page.goto(made.get_absolute_url())
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 1040, "height": 720})  # a sheet
    assert await page.locator("button:visible, .top:visible, .chat:visible, .pairing-link:visible").count() == 0
    for id in ("w1-1", "w1-32", "w6-1", "l1-1", "l10-1", "f1-1", "f2-1"):
        await expect(page.locator(f"#pairing-{id}")).to_be_visible()
    colours = await page.evaluate(
        """[...document.querySelectorAll("body, .pairing-box, .slot")].map(
          (element) => getComputedStyle(element).backgroundColor)"""
    )
    assert set(colours) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    sheets = (await page.pdf(prefer_css_page_size=True)).count(b"/Type /Page\n")
    assert 4 <= sheets <= 12


async def test_a_way_through_the_bracket_can_be_shared_and_ones_own_is_marked(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(scenes.tournament, alice, "Cup", alice)
    await in_database(scenes.with_bots, made, *["hard"] * 6)
    await in_database(scenes.draw, made)
    page = await person(user=alice)
    await page.goto(made.get_absolute_url())
    await expect(page.locator(".pairing.is-own")).to_have_count(2)  # the bye and the semi-final it leads to
    href = await page.locator("#pairing-m1-2 .player-name").first.get_attribute("href")
    stranger = await person()
    await stranger.goto(f"{made.get_absolute_url()}{href}")
    await expect(stranger.locator("#pairing-m1-2")).to_have_class(re.compile("is-path"))
    await expect(stranger.locator(".pairing.is-own")).to_have_count(0)
    await stranger.locator("#pairing-m1-2 .player-name").first.click()  # what is marked is let go
    await expect(stranger.locator(".pairing.is-path:not(:hover)")).to_have_count(0)


async def test_points_and_rows_come_to_who_watches(person: People) -> None:
    made = await in_database(league)
    page = await person()
    await page.goto(made.get_absolute_url())
    before = await page.locator("#tournament-standings tbody").inner_text()
    await in_database(scenes.play, made, 1)
    await until(lambda: _changed(page, before))
    await page.reload()
    seen = await page.locator("#tournament-standings tbody").inner_text()
    assert seen != before

    match = await in_database(scenes.under_way, made, (1, 1))
    live = page.locator(f'.pairing:has(a[href="/game/{match.pk}/"])')
    await expect(live).to_have_attribute("data-state", "live")
    await expect(live.locator(".plate").first).to_be_visible()
    await until(lambda: _sum_is_above(page, match.pk, 2), 60)
    fetched = "performance.getEntriesByType('resource').filter((each) => /fragments/.test(each.name)).length"
    assert await page.evaluate(fetched) == 0  # all of it was pushed


async def _changed(page: Page, before: str) -> bool:
    return await page.locator("#tournament-standings tbody").inner_text() != before


async def _sum_is_above(page: Page, match: int, least: int) -> bool:
    plates = await page.locator(f'.pairing:has(a[href="/game/{match}/"]) .plate').all_inner_texts()
    return sum(int(text) for text in plates) > least


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
async def test_tables_are_sound(person: People, width: int, height: int) -> None:
    made = await in_database(league)
    page = await person(width, height, touch=width < 500)
    await page.goto(made.get_absolute_url())
    await page.locator(".standings-legend summary").click()
    await expect(page.get_by_text("Sonneborn-Berger: the points of those who were beaten")).to_be_visible()
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await no_sideways(page)
        await axe(page)
