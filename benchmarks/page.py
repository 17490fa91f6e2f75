"""The match page in a real Chromium: what a frame costs its script, and whether a long match leaves garbage.

A match to 11 against the hard house bot, steered by a real mouse that goes where the ball will land: it wins and loses
points in turn, so that the match lasts. Frames are timed by the browser's own trace, in time of the page's thread:
nothing is put into the page, and what else the machine does counts only for the time between frames.
"""

import asyncio
import contextlib
import json
import math
import re
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Error, FloatRect, Page, WebSocket, async_playwright

from benchmarks import servers
from benchmarks.table import Promise, Report
from game.pong import court
from game.pong.ball import Ball, ball_y
from game.pong.court import Ruleset
from game.pong.rally import unpack
from tests.browser import find

FIRST_S, LAST_S = 60.0, 300.0
LOOK_S = 0.5
MATCH_URL = re.compile(r"/game/\d+/$")
NEVER_MS = 1 << 29
FEW_NODES = 8  # a text that is empty has no node
SAME_FRAME_US = 2_000  # callbacks closer than this are of one frame


class Hand:
    """A mouse over the court. It reads what the page's own socket reads."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._rules: Ruleset | None = None
        self._side = 0
        self._score = (0, 0)
        self._box: FloatRect | None = None
        self._moves: set[asyncio.Task[None]] = set()
        self.hits = 0
        page.on("websocket", self._open)

    def _open(self, socket: WebSocket) -> None:
        if "/ws/game/" in socket.url:
            socket.on("framereceived", self._hear)

    def _hear(self, text: str | bytes) -> None:
        message: list[Any] = json.loads(text)
        match message:
            case [12, [side]]:
                self._side = side
            case [7, _, _, shown]:
                self._rules = court.from_dict(shown["ruleset"])
                state = unpack(shown["state"])
                self._score = state.a, state.b
                self._meet(state.ball)
            case [5, _, _, side, y, vy, t0, t1, _]:
                self.hits += 1
                self._meet(Ball(t0, t1, 1 - side, y, vy))
            case [6, _, _, _, a, b, t0, t1, to, vy] if t1 and self._rules is not None:
                self._score = a, b
                self._meet(Ball(t0, t1, to, self._rules.height // 2, vy))

    def _meet(self, ball: Ball) -> None:
        """Go where the ball will land; while ahead, to the other end."""
        rules = self._rules
        if rules is None or ball.to != self._side or ball.t0 > NEVER_MS:
            return
        lands = ball_y(rules, ball, ball.t1)
        if self._score[self._side] > self._score[1 - self._side]:
            lands = 0 if lands > rules.height // 2 else rules.height
        task = asyncio.get_running_loop().create_task(self._move(lands / rules.height))
        self._moves.add(task)
        task.add_done_callback(self._moves.discard)

    async def _move(self, down: float) -> None:
        box = self._box
        if box is None:
            return
        x, height = box["x"] + box["width"] / 2, box["height"] - 2
        await self._page.mouse.move(x, box["y"] + 1 + down * height, steps=3)

    @property
    def is_match_point(self) -> bool:
        return self._rules is not None and max(self._score) >= self._rules.points - 1

    async def begin(self) -> None:
        """See where the court is: from now on the ball is met."""
        self._box = await self._page.locator("canvas").bounding_box()

    async def rest(self) -> None:
        self._box = None
        await asyncio.gather(*self._moves, return_exceptions=True)


async def _weigh(devtools: CDPSession) -> dict[str, int]:
    """What the page holds once all garbage is gone."""
    for _ in range(3):
        await devtools.send("HeapProfiler.collectGarbage")
    heap = await devtools.send("Runtime.getHeapUsage")
    counters = await devtools.send("Memory.getDOMCounters")
    return {"heap": heap["usedSize"], "nodes": counters["nodes"], "listeners": counters["jsEventListeners"]}


async def _to_match(browser: Browser, url: str) -> tuple[Page, Hand]:
    page = await browser.new_page(base_url=url, viewport={"width": 1280, "height": 800})
    hand = Hand(page)
    await page.goto("/")
    await page.get_by_role("radio", name="11", exact=True).check(force=True)
    await page.get_by_role("button", name="Hard").first.click()
    await page.wait_for_url(MATCH_URL)
    await page.locator("[data-match-page][data-phase=live]").wait_for()
    await hand.begin()
    return page, hand


async def _until(hand: Hand, at_s: float) -> None:
    """Wait until then, or until the next point may end the match: its end brings a panel, and is no garbage."""
    while asyncio.get_running_loop().time() < at_s and not hand.is_match_point:
        await asyncio.sleep(LOOK_S)


def _frames(trace: bytes) -> tuple[list[float], list[float]]:
    """Of each traced frame: the script's time on its thread, and the time since the frame before; ms."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    callbacks = sorted((event for event in events if event["name"] == "FireAnimationFrame"), key=lambda e: e["ts"])
    script: list[float] = []
    begins: list[float] = []
    ended = -math.inf
    for callback in callbacks:
        if callback["ts"] - ended < SAME_FRAME_US:
            script[-1] += callback["tdur"] / 1000
        else:
            script.append(callback["tdur"] / 1000)
            begins.append(callback["ts"] / 1000)
        ended = callback["ts"] + callback["dur"]
    return script, [after - before for before, after in pairwise(begins)]


