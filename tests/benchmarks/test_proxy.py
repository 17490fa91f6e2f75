"""The bad link: bytes are late, never lost or in disorder; a cut one is silent, and says all of it once it is whole."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.links import MOBILE, PROFILES, WIRED, Profile, Way
from benchmarks.proxy import Proxy

WORST = Profile("worst", 3, 1.5, 0.3, (5, 20), 0.02)


class Echo(asyncio.Protocol):
    """Says everything back, and "bye" at the end."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)

    def eof_received(self) -> None:
        self.transport.write(b"bye")  # and it is closed


@asynccontextmanager
async def listening(kind: Callable[[], asyncio.Protocol] = Echo) -> AsyncIterator[int]:
    """A server; gives its port."""
    server = await asyncio.get_running_loop().create_server(kind, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def connected(proxy: Proxy) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


@given(st.sampled_from(PROFILES), st.integers(0, 400), st.integers(), st.lists(st.integers(0, 100), max_size=60))
def test_a_way_is_in_order_no_faster_than_light_and_the_same_for_the_same_seed(
    profile: Profile, rtt_ms: int, seed: int, gaps: list[int]
) -> None:
    sent = [sum(gaps[: index + 1]) for index in range(len(gaps))]
    way, again = Way(profile, rtt_ms, Random(seed)), Way(profile, rtt_ms, Random(seed))
    arrived = [way.arrives(at) for at in sent]
    assert arrived == [again.arrives(at) for at in sent]
    assert all(at + rtt_ms / 2 <= then for at, then in zip(sent, arrived, strict=True))
    assert all(before <= after for before, after in pairwise(arrived))


async def test_all_bytes_arrive_in_order_both_ways() -> None:
    async with listening() as port, Proxy("127.0.0.1", port, WORST, 10, seed=1) as proxy, connected(proxy) as (r, w):
        said = [b"%d," % number for number in range(300)]
        for chunk in said:
            w.write(chunk)
            await asyncio.sleep(0)
        big = Random(1).randbytes(300_000)
        w.write(big)
        assert await r.readexactly(len(b"".join(said)) + len(big)) == b"".join(said) + big


async def test_the_end_arrives_after_all_bytes_and_the_other_way_stays_open() -> None:
    async with listening() as port, Proxy("127.0.0.1", port, WORST, 10, seed=2) as proxy, connected(proxy) as (r, w):
        w.write(b"so long")
        w.write_eof()
        assert await r.read() == b"so longbye"


async def test_a_cut_link_is_silent_and_delivers_once_it_is_restored() -> None:
    async with listening() as port, Proxy("127.0.0.1", port, WIRED, 4, seed=3) as proxy, connected(proxy) as (r, w):
        w.write(b"before")
        assert await r.readexactly(6) == b"before"
        proxy.cut()
        w.write(b"during")
        answer = asyncio.create_task(r.readexactly(6))
        _, silent = await asyncio.wait([answer], timeout=0.1)
        assert silent
        async with connected(proxy) as (_, late):  # who comes now is not refused, and not heard
            late.write(b"hello?")
            w.write(b" after")
            proxy.restore()
            assert await answer == b"during"
            assert await r.readexactly(6) == b" after"


async def test_connections_that_are_lost_stay_silent_and_new_ones_are_heard() -> None:
    async with listening() as port, Proxy("127.0.0.1", port, WIRED, 4, seed=3) as proxy, connected(proxy) as (r, w):
        w.write(b"before")
        assert await r.readexactly(6) == b"before"
        proxy.cut()
        w.write(b"during")
        proxy.lose()
        proxy.restore()
        w.write(b" after")
        answer = asyncio.create_task(r.read(1))
        async with connected(proxy) as (reader, writer):
            writer.write(b"hello?")
            assert await reader.readexactly(6) == b"hello?"
        assert not answer.done()
    assert await answer == b""  # the proxy's own end


async def test_what_is_under_way_when_the_link_is_cut_is_not_lost() -> None:
    async with listening() as port, Proxy("127.0.0.1", port, MOBILE, 60, seed=4) as proxy, connected(proxy) as (r, w):
        for _ in range(20):
            w.write(b"x" * 1_000)
            await asyncio.sleep(0.002)
            proxy.cut()
            await asyncio.sleep(0)
            proxy.restore()
        assert await r.readexactly(20_000) == b"x" * 20_000


async def test_who_hangs_up_during_a_cut_is_missed_only_after_it() -> None:
    came, gone = asyncio.Event(), asyncio.Event()

    class Listener(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            came.set()

        def connection_lost(self, error: Exception | None) -> None:
            gone.set()

    async with listening(Listener) as port, Proxy("127.0.0.1", port, WIRED, 4, seed=5) as proxy:
        async with connected(proxy) as (_, writer):
            writer.write(b"x")
            await asyncio.wait_for(came.wait(), 10)
            proxy.cut()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(gone.wait(), 0.1)
        proxy.restore()
        await asyncio.wait_for(gone.wait(), 10)


async def test_it_says_how_many_bytes_of_whom_the_server_has() -> None:
    handed: list[tuple[int, int]] = []
    async with (
        listening() as port,
        Proxy("127.0.0.1", port, WIRED, 2, 6, handed=lambda peer, total: handed.append((peer, total))) as proxy,
        connected(proxy) as (r, w),
    ):
        for chunk in (b"one", b"three"):
            w.write(chunk)
            await r.readexactly(len(chunk))
        own = w.get_extra_info("sockname")[1]
    assert handed == [(own, 3), (own, 8)]


async def test_a_server_that_does_not_listen_ends_the_connection() -> None:
    async with listening() as port:
        pass  # and is gone
    async with Proxy("127.0.0.1", port, WIRED, 2, seed=7) as proxy, connected(proxy) as (reader, _):
        assert await reader.read() == b""
