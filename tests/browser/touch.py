"""A finger on a page: real touches, as a phone's screen makes them."""

from playwright.async_api import CDPSession, Page


class Finger:
    """One finger. Places are pixels of the screen's page, from its upper left corner."""

    def __init__(self, devtools: CDPSession) -> None:
        self._devtools = devtools
        self._down = False

    @classmethod
    async def on(cls, page: Page) -> "Finger":
        return cls(await page.context.new_cdp_session(page))

    async def to(self, x: float, y: float) -> None:
        """Put it down, or drag it there."""
        await self._send("touchMove" if self._down else "touchStart", x, y)
        self._down = True

    async def lift(self) -> None:
        await self._send("touchEnd")
        self._down = False

    async def _send(self, kind: str, *place: float) -> None:
        points = [{"x": place[0], "y": place[1]}] if place else []
        await self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