async def _measure(executable: str, url: str, first_s: float, last_s: float) -> dict[str, Any]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=find.ARGUMENTS)
        try:
            page, hand = await _to_match(browser, url)
            devtools = await page.context.new_cdp_session(page)
            began_s = asyncio.get_running_loop().time()
            await _until(hand, began_s + first_s)
            first = await _weigh(devtools)
            await browser.start_tracing(page=page, categories=["devtools.timeline"])
            await _until(hand, began_s + first_s * 2)
            script, gaps = _frames(await browser.stop_tracing())
            await _until(hand, began_s + last_s)
            lasted_s = asyncio.get_running_loop().time() - began_s
            last = await _weigh(devtools)
            await hand.rest()
        except Error as error:
            raise RuntimeError(f"expected a match page at {url}, came {error}") from error
        finally:
            await browser.close()
    found = {"first": first, "last": last, "lasted_s": lasted_s, "hits": hand.hits}
    return {**found, "script": sorted(script), "gaps": sorted(gaps)}


def _part(of: list[float], part: float) -> float:
    return of[min(math.ceil(len(of) * part), len(of)) - 1]


def run(tiny: bool = False) -> Report:
    found = find.executable()
    if found is None:
        return Report("The match page in a browser: skipped, there is no Chromium", ["", ""], [["frames", "0"]])
    first_s, last_s = (1.0, 3.0) if tiny else (FIRST_S, LAST_S)
    with tempfile.TemporaryDirectory(prefix="rallypoint-bench-") as directory:
        settings = servers.environment(Path(directory))
        command = ["manage.py", "serve", "--prepare", "--host", "127.0.0.1", "--port", "0"]
        # Not pinned: a browser is many processes.
        with contextlib.contextmanager(servers.run)("ours", command, settings, None, [], servers.READY) as server:
            seen = asyncio.run(_measure(found[0], f"http://127.0.0.1:{server.port}", first_s, last_s))
    script, gaps, first, last = seen["script"], seen["gaps"], seen["first"], seen["last"]
    grown_kb = (last["heap"] - first["heap"]) / 1000
    report = Report(
        f"A match page for {seen['lasted_s']:.0f} s and {seen['hits']} hits; {len(script):,} frames of it traced",
        ["", "p50", "p95", "p99", "most"],
        [
            ["script in a frame, ms", *(f"{_part(script, part):.2f}" for part in (0.5, 0.95, 0.99, 1))],
            ["between frames, ms", *(f"{_part(gaps, part):.1f}" for part in (0.5, 0.95, 0.99, 1))],
        ],
        [
            f"After {first_s:.0f} s and at the end, garbage collected: heap {first['heap'] / 1000:,.0f} and "
            f"{last['heap'] / 1000:,.0f} kB, DOM nodes {first['nodes']} and {last['nodes']}, "
            f"listeners {first['listeners']} and {last['listeners']}."
        ],
    )
    report.promises = [
        Promise("script in a frame, p95", _part(script, 0.95), " ms", most=4),
        Promise("the heap grows by", grown_kb, " kB", most=max(200.0, first["heap"] * 0.05 / 1000)),
        Promise("DOM nodes grow by", float(last["nodes"] - first["nodes"]), "", most=FEW_NODES),
        Promise("listeners grow by", float(last["listeners"] - first["listeners"]), "", most=0),
    ]
    return report
