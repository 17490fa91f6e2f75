"""Scores of an arena: a win pays, winning in a row pays double, and what was not played neither lengthens a streak nor
is paid for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .pairing import Pairing

WIN, ON_FIRE = 2, 4
FIRE = 2  # wins in a row, after which each further one pays more until a loss


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody's matches came to: `streak` is the wins in a row up to now."""

    points: int = 0
    played: int = 0
    wins: int = 0
    streak: int = 0

    @property
    def on_fire(self) -> bool:
        """Does the next win pay more?"""
        return self.streak >= FIRE

    def after(self, won: bool) -> "Score":
        """With one more match that was played."""
        if not won:
            return Score(self.points, self.played + 1, self.wins)
        worth = ON_FIRE if self.on_fire else WIN
        return Score(self.points + worth, self.played + 1, self.wins + 1, self.streak + 1)

    def after_forfeit(self, won: bool) -> "Score":
        """With one more match to which somebody did not come.

        Whoever came is not to suffer: it pays a plain win, and the streak goes on from where it was; but a streak is
        not made of opponents who are not there. Whoever did not come loses the streak, or staying away would keep it.
        """
        if not won:
            return Score(self.points, self.played, self.wins)
        return Score(self.points + WIN, self.played, self.wins + 1, self.streak)

    def after_pairing(self, pairing: Pairing, entrant: int) -> "Score":
        """With one more pairing of this entrant; as it is if that is not decided."""
        if pairing.verdict is None:
            return self
        after = self.after if pairing.verdict.how == "score" else self.after_forfeit
        return after(pairing.winner == entrant)


NO_SCORE = Score()


def score(won: Iterable[bool]) -> Score:
    """The score after these matches, in their order."""
    total = NO_SCORE
    for outcome in won:
        total = total.after(outcome)
    return total
