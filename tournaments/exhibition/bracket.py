"""The bracket as lines of text, as it fills: a heading for each round, a line for each pairing that is decided."""

from collections.abc import Iterator
from typing import Any

NAMES = {1: "Final", 2: "Semi-finals", 4: "Quarter-finals"}


class Bracket:
    """Takes the tournament as the wire has it, again and again, and gives what is new as lines."""

    def __init__(self, points: int) -> None:
        self.played = 0
        self.unplayed: list[str] = []  # decided without a whole match, which among bots that come is nobody's wish
        self.phase = "open"
        self.champion: str | None = None
        self._points = points
        self._decided: set[str] = set()
        self._round = 0

    def update(self, tournament: dict[str, Any]) -> Iterator[str]:
        self.phase = tournament["phase"]
        names = {entrant["id"]: entrant["name"] for entrant in tournament["entrants"]}
        for pairing in tournament["pairings"]:
            if pairing["state"] in ("decided", "void") and pairing["id"] not in self._decided:
                self._decided.add(pairing["id"])
                if pairing["how"] != "bye":
                    yield from self._heading(pairing, tournament["pairings"])
                    yield "  " + self._line(pairing, names)
        self.champion = names.get(tournament["champion"])

    def _heading(self, pairing: dict[str, Any], pairings: list[dict[str, Any]]) -> Iterator[str]:
        """Rounds overlap: a heading comes again when play goes back to it."""
        if pairing["round"] != self._round:
            self._round = pairing["round"]
            places = sum(other["round"] == self._round for other in pairings)
            yield NAMES.get(places, f"Round of {2 * places}")

    def _line(self, pairing: dict[str, Any], names: dict[int, str]) -> str:
        left, right = (names.get(entrant, "nobody") for entrant in pairing["entrants"])
        if pairing["how"] == "score" and max(pairing["score"]) == self._points:
            self.played += 1
            a, b = pairing["score"]
            winner, loser = (left, right) if pairing["winner"] == pairing["entrants"][0] else (right, left)
            return f"{winner} beat {loser} {max(a, b)}-{min(a, b)}"
        line = f"{left} against {right}: {pairing['how']} {pairing['score'] or ''}".rstrip()
        self.unplayed.append(line)
        return line
