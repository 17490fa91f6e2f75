"""What the next round of a Swiss costs: 512, 2,047 and 2,048 players, every round of a whole tournament."""

import random
import time

from benchmarks.table import Promise, Report
from tournaments.formats.swiss_pairing import Contender, pair

SIZES, ROUNDS, MOST_CPU_S = (512, 2_047, 2_048), 11, 1.5
DRAWS = 0.2  # so that score groups are small and uneven, which is the harder case


def _tournament(size: int, rounds: int) -> tuple[list[float], int]:
    """The CPU seconds of each round, and the greatest sum of squared score gaps of one."""
    dice = random.Random(size)
    score, byes = [0] * size, [0] * size
    met: list[set[int]] = [set() for _ in range(size)]
    strength = [dice.gauss(0, 1) for _ in range(size)]
    spent, gaps = [], 0
    for _ in range(rounds):
        order = sorted(range(size), key=lambda player: (-score[player], player))
        standing = [Contender(at, score[at], frozenset(met[at]), byes[at]) for at in order]
        start = time.process_time()
        round = pair(standing)
        spent.append(time.process_time() - start)
        gaps = max(gaps, sum(game.floated**2 for game in round.pairs))
        if any(game.rematch for game in round.pairs):
            raise RuntimeError("expected no rematch in a field this large, came one")
        for game in round.pairs:
            one, other = game.upper.id, game.lower.id
            met[one].add(other)
            met[other].add(one)
            if dice.random() < DRAWS:
                score[one] += 1
                score[other] += 1
            else:
                favourite = 1 / (1 + 3 ** (strength[other] - strength[one]))
                score[one if dice.random() < favourite else other] += 2
        if round.bye is not None:
            score[round.bye.id] += 2
            byes[round.bye.id] += 1
    return spent, gaps


def run(tiny: bool = False) -> Report:
    sizes, rounds = ((33, 64), 3) if tiny else (SIZES, ROUNDS)
    report = Report(
        f"The next round of a Swiss, each of {rounds} rounds", ["players", "CPU s, mean", "CPU s, slowest", "gaps"]
    )
    slowest = 0.0
    for size in sizes:
        spent, gaps = _tournament(size, rounds)
        slowest = max(slowest, *spent)
        report.rows.append([f"{size:,}", f"{sum(spent) / rounds:.3f}", f"{max(spent):.3f}", str(gaps)])
    report.notes.append("Pure Python, exact. gaps: the greatest least sum of squared score gaps, in half points.")
    report.promises = [Promise("CPU of the slowest round", slowest, " s", most=MOST_CPU_S)]
    return report
