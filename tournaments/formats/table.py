"""Tables: the standings of all who play the same rounds, from the pairings and by the tie-breaks."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from .format import Line
from .pairing import Pairing, Verdict
from .refused import Refused
from .tie_breaks import NAMES, WIN, Results, Round, standings

MISSED = Round("zero_bye", 0)


def check(tie_breaks: Sequence[str] | None) -> None:
    """Refused with "option" if they are not tie-breaks, each once."""
    for index, name in enumerate(tie_breaks or ()):
        if name not in NAMES or name in (tie_breaks or ())[:index]:
            raise Refused("option", f"tie_breaks: of {', '.join(NAMES)}, each once", name)


def lines(
    entrants: Collection[int],
    pairings: Iterable[Pairing],
    rounds: int,
    tie_breaks: Sequence[str],
    *,
    predetermined: bool,
) -> dict[int, Line]:
    """The table of these entrants after the pairings that are decided. A match to come counts for nothing as yet."""
    table = standings(results(entrants, pairings, rounds), tie_breaks, predetermined=predetermined)
    return {standing.entrant: Line(standing.rank, standing.points, standing.values) for standing in table}


def results(entrants: Collection[int], pairings: Iterable[Pairing], rounds: int) -> Results:
    """Every entrant's rounds, as the tie-breaks want them."""
    played: dict[int, list[Round]] = {entrant: [MISSED] * rounds for entrant in entrants}
    for pairing in pairings:
        if pairing.verdict is None:
            continue
        for index, entrant in enumerate(pairing.occupants):
            if isinstance(entrant, int):
                played[entrant][pairing.place.round - 1] = _round(pairing, index, pairing.verdict)
    return played


def _round(pairing: Pairing, index: int, verdict: Verdict) -> Round:
    opponent = pairing.occupants[1 - index]
    won = verdict.winner == index + 1
    if not isinstance(opponent, int):
        return Round("pairing_bye", WIN) if won else MISSED
    if verdict.how == "score":
        score = verdict.score or (0, 0)
        return Round("game", WIN if won else 0, opponent, score[index] - score[1 - index])
    return Round("forfeit_win", WIN, opponent) if won else Round("forfeit_loss", 0, opponent)


def by_rank(table: Mapping[int, Line]) -> dict[int, int]:
    return {entrant: line.rank for entrant, line in table.items()}
