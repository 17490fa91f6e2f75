"""Two strangers press Play, play a whole match, and play again; a third one looks on."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People
from tests.browser.play import match_id, play, to_match

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def shown(page: Page) -> tuple[str, str]:
    """The score as the page has it."""
    return (await page.locator('[data-score="0"]').inner_text(), await page.locator('[data-score="1"]').inner_text())


async def test_two_guests_meet_play_and_play_again(person: People) -> None:
    one, two, stranger = [await person() for _ in range(3)]

    for page in (one, two):
        await page.goto("/")
        await page.get_by_role("radio", name="3", exact=True).check(force=True)
        await page.get_by_role("button", name="Play", exact=True).click()
    first = await to_match(one)
    assert await to_match(two) == first

    sides = {page: int(await page.locator("[data-match-page]").get_attribute("data-sides") or 0) for page in (one, two)}
    assert sorted(sides.values()) == [0, 1]
    # Each of them wants to win some: the score goes up on both sides.
    players = asyncio.gather(
        play(one, lambda played: played != 0),
        play(two, lambda played: played == 0),
    )
    root = stranger.locator("[data-match-page]")
    await one.locator('[data-match-page][data-a="1"], [data-match-page][data-b="1"]').wait_for()
    await stranger.goto(one.url)
    await expect(root).to_have_attribute("data-phase", "live")
    await expect(root).to_have_attribute("data-sides", "")
    await expect(one.locator("[data-watching]")).to_have_text("1 watching")
    assert [await root.get_attribute("data-a"), await root.get_attribute("data-b")] != ["0", "0"]

    # They can talk, and the stranger reads along.
    await one.get_by_placeholder("Message").fill("have fun!")
    await one.get_by_placeholder("Message").press("Enter")
    await one.keyboard.press("Escape")  # back to the paddle
    for page in (one, two, stranger):
        await expect(page.locator(".chat-line .chat-text")).to_have_text("have fun!")
    await expect(stranger.get_by_placeholder("Message")).to_be_hidden()

    async with asyncio.timeout(60):
        await players
    for page in (one, two, stranger):
        await expect(page.locator("[data-match-page]")).to_have_attribute("data-phase", "over")
        await expect(page.locator("[data-result]")).to_be_visible()
    score = await shown(one)
    assert "3" in score
    assert await shown(two) == await shown(stranger) == score
    results = [await page.locator("[data-result-title]").inner_text() for page in (one, two, stranger)]
    winner = await one.locator(f'[data-name="{score.index("3")}"]').inner_text()
    assert results == [f"{winner} wins"] * 3
    late = await person()
    await late.goto(one.url)
    await expect(late.locator("[data-result-title]")).to_have_text(results[0])
    assert await shown(late) == score

    # Again: offered by the one, accepted by the other.
    await one.get_by_role("button", name="Rematch", exact=True).click()
    await two.get_by_role("button", name="Accept").click()
    for page in (one, two):
        await expect(page).to_have_url(re.compile(rf"/game/(?!{first}/)\d+/$"))
    assert await to_match(one) == await to_match(two) != first
    for page in (one, two):
        root = page.locator("[data-match-page]")
        await expect(root).to_have_attribute("data-phase", "live")
        await expect(root).to_have_attribute("data-sides", str(1 - sides[page]))  # they have changed sides
    assert match_id(one) == match_id(two)
