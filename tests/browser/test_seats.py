"""One player, several tabs: the newest has the seat, the others watch and may take it back. And the same tab, anew."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from accounts.models import User
from game import referees
from game.pong.paddle import paddle_y
from game.referee import Referee
from tests.browser.conftest import People, in_database, until
from tests.browser.play import always, never, play
from tests.browser.tabs import Tabs
from tests.conftest import LiveServer
from tests.game.playing import call

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = "[data-match-page]"
BACK_MS = 5_000  # a second is promised (benchmarks/page.py), here the machine may have much else to do
# When the page of a player is one again: by its own clock, which starts with the reload.
SEATED = """addEventListener("DOMContentLoaded", () => {
  const root = document.querySelector("[data-match-page]");
  const look = () => {
    if (window.seatedMs === undefined && root.dataset.sides && root.classList.contains("is-playing")) {
      requestAnimationFrame(() => (window.seatedMs = performance.now()));
    }
  };
  if (root) new MutationObserver(look).observe(root, { attributes: true });
})"""


class Table:
    """Alice (left) and Bob (right) at their match, each in a tab."""

    def __init__(self, alice: Page, bob: Page, referee: Referee) -> None:
        self.alice, self.bob, self.referee = alice, bob, referee

    async def another(self) -> Page:
        """One more tab of Alice's."""
        page = await self.alice.context.new_page()
        await page.goto(self.alice.url)
        return page

    @property
    def winner(self) -> str:
        assert self.referee._result is not None
        assert self.referee._result["reason"] == "points"
        return ("Alice", "Bob")[self.referee._result["winner"]]

    async def finish(self, alice: Page) -> None:
        """Play it to its end from this tab of Alice's, and everybody sees it. (A slow machine's keys may lose it.)"""
        async with asyncio.timeout(90):
            await asyncio.gather(play(alice, always), play(self.bob, never))
        for page in (*self.alice.context.pages, self.bob):
            await expect(page.locator(ROOT)).to_have_attribute("data-phase", "over")
            await expect(page.locator("[data-result-title]")).to_have_text(f"{self.winner} wins")


async def sit(person: People, alice: User, bob: User) -> Table:
    match = await in_database(call, alice, bob)
    pages = [await person(user=user) for user in (alice, bob)]
    for page in pages:
        await page.goto(f"/game/{match.pk}/")
    for side, page in enumerate(pages):
        await expect(page.locator(ROOT)).to_have_attribute("data-phase", "live")
        await plays(page, side)
    referee = referees.find(match.pk)
    assert referee is not None
    return Table(*pages, referee)


async def plays(page: Page, side: int = 0) -> None:
    await expect(page.locator(ROOT)).to_have_attribute("data-sides", str(side))
    await expect(page.locator("[data-taken]")).to_be_hidden()


async def watches(page: Page) -> None:
    await expect(page.locator(ROOT)).to_have_attribute("data-sides", "")
    await expect(page.locator("[data-taken]")).to_be_visible()


async def take_over(page: Page) -> None:
    await page.get_by_role("button", name="Take over").click()


async def number(page: Page) -> int:
    return int(await page.locator(ROOT).get_attribute("data-n") or 0)


async def test_the_newest_tab_has_the_seat_and_the_older_one_may_take_it_back(
    person: People, alice: User, bob: User
) -> None:
    table = await sit(person, alice, bob)
    first, referee = table.alice, table.referee
    second = await table.another()
    await plays(second)
    await watches(first)

    # Keys in the tab that watches do nothing; in the one that plays they do; and the one that watches sees it.
    seen = await number(first)
    await first.keyboard.down("w")
    await second.keyboard.down("s")
    await until(lambda: moved(referee, 0, down=True))
    await until(lambda: has_seen(first, seen))
    await first.keyboard.up("w")
    await second.keyboard.up("s")

    await take_over(first)
    await plays(first)
    await watches(second)
    await expect(second.get_by_role("button", name="Take over")).to_be_enabled()

    # The stale tab closed costs nothing: nobody was away for a moment.
    before = referee.sides[0].budget_ms
    player = referee.sides[0].player
    await second.close()
    await until(lambda: crowd_is(referee, 0))
    assert referee.sides[0].player is player
    assert (referee.phase, referee.sides[0].absent_since, referee.sides[0].budget_ms) == ("live", None, before)
    await expect(table.bob.locator('[data-away="0"]')).to_be_hidden()
    await plays(first)
    await table.finish(first)


async def moved(referee: Referee, side: int, *, down: bool) -> bool:
    paddle = referee.sides[side].shown
    away = paddle_y(referee.rules, paddle, referee.now()) - referee.rules.height // 2
    return away > 50_000 if down else away < -50_000


async def has_seen(page: Page, n: int) -> bool:
    return await number(page) > n


async def crowd_is(referee: Referee, count: int) -> bool:
    return int(referee._presence()["watching"]) == count


