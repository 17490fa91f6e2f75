"""The floor of the stack: a bare Daphne socket. Raw ASGI, no Django, no game: it relays what it gets.

Two sockets with the same path are a pair. Whatever one says goes to both, as an event of a match goes to both players;
a clock exchange ("[3,") is answered to the one that asked. So the messages are as many as ours, and all that is missing
is the work.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]

pairs: defaultdict[str, list[Send]] = defaultdict(list)


async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    if scope["type"] != "websocket":
        return
    pair = pairs[scope["path"]]
    while True:
        message = await receive()
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
            pair.append(send)
        elif message["type"] == "websocket.disconnect":
            pair.remove(send)
            return
        elif message["text"].startswith("[3,"):
            await send({"type": "websocket.send", "text": message["text"]})
        else:
            for member in pair:
                await member({"type": "websocket.send", "text": message["text"]})
