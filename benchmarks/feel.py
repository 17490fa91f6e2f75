"""How the game feels on bad links: simulated people, the real server, and the real sockets of ``proxy`` between them.

What ``lag`` has of a simulation, here of the product: which verdicts differ from what the defending client showed, how
far the opponent's paddle jumps, how long a ball rests. Beside it the same match judged on arrival: by the instants at
which the proxy handed each command to the server. All links are played at once.
"""

import asyncio
import statistics
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import msgspec

from benchmarks import servers
from benchmarks.links import PROFILES, WIFI, Profile
from benchmarks.players import OurPlayer
from benchmarks.proxy import Proxy
from benchmarks.servers import Server
from benchmarks.table import Promise, Report
from benchmarks.websocket import connect
from game.pong.ball import ball_y
from game.pong.court import PX, reach
from game.pong.paddle import Paddle, aim, paddle_y
from game.pong.rally import State

RTTS_MS = (20, 60, 120, 200)
MATCHES, PLAYED_S = 5, 220.0  # of each link, at once
CELLS = tuple((profile, rtt_ms) for profile in PROFILES for rtt_ms in RTTS_MS)
OPENING_S = 5.0  # a stall in the handshake, a countdown
PROMISED = (WIFI, 120)
MOST_DIFFERED = 0.5  # percent
EXCHANGES = 9
LOOK_S = 0.02  # how often the load looks how late it is itself
LATE_MS = 5.0  # p95 of that: above it the machine is measured, not the game
KEPT = 32  # of a player's own paths: what was shown a while ago
_decode = msgspec.json.Decoder().decode


@dataclass(slots=True)
class Felt:
    """What the players on one link saw."""

    shown: int = 0  # arrivals of which the client showed something and the server decided something
    differed: int = 0
    differed_on_arrival: int = 0
    waits_ms: list[float] = field(default_factory=list)
    jumps_px: list[float] = field(default_factory=list)
    refused: int = 0


