"""What a process does before it serves, and after."""

import fcntl
from pathlib import Path
from typing import IO

from config import auditor
from game import referees
from matchmaking import matchmaker
from realtime import database, hosting, nerves, rooms
from realtime.consumer import MISSED
from realtime.heartbeat import Heartbeat
from tournaments import director

FREEZE_S = 8  # a rally that lasts longer is played again from its serve
RESYNC_SPREAD_S = 2  # when the layer is back, not everybody asks at once

_heartbeat: Heartbeat | None = None


async def adopt() -> None:
    """Host what nobody hosts: everything, if this is the only process. In the server's loop, before it listens."""
    global _heartbeat
    if nerves.clustered():
        mine = await nerves.begin()
        mine.on_return = lambda: rooms.ring_all(MISSED, RESYNC_SPREAD_S)
        await matchmaker.open_all()
        await database.run(hosting.offer, auditor.ROOM)
        _heartbeat = Heartbeat(mine)
        await _heartbeat.begin()
        return
    # Directors come last: by then the matches that they wait for are hosted.
    await referees.adopt_all()
    await matchmaker.adopt_all()
    await director.adopt_all()
    auditor.begin()


async def let_go(freeze_s: float = FREEZE_S) -> None:
    """Host nothing any more: rallies under way end, within ``freeze_s``; then everything stands in its rows, and is
    free for other processes.
    """
    if _heartbeat is not None:
        _heartbeat.leave()
    auditor.stop()
    director.stop_all()
    matchmaker.stop_all()
    await referees.freeze_all(freeze_s)
    referees.stop_all()
    if _heartbeat is not None:
        await _heartbeat.end()


def lock(data_dir: Path) -> IO[str] | None:
    """Make sure that no other server uses this data directory: without a cluster's leases, two would both be host.

    Gives the open lock, to be kept as long as the process lives, or None if another process has it.
    """
    held = (data_dir / "lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return None
    return held
