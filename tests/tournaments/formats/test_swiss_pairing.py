"""Swiss rounds, judged by solvers of another kind."""

import random
from itertools import combinations
from math import gcd

import pytest

from tournaments.formats.swiss_pairing import Contender, Pair, Round, Seat, pair

PRIME = 32749


class Swiss:
    """A tournament that is played: who is stronger wins more often, and some games are drawn."""

    def __init__(self, size: int, seed: int, draws: float = 0) -> None:
        self.random = random.Random(seed)
        self.draws = draws
        self.strength = [self.random.gauss(0, 1) for _ in range(size)]
        self.score = [0] * size
        self.met: list[set[int]] = [set() for _ in range(size)]
        self.byes = [0] * size

    def standing(self) -> list[Contender]:
        order = sorted(range(len(self.score)), key=lambda player: (-self.score[player], player))
        return [Contender(at, self.score[at], frozenset(self.met[at]), self.byes[at]) for at in order]

    def play(self, round: Round) -> None:
        for game in round.pairs:
            one, other = game.upper.id, game.lower.id
            self.met[one].add(other)
            self.met[other].add(one)
            if self.random.random() < self.draws:
                self.score[one] += 1
                self.score[other] += 1
            else:
                favourite = 1 / (1 + 3 ** (self.strength[other] - self.strength[one]))
                self.score[one if self.random.random() < favourite else other] += 2
        if round.bye:
            self.score[round.bye.id] += 2
            self.byes[round.bye.id] += 1


def gaps(round: Round) -> int:
    return sum(pair.floated**2 for pair in round.pairs)


