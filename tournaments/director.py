"""The director: hosts one tournament that runs, or starts at a time that is set. Calls what can be played, draws the
rounds that are due, sleeps until the next thing is; results nudge it.
"""

import asyncio
import logging

from game import referees
from realtime import database, hosting, process
from realtime.clock import wall_ms
from realtime.hosting import Hosted
from realtime.logs import about
from tournaments import calling, drawing
from tournaments.calling import Step
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Tournament

logger = logging.getLogger(__name__)

AGAIN_MS = 1_000  # a look that the database did not take is repeated after this time


class Director:
    """Hosts a tournament of this process. All it knows is in rows: a restart loses nothing."""

    def __init__(self, tournament_id: int, epoch: int) -> None:
        self.tournament_id = tournament_id
        self._epoch = epoch
        self._working: asyncio.Task[None] | None = None
        self._again = False
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def nudge(self) -> None:
        """Something has happened: look now, or once more after the look under way."""
        self._again = True
        if self._working is None or self._working.done():
            with about(tournament=self.tournament_id):
                self._working = process.spawn(self._work(), f"directing tournament {self.tournament_id}")

    def stop(self) -> None:
        """Look no more; a look under way is the last."""
        self._stopped = True
        self._sleep_until(None)

    async def _work(self) -> None:
        while self._again and not self._stopped:
            self._again = False
            step = await self._look()
            for match_id in step.to_end:
                referees.abort(match_id)
            if step.round_due is not None:
                await self._draw(step.round_due)
            if not step.directed:
                end(self)
            elif not self._stopped:
                self._sleep_until(hosting.look_by_ms(step.next_due_ms))

    async def _look(self) -> Step:
        try:
            return await database.run(calling.step, self.tournament_id, self._epoch)
        except hosting.LostLeaseError:
            return Step(False, None, [])  # another process directs it
        except database.AWAY:
            logger.warning("the database did not take a look at tournament %s, again", self.tournament_id)
            return Step(True, wall_ms() + AGAIN_MS, [])

    async def _draw(self, state: State) -> None:
        """Draw the round that is due, away from the loop, enter it, and look again."""
        self._again = True
        event = await drawing.next_round(state)
        try:
            await database.run(calling.draw_round, self.tournament_id, self._epoch, event)
        except hosting.LostLeaseError:
            pass  # the next look says so
        except database.AWAY:
            logger.warning("the database did not take a round of tournament %s, again", self.tournament_id)
            await asyncio.sleep(AGAIN_MS / 1000)

    def _sleep_until(self, due_ms: int | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due_ms is not None:
            delay_s = max(due_ms - wall_ms(), 0) / 1000
            self._timer = asyncio.get_running_loop().call_later(delay_s, self.nudge)


hosted: Hosted[Director] = Hosted("director")


def connect() -> None:
    hosting.kinds["tournament"] = hosting.Kind(adopt, lambda id: hosted.find(id) is not None, _nudge_here)


def begin(tournament_id: int, epoch: int) -> None:
    """Host a tournament whose lease is ours under ``epoch``."""
    if (former := hosted.find(tournament_id)) is not None:
        end(former)
    director = Director(tournament_id, epoch)
    hosted.add(tournament_id, director)
    director.nudge()


def direct(tournament: Tournament) -> None:
    """Inside the transaction that starts, schedules, or brings back a tournament: it has a director from now on, who
    looks at once.
    """
    if not calling.is_directed(tournament):
        process.on_commit(nudge, tournament.pk)
    elif (epoch := hosting.claim(calling.lease(tournament.pk))) is not None:
        process.on_commit(begin, tournament.pk, epoch)
    else:
        process.on_commit(nudge, tournament.pk)


def nudge(tournament_id: int) -> None:
    """Something has happened in it: whoever directs it looks."""
    hosting.nudge(calling.lease(tournament_id))


def end(director: Director) -> None:
    """Host it no more: it is over, or another process's."""
    director.stop()
    if hosted.find(director.tournament_id) is director:
        hosted.remove(director.tournament_id)


async def adopt_all() -> int:
    """At boot of the only process: host every tournament that needs it. Gives how many."""
    ids = await database.run(calling.directed)
    for tournament_id in ids:
        await adopt(tournament_id, only=True)
    return len(ids)


async def adopt(tournament_id: int, only: bool = False) -> bool:
    """Host a tournament whose host is gone, or whoever had it if this is the ``only`` process. Gives whether."""
    epoch = await database.run(calling.adopt, tournament_id, only)
    if epoch is not None:
        begin(tournament_id, epoch)
    return epoch is not None


def stop_all() -> None:
    for director in hosted.all():
        end(director)


def _nudge_here(tournament_id: int) -> None:
    if (director := hosted.find(tournament_id)) is not None:
        director.nudge()
