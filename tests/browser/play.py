"""A person at the keyboard of a match page: looks at the court as the host has it, and presses real keys."""

import asyncio
import re
from collections.abc import Callable

from playwright.async_api import Error, Page, expect

from game import referees
from game.pong.ball import ball_y
from game.pong.paddle import paddle_y
from game.pong.rally import State
from game.referee import Referee

LOOK_S = 0.015
NEAR_MPX = 22_000
MATCH_URL = re.compile(r"/game/(\d+)/$")

Wish = Callable[[int], bool]  # of the number of points played: whether to win the next one


def always(_: int) -> bool:
    return True


def never(_: int) -> bool:
    return False


def match_id(page: Page) -> int:
    found = MATCH_URL.search(page.url)
    assert found, page.url
    return int(found[1])


async def to_match(page: Page) -> int:
    """Wait until the page has gone to a match, by itself, and has its seat."""
    await expect(page).to_have_url(MATCH_URL)
    await expect(page.locator("[data-match-page]")).to_have_attribute("data-phase", re.compile("live|called"))
    return match_id(page)


async def play(page: Page, wish: Wish = always, *, keys: tuple[str, str] = ("w", "s"), side: int | None = None) -> None:
    """Play the match of this page with ``keys`` (up, down) to its end."""
    referee = await _referee(match_id(page))
    root = page.locator("[data-match-page]")
    if side is None:
        await expect(root).to_have_attribute("data-sides", re.compile("^[01]$"))
        side = int(await root.get_attribute("data-sides") or 0)
    held = ""
    try:
        while referee.phase != "over":
            wanted = _key(referee, side, wish, keys)
            if wanted != held:
                if held:
                    await page.keyboard.up(held)
                if wanted:
                    await page.keyboard.down(wanted)
                held = wanted
            await asyncio.sleep(LOOK_S)
        if held:
            await page.keyboard.up(held)
    except Error:
        if not page.is_closed():
            raise


async def _referee(match: int) -> Referee:
    async with asyncio.timeout(10):
        while (found := referees.find(match)) is None:
            await asyncio.sleep(LOOK_S)
    return found


def _key(referee: Referee, side: int, wish: Wish, keys: tuple[str, str]) -> str:
    rules, state, now = referee.rules, referee.state, referee.now()
    y = paddle_y(rules, state.left if side == 0 else state.right, now)
    way = _goal(referee, state, side, wish(state.a + state.b)) - y
    if abs(way) < NEAR_MPX:
        return ""
    return keys[0] if way < 0 else keys[1]


def _goal(referee: Referee, state: State, side: int, win: bool) -> int:
    """Where to be: under the ball, or as far from it as possible."""
    rules = referee.rules
    lands = ball_y(rules, state.ball, state.ball.t1)
    if win:
        return lands if state.ball.to == side else rules.height // 2
    return rules.height - rules.paddle // 2 if lands < rules.height // 2 else rules.paddle // 2
