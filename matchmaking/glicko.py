"""Glicko-2: what a match tells about two players' strength.

A rating is a guess (`value`), how wrong it may be (`deviation`, one standard deviation, both in rating points) and how
erratic the player is (`volatility`). A match moves the guess the more, the less certain it was.

Source: Mark Glickman, "Example of the Glicko-2 system" (2013, glicko.net/glicko/glicko2.pdf); the step numbers below
are his. Two choices are ours: a rating is updated after every match instead of once a period, and the periods that
Glickman counts pass with the calendar, so that who is away becomes uncertain again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

DEVIATION_LEAST = 45.0  # below it a rating would hardly move any more, however much the player improves
DEVIATION_MOST = 500.0
PROVISIONAL_FROM = 110.0  # shown with a "?": the true strength may well be 200 points off
RANKED_UP_TO = 75.0  # on the leaderboard
TAU = 0.75  # how much volatility may change at once; Glickman: 0.3 to 1.2
# How long a rating period lasts for somebody who is away. With volatility 0.09 a deviation grows
#   from 45 to  75 in 147 days (off the leaderboard),  to 110 in 412 days
#   from 60 to  75 in  83 days,                        to 110 in 348 days (provisional again after about a year)
PERIOD_DAYS = 10.0

_SCALE = 173.7178  # rating points in one unit of the Glicko-2 scale (400 / ln 10)
_MIDDLE = 1500.0
_TOLERANCE = 1e-6  # of the logarithm of the squared volatility, as Glickman has it
_DAY_MS = 86_400_000

Score = Literal[0, 1]  # a match of Pong has a winner


@dataclass(frozen=True, slots=True)
class Rating:
    """A player's strength; the defaults are a newcomer's."""

    value: float = 1500.0
    deviation: float = 350.0
    volatility: float = 0.09

    @property
    def provisional(self) -> bool:
        return self.deviation >= PROVISIONAL_FROM

    @property
    def ranked(self) -> bool:
        return self.deviation <= RANKED_UP_TO


def after_match(winner: Rating, loser: Rating) -> tuple[Rating, Rating]:
    """The new ratings of both. Let each one's time away pass first, with `after_time_away`."""
    return rate(winner, [(loser, 1)]), rate(loser, [(winner, 0)])


def after_time_away(player: Rating, away_ms: int) -> Rating:
    """The rating after `away_ms` without a match: the same guess, less certain (step 6, for as many periods)."""
    if away_ms < 0:
        raise ValueError(f"expected time away from 0 ms, came {away_ms}")
    periods = away_ms / (PERIOD_DAYS * _DAY_MS)
    grown = math.hypot(player.deviation / _SCALE, player.volatility * math.sqrt(periods)) * _SCALE
    return replace(player, deviation=_kept(max(grown, player.deviation)))


def rate(player: Rating, matches: Sequence[tuple[Rating, Score]], tau: float = TAU) -> Rating:
    """The rating after one period of `matches`: (the opponent's rating before them, 1 for a win, 0 for a loss)."""
    if not matches:
        raise ValueError("expected at least one match, came none: time away is after_time_away")
    mu = (player.value - _MIDDLE) / _SCALE  # step 2
    phi = player.deviation / _SCALE
    information = 0.0  # step 3: 1/v
    surprise = 0.0  # step 4: delta/v, how much more was won than expected
    for opponent, score in matches:
        weight = _weight(opponent.deviation / _SCALE)
        expected = 1 / (1 + math.exp(-weight * (mu - (opponent.value - _MIDDLE) / _SCALE)))
        information += weight**2 * expected * (1 - expected)
        surprise += weight * (score - expected)
    variance = 1 / information
    volatility = _volatility(player.volatility, phi, variance, variance * surprise, tau)
    before = math.hypot(phi, volatility)  # step 6
    after = 1 / math.sqrt(1 / before**2 + information)  # step 7
    return Rating(
        value=player.value + _SCALE * after**2 * surprise,  # step 8
        deviation=_kept(_SCALE * after),
        volatility=volatility,
    )


def _kept(deviation: float) -> float:
    return min(DEVIATION_MOST, max(DEVIATION_LEAST, deviation))


def _weight(phi: float) -> float:
    """g: a match against somebody of uncertain strength counts less."""
    return 1 / math.sqrt(1 + 3 * phi**2 / math.pi**2)


def _volatility(sigma: float, phi: float, variance: float, delta: float, tau: float) -> float:
    """Step 5: the volatility that best explains the surprise `delta`, found by the Illinois algorithm."""
    start = math.log(sigma**2)

    def slope(x: float) -> float:
        """f: falls through zero at the logarithm of the new squared volatility."""
        total = phi**2 + variance + math.exp(x)
        return math.exp(x) * (delta**2 - total) / (2 * total**2) - (x - start) / tau**2

    a = start
    if delta**2 > phi**2 + variance:
        b = math.log(delta**2 - phi**2 - variance)
    else:
        b = start - tau
        while slope(b) < 0:
            b -= tau
    slope_a, slope_b = slope(a), slope(b)
    while abs(b - a) > _TOLERANCE:
        c = a + (a - b) * slope_a / (slope_b - slope_a)
        slope_c = slope(c)
        if slope_c * slope_b <= 0:
            a, slope_a = b, slope_b
        else:
            slope_a /= 2  # the Illinois step: no end may stay for ever
        b, slope_b = c, slope_c
    return math.exp(a / 2)
