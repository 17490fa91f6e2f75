"""A tournament as lines of text, as it goes: a heading for each round, a line for each pairing that is decided, and the
head of the table, where there is one, about once a round.
"""

from collections.abc import Iterator
from typing import Any

from tournaments.board import name_of
from tournaments.formats import engine
from tournaments.formats.options import Options
from tournaments.reasons import group_name

HEAD = 8  # lines of a table
NO_MATCH = ("bye", "void")  # nobody was to play

Stage = tuple[str, int, int | None]  # section, round, group


class Progress:
    """Takes the tournament as the wire has it, again and again, and gives what is new as lines."""

    def __init__(self, points: int) -> None:
        self.played = 0
        self.unplayed: list[str] = []  # decided without a whole match, which among bots that come is nobody's wish
        self.phase = "open"
        self.champion: str | None = None
        self._points = points
        self._decided: set[str] = set()
        self._stage: Stage | None = None
        self._tabled = 0  # pairings that were decided when the table was printed last

    def update(self, tournament: dict[str, Any]) -> Iterator[str]:
        self.phase = tournament["phase"]
        names = {entrant["id"]: entrant["name"] for entrant in tournament["entrants"]}
        for pairing in tournament["pairings"]:
            if pairing["state"] in ("decided", "void") and pairing["id"] not in self._decided:
                self._decided.add(pairing["id"])
                if pairing["how"] not in NO_MATCH:
                    yield from self._heading(tournament, pairing)
                    yield "  " + self._line(pairing, names)
        yield from self._table(tournament, names)
        self.champion = names.get(tournament["champion"])

    def _heading(self, tournament: dict[str, Any], pairing: dict[str, Any]) -> Iterator[str]:
        """Rounds overlap: a heading comes again when play goes back to it."""
        stage = (pairing["section"], pairing["round"], pairing["group"])
        if stage != self._stage:
            self._stage = stage
            rules = engine.begin(tournament["format"], Options.from_dict(tournament["options"])).format
            seeded = sum(entrant["seed"] is not None for entrant in tournament["entrants"])
            round = name_of(rules.round_name(pairing["section"], pairing["round"], seeded))
            group = pairing["group"]
            yield round if group is None else f"{round}, group {group_name(group)}"

    def _line(self, pairing: dict[str, Any], names: dict[int, str]) -> str:
        left, right = (names.get(entrant, "nobody") for entrant in pairing["entrants"])
        matches = [played["score"] for played in pairing["matches"]] or [pairing["score"]]
        if pairing["how"] == "score" and all(score and max(score) == self._points for score in matches):
            self.played += len(matches)
            a, b = pairing["score"]
            winner, loser = (left, right) if pairing["winner"] == pairing["entrants"][0] else (right, left)
            return f"{winner} beat {loser} {max(a, b)}-{min(a, b)}"
        line = f"{left} against {right}: {pairing['how']} {pairing['score'] or ''}".rstrip()
        self.unplayed.append(line)
        return line

    def _table(self, tournament: dict[str, Any], names: dict[int, str]) -> Iterator[str]:
        """The head of the table, when everybody may have played once more, and at the end."""
        standings = tournament["standings"]
        if not standings or any(pairing["group"] is not None for pairing in tournament["pairings"]):
            return
        since = len(self._decided) - self._tabled
        if since and (self.phase == "finished" or 2 * since >= len(names)):
            self._tabled = len(self._decided)
            yield f"Standings after {self.played} matches"
            ordered = sorted(standings, key=lambda line: line["rank"])
            yield from (f"  {line['rank']}. {names[line['entrant']]} {line['points']}" for line in ordered[:HEAD])
