"""What one chooses: the rules of a match, and how far away an opponent may be."""

import pytest
from playwright.async_api import Page, expect

from accounts.models import User
from game.models import Match
from matchmaking import tickets
from matchmaking.models import Ticket
from realtime.consumer import LiveConsumer
from tests.browser.conftest import People, axe, in_database, no_sideways
from tests.browser.play import to_match
from tournaments.models import Tournament

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.painted]

WIDTHS = [(1280, 800), (360, 740)]
PINGS = {"Alice": 24, "Bob": 140, "Charlie": 31}


async def sound(page: Page) -> None:
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await no_sideways(page)
        await axe(page)


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_a_limit_of_ping_is_set_kept_and_told_while_one_waits(
    person: People, alice: User, bob: User, charlie: User, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The network's part, which on one machine is none.
    monkeypatch.setattr(LiveConsumer, "rtt_ms", property(lambda self: self.user and PINGS[self.user.name]))
    page = await person(width, height, touch=width < 500, user=alice)
    await page.goto("/accounts/settings/")
    limit = page.get_by_label("Opponents up to")
    await expect(limit).to_have_value("")
    await limit.select_option("100 ms ping")
    await page.get_by_role("region", name="Opponents").get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(limit).to_have_value("100")
    await sound(page)

    # Beside Play it is the same one, and what is chosen there is kept.
    await page.goto("/")
    beside = page.get_by_label("Opponents up to")
    await expect(beside).to_have_value("100")
    await beside.select_option("60 ms ping")
    await page.get_by_role("button", name="Play", exact=True).click()
    dock = page.locator("#dock")
    await expect(dock).to_contain_text("your ping 24 ms")
    assert await in_database(lambda: User.objects.get(pk=alice.pk).max_ping_ms) == 60

    # Somebody is there, but too far away: it says so, until they are gone or one lifts the limit.
    far = await person(user=bob)
    await far.goto("/")
    await far.get_by_role("button", name="Play", exact=True).click()
    await expect(dock).to_contain_text("1 waits, but above your limit")
    await expect(far.locator("#dock")).to_contain_text("your ping 140 ms")
    await expect(far.locator("[data-dock-above]")).to_be_hidden()
    await sound(page)
    await in_database(tickets.leave, bob)
    await expect(page.locator("[data-dock-above]")).to_be_hidden()

    near = await person(user=charlie)
    await near.goto("/")
    await near.get_by_role("button", name="Play", exact=True).click()
    await expect(near.locator("[data-dock-their-ping]")).to_have_text("ping 24 ms")
    for one in (page, near):
        await to_match(one)


async def test_who_lifts_the_limit_while_they_wait_is_called(
    person: People, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LiveConsumer, "rtt_ms", property(lambda self: self.user and PINGS[self.user.name]))
    await in_database(lambda: User.objects.filter(pk=alice.pk).update(max_ping_ms=75))  # as a program may set it
    page, far = await person(user=alice), await person(user=bob)
    for one in (page, far):
        await one.goto("/")
        await one.get_by_role("button", name="Play", exact=True).click()
    above = page.get_by_role("link", name="1 waits, but above your limit")
    await above.click()
    limit = page.get_by_label("Opponents up to")
    await expect(limit).to_have_value("75")
    await limit.select_option("any ping")
    await page.get_by_role("region", name="Opponents").get_by_role("button", name="Save").click()
    for one in (page, far):
        await to_match(one)
    assert await in_database(Ticket.objects.count) == 2  # until the match is over


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_rules_are_chosen_for_the_bot_and_for_two_at_one_keyboard(
    person: People, width: int, height: int
) -> None:
    page = await person(width, height, touch=width < 500)
    await page.goto("/")
    for summary in await page.get_by_text("Paddles and pace").all():
        await summary.focus()
        await page.keyboard.press("Enter")
    await sound(page)
    bots = page.locator("form").filter(has=page.get_by_role("heading", name="Play the bot"))
    await bots.get_by_label("Paddles").select_option("Small")
    await bots.get_by_label("Pace").select_option("Fast")
    await bots.get_by_role("button", name="Easy").click()
    await to_match(page)
    await expect(page.locator(".match-title")).to_contain_text("to 11 points · small paddles · fast")
    await sound(page)
    match = await in_database(Match.objects.get)
    assert match.ruleset["id"] == "classic-11-small-fast"


async def test_a_tournaments_rules_are_chosen_and_shown(person: People) -> None:
    page = await person(360, 740, touch=True)
    await page.goto("/tournaments/new/")
    await page.get_by_label("Name").fill("Large and steady")
    await page.locator("form summary", has_text="Play").click()
    await page.get_by_label("Paddles").select_option("Large")
    await page.get_by_label("Pace").select_option("Steady, no speed-up")
    await sound(page)
    await page.get_by_role("button", name="Create the tournament").click()
    await expect(page.locator("#tournament-status")).to_contain_text("large paddles")
    await expect(page.locator("#tournament-status")).to_contain_text("steady pace")
    await sound(page)
    assert (await in_database(Tournament.objects.get)).choice.id == "classic-5-large-steady"
