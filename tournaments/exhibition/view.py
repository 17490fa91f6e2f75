"""A match as a client sees it: the snapshot and the numbered events since, in the records of the rules."""

from dataclasses import replace
from typing import Any

from game.pong import court
from game.pong.ball import Ball
from game.pong.court import Ruleset
from game.pong.paddle import Paddle
from game.pong.rally import State, unpack

EPOCH = 1 << 20


class View:
    """What is known of one match. ``n`` is the version, 0 before the first snapshot."""

    n = 0
    rules: Ruleset
    state: State
    phase = "called"
    over = False
    result: dict[str, Any] | None = None

    @property
    def epoch(self) -> int:
        return self.n // EPOCH

    def snapshot(self, n: int, match: dict[str, Any]) -> None:
        """Everything anew. The score may be lower: a rally that was not committed when a server died is replayed."""
        self.n = n
        self.rules = court.from_dict(match["ruleset"])
        self.state = unpack(match["state"])
        self.phase = match["phase"]
        self.over, self.result = self.phase == "over", match["result"]

    def missed(self, n: int) -> bool:
        """Whether there are events between what is known and number ``n``."""
        return self.n > 0 and n > self.n + 1

    def hear(self, message: list[Any]) -> bool:
        """Take a numbered event; True if a player should look at the game again. What is old is ignored."""
        kind, n, *what = message
        if not self.n or n <= self.n:
            return False
        self.n = n
        match kind, what:
            case 4, [side, eff, y, target]:
                self.steer(side, Paddle(eff, y, target))
                return False
            case 4, _:  # our own command took effect as stamped
                return False
            case 5, [_, side, y, vy, t0, t1, rally]:
                self.state = replace(self.state, ball=Ball(t0, t1, 1 - side, y, vy), rally=rally)
            case 6, [_, _, a, b, t0, t1, to, vy]:
                ball = Ball(t0, t1, to, self.rules.height // 2, vy)
                self.state = replace(self.state, ball=ball, rally=0, a=a, b=b)
            case 8, [result]:
                self.phase, self.over, self.result = "over", True, result
            case 10, [presence]:
                self.phase = presence["phase"]
                if presence["serve"] is not None:
                    self._serve(presence["serve"])
        return True

    def steer(self, side: int, paddle: Paddle) -> None:
        """One's own paddle moves at once; the server corrects it if the command took effect at another instant."""
        self.state = replace(self.state, left=paddle) if side == 0 else replace(self.state, right=paddle)

    def _serve(self, t0: int) -> None:
        if self.state.rally == 0:
            ball = replace(self.state.ball, t0=t0, t1=t0 + self.rules.serve_flight_ms)
            self.state = replace(self.state, ball=ball)
