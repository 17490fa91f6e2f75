"""A Chromium whose tabs are hidden by the tab in front, as they are for people.

Playwright keeps each of its pages in front and in focus. So this one is spoken to directly, by the DevTools protocol.
"""

import asyncio
import itertools
import json
import re
import shutil
import tempfile
from collections.abc import Iterable
from typing import Any, Self

import websockets

from tests.browser import find

LISTENING = re.compile(r"DevTools listening on (ws://\S+)")
START_S = 30


class Tab:
    """One tab."""

    def __init__(self, tabs: "Tabs", target: str, session: str) -> None:
        self.target = target
        self._tabs = tabs
        self._session = session

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of the promise that it is."""
        options = {"returnByValue": True, "awaitPromise": True}
        found = await self._tabs.ask("Runtime.evaluate", self._session, expression=expression, **options)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def close(self) -> None:
        await self._tabs.ask("Target.closeTarget", targetId=self.target)


class Tabs:
    """A browser with one window, for as long as the block lasts. A tab that is opened is in front."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> Self:
        found = await asyncio.to_thread(find.executable)
        assert found is not None, find.NONE_FOUND
        self._profile = tempfile.mkdtemp(prefix="rallypoint-tabs-")
        options = ["--remote-debugging-port=0", f"--user-data-dir={self._profile}", "about:blank"]
        self._process = await asyncio.create_subprocess_exec(
            found[0],
            "--headless=new",
            *find.ARGUMENTS,
            *options,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(START_S):
                address = await self._address()
            self._drain = asyncio.create_task(self._swallow())
            self._connection = await websockets.connect(address, max_size=None, proxy=None)
            self._reading = asyncio.create_task(self._read())
            self._context = (await self.ask("Target.createBrowserContext"))["browserContextId"]
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._connection.close()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._end()
        await self._drain

    async def open(self, url: str) -> Tab:
        made = await self.ask("Target.createTarget", url=url, browserContextId=self._context)
        attached = await self.ask("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        return Tab(self, made["targetId"], attached["sessionId"])

    async def show(self, tab: Tab) -> None:
        """Bring it to the front."""
        await self.ask("Target.activateTarget", targetId=tab.target)

    async def set_cookies(self, cookies: Iterable[Any], url: str) -> None:
        wanted = [{"name": cookie["name"], "value": cookie["value"], "url": url} for cookie in cookies]
        await self.ask("Storage.setCookies", cookies=wanted, browserContextId=self._context)

    async def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        to = {"sessionId": session} if session else {}
        await self._connection.send(json.dumps({"id": number, "method": method, "params": params, **to}))
        async with asyncio.timeout(START_S):
            found: dict[str, Any] = await answer
        assert "error" not in found, f"{method}: {found['error']}"
        return dict(found["result"])

    async def _read(self) -> None:
        async for text in self._connection:
            message = json.loads(text)
            if (answer := self._answers.pop(message.get("id"), None)) is not None and not answer.done():
                answer.set_result(message)

    async def _address(self) -> str:
        assert self._process.stderr is not None
        said = ""
        while line := (await self._process.stderr.readline()).decode():
            said += line
            if found := LISTENING.search(line):
                return found[1]
        raise AssertionError(f"expected a browser that listens, came {said[-2000:]}")

    async def _swallow(self) -> None:
        assert self._process.stderr is not None
        while await self._process.stderr.read(1 << 16):
            pass

    async def _end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)
