"""The organiser's console: what it shows of a tournament, and its parts as HTML by element id. What organisers do is
in `registration` and `organising`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from game.models import Match
from tournaments import calling, log, organising
from tournaments.board import Board, round_name
from tournaments.formats import engine
from tournaments.formats.events import Undone
from tournaments.formats.pairing import Pairing
from tournaments.formats.tournament import Round
from tournaments.formats.tournament import Tournament as State
from tournaments.free import Free, Wait
from tournaments.models import BEFORE, Call, Entrant, Entry, Tournament
from tournaments.rendering import render
from tournaments.sentences import Sentences

UNCALLED_SHOWN = 20  # of what could be played and waits
PENDING_SHOWN = 6  # of what waits for another match
ARENA_SHOWN = 200  # of an arena, the last ones: it is one round of any length, and fetched after each event
PARTS = ("status", "now", "entrants", "pairings", "organisers", "log")


@dataclass
class Console:
    """Everything that organisers see of one tournament at one version."""

    tournament: Tournament
    board: Board

    @classmethod
    def of(cls, tournament: Tournament) -> "Console":
        return cls(tournament, Board.of(tournament))

    @property
    def state(self) -> State:
        return self.board.state

    def context(self, rounds: Collection[str] | None = None) -> dict[str, Any]:
        """What the templates need. ``rounds`` are the keys of the rounds that are unfolded; None: those under way."""
        phase = self.tournament.phase
        return {
            "tournament": self.board.head(),
            "before": phase in BEFORE,
            "running": phase == Tournament.Phase.RUNNING,
            "correctable": phase in (Tournament.Phase.RUNNING, Tournament.Phase.FINISHED),
            "free": max(self.tournament.size - len(self.state.entrants), 0),
            "seeding": self.tournament.seeding,
            "called": self.called(),
            "uncalled": self.uncalled(),
            "pending": self.pending(),
            "round_due": self.state.round_due,
            "entrants": self.board.entrant_list(),
            "waitlist": [{"id": each.pk, "name": each.name, "checked_in": each.checked_in} for each in self._waitlist],
            "rounds": self.rounds(rounds),
            "organisers": self.organisers(),
            "entries": self.entries(),
        }

    def fragments(self, rounds: Collection[str] | None = None) -> dict[str, str]:
        """Every part of the page, by element id."""
        context = self.context(rounds)
        return {f"console-{part}": render(f"tournaments/_console_{part}.html", context) for part in PARTS}

    # -- what happens --------------------------------------------------------------------------------------------

    def called(self) -> list[dict[str, Any]]:
        """The matches that are called or played, in calling order. Of those called, until when one may come."""
        found = self._open_calls
        return [self._called(pairing, found[pairing.id]) for pairing in self.state.playable() if pairing.id in found]

    def _called(self, pairing: Pairing, call: Call) -> dict[str, Any]:
        match = call.match
        return {
            **self._named(pairing),
            "live": match.phase == Match.Phase.LIVE,
            "score": call.by_slot(pairing, match.a, match.b),
            "ready_by_ms": match.ready_by_ms,
            "url": match.get_absolute_url(),
        }

    def uncalled(self) -> list[dict[str, Any]]:
        """What could be played and is not called, with the reason."""
        waits = [pairing for pairing in self.state.playable() if pairing.id not in self._open_calls][:UNCALLED_SHOWN]
        free = Free(self.tournament, {entrant for pairing in waits for entrant in pairing.entrants})
        return [{**self._named(pairing), **self._why(free.wait(pairing.entrants))} for pairing in waits]

    def pending(self) -> list[dict[str, Any]]:
        """Those who wait for the end of another match."""
        if self.state.phase != "running":
            return []
        waits = [p for p in self.state.pairings.values() if p.state == "waiting" and len(p.entrants) == 1]
        return [self._named(pairing) for pairing in waits[:PENDING_SHOWN]]

    @cached_property
    def _open_calls(self) -> dict[str, Call]:
        return {call.pairing: call for call in calling.open_calls(self.tournament).select_related("match")}

    def _why(self, wait: Wait) -> dict[str, Any]:
        if self.tournament.paused:
            return {"why": _("The tournament is paused."), "rested_ms": None}
        why = _("They are being called.")
        if wait.elsewhere and self.tournament.hot_seat:
            why = _("Waits for the screen: another match is played at it.")
        elif wait.elsewhere:
            names = [e.name for e in self.board.entrants.values() if e.user_id in wait.elsewhere]
            why = _("Waits for %(names)s, who plays elsewhere.") % {"names": _(" and ").join(names)}
        elif wait.rested_ms is not None:
            why = _("They rest:")
        return {"why": why, "rested_ms": None if wait.elsewhere else wait.rested_ms}

    def _named(self, pairing: Pairing) -> dict[str, Any]:
        """A pairing with the names in its two slots, or what is known of who will come, and its state."""
        shown = self.board.pairing(pairing)
        return {
            "id": pairing.id,
            "dom_id": shown["dom_id"],
            "number": shown["number"],
            "state": shown["state"],
            "names": [_("Bye") if slot["bye"] else slot["name"] or slot["pending"] for slot in shown["slots"]],
        }

    # -- who, and what was decided -------------------------------------------------------------------------------

    @cached_property
    def _waitlist(self) -> list[Entrant]:
        return list(self.tournament.waiting()) if self.tournament.phase in BEFORE else []

    def rounds(self, unfolded: Collection[str] | None) -> list[dict[str, Any]]:
        """The rounds, with the pairings of those that are unfolded."""
        rounds = self.state.rounds()
        if unfolded is None:
            going_on = [round for round in rounds if any(p.state == "playable" for p in round.pairings)]
            unfolded = {_key(round) for round in going_on or rounds[-1:]}
        first = -ARENA_SHOWN if self.state.format.pairs_as_it_goes else 0
        return [
            {
                "key": _key(round),
                "dom_id": _key(round).replace(".", "-"),
                "name": round_name(round),
                "decided": sum(pairing.verdict is not None for pairing in round.pairings),
                "count": len(round.pairings),
                "open": _key(round) in unfolded,
                "pairings": [self._decided(p) for p in round.pairings[first:]] if _key(round) in unfolded else [],
            }
            for round in rounds
        ]

    def _decided(self, pairing: Pairing) -> dict[str, Any]:
        """A pairing, and what may be done to it. The engine has the last word."""
        verdict = pairing.verdict
        between_two = pairing.state == "decided" and len(pairing.entrants) == 2
        return {
            **self._named(pairing),
            "winner": verdict.winner if verdict else None,
            "score": verdict.score if verdict else None,
            "how": verdict.how if verdict else None,
            "may_override": between_two and self.state.phase != "cancelled",
            "may_reopen": between_two
            and self.state.phase != "cancelled"
            and not self.state.dropped.intersection(pairing.entrants),
        }

    def organisers(self) -> dict[str, Any]:
        """Who organises it: the one who made it, and those who were appointed."""
        others: list[User] = list(self.tournament.co_organisers.order_by("pk"))
        owner = self.tournament.organiser
        return {
            "owner": owner.name if owner else None,
            "others": [{"id": each.pk, "name": each.name} for each in others],
        }

    # -- what was done -------------------------------------------------------------------------------------------

    def entries(self) -> list[dict[str, Any]]:
        """The audit log, the last first: who did what and when, in a sentence; and what can be undone."""
        rows = organising.audited(self.tournament)
        numbers = log.numbers(self.tournament)
        undoable = engine.undoable(self.state)
        undone = {p.event.n for p in self.state.past if isinstance(p.event, Undone) and p.n in undoable}
        sentences = Sentences(self.board, self._undone_entries(numbers))
        reasons = {(row.n - 1): row.event["reason"] for row in rows if row.kind == "disqualified"}
        shown = []
        for group in _grouped(rows):
            row = group[0]
            if row.kind == "disqualified" and any(other.n == row.n - 1 for other in rows):
                continue  # said with the drop before it
            number = numbers.get(row.n)
            shown.append(
                {
                    "n": row.n,
                    "at_ms": row.at_ms,
                    "text": sentences.entered(group[::-1])
                    if row.kind == "entered" and row.by is not None
                    else sentences.of(row, number, reasons.get(row.n)),
                    "undone": number in undone,
                    "may_undo": number in undoable,
                }
            )
        return shown

    def _undone_entries(self, numbers: dict[int, int]) -> dict[int, Entry]:
        """The entries that undoings name, by the engine's numbers."""
        wanted = {past.event.n for past in self.state.past if isinstance(past.event, Undone)}
        by_n = {n: number for n, number in numbers.items() if number in wanted}
        found = self.tournament.log.filter(n__in=by_n).select_related("by")
        return {by_n[entry.n]: entry for entry in found}


def _key(round: Round) -> str:
    return f"{round.section}.{round.number}"


def _grouped(entries: list[Entry]) -> list[list[Entry]]:
    """Neighbours whom one organiser entered in one go are one; every other entry is by itself."""
    groups: list[list[Entry]] = []
    for entry in entries:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and (entry.kind, last.kind) == ("entered", "entered")
            and entry.by_id is not None
            and (entry.by_id, entry.n) == (last.by_id, last.n - 1)
        ):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups
