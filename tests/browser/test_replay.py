"""Watching a match again: at the keyboard, with a finger, from a link to a moment."""

import re

import pytest
from playwright.async_api import Page, expect

from accounts.models import User
from game.matches import Player
from game.models import Match
from game.pong.court import from_dict
from game.pong.stats import Stats, stats
from tests.browser.conftest import People, axe, in_database, no_sideways, until
from tests.browser.play import never, play, to_match
from tests.conftest import LiveServer
from tests.game.playing import call, quick, soon
from tests.game.stored import classic

__all__ = ("quick", "soon")
pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = [(1280, 800), (360, 740)]


def numbers(match: Match) -> Stats:
    return stats(from_dict(match.ruleset), [rally.record for rally in match.rallies.all()])


async def watched(person: People, match: Match, width: int = 1280, height: int = 800, moment: str = "") -> Page:
    page = await person(width, height, touch=width < 500)
    await page.goto(f"/game/{match.pk}/replay/{moment}")
    await expect(page.locator("[data-replay-page]")).to_have_attribute("data-state", "paused")
    return page


async def time(page: Page) -> int:
    return int(await page.locator("[data-replay-page]").get_attribute("data-t") or -1)


async def at(page: Page, ms: int) -> None:
    await expect(page.locator("[data-replay-page]")).to_have_attribute("data-t", str(ms))


async def score(page: Page) -> tuple[str, str]:
    root = page.locator("[data-replay-page]")
    return (await root.get_attribute("data-a") or "", await root.get_attribute("data-b") or "")


async def drawn(page: Page) -> str:
    """The picture of the court, once it is drawn."""
    return str(
        await page.evaluate(
            """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
              done(document.querySelector("canvas").toDataURL()))))"""
        )
    )


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_a_replay_is_played_to_the_score_of_the_match(
    person: People, server: LiveServer, width: int, height: int
) -> None:
    match = await in_database(classic)
    found = await in_database(numbers, match)
    page = await watched(person, match, width, height)
    root = page.locator("[data-replay-page]")
    assert await score(page) == ("0", "0")
    await page.get_by_label("Speed").select_option("4")
    await page.locator("[data-scrub]").fill(str(found.rallies[-1].point_ms - 1_500))
    last = found.rallies[-2]
    assert await score(page) == (str(last.a), str(last.b))
    await page.get_by_role("button", name="Play", exact=True).click()
    await expect(root).to_have_attribute("data-state", "ended")
    assert await score(page) == (str(match.a), str(match.b))
    said = page.locator("[data-announcer]")
    winner = ("Ann", "Ben")[match.winner or 0]
    await expect(said).to_have_text(f"Point for {winner}. {match.a} to {match.b}.")
    await page.get_by_role("button", name="Again", exact=True).click()
    await expect(root).to_have_attribute("data-state", "playing")
    assert await time(page) < found.lasted_ms
    await page.get_by_role("button", name="Pause", exact=True).click()
    await expect(root).to_have_attribute("data-state", "paused")


