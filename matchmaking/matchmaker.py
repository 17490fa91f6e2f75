"""The matchmaker: hosts one queue. Pairs on arrival; if nobody fits, sleeps until the instant at which two windows
meet.
"""

import asyncio
from collections import deque
from typing import Any

from game import referees
from game.matches import POINTS
from matchmaking import pairing, tickets
from matchmaking.models import Ticket
from realtime import database, hosting, process, rooms
from realtime.clock import monotonic_ms, wall_ms

ARRIVALS_MS = 300_000  # the pace of arrivals is that of the last five minutes
WAITS_KEPT = 20
NEWS_MS = 1_000  # how many wait is said at most once in this time
ROOM = "queue"


class Matchmaker:
    """Hosts the queue for matches to so many points."""

    def __init__(self, points: int) -> None:
        self.points = points
        self.waiting = 0
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
            found = await database.run(tickets.pair, self.points, self._arrivals_per_minute())
            self._waits.extend(found.waits_ms)
            for match_id in found.in_the_way:
                referees.abort(match_id)
            self._sleep_until(found.next_due_ms)
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

    def _tell_soon(self) -> None:
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(NEWS_MS / 1000, self._tell)

    def _tell(self) -> None:
        self._news = None
        rooms.publish(ROOM, 0, {"type": "queue", "points": self.points, "waiting": self.waiting})


_matchmakers: dict[int, Matchmaker] = {}


def connect() -> None:
    tickets.queue_changed.connect(_on_queue_changed, sender=Ticket, dispatch_uid="matchmaking.matchmaker")


def find(points: int) -> Matchmaker | None:
    """The matchmaker of a queue that this process hosts."""
    return _matchmakers.get(points)


async def adopt_all() -> None:
    """At boot of the only process: host every queue, with the tickets that are there."""
    for points in POINTS:
        await database.run(hosting.claim, f"queue.{points}", take_over=True)
        _matchmakers[points] = Matchmaker(points)
        _matchmakers[points].nudge()


def stop_all() -> None:
    for matchmaker in _matchmakers.values():
        matchmaker.stop()
    _matchmakers.clear()


def _on_queue_changed(points: int, arrived: int, **_: Any) -> None:
    if (matchmaker := find(points)) is not None:
        matchmaker.nudge(arrived)
