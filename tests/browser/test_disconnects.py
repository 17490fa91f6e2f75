"""A player whose link is cut in a rally: silence is noticed, waited for, and in the end decided by itself.

The link is a real one, to the same server: a TCP proxy that swallows everything while it is cut, and tells nobody.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from accounts.models import User
from benchmarks.links import WIFI
from benchmarks.proxy import Proxy
from game import referees
from game.referee import SILENT_MS, Referee
from tests.browser.conftest import People, in_database, until
from tests.browser.play import always, play
from tests.conftest import LiveServer
from tests.game.playing import call

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = "[data-match-page]"
CUT_MS = 10_000
FAILED = r"WebSocket connection to .* failed|net::ERR_(CONNECTION|TIMED_OUT|EMPTY_RESPONSE|NETWORK)"
# Everything that the countdown and the notice have shown.
NOTES = """window.counted = []; window.noted = []; addEventListener("DOMContentLoaded", () => {
  for (const [name, seen] of [["countdown", window.counted], ["notice", window.noted]]) {
    const element = document.querySelector(`[data-${name}]`);
    const note = () => element.textContent && element.textContent !== seen.at(-1) && seen.push(element.textContent);
    if (element) new MutationObserver(note).observe(element, { childList: true, characterData: true, subtree: true });
  }
})"""


@pytest_asyncio.fixture(loop_scope="session")
async def link(server: LiveServer) -> AsyncIterator[Proxy]:
    """Alice's way to the server."""
    address = urlsplit(server.url)
    assert address.hostname
    assert address.port
    async with Proxy(address.hostname, address.port, WIFI, rtt_ms=30, seed=1) as proxy:
        yield proxy


class Table:
    """Alice (left), behind the link, and Bob (right) at their match."""

    def __init__(self, alice: Page, bob: Page, referee: Referee) -> None:
        self.alice, self.bob, self.referee = alice, bob, referee
        self.bob_wants_to_win = True  # as long as both do, a rally lasts
        self.playing = asyncio.gather(play(alice, always), play(bob, lambda _: self.bob_wants_to_win))

    @property
    def winner(self) -> str:
        assert self.referee._result is not None
        assert self.referee._result["reason"] == "points"
        return ("Alice", "Bob")[self.referee._result["winner"]]

    async def in_a_rally(self) -> bool:
        return self.referee.phase == "live" and self.referee.state.rally > 0

    async def is_away(self) -> bool:
        return not self.referee.sides[0].present

    async def is_paused(self) -> bool:
        return self.referee.phase == "paused"

    async def time_is(self, t: int) -> bool:
        """Whether it is that late on the host's clock."""
        return self.referee.now() >= t

    async def score(self) -> list[str | None]:
        return [await page.locator(ROOT).get_attribute(f"data-{of}") for page in (self.alice, self.bob) for of in "ab"]


async def sit(person: People, link: Proxy, alice: User, bob: User) -> Table:
    person.expect(FAILED)
    match = await in_database(call, alice, bob)
    pages = [await person(user=user) for user in (alice, bob)]
    for page, host in zip(pages, (f"http://127.0.0.1:{link.port}", ""), strict=True):
        await page.add_init_script(NOTES)
        await page.goto(f"{host}/game/{match.pk}/")
    for side, page in enumerate(pages):
        await expect(page.locator(ROOT)).to_have_attribute("data-phase", "live")
        await expect(page.locator(ROOT)).to_have_attribute("data-sides", str(side))
    referee = referees.find(match.pk)
    assert referee is not None
    return Table(*pages, referee)


