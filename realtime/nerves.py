"""The nerves: this process's own channel on the layer, by which rooms reach other processes.

One channel and one task a process; one layer message an event, whatever the number of sockets. With the in-memory
layer there is no other process, and nothing crosses it. Messages may be lost: rooms have versions.
"""

import asyncio
import logging
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime import process, rooms
from realtime.wire import Frame

logger = logging.getLogger(__name__)

GROUP = "processes"


class Nerves:
    """Carries room events between processes over ``layer``."""

    def __init__(self, layer: Any, name: str = process.name) -> None:
        self.layer = layer
        self.name = name
        self.channel = ""
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def run(self) -> None:
        """Listen and speak until cancelled. A layer that fails is logged and tried again: play goes on without it."""
        self.channel = await self.layer.new_channel()
        await self.layer.group_add(GROUP, self.channel)
        await asyncio.gather(self._listen(), self._speak())

    def publish(self, room: str, version: int, event: Frame) -> None:
        self._out.put_nowait(
            {"type": "room.event", "from": self.name, "room": room, "version": version, "payload": event.text}
        )

    def ring(self, room: str, what: str) -> None:
        self._out.put_nowait({"type": "room.ring", "from": self.name, "room": room, "what": what})

    async def _speak(self) -> None:
        while True:
            message = await self._out.get()
            try:
                await self.layer.group_send(GROUP, message)
            except Exception:
                logger.exception("the layer did not take a message of %s", message["room"])
                await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        while True:
            try:
                self.hear(await self.layer.receive(self.channel))
            except Exception:
                logger.exception("the layer did not give a message")
                await asyncio.sleep(0.5)

    def hear(self, message: dict[str, Any]) -> None:
        """Deliver what another process said to the sockets of this one."""
        if message["from"] == self.name:
            return
        if message["type"] == "room.ring":
            rooms.ring_here(message["room"], message["what"])
        elif (here := rooms.find(message["room"])) is not None:
            here.deliver(message["version"], Frame(message["payload"].encode()), {})


def begin() -> None:
    """Connect the rooms of this process to the others, if there can be others."""
    layer = get_channel_layer()
    if isinstance(layer, InMemoryChannelLayer):
        return
    nerves = Nerves(layer)
    rooms.broadcast = nerves.publish
    rooms.broadcast_ring = nerves.ring
    process.spawn(nerves.run(), "nerves")