def least_cost(costs: dict[tuple[int, int], int], size: int, most: int) -> int | None:
    """The cost of the cheapest perfect matching if it is at most `most`: by algebra, without any search.

    In the matrix that has c * p^cost for the edge from i to j and its negative from j to i, with a random c for each
    edge, the determinant is the square of a sum over all perfect matchings of their products. So p divides it twice as
    often as the cheapest costs, unless the c of the cheapest cancel out, about once in p times.
    """
    dice = random.Random(1)
    unit = gcd(*costs.values()) or 1
    costs, most = {pair: cost // unit for pair, cost in costs.items()}, most // unit
    modulus = PRIME ** (2 * most + 1)
    rows = [[0] * size for _ in range(size)]
    for (one, other), cost in costs.items():
        value = dice.randrange(1, PRIME) * PRIME**cost % modulus
        rows[one][other], rows[other][one] = value, -value % modulus
    divided = 0
    while rows:
        times, at = min((times_divisible(value, most), at) for at, value in enumerate(rows[-1]))
        best = len(rows) - 1
        for index, row in enumerate(rows):
            if times == 0:
                break
            times, at, best = min((times, at, best), *((times_divisible(v, most), i, index) for i, v in enumerate(row)))
        divided += times
        if divided > 2 * most:
            return None
        pivot = rows.pop(best)
        scale = PRIME**times
        inverse = pow(pivot[at] // scale, -1, modulus)
        for row in rows:
            factor = row[at] // scale * inverse % modulus
            if factor:
                row[:] = [(mine - factor * theirs) % modulus for mine, theirs in zip(row, pivot, strict=True)]
            del row[at]
    return divided // 2 * unit


def times_divisible(value: int, most: int) -> int:
    if value == 0:
        return 2 * most + 1
    times = 0
    while value % PRIME == 0:
        value //= PRIME
        times += 1
    return times


def least_gaps(standing: list[Contender], byes: list[Contender], most: int) -> int | None:
    """The least sum of squared gaps without a rematch, somebody of `byes` left out, if any; None: above `most`."""
    costs = {
        (one, other): (upper.score - lower.score) ** 2
        for (one, upper), (other, lower) in combinations(enumerate(standing), 2)
        if lower.id not in upper.met
    }
    costs |= {(standing.index(contender), len(standing)): 0 for contender in byes}
    return least_cost(costs, len(standing) + bool(byes), most)


def can_be_paired_anew(standing: list[Contender], byes: list[Contender]) -> bool:
    level = [Contender(one.id, 0, one.met) for one in standing]
    return least_gaps(level, [one for one in level if one.id in {bye.id for bye in byes}], 0) is not None


@pytest.mark.parametrize("seed", range(200))
def test_the_sum_of_squared_gaps_is_the_least_there_is(seed):
    dice = random.Random(seed)
    size = dice.randint(8, 64)
    swiss = Swiss(size, seed, draws=dice.choice([0, 0.3]))
    for _ in range(dice.randint(0, min(9, size // 2 - 2))):
        swiss.play(pair(swiss.standing()))
    assert max(swiss.byes) <= 1
    standing = swiss.standing()
    round = pair(standing)
    assert not any(pair.rematch for pair in round.pairs)
    if round.bye is None:
        assert least_gaps(standing, [], gaps(round)) == gaps(round)
        return
    eligible = [contender for contender in standing if not contender.byes]
    level = [contender for contender in eligible if contender.score == round.bye.score]
    assert round.bye.id in {contender.id for contender in level}
    assert least_gaps(standing, level, gaps(round)) == gaps(round)
    for contender in eligible:  # a lower one has no bye only if that would mean a rematch
        if contender.score < round.bye.score:
            assert not can_be_paired_anew(standing, [contender])


@pytest.mark.parametrize("size", range(2, 15))
def test_no_rematch_and_no_second_bye_while_they_can_be_avoided(size):
    """Even fields can always be paired anew while rounds played are at most half the field less one."""
    for seed in range(8):
        swiss = Swiss(size, seed)
        for number in range(2 * size):
            round = pair(swiss.standing())
            if size % 2 == 0 and number <= size // 2 - 1:
                assert not any(pair.rematch for pair in round.pairs)
            for one in round.pairs:
                assert one.rematch == (one.lower.id in swiss.met[one.upper.id])
            if any(pair.rematch for pair in round.pairs):
                fewest = [contender for contender in swiss.standing() if contender.byes == min(swiss.byes)]
                assert not can_be_paired_anew(swiss.standing(), fewest if round.bye else [])
            assert (round.bye is None) == (size % 2 == 0)
            swiss.play(round)
            assert max(swiss.byes) - min(swiss.byes) <= 1
            there = [seat.id for pair in round.pairs for seat in (pair.upper, pair.lower)]
            assert sorted([*there, *([round.bye.id] if round.bye else [])]) == list(range(size))


@pytest.mark.parametrize(("size", "rounds"), [(41, 14), (48, 20), (64, 25), (90, 12)])
def test_long_tournaments_of_middling_fields_have_no_rematch_either(size, rounds):
    swiss = Swiss(size, seed=size, draws=0.2)
    for _ in range(rounds):
        standing = swiss.standing()
        round = pair(standing)
        assert not any(pair.rematch for pair in round.pairs)
        swiss.play(round)


def test_pairs_not_tried_at_first_are_tried_when_they_might_help(monkeypatch):
    """With too few neighbours the sum of gaps would be too great, but for the look at the potentials afterwards."""
    monkeypatch.setattr("tournaments.formats.swiss_pairing.NEAREST", 2)
    for seed in range(4):
        swiss = Swiss(50, seed, draws=0.3)
        for _ in range(8):
            standing = swiss.standing()
            round = pair(standing)
            assert least_gaps(standing, [], gaps(round)) == gaps(round)
            swiss.play(round)


def test_the_first_round_is_the_fold():
    round = pair([Contender(id, 0) for id in (11, 12, 13, 14, 15, 16)])
    assert [(pair.upper.id, pair.lower.id, pair.off_fold) for pair in round.pairs] == [
        (11, 14, 0),
        (12, 15, 0),
        (13, 16, 0),
    ]
    assert round.bye is None
    round = pair([Contender(id, 0) for id in range(1000)])
    assert [(pair.upper.id, pair.lower.id) for pair in round.pairs] == [(id, id + 500) for id in range(500)]


def test_it_says_why():
    """Three with 2 points, two with 1 and none: 1 and 2 have met; the last who had no bye yet is left."""
    standing = [
        Contender(1, 2, frozenset({2})),
        Contender(2, 2, frozenset({1})),
        Contender(3, 2),
        Contender(4, 1),
        Contender(5, 0),
        Contender(6, 0),
        Contender(7, 0, byes=1),
    ]
    assert pair(standing) == Round(
        pairs=(
            Pair(Seat(1, 2, 1, 3), Seat(3, 2, 3, 3), off_fold=1),
            Pair(Seat(2, 2, 2, 3), Seat(4, 1, 1, 1), off_fold=1),
            Pair(Seat(5, 0, 1, 3), Seat(7, 0, 3, 3), off_fold=1),
        ),
        bye=Seat(6, 0, 2, 3),
    )


def test_who_came_first_by_the_floats_and_the_rematches():
    """Two have nobody else left: they meet again, and it says so."""
    again = pair([Contender(1, 2, frozenset({2})), Contender(2, 0, frozenset({1}))])
    assert [(pair.floated, pair.rematch) for pair in again.pairs] == [(2, True)]


def test_one_side_knows_of_a_meeting_and_that_is_enough():
    standing = [Contender(1, 0, frozenset({3})), Contender(2, 0), Contender(3, 0), Contender(4, 0)]
    assert not any(pair.rematch for pair in pair(standing).pairs)
    assert {(pair.upper.id, pair.lower.id) for pair in pair(standing).pairs} != {(1, 3), (2, 4)}


def test_nobody_and_one():
    assert pair([]) == Round(())
    assert pair([Contender(5, 3)]) == Round((), Seat(5, 3, 1, 1))


def test_same_standing_same_round():
    swiss = Swiss(130, seed=5, draws=0.3)
    for _ in range(5):
        standing = swiss.standing()
        round = pair(standing)
        assert round == pair(list(standing))
        renamed = [
            Contender(one.id + 7000, one.score, frozenset(id + 7000 for id in one.met), one.byes) for one in standing
        ]
        assert [pair.upper.id - 7000 for pair in pair(renamed).pairs] == [pair.upper.id for pair in round.pairs]
        swiss.play(round)


def test_what_is_no_standing_is_refused():
    with pytest.raises(ValueError, match="expected every contender once"):
        pair([Contender(1, 0), Contender(1, 0)])
    with pytest.raises(ValueError, match="expected the contenders in their standing, by falling score"):
        pair([Contender(1, 0), Contender(2, 1)])
