"""The referees of this process: begun when a match is called, found by consumers, adopted when their host is gone."""

import asyncio
from typing import Any

from django.conf import settings
from django.db.models import F

from game import matches, remote
from game.housebot import HouseBot
from game.models import Match
from game.referee import Referee
from game.signals import match_called
from realtime import database, hosting, nerves, process, rooms
from realtime.hosting import Hosted

COMING_S = 2  # a match that was called a moment ago is hosted within this time

hosted: Hosted[Referee] = Hosted("match")


def connect() -> None:
    match_called.connect(_on_called, sender=Match, dispatch_uid="game.referees")
    hosting.kinds["match"] = hosting.Kind(adopt, lambda id: find(id) is not None, _nudge_here)
    nerves.handlers["host"] = _on_host
    nerves.handlers["outpost"] = _on_outpost


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
        await adopt(match_id, only=True)
    return len(ids)


async def adopt(match_id: int, only: bool = False) -> bool:
    """Host a match whose host is gone, or whoever had it if this is the ``only`` process; everybody enters anew."""
    adopted = await database.run(matches.adopt, match_id, only)
    if adopted is None:
        return False
    _begin(*adopted, grace_ms=settings.BOOT_GRACE_S * 1000)
    rooms.ring(matches.room_name(match_id), remote.HOSTED)
    return True


async def freeze_all(timeout_s: float) -> None:
    """Let the rallies under way end; see ``Referee.freeze``."""
    await asyncio.gather(*(referee.freeze(timeout_s) for referee in hosted.all()))


def stop_all() -> None:
    """Host nothing any more: the rows stand as they are."""
    for referee in hosted.all():
        _closed(referee)
    remote.end_all()


def abort(match_id: int) -> None:
    """End a match without a result, if it is not over."""
    process.spawn(_abort(match_id), f"aborting match {match_id}")


def extend(match: Match, ms: int) -> None:
    """Inside a transaction: whoever is called to this match may take so much longer to come."""
    Match.objects.filter(pk=match.pk).update(ready_by_ms=F("ready_by_ms") + ms)
    process.on_commit(hosting.nudge, matches.room_name(match.pk), "extend", ms)


async def _abort(match_id: int) -> None:
    if nerves.mine is None and await wait(match_id) is None:
        return
    hosting.nudge(matches.room_name(match_id))


def _nudge_here(match_id: int, what: str = "abort", ms: int = 0) -> None:
    if (referee := find(match_id)) is None:
        return
    if what == "extend":
        referee.extend(ms)
    else:
        referee.abort()


def _on_called(match_id: int, epoch: int, **_: Any) -> None:
    process.spawn(_host(match_id, epoch), f"hosting match {match_id}")


async def _host(match_id: int, epoch: int) -> None:
    found = await database.run(matches.load, match_id)
    if found is not None and find(match_id) is None:
        _begin(found, epoch)


def _begin(found: matches.Hosting, epoch: int, grace_ms: int = 0) -> None:
    if (former := find(found.match.pk)) is not None:
        _closed(former)
    referee = Referee(found, epoch, _closed, grace_ms)
    hosted.add(found.match.pk, referee)
    for seat in found.seats:
        if seat.bot:
            HouseBot(referee, seat.side, seat.bot, found.match.seed)
    referee.start()


def _closed(referee: Referee) -> None:
    """Host it here no more: it is over and left by all, or somebody else's now."""
    referee.stop()
    hosted.remove(referee.match.pk)
    rooms.ring_here(referee.room.name, remote.HOSTED)


# -- other processes ---------------------------------------------------------------------------------------------


def _on_host(sender: str, match_id: int, epoch: int, channel: str, what: str, *args: Any) -> None:
    """Another process speaks to the host of a match."""
    referee = find(match_id)
    if referee is None or referee.epoch != epoch:
        if what != "left":
            nerves.send(channel, ["outpost", match_id, epoch, "gone"])
    elif what == "arrive" and referee.untouched:
        # Who comes first decides where it is played: most matches are played inside one process.
        process.spawn(_hand_over(referee, sender, channel), f"handing over match {match_id}")
    else:
        referee.outposts.hear(sender, channel, what, *args)


async def _hand_over(referee: Referee, to: str, channel: str) -> None:
    match_id = referee.match.pk
    if await database.run(hosting.hand_over, matches.room_name(match_id), referee.epoch, to) is not None:
        nerves.send(channel, ["outpost", match_id, referee.epoch, "yours"])
        _closed(referee)


def _on_outpost(_sender: str, match_id: int, epoch: int, what: str, *args: Any) -> None:
    """The host of a match, or who was it, speaks to this process."""
    if what == "yours":
        process.spawn(adopt(match_id), f"hosting match {match_id}")
    else:
        remote.told(match_id, epoch, what, *args)
