"""An arena as a person has it: come, play, take a break, come back; and what the strip says elsewhere."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from accounts.models import User
from game.pong.court import Choice
from tests.browser import scenes
from tests.browser.conftest import People, axe, in_database, no_sideways
from tests.browser.play import never, play, to_match
from tournaments import organising, registration
from tournaments.formats import swiss_draw
from tournaments.formats.events import Result
from tournaments.formats.options import Options
from tournaments.models import Tournament
from tournaments.registration import Plan
from tournaments.writing import writing

pytestmark = pytest.mark.asyncio(loop_scope="session")

PRESS_AT_ONCE = """addEventListener("DOMContentLoaded", () => document.querySelector('[data-act="return"]')?.click())"""
FREE = "You are put together with somebody as soon as one is free."


def create(organiser: User, *users: User, bots: int = 0, format: str = "arena", **options: Any) -> Tournament:
    plan = Plan(format, Options(**options), seeding=Tournament.Seeding.ENTRY)
    made = registration.create(organiser, "Friday Arena", 8, Choice(3), plan)
    for user in users:
        registration.join(user, made.pk)
    if bots:
        registration.fill(organiser, made.pk, "easy", bots)
    return made


def strip(page: Page) -> Locator:
    return page.get_by_role("region", name="You in this tournament")


async def sound(page: Page) -> None:
    await no_sideways(page)
    await axe(page)


async def test_one_comes_plays_takes_a_break_and_comes_back(person: People, settings: Any) -> None:
    settings.REST_ARENA_S = 600  # after a match people are left in peace
    (alice,) = await in_database(scenes.people, "Alice")
    made = await in_database(lambda: create(alice, bots=1, minutes=30))
    organiser = await person(user=alice)
    await organiser.goto(made.get_absolute_url())
    guest = await person(360, 740, scheme="light", touch=True)
    await guest.goto(made.get_absolute_url())
    await guest.get_by_role("button", name="Join").click()
    await expect(guest.locator("#tournament-entrants .is-you")).to_have_count(1)
    await organiser.get_by_role("button", name="Start").click()
    await expect(organiser.locator(".entry-end [data-countdown]")).to_have_text(re.compile(r"^(29|30):\d\d$"))

    first = await to_match(guest)
    await play(guest, never)
    await expect(guest.locator("[data-result-title]")).to_contain_text("wins")

    # Between two matches: the strip, and on every page the break.
    await guest.goto(made.get_absolute_url())
    text = strip(guest).get_by_role("status")
    await expect(text).to_have_text(FREE)
    await strip(guest).get_by_role("button", name="Take a break").click()
    await expect(text).to_have_text("You are on a break: nobody is put together with you. Press I am back to go on.")
    back = strip(guest).get_by_role("button", name="I am back")
    await expect(back).to_be_focused()
    await expect(organiser.locator(".entrant", has_text="On a break")).to_have_count(1)
    await sound(guest)

    # Back, pressed before the page is connected; there is somebody: the page goes to the match by itself.
    settings.REST_ARENA_S = 0
    await guest.add_init_script(PRESS_AT_ONCE)
    await guest.reload()
    await expect(guest).to_have_url(re.compile(rf"/game/(?!{first}/)\d+/$"))
    await expect(organiser.locator(".entrant", has_text="On a break")).to_have_count(0)
    await in_database(organising.cancel, alice, made.pk)


async def test_who_did_not_come_is_told_so_and_can_go_on(person: People, settings: Any) -> None:
    settings.READY_TOURNAMENT_S = 1
    alice, bob = await in_database(scenes.people, "Alice", "Bob")
    made = await in_database(lambda: create(alice, bob, bots=1))
    stands = await person()
    await stands.goto(made.get_absolute_url())
    await in_database(registration.start, alice, made.pk)
    await expect(stands.locator(".entrant", has_text="On a break")).to_contain_text("Bob")
    for width, scheme in ((1280, "dark"), (360, "light")):
        bobs = await person(width, 740, scheme=scheme, touch=width < 500, user=bob)  # type: ignore[arg-type]
        await bobs.goto(made.get_absolute_url())
        await expect(strip(bobs).get_by_role("status")).to_have_text(
            "You are on a break, since you did not come to a match, or left it. Press I am back to go on."
        )
        await sound(bobs)
    settings.READY_TOURNAMENT_S = 60
    await strip(bobs).get_by_role("button", name="I am back").click()
    await to_match(bobs)
    await in_database(organising.cancel, alice, made.pk)


async def test_the_clock_stands_on_every_page_while_it_is_paused(person: People) -> None:
    alice, bob = await in_database(scenes.people, "Alice", "Bob")
    made = await in_database(lambda: create(alice, alice, bob, minutes=30))
    await in_database(scenes.draw, made)
    bobs = await person(360, 740, scheme="dark", touch=True, user=bob)
    await bobs.goto(made.get_absolute_url())
    ends = bobs.locator(".entry-end")
    await expect(ends).to_have_text(re.compile(r"^Ends \d\d:\d\d · (29|30):\d\d left$"))
    await expect(strip(bobs).get_by_role("status")).to_have_text(FREE)
    await in_database(organising.pause, alice, made.pk)
    await expect(bobs.locator("#tournament-status")).to_contain_text(
        re.compile(r"Its clock stands, with (29|30):\d\d left\.")
    )
    await expect(ends).to_have_count(0)
    await expect(strip(bobs).get_by_role("status")).to_have_text("You are put together with somebody when it goes on.")
    await sound(bobs)
    await in_database(organising.cancel, alice, made.pk)


async def test_a_list_that_comes_again_replaces_rows_that_came_alone(person: People) -> None:
    """A page that missed the end of a break fetches the list as it was before."""
    page = await person()
    await page.goto("/")
    shown = await page.evaluate(
        """async () => {
          const { replaceFragments } = await import("/static/site/js/page.js");
          const row = (text) => `<li id="row">${text}</li>`;
          const list = `<ol id="list">${row("there")}</ol>`;
          document.body.append(Object.assign(document.createElement("ol"), { id: "list" }));
          const shown = [];
          for (const fragments of [{ list }, { row: row("on a break") }, { list }]) {
            replaceFragments(fragments);
            shown.push(document.getElementById("row").textContent);
          }
          return shown;
        }"""
    )
    assert shown == ["there", "on a break", "there"]


# -- elsewhere, as rows: nobody directs them ------------------------------------------------------------------------


def decide(made: Tournament, count: int) -> User:
    """So many of the next pairings are won by the upper one. Gives somebody who is in none that is to come."""
    for _ in range(count):
        with writing(made.pk) as pen:
            if pen.state.round_due is not None:
                pen.append(swiss_draw.next_round(pen.state))
            pen.append(Result(pen.state.playable()[0].id, 1))
    idle = next(entrant for entrant in pen.state.order if entrant not in pen.state.playing)
    return User.objects.get(entries=idle)


async def test_who_is_knocked_out_reads_their_rank_at_once(person: People) -> None:
    alice, bob, carol, dave = await in_database(scenes.people, "Alice", "Bob", "Carol", "Dave")
    made = await in_database(lambda: create(alice, alice, bob, carol, dave, format="single_elimination"))
    await in_database(scenes.draw, made)
    daves = await person(user=dave)
    await daves.goto(made.get_absolute_url())
    text = strip(daves).get_by_role("status")
    await expect(text).to_have_text("Your next match is against Alice. You are called as soon as both of you are free.")
    await in_database(decide, made, 1)
    await expect(text).to_have_text("You have played all your matches. Your rank: 3.")
    await expect(strip(daves).get_by_role("button")).to_have_text(["Drop out"])
    await in_database(organising.cancel, alice, made.pk)


@pytest.mark.parametrize(
    ("format", "options", "results", "said"),
    [
        ("swiss", {"rounds": 2}, 2, r"You play again when the next round is drawn\."),
        ("swiss", {"rounds": 1}, 1, r"You have played all your matches\. Your rank at this moment: \d\."),
        ("groups", {"groups": 1}, 5, r"You have played all matches of your group: when the others have, .*"),
    ],
)
async def test_who_has_no_match_reads_what_is_still_to_come(
    person: People, format: str, options: dict[str, Any], results: int, said: str
) -> None:
    users = await in_database(scenes.people, "Alice", "Bob", "Carol", "Dave")
    made = await in_database(lambda: create(users[0], *users, format=format, **options))
    await in_database(scenes.draw, made)
    idle = await person(360, 740, scheme="light", touch=True, user=await in_database(decide, made, results))
    await idle.goto(made.get_absolute_url())
    await expect(strip(idle).get_by_role("status")).to_have_text(re.compile(f"^{said}$"))
    await sound(idle)
    await in_database(organising.cancel, users[0], made.pk)
