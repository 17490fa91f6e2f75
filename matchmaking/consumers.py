import json
from typing import Annotated, Literal

import msgspec
from django.conf import settings

from accounts.models import User
from game import matches
from game.matches import BusyError, Player
from game.models import Match
from game.pong.court import Choice
from matchmaking import matchmaker, personal, tickets
from realtime import database
from realtime.consumer import MISSED, LiveConsumer
from realtime.wire import Decoder, Refused

Points = Literal[3, 5, 11]


class Join(msgspec.Struct, tag="join", tag_field="type", forbid_unknown_fields=True):
    points: Points = 11
    anyone_after_s: Annotated[int, msgspec.Meta(ge=0, le=3600)] | None = None


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
            self.later(database.run, tickets.join, user, message.points, message.anyone_after_s)
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

    async def _tell_state(self) -> None:
        state = await database.run(personal.state, self.user)
        if state["ticket"] is not None:
            state["ticket"]["estimate_ms"] = matchmaker.news(state["ticket"]["points"])[1]
        self.tell(state)


def play_bot(user: User, strength: str, choice: Choice) -> None:
    """A match against the house, now; a place in the queue is kept. Refused with ``in_match``."""
    players = [Player(user.name, user), Player.house(strength)]
    try:
        ready_ms = settings.READY_TOURNAMENT_S * 1000
        matches.call(players, rules=choice.rules(), origin=Match.Origin.BOT, ready_ms=ready_ms)
    except BusyError:
        raise Refused("in_match", "somebody who is in no match", user.name) from None
