from typing import Any, Literal

import msgspec

from chat import lines
from chat.conversations import policy
from realtime import codes, database, metrics
from realtime.consumer import MISSED, CloseError, LiveConsumer
from realtime.wire import Decoder, Refused


class Say(msgspec.Struct, tag="say", tag_field="type", forbid_unknown_fields=True):
    text: str


class Since(msgspec.Struct, tag="since", tag_field="type", forbid_unknown_fields=True):
    n: int


class ChatConsumer(LiveConsumer):
    """One reader of one conversation."""

    decode = Decoder[Say | Since](Say | Since)

    @property
    def key(self) -> str:
        return str(self.scope["url_route"]["kwargs"]["conversation"])

    async def enter(self) -> None:
        found = await database.run(policy, self.key)
        if found is None:
            raise CloseError(codes.NOT_FOUND, Refused("not_found", "a conversation that exists", self.key))
        self._may_write = self.user is not None and found.may_write(self.user)
        # Listen first, then read: a line between the two comes twice, and the client drops what it has.
        self.join(lines.room_name(self.key))
        await self._history(0)

    def hear(self, message: Say | Since) -> None:
        if isinstance(message, Since):
            metrics.resyncs.add()
            self.later(self._history, message.n)
        else:
            self.later(self._say, message.text)

    def rung(self, what: str) -> None:
        if what == MISSED:
            self.later(self._history, 0)
        elif what.startswith(f"line:{self.key}:"):
            self.later(self._private, int(what.rpartition(":")[2]))

    async def _history(self, since: int) -> None:
        n, found = await database.run(lines.history, self.key, self.user, since)
        kind: Literal["history"] = "history"
        self.tell({"type": kind, "n": n, "since": since, "lines": found, "can_write": self._may_write})

    async def _say(self, text: str) -> None:
        await database.run(lines.say, self.require_user(), self.key, text)

    async def _private(self, n: int) -> None:
        line: dict[str, Any] | None = await database.run(lines.private, self.key, n, self.user)
        if line is not None:
            self.tell({"type": "line", "n": n, "line": line})