async def test_the_keyboard_does_everything(person: People, server: LiveServer) -> None:
    match = await in_database(classic)
    found = await in_database(numbers, match)
    page = await watched(person, match)
    root, press = page.locator("[data-replay-page]"), page.keyboard.press
    for key in (" ", "k"):
        await press(key)
        await expect(root).to_have_attribute("data-state", "playing")
        await until(lambda: time(page))
        await press(key)
        await expect(root).to_have_attribute("data-state", "paused")
        await press("Home")
        await at(page, 0)
    await press("ArrowRight")
    await press("ArrowRight")
    await at(page, 2_000)
    await press("ArrowLeft")
    await at(page, 1_000)
    await press(".")
    await at(page, 1_017)
    await press(",")
    await at(page, 1_000)
    for rally in found.rallies[1:]:
        await press("l")
        await at(page, rally.serve_ms - 600)
        assert await score(page) == (str(found.rallies[rally.number - 2].a), str(found.rallies[rally.number - 2].b))
    await press("j")
    await at(page, max(found.rallies[-2].serve_ms - 600, 0))
    await press("End")
    await expect(root).to_have_attribute("data-state", "ended")
    assert await score(page) == (str(match.a), str(match.b))
    await press("Home")
    await at(page, 0)
    speed = page.get_by_label("Speed")
    await press(">")
    await expect(speed).to_have_value("2")
    for _ in range(4):
        await press("<")
    await expect(speed).to_have_value("0.25")
    await expect(page.locator("[data-announcer]")).to_contain_text("Speed ")
    await press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    # what has the focus keeps its keys; the bar gives its own to the match
    await speed.focus()
    await press("ArrowRight")
    await at(page, 0)
    await page.locator("[data-scrub]").focus()
    await press("ArrowRight")
    await at(page, 1_000)
    value = await page.locator("[data-scrub]").get_attribute("aria-valuetext")
    assert re.fullmatch(r"0:01 of \d:\d\d, 0 to 0", value or ""), value


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_a_link_leads_to_its_moment(person: People, server: LiveServer, width: int, height: int) -> None:
    match = await in_database(classic)
    found = await in_database(numbers, match)
    middle = found.rallies[2].serve_ms // 100 * 100 + 700
    one = await watched(person, match, width, height, f"#t={middle / 1000}")
    two = await watched(person, match, width, height, f"?t={middle / 1000}")
    for page in (one, two):
        await at(page, middle)
        assert await score(page) == (str(found.rallies[1].a), str(found.rallies[1].b))
    picture = await drawn(one)
    assert await drawn(two) == picture
    await one.keyboard.press("ArrowRight")
    assert await drawn(one) != picture
    await one.keyboard.press("ArrowLeft")
    assert await drawn(one) == picture
    link = await one.get_by_label("The link to this moment").input_value()
    assert link == f"{server.url}/game/{match.pk}/replay/#t={middle / 1000:.1f}"
    await expect(one).to_have_url(link)
    await one.get_by_role("button", name="Copy link to this moment").click()
    await expect(one.get_by_role("button", name=re.compile("Copied|Now copy it"))).to_be_visible()
    await one.get_by_text("Every point").click()
    await one.locator(".statistics-points a").nth(1).click()
    await at(one, round(found.rallies[1].serve_ms / 100) * 100)
    for nonsense in ("#t=x", "#t=-5", "#", "#t=1e999", "#else"):
        await (await watched(person, match, moment=nonsense)).close()


async def test_a_moment_after_the_end_is_the_end(person: People, server: LiveServer) -> None:
    match = await in_database(classic)
    page = await person()
    await page.goto(f"/game/{match.pk}/replay/#t=99999")
    await expect(page.locator("[data-replay-page]")).to_have_attribute("data-state", "ended")
    assert await score(page) == (str(match.a), str(match.b))


