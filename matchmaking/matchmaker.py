"""The matchmaker: hosts one queue. Pairs on arrival; if nobody fits, sleeps until the instant at which two windows
meet.
"""

import asyncio
import logging
from collections import deque
from typing import Any

from game import referees
from game.matches import POINTS
from matchmaking import pairing, tickets
from matchmaking.models import Ticket
from realtime import database, hosting, metrics, nerves, process, rooms
from realtime.clock import monotonic_ms, wall_ms

logger = logging.getLogger(__name__)

ARRIVALS_MS = 300_000  # the pace of arrivals is that of the last five minutes
WAITS_KEPT = 20
NEWS_MS = 1_000  # how many wait is said at most once in this time
AGAIN_MS = 1_000  # a look that the database did not take is repeated after this time
ROOM = "queue"


class Matchmaker:
    """Hosts the queue for matches to so many points."""

    def __init__(self, points: int, epoch: int) -> None:
        self.points = points
        self._epoch = epoch
        self.waiting = 0
        self._above_limit: dict[int, int] = {}  # as they were told: see tickets.Round
        self._since_ms = monotonic_ms()
        self._arrivals: deque[int] = deque(maxlen=1000)
        self._waits: deque[int] = deque(maxlen=WAITS_KEPT)
        self._looking: asyncio.Task[None] | None = None
        self._again = False
        self._timer: asyncio.TimerHandle | None = None
        self._news: asyncio.TimerHandle | None = None

    def nudge(self, arrived: int = 0) -> None:
        """The queue has changed: look now, or once more after the look under way."""
        self._arrivals.extend([monotonic_ms()] * arrived)
        self._again = True
        if self._looking is None or self._looking.done():
            self._looking = process.spawn(self._look(), f"queue to {self.points}")

    def estimate_ms(self) -> int | None:
        """How long somebody who comes now may expect to wait, from recent waits."""
        return pairing.estimate_wait_ms(list(self._waits))

    def stop(self) -> None:
        for timer in (self._timer, self._news):
            if timer is not None:
                timer.cancel()

    async def _look(self) -> None:
        while self._again:
            self._again = False
            try:
                found = await database.run(tickets.pair, self.points, self._epoch, self._arrivals_per_minute())
            except hosting.LostLeaseError:
                _end(self)
                return
            except database.AWAY:
                logger.warning("the database did not take a look at the queue to %d, again", self.points)
                self._sleep_until(wall_ms() + AGAIN_MS)
                continue
            self._waits.extend(found.waits_ms)
            for wait_ms in found.waits_ms:
                metrics.queue_wait.observe(wait_ms / 1000)
            for match_id in found.in_the_way:
                referees.abort(match_id)
            self._sleep_until(hosting.look_by_ms(found.next_due_ms))
            self._tell_above_limit(found.above_limit)
            if found.waiting != self.waiting:
                self.waiting = found.waiting
                self._tell_soon()

    def _arrivals_per_minute(self) -> float:
        now = monotonic_ms()
        while self._arrivals and self._arrivals[0] < now - ARRIVALS_MS:
            self._arrivals.popleft()
        return len(self._arrivals) * 60_000 / max(min(now - self._since_ms, ARRIVALS_MS), 60_000)

    def _sleep_until(self, due_ms: int | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due_ms is not None:
            delay_s = max(due_ms - wall_ms(), 0) / 1000
            self._timer = asyncio.get_running_loop().call_later(delay_s, self.nudge)

    def _tell_above_limit(self, above_limit: dict[int, int]) -> None:
        """Whose limit of ping keeps off more or fewer than before: their pages show it."""
        before, self._above_limit = self._above_limit, above_limit
        for user_id in before.keys() | above_limit.keys():
            if before.get(user_id) != above_limit.get(user_id):
                rooms.ring(f"user.{user_id}", "personal")

    def _tell_soon(self) -> None:
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(NEWS_MS / 1000, self._tell)

    def _tell(self) -> None:
        self._news = None
        nerves.broadcast(["queue", self.points, self.waiting, self.estimate_ms()])
        rooms.publish(ROOM, 0, {"type": "queue", "points": self.points, "waiting": self.waiting})


_matchmakers: dict[int, Matchmaker] = {}
_elsewhere: dict[int, tuple[int, int | None]] = {}  # what the hosts in other processes have said last


def connect() -> None:
    tickets.queue_changed.connect(_on_queue_changed, sender=Ticket, dispatch_uid="matchmaking.matchmaker")
    nerves.handlers["queue"] = _on_news
    hosting.kinds["queue"] = hosting.Kind(adopt, lambda points: find(points) is not None, _nudge)


def news(points: int) -> tuple[int, int | None]:
    """How many wait in a queue, and the estimated wait (ms), as its host has it or has said last."""
    if (host := find(points)) is not None:
        return host.waiting, host.estimate_ms()
    return _elsewhere.get(points, (0, None))


def find(points: int) -> Matchmaker | None:
    """The matchmaker of a queue that this process hosts."""
    return _matchmakers.get(points)


async def open_all() -> None:
    """In a cluster: queues that no process has ever hosted are there to be adopted."""
    for points in POINTS:
        await database.run(hosting.offer, tickets.queue_room(points))


async def adopt_all() -> None:
    """At boot of the only process: host every queue, with the tickets that are there."""
    for points in POINTS:
        _begin(points, await database.run(hosting.claim, tickets.queue_room(points), take_over=True))


async def adopt(points: int) -> bool:
    """Host a queue whose host is gone. Gives whether."""
    epoch = await database.run(hosting.claim_orphan, tickets.queue_room(points))
    _begin(points, epoch)
    return epoch is not None


def stop_all() -> None:
    for matchmaker in list(_matchmakers.values()):
        _end(matchmaker)


def _begin(points: int, epoch: int | None) -> None:
    if epoch is not None:
        if (former := find(points)) is not None:
            _end(former)
        _matchmakers[points] = Matchmaker(points, epoch)
        _matchmakers[points].nudge()


def _end(matchmaker: Matchmaker) -> None:
    matchmaker.stop()
    if find(matchmaker.points) is matchmaker:
        del _matchmakers[matchmaker.points]


def _nudge(points: int, arrived: int = 0) -> None:
    if (matchmaker := find(points)) is not None:
        matchmaker.nudge(arrived)


def _on_news(_sender: str, points: int, waiting: int, estimate_ms: int | None) -> None:
    _elsewhere[points] = (waiting, estimate_ms)


def _on_queue_changed(points: int, arrived: int, **_: Any) -> None:
    hosting.nudge(tickets.queue_room(points), arrived)
