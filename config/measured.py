"""What all processes measure, as one text: whichever of them is asked asks the others, over the nerves.

Several processes share one port, and the kernel gives a scrape to any of them. If each answered for itself, each
scrape would find another one's series and miss the rest, which Prometheus takes for processes that come and go. So one
scrape is given all, each number labelled with its process. No port, file or row is needed for that. A process that
does not answer in time is missing, and ``rallypoint_up`` of it with it.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from itertools import count

from game import referees
from game.matches import POINTS
from matchmaking import matchmaker
from realtime import database, hosting, metrics, nerves, process
from realtime.metrics import Reading
from realtime.nerves import Nerves
from tournaments import director

ANSWERS_S = 1.0  # for all the others together


def _matches() -> Mapping[str, int]:
    """Those that this process hosts, by phase."""
    phases = {"called": 0, "live": 0, "paused": 0, "over": 0}
    for referee in referees.hosted.all():
        phases[referee.phase] += 1
    return phases


def _queues() -> Mapping[str, int]:
    hosts = (matchmaker.find(points) for points in POINTS)
    return {str(host.points): host.waiting for host in hosts if host is not None}


def _estimates() -> Mapping[str, float]:
    hosts = (matchmaker.find(points) for points in POINTS)
    estimates = {str(host.points): host.estimate_ms() for host in hosts if host is not None}
    return {points: ms / 1000 for points, ms in estimates.items() if ms is not None}


Reading("up", "This process answers.", lambda: 1)
Reading("matches", "Matches that this process hosts.", _matches, label="phase")
Reading("tournaments", "Running tournaments that this process hosts.", lambda: len(director.hosted))
Reading("queue_waiting", "Who waits in the queues that this process hosts.", _queues, label="points")
Reading("queue_estimate_seconds", "How long somebody who comes now waits, as told them.", _estimates, label="points")


class Question:
    """What was asked of the other processes, and their answers so far: texts by process."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self._came = asyncio.Event()

    def answer(self, process: str, text: str) -> None:
        self.answers[process] = text
        self._came.set()

    async def wait(self, awaited: set[str]) -> None:
        """Until all those awaited have answered."""
        while not awaited <= self.answers.keys():
            self._came.clear()
            await self._came.wait()


_numbers = count(1)
_questions: dict[int, Question] = {}


async def everywhere() -> str:
    """The numbers of this process and, in a cluster, of all others that answer in time."""
    others: dict[str, str] = {}
    if nerves.mine is not None:
        others = await _ask_others(nerves.mine)
    return metrics.merged([metrics.text(), *(others[name] for name in sorted(others))])


async def _ask_others(mine: Nerves) -> dict[str, str]:
    number = next(_numbers)
    question = _questions[number] = Question()
    mine.broadcast(["measure", number, mine.channel])
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWERS_S):
            await question.wait(await _others())
    del _questions[number]
    return question.answers


async def _others() -> set[str]:
    """Who is to be waited for only the database knows. Without it the whole time is waited for whoever answers: the
    numbers are wanted most when something is away.
    """
    try:
        return set(await database.run(_alive)) - {process.name}
    except database.AWAY:
        await asyncio.sleep(ANSWERS_S)
        return set()


def _alive() -> list[str]:
    return list(hosting.alive().values_list("name", flat=True))


def _on_measure(_sender: str, number: int, channel: str) -> None:
    nerves.send(channel, ["measured", number, metrics.text()])


def _on_measured(sender: str, number: int, text: str) -> None:
    if number in _questions:
        _questions[number].answer(sender, text)


nerves.handlers["measure"] = _on_measure
nerves.handlers["measured"] = _on_measured
