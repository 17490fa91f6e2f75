"""A tournament as pages and the wire show it: made from the fold, the calls and the entrants, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from game import choices
from game.models import Match
from tournaments import arena_clock, descriptions, log, seeding
from tournaments.formats import layout
from tournaments.formats.arena_draw import Clock
from tournaments.formats.format import Line, RoundName
from tournaments.formats.outlook import Outlook, to_come
from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Bye, LoserOf, RankOf, WinnerOf
from tournaments.formats.tournament import Round
from tournaments.formats.tournament import Tournament as State
from tournaments.models import BEFORE, Call, Entrant, Tournament
from tournaments.reasons import Reasons, capital, group_name

WIRE_HEAD = (
    *("id", "name", "phase", "format", "points", "paddle", "pace", "size", "organiser"),
    *("starts_ms", "paused", "hot_seat"),
)
WIRE_ENTRANT = ("id", "name", "bot", "seed", "dropped", "resting", "to_come")
NOW_SHOWN = 8  # what is played now, at most: a large round is in the bracket
NEXT_SHOWN = 6  # what comes next, while less than that is played
ARENA_SHOWN = 40  # pairings of an arena besides those that are not decided: the last
TABLES = frozenset({"round_robin", "swiss", "arena"})  # formats in which every rank is the one of now
LARGE = 256  # pairings of a section of which a browser should lay out only what is in sight

# What the columns of a table are called, and what they say.
TIE_BREAKS = {
    "DE": gettext_lazy("Direct encounter: points in the matches among those who are tied"),
    "WIN": gettext_lazy("Wins, by whatever means"),
    "WON": gettext_lazy("Matches won by playing"),
    "PTS": gettext_lazy("Points"),
    "PD": gettext_lazy("Points scored less points conceded in all matches"),
    "BH": gettext_lazy("Buchholz: the sum of the opponents' points"),
    "BH/C1": gettext_lazy("Buchholz without the weakest opponent"),
    "BH/C2": gettext_lazy("Buchholz without the two weakest opponents"),
    "BH/M1": gettext_lazy("Median Buchholz: without the weakest and the strongest opponent"),
    "BH/M2": gettext_lazy("Median Buchholz without the two weakest and the two strongest opponents"),
    "SB": gettext_lazy("Sonneborn-Berger: the points of those who were beaten"),
    "SB/C1": gettext_lazy("Sonneborn-Berger without the weakest opponent"),
    "PS": gettext_lazy("Progressive score: the sum of the points after each round"),
    "PS/C1": gettext_lazy("Progressive score without the first round"),
    "losses": gettext_lazy("Losses"),
    "matches": gettext_lazy("Matches played"),
    "streak": gettext_lazy("Wins in a row: after two of them each further one pays double"),
    "difficulty": gettext_lazy("How hard it was: the opponents' wins less their losses"),
}
SHORT = {
    "losses": gettext_lazy("L"),
    "difficulty": gettext_lazy("Diff"),
    "matches": gettext_lazy("Matches"),
    "streak": gettext_lazy("Streak"),
}


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
    def shown(self) -> Mapping[str, Pairing]:
        """The pairings on the page, by id; of an arena, which has ever more of them, the last ones first."""
        pairings = self.state.pairings
        if not self.state.format.pairs_as_it_goes:
            return pairings
        last = {*list(pairings)[-ARENA_SHOWN:], *self.state.undecided_ids}
        newest_first = sorted(last, key=lambda id: pairings[id].place.number, reverse=True)
        return {id: pairings[id] for id in newest_first}

    @cached_property
    def calls(self) -> dict[str, Match]:
        """The match of each pairing that was called; in a series, or when it was reopened, the last one."""
        return {pairing: call.match for pairing, call in self._calls.items()}

    @cached_property
    def _calls(self) -> dict[str, Call]:
        calls: QuerySet[Call] = self.tournament.calls.select_related("match").order_by("pk")
        if len(self.shown) < len(self.state.pairings):
            calls = calls.filter(pairing__in=self.shown)
        return {call.pairing: call for call in calls}

    def turned(self, pairing: Pairing) -> bool:
        """Whether the upper slot plays on the right in its last match."""
        return self._calls[pairing.id].is_turned(pairing)

    @cached_property
    def stamp(self) -> tuple[Any, ...]:
        """What is shown is the same as long as this is, but for scores: the version, and how many of the entrants have
        a page of their own."""
        users = self.tournament.entrants.aggregate(count=Count("user"))["count"]
        return self.tournament.created_ms, self.tournament.n, users

    @cached_property
    def scores(self) -> tuple[Any, ...]:
        """The score of every match under way."""
        under_way = self.tournament.calls.exclude(match__phase=Match.Phase.OVER).order_by("pk")
        return tuple(under_way.values_list("pairing", "match_id", "match__phase", "match__a", "match__b"))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Matches count from 1 in the order in which they are called; a bye is no match."""
        real = (pairing for pairing in self.state.pairings.values() if not pairing.place.is_bye)
        return {pairing.id: number for number, pairing in enumerate(real, 1)}

    @cached_property
    def seeds(self) -> dict[int, int]:
        return {entrant: seed for seed, entrant in enumerate(self.state.order, 1)}

    @cached_property
    def reasons(self) -> Reasons:
        return Reasons(self.state, self.numbers)

    @cached_property
    def progress(self) -> str:
        return descriptions.progress(self.state)

    @cached_property
    def lines(self) -> Mapping[int, Line]:
        """The table of now, by entrant; in groups each line is of the entrant's own group."""
        return self.state.table() if self.state.order else {}

    @cached_property
    def clock(self) -> Clock | None:
        """The clock of an arena that pairs; None of any other tournament."""
        return arena_clock.of(self.tournament) if self.state.pairing_open else None

    @property
    def ends_ms(self) -> int | None:
        """The wall time at which an arena is over; None while its clock stands, and of any other tournament."""
        if self.clock is None or self.clock.stands_ms is not None:
            return None
        return self.clock.ends_ms(self.state.format.options.minutes)

    # -- for the templates ---------------------------------------------------------------------------------------

    def context(self) -> dict[str, Any]:
        return {
            "tournament": self.head(),
            "now": self.now(),
            "champion": self.champion(),
        }

    def champion(self) -> dict[str, Any] | None:
        champion = self.state.champion
        return {"name": self.state.entrants[champion]} if champion is not None else None

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
            "progress": self.progress,
            "entrants_count": len(self.state.entrants),
            "organiser": {"id": organiser.pk, "name": organiser.name} if organiser else None,
            "n": tournament.n,
            "path": f"/ws/tournaments/{tournament.pk}/",
        }

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Who is in, as lists have them."""
        return self.state.order or seeding.shown_order(self.tournament, self.state)

    @cached_property
    def waiting(self) -> list[dict[str, Any]]:
        """Who waits for a place, the first one first; from the draw on nobody."""
        if self.tournament.phase not in BEFORE:
            return []
        rows: QuerySet[Entrant, Any] = self.tournament.waiting().values("id", "name", "user_id", "checked_in")
        return list(rows)

    def entrant_list(self) -> list[dict[str, Any]]:
        return [self.entrant(id) for id in self.order]

    def entrant(self, id: int) -> dict[str, Any]:
        """One row of the list of entrants."""
        row = self.entrants[id]
        rests = self.state.pairing_open and id in self.state.resting
        return {
            "id": id,
            "name": self.state.entrants[id],
            "user_id": row.user_id,
            "bot": row.bot or None,
            "seed": self.seeds.get(id),
            "dropped": id in self.state.dropped,
            "disqualified": id in self._disqualified,
            "checked_in": row.checked_in,
            "resting": rests,
            "absent": rests and id in self.state.absent,
            "to_come": self.to_come.get(id),
            "rank": self.out.get(id),
        }

    @cached_property
    def to_come(self) -> Mapping[int, Outlook]:
        """What is to come for each entrant since the draw."""
        return to_come(self.state, late=max(0, self.tournament.size - len(self.state.entrants)))

    @cached_property
    def out(self) -> dict[int, int]:
        """The ranks of those who play no more, where no match of others changes them."""
        if not self.state.order or self.state.format.name in TABLES:
            return {}
        ranks = self.state.format.ranks(self.state, {})
        return {id: rank for id, rank in ranks.items() if self.to_come[id] == "nothing"}

    def unlike(self, before: "Board") -> list[int]:
        """The entrants whose row in the list of entrants is another by what has happened since, in its order."""
        then, now = before.state, self.state
        others = (then.resting ^ now.resting) | (then.absent ^ now.absent) | (then.dropped ^ now.dropped)
        others |= {id for id, _ in before.to_come.items() ^ self.to_come.items()}
        others |= {id for id, _ in before.out.items() ^ self.out.items()}
        return [id for id in now.order if id in others]

    @cached_property
    def _disqualified(self) -> frozenset[int]:
        """Who of the dropped was sent away for a reason: the note of it follows their last drop."""
        if not self.state.dropped:
            return frozenset()
        drops = self.tournament.log.filter(kind__in=("dropped", "disqualified"), n__lte=self.tournament.n)
        last = dict(drops.order_by("n").values_list("event__entrant", "kind"))
        return frozenset(entrant for entrant in self.state.dropped if last.get(entrant) == "disqualified")

    def sections(self) -> list[dict[str, Any]]:
        """Brackets, groups and tables of rounds in reading order, each with its rounds, each with its pairings."""
        found = layout.sections(self.shown)
        size = len(self.state.order)
        return [
            {
                "key": section.key,
                "title": section_title(section, self.state),
                "is_bracket": section.is_bracket,
                "is_large": sum(len(column.pairings) for column in section.columns) > LARGE,
                "is_active": any(p.state == "playable" for column in section.columns for p in column.pairings),
                "rounds": [
                    {
                        "key": f"{section.key}{column.round}",
                        "name": name_of(self.state.format.round_name(section.name, column.round, size)),
                        "leads": column.leads,
                        "pairings": column.pairings,
                    }
                    for column in section.columns
                ],
            }
            for section in found
        ]

    def tables(self) -> list[dict[str, Any]]:
        """The standings: one table, or one for each group; none where there is no table."""
        if not self.lines:
            return []
        members: dict[int, dict[int, None]] = {}
        for pairing in self.state.pairings.values():
            if pairing.place.group is not None:
                members.setdefault(pairing.place.group, {}).update(dict.fromkeys(pairing.entrants))
        if not members:
            return [self._table(None, list(self.state.order))]
        return [self._table(group, list(who)) for group, who in sorted(members.items())]

    def _table(self, group: int | None, entrants: list[int]) -> dict[str, Any]:
        won, lost = self._records
        ordered = sorted(entrants, key=lambda entrant: (self.lines[entrant].rank, self.seeds[entrant]))
        names = list(self.lines[ordered[0]].tie_breaks) if ordered else []
        return {
            "id": f"standings-{group or 0}",
            "title": _("Group %(group)s") % {"group": group_name(group)} if group else None,
            "columns": [{"name": SHORT.get(name, name), "meaning": TIE_BREAKS[name]} for name in names],
            "rows": [
                {
                    "entrant": entrant,
                    "rank": self.lines[entrant].rank,
                    "name": self.state.entrants[entrant],
                    "user_id": self.entrants[entrant].user_id if entrant in self.entrants else None,
                    "is_out": entrant in self.state.dropped,
                    "points": number(self.lines[entrant].points),
                    "won": won.get(entrant, 0),
                    "lost": lost.get(entrant, 0),
                    "tie_breaks": [number(self.lines[entrant].tie_breaks[name]) for name in names],
                }
                for entrant in ordered
            ],
        }

    @cached_property
    def _records(self) -> tuple[dict[int, int], dict[int, int]]:
        """Pairings won and lost by each, in the rounds that the tables are of."""
        won: dict[int, int] = {}
        lost: dict[int, int] = {}
        for pairing in self.state.pairings.values():
            if pairing.place.group is not None or not self._has_groups:
                if pairing.winner is not None and len(pairing.entrants) == 2:
                    won[pairing.winner] = won.get(pairing.winner, 0) + 1
                for loser in pairing.losers:
                    lost[loser] = lost.get(loser, 0) + 1
        return won, lost

    @cached_property
    def _has_groups(self) -> bool:
        return any(pairing.place.group is not None for pairing in self.state.pairings.values())

    def now(self) -> dict[str, Any]:
        """What is played or called, then what comes next, in the order of calling; and how many ``more`` are played or
        called than are shown.
        """
        order = {"live": 0, "called": 1}
        playable = sorted(self.state.playable(), key=lambda pairing: order.get(self._state(pairing), 2))
        under_way = len(self.under_way)
        shown = playable[: min(max(NEXT_SHOWN, under_way), NOW_SHOWN)]
        return {"pairings": [self.pairing(pairing) for pairing in shown], "more": max(under_way - NOW_SHOWN, 0)}

    def pairing(self, pairing: Pairing) -> dict[str, Any]:
        match = self.calls.get(pairing.id)
        state = self._state(pairing)
        verdict = pairing.verdict
        ended = self._ended(pairing)
        best_of = self.state.best_of(pairing.id)
        live = self._live(pairing) if state == "live" else None
        scores = [self._score(pairing, slot, best_of, live) for slot in (0, 1)]
        return {
            "id": pairing.id,
            "dom_id": pairing.id.replace(".", "-"),
            "number": self.numbers.get(pairing.id),
            "state": state,
            "how": verdict.how if verdict else None,
            "ended": ended,
            "slots": [self._slot(pairing, slot, scores[slot]) for slot in (0, 1)],
            "match_url": match.get_absolute_url() if match else None,
            "why": self.reasons.why(pairing),
            "is_bye": pairing.place.is_bye,
            "has_line": layout.has_line(pairing.place),
            "is_empty": layout.is_empty(pairing.place),
            "best_of": best_of,
            "live": live if best_of > 1 else None,
            "series": [
                {
                    "url": reverse("game:match", args=[played.match]) if played.match is not None else None,
                    "score": played.score,
                    "winner": played.winner,
                }
                for played in pairing.matches
            ]
            if best_of > 1
            else [],
        }

    def _state(self, pairing: Pairing) -> str:
        if self.state.phase == "cancelled" and pairing.verdict is None:
            return "void"
        if pairing.id in self.under_way:
            return "live" if self.calls[pairing.id].phase == Match.Phase.LIVE else "called"
        return pairing.state

    def _live(self, pairing: Pairing) -> tuple[int, int]:
        """The score of the match under way, in the order of the slots."""
        match = self.calls[pairing.id]
        return self._calls[pairing.id].by_slot(pairing, match.a, match.b)

    def _score(self, pairing: Pairing, index: int, best_of: int, live: tuple[int, int] | None) -> int | None:
        """What stands beside a name: the points of the match, and in a series the matches won."""
        if pairing.verdict is not None:
            return pairing.verdict.score[index] if pairing.verdict.score else None
        if best_of > 1 and (pairing.matches or live):
            return pairing.wins[index]
        return live[index] if live else None

    def _slot(self, pairing: Pairing, index: int, score: int | None) -> dict[str, Any]:
        occupant = pairing.occupants[index]
        entrant = self.entrants.get(occupant) if isinstance(occupant, int) else None
        verdict = pairing.verdict
        return {
            "name": self.state.entrants[occupant] if isinstance(occupant, int) else None,
            "entrant": occupant if isinstance(occupant, int) else None,
            "user_id": entrant.user_id if entrant else None,
            "seed": self.seeds.get(occupant) if isinstance(occupant, int) else None,
            "score": score,
            "winner": bool(verdict and verdict.winner == index + 1),
            "bye": isinstance(occupant, Bye),
            "pending": self._pending(occupant),
        }

    def _pending(self, occupant: Any) -> str | None:
        if isinstance(occupant, WinnerOf | LoserOf | RankOf):
            return capital(self.reasons.source(occupant))
        return None if isinstance(occupant, int | Bye) else _("Nobody")

    def _ended(self, pairing: Pairing) -> str | None:
        """How it ended, if nobody played."""
        match pairing.verdict.how if pairing.verdict else None:
            case "bye":
                return _("Bye")
            case "walkover":
                return _("Walkover")
            case "double_forfeit":
                return _("Nobody came")
            case "void":
                return _("Not played")
        return None

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
            "ends_ms": self.ends_ms,
            "entrants": [{**{key: e[key] for key in WIRE_ENTRANT}, "user": e["user_id"]} for e in self.entrant_list()],
            "pairings": [self._wire_pairing(pairing) for pairing in self.state.pairings.values()],
            "standings": [
                {"entrant": entrant, "rank": line.rank, "points": number(line.points)}
                for entrant, line in self.lines.items()
            ],
            "champion": self.state.champion,
        }

    @cached_property
    def _matches(self) -> dict[str, int]:
        return dict(self.tournament.calls.order_by("pk").values_list("pairing", "match"))

    def _wire_pairing(self, pairing: Pairing) -> dict[str, Any]:
        return {
            "id": pairing.id,
            "section": pairing.place.section,
            "group": pairing.place.group,
            "round": pairing.place.round,
            "number": pairing.place.number,
            "entrants": [o if isinstance(o, int) else None for o in pairing.occupants],
            "state": self._state(pairing),
            "winner": pairing.winner,
            "score": pairing.verdict.score if pairing.verdict else None,
            "how": pairing.verdict.how if pairing.verdict else None,
            "matches": [
                {"winner": played.winner, "score": played.score, "match": played.match} for played in pairing.matches
            ],
            "match": self._matches.get(pairing.id),
        }


def number(value: Fraction) -> str:
    """A whole number, or with as many places as it needs, at most two."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}".rstrip("0")


def section_title(section: layout.Section, state: State) -> str:
    """The heading of a section in the reader's language."""
    if section.group is not None:
        group = {"group": group_name(section.group)}
        match section.bracket:
            case "winners":
                return _("Group %(group)s, winners' bracket") % group
            case "losers":
                return _("Group %(group)s, losers' bracket") % group
        return _("Group %(group)s") % group
    match section.name:
        case "winners":
            return _("Winners' bracket")
        case "losers":
            return _("Losers' bracket")
        case "final":
            return _("Grand final")
        case "third_place":
            return _("Third place")
    if state.format.name == "groups":
        return _("Play-offs")
    return _("Bracket") if section.is_bracket else _("Rounds")


def round_name(round: Round) -> str:
    """The name of a round in the reader's language."""
    return name_of(round.name)


def name_of(name: RoundName) -> str:
    """The name of a round in the reader's language."""
    number = name.number
    match name.kind:
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
        case "arena":
            return _("Arena")
        case "round":
            return _("Round %(number)s") % {"number": number}
