"""A tournament as pages and the wire show it: made from the fold, the calls and the entrants, never stored."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from game import choices
from game.models import Match
from tournaments import log, seeding
from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Bye, LoserOf, RankOf, Seed, Source, WinnerOf
from tournaments.formats.tournament import Round
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Call, Entrant, Tournament

WIRE_HEAD = (
    *("id", "name", "phase", "format", "points", "paddle", "pace", "size", "organiser"),
    *("starts_ms", "paused", "hot_seat"),
)
NEXT_SHOWN = 6  # what is played now, and what comes next


@dataclass
class Board:
    """Everything that is shown of one tournament at one version."""

    tournament: Tournament
    state: State

    @classmethod
    def of(cls, tournament: Tournament) -> "Board":
        return cls(tournament, log.state(tournament))

    @cached_property
    def entrants(self) -> dict[int, Entrant]:
        return {entrant.pk: entrant for entrant in self.tournament.entrants.all() if entrant.pk in self.state.entrants}

    @cached_property
    def calls(self) -> dict[str, Match]:
        """The last match of each pairing that was called."""
        calls: QuerySet[Call] = self.tournament.calls.select_related("match").order_by("pk")
        return {call.pairing: call.match for call in calls}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Matches count from 1 in the order in which they are called; a bye is no match."""
        real = (p for p in self.state.pairings.values() if not any(isinstance(o, Bye) for o in p.occupants))
        return {pairing.id: number for number, pairing in enumerate(real, 1)}

    @cached_property
    def seeds(self) -> dict[int, int]:
        return {entrant: seed for seed, entrant in enumerate(self.state.order, 1)}

    # -- for the templates ---------------------------------------------------------------------------------------

    def context(self) -> dict[str, Any]:
        champion = self.state.champion
        return {
            "tournament": self.head(),
            "entrants": self.entrant_list(),
            "rounds": self.rounds(),
            "now": self.now(),
            "champion": {"name": self.state.entrants[champion]} if champion is not None else None,
        }

    def head(self) -> dict[str, Any]:
        tournament = self.tournament
        organiser = tournament.organiser
        return {
            "id": tournament.pk,
            "name": tournament.name,
            "phase": tournament.phase,
            "format": tournament.format,
            "starts_ms": tournament.starts_ms,
            "paused": tournament.paused,
            "hot_seat": tournament.hot_seat,
            **choices.head(tournament.choice),
            "unusual": choices.described(tournament.choice),
            "size": tournament.size,
            "entrants_count": len(self.state.entrants),
            "organiser": {"id": organiser.pk, "name": organiser.name} if organiser else None,
            "n": tournament.n,
            "path": f"/ws/tournaments/{tournament.pk}/",
        }

    def entrant_list(self) -> list[dict[str, Any]]:
        order = self.state.order or seeding.shown_order(self.tournament, self.state)
        disqualified = self._disqualified
        return [
            {
                "id": id,
                "name": self.state.entrants[id],
                "user_id": self.entrants[id].user_id,
                "bot": self.entrants[id].bot or None,
                "seed": self.seeds.get(id),
                "dropped": id in self.state.dropped,
                "disqualified": id in disqualified,
                "checked_in": self.entrants[id].checked_in,
            }
            for id in order
        ]

    @cached_property
    def _disqualified(self) -> frozenset[int]:
        """Who of the dropped was sent away for a reason: the note of it follows their last drop."""
        if not self.state.dropped:
            return frozenset()
        drops = self.tournament.log.filter(kind__in=("dropped", "disqualified"), n__lte=self.tournament.n)
        last = dict(drops.order_by("n").values_list("event__entrant", "kind"))
        return frozenset(entrant for entrant in self.state.dropped if last.get(entrant) == "disqualified")

    def rounds(self) -> list[dict[str, Any]]:
        return [
            {
                "number": round.number,
                "name": round_name(round),
                "pairings": [self.pairing(pairing) for pairing in round.pairings],
            }
            for round in self.state.rounds()
        ]

    def now(self) -> list[dict[str, Any]]:
        """What is called or played, then what comes next, in the order of calling."""
        playable = [self.pairing(pairing) for pairing in self.state.playable()]
        order = {"live": 0, "called": 1}
        return sorted(playable, key=lambda shown: order.get(shown["state"], 2))[: max(NEXT_SHOWN, len(self.under_way))]

    def pairing(self, pairing: Pairing) -> dict[str, Any]:
        match = self.calls.get(pairing.id)
        state: str = pairing.state
        if self.state.phase == "cancelled" and pairing.verdict is None:
            state = "void"
        elif pairing.id in self.under_way:
            state = "live" if self.calls[pairing.id].phase == Match.Phase.LIVE else "called"
        verdict = pairing.verdict
        return {
            "id": pairing.id,
            "dom_id": pairing.id.replace(".", "-"),
            "number": self.numbers.get(pairing.id),
            "state": state,
            "how": verdict.how if verdict else None,
            "slots": [self._slot(pairing, slot) for slot in (0, 1)],
            "match_url": match.get_absolute_url() if match else None,
            "why": self._why(pairing),
        }

    def _slot(self, pairing: Pairing, index: int) -> dict[str, Any]:
        occupant = pairing.occupants[index]
        entrant = self.entrants.get(occupant) if isinstance(occupant, int) else None
        verdict = pairing.verdict
        return {
            "name": self.state.entrants[occupant] if isinstance(occupant, int) else None,
            "entrant": occupant if isinstance(occupant, int) else None,
            "user_id": entrant.user_id if entrant else None,
            "seed": self.seeds.get(occupant) if isinstance(occupant, int) else None,
            "score": verdict.score[index] if verdict and verdict.score else None,
            "winner": bool(verdict and verdict.winner == index + 1),
            "bye": isinstance(occupant, Bye),
            "pending": self._pending(occupant),
        }

    def _pending(self, occupant: Any) -> str | None:
        if isinstance(occupant, WinnerOf | LoserOf | RankOf):
            source = self._source(occupant)
            return source[:1].upper() + source[1:]
        return None if isinstance(occupant, int | Bye) else _("Nobody")

    def _why(self, pairing: Pairing) -> str:
        """How it ended if nobody played, otherwise why these two meet."""
        how = pairing.verdict.how if pairing.verdict else None
        if how == "bye":
            return _("Bye")
        if how == "walkover":
            return _("Walkover")
        if how == "double_forfeit":
            return _("Nobody came")
        if how == "void":
            return _("Not played")
        if pairing.place.if_needed:
            return _("Played only if the first final is won from the losers' bracket")
        return _(" and ").join(self._source(slot) for slot in pairing.place.slots if not isinstance(slot, Bye))

    def _source(self, slot: Source) -> str:
        """Where the entrant of a slot comes from."""
        match slot:
            case Seed(number=seed):
                return _("seed %(seed)s") % {"seed": seed}
            case RankOf(group=group, rank=rank):
                return _("number %(rank)s of group %(group)s") % {"rank": rank, "group": group}
            case LoserOf(place=id) if id in self.numbers:
                return _("loser of match %(number)s") % {"number": self.numbers[id]}
            case WinnerOf(place=id) if id in self.numbers:
                return _("winner of match %(number)s") % {"number": self.numbers[id]}
            case WinnerOf(place=id):  # there was a bye: whoever came there comes here
                slots = self.state.pairings[id].place.slots
                return self._source(next(slot for slot in slots if not isinstance(slot, Bye)))
        return _("nobody")

    @cached_property
    def under_way(self) -> frozenset[str]:
        """The pairings that are called or played."""
        over = Match.Phase.OVER
        playable = (pairing.id for pairing in self.state.playable())
        return frozenset(id for id in playable if id in self.calls and self.calls[id].phase != over)

    # -- for the wire --------------------------------------------------------------------------------------------

    def wire(self) -> dict[str, Any]:
        """The whole tournament, as docs/protocol.md has it."""
        head, tournament = self.head(), self.tournament
        return {
            **{key: head[key] for key in WIRE_HEAD},
            "options": tournament.options or {},
            "entrants": [
                {"id": e["id"], "name": e["name"], "user": e["user_id"], "bot": e["bot"], "seed": e["seed"]}
                for e in self.entrant_list()
            ],
            "pairings": [self._wire_pairing(pairing) for pairing in self.state.pairings.values()],
            "champion": self.state.champion,
        }

    def _wire_pairing(self, pairing: Pairing) -> dict[str, Any]:
        match = self.calls.get(pairing.id)
        return {
            "id": pairing.id,
            "round": pairing.place.round,
            "number": pairing.place.number,
            "entrants": [o if isinstance(o, int) else None for o in pairing.occupants],
            "state": self.pairing(pairing)["state"],
            "winner": pairing.winner,
            "score": pairing.verdict.score if pairing.verdict else None,
            "how": pairing.verdict.how if pairing.verdict else None,
            "matches": [
                {"winner": played.winner, "score": played.score, "match": played.match} for played in pairing.matches
            ],
            "match": match.pk if match else None,
        }


def round_name(round: Round) -> str:
    """The name of a round in the reader's language."""
    number = round.name.number
    match round.name.kind:
        case "final":
            return _("Final")
        case "semi_finals":
            return _("Semi-finals")
        case "quarter_finals":
            return _("Quarter-finals")
        case "round_of":
            return _("Round of %(number)s") % {"number": number}
        case "third_place":
            return _("Match for third place")
        case "winners_round":
            return _("Winners' round %(number)s") % {"number": number}
        case "winners_final":
            return _("Winners' final")
        case "losers_round":
            return _("Losers' round %(number)s") % {"number": number}
        case "losers_final":
            return _("Losers' final")
        case "grand_final":
            return _("Grand final")
        case "second_final":
            return _("Second grand final")
        case "group_round":
            return _("Groups, round %(number)s") % {"number": number}
        case "round":
            return _("Round %(number)s") % {"number": number}
