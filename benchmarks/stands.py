"""The crowd of ``crowd``, a process of its own so that it is not in the players' way.

``python -m benchmarks.stands PORT PATH COUNT``

Opens the sockets, says "open", listens until its input is closed, and then prints what it heard of paddles as one JSON
object: by "side stamp", the instants (monotonic, s: the same clock in every process) at which each socket heard of it;
and the number of events that each socket heard.
"""

import asyncio
import os
import sys

import msgspec

from benchmarks.audience import attend


async def listen(port: int, path: str, count: int) -> dict[str, object]:
    heard: dict[str, list[float]] = {}
    loop = asyncio.get_running_loop()

    def hear(payload: bytes) -> None:
        if payload.startswith(b"[4,"):
            _, _, side, stamp, *_ = msgspec.json.decode(payload)
            heard.setdefault(f"{side} {stamp}", []).append(loop.time())

    closed = await attend(port, path, count, hear)
    return {"heard": heard, "closed": closed}


if __name__ == "__main__":
    # The players' own process shares this core, and is what is measured: it comes first, at once.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    print(msgspec.json.encode(asyncio.run(listen(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))).decode())
