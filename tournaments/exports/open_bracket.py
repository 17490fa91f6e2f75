"""Open Bracket Format (OBF), version 1.0: the JSON that tournament sites exchange.

Its schema allows no field of one's own outside of the objects called `other`. What we know and it has no word for, is
there. A field of which we know nothing is left out, as the format asks.
"""

from collections.abc import Iterable
from typing import Any

from ..formats.pairing import Pairing, Played
from ..formats.statistics import played
from ..formats.tournament import Tournament
from .about import About, day, instant

VERSION = "v1.0"
GAME = "Pong"
STRUCTURES = {
    "single_elimination": "single-elim",
    "double_elimination": "double-elim",
    "round_robin": "round-robin",
}  # the format's own words; for anything else a name of ours
ENTRANTS = ("entrant1", "entrant2")


def document(tournament: Tournament, about: About) -> dict[str, Any]:
    """The whole tournament: {"event", "sets", "entrants", "version"}."""
    sets = [pairing for pairing in tournament.pairings.values() if _is_set(pairing)]
    return {
        "event": _event(tournament, about),
        "sets": _sets(tournament, about, sets),
        "entrants": _entrants(tournament),
        "version": VERSION,
    }


def _known(**fields: Any) -> dict[str, Any]:
    """Without what is not known."""
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [])}


def _structure(name: str) -> str:
    return STRUCTURES.get(name, name.replace("_", "-"))


def _event(tournament: Tournament, about: About) -> dict[str, Any]:
    return _known(
        name=about.name,
        date=day(about.began_ms),
        gameName=GAME,
        tournamentStructure=_structure(tournament.format.name),
        phases=_phases(tournament),
        ruleset=about.ruleset,
        originURL=about.url,
    ) | {
        "numberEntrants": len(tournament.entrants),
        "other": _known(
            state=tournament.phase,
            format=tournament.format.name,
            options=tournament.format.options.to_dict(),
            startedAt=instant(about.began_ms),
            finishedAt=instant(about.ended_ms),
        ),
    }


def _phases(tournament: Tournament) -> list[dict[str, Any]]:
    options = tournament.format.options
    if tournament.format.name != "groups":
        return [{"phaseID": "main", "phaseStructure": _structure(tournament.format.name)}]
    return [
        {"phaseID": "groups", "phaseStructure": _structure(options.group_format)},
        {"phaseID": "play-offs", "phaseStructure": _structure(options.play_offs)},
    ]


def _phase(tournament: Tournament, pairing: Pairing) -> str:
    if tournament.format.name != "groups":
        return "main"
    return "play-offs" if pairing.place.group is None else "groups"


def _is_set(pairing: Pairing) -> bool:
    """Is it a set? A bye is none, nor is what nobody ever comes to."""
    return pairing.verdict is None or pairing.verdict.how in ("score", "walkover", "double_forfeit")


def _sets(tournament: Tournament, about: About, sets: Iterable[Pairing]) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    last: dict[int, dict[str, Any]] = {}  # each entrant's set before, to be told which one is next
    for pairing in sets:
        found = _set(tournament, about, pairing)
        for one, entrant in zip(ENTRANTS, pairing.occupants, strict=True):
            if not isinstance(entrant, int):
                continue
            before = last.get(entrant)
            if before is not None:
                found[f"{one}PrevSetID"] = before["setID"]
                mine = next(other for other in ENTRANTS if before.get(f"{other}ID") == str(entrant))
                before[f"{mine}NextSetID"] = found["setID"]
            last[entrant] = found
        shown.append(found)
    return shown


def _set(tournament: Tournament, about: About, pairing: Pairing) -> dict[str, Any]:
    verdict, place = pairing.verdict, pairing.place
    started = bool(pairing.matches)
    found: dict[str, Any] = {
        "setID": pairing.id,
        "status": "completed" if verdict is not None else "started" if started else "pending",
        "setFormat": f"bestof{tournament.best_of(pairing.id)}",
        "phaseID": _phase(tournament, pairing),
        "roundID": f"{place.section}.{place.round}",
        "other": _known(
            how=verdict.how if verdict is not None else None,
            group=place.group,
            number=place.number,
            slots=[source.to_dict() for source in place.slots],
        ),
    }
    for index, (one, entrant) in enumerate(zip(ENTRANTS, pairing.occupants, strict=True)):
        if not isinstance(entrant, int):
            continue
        found[f"{one}ID"] = str(entrant)
        if verdict is None:
            continue
        won = verdict.winner == index + 1
        found[f"{one}Result"] = "win" if won else "lose" if verdict.how == "score" else "dq"
        if verdict.score is not None:
            found[f"{one}Score"] = verdict.score[index]
    games = [_game(about, number, game) for number, game in enumerate(played(pairing), start=1)]
    return found | ({"games": games} if games else {})


def _game(about: About, number: int, game: Played) -> dict[str, Any]:
    match = about.matches.get(game.match) if game.match is not None else None
    score = game.score or (None, None)
    return {
        "gameNumber": number,
        "entrant1Result": "win" if game.winner == 1 else "lose",
        "entrant2Result": "win" if game.winner == 2 else "lose",
        "other": _known(
            entrant1Score=score[0],
            entrant2Score=score[1],
            startedAt=instant(match.started_ms) if match is not None else None,
            finishedAt=instant(match.finished_ms) if match is not None else None,
            url=match.url if match is not None else None,
        ),
    }


def _entrants(tournament: Tournament) -> list[dict[str, Any]]:
    """Everybody, by seed; before the draw as they entered. A placing is final when the tournament is."""
    seeds = {entrant: seed for seed, entrant in enumerate(tournament.order, start=1)}
    ranks = {s.entrant: s.rank for s in tournament.standings()} if tournament.phase == "finished" else {}
    return [
        _known(
            entrantID=str(entrant),
            entrantTag=tournament.entrants[entrant],
            initialSeed=seeds.get(entrant),
            finalPlacement=ranks.get(entrant),
            other={"dropped": True} if entrant in tournament.dropped else None,
        )
        for entrant in tournament.order or tournament.entrants
    ]
