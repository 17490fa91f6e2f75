"""Four names, one keyboard: a tournament at one screen, from the form to its champion."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People, axe
from tests.browser.play import always, match_id, never, play

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = ["Anna", "Ben", "Cleo", "Dan"]


async def to_next(screen: Page, *before: int) -> int:
    """The screen goes to the next match by itself, whose two sides are both this keyboard's."""
    others = "".join(f"(?!{match}/)" for match in before)
    await expect(screen).to_have_url(re.compile(rf"/game/{others}\d+/$"))
    await expect(screen.locator("[data-match-page]")).to_have_attribute("data-phase", re.compile("live|called"))
    return match_id(screen)


async def seated(screen: Page) -> tuple[str, str]:
    left, right = await screen.locator(".match-name").all_inner_texts()
    return left, right


async def left_wins(screen: Page) -> str:
    """Two people play at one keyboard: W and S on the left, the arrows on the right. Gives the name of the winner."""
    async with asyncio.timeout(60):
        await asyncio.gather(
            play(screen, always, keys=("w", "s"), side=0), play(screen, never, keys=("ArrowUp", "ArrowDown"), side=1)
        )
    title = screen.locator("[data-result-title]")
    await expect(title).to_have_text(re.compile(" wins$"))
    return (await title.inner_text()).removesuffix(" wins")


async def test_four_names_play_at_one_screen_to_the_champion(person: People, settings: Any) -> None:
    settings.REST_HOT_SEAT_S = 1

    # Whoever holds the screen makes it, and writes the names down.
    screen = await person()
    await screen.goto("/tournaments/new/")
    await screen.get_by_label("Name", exact=True).fill("Kitchen Cup")
    await screen.get_by_label("Places").fill("4")
    await screen.get_by_label("Points to win").select_option("3")
    await screen.locator("summary", has_text="Who may enter").click()
    await screen.get_by_label("At one screen").check()
    await screen.get_by_role("button", name="Create the tournament").click()
    await expect(screen.get_by_role("heading", name="Kitchen Cup")).to_be_visible()
    await expect(screen.get_by_role("button", name="Join")).to_have_count(0)
    names = screen.get_by_label("Names, one a line")
    await names.fill("\n".join([*NAMES, "One too many"]))
    await screen.get_by_role("button", name="Add the names").click()
    await expect(screen.locator("[data-error-place]")).to_contain_text("There are not so many places left")
    await names.fill("\n".join(NAMES))
    await screen.get_by_role("button", name="Add the names").click()
    await expect(screen.locator("[data-entrant]")).to_have_count(4)
    await expect(names).to_have_value("")
    await axe(screen)
    address = screen.url

    # Match after match comes to the screen by itself.
    await screen.get_by_role("button", name="Start").click()
    played: list[int] = []
    met: list[tuple[str, str]] = []
    winners: list[str] = []
    for _ in range(3):
        played.append(await to_next(screen, *played))
        met.append(await seated(screen))
        winners.append(await left_wins(screen))
    assert set(met[0]) | set(met[1]) == set(NAMES)
    assert set(met[2]) == set(winners[:2])

    # The way back leads to the champion.
    await screen.get_by_role("link", name="To the tournament").click()
    await expect(screen).to_have_url(address)
    await expect(screen.locator(".champion strong")).to_have_text(winners[2])
    await axe(screen)
