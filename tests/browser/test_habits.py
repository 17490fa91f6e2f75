"""What people expect of any page: a theme that stays, a connection that heals, a title that says it is your turn."""

import asyncio
import re
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Route, expect

from accounts.models import User
from game import matches, referees
from game.models import Match
from game.pong.court import Choice
from realtime import codes, rooms
from tests.browser.conftest import People, in_database, until
from tests.browser.play import to_match
from tests.conftest import LiveServer
from tests.game.playing import call
from tournaments import registration
from tournaments.registration import Plan

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Everything that the bar has shown, for some of it goes by itself.
BAR = """window.bar = []; addEventListener("DOMContentLoaded", () => {
  const bar = document.getElementById("connection");
  const note = () => window.bar.push(`${bar.dataset.state} ${bar.innerText.replace(/\\s+/g, " ").trim()}`);
  new MutationObserver(note).observe(bar, { subtree: true, childList: true, attributes: true });
})"""


async def close_as_in_a_restart(server: LiveServer, room: str) -> None:
    """The server closes every socket that is in the room, as it does before it restarts."""

    async def close() -> None:
        found = rooms.find(room)
        assert found is not None
        for listener in list(found.listeners()):
            socket: Any = listener
            socket.scope["extensions"]["rallypoint.direct"].sendCloseFrame(code=codes.RESTART)

    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(close(), server.loop))


async def test_a_dropped_connection_shows_a_bar_and_heals_with_nothing_missed(
    person: People, server: LiveServer, alice: User
) -> None:
    from chat import lines

    page = await person(user=alice)
    await page.add_init_script(f"Math.random = () => 0.99; {BAR}")  # the longest of the waits
    await page.goto("/")
    bar = page.locator("#connection")
    await page.get_by_placeholder("Message").fill("before")
    await page.get_by_placeholder("Message").press("Enter")
    await expect(page.locator(".chat-line")).to_have_count(1)
    await close_as_in_a_restart(server, lines.room_name("lobby"))
    await in_database(lines.say, alice, "lobby", "said while you were away")
    await until(lambda: page.evaluate("bar.some((text) => text.startsWith('back'))"))
    await expect(page.locator(".chat-text")).to_have_text(["before", "said while you were away"])
    await expect(bar).to_have_attribute("data-state", "")
    seen = await page.evaluate("bar")
    assert any(re.match(r"down Connection lost, trying again in \d s$", text) for text in seen), seen
    assert any(re.match(r"back Connected again\.", text) for text in seen), seen


async def test_a_page_that_missed_the_end_shows_it(person: People, server: LiveServer, alice: User, bob: User) -> None:
    match = await in_database(call, alice, bob)
    page = await person(user=alice)
    await page.goto(f"/game/{match.pk}/")
    await expect(page.locator("[data-match-page]")).to_have_attribute("data-phase", "called")

    async def leave_it() -> int:
        referee = referees.find(match.pk)
        assert referee is not None
        referees.stop_all()
        return referee.epoch

    epoch = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(leave_it(), server.loop))
    await in_database(partial(matches.finish, match.pk, epoch, winner=0, reason=Match.Reason.WALKOVER, absent=[1]))
    await expect(page.locator("[data-match-page]")).to_have_attribute("data-phase", "over")
    await expect(page.locator("[data-result]")).to_be_visible()


async def test_what_is_pressed_before_the_scripts_have_come_is_heard(person: People, alice: User) -> None:
    draft = await in_database(registration.create, alice, "Draft Cup", 8, Choice(3), Plan(draft=True))
    page = await person(user=alice)
    here = asyncio.Event()

    async def late(route: Route) -> None:
        await here.wait()
        await route.continue_()

    await page.route(re.compile(r"/js/tournament\.[^/]*js$"), late)
    await page.goto(draft.get_absolute_url(), wait_until="commit")
    await page.get_by_role("button", name="Open it to all").click()
    here.set()
    await expect(page.get_by_role("button", name="Join")).to_be_visible()


async def test_what_cannot_be_asked_for_is_said(person: People, alice: User) -> None:
    draft = await in_database(registration.create, alice, "Draft Cup", 8, Choice(3), Plan(draft=True))
    page = await person(user=alice)
    await page.route_web_socket(
        re.compile(r"/ws/tournaments/\d+/$"), lambda socket: asyncio.ensure_future(socket.close(code=codes.RESTART))
    )
    for address in (draft.get_absolute_url(), f"{draft.get_absolute_url()}console/"):
        await page.goto(address)
        await page.get_by_role("button", name="Open it to all").click()
        await expect(page.get_by_text("No connection at this moment.").first).to_be_visible()


async def test_the_theme_is_remembered(person: People) -> None:
    page = await person(scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    await page.goto("/")
    dark = await page.evaluate(ground)
    await page.get_by_role("button", name="Switch between light and dark").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    light = await page.evaluate(ground)
    assert light != dark
    await page.goto("/tournaments/")
    assert await page.evaluate(ground) == light
    await page.get_by_role("button", name="Switch between light and dark").click()
    await page.reload()
    assert await page.evaluate(ground) == dark


SEEN = """new MutationObserver(() => {
  const icon = document.getElementById("icon")?.getAttribute("href") ?? "";
  sessionStorage.seen = `${sessionStorage.seen ?? ""}\n${document.title} ${icon}`;
}).observe(document, { subtree: true, childList: true, attributes: true })"""


async def test_the_title_and_the_icon_say_that_a_match_is_found(person: People) -> None:
    one, two = await person(), await person()
    await one.add_init_script(SEEN)
    await one.goto("/")
    await one.get_by_role("button", name="Play", exact=True).click()
    await expect(one).to_have_title(re.compile(r"^0:\d\d waiting"))
    await two.goto("/")
    await two.get_by_role("button", name="Play", exact=True).click()
    await to_match(one)
    seen = await one.evaluate("sessionStorage.seen")
    assert re.search(r"^Match found! .*icon-alert", seen, re.MULTILINE), seen
