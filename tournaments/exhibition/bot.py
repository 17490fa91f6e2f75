"""A bot: an account that is there for whatever it is called to, and plays it."""

import asyncio
from collections.abc import Callable
from typing import Any

from game.pong.bot import EASY, Strength
from tournaments.exhibition.connection import UNAVAILABLE, Connection
from tournaments.exhibition.contest import Contest
from tournaments.exhibition.failed import Failed
from tournaments.exhibition.site import Account, Site

# Mostly wide of the mark: a match to 3 takes about 17 s, so that an exhibition is over soon.
NOVICE = Strength("novice", (800, 1_000), 350, 60, 150, 45, 80, 30, 40, 0, False)
STRENGTHS = (NOVICE, NOVICE, EASY)
AGAIN_S = 1.0  # after the server could not answer

Heard = Callable[[int, list[Any]], None]


class Bot:
    """``happened`` hears whatever moves a match on, with the match's id."""

    def __init__(self, site: Site, account: Account, strength: Strength, happened: Heard = lambda *_: None) -> None:
        self.account = account
        self.contests: dict[int, Contest] = {}  # by match, also those that are over
        self._site = site
        self._strength = strength
        self._happened = happened
        self.there = asyncio.Event()  # it can be called
        self._personal = Connection(f"{site.sockets}/ws/matchmaking/", account.token, self._hear, self.there.set)
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Be there until cancelled. Raises Failed, in a group."""
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self._personal.run())

    async def enter(self, tournament_id: int) -> None:
        """Enter a tournament, and be sure of it."""
        await Entry(self._site, self.account, tournament_id).run()

    def ask(self, message: dict[str, Any]) -> None:
        """Say something at the socket of everything personal, such as {"type": "join"}."""
        self._personal.send(message)

    @property
    def trouble(self) -> list[str]:
        """What keeps its sockets from being open."""
        connections = [self._personal, *(c.connection for c in self.contests.values() if not c.view.over)]
        return [f"{connection.url}: {connection.trouble}" for connection in connections if connection.trouble]

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "error", "code": code} if code == UNAVAILABLE:
                pass
            case {"type": "error", "code": code, "expected": expected, "came": came}:
                raise Failed(f"{self.account.name} was refused: {code}: expected {expected}, came {came}")
            case {"type": "you", "match": {"id": id} as called} if id not in self.contests:
                self._play(called)

    def _play(self, called: dict[str, Any]) -> None:
        id = called["id"]
        url = f"{self._site.sockets}/ws/game/{id}/"
        seed = id * 1_000_003 + self.account.id
        contest = Contest(
            url, self.account.token, called["side"], self._strength, seed, lambda message: self._happened(id, message)
        )
        self.contests[id] = contest
        assert self._tasks is not None
        self._tasks.create_task(contest.run())


class Entry:
    """A bot's way into a tournament: asks, and asks again if the line broke before the answer came."""

    def __init__(self, site: Site, account: Account, tournament_id: int) -> None:
        self._account = account
        self._connection = Connection(f"{site.sockets}/ws/tournaments/{tournament_id}/", account.token, self._hear)

    async def run(self) -> None:
        await self._connection.run()

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "snapshot", "tournament": tournament}:
                self._see(tournament)
            case {"type": "event", "event": {"kind": "entered", "name": self._account.name}}:
                self._connection.close()
            case {"type": "error", "code": "already_entered"}:
                self._connection.close()
            case {"type": "error", "code": code} if code == UNAVAILABLE:
                asyncio.get_running_loop().call_later(AGAIN_S, self._connection.send, {"type": "since", "n": 0})
            case {"type": "error", "code": code, "expected": expected, "came": came}:
                raise Failed(f"{self._account.name} could not enter: {code}: expected {expected}, came {came}")

    def _see(self, tournament: dict[str, Any]) -> None:
        if any(entrant["user"] == self._account.id for entrant in tournament["entrants"]):
            self._connection.close()
        else:
            self._connection.send({"type": "join"})
