"""Tie-breaks by the FIDE rules (Handbook C.07): who stands above whom among those with the same points.

A win is one point and a draw half a point; inside, points are whole numbers of halves. Which edition is meant, and how
rounds count that were not played, is told in docs/tie-breaks.md; the articles are named here where they apply.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Literal

Edition = Literal["2024-08", "2026-03"]  # the month from which a text of C.07 is in force
CURRENT: Edition = "2026-03"

WIN, DRAW = 2, 1  # in halves

Kind = Literal[
    "game",  # it was played
    "forfeit_win",  # the opponent did not appear
    "forfeit_loss",  # oneself did not appear, the opponent or not
    "pairing_bye",  # nobody was left to play: FIDE's U
    "full_bye",  # a point without being paired: FIDE's F
    "half_bye",  # a round missed by request, for half a point: FIDE's H
    "zero_bye",  # a round missed, for nothing: FIDE's Z. Who withdraws has these to the end.
]
REQUESTED: frozenset[Kind] = frozenset({"half_bye", "zero_bye"})  # 16.1.1
VOLUNTARY: frozenset[Kind] = REQUESTED | {"forfeit_loss"}  # 16.1.2
PAIRED: frozenset[Kind] = frozenset({"game", "forfeit_win", "forfeit_loss"})


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one entrant. `margin` is the own points of the game less the opponent's."""

    kind: Kind
    halves: int
    opponent: int | None = None
    margin: int = 0

    def __post_init__(self) -> None:
        if self.halves not in range(WIN + 1):
            raise ValueError(f"expected 0, 1 or 2 half points of a round, came {self.halves}")
        if (self.opponent is not None) != (self.kind in PAIRED):
            raise ValueError(f"expected an opponent in a game or forfeit and only there, came {self}")


Results = Mapping[int, Sequence[Round]]  # every entrant's rounds, all equally many


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the table. Equals share a rank and the ranks they fill are skipped; `values` are by tie-break."""

    entrant: int
    rank: int
    points: Fraction
    values: Mapping[str, Fraction]


class UnknownTieBreak(ValueError):  # noqa: N818 - the word says it all
    """A name that is no tie-break."""

    def __init__(self, came: str, allowed: Iterable[str]) -> None:
        super().__init__(f"expected tie-breaks of {', '.join(allowed)}, each once, came {came!r}")


def standings(
    results: Results, tie_breaks: Sequence[str], *, predetermined: bool = False, edition: Edition = CURRENT
) -> tuple[Standing, ...]:
    """The table after these rounds: by points, then by each of the `tie_breaks` in turn, equals by entrant.

    `predetermined` says that it was known from the beginning who meets whom, as in a round robin: then forfeits count
    like games, and rounds without an opponent for nothing (article 15).
    """
    for index, name in enumerate(tie_breaks):
        if name not in NAMES or name in tie_breaks[:index]:
            raise UnknownTieBreak(name, NAMES)
    record = _Record(results, predetermined, edition)
    groups = _split(results, record.points.__getitem__)
    values: dict[int, dict[str, Fraction]] = {entrant: {} for entrant in results}
    for name in tie_breaks:
        if name == "DE":
            for group in groups:
                for entrant in group:
                    values[entrant][name] = _encounters(record, entrant, group)[0] / 2
            groups = [smaller for group in groups for smaller in _direct_encounter(record, group)]
            continue
        value = {entrant: VALUES[name](record, entrant) for entrant in results}
        for entrant in results:
            values[entrant][name] = value[entrant]
        groups = [smaller for group in groups for smaller in _split(group, value.__getitem__)]
    table: list[Standing] = []
    for group in groups:
        rank = len(table) + 1
        table += [
            Standing(entrant, rank, Fraction(record.points[entrant], 2), values[entrant]) for entrant in sorted(group)
        ]
    return tuple(table)


class _Record:
    """The results with what is asked of them again and again."""

    def __init__(self, results: Results, predetermined: bool, edition: Edition) -> None:
        lengths = {len(rounds) for rounds in results.values()}
        if len(lengths) > 1:
            raise ValueError(f"expected equally many rounds of every entrant, came {sorted(lengths)}")
        opponents = {round.opponent for rounds in results.values() for round in rounds} - {None}
        if not opponents <= results.keys():
            raise ValueError(f"expected opponents who are entrants, came {sorted(opponents - results.keys())}")  # type: ignore[type-var]
        self.results = results
        self.rounds = max(lengths, default=0)
        self.predetermined = predetermined
        self.edition = edition
        self.points = {entrant: sum(round.halves for round in rounds) for entrant, rounds in results.items()}
        self.adjusted = {entrant: self._adjusted(entrant) for entrant in results}

    def _adjusted(self, entrant: int) -> int:
        """What an entrant's points count for in the tie-breaks of the opponents.

        Who misses the last rounds by request, or withdraws, is taken to have drawn them (16.2.5, 16.3.2): an opponent
        shall not suffer for it. Every other round counts what it gave (16.3.1).
        """
        halves = self.points[entrant]
        if self.predetermined:
            return halves
        for round in reversed(self.results[entrant]):
            if round.kind not in VOLUNTARY:
                break
            if round.kind in REQUESTED:
                halves += DRAW - round.halves
        return halves

    def dummy(self, entrant: int, round: Round) -> int:
        """The score of the imaginary opponent of a round that was not played: one's own (16.4), but no more ...

        ... than the opponent's who was due (16.4.1), or than half of what could be had in all rounds (16.4.2). The
        edition before set no such bound.
        """
        own = self.points[entrant]
        if self.edition == "2024-08":
            return own
        return min(own, self.rounds * DRAW if round.opponent is None else self.adjusted[round.opponent])

    def counts_as_game(self, round: Round) -> bool:
        return round.kind == "game" or (self.predetermined and round.opponent is not None)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one round adds to a Buchholz or Sonneborn-Berger."""

    score: int  # the opponent's
    value: int
    voluntary: bool = False


