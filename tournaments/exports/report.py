"""FIDE's tournament report (TRF16) of a Swiss or a round robin, so that other programs can check our standings."""

from ..formats import trf
from ..formats.pairing import Pairing
from ..formats.refused import Refused
from ..formats.swiss import Swiss
from ..formats.table import results
from ..formats.tie_breaks import Kind, Round
from ..formats.tournament import Tournament
from .about import About, day

TYPES = {
    ("swiss", 1): "Individual: Swiss-System",
    ("round_robin", 1): "Individual: Round-Robin",
    ("round_robin", 2): "Individual: Double-Round-Robin",
}
CODES: dict[Kind, str] = {"forfeit_win": "+", "forfeit_loss": "-", "pairing_bye": "U", "zero_bye": "Z"}


def has_report(tournament: Tournament) -> bool:
    """Is its format one that reports are made for?"""
    return (tournament.format.name, tournament.format.options.cycles) in TYPES


def report(tournament: Tournament, about: About) -> trf.Report:
    """The report as `trf.write` takes it. A player's number is the seed; who is first in a pairing has white.

    Of a Swiss it has the rounds that are over, of a round robin all; what is not decided there stands as absent.
    Ranks are set at the end. Refused with "format" for a format that has no report, with "phase" before the draw.
    """
    if not has_report(tournament):
        raise Refused("format", "a Swiss tournament or a round robin", tournament.format.name)
    kind = TYPES[tournament.format.name, tournament.format.options.cycles]
    if not tournament.order:
        raise Refused("phase", "a tournament that was drawn", tournament.phase)
    rounds, planned = _rounds(tournament)
    of_rounds = [pairing for pairing in tournament.pairings.values() if pairing.place.round <= rounds]
    numbers = {entrant: seed for seed, entrant in enumerate(tournament.order, start=1)}
    colours = _colours(of_rounds)
    ranks = {s.entrant: s.rank for s in tournament.standings()} if tournament.phase == "finished" else {}
    players = []
    for entrant, kept in results(tournament.order, of_rounds, rounds).items():
        players.append(
            trf.Player(
                number=numbers[entrant],
                name=trf.fitting(tournament.entrants[entrant]),
                points=sum(round.halves for round in kept),
                rank=ranks.get(entrant),
                results=tuple(
                    _result(round, numbers, colours.get((entrant, n))) for n, round in enumerate(kept, start=1)
                ),
            )
        )
    return trf.Report(_headers(about, kind, len(players)), tuple(players), planned)


def _rounds(tournament: Tournament) -> tuple[int, int]:
    """How many rounds the report has, and how many there will have been."""
    if isinstance(tournament.format, Swiss):
        running = any(p.verdict is None for p in tournament.pairings.values())  # of the last round drawn
        over = tournament.rounds_drawn - running
        return over, max(over, tournament.format.rounds(len(tournament.order)), 1)
    last = max((pairing.place.round for pairing in tournament.pairings.values()), default=0)
    return last, last


def _colours(pairings: list[Pairing]) -> dict[tuple[int, int], trf.Colour]:
    return {
        (entrant, pairing.place.round): colour
        for pairing in pairings
        for entrant, colour in zip(pairing.occupants, trf.COLOURS.values(), strict=True)
        if isinstance(entrant, int)
    }


def _result(round: Round, numbers: dict[int, int], colour: trf.Colour | None) -> trf.Result:
    if round.opponent is None:
        return trf.Result(CODES[round.kind])
    code = CODES[round.kind] if round.kind != "game" else "1" if round.halves else "0"
    return trf.Result(code, numbers[round.opponent], colour)


def _headers(about: About, kind: str, players: int) -> tuple[tuple[str, str], ...]:
    headers = [
        ("012", trf.fitting(about.name, len(about.name))),
        ("042", day(about.began_ms).replace("-", "/")),
        ("052", day(about.ended_ms).replace("-", "/")),
        ("062", str(players)),
        ("092", kind),
    ]
    return tuple((code, text) for code, text in headers if text)
