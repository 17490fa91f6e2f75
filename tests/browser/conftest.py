"""People at browsers: each with cookies of their own, each page watched for everything that goes wrong on it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from django.conf import settings as conf
from django.db import connections
from playwright.async_api import Browser, BrowserContext, Page, Request, Response, async_playwright, expect

from accounts.models import User
from tests.browser import find
from tests.conftest import LiveServer

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
# A page that is left takes its requests and sockets with it.
LEFT_BEHIND = re.compile("net::ERR_ABORTED|WebSocket is closed before the connection is established")
REPORT_POLICY = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} forbids ${event.blockedURI || event.sample}`))"""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN_AXE = """async () => {
  // A change of colour scheme is a transition too, which a page that draws no frame would not end by itself.
  // What inherits begins one when that of its parent has ended: again, until there is none.
  const transitions = () => document.getAnimations().filter((motion) => motion instanceof CSSTransition);
  for (let moving = transitions(); moving.length; moving = transitions()) for (const motion of moving) motion.finish();
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const place = ({ html, any }) => `    ${html.slice(0, 160)}\\n      ${any[0]?.message ?? ""}`;
  return violations.map(({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.map(place)].join("\\n"));
}"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--take-screenshots", action="store_true", help="take the pictures in docs/screenshots anew")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The module of the pictures is there when asked for."""
    asked = config.getoption("--take-screenshots", default=False)
    return True if collection_path.name == "test_screenshots.py" and not asked else None


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    found = await asyncio.to_thread(find.executable)
    if found is None:
        pytest.fail(find.NONE_FOUND)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=found[0], args=find.ARGUMENTS)
        yield opened
        await opened.close()


class People:
    """Makes people, and remembers every complaint of their pages."""

    def __init__(self, browser: Browser, server: LiveServer) -> None:
        self.server = server
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = [LEFT_BEHIND]

    async def __call__(
        self,
        width: int = 1280,
        height: int = 800,
        *,
        scheme: Literal["dark", "light"] = "dark",
        touch: bool = False,
        user: User | None = None,
        **options: Any,
    ) -> Page:
        """An empty page of somebody new; ``user`` is signed in."""
        context = await self._browser.new_context(
            base_url=self.server.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=1.5 if touch else 1,
            locale="en-GB",
            timezone_id="Europe/Vienna",
            **options,
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(REPORT_POLICY)
        if user is not None:
            key = await in_database(_session_of, user)
            await context.add_cookies([{"name": conf.SESSION_COOKIE_NAME, "value": key, "url": self.server.url}])
        context.on("page", self._watch)
        return await context.new_page()

    def expect(self, pattern: str) -> None:
        """This complaint belongs to the test."""
        self._expected.append(re.compile(pattern))

    def _watch(self, page: Page) -> None:
        def console(message: Any) -> None:
            if message.type in ("error", "warning"):
                self._complain(page, f"{message.type}: {message.text} ({message.location.get('url')})")

        def failed(request: Request) -> None:
            self._complain(page, f"{request.method} {request.url} failed: {request.failure}")

        def answered(response: Response) -> None:
            if response.status >= 400:
                self._complain(page, f"{response.request.method} {response.url} answered {response.status}")

        page.on("console", console)
        page.on("pageerror", lambda error: self._complain(page, f"uncaught: {error}"))
        page.on("requestfailed", failed)
        page.on("response", answered)

    def _complain(self, page: Page, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._expected):
            self._complaints.append(f"{page.url}: {text}")

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()
        assert not self._complaints, "\n".join(["pages complained:", *self._complaints])


@pytest_asyncio.fixture(loop_scope="session")
async def person(browser: Browser, server: LiveServer) -> AsyncIterator[People]:
    people = People(browser, server)
    yield people
    await people.leave()


async def in_database(use_case: Callable[..., Any], *args: Any) -> Any:
    """Run a use case in a thread that keeps no connection."""

    def run() -> Any:
        try:
            return use_case(*args)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


def _session_of(user: User) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.session.session_key or ""


async def axe(page: Page) -> None:
    """Nothing that axe-core can find is wrong with the page for those who hear or feel it."""
    await page.evaluate(AXE + ";0")
    violations = await page.evaluate(RUN_AXE)
    assert not violations, "\n".join([f"axe on {page.url}:", *violations])


async def no_sideways(page: Page) -> None:
    """The page does not scroll to the side. Measured against the screen: a phone zooms out over what is too wide."""
    assert page.viewport_size
    wide: list[str] = await page.evaluate(
        """(width) => document.documentElement.scrollWidth <= width ? [] :
          [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 0.5)
            .map((e) => `${e.tagName} ${e.className} ends at ${e.getBoundingClientRect().right}`).slice(0, 8)
            .concat(`${document.documentElement.scrollWidth} > ${width}`)""",
        page.viewport_size["width"],
    )
    assert not wide, f"{page.url} scrolls sideways: {wide}"


async def until(look: Callable[[], Awaitable[Any]], timeout_s: float = 20) -> Any:
    """Look again and again until there is something."""
    async with asyncio.timeout(timeout_s):
        while not (seen := await look()):
            await asyncio.sleep(0.02)
    return seen
