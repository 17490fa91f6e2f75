"""The pictures in docs/screenshots, of a house in use. Only with --take-screenshots."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from django.conf import settings as conf
from django.utils import timezone
from playwright.async_api import FloatRect, Page, expect

from accounts.models import User
from game import referees
from game.matches import Player
from game.pong.ball import ball_x
from game.referee import Referee
from matchmaking import tickets
from tests.browser import scenes
from tests.browser.conftest import People, in_database, until
from tests.browser.play import always, play, to_match

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.painted]

PLACE = Path(conf.BASE_DIR) / "docs" / "screenshots"
SIZES = {"": (1280, 800), "-phone": (360, 740)}
LARGEST = 200_000
TALLEST = 2_000
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
NAMES = ("Mara", "Jonas", "Ines", "Tariq", "Wanda", "Nils", "Pia", "Otto")
RATINGS = (1684, 1655, 1590, 1541, 1512, 1478, 1433, 1397)


async def take(page: Page, name: str, *, whole: bool = True, both: bool = False) -> None:
    """Take one picture, or one dark and one light; of the whole page, unless it is very long."""
    PLACE.mkdir(parents=True, exist_ok=True)
    width, height = await page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    for scheme in SCHEMES if both else SCHEMES[:1]:
        path = PLACE / f"{name}{'-light' if scheme == 'light' else ''}.png"
        await page.emulate_media(color_scheme=scheme)
        taken = await page.screenshot(path=path, full_page=whole, clip=clip if whole else None, animations="disabled")
        assert len(taken) < LARGEST, f"{path.name} has {len(taken)} bytes"
    await page.emulate_media(color_scheme="dark")


def house() -> dict[str, Any]:
    crowd = scenes.people(*NAMES)
    User.objects.update(date_joined=timezone.now() - timedelta(days=40))
    mara, _, ines, tariq, wanda, nils, pia, otto = crowd
    for user, rating in zip(crowd, RATINGS, strict=True):
        for points in (5, 11):
            scenes.rated(user, rating, points)
    for place, score in enumerate([(11, 8), (9, 11), (11, 4), (11, 9), (6, 11), (11, 5)]):
        other = crowd[1 + place]
        players = [Player("Mara", mara), Player(other.username, other)]
        scenes.over(players, score, ago=(6 - place) ** 3 * 40 + 8)
    lunch = scenes.tournament(pia, "Lunch break ladder", pia, otto, nils, size=16, points=3)
    won = scenes.tournament(ines, "Autumn Open", *crowd[:6])
    scenes.draw(won)
    scenes.decide(won, (5, 3), (5, 4), (5, 1), (3, 5), (5, 4))
    scenes.talk(f"tournament.{won.pk}", (tariq, "Well played, Mara."), (mara, "Thank you! Same time next week?"))
    cup = scenes.tournament(wanda, "Friday Cup", *crowd)
    scenes.draw(cup)
    scenes.decide(cup, (5, 2), (4, 5))
    scenes.talk(
        f"tournament.{cup.pk}",
        (ines, "That last rally! Thirty hits, I counted."),
        (otto, "I had you at 4-4. Next time."),
        (wanda, "Two to go in this round. Semi-finals start by themselves."),
    )
    scenes.talk(
        "lobby",
        (tariq, "Anyone for a quick one to 5?"),
        (pia, "Me, after this match."),
        (nils, "The cup is on, wish me luck."),
        (wanda, "Good luck!"),
        (otto, "Watching on the train, and it is smooth."),
    )
    return {"crowd": crowd, "cup": cup, "won": won, "lunch": lunch}


async def in_mid_rally(referee: Referee, hits: int = 4) -> None:
    """Wait for a rally that is under way, with the ball well on the court."""

    async def now() -> bool:
        x = ball_x(referee.rules, referee.state.ball, referee.now()) / referee.rules.width
        return referee.state.rally >= hits and 0.25 < x < 0.45

    await until(now, 90)


async def open_match(page: Page, address: str) -> None:
    await page.goto(address)
    await expect(page.locator("[data-match-page]")).not_to_have_attribute("data-phase", "connecting")


async def test_a_match(person: People) -> None:
    made = await in_database(house)
    mara, jonas, ines, tariq, *_ = made["crowd"]
    players = [Player("Mara", mara, rating=1684), Player("Jonas", jonas, rating=1655)]
    match = await in_database(scenes.call, *players, 11, (7, 6))
    talk = (ines, "This is close!"), (tariq, "Go Mara"), (jonas, "I can hear you two :-)")
    await in_database(scenes.talk, f"match.{match.pk}", *talk)
    her_phone = await person(*SIZES["-phone"], touch=True, user=mara)
    await open_match(her_phone, match.get_absolute_url())
    await take(her_phone, "match-called-phone", whole=False)
    await her_phone.close()
    desk = await person(user=mara)
    phone = await person(*SIZES["-phone"], touch=True, user=jonas)
    address = match.get_absolute_url()
    await open_match(desk, address)
    await take(desk, "match-called", whole=False)
    for user in (ines, tariq):
        await open_match(await person(user=user), address)
    await open_match(phone, address)
    await to_match(desk)
    referee = referees.find(match.pk)
    assert referee is not None
    await expect(desk.locator("[data-watching]")).to_have_text("2 watching")
    playing = asyncio.gather(play(desk, always), play(phone, always))
    await in_mid_rally(referee)
    await take(desk, "match", whole=False, both=True)
    await in_mid_rally(referee)
    await take(phone, "match-phone", whole=False, both=True)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    await phone.keyboard.press("Escape")
    await phone.get_by_role("button", name="Resign the match").click()
    await desk.locator("[data-result]").wait_for()
    await phone.get_by_role("button", name="Rematch", exact=True).click()
    await desk.get_by_role("button", name="Accept").wait_for()
    await take(desk, "match-over", whole=False)
    await take(phone, "match-over-phone", whole=False)


async def test_the_pages(person: People) -> None:
    made = await in_database(house)
    mara, *_, otto = made["crowd"]
    visits = {
        "tournament-open": made["lunch"].get_absolute_url(),
        "tournament-won": made["won"].get_absolute_url(),
        "tournaments": "/tournaments/",
        "tournament-new": "/tournaments/new/",
        "player": f"/players/{mara.pk}/",
        "sign-in": "/accounts/login/",
        "sign-up": "/accounts/signup/",
        "password-reset": "/accounts/password/reset/",
        "not-found": "/nowhere/",
    }
    person.expect("/nowhere/")
    await in_database(tickets.join, otto)
    for score in ((2, 1), (1, 2)):
        await in_database(scenes.under_way, made["cup"], score)
    await in_database(scenes.call, Player.house("hard", "Lena"), Player.house("hard", "Sami"), 11, (7, 6))
    for ending, (width, height) in SIZES.items():
        stranger = await person(width, height, touch=bool(ending))
        own = await person(width, height, touch=bool(ending), user=mara)
        waits = await person(width, height, touch=bool(ending), user=otto)
        await stranger.goto("/")
        await expect(stranger.locator("#live-matches .badge-live")).to_have_count(3)
        await take(stranger, f"home{ending}", both=True)
        await waits.goto("/")
        await waits.locator("#dock").wait_for()
        await take(waits, f"home-queue{ending}", whole=False)
        await stranger.goto(made["cup"].get_absolute_url())
        await stranger.locator(".now-live").nth(1).wait_for()
        await take(stranger, f"tournament{ending}", both=True)
        for name, address in visits.items():
            await stranger.goto(address)
            await take(stranger, name + ending)
        await own.goto("/accounts/settings/")
        await take(own, f"settings{ending}")
        await own.goto(made["won"].get_absolute_url())
        await take(own, f"tournament-won-yours{ending}")
