"""The referees of this process: begun when a match is called, found by consumers, adopted at boot."""

from typing import Any

from django.conf import settings

from game import matches
from game.housebot import HouseBot
from game.models import Match
from game.referee import Referee
from game.signals import match_called
from realtime import database, process
from realtime.hosting import Hosted

COMING_S = 2  # a match that was called a moment ago is hosted within this time

hosted: Hosted[Referee] = Hosted("match")


def connect() -> None:
    match_called.connect(_on_called, sender=Match, dispatch_uid="game.referees")


def find(match_id: int) -> Referee | None:
    """The referee of a match that this process hosts (also for a while after its end)."""
    return hosted.find(match_id)


async def wait(match_id: int) -> Referee | None:
    """The same, or the one that is about to begin."""
    return await hosted.wait(match_id, COMING_S)


async def adopt_all() -> int:
    """At boot of the only process: host everything unfinished, from its last committed rally. Gives how many."""
    ids = await database.run(matches.unfinished)
    for match_id in ids:
        adopted = await database.run(matches.adopt, match_id)
        if adopted is not None:
            _begin(*adopted, grace_ms=settings.BOOT_GRACE_S * 1000)
    return len(ids)


def stop_all() -> None:
    """Host nothing any more: the rows stand as they are."""
    for referee in hosted.all():
        referee.stop()
        hosted.remove(referee.match.pk)


def abort(match_id: int) -> None:
    """End a match without a result, if it is hosted here, or is about to be, and not over."""
    process.spawn(_abort(match_id), f"aborting match {match_id}")


async def _abort(match_id: int) -> None:
    if (referee := await wait(match_id)) is not None:
        referee.abort()


def _on_called(match_id: int, epoch: int, **_: Any) -> None:
    process.spawn(_host(match_id, epoch), f"hosting match {match_id}")


async def _host(match_id: int, epoch: int) -> None:
    found = await database.run(matches.load, match_id)
    if found is not None and find(match_id) is None:
        _begin(found, epoch)


def _begin(found: matches.Hosting, epoch: int, grace_ms: int = 0) -> None:
    referee = Referee(found, epoch, _closed, grace_ms)
    hosted.add(found.match.pk, referee)
    for seat in found.seats:
        if seat.bot:
            HouseBot(referee, seat.side, seat.bot, found.match.seed)
    referee.start()


def _closed(referee: Referee) -> None:
    referee.stop()
    hosted.remove(referee.match.pk)
