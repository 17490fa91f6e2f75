"""What is worth telling of a tournament: the podium, the final ranks, and the numbers of what was played.

All of it follows from the log, but for what a match's rows count (``Count``), which whoever asks brings along.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .pairing import Pairing, Played
from .tournament import Standing, Tournament

STEPS = 3  # of a podium


@dataclass(frozen=True, slots=True)
class Count:
    """A match as its rows count it: the points that were played, the returns in all of them and in the longest, and
    the ms from its beginning to its end.
    """

    rallies: int = 0
    hits: int = 0
    longest: int = 0
    lasted_ms: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """How it went for an entrant: pairings won and lost against somebody, and the points of all matches played."""

    won: int = 0
    lost: int = 0
    points: int = 0
    conceded: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two who met in a pairing, with the score as the winner has it; `match` is the match it was played in."""

    pairing: str
    winner: int
    loser: int
    score: tuple[int, int] | None
    match: int | None


@dataclass(frozen=True, slots=True)
class Most:
    """The match that has most of something, and how much."""

    match: int
    value: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """A tournament in numbers. What there is none of, is None. Of equals the first in calling order is named.

    `upsets` are the pairings in which the worse seed beat the better one, the farthest apart first.
    """

    matches: int  # that were played
    forfeits: int  # pairings that nobody or only one came to
    rallies: int
    hits: int
    lasted_ms: int  # all matches together
    longest_rally: Most | None  # hits
    most_hits: Most | None
    longest_match: Most | None  # ms
    biggest_win: Meeting | None
    upsets: tuple[Meeting, ...]


def played(pairing: Pairing) -> tuple[Played, ...]:
    """The matches of a pairing that are over, also where it was one match and the result tells it."""
    verdict = pairing.verdict
    if pairing.matches or verdict is None or verdict.how != "score" or verdict.winner is None:
        return pairing.matches
    return (Played(verdict.winner, verdict.score, verdict.match),)


def ranking(tournament: Tournament) -> tuple[Standing, ...]:
    """Every entrant since the draw by rank and seed; those without a rank stand last."""
    return tuple(sorted(tournament.standings(), key=lambda s: (s.rank is None, s.rank or 0, s.seed)))


def podium(tournament: Tournament) -> tuple[tuple[int, ...], ...]:
    """Who stands on the first, second and third step. Equals share a step; a rank that nobody has leaves one empty."""
    steps: list[list[int]] = [[] for _ in range(STEPS)]
    for standing in ranking(tournament):
        if standing.rank is not None and standing.rank <= STEPS:
            steps[standing.rank - 1].append(standing.entrant)
    return tuple(tuple(step) for step in steps)


def records(tournament: Tournament) -> dict[int, Record]:
    """Every entrant's record."""
    found = dict.fromkeys(tournament.order, Record())
    for pairing in tournament.pairings.values():
        verdict = pairing.verdict
        if verdict is None or len(pairing.entrants) < 2:
            continue
        for index, entrant in enumerate(pairing.entrants):
            scores = [game.score for game in played(pairing) if game.score is not None]
            before, won = found[entrant], verdict.winner == index + 1
            found[entrant] = Record(
                before.won + won,
                before.lost + (not won),
                before.points + sum(score[index] for score in scores),
                before.conceded + sum(score[1 - index] for score in scores),
            )
    return found


def statistics(tournament: Tournament, counts: Mapping[int, Count]) -> Statistics:
    """The numbers of a tournament, `counts` being those of its matches by id. A match without a count has zeros."""
    games = [(game.match, counts.get(game.match, Count())) for game in _games(tournament) if game.match is not None]
    wins = [meeting for meeting in _wins(tournament) if _margin(meeting) > 0]
    return Statistics(
        matches=sum(1 for _ in _games(tournament)),
        forfeits=sum(1 for pairing in tournament.pairings.values() if _is_forfeit(pairing)),
        rallies=sum(count.rallies for _, count in games),
        hits=sum(count.hits for _, count in games),
        lasted_ms=sum(count.lasted_ms for _, count in games),
        longest_rally=_most([Most(match, count.longest) for match, count in games]),
        most_hits=_most([Most(match, count.hits) for match, count in games]),
        longest_match=_most([Most(match, count.lasted_ms) for match, count in games]),
        biggest_win=max(wins, key=_margin, default=None),
        upsets=_upsets(tournament),
    )


def _games(tournament: Tournament) -> Iterator[Played]:
    for pairing in tournament.pairings.values():
        yield from played(pairing)


def _is_forfeit(pairing: Pairing) -> bool:
    return pairing.verdict is not None and pairing.verdict.how in ("walkover", "double_forfeit")


def _most(candidates: list[Most]) -> Most | None:
    found = max(candidates, key=lambda most: most.value, default=None)
    return found if found is not None and found.value > 0 else None


def _margin(meeting: Meeting) -> int:
    return meeting.score[0] - meeting.score[1] if meeting.score is not None else 0


def _wins(tournament: Tournament) -> Iterator[Meeting]:
    """Every match as its winner's, also those of a series."""
    for pairing in tournament.pairings.values():
        for game in played(pairing):
            meeting = _meeting(pairing, game)
            if meeting is not None:
                yield meeting


def _meeting(pairing: Pairing, game: Played) -> Meeting | None:
    winner, loser = pairing.occupants[game.winner - 1], pairing.occupants[2 - game.winner]
    if not (isinstance(winner, int) and isinstance(loser, int)):
        return None
    score = game.score if game.score is None or game.winner == 1 else (game.score[1], game.score[0])
    return Meeting(pairing.id, winner, loser, score, game.match)


def _upsets(tournament: Tournament) -> tuple[Meeting, ...]:
    seeds = {entrant: seed for seed, entrant in enumerate(tournament.order, start=1)}
    found: list[tuple[int, Meeting]] = []
    for pairing in tournament.pairings.values():
        verdict = pairing.verdict
        if verdict is None or verdict.how != "score" or verdict.winner is None:
            continue
        meeting = _meeting(pairing, Played(verdict.winner, verdict.score, verdict.match))
        if meeting is not None and (apart := seeds[meeting.winner] - seeds[meeting.loser]) > 0:
            games = played(pairing)
            last = next((game.match for game in reversed(games) if game.match is not None), None)
            found.append((apart, replace(meeting, match=last)))
    return tuple(meeting for _, meeting in sorted(found, key=lambda upset: -upset[0]))
