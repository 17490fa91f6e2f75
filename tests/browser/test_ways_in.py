"""The other ways to a match: two at one keyboard, the bot, an exhibition. None of them needs an account."""

import asyncio

import pytest
from playwright.async_api import expect

from game import referees
from game.pong.paddle import paddle_y
from tests.browser.conftest import People, until
from tests.browser.play import always, never, play, to_match

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_at_one_keyboard(person: People) -> None:
    page = await person()
    await page.goto("/")
    await page.get_by_role("radio", name="3", exact=True).check(force=True)
    await page.get_by_label("Name on the left").fill("Mum")
    await page.get_by_label("Name on the right").fill("Dad")
    await page.get_by_role("button", name="Start two at one keyboard").click()
    referee = referees.find(await to_match(page))
    assert referee is not None
    root = page.locator("[data-match-page]")
    await expect(root).to_have_attribute("data-sides", "0,1")
    await expect(page.locator("[data-name]")).to_have_text(["Mum", "Dad"])
    await expect(root).to_have_attribute("data-phase", "live")

    # W and the arrow down at the same time: each paddle goes its way.
    async def places() -> list[int]:
        state, now = referee.state, referee.now()
        return [paddle_y(referee.rules, paddle, now) for paddle in (state.left, state.right)]

    middle = referee.rules.height // 2
    await page.keyboard.down("w")
    await page.keyboard.down("ArrowDown")

    async def apart() -> bool:
        left, right = await places()
        return left < middle - 50_000 and right > middle + 50_000

    await until(apart)
    await page.keyboard.up("w")
    await page.keyboard.up("ArrowDown")

    # Two hands on one keyboard play it to its end, and the rematch needs one click.
    async with asyncio.timeout(60):
        await asyncio.gather(
            play(page, always, side=0, keys=("w", "s")), play(page, never, side=1, keys=("ArrowUp", "ArrowDown"))
        )
    await expect(page.locator("[data-result-title]")).to_have_text("Mum wins")
    before = page.url
    await page.get_by_role("button", name="Rematch", exact=True).click()
    await expect(page).not_to_have_url(before)
    await expect(root).to_have_attribute("data-phase", "live")
    await expect(page.locator("[data-name]")).to_have_text(["Dad", "Mum"])


async def test_the_bot_plays_at_once_and_one_may_resign(person: People) -> None:
    page = await person()
    await page.goto("/")
    await page.get_by_role("button", name="Hard").first.click()
    await to_match(page)
    await expect(page.locator("[data-match-page]")).to_have_attribute("data-phase", "live")
    await expect(page.locator('[data-name="1"]')).to_have_text("Ace")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Resign the match").click()
    await expect(page.locator("[data-result-title]")).to_have_text("Ace wins")
    await expect(page.locator("[data-result-reason]")).to_contain_text("resigned")


async def test_the_bot_meanwhile_ends_when_somebody_comes(person: People) -> None:
    one, two = await person(), await person()
    await one.goto("/")
    await one.get_by_role("button", name="Play", exact=True).click()
    await expect(one.locator("#dock")).to_contain_text("Looking for an opponent")
    await one.locator("[data-dock-bot=easy]").click()
    bot = await to_match(one)
    await expect(one.locator("#dock")).to_contain_text("Looking for an opponent")  # the place in the queue is kept
    await two.goto("/")
    await two.get_by_role("button", name="Play", exact=True).click()
    assert await to_match(two) != bot
    await expect(one).to_have_url(two.url)


async def test_an_exhibition_is_seen_within_ten_seconds(person: People) -> None:
    page, stranger = await person(), await person()
    await page.goto("/")
    async with asyncio.timeout(10):
        await page.get_by_role("button", name="Watch an exhibition").click()
        await page.locator(".now-live").first.wait_for()
        await page.locator(".now-live").first.get_by_role("link", name="Watch").click()
        await expect(page.locator("[data-match-page]")).to_have_attribute("data-phase", "live")
        canvas = page.locator("canvas")
        before = await canvas.screenshot()

        async def moves() -> bool:
            return await canvas.screenshot() != before

        await until(moves)
    await stranger.goto("/")
    await expect(stranger.locator("#live-matches .match-card")).to_have_count(4)
    await expect(stranger.locator("#open-tournaments")).to_contain_text("Exhibition")
