"""The nerves: this process's own channel on the layer, by which it speaks to the others.

One channel and one task a process, whatever the number of sockets. What waits to be sent while a message is under way
goes out together in the next one: one layer message costs more than all that is in it. Messages may be lost: rooms
have versions, and whoever needs an answer asks again. With the in-memory layer there is no other process, and nothing
crosses it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime import metrics, process, rooms
from realtime.clock import monotonic_ms
from realtime.wire import Frame

logger = logging.getLogger(__name__)

GROUP = "processes"
TOGETHER = 200  # items in one layer message, at most
AGAIN_S = 0.5  # after the layer has failed
DEAF_MS = 3_000  # who does not hear its own beat for so long has missed something

Item = list[Any]  # [kind, ...]: what it means is the business of the kind's handler

# By kind: called with the sender's name and what follows the kind. Upper floors add theirs.
handlers: dict[str, Callable[..., Any]] = {}


class Nerves:
    """Carries items between processes over ``layer``."""

    def __init__(self, layer: Any, name: str = process.name) -> None:
        self.layer = layer
        self.name = name
        self.channel = ""
        self.on_return: Callable[[], None] = lambda: None  # the layer is back: what was said meanwhile is lost
        self._beat_ms = monotonic_ms()
        self._failing = False  # said once, until it takes a message again
        self._out: asyncio.Queue[tuple[str, Item]] = asyncio.Queue()  # (channel, or nothing for everybody; item)

    async def open(self) -> None:
        """Take a channel: from then on the others can reach this process."""
        self.channel = await self.layer.new_channel()
        await self.layer.group_add(GROUP, self.channel)

    async def run(self) -> None:
        """Listen and speak until cancelled. A layer that fails is logged and tried again: play goes on without it."""
        await asyncio.gather(self._listen(), self._speak())

    def send(self, channel: str, item: Item) -> None:
        """Say ``item`` to the process of ``channel``."""
        self._out.put_nowait((channel, item))

    def broadcast(self, item: Item) -> None:
        """Say ``item`` to every other process."""
        self._out.put_nowait(("", item))

    def publish(self, room: str, version: int, event: Frame) -> None:
        self.broadcast(["event", room, version, event.text])

    def ring(self, room: str, what: str) -> None:
        self.broadcast(["ring", room, what])

    @property
    def silent_ms(self) -> int:
        """How long ago this process heard its own beat."""
        return monotonic_ms() - self._beat_ms

    def beat(self) -> None:
        """Say something to everybody, oneself included: who does not hear it is cut off."""
        self.broadcast(["beat"])

    async def flush(self, timeout_s: float) -> None:
        """Wait until what was said is sent."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._out.join(), timeout_s)

    async def _speak(self) -> None:
        while True:
            waiting = [await self._out.get()]
            while not self._out.empty() and len(waiting) < TOGETHER:
                waiting.append(self._out.get_nowait())
            by_channel: dict[str, list[Item]] = {}
            for channel, item in waiting:
                by_channel.setdefault(channel, []).append(item)
            for channel, items in by_channel.items():
                await self._say(channel, {"type": "nerves", "from": self.name, "items": items})
            for _ in waiting:
                self._out.task_done()

    async def _say(self, channel: str, message: dict[str, Any]) -> None:
        try:
            if channel:
                await self.layer.send(channel, message)
            else:
                await self.layer.group_send(GROUP, message)
            self._failing = False
            metrics.layer_sent.add()
        except Exception as error:
            metrics.layer_failures.add()
            if not self._failing:
                logger.warning("the layer takes no message: %r", error)
            self._failing = True
            await asyncio.sleep(AGAIN_S)
            self._forget()

    def _forget(self) -> None:
        """What waits is old by now, and would only grow: whoever misses it asks again."""
        while not self._out.empty():
            self._out.get_nowait()
            self._out.task_done()

    async def _listen(self) -> None:
        while True:
            try:
                message = await self.layer.receive(self.channel)
            except Exception as error:
                metrics.layer_failures.add()
                if not self._failing:
                    logger.warning("the layer gives no message: %r", error)
                self._failing = True
                await asyncio.sleep(AGAIN_S)
            else:
                metrics.layer_received.add()
                self.hear(message)

    def hear(self, message: dict[str, Any]) -> None:
        """Do what another process says; of one's own messages only the beat means something."""
        sender = message["from"]
        for kind, *rest in message["items"]:
            if kind == "beat":
                if sender == self.name:
                    self._heard_own_beat()
            elif sender != self.name:
                try:
                    handlers[kind](sender, *rest)
                except Exception:
                    logger.exception("%s from %s", kind, sender)

    def _heard_own_beat(self) -> None:
        now, before = monotonic_ms(), self._beat_ms
        self._beat_ms = now
        if now - before > DEAF_MS:
            logger.warning("the layer is back after %d ms", now - before)
            self.on_return()


def _on_event(_sender: str, room: str, version: int, text: str) -> None:
    if (here := rooms.find(room)) is not None:
        here.deliver(version, Frame(text.encode()), {})


def _on_ring(_sender: str, room: str, what: str) -> None:
    rooms.ring_here(room, what)


handlers["event"] = _on_event
handlers["ring"] = _on_ring

# This process's, in a cluster.
mine: Nerves | None = None


def clustered() -> bool:
    """Whether there may be other processes."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer)


async def begin() -> Nerves:
    """Connect this process to the others."""
    global mine
    mine = Nerves(get_channel_layer())
    await mine.open()
    rooms.broadcast = mine.publish
    rooms.broadcast_ring = mine.ring
    process.spawn(mine.run(), "nerves", endless=True)
    return mine


def send(channel: str, item: Item) -> None:
    """Say ``item`` to the process of ``channel``. Only in a cluster is there one."""
    assert mine is not None, "only in a cluster"
    mine.send(channel, item)


def broadcast(item: Item) -> None:
    """Say ``item`` to every other process, if there may be any."""
    if mine is not None:
        mine.broadcast(item)
