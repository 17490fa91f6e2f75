"""A guest becomes somebody, and signs out."""

import pytest
from playwright.async_api import expect

from accounts.models import User
from tests.browser.conftest import People
from tests.browser.play import to_match

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_who_signs_up_as_a_guest_keeps_id_name_and_record(person: People) -> None:
    page = await person()
    await page.goto("/")
    await page.get_by_role("button", name="Easy").first.click()
    await to_match(page)
    await expect(page.locator("[data-match-page]")).to_have_attribute("data-phase", "live")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Resign the match").click()
    await expect(page.locator("[data-result]")).to_be_visible()
    number = await page.locator("body").get_attribute("data-user")
    name = await page.locator(".top-me").inner_text()
    assert await page.locator("body").get_attribute("data-guest") == "true"

    await page.goto("/accounts/settings/")
    await page.get_by_role("link", name="Add a password").click()
    await expect(page.get_by_label("Name", exact=False).first).to_have_value(name)
    await page.locator("[name=password1]").fill("correct horse battery")
    await page.locator("[name=password2]").fill("correct horse battery")
    await page.locator("main form button[type=submit]").click()
    await expect(page.locator("body")).to_have_attribute("data-guest", "false")
    assert await page.locator("body").get_attribute("data-user") == number
    assert await page.locator(".top-me").inner_text() == name
    await page.goto(f"/players/{number}/")
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    await expect(page.locator(".played-row")).to_have_count(1)
    await expect(page.locator(".played-row")).to_contain_text("Rookie")

    # And comes back under that name from another device.
    other = await person()
    await other.goto("/accounts/login/")
    await other.locator("[name=login]").fill(name)
    await other.locator("[name=password]").fill("correct horse battery")
    await other.locator("main form button[type=submit]").click()
    await expect(other.locator("body")).to_have_attribute("data-user", number or "")


async def test_signing_out_in_one_tab_closes_the_sockets_of_the_other(person: People, alice: User) -> None:
    page = await person(user=alice)
    await page.goto("/")
    await expect(page.get_by_placeholder("Message")).to_be_visible()
    other = await page.context.new_page()
    await other.goto("/accounts/logout/")
    await other.locator("main form button[type=submit]").click()
    await expect(other.locator("body")).to_have_attribute("data-user", "")
    bar = page.locator("#connection")
    await expect(bar).to_have_attribute("data-state", "final")
    await expect(bar).to_contain_text("You were signed out.")
    await bar.get_by_role("button", name="Reload the page").click()
    await expect(page.locator(".top-me")).to_have_text("Sign in")
    await expect(bar).to_have_attribute("data-state", "")