class FeltPlayer(OurPlayer):
    """Notes what it shows. ``host_offset_ms``: the host's clock exactly, for what is judged on arrival."""

    def __init__(self, seed: int, side: int, felt: Felt) -> None:
        super().__init__(seed, side, [])
        self.felt = felt
        self.host_offset_ms = 0.0
        self._path: list[Paddle] = []  # its own paddle, the newest last
        self._unheard: deque[tuple[int, int, int]] = deque()  # (sequence, stamp, command) without an echo so far
        self._on_their_way: deque[tuple[int, Paddle]] = deque()  # (bytes after which it is said, the paddle then)
        self._handed: list[tuple[float, Paddle]] = []  # to the server, in its time
        self._screens: dict[int, tuple[bool, bool]] = {}  # by arrival: what was shown, what were judged on arrival

    # -- what is heard -------------------------------------------------------------------------------------------

    def hear(self, payload: bytes) -> None:
        m = _decode(payload)
        if m[0] == 4:
            self._hear_paddle(m)
            return
        if m[0] in (5, 6):
            self._decided(m)
        super().hear(payload)
        if m[0] == 7 and self.state is not None:
            self._path = [(self.state.left, self.state.right)[self.side]]
            self._handed = [(0.0, self._path[0])]

    def _hear_paddle(self, m: list[Any]) -> None:
        if len(m) == 3:  # as stamped
            while self._unheard and self._unheard[0][0] <= m[2]:
                self._unheard.popleft()
            return
        side, paddle = m[2], Paddle(*m[3:])
        if side != self.side:
            assert self.state is not None
            now, before = self.now(), (self.state.left, self.state.right)[side]
            self.felt.jumps_px.append(abs(paddle_y(self.rules, paddle, now) - paddle_y(self.rules, before, now)) / PX)
            self.move(side, paddle)
            return
        # Not as stamped: from there on what was done since is done again.
        if self._unheard:
            self._unheard.popleft()
        while self._path and self._path[-1].t >= paddle.t:
            self._path.pop()
        self.move(side, paddle)
        for _, stamp, cmd in self._unheard:
            t = max(stamp, paddle.t)
            paddle = Paddle(t, paddle_y(self.rules, paddle, t), aim(self.rules, paddle, t, cmd))
            self.move(side, paddle)

    def move(self, side: int, paddle: Paddle) -> None:
        super().move(side, paddle)
        if side == self.side:
            self._path = [*self._path[1 - KEPT :], paddle]

    def _decided(self, m: list[Any]) -> None:
        """An arrival at this player's own plane was decided: was it as shown, and how long did the ball rest?"""
        hit = m[0] == 5
        t1, side, t0 = (m[2], m[3] if hit else 1 - m[3], m[6])
        if side != self.side or not t0:  # no serve follows the last point
            return
        self.felt.waits_ms.append(t0 - t1 - (0 if hit else self.rules.serve_pause_ms))
        screen = self._screens.pop(t1, None)
        if screen is not None:
            shown, on_arrival = screen
            self.felt.shown += 1
            self.felt.differed += shown != hit
            self.felt.differed_on_arrival += shown != on_arrival

    # -- what is done --------------------------------------------------------------------------------------------

    def say_command(self, stamp: int, cmd: int, paddle: Paddle) -> None:
        super().say_command(stamp, cmd, paddle)
        self._unheard.append((self._sequence, stamp, cmd))
        if self.socket is not None:
            self._on_their_way.append((self.socket.written, paddle))

    def handed(self, total: int) -> None:
        """The server has been given so many of this player's bytes. Judged on arrival, a command takes effect now: the
        paddle is put where its client had it, and moves on from there.
        """
        while self._on_their_way and self._on_their_way[0][0] <= total:
            _, paddle = self._on_their_way.popleft()
            self._handed = [*self._handed[1 - KEPT :], (self.loop.time() * 1000 + self.host_offset_ms, paddle)]

    def say_arrival(self, state: State) -> None:
        ball = state.ball
        self._screens[ball.t1] = (self._meets(state, self._shown_at(ball.t1)), False)
        self.say([2, self.side, ball.t1, int(self._screens[ball.t1][0])])
        # By the server's clock it may come to the plane a little later.
        late_s = (ball.t1 - self.host_offset_ms) / 1000 + 0.001 - self.loop.time()
        self.loop.call_later(max(late_s, 0), self._judge_on_arrival, state)

    def _judge_on_arrival(self, state: State) -> None:
        t1 = state.ball.t1
        if t1 not in self._screens or not self._handed:
            return
        heard, paddle = next((entry for entry in reversed(self._handed) if entry[0] < t1 + 1), self._handed[0])
        late = Paddle(int(heard), paddle.y, paddle.target)
        self._screens[t1] = (self._screens[t1][0], self._meets(state, late))

    def _shown_at(self, t: int) -> Paddle:
        return next((paddle for paddle in reversed(self._path) if paddle.t <= t), self._path[0])

    def _meets(self, state: State, paddle: Paddle) -> bool:
        ball = state.ball
        off = ball_y(self.rules, ball, ball.t1) - paddle_y(self.rules, paddle, ball.t1)
        return abs(off) < reach(self.rules, state.rally)


async def _host_offset_ms(server: Server, path: str) -> float:
    """What the host's clock of a match is ahead of this loop's: asked directly, not on a bad link."""
    loop, best = asyncio.get_running_loop(), [(float("inf"), 0.0)]
    answered = asyncio.Event()

    def hear(payload: bytes) -> None:
        message = _decode(payload)
        if message[0] == 3:
            here, sent = loop.time() * 1000, message[1] / 1000
            best.append((here - sent, message[2] + 0.5 - (sent + here) / 2))
            answered.set()

    socket = await connect("127.0.0.1", server.port, path, "", hear)
    for _ in range(EXCHANGES):
        answered.clear()
        socket.say(msgspec.json.encode([3, int(loop.time() * 1_000_000)]))
        await asyncio.wait_for(answered.wait(), 10)
    socket.close()
    return min(best)[1]


