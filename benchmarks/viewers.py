"""The viewers of a tournament: ``python -m benchmarks.viewers <port> <path> <count>``, a process of its own.

Opens so many sockets, prints "open", listens until its standard input is closed, and then prints one JSON object: for
each result, by the number of its event, the instants (monotonic, s: the same clock in every process) at which each
socket heard of it, and the bytes of the message.
"""

import asyncio
import re
import sys

import msgspec

from benchmarks.audience import attend

RESULT = b'"kind":"result"'
NUMBER = re.compile(rb'"n":(\d+)')


async def listen(port: int, path: str, count: int) -> dict[str, object]:
    heard: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    loop = asyncio.get_running_loop()

    def hear(payload: bytes) -> None:
        if RESULT in payload[:400] and (number := NUMBER.search(payload)):
            heard.setdefault(number[1].decode(), []).append(loop.time())
            sizes[number[1].decode()] = len(payload)

    closed = await attend(port, path, count, hear)
    return {"heard": heard, "sizes": sizes, "closed": closed}


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(listen(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))).decode())
