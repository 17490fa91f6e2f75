"""What was done to a tournament, in sentences: the audit log as people read it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tournaments.board import Board
from tournaments.models import Entrant, Entry

NAMED = 3  # of those who were entered in one go


class Sentences:
    """The sentences of one tournament's log. ``entries`` are its entries by the engine's numbers, for undoings."""

    def __init__(self, board: Board, entries: Mapping[int, Entry]) -> None:
        self._board = board
        self._entries = entries
        rows = Entrant.objects.filter(tournament=board.tournament)
        self._names: dict[int, str] = dict(rows.values_list("pk", "name"))  # those who left and were replaced too
        self._past = {past.n: past for past in board.state.past}

    def of(self, entry: Entry, number: int | None, reason: str | None = None) -> str:
        """The sentence of an entry. ``number`` is the engine's; ``reason`` why the one who is dropped in it was sent
        away.
        """
        event: dict[str, Any] = entry.event
        values = {
            "who": entry.by.name if entry.by is not None else _("The server"),
            "name": event.get("name") or self._names.get(event.get("entrant", 0), "?"),
            "match": self._match(event.get("pairing")),
            "reason": reason,
        }
        if entry.kind == "dropped" and entry.by is None:
            return _("%(name)s dropped out.") % values
        if entry.kind == "dropped" and reason is not None:
            return _("%(who)s disqualified %(name)s: %(reason)s") % values
        if entry.kind == "drawn":
            count = len(event["order"])
            text = ngettext(
                "%(who)s started it with %(count)s entrant.", "%(who)s started it with %(count)s entrants.", count
            )
            return text % {**values, "count": count}
        if entry.kind == "overridden":
            return _("%(who)s changed %(match)s: %(verdict)s.") % {**values, "verdict": self._verdict(event, number)}
        if entry.kind == "undone":
            return self._undone(event["n"], values)
        text = self._plain(entry.kind)
        return text % {
            **values,
            **{key: event.get(key) for key in ("round", "text", "seconds")},
            "former": self._former(event),
        }

    def entered(self, entries: list[Entry]) -> str:
        """The sentence of those whom one organiser entered in one go."""
        names = [entry.event["name"] for entry in entries]
        who = entries[0].by.name if entries[0].by is not None else _("The server")
        shown, more = ", ".join(names[:NAMED]), len(names) - NAMED
        if more <= 0:
            return _("%(who)s entered %(names)s.") % {"who": who, "names": shown}
        text = ngettext(
            "%(who)s entered %(names)s and %(more)s more.", "%(who)s entered %(names)s and %(more)s more.", more
        )
        return text % {"who": who, "names": shown, "more": more}

    def _plain(self, kind: str) -> str:
        texts = {
            "entered": _("%(who)s entered %(name)s."),
            "left": _("%(who)s took %(name)s out."),
            "round_drawn": _("Round %(round)s was drawn."),
            "dropped": _("%(who)s dropped %(name)s."),
            "reopened": _("%(who)s reopened %(match)s."),
            "replaced": _("%(who)s put %(name)s in the place of %(former)s."),
            "cancelled": _("%(who)s cancelled the tournament."),
            "opened": _("%(who)s opened it to all."),
            "changed": _("%(who)s changed the settings."),
            "waiting": _("%(who)s put %(name)s on the waitlist."),
            "given_up": _("%(who)s took %(name)s off the waitlist."),
            "check_in": _("%(who)s opened the check-in."),
            "checked_in": _("%(name)s is here."),
            "seeded": _("%(who)s put the entrants in an order."),
            "paused": _("%(who)s paused it."),
            "resumed": _("%(who)s let it go on."),
            "disqualified": _("%(who)s disqualified %(name)s."),
            "extended": _("%(who)s gave %(match)s %(seconds)s s more to begin."),
            "announced": _("%(who)s announced: %(text)s"),
            "appointed": _("%(who)s made %(name)s a co-organiser."),
            "dismissed": _("%(who)s made %(name)s a co-organiser no more."),
        }
        return texts.get(kind, _("%(match)s was decided."))

    def _undone(self, number: int, values: dict[str, Any]) -> str:
        entry = self._entries.get(number)
        if entry is None:
            return _("%(who)s undid an earlier entry.") % values
        values = {**values, "n": entry.n}
        if entry.kind == "undone":
            return _("%(who)s undid no. %(n)s: what it undid holds again.") % values
        return _("%(who)s undid no. %(n)s: “%(what)s”") % {**values, "what": self.of(entry, number)}

    def _match(self, pairing: str | None) -> str:
        number = self._board.numbers.get(pairing or "")
        return _("match %(number)s") % {"number": number} if number is not None else pairing or "?"

    def _verdict(self, event: dict[str, Any], number: int | None) -> str:
        """What an override says, by who stood in its slots then, as they are called now."""
        past = self._past.get(number or 0)
        order, names = self._board.state.order, self._board.state.entrants
        two = [names[order[seed - 1]] for seed in past.seeds] if past is not None else ["?", "?"]
        winner = event.get("winner") or 1
        values: dict[str, Any] = {"left": two[0], "right": two[1], "winner": two[winner - 1], "loser": two[2 - winner]}
        if event["how"] == "double_forfeit":
            return _("%(left)s and %(right)s both forfeit") % values
        if event["how"] == "walkover":
            return _("%(winner)s goes on without a match, %(loser)s forfeits") % values
        if (score := event.get("score")) is None:
            return _("%(winner)s beat %(loser)s") % values
        values |= {"a": score[winner - 1], "b": score[2 - winner]}
        return _("%(winner)s beat %(loser)s %(a)s-%(b)s") % values

    def _former(self, event: dict[str, Any]) -> str:
        return self._names.get(event.get("entrant", 0), "?")