async def test_who_is_cut_off_for_ten_seconds_is_waited_for_and_the_match_goes_on(
    person: People, link: Proxy, alice: User, bob: User
) -> None:
    table = await sit(person, link, alice, bob)
    referee, away = table.referee, table.bob.locator('[data-away="0"]')
    await until(table.in_a_rally)
    await expect(away).to_be_hidden()
    link.cut()
    cut_at = referee.now()

    # The other screen says so, the rally plays out, and the next serve waits.
    await until(table.is_away)
    noticed_ms = referee.now() - cut_at
    await expect(away).to_be_visible()
    print(f"away {noticed_ms} ms after the cut, shown after {referee.now() - cut_at} ms")
    assert noticed_ms >= SILENT_MS - 1_000, "a moment of silence is none; the last word may be a second old"
    await until(table.is_paused)
    score = (referee.state.a, referee.state.b)
    await expect(table.bob.locator(ROOT)).to_have_attribute("data-phase", "paused")
    await expect(table.bob.locator("[data-notice]")).to_have_text(re.compile(r"^Alice is away: 0:\d\d left$"))
    await until(lambda: table.time_is(cut_at + CUT_MS))
    assert (referee.phase, referee.state.rally, (referee.state.a, referee.state.b)) == ("paused", 0, score)
    for page in (table.alice, table.bob):
        await page.evaluate("counted.length = 0")
    link.restore()

    # Heard again: the countdown on both screens, and the match is played to its end.
    for page in (table.alice, table.bob):
        counted: Any = await until(lambda page=page: page.evaluate("counted.at(-1) === '1' && counted"))
        assert counted[-3:] == ["3", "2", "1"], counted
        await expect(page.locator(ROOT)).to_have_attribute("data-phase", "live")
        await expect(page.locator('[data-away="0"]')).to_be_hidden()
        await expect(page.locator("[data-notice]")).to_be_hidden()
    assert 0 < referee.sides[0].budget_ms < 30_000 == referee.sides[1].budget_ms
    table.bob_wants_to_win = False
    async with asyncio.timeout(60):
        await table.playing
    for page in (table.alice, table.bob):
        await expect(page.locator(ROOT)).to_have_attribute("data-phase", "over")
        await expect(page.locator("[data-result-title]")).to_have_text(f"{table.winner} wins")
        await expect(page.locator("[data-result-reason]")).to_have_text("")
    assert (await table.score())[:2] == (await table.score())[2:]


async def test_whose_network_was_changed_is_back_by_a_new_connection(
    person: People, link: Proxy, alice: User, bob: User
) -> None:
    """The old connection is dead for good, and nobody has told the browser."""
    table = await sit(person, link, alice, bob)
    referee, bar = table.referee, table.alice.locator("#connection")
    await until(table.in_a_rally)
    player = referee.sides[0].player
    link.cut()
    await until(table.is_away)
    await expect(bar).to_have_attribute("data-state", "down")  # and says that it is not the ball's fault
    await expect(bar).to_contain_text("Connection lost")
    link.lose()
    link.restore()

    await expect(table.bob.locator('[data-away="0"]')).to_be_hidden()
    await expect(bar).to_have_attribute("data-state", "")
    assert referee.sides[0].player is not player
    table.bob_wants_to_win = False
    async with asyncio.timeout(90):
        await table.playing
    for page in (table.alice, table.bob):
        await expect(page.locator(ROOT)).to_have_attribute("data-phase", "over")
        await expect(page.locator("[data-result-title]")).to_have_text(f"{table.winner} wins")


async def test_who_stays_cut_off_has_lost_and_sees_it_without_a_reload(
    person: People, link: Proxy, alice: User, bob: User, settings: Any
) -> None:
    """AWAY_BUDGET_S is 4 instead of 30: the cut outlasts it in the same way."""
    settings.AWAY_BUDGET_S = 4
    table = await sit(person, link, alice, bob)
    await until(table.in_a_rally)
    link.cut()
    cut_at = table.referee.now()
    because = "Alice left and did not come back in time."
    await expect(table.bob.locator("[data-result-title]")).to_have_text("Bob wins")
    await expect(table.bob.locator("[data-result-reason]")).to_have_text(because)
    result = table.referee._result
    assert result is not None
    assert (result["winner"], result["reason"]) == (1, "left")
    await table.playing
    await until(lambda: table.time_is(cut_at + CUT_MS))
    await expect(table.alice.locator("[data-result]")).to_be_hidden()
    here = await table.alice.evaluate("window.here = performance.timeOrigin")
    link.restore()
    await expect(table.alice.locator("[data-result-title]")).to_have_text("Bob wins")
    await expect(table.alice.locator("[data-result-reason]")).to_have_text(because)
    assert await table.alice.evaluate("window.here") == here
    assert (await table.score())[:2] == (await table.score())[2:]
