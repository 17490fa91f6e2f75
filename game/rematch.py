"""The offer of another match to the same two, after the end."""

from collections.abc import Sequence
from typing import Any

from realtime.wire import Refused


class Rematch:
    """Open until it is declined or taken up; who offered may take it back. In memory only: losing it costs a click."""

    def __init__(self, house: Sequence[bool]) -> None:
        self.closed = False
        self.match_id: int | None = None
        self._offered = [False, False]
        self._house = house  # house bots accept at once

    def answer(self, sides: Sequence[int], yes: bool) -> bool:
        """These sides offer, accept, decline or take back. True: everybody wants it. Refused once it is closed."""
        if self.closed:
            raise Refused("not_allowed", "an offer that is open", "one that was declined or taken up")
        taken_back = not yes and any(self._offered[side] for side in sides)
        for side in sides:
            self._offered[side] = yes
        agreed = all(offered or house for offered, house in zip(self._offered, self._house, strict=True))
        self.closed = agreed or not (yes or taken_back)
        return agreed

    def shown(self) -> dict[str, Any]:
        """The offer as the wire has it."""
        return {
            "offered": self._offered,
            "declined": self.closed and self.match_id is None,
            "match": self.match_id,
        }
