"""Five people, three byes, one who does not come: a tournament from its creation to its champion, all in browsers."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People, until
from tests.browser.play import always, match_id, never, play, to_match

pytestmark = pytest.mark.asyncio(loop_scope="session")

BRACKET = """() => {
  const bracket = document.getElementById("tournament-bracket").cloneNode(true);
  for (const item of bracket.querySelectorAll("[class]")) item.classList.remove("is-you", "is-current");
  for (const name of ["aria-pressed", "tabindex"]) {
    for (const item of bracket.querySelectorAll(`[${name}]`)) item.removeAttribute(name);
  }
  for (const item of bracket.querySelectorAll("[class='']")) item.removeAttribute("class");
  return bracket.outerHTML.replace(/\\s+/g, " ").replace(/> </g, "><");
}"""


async def name_of(page: Page) -> str:
    return (await page.locator(".top-me").inner_text()).strip()


async def news(page: Page, kind: str) -> list[str]:
    return await page.locator(f'.chat-news[data-kind="{kind}"] .chat-text').all_inner_texts()


async def meet(one: Page, two: Page, *before: int) -> int:
    """Both pages go to the same match by themselves, another one than those before."""
    others = "".join(f"(?!{match}/)" for match in before)
    for page in (one, two):
        await expect(page).to_have_url(re.compile(rf"/game/{others}\d+/$"))
    assert match_id(one) == match_id(two)
    return match_id(one)


async def beats(winner: Page, loser: Page) -> None:
    async with asyncio.timeout(40):
        await asyncio.gather(play(winner, always), play(loser, never))
    title = winner.locator("[data-result-title]")
    await expect(title).to_have_text(f"{await name_of(winner)} wins")


async def as_if_opened_now(live: Page, late: Page) -> None:
    """The page that was there all the time shows the bracket that one opened now shows."""

    shown: list[str] = []

    async def same() -> bool:
        await late.goto(live.url)
        shown[:] = await live.evaluate(BRACKET), await late.evaluate(BRACKET)
        return shown[0] == shown[1]

    try:
        await until(same)
    except TimeoutError:
        live_now, opened_now = (html.replace("><", ">\n<") for html in shown)
        assert live_now == opened_now  # pytest shows where they differ
        raise


async def test_from_creation_to_the_champion(person: People, settings: Any) -> None:
    settings.READY_TOURNAMENT_S = 8
    settings.REST_S = 1

    # The organiser creates it, and enters with one click; four guests enter by the shared link, with one click each.
    organiser = await person()
    await organiser.goto("/tournaments/new/")
    await organiser.get_by_label("Name").fill("Friday Cup")
    await organiser.get_by_label("Places").fill("8")
    await organiser.get_by_label("Points to win").select_option("3")
    await organiser.get_by_role("button", name="Create the tournament").click()
    await expect(organiser.get_by_role("heading", name="Friday Cup")).to_be_visible()
    link = await organiser.get_by_label("Link to share").input_value()
    assert link == organiser.url
    stands = await person()
    await stands.goto(link)
    guests = [await person() for _ in range(4)]
    players = [organiser, *guests]
    for count, page in enumerate(players, 1):
        await page.goto(link)
        await page.get_by_role("button", name="Join").click()
        await expect(page.locator("#tournament-entrants .is-you")).to_have_count(1)
        await expect(stands.locator("[data-entrant]")).to_have_count(count)
    names = [await name_of(page) for page in players]
    assert await stands.locator("[data-entrant] .player-name").all_inner_texts() == names
    for page in (*guests, stands):
        await expect(page.get_by_role("button", name="Start")).to_be_hidden()

    # The third one leaves for good, then it starts: 4 plays 5, 2 waits for 3, 1 has a bye.
    await players[2].context.close()
    await organiser.get_by_role("button", name="Start").click()
    await expect(stands.locator("#tournament-bracket")).to_be_visible()
    await expect(stands.locator(".slot-bye")).to_have_count(3)
    first = await meet(players[3], players[4])
    waits = await to_match(players[1])
    assert waits != first
    await expect(players[1].locator("[data-notice]")).to_contain_text(f"Waiting for {names[2]}")
    await expect(stands.locator(".now-item")).to_have_count(2)
    assert await news(organiser, "call") == []  # its turn has not come
    await beats(players[3], players[4])
    await expect(players[1].locator("[data-result-title]")).to_have_text(f"{names[1]} wins")
    await expect(players[1].locator("[data-result-reason]")).to_have_text(f"A walkover: {names[2]} was not there.")
    await as_if_opened_now(stands, await person())

    # The winner's page goes from its finished match to the next one, the organiser's from the tournament.
    semi_final = await meet(organiser, players[3], first, waits)
    await beats(organiser, players[3])
    final = await meet(organiser, players[1], first, waits, semi_final)
    await stands.locator(f'a[href="/game/{final}/"]').first.wait_for()
    await beats(organiser, players[1])

    # The champion, the bracket and the announcements are there for who was there all the time, who reloads, who comes.
    champion = stands.locator(".champion")
    await expect(champion).to_contain_text(names[0])
    await expect(stands.locator("#tournament-status")).to_have_attribute("data-phase", "finished")
    late = await person()
    await as_if_opened_now(stands, late)
    await expect(late.locator(".champion")).to_contain_text(names[0])
    seen = await stands.evaluate(BRACKET)
    said = await stands.locator(".chat-news .chat-text").all_inner_texts()
    await stands.reload()
    assert await stands.evaluate(BRACKET) == seen
    assert await stands.locator(".chat-news .chat-text").all_inner_texts() == said
    for page in (stands, late):
        assert await news(page, "call") == []  # they are for those who are called
        assert await news(page, "round") == [
            f"{name}: play begins." for name in ("Quarter-finals", "Semi-finals", "Final")
        ]
        walkover, *played = sorted(await news(page, "result"), key=lambda text: "goes on" not in text)
        assert walkover == f"{names[1]} goes on without a match: {names[2]} did not come."
        pairs = [re.fullmatch(r"(.+) beat (.+) 3-\d\.", text) for text in played]
        assert [pair and pair.groups() for pair in pairs] == [
            (names[3], names[4]),
            (names[0], names[3]),
            (names[0], names[1]),
        ]
        assert await news(page, "winner") == [f"{names[0]} has won Friday Cup!"]

    # Those who were called have their calls in the chat, and nobody else's.
    for page, opponents in ((organiser, (3, 1)), (players[1], (2, 0)), (players[3], (4, 0)), (players[4], (3,))):
        await page.goto(link)
        calls = await news(page, "call")
        assert len(calls) == len(opponents)
        for call, opponent in zip(calls, opponents, strict=True):
            assert f"against {names[opponent]} (Friday Cup" in call