async def test_a_finger_moves_the_bar_and_taps_the_court(person: People, server: LiveServer) -> None:
    match = await in_database(classic)
    found = await in_database(numbers, match)
    page = await watched(person, match, 360, 740)
    bar = await page.locator("[data-scrub]").bounding_box()
    assert bar
    assert bar["height"] >= 44
    await page.touchscreen.tap(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    await until(lambda: time(page))
    assert abs(await time(page) - found.lasted_ms / 2) < found.lasted_ms / 10
    await page.locator("canvas").tap()
    await expect(page.locator("[data-replay-page]")).to_have_attribute("data-state", "playing")
    await page.locator("canvas").tap()
    await expect(page.locator("[data-replay-page]")).to_have_attribute("data-state", "paused")


async def test_pauses_are_shortened_if_asked(person: People, server: LiveServer) -> None:
    """In the same number of frames of the same length, more of the match has gone by."""
    match = await in_database(classic)
    found = await in_database(numbers, match)
    rest = found.rallies[0].point_ms + 450
    gone = []
    for asked in (False, True):
        page = await person()
        await page.add_init_script(
            """let now = 0; performance.now = () => now; const frame = window.requestAnimationFrame.bind(window);
            window.requestAnimationFrame = (draw) => frame(() => draw((now += 10)));"""
        )
        await page.goto(f"/game/{match.pk}/replay/#t={rest / 1000:.1f}")
        root = page.locator("[data-replay-page]")
        await expect(root).to_have_attribute("data-state", "paused")
        if asked:
            await page.get_by_label("Short pauses").check()
        started = await time(page)
        moved = await page.evaluate(
            """() => new Promise((done) => {
              const root = document.querySelector("[data-replay-page]");
              document.querySelector("[data-act=toggle]").click();
              let frames = 0;
              const look = () => ((frames += 1) === 5 ? done(Number(root.dataset.t)) : requestAnimationFrame(look));
              requestAnimationFrame(look);
            })"""
        )
        gone.append(moved - started)
    assert gone[1] > 3 * gone[0] > 0, gone


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("path", ["replay/#t=5", ""])
async def test_the_page_is_sound(person: People, server: LiveServer, width: int, height: int, path: str) -> None:
    match = await in_database(classic, (Player("Ann"), Player("A very long name of somebody")))
    page = await person(width, height, touch=width < 500)
    await page.goto(f"/game/{match.pk}/{path}")
    await expect(page.locator("[data-replay-page][data-state=paused], [data-phase=over]")).to_be_visible()
    await page.get_by_text("Every point").click()
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        await axe(page)
        await no_sideways(page)


async def test_without_script_there_is_a_note_and_the_numbers(person: People, server: LiveServer) -> None:
    match = await in_database(classic)
    page = await person(java_script_enabled=False)
    await page.goto(f"/game/{match.pk}/replay/")
    await expect(page.get_by_text("needs JavaScript")).to_be_visible()
    await expect(page.get_by_text("The match in numbers")).to_be_visible()
    await expect(page.locator("[data-scrub]")).to_be_hidden()


async def test_a_replay_that_cannot_be_had_says_so(person: People, server: LiveServer) -> None:
    match = await in_database(classic)
    page = await person()
    person.expect("replay.json|the replay: expected 200, came 500")
    await page.route("**/replay.json", lambda route: route.fulfill(status=500, body="{}"))
    await page.goto(f"/game/{match.pk}/replay/")
    await expect(page.get_by_text("could not be loaded")).to_be_visible()
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_disabled()


async def test_from_the_end_of_a_match_to_its_replay_and_back(
    person: People, server: LiveServer, alice: User, quick: None
) -> None:
    """The page that saw the end gets the numbers by itself."""
    called = await in_database(call, alice, Player.house("easy"))
    page = await person(user=alice)
    await page.goto(called.get_absolute_url())
    match = await to_match(page)
    await play(page, never)
    link = page.get_by_role("link", name="Watch the replay")
    await expect(link).to_be_visible()
    await expect(page.locator("[data-result-numbers]")).to_contain_text("Longest rally")
    await expect(page.get_by_text("The match in numbers")).to_be_visible()
    shown = await page.locator("[data-result-score]").inner_text()
    await link.click()
    root = page.locator("[data-replay-page]")
    await expect(root).to_have_attribute("data-state", "paused")
    await page.keyboard.press("End")
    await expect(root).to_have_attribute("data-state", "ended")
    assert list(await score(page)) == re.findall(r"\d+", shown)
    await page.get_by_role("link", name="To the match").click()
    await expect(page).to_have_url(re.compile(rf"/game/{match}/$"))
    await page.goto(f"/players/{alice.pk}/")
    await page.locator(".played-row").get_by_role("link", name=re.compile("^Replay")).click()
    await expect(page).to_have_url(re.compile(rf"/game/{match}/replay/$"))
