"""One side of a live match as its referee knows it: who plays it, what their client has said, and how it feels."""

from typing import Any, Protocol

from django.conf import settings

from game.lag import Doubt, Feel, Link
from game.pong.ball import ball_y
from game.pong.court import Ruleset, reach
from game.pong.paddle import Paddle
from game.pong.rally import State
from realtime import metrics

NEVER_MS = 1 << 30


class Player(Protocol):
    """A socket that plays or watches, here or in another process (``outposts.RemotePlayer``)."""

    @property
    def user(self) -> Any: ...

    @property
    def heard_ms(self) -> int:
        """When it said something last, monotonic."""
        ...

    @property
    def rtt_ms(self) -> int | None: ...

    def tell(self, message: Any) -> None: ...


class Seated:
    """What the referee knows of one side."""

    __slots__ = (
        "absent_since",
        "budget_ms",
        "claim",
        "doubt",
        "feel",
        "floor",
        "frontier",
        "frontier_at",
        "house",
        "link",
        "player",
        "seq",
        "shown",
        "silent",
        "verdict",
    )

    def __init__(self, house: bool, rules: Ruleset, shown: Paddle) -> None:
        self.house = house
        self.player: Player | None = None  # the newest socket that plays this side
        self.silent = False  # it is there, but nothing is heard of it
        self.link = Link(0)
        self.doubt = Doubt(rules, shown)
        self.feel = Feel()  # of this rally
        self.claim: tuple[int, bool] | None = None  # (t1, hit): what the screen of this side showed of an arrival ...
        self.verdict: tuple[int, bool] | None = None  # ... and what was decided of the last one
        self.floor = 0  # no command takes effect before it
        self.frontier = NEVER_MS if house else -NEVER_MS  # all up to it has been sent ...
        self.frontier_at = -NEVER_MS  # ... as is known since then
        self.seq = -1
        self.shown = shown  # the paddle with every command known, decided arrival or not
        self.absent_since: int | None = None
        self.budget_ms: int = settings.AWAY_BUDGET_S * 1000

    @property
    def present(self) -> bool:
        return self.house or (self.player is not None and not self.silent)

    @property
    def rtt_ms(self) -> int | None:
        return self.player.rtt_ms if self.player is not None else None

    def take_up(self, now: int) -> None:
        """There is a player of whom something is heard, for the first time or again."""
        self.silent = False
        self.seq = -1
        self.frontier = -NEVER_MS
        self.budget_ms = self.budget(now)
        self.absent_since = None

    def budget(self, now: int) -> int:
        """What is left of this player's time to be away, ms."""
        spent = 0 if self.absent_since is None else max(now - self.absent_since, 0)
        return max(self.budget_ms - spent, 0)

    def claims(self, t1: int, hit: bool) -> None:
        """The client says what its screen showed of an arrival, decided already or not."""
        self.claim = (t1, hit)
        self._compare()

    def note(self, rules: Ruleset, before: State, hold: int, hit: bool) -> None:
        """An arrival here was decided: charge the wait, and keep what it was like for the match's record."""
        ball = before.ball
        self.link.charge(ball.t1, ball.t1 + hold)
        off = ball_y(rules, ball, ball.t1) - self.doubt.place(ball.t1)
        turned = (abs(off) < reach(rules, before.rally)) != hit
        self.feel.arrivals += 1
        self.feel.turned += turned
        self.feel.wait_ms += hold
        self.feel.rtt_ms = self.link.rtt_ms
        metrics.decision_wait.observe(hold / 1000)
        metrics.turned.add(turned)
        self.verdict = (ball.t1, hit)
        self._compare()

    def _compare(self) -> None:
        """What the screen showed with what was decided, once both are known."""
        if self.claim is None or self.verdict is None or self.claim[0] != self.verdict[0]:
            return
        self.feel.told += 1
        metrics.verdicts.add()
        if self.claim != self.verdict:
            self.feel.differed += 1
            metrics.mismatches.add()
        self.claim = None
