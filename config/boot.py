"""What a process does before it serves, and after."""

import fcntl
from pathlib import Path
from typing import IO

from game import referees
from matchmaking import matchmaker
from realtime import nerves
from tournaments import director


async def adopt() -> None:
    """Connect to the other processes, and host what nobody hosts. In the server's loop, before it listens."""
    nerves.begin()
    # Directors come last: by then the matches that they wait for are hosted.
    await referees.adopt_all()
    await matchmaker.adopt_all()
    await director.adopt_all()


async def let_go() -> None:
    """Host nothing any more: everything stands in its rows."""
    director.stop_all()
    matchmaker.stop_all()
    referees.stop_all()


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