async def _watch_itself(lates_ms: list[float]) -> None:
    """How late this loop is, until cancelled: players, proxies and screens are all in it."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LOOK_S
        await asyncio.sleep(LOOK_S)
        lates_ms.append((loop.time() - due) * 1000)


async def _measure(
    server: Server, cells: Sequence[tuple[Profile, int]], matches: int, played_s: float
) -> tuple[list[Felt], list[float], float]:
    """What was felt on each link; how late the load itself was, ms; its share of its core."""
    felt = [Felt() for _ in cells]
    players: list[FeltPlayer] = []
    by_port: dict[int, FeltPlayer] = {}

    def handed(port: int, total: int) -> None:
        if port in by_port:
            by_port[port].handed(total)

    async with AsyncExitStack() as stack:
        proxies = [
            await stack.enter_async_context(Proxy("127.0.0.1", server.port, profile, rtt_ms, seed=index, handed=handed))
            for index, (profile, rtt_ms) in enumerate(cells)
        ]

        async def begin(number: int) -> None:
            cell = number % len(cells)
            pair = [FeltPlayer(number, side, felt[cell]) for side in (0, 1)]
            offset_ms = await _host_offset_ms(server, server.seats[number][0][0])
            for player, other, (path, token) in zip(pair, reversed(pair), server.seats[number], strict=True):
                player.opponent, player.host_offset_ms = other, offset_ms
                player.socket = await connect("127.0.0.1", proxies[cell].port, path, token, player.hear)
                by_port[player.socket.port] = player
                player.begin()
            players.extend(pair)

        for first in range(0, matches * len(cells), len(cells)):
            await asyncio.gather(*(begin(number) for number in range(first, first + len(cells))))
        print(f"  {len(players) // 2} matches begin", file=sys.stderr, flush=True)
        lates_ms: list[float] = []
        watch = asyncio.create_task(_watch_itself(lates_ms))
        used_s = time.process_time()
        await asyncio.sleep(played_s)
        used_s = time.process_time() - used_s
        watch.cancel()
        for player in players:
            player.stop()
            player.felt.refused += player.refusals
            if player.socket is not None:
                player.socket.close()
        await asyncio.sleep(0.5)
    return felt, lates_ms, used_s / played_s


def run(tiny: bool = False) -> Report:
    cells = (PROMISED, CELLS[0]) if tiny else CELLS
    matches, played_s = (2, OPENING_S + 4) if tiny else (MATCHES, PLAYED_S)
    core = servers.pin_load()
    with servers.ours(core, matches * len(cells)) as server:
        start_s = server.cpu_s()
        load, lates_ms, load_share = asyncio.run(_measure(server, cells, matches, played_s))
        core_share = (server.cpu_s() - start_s) / played_s
    report = Report(
        f"The real server behind bad links: {matches} matches on each for {played_s:.0f} s",
        [
            "link",
            "RTT, ms",
            "arrivals",
            "against the screen, %",
            "judged on arrival, %",
            "opponent's jump p50, px",
            "p95, px",
            "wait p50, ms",
            "p95, ms",
        ],
    )
    for (profile, rtt_ms), felt in zip(cells, load, strict=True):
        jumps, waits = _percentiles(felt.jumps_px), _percentiles(felt.waits_ms)
        shares = (f"{100 * part / max(felt.shown, 1):.2f}" for part in (felt.differed, felt.differed_on_arrival))
        numbers = (f"{number:.0f}" for number in (*jumps, *waits))
        report.rows.append([profile.name, str(rtt_ms), str(felt.shown), *shares, *numbers])
    late_p50, late_p95 = _percentiles(lates_ms)
    report.notes.append(
        f"The server used {core_share:.0%} of its core, the load {load_share:.0%} of its own; "
        f"the load itself was late by {late_p50:.1f} ms (p50), {late_p95:.1f} ms (p95)."
    )
    if late_p95 > LATE_MS:
        report.notes.append("NOT QUIET: so late, it is this machine that is measured. Run it again alone.")
    if refused := sum(felt.refused for felt in load):
        report.notes.append(f"{refused} messages refused.")
    promised = load[cells.index(PROMISED)]
    report.promises = [
        Promise(
            f"{PROMISED[0].name}, {PROMISED[1]} ms: verdicts against the screen",
            100 * promised.differed / max(promised.shown, 1),
            " %",
            most=MOST_DIFFERED,
        )
    ]
    return report


def _percentiles(samples: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    if len(samples) < 2:
        return float("inf"), float("inf")
    cuts = statistics.quantiles(samples, n=20, method="inclusive")
    return cuts[9], cuts[18]
