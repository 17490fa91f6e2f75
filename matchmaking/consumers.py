import asyncio
import json
from typing import Annotated, Literal

import msgspec
from django.conf import settings

from accounts.models import LEAST_PING_MS, MOST_PING_MS, User
from game import matches
from game.matches import BusyError, Player
from game.models import Match
from game.pong.court import Choice
from matchmaking import matchmaker, personal, tickets
from realtime import database
from realtime.consumer import MISSED, LiveConsumer
from realtime.wire import Decoder, Refused

Points = Literal[3, 5, 11]
MaxPing = Annotated[int, msgspec.Meta(ge=LEAST_PING_MS, le=MOST_PING_MS)]
PING_NEWS_S = 5  # a new ping of somebody who waits is noted at most once in this time ...
PING_NEWS_MS = 10  # ... and if it is another one by so much, or a tenth


class Join(msgspec.Struct, tag="join", tag_field="type", forbid_unknown_fields=True):
    points: Points = 11
    anyone_after_s: Annotated[int, msgspec.Meta(ge=0, le=3600)] | None = None
    max_ping_ms: MaxPing | msgspec.UnsetType | None = msgspec.UNSET


class Leave(msgspec.Struct, tag="leave", tag_field="type", forbid_unknown_fields=True):
    pass


class Bot(msgspec.Struct, tag="bot", tag_field="type", forbid_unknown_fields=True):
    strength: Literal["easy", "medium", "hard"]
    points: Points = 11
    paddle: Literal["small", "normal", "large"] = "normal"
    pace: Literal["steady", "classic", "fast"] = "classic"


class Refresh(msgspec.Struct, tag="refresh", tag_field="type", forbid_unknown_fields=True):
    pass


Message = Join | Leave | Bot | Refresh


class MatchmakingConsumer(LiveConsumer):
    """One page of one person: the queue, and everything personal. Open on every page."""

    decode = Decoder[Message](Message)

    _noting: asyncio.TimerHandle | None = None
    _noted_ms: int | None = None

    async def enter(self) -> None:
        self.join(matchmaker.ROOM)
        await self._tell_state()
        for points in matches.POINTS:
            self.tell({"type": "queue", "points": points, "waiting": matchmaker.news(points)[0]})

    def hear(self, message: Message) -> None:
        if isinstance(message, Refresh):
            self.later(self._tell_state)
            return
        user = self.require_user()
        if isinstance(message, Join):
            self.later(self._join, user, message)
        elif isinstance(message, Leave):
            self.later(database.run, tickets.leave, user)
        else:
            choice = Choice(message.points, message.paddle, message.pace)
            self.later(database.run, play_bot, user, message.strength, choice)

    def rung(self, what: str) -> None:
        if what in ("personal", MISSED):
            self.later(self._tell_state)
        elif what.startswith(personal.NOTICE):
            self.tell(json.loads(what.removeprefix(personal.NOTICE)))

    async def _join(self, user: User, message: Join) -> None:
        await database.run(
            tickets.join,
            user,
            message.points,
            message.anyone_after_s,
            ping_ms=self.rtt_ms,
            max_ping_ms=message.max_ping_ms,
        )

    async def _tell_state(self) -> None:
        state = await database.run(personal.state, self.user)
        ticket = state["ticket"]
        if ticket is not None:
            ticket["estimate_ms"] = matchmaker.news(ticket["points"])[1]
        self.tell(state)
        if ticket is None:
            self._stop_noting()
        elif self._noting is None and not self._closing:
            self._noted_ms = ticket["ping_ms"]
            self._note_ping()

    def _note_ping(self) -> None:
        """While its person waits: a ping that has become known, or another one, is put down on the ticket.

        Another one than this socket had: two devices of one person must not correct each other all the time.
        """
        ping_ms, noted_ms = self.rtt_ms, self._noted_ms
        if ping_ms is not None and (noted_ms is None or abs(ping_ms - noted_ms) >= max(PING_NEWS_MS, noted_ms // 10)):
            self._noted_ms = ping_ms
            self.later(database.run, tickets.measured, self.user, ping_ms)
        self._noting = asyncio.get_running_loop().call_later(PING_NEWS_S, self._note_ping)

    def _stop_noting(self) -> None:
        if self._noting is not None:
            self._noting.cancel()
            self._noting = None

    def leave(self) -> None:
        self._stop_noting()


def play_bot(user: User, strength: str, choice: Choice) -> None:
    """A match against the house, now; a place in the queue is kept. Refused with ``in_match``."""
    players = [Player(user.name, user), Player.house(strength)]
    try:
        ready_ms = settings.READY_TOURNAMENT_S * 1000
        matches.call(players, rules=choice.rules(), origin=Match.Origin.BOT, ready_ms=ready_ms)
    except BusyError:
        raise Refused("in_match", "somebody who is in no match", user.name) from None
