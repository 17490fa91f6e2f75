"""Every page, dark and light, wide and on a phone: nothing is wrong on it, and it does not scroll sideways."""

from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from accounts.models import User
from game.matches import Player
from tests.browser import scenes
from tests.browser.conftest import People, axe, in_database, no_sideways

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.painted]

SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")


@dataclass
class House:
    """A house in use: who is signed in, and where there is something to see."""

    alice: User
    addresses: dict[str, str]


def furnish() -> House:
    alice, bob, carol, dave = scenes.people("Alice", "Bob", "Carol", "A very long name of Dave")
    scenes.rated(alice, 1612)
    beginning = scenes.tournament(alice, "Friday Cup", alice, bob, carol, dave, size=16)
    running = scenes.tournament(bob, "The Autumn Open of the Upper School", bob, carol)
    scenes.with_bots(running, *["hard"] * 5)
    scenes.draw(running)
    scenes.decide(running, (5, 3))
    finished = scenes.tournament(carol, "Cup", bob, carol, dave)
    scenes.draw(finished)
    scenes.decide(finished, (5, 3), (5, 4))
    ended = scenes.over([Player("Alice", alice), Player("Bob", bob)], (11, 7))
    live = scenes.call(Player.house("hard"), Player.house("hard"), score=(3, 4))
    scenes.talk("lobby", (bob, "Anyone up for a quick one?"), (dave, "Give me five minutes: " + "a" * 80))
    scenes.talk(f"match.{ended.pk}", (bob, "well played"))
    called = scenes.call(Player("Alice", alice, rating=1612), Player("A very long name of Dave", dave))
    scenes.go_on(running)
    return House(
        alice,
        {
            "open": beginning.get_absolute_url(),
            "running": running.get_absolute_url(),
            "finished": finished.get_absolute_url(),
            "called": called.get_absolute_url(),
            "live": live.get_absolute_url(),
            "over": ended.get_absolute_url(),
            "player": f"/players/{alice.pk}/",
            "new player": f"/players/{carol.pk}/",
        },
    )


STRANGERS = [
    "/",
    "/tournaments/",
    "/tournaments/new/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/nowhere/",
    "open",
    "running",
    "finished",
    "called",
    "live",
    "over",
    "player",
    "new player",
]
OWN = ["/accounts/settings/", "/accounts/password/change/", "/accounts/logout/", "open", "called"]


async def look(page: Page, address: str, faults: list[str]) -> None:
    await page.goto(address)
    if await page.locator("[data-match-page]").count():
        await expect(page.locator("[data-match-page]")).not_to_have_attribute("data-phase", "connecting")
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for check in (no_sideways, axe):
            try:
                await check(page)
            except AssertionError as fault:
                faults.append(f"{scheme}: {fault}")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
async def test_every_page_is_sound(person: People, width: int, height: int) -> None:
    house = await in_database(furnish)
    person.expect("/nowhere/")  # which is not there
    faults: list[str] = []
    stranger = await person(width, height, touch=width < 500)
    for page in STRANGERS:
        await look(stranger, house.addresses.get(page, page), faults)
    alice = await person(width, height, touch=width < 500, user=house.alice)
    called = house.addresses["called"].split("/")[-2]
    await alice.add_init_script(f"sessionStorage.setItem('rallypoint.went.{called}', '1')")  # or she is taken there
    for page in OWN:
        await look(alice, house.addresses.get(page, page), faults)
    assert not faults, "\n\n".join(faults)
