"""After a tournament: podium, final ranks, statistics and replays, as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from game import statistics as of_match
from game import totals
from game.models import Match
from game.pong import court
from tournaments.board import Board, round_name
from tournaments.exports.report import has_report
from tournaments.formats.pairing import Pairing, Verdict
from tournaments.formats.statistics import Count, Meeting, Most, Record, Statistics, played, podium, ranking, records
from tournaments.formats.statistics import statistics as counted
from tournaments.formats.tournament import Standing
from tournaments.models import Call

SHOWN = 32  # ranks, and matches, that the tournament's own page has: everybody who watches is sent it at the end
DASH = "\u2013"  # between the two of a score
FIRST_STRONG, POP = "\u2068", "\u2069"  # Unicode's isolate, from here to there


@dataclass
class After:
    """What there is to tell of a finished tournament."""

    board: Board

    def short(self) -> dict[str, Any]:
        """What its page has: `rest` is how many ranks there are besides; `rounds` are left out if there are many."""
        ranks = self._ranks
        few = self.statistics.matches <= SHOWN
        return {
            "tournament": {"id": self.board.tournament.pk, "name": self.board.tournament.name},
            "steps": self.steps(),
            "ranks": [self._rank(standing) for standing in ranks[:SHOWN]],
            "rest": max(len(ranks) - SHOWN, 0),
            "facts": self.facts(),
            "rounds": self.rounds() if few else [],
            "matches": self.statistics.matches,
            "has_table": self.has_table,
            "has_report": has_report(self.board.state),
        }

    def whole(self) -> dict[str, Any]:
        """The same with every rank and every match."""
        everybody = [self._rank(standing) for standing in self._ranks]
        return {**self.short(), "ranks": everybody, "rest": 0, "rounds": self.rounds()}

    # -- who stands where ----------------------------------------------------------------------------------------

    def steps(self) -> list[dict[str, Any]]:
        """The podium, from the first step down."""
        return [
            {"rank": rank, "entrants": [self._entrant(id) for id in step]}
            for rank, step in enumerate(podium(self.board.state), start=1)
        ]

    @cached_property
    def _ranks(self) -> tuple[Standing, ...]:
        return ranking(self.board.state)

    @cached_property
    def _records(self) -> dict[int, Record]:
        return records(self.board.state)

    @cached_property
    def has_table(self) -> bool:
        return any(standing.points is not None for standing in self._ranks)

    def _rank(self, standing: Standing) -> dict[str, Any]:
        record, points = self._records[standing.entrant], standing.points
        return {
            **self._entrant(standing.entrant),
            "rank": standing.rank,
            "seed": standing.seed,
            "record": record,
            "points": None if points is None else f"{float(points):g}",
            "dropped": standing.entrant in self.board.state.dropped,
        }

    def _entrant(self, id: int) -> dict[str, Any]:
        entrant = self.board.entrants[id]
        user_id = entrant.user_id if not entrant.bot else None
        return {"id": id, "name": self.board.state.entrants[id], "user_id": user_id, "bot": entrant.bot or None}

    # -- the numbers ---------------------------------------------------------------------------------------------

    @cached_property
    def statistics(self) -> Statistics:
        counts = {
            match.pk: Count(found.rallies, found.hits, found.longest, _lasted_ms(match))
            for match in self._matches.values()
            for found in (self._totals.get(match.pk, totals.Totals(0, 0, 0)),)
        }
        return counted(self.board.state, counts)

    @cached_property
    def _calls(self) -> list[Call]:
        """Every call with its match, whose rules are another query for whoever asks for them: they are long."""
        calls: QuerySet[Call] = self.board.tournament.calls.select_related("match").defer("match__ruleset")
        return list(calls.order_by("pk"))

    @cached_property
    def _matches(self) -> dict[int, Match]:
        return {call.match_id: call.match for call in self._calls}

    @cached_property
    def _totals(self) -> Mapping[int, totals.Totals]:
        return totals.of(Match.objects.filter(call__tournament=self.board.tournament))

    @cached_property
    def _pairing_of(self) -> dict[int, Pairing]:
        """The pairing of every match that counts."""
        return {
            game.match: pairing
            for pairing in self.board.state.pairings.values()
            for game in played(pairing)
            if game.match is not None
        }

    def facts(self) -> list[dict[str, Any]]:
        """The statistics in the reader's words: what, how much, and where to see it."""
        found = self.statistics
        lasted = _("%(time)s altogether") % {"time": of_match.clock(found.lasted_ms)}
        made = [
            _fact(_("Matches played"), f"{found.matches:,}", lasted if found.lasted_ms else ""),
            _fact(_("Points played"), f"{found.rallies:,}", _("%(hits)s hits") % {"hits": f"{found.hits:,}"}),
        ]
        if found.longest_rally is not None:
            hits = found.longest_rally.value
            made.append(self._fact_of(_("Longest rally"), _("%(hits)s hits") % {"hits": hits}, found.longest_rally))
            rules = court.from_dict(self._matches[found.longest_rally.match].ruleset)
            fastest = totals.fastest_px_s(rules, hits)
            speed = _("%(speed)s px/s") % {"speed": f"{fastest:,}"}
            made.append(_fact(_("Fastest ball"), speed, _("along the court")))
        if found.most_hits is not None:
            hits_in_all = _("%(hits)s hits") % {"hits": f"{found.most_hits.value:,}"}
            made.append(self._fact_of(_("Most hits in a match"), hits_in_all, found.most_hits))
        if found.longest_match is not None:
            time = of_match.clock(found.longest_match.value)
            made.append(self._fact_of(_("Longest match"), time, found.longest_match))
        if found.biggest_win is not None:
            made.append(self._meeting(_("Biggest win"), found.biggest_win))
        if found.upsets:
            made.append(self._meeting(_("Biggest upset"), found.upsets[0], with_seeds=True))
            made.append(_fact(_("Upsets"), f"{len(found.upsets):,}", _("the worse seed won")))
        if found.forfeits:
            made.append(_fact(_("Decided without a match"), f"{found.forfeits:,}"))
        return made

    def _fact_of(self, name: str, value: str, most: Most) -> dict[str, Any]:
        pairing = self._pairing_of[most.match]
        names = [self._isolated(entrant) for entrant in pairing.entrants]
        text = _("%(left)s against %(right)s") % {"left": names[0], "right": names[-1]}
        return _fact(name, value, text, self.url(most.match))

    def _meeting(self, name: str, meeting: Meeting, *, with_seeds: bool = False) -> dict[str, Any]:
        values: dict[str, Any] = {
            "winner": self._isolated(meeting.winner),
            "loser": self._isolated(meeting.loser),
        }
        if with_seeds:
            values |= {"seed": self.board.seeds[meeting.winner], "other": self.board.seeds[meeting.loser]}
            text = _("%(winner)s, seed %(seed)s, beat %(loser)s, seed %(other)s") % values
        else:
            text = _("%(winner)s beat %(loser)s") % values
        return _fact(name, _score(meeting.score), text, self.url(meeting.match))

    def _isolated(self, entrant: int) -> str:
        """A name for a sentence, which is read in its own direction and turns nothing beside it."""
        return f"{FIRST_STRONG}{self.board.state.entrants[entrant]}{POP}"

    # -- every match ---------------------------------------------------------------------------------------------

    def rounds(self) -> list[dict[str, Any]]:
        """Everything that was played, and who did not have to, by round."""
        made = [
            {"name": round_name(round), "pairings": [self._pairing(p) for p in round.pairings if len(p.entrants) == 2]}
            for round in self.board.state.rounds()
        ]
        return [round for round in made if round["pairings"]]

    def _pairing(self, pairing: Pairing) -> dict[str, Any]:
        """Two who met, how it ended, and where each match can be seen again; in a series each has its score."""
        verdict = pairing.verdict
        left, right = pairing.entrants
        games = [(game.score, game.match) for game in played(pairing) if game.match is not None]
        if not games and (match := self._set_right.get(pairing.id)) is not None:
            games = [(None, match)]
        shown = [
            {"url": url, "score": _score(score) if len(games) > 1 else ""}
            for score, match in games
            if (url := self.url(match)) is not None
        ]
        return {
            "left": self._entrant(left),
            "right": self._entrant(right),
            "won": verdict.winner if verdict is not None else None,
            "score": _ended(verdict),
            "games": shown,
        }

    @cached_property
    def _set_right(self) -> dict[str, int]:
        """The last match of each pairing between the two who are in it: a correction of its result names none."""
        pairings = self.board.state.pairings
        return {
            call.pairing: call.match_id
            for call in self._calls
            if call.pairing in pairings
            and {call.left, call.right} == set(pairings[call.pairing].entrants)
            and call.match.started_ms is not None
        }

    def url(self, match: int | None) -> str | None:
        """Where a match can be seen again: its replay, or if no point was played, its page."""
        if match is None or match not in self._matches:
            return None
        return reverse("game:replay" if match in self._totals else "game:match", args=[match])


def _lasted_ms(match: Match) -> int:
    if match.started_ms is None or match.finished_ms is None:
        return 0
    return max(match.finished_ms - match.started_ms, 0)


def _score(score: tuple[int, int] | None) -> str:
    return DASH.join(map(str, score)) if score is not None else ""


def _ended(verdict: Verdict | None) -> str:
    """The score of a pairing, or how it ended without."""
    match verdict.how if verdict is not None else None:
        case "walkover":
            return _("Walkover")
        case "double_forfeit":
            return _("Nobody came")
    return _score(verdict.score if verdict is not None else None) or DASH


def _fact(name: str, value: str, more: str = "", url: str | None = None) -> dict[str, Any]:
    return {"name": name, "value": value, "more": more, "url": url}
