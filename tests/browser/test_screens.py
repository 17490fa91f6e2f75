"""A tournament on a projector, over a stream, and in somebody else's page."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from game.models import Match
from tests.browser import scenes
from tests.browser.conftest import People, axe, in_database, no_sideways
from tournaments.models import Tournament

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.painted]


def two_matches() -> tuple[Tournament, Match, Match]:
    """Four in a knock-out. One match is about to end, the other has begun."""
    made = scenes.field(None, "Winter Cup", 4, "single_elimination")
    begun = scenes.under_way(made, (0, 0))
    ending = scenes.under_way(made, (4, 4), "easy")
    return made, begun, ending


def is_over(match: Match) -> None:
    """As if nobody had begun it: what is over is not in the spotlight."""
    Match.objects.filter(pk=match.pk).update(phase=Match.Phase.OVER, finished_ms=1, reason=Match.Reason.ABORTED)


async def test_the_projector_follows_the_match_that_matters_and_goes_on_by_itself(person: People) -> None:
    made, begun, ending = await in_database(two_matches)
    page = await person(1280, 720)
    await page.goto(f"{made.get_absolute_url()}tv/")
    screen = page.locator("[data-tv]")
    await expect(screen).to_have_attribute("data-match", str(ending.pk))
    await expect(page.locator("canvas")).to_be_visible()
    await expect(page.locator("[data-round-name]")).to_have_text("Semi-finals")
    await page.evaluate("document.loadedOnce = true")
    # Its end is looked at, then the other match comes, without a reload.
    await expect(page.locator("[data-result]")).to_contain_text("wins", timeout=90_000)
    await expect(screen).to_have_attribute("data-match", str(begun.pk), timeout=30_000)
    await expect(page.locator("[data-result]")).to_be_hidden()
    # When nothing is live any more, it shows how it stands.
    await in_database(is_over, begun)
    await expect(screen).to_have_attribute("data-match", "", timeout=30_000)
    await expect(page.locator("#pairing-m1-1")).to_be_visible()
    assert await page.evaluate("document.loadedOnce")
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await no_sideways(page)
        await axe(page)


async def test_the_projector_says_join_until_it_begins(person: People) -> None:
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(scenes.tournament, alice, "Winter Cup", alice)
    page = await person(1280, 720, user=alice)
    await page.goto(f"{made.get_absolute_url()}tv/")
    await expect(page.locator(".tv-join p")).to_have_text(re.compile(r"^Join at http"), use_inner_text=True)
    await in_database(scenes.with_bots, made, "easy")
    await in_database(scenes.draw, made)
    await expect(page.locator(".tv-join p")).to_have_text(re.compile(r"^Watch at http"), use_inner_text=True)


async def test_the_overlay_has_names_and_score_over_nothing(person: People) -> None:
    made, begun, ending = await in_database(two_matches)
    page = await person(1280, 720)
    await page.goto(f"{made.get_absolute_url()}overlay/?match={begun.pk}")
    overlay = page.locator("[data-overlay]")
    await expect(overlay).to_be_visible()
    await expect(overlay).to_have_attribute("data-match", str(begun.pk))
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert await page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgba(0, 0, 0, 0)"
    await expect(page.locator("h1")).to_have_text(re.compile(r"Winter Cup\s+Semi-finals"))
    following = await person(1280, 720)
    await following.goto(f"{made.get_absolute_url()}overlay/")
    await expect(following.locator("[data-overlay]")).to_have_attribute("data-match", str(ending.pk))
    await expect(following.locator("[data-score='0']")).to_have_text("4")
    # The point that ends it is seen, or the next match already.
    await expect(following.locator("[data-overlay]")).to_have_attribute("data-match", str(begun.pk), timeout=90_000)


async def test_another_page_has_the_bracket_in_a_frame(person: People) -> None:
    made, begun, _ = await in_database(two_matches)
    page = await person(800, 700)
    await page.goto(f"{made.get_absolute_url()}embed/")
    await expect(page.locator("#pairing-m1-1")).to_be_visible()
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await no_sideways(page)
        await axe(page)
    assert await page.context.cookies() == []
    # A name marks its way here, a match opens beside.
    await page.locator("#pairing-m1-1 .player-name").first.click()
    await expect(page.locator("#pairing-m1-1")).to_have_class(re.compile("is-path"))
    assert len(page.context.pages) == 1
    async with page.context.expect_page() as opening:
        await page.locator(f'.pairing a[href="/game/{begun.pk}/"]').first.click()
    await (await opening.value).wait_for_url(f"**/game/{begun.pk}/")


def serving(html: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """A server of one page."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"{head}Content-Length: {len(html)}\r\n\r\n{html}".encode())
        await writer.drain()
        writer.close()

    return answer


async def test_a_foreign_page_may_frame_that_and_nothing_else(person: People) -> None:
    made, _, _ = await in_database(two_matches)
    page = await person(800, 700)
    person.expect(
        "ERR_BLOCKED_BY_RESPONSE|favicon|frame-ancestors|X-Frame-Options|chrome-error|refused to connect|Refused to"
    )
    address = person.server.url + made.get_absolute_url()
    frames = f'<iframe name="embed" src="{address}embed/"></iframe><iframe name="page" src="{address}"></iframe>'
    async with await asyncio.start_server(serving(frames), "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        await page.goto(f"http://127.0.0.1:{port}/")  # another port is another origin
        framed = page.frame_locator('iframe[name="embed"]')
        await expect(framed.locator("#pairing-m1-1")).to_be_visible()
        await expect(page.frame_locator('iframe[name="page"]').locator("#pairing-m1-1")).to_have_count(0)
