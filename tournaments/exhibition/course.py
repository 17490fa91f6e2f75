"""The course of an exhibition: accounts, a tournament, entries, the start, and watching it to its end."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from game.pong.bot import Strength
from tournaments.exhibition.bot import STRENGTHS, Bot
from tournaments.exhibition.connection import UNAVAILABLE, Connection
from tournaments.exhibition.failed import Failed
from tournaments.exhibition.progress import Progress
from tournaments.exhibition.site import Site

AT_ONCE = 8  # accounts and entries under way
LOOK_S = 1.0  # between two looks at the tournament
NO_PLAN: Mapping[str, str] = {}


class Course:
    """One exhibition. ``say`` prints a line; ``plan`` is of the form of a tournament: its format, and its options."""

    def __init__(
        self, url: str, points: int, stuck_s: float, say: Callable[[str], None], plan: Mapping[str, str] = NO_PLAN
    ) -> None:
        self.site = Site(url)
        self.bots: list[Bot] = []
        self.progress = Progress(points)
        self._points = points
        self._plan = plan
        self._stuck_s = stuck_s
        self._say = say
        self._moved_at = time.monotonic()
        self._watch: Connection | None = None
        self._news = True  # something has happened that is not told yet
        self._entered = 0

    async def hold(self, players: int, strengths: Sequence[Strength] = STRENGTHS) -> None:
        """From nothing to the champion. Raises Failed."""
        began = time.monotonic()
        try:
            async with asyncio.TaskGroup() as tasks:
                going = [tasks.create_task(self._guard())]
                await self._gather(players, strengths)
                going += [tasks.create_task(bot.run()) for bot in self.bots]
                tournament_id = await self._begin(players, tasks, going)
                await self._enter(tournament_id)
                await self._play()
                for task in going:
                    task.cancel()
        except BaseExceptionGroup as group:
            raise _first(group) from None
        self._sum_up(players, time.monotonic() - began)

    # -- step by step --------------------------------------------------------------------------------------------

    async def _gather(self, players: int, strengths: Sequence[Strength]) -> None:
        """An account for each bot; the first one alone, so that a server that is not there is said once."""
        accounts = [await asyncio.to_thread(self.site.make_bot)]
        few = asyncio.Semaphore(AT_ONCE)

        async def make() -> None:
            async with few:
                accounts.append(await asyncio.to_thread(self.site.make_bot))
                self._moved()

        async with asyncio.TaskGroup() as tasks:
            for _ in range(players - 1):
                tasks.create_task(make())
        self.bots = [
            Bot(self.site, account, strengths[number % len(strengths)], self._on_match)
            for number, account in enumerate(accounts)
        ]

    async def _begin(self, players: int, tasks: asyncio.TaskGroup, going: list[asyncio.Task[None]]) -> int:
        """The first bot organises it, and its socket is our window on the progress."""
        organiser = self.bots[0].account
        name = f"Exhibition of {players} bots"
        form = {"name": name, "size": str(players), "points": str(self._points), **self._plan}
        tournament_id = await asyncio.to_thread(self.site.new_tournament, organiser, form)
        self._say(f"{name}, to {self._points} points: {self.site.url}/tournaments/{tournament_id}/")
        url = f"{self.site.sockets}/ws/tournaments/{tournament_id}/"
        self._watch = Connection(url, organiser.token, self._hear)
        going.append(tasks.create_task(self._watch.run()))
        return tournament_id

    async def _enter(self, tournament_id: int) -> None:
        few = asyncio.Semaphore(AT_ONCE)

        async def enter(bot: Bot) -> None:
            async with few:
                await bot.enter(tournament_id)
            await bot.there.wait()  # who is not there when called is called in vain
            self._moved()

        async with asyncio.TaskGroup() as tasks:
            for bot in self.bots:
                tasks.create_task(enter(bot))

    async def _play(self) -> None:
        """Ask for the start until it has started, then for the tournament whenever it may have changed, to the end."""
        assert self._watch is not None
        while self.progress.phase in ("open", "running"):
            if self.progress.phase == "open":
                self._watch.send({"type": "start"})
                self._news = True
            if self._news and self._watch.open:
                self._news = False
                self._watch.send({"type": "since", "n": 0})
            await asyncio.sleep(LOOK_S)

    def _sum_up(self, players: int, took_s: float) -> None:
        progress = self.progress
        if progress.phase != "finished" or progress.champion is None:
            raise Failed(f"expected a tournament with a champion, came one that is {progress.phase} without")
        self._say(f"Champion: {progress.champion}")
        minutes, seconds = divmod(round(took_s), 60)
        self._say(f"{progress.played} matches of {players} players in {minutes} min {seconds} s.")
        if progress.unplayed:
            raise Failed(f"expected every match played out, came {'; '.join(progress.unplayed)}")

    # -- what is heard -------------------------------------------------------------------------------------------

    def _hear(self, message: dict[str, Any]) -> None:
        match message:
            case {"type": "snapshot", "tournament": tournament}:
                for line in self.progress.update(tournament):
                    self._say(line)
            case {"type": "event"}:
                self._news = True
                self._moved()
            case {"type": "error", "code": "wrong_phase"}:
                pass  # it has started: the answer to the first time we asked was lost
            case {"type": "error", "code": code} if code == UNAVAILABLE:
                self._news = True  # ask again
            case {"type": "error", "code": code, "expected": expected, "came": came}:
                raise Failed(f"the organiser was refused: {code}: expected {expected}, came {came}")

    def _on_match(self, _match_id: int, _message: list[Any]) -> None:
        self._moved()

    def _moved(self) -> None:
        self._moved_at = time.monotonic()

    async def _guard(self) -> None:
        """Say so when nothing happens any more."""
        left_s = self._stuck_s
        while left_s > 0:
            await asyncio.sleep(left_s)
            left_s = self._moved_at + self._stuck_s - time.monotonic()
        raise Failed(f"nothing has happened for {self._stuck_s:g} s. {self._where()}")

    def _where(self) -> str:
        """What is not over, and what keeps sockets from being open."""
        waiting = [
            f"{contest.connection.url} is {contest.view.phase} (n {contest.view.n})"
            for bot in self.bots
            for contest in bot.contests.values()
            if not contest.view.over
        ]
        trouble = [text for bot in self.bots for text in bot.trouble]
        said = [*dict.fromkeys(waiting), *dict.fromkeys(trouble)]
        return "; ".join([f"The tournament is {self.progress.phase}", *said[:10]])


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a tree of them."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = next((e for e in error.exceptions if not isinstance(e, asyncio.CancelledError)), error.exceptions[0])
    return error