def _parts(record: _Record, entrant: int, value: Callable[[int, Round], int]) -> list[_Part]:
    parts = []
    for round in record.results[entrant]:
        if record.counts_as_game(round):
            assert round.opponent is not None
            score = record.adjusted[round.opponent]
            parts.append(_Part(score, value(score, round)))
        elif not record.predetermined:
            score = record.dummy(entrant, round)
            parts.append(_Part(score, value(score, round), round.kind in VOLUNTARY))
    return parts


def _cut(parts: list[_Part], lowest: int, highest: int) -> int:
    """The sum without the `lowest` least and then the `highest` most significant parts (article 14).

    Whoever stayed away gains nothing by it: instead of the least significant part the lowest one of the rounds missed
    by choice goes, unless that is worth even less (16.5).
    """
    kept = list(parts)
    for _ in range(min(lowest, len(kept))):
        out = min(kept, key=lambda part: (part.score, part.value))
        voluntary = [part for part in kept if part.voluntary]
        if voluntary:
            missed = min(voluntary, key=lambda part: (part.value, part.score))
            out = missed if missed.value >= out.value else out
        kept.remove(out)
    for _ in range(min(highest, len(kept))):
        kept.remove(max(kept, key=lambda part: (part.score, part.value)))
    return sum(part.value for part in kept)


def _buchholz(lowest: int = 0, highest: int = 0) -> Callable[[_Record, int], Fraction]:
    """The sum of the opponents' scores (8.1)."""
    return lambda record, entrant: Fraction(
        _cut(_parts(record, entrant, lambda score, round: score), lowest, highest), 2
    )


def _sonneborn_berger(lowest: int = 0) -> Callable[[_Record, int], Fraction]:
    """The sum of the opponents' scores, each times what was scored against that opponent (9.1)."""
    return lambda record, entrant: Fraction(
        _cut(_parts(record, entrant, lambda score, round: score * round.halves), lowest, 0), 4
    )