async def test_a_tab_that_was_taken_over_does_not_take_the_seat_by_itself_when_it_connects_anew(
    person: People, alice: User, bob: User
) -> None:
    table = await sit(person, alice, bob)
    second = await table.another()
    await plays(second)
    await watches(table.alice)
    opened: list[str] = []
    table.alice.on("websocket", lambda socket: opened.append(socket.url))
    await table.alice.evaluate("dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'))")

    async def is_back() -> bool:
        return any(url.endswith("?watch=1") for url in opened)

    await until(is_back)
    await watches(table.alice)
    await plays(second)
    await table.finish(second)


async def test_who_reloads_in_a_rally_is_back_at_once(person: People, alice: User, bob: User) -> None:
    table = await sit(person, alice, bob)
    referee = table.referee
    await table.alice.add_init_script(SEATED)

    async def reload() -> float:
        await until(lambda: in_a_rally(referee))
        await table.alice.reload()
        return float(await until(lambda: table.alice.evaluate("window.seatedMs")))

    playing = asyncio.gather(play(table.alice, always), play(table.bob, always))
    back_ms = await reload()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    print(f"back {back_ms:.0f} ms after a reload")
    assert back_ms < BACK_MS
    await plays(table.alice)
    assert referee.phase in ("live", "paused"), referee.phase
    assert referee.sides[0].budget_ms > 30_000 - BACK_MS
    await table.finish(table.alice)


async def in_a_rally(referee: Referee) -> bool:
    return referee.state.rally > 0


@pytest.mark.parametrize("together", [False, True], ids=["in turn", "both at once"])
async def test_two_tabs_that_fight_for_the_seat_end_with_one_that_has_it(
    person: People, alice: User, bob: User, together: bool
) -> None:
    table = await sit(person, alice, bob)
    tabs = [table.alice, await table.another()]
    await plays(tabs[1])
    await watches(tabs[0])
    press = "document.querySelector('[data-take-over]').click()"
    for turn in range(10):
        if together:
            await asyncio.gather(*(tab.evaluate(press) for tab in tabs))
        else:
            await tabs[turn % 2].evaluate(press)

    async def is_settled() -> list[Page]:
        """The tab that plays, when the other one watches, by its page and by the host."""
        shown = [await tab.locator(ROOT).get_attribute("data-sides") for tab in tabs]
        hidden = [await tab.locator("[data-taken]").is_hidden() for tab in tabs]
        if sorted(map(str, shown)) != ["", "0"] or hidden != [side == "0" for side in shown]:
            return []
        present = table.referee.sides[0].present and len(table.referee.room) == 3
        return [tabs[shown.index("0")]] if present and table.referee.phase == "live" else []

    (winner,) = await until(is_settled)
    assert table.referee.sides[0].budget_ms > 0
    await table.finish(winner)


async def test_a_hidden_tab_catches_up_at_once_when_it_is_shown(
    person: People, browser: Browser, server: LiveServer, alice: User, bob: User
) -> None:
    """In a browser whose tabs are really hidden: Playwright's are all in front."""
    match = await in_database(call, alice, bob)
    page = await person(user=bob)
    cookies = await (await person(user=alice)).context.cookies()
    async with Tabs() as tabs:
        await tabs.set_cookies(cookies, server.url)
        hidden = await tabs.open(f"{server.url}/game/{match.pk}/")
        await page.goto(f"/game/{match.pk}/")
        await expect(page.locator(ROOT)).to_have_attribute("data-phase", "live")
        front = await tabs.open("about:blank")
        await until(lambda: hidden.evaluate("document.hidden"))

        # Nothing is drawn there, yet it plays on: it says when the ball comes, and is not away.
        await hidden.evaluate("frames = 0; (function count() { frames += 1; requestAnimationFrame(count); })()")
        referee = referees.find(match.pk)
        assert referee is not None
        drawn = await hidden.evaluate("frames")
        playing = asyncio.create_task(play(page, always))
        await until(lambda: points_are(referee, 1), 60)
        assert await hidden.evaluate("frames") <= drawn + 1
        assert referee.sides[0].present
        score = await hidden.evaluate(f"document.querySelector('{ROOT}').dataset.b")
        assert int(score) >= 1, "the title and the score are not drawn by frames"

        await tabs.show(hidden)
        await until(lambda: hidden.evaluate("!document.hidden"))
        state: Any = await until(lambda: hidden.evaluate(DRAWN))
        assert state == [referee.state.a, referee.state.b]
        assert await hidden.evaluate("frames") > drawn
        await front.close()
        async with asyncio.timeout(60):
            await playing
        await until(lambda: hidden.evaluate(f"document.querySelector('{ROOT}').dataset.phase === 'over'"))
        await expect(page.locator("[data-result-title]")).to_have_text(re.compile("wins"))


# The score as the frames draw it.
DRAWN = """new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(
  [0, 1].map((side) => Number(document.querySelector(`[data-score="${side}"]`).textContent))))))"""


async def points_are(referee: Referee, count: int) -> bool:
    return referee.state.a + referee.state.b >= count
