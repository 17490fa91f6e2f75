"""A phone held upright: the court is turned, and a finger steers the paddle."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from game import referees
from game.pong.ball import ball_y
from game.referee import Referee
from tests.browser.conftest import People, no_sideways, until
from tests.browser.play import to_match
from tests.browser.touch import Finger

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEAR_MPX = 4_000  # a finger's place is rounded to whole pixels of the court, and of the screen


def lands(referee: Referee) -> float:
    ball = referee.state.ball
    return ball_y(referee.rules, ball, ball.t1) / referee.rules.height


async def test_a_phone_plays_the_bot_by_touch(person: People) -> None:
    page = await person(360, 740, touch=True)
    await page.goto("/")
    await no_sideways(page)
    await page.locator(".segments label", has_text="3").first.tap()
    await page.get_by_role("button", name="Easy").first.tap()
    referee = referees.find(await to_match(page))
    assert referee is not None
    root, court = page.locator("[data-match-page]"), page.locator("canvas")
    await expect(root).to_have_attribute("data-phase", "live")

    # The court stands, all of it on the screen, with the own side at the bottom.
    await expect(root).to_have_attribute("data-bottom", "0")
    box: Any = await court.bounding_box()
    assert box["height"] > 1.4 * box["width"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    await until(lambda: page.evaluate("document.querySelector('canvas').getBoundingClientRect().bottom <= innerHeight"))
    await no_sideways(page)

    finger = await Finger.on(page)

    async def point(across: float) -> None:
        """To a part (0..1) of the way across the screen's court."""
        box: Any = await court.bounding_box()
        await finger.to(box["x"] + across * box["width"], box["y"] + 0.8 * box["height"])

    for across in (0.25, 0.8, 0.5):
        await point(across)

        async def there(across: float = across) -> bool:
            return abs(referee.state.left.target - across * referee.rules.height) < NEAR_MPX

        await until(there)
    # A return now and then, otherwise away from the ball: a whole match.
    async with asyncio.timeout(60):
        while referee.phase != "over":
            goal = lands(referee)
            if referee.state.ball.to == 0:
                await point(goal if referee.state.rally < 2 else (0.1 if goal > 0.5 else 0.9))
            await asyncio.sleep(0.03)
    await finger.lift()
    await expect(page.locator("[data-result]")).to_be_visible()
    await no_sideways(page)
    assert max(referee.state.a, referee.state.b) == 3
