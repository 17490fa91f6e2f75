"""One socket of the server, kept open: it comes back by itself as docs/protocol.md says, until it is closed."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from realtime import codes
from tournaments.exhibition.failed import Failed

# Not to be opened again; and an error of the server's, which is no reason to go but the very thing a test looks for.
FINAL = (codes.TOO_MANY_REFUSALS, codes.SIGNED_OUT, codes.WRONG_ORIGIN, codes.NOT_FOUND, codes.OUR_ERROR)
BACK_AFTER_S = (0.5, 3.0)
FLOOD_S = 5.0
UNAVAILABLE = "unavailable"  # a refusal that means: ask again in a moment
# No proxy: the server is this machine, or one on the local network, or one that answers by itself.
OPTIONS: dict[str, Any] = {"compression": None, "proxy": None, "max_size": 8 << 20}


class Connection:
    """Tells what it hears as decoded JSON; ``opened`` each time that it is open anew."""

    def __init__(
        self, url: str, token: str, hear: Callable[[Any], None], opened: Callable[[], None] = lambda: None
    ) -> None:
        self.url = url
        self.trouble = ""  # why it is not open
        self._headers = {"Authorization": f"Bearer {token}"}
        self._hear = hear
        self._opened = opened
        self._socket: ClientConnection | None = None
        self._unsent: asyncio.Queue[Any] = asyncio.Queue()
        self._closed = False

    @property
    def open(self) -> bool:
        return self._socket is not None

    async def run(self) -> None:
        """Be open until ``close``. Raises Failed when the server closes for good."""
        while not self._closed:
            code = await self._once()
            if self._closed:
                return
            if code in FINAL:
                raise Failed(f"{self.url} was closed with {code} ({self.trouble})")
            await asyncio.sleep(FLOOD_S if code == codes.FLOOD else random.uniform(*BACK_AFTER_S))

    def send(self, message: Any) -> None:
        """Send, if it is open: what is said into a broken line is not said later."""
        if self._socket is not None:
            self._unsent.put_nowait(message)

    def close(self) -> None:
        """No more of it, once what waits is sent."""
        self._closed = True
        self._unsent.put_nowait(None)

    async def _once(self) -> int | None:
        """One connection from handshake to close; gives the close code if there was one."""
        try:
            async with connect(self.url, additional_headers=self._headers, **OPTIONS) as socket:
                self._socket, self._unsent, self.trouble = socket, asyncio.Queue(), ""
                sender = asyncio.create_task(self._send(socket))
                try:
                    self._opened()
                    async for text in socket:
                        self._hear(msgspec.json.decode(text))
                        if self._closed:
                            break
                except ConnectionClosed as closed:
                    self.trouble = self.trouble or str(closed)
                finally:
                    self._socket = None
                    sender.cancel()
            return socket.close_code
        except (OSError, WebSocketException) as error:
            self.trouble = str(error) or type(error).__name__
            return None

    async def _send(self, socket: ClientConnection) -> None:
        try:
            while (message := await self._unsent.get()) is not None:
                await socket.send(msgspec.json.encode(message).decode())
            await socket.close()
        except ConnectionClosed:
            pass  # the reader knows why
