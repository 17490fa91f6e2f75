"""How late a player's messages may be, and what is thought of those that are. Pure; whole milliseconds of match time.

Design and simulations: netcode.md. What is kept of a player here, the referee and the simulator in ``benchmarks`` use
alike:

- ``Link``: how long an arrival waits for its defender, and how far back a command may reach;
- ``Doubt``: which verdicts turned only because of commands older than the link explains;
- ``Feel``: what the match's record keeps of both.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from game.pong.court import Ruleset
from game.pong.paddle import Paddle, aim, paddle_y

AHEAD_MS = 250  # the farthest stamp in the future
MOST_MS = 600  # the longest wait, and the oldest command
SLACK_MS = 60  # beyond half a round trip, for which nothing is charged
MOST_WAY_MS = 100  # of half a round trip: who is farther away pays for the rest
# A mobile link of 200 ms loses a packet in twenty seconds, and the next thing heard is half a second late. With less,
# who plays on one runs out of it, and has one verdict in a hundred against what the screen showed.
BUDGET_MS = 1_200
REFILL_MS_PER_S = 40
UNKNOWN_RTT_MS = 100  # until it is measured

# Simulated by `python -m benchmarks lag`: honest players on a mobile link of 200 ms have 6 to 18 % of a match's
# arrivals turned by old commands, who back-dates by 280 ms 32 to 53 %.
OLD_MS = 20  # a command is old if it is later than half a round trip and so much
FEWEST_ARRIVALS = 60  # before anything is said of a player: of fewer, luck could make as many
SUSPICIOUS_PERCENT = 26


class Link:
    """One player's way to us: its round trip, and the lag budget.

    A player who is overdue longer than the link explains pays for it from a bucket of BUDGET_MS, each millisecond once,
    whether a frontier or commands were late; REFILL_MS_PER_S flow back. What is left of it is how much later than the
    link explains the next thing may be.
    """

    __slots__ = ("_charged_to", "_filled_at", "_micro", "rtt_ms")

    def __init__(self, now: int) -> None:
        self.rtt_ms = UNKNOWN_RTT_MS
        self._micro = BUDGET_MS * 1000  # of the budget, in thousandths of a millisecond
        self._filled_at = now
        self._charged_to = now

    @property
    def free_ms(self) -> int:
        """What the link itself explains."""
        return min(self.rtt_ms // 2, MOST_WAY_MS) + SLACK_MS

    def budget_ms(self, now: int) -> int:
        """What is left at ``now``, which never goes back."""
        if now > self._filled_at:
            self._micro = min(self._micro + (now - self._filled_at) * REFILL_MS_PER_S, BUDGET_MS * 1000)
            self._filled_at = now
        return self._micro // 1000

    def limit(self, now: int) -> int:
        """How late something may be at ``now``."""
        return min(self.free_ms + self.budget_ms(now), MOST_MS)

    def charge(self, due: int, now: int) -> None:
        """Something that was due at ``due`` came at ``now``, or did not come until then."""
        overdue_from = max(due + self.free_ms, self._charged_to)
        if now > overdue_from:
            left = self.budget_ms(now) * 1000 + self._micro % 1000
            self._micro = max(left - (now - overdue_from) * 1000, 0)
            self._charged_to = now

    def effect(self, stamp: int, heard: int, floor: int) -> int:
        """When a command stamped ``stamp`` and heard at ``heard`` takes effect: as stamped, or as near as may be.

        ``floor``: no command of this player takes effect before it.
        """
        oldest = heard - self.limit(heard)
        self.charge(max(stamp, oldest), heard)
        return min(max(stamp, oldest, floor), heard + AHEAD_MS)


class Doubt:
    """The paddle as it would have moved had each command taken effect no earlier than the link explains.

    A verdict that differs by it was turned by old commands alone. Told every command, in order of effect, and asked at
    every arrival of its side. From there on it is where the paddle really was: else what keys' late releases make of
    its place would add up over a match, and in the end every verdict would differ.
    """

    __slots__ = ("_commands", "_paddle", "_rules")

    def __init__(self, rules: Ruleset, paddle: Paddle) -> None:
        self._rules = rules
        self._paddle = paddle  # as it was at the last arrival
        self._commands: list[tuple[int, int, int]] = []  # since then: effect, the earliest explained, command

    def command(self, eff: int, heard: int, rtt_ms: int, command: int) -> None:
        self._commands.append((eff, max(eff, heard - rtt_ms // 2 - OLD_MS), command))

    def place(self, t: int) -> int:
        """The paddle's centre at ``t``, mpx. What was before is forgotten."""
        before = [entry for entry in self._commands if entry[0] <= t]
        del self._commands[: len(before)]
        doubted = self._moved([(late, command) for _, late, command in before if late <= t])
        self._paddle = self._moved([(eff, command) for eff, _, command in before])
        return paddle_y(self._rules, doubted, t)

    def _moved(self, commands: list[tuple[int, int]]) -> Paddle:
        paddle = self._paddle
        for t, command in commands:
            t = max(t, paddle.t)
            paddle = Paddle(t, paddle_y(self._rules, paddle, t), aim(self._rules, paddle, t, command))
        return paddle


@dataclass(slots=True)
class Feel:
    """How one side's part of a match felt: counts of arrivals at its plane, and its waits."""

    arrivals: int = 0
    told: int = 0  # those of which its client said what it showed
    differed: int = 0  # of these, decided otherwise
    turned: int = 0  # hits or misses only because of old commands
    wait_ms: int = 0  # for its frontiers, in all
    rtt_ms: int = 0  # measured last

    @classmethod
    def total(cls, parts: Iterable["Feel"]) -> "Feel":
        """Of a match's rallies, in order: counts are summed, of round trips the last stays."""
        total = cls()
        for part in parts:
            total.arrivals += part.arrivals
            total.told += part.told
            total.differed += part.differed
            total.turned += part.turned
            total.wait_ms += part.wait_ms
            total.rtt_ms = part.rtt_ms or total.rtt_ms
        return total

    @property
    def suspicious(self) -> bool:
        """Whether more of its verdicts were turned by old commands than any honest link explains."""
        return self.arrivals >= FEWEST_ARRIVALS and self.turned * 100 > self.arrivals * SUSPICIOUS_PERCENT

    def as_dict(self) -> dict[str, int]:
        return asdict(self)
