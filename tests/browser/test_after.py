"""What is left of a tournament: its page, all its results, and its cards, on a screen and on a phone."""

from typing import Literal

import pytest
from playwright.async_api import expect

from accounts.models import User
from game.models import Match
from tests.browser import scenes
from tests.browser.conftest import People, axe, in_database, no_sideways
from tests.tournaments.played import drawn, play
from tournaments.models import Tournament

SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = [
    *("A very long name of Dave, who came", "\u05e9\u05dc\u05d5\u05dd", "Bob \U0001f469\u200d\U0001f680", "M" * 40),
    *("\u65e5\u672c\u8a9e\u306e\u540d\u524d", "Eve", "Frank", "Grace <b>", "Heidi", "Ivan", "Judy", "Mallory"),
]
MISFITS = """() => {
  const box = (text) => text.getBoundingClientRect();
  const texts = [...document.querySelectorAll("text")];
  const outside = texts.filter((text) => box(text).left < 40 || box(text).right > 1160);
  const over = [...document.querySelectorAll("g > text + text")].filter((text) =>
    box(text).left < box(text.previousElementSibling).right || box(text).right > box(text.parentElement).right - 4);
  return [...outside, ...over].map((text) => text.textContent);
}"""


def finished() -> tuple[User, Tournament]:
    [alice] = scenes.people("Alice")
    return alice, play(
        drawn([alice, *NAMES], name="The Spring Cup of the Upper School"), lambda p: 2 if p.id == "m1.5" else 1
    )


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
async def test_a_tournament_that_is_over_shows_what_it_was(person: People, width: int, height: int) -> None:
    alice, made = await in_database(finished)
    page = await person(width, height, touch=width < 500, user=alice)
    await page.goto(made.get_absolute_url())
    after = page.locator("#tournament-after")
    await expect(after.locator(".step-1")).to_contain_text("Alice")
    await expect(after.locator(".ranks tbody tr")).to_have_count(13)
    await expect(after.locator("tr.is-you")).to_contain_text("Alice")
    await after.locator(".after-card img").scroll_into_view_if_needed()
    await page.wait_for_function("document.querySelector('.after-card img').naturalWidth === 1200")
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.reload()
        await after.locator("summary").focus()
        await page.keyboard.press("Enter")
        await expect(after.locator(".after-replay")).to_have_count(12)
        await no_sideways(page)
        await axe(page)
    await after.locator(".after-replay").last.click()
    final = await in_database(lambda: Match.objects.filter(call__tournament=made).latest("pk").pk)
    await expect(page).to_have_url(f"{person.server.url}/game/{final}/replay/")
    await page.goto(f"{made.get_absolute_url()}results/")
    await no_sideways(page)
    await axe(page)


async def test_every_name_fits_its_card(person: People) -> None:
    _alice, made = await in_database(finished)
    page = await person(1200, 630)
    entrants = await in_database(lambda: list(made.entrants.values_list("pk", flat=True)))
    for query in ["", *(f"?entrant={entrant}" for entrant in entrants)]:
        await page.goto(f"{made.get_absolute_url()}card.svg{query}")
        assert await page.evaluate(MISFITS) == []
