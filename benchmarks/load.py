"""The load: so many matches of simulated people on one server, and what they and its processor saw in a time."""

import asyncio
import os
import statistics
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.players import STANDS_EXCHANGE_S, BarePlayer, NaivePlayer, OurPlayer, Player
from benchmarks.servers import Server
from benchmarks.websocket import WebSocket, connect

OPENING = 16  # matches that sit down at the same time
KINDS: dict[str, type[Player]] = {"naive": NaivePlayer, "bare": BarePlayer, "ours": OurPlayer}


@dataclass(frozen=True, slots=True)
class Window:
    """What a time of load showed. "In" and "out" are a player's: news in, commands out."""

    matches: int
    seconds: float
    cpu_us_a_match_s: float
    core: float  # share of its core that the server used
    load_core: float  # and the load of its own
    p50_ms: float
    p99_ms: float
    messages_in_s: float
    messages_out_s: float
    bytes_in_s: float
    bytes_out_s: float
    commands_a_match_s: float
    others: float  # share of the whole machine that neither of the two used
    broken: int  # sockets that closed, and refused messages


class Load:
    """Players at one server, more and more of them."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._latencies_ms: list[float] = []
        self._players: list[Player] = []
        self._beside: list[Player] = []  # who plays, but is not measured

    @property
    def name(self) -> str:
        return self._server.name

    @property
    def matches(self) -> int:
        return len(self._players) // 2

    async def grow(self, matches: int) -> None:
        """Have so many matches under way. Those that began are let play on."""
        wanted = min(matches, len(self._server.seats))
        while self.matches < wanted:
            opening = range(self.matches, min(self.matches + OPENING, wanted))
            await asyncio.gather(*(self._begin(number) for number in opening))

    async def _begin(self, number: int) -> None:
        kind = KINDS[self._server.name]
        pair = [kind(number, side, self._latencies_ms) for side in (0, 1)]
        for player, other, (path, token) in zip(pair, reversed(pair), self._server.seats[number], strict=True):
            player.opponent = other
            player.socket = await connect(
                "127.0.0.1", self._server.port_of(number, player.side), path, token, player.hear
            )
        self._players += pair
        for player in pair:
            if isinstance(player, OurPlayer):
                player.begin()
            if isinstance(player, BarePlayer):
                player.serve_first()

    def leave_first(self) -> None:
        """Leave the left seat of the first match to somebody else; what its other player sees is no longer counted."""
        # Matches begin side by side: only their numbers, which are the players' seeds, say which is the first.
        left, right = sorted((p for p in self._players if p.seed == 0), key=lambda player: player.side)
        self._players = [player for player in self._players if player.seed != 0]
        left.stop()
        if left.socket is not None:
            left.socket.close()
        self._beside.append(right)

    async def spectate(self, seconds: float) -> tuple[float, float]:
        """Have a spectator in every match for so long: messages and payload bytes to one of them, a second."""
        loop = asyncio.get_running_loop()
        entered = [asyncio.Event() for _ in range(self.matches)]
        stands: list[WebSocket] = []
        for number, event in enumerate(entered):

            def hear(payload: bytes, event: asyncio.Event = event) -> None:
                if payload.startswith(b"[12,"):
                    event.set()

            path, _ = self._server.seats[number][0]
            stands.append(await connect("127.0.0.1", self._server.port_of(number, 0), path, "", hear))
        await asyncio.gather(*(event.wait() for event in entered))
        await asyncio.sleep(1)  # the snapshots, and the word that somebody watches
        start = loop.time()
        messages, size = sum(s.messages_in for s in stands), sum(s.bytes_in for s in stands)
        while (left_s := start + seconds - loop.time()) > 0:
            for socket in stands:
                socket.say(b"[3,%d]" % (loop.time() * 1_000_000))  # as a page does
            await asyncio.sleep(min(left_s, STANDS_EXCHANGE_S))
        span = (loop.time() - start) * len(stands)
        messages, size = sum(s.messages_in for s in stands) - messages, sum(s.bytes_in for s in stands) - size
        for socket in stands:
            socket.close()
        return messages / span, size / span

    async def watch(self, seconds: float) -> Window:
        """Play for so long, and say what happened meanwhile."""
        sockets: list[WebSocket] = [player.socket for player in self._players if player.socket is not None]

        def totals() -> tuple[int, int, int, int]:
            return (
                sum(s.messages_in for s in sockets),
                sum(s.messages_out for s in sockets),
                sum(s.bytes_in for s in sockets),
                sum(s.bytes_out for s in sockets),
            )

        self._latencies_ms.clear()
        presses = sum(player.presses for player in self._players)
        busy_s = servers.busy_s()
        before, server_s, load_s, start = totals(), self._server.cpu_s(), time.process_time(), time.monotonic()
        await asyncio.sleep(seconds)
        span = time.monotonic() - start
        server_s, load_s = self._server.cpu_s() - server_s, time.process_time() - load_s
        busy_s = servers.busy_s() - busy_s
        rates = [(now - then) / len(sockets) / span for now, then in zip(totals(), before, strict=True)]
        p50, p99 = percentiles(self._latencies_ms)
        return Window(
            matches=self.matches,
            seconds=span,
            cpu_us_a_match_s=server_s / span / self.matches * 1e6,
            core=server_s / span,
            load_core=load_s / span,
            p50_ms=p50,
            p99_ms=p99,
            messages_in_s=rates[0],
            messages_out_s=rates[1],
            bytes_in_s=rates[2],
            bytes_out_s=rates[3],
            commands_a_match_s=(sum(player.presses for player in self._players) - presses) / span / self.matches,
            others=max(busy_s - server_s - load_s, 0) / span / (os.cpu_count() or 1),
            broken=sum(s.closed is not None for s in sockets) + sum(player.refusals for player in self._players),
        )

    def forget(self) -> None:
        """Begin the history of what was said anew."""
        for player in self._players:
            player.history.clear()

    def all_said(self) -> dict[str, float]:
        """When each command of the first match was said, by "side stamp"; not those of one side and one millisecond."""
        said = [(f"{player.side} {stamp}", when) for player in self._players[:2] for stamp, when in player.history]
        often = Counter(key for key, _ in said)
        return {key: when for key, when in said if often[key] == 1}

    async def end(self) -> None:
        for player in [*self._players, *self._beside]:
            player.stop()
            if player.socket is not None:
                player.socket.close()
        await asyncio.sleep(0.2)


def percentiles(samples: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile; infinite if there is nothing, as nothing came through."""
    if len(samples) < 2:
        return float("inf"), float("inf")
    cuts = statistics.quantiles(samples, n=100, method="inclusive")
    return cuts[49], cuts[98]