def _progressive(lowest: int = 0) -> Callable[[_Record, int], Fraction]:
    """The sum of the scores after each round (7.5); a cut leaves the first rounds out."""
    return lambda record, entrant: Fraction(
        sum(list(accumulate(round.halves for round in record.results[entrant]))[lowest:]), 2
    )


def _wins(record: _Record, entrant: int) -> Fraction:
    """The rounds that gave as much as a win, played or not (7.1)."""
    return Fraction(sum(round.halves == WIN for round in record.results[entrant]))


def _won(record: _Record, entrant: int) -> Fraction:
    """The games won (7.2)."""
    return Fraction(sum(round.halves == WIN and round.kind == "game" for round in record.results[entrant]))


def _difference(record: _Record, entrant: int) -> Fraction:
    """Points made less points conceded in all games: no tie-break of FIDE's, but of every other sport's."""
    return Fraction(sum(round.margin for round in record.results[entrant]))


VALUES: Mapping[str, Callable[[_Record, int], Fraction]] = {
    "PTS": lambda record, entrant: Fraction(record.points[entrant], 2),
    "BH": _buchholz(),
    "BH/C1": _buchholz(lowest=1),
    "BH/C2": _buchholz(lowest=2),
    "BH/M1": _buchholz(lowest=1, highest=1),
    "BH/M2": _buchholz(lowest=2, highest=2),
    "SB": _sonneborn_berger(),
    "SB/C1": _sonneborn_berger(lowest=1),
    "WIN": _wins,
    "WON": _won,
    "PS": _progressive(),
    "PS/C1": _progressive(lowest=1),
    "PD": _difference,
}
NAMES: tuple[str, ...] = (*VALUES, "DE")  # direct encounter depends on who is tied: see `_direct_encounter`


def _split(group: Iterable[int], value: Callable[[int], Fraction | int]) -> list[list[int]]:
    """The group in smaller ones of equal value, the greatest value first."""
    equal: dict[Fraction | int, list[int]] = {}
    for entrant in group:
        equal.setdefault(value(entrant), []).append(entrant)
    return [equal[key] for key in sorted(equal, reverse=True)]


def _encounters(record: _Record, entrant: int, group: Sequence[int]) -> tuple[Fraction, int]:
    """The halves scored against the others of the group, an average where two met more than once (6.1), and how many
    of the others were met."""
    met: dict[int, list[int]] = {}
    others = set(group) - {entrant}
    for round in record.results[entrant]:
        if round.opponent in others and record.counts_as_game(round):
            met.setdefault(round.opponent, []).append(round.halves)
    return sum((Fraction(sum(halves), len(halves)) for halves in met.values()), Fraction(0)), len(met)


def _direct_encounter(record: _Record, group: Sequence[int]) -> list[list[int]]:
    """The group in the order of its games among itself (article 6), in smaller groups where that leaves a tie.

    If all have met, by their scores in these games. If not, the first is first who would be so however the missing
    games ended; then the second in the same way, and so on. Whoever is still tied is compared anew.
    """
    if len(group) == 1:
        return [list(group)]
    scored = {entrant: _encounters(record, entrant, group) for entrant in group}
    if record.predetermined or all(met == len(group) - 1 for _, met in scored.values()):
        groups = _split(group, lambda entrant: scored[entrant][0])
    else:
        best = {entrant: score + WIN * (len(group) - 1 - met) for entrant, (score, met) in scored.items()}
        left = sorted(group, key=lambda entrant: (-scored[entrant][0], -best[entrant], entrant))
        groups = []
        while len(left) > 1 and scored[left[0]][0] > max(best[entrant] for entrant in left[1:]):
            groups.append([left.pop(0)])
        groups.append(left)
    if len(groups) == 1:
        return groups
    return [smaller for part in groups for smaller in _direct_encounter(record, part)]
