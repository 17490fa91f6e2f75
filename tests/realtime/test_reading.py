"""How late the loop reads, with a real loop and a real socket."""

import asyncio
import socket
import time

from realtime import reading

HELD_S = 0.1


async def test_a_loop_that_was_held_up_knows_by_how_much() -> None:
    reading.watch(asyncio.get_running_loop())
    ours, theirs = socket.socketpair()
    heard: asyncio.Queue[int] = asyncio.Queue()

    def hear() -> None:
        ours.recv(100)
        heard.put_nowait(reading.late_ms())

    loop = asyncio.get_running_loop()
    ours.setblocking(False)
    loop.add_reader(ours, hear)
    try:
        # While the loop is held up: it may have come at any moment of that.
        theirs.send(b"early")
        time.sleep(HELD_S)  # noqa: ASYNC251 - to hold it up is what this is about
        assert await heard.get() >= HELD_S * 1000
        # While the loop waits for it: it came just now.
        await asyncio.sleep(0.02)
        loop.run_in_executor(None, lambda: (time.sleep(0.02), theirs.send(b"awaited")))
        assert await heard.get() < HELD_S * 1000
    finally:
        loop.remove_reader(ours)
        ours.close()
        theirs.close()
