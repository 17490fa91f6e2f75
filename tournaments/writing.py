"""Writing to a tournament: one transaction that locks it, adds to its log, and on commit tells everybody what that
changed.

The page's fragments are rendered once for each change, by the templates that made the page, and pushed to everyone.
"""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from chat import lines
from chat.models import Line
from realtime import process, rooms
from tournaments import entering, log, rendering
from tournaments.board import Board
from tournaments.formats import events
from tournaments.formats.tournament import Tournament as State
from tournaments.models import BEFORE, Tournament

LARGEST = 64 * 1024  # characters of one fragment that are pushed to everybody; a socket may owe 1 MiB
MANY = 100  # pairings of a bracket, or rows of a list: what is larger need not be rendered to know it
LONG = 200  # rows of a table, the same; that of a Swiss has another order with nearly every result


def room_name(tournament_id: int) -> str:
    return f"tournament.{tournament_id}"


@contextmanager
def writing(tournament_id: int, by: User | None = None) -> Iterator["Writing"]:
    """Lock the tournament, write in the body, commit, tell. If the body raises, nothing has happened.

    ``by`` is the organiser whose act it is, if it is one's.
    """
    with transaction.atomic():
        pen = Writing(log.lock(tournament_id), by)
        yield pen
        pen.tell()


class Writing:
    """What is written in one transaction."""

    def __init__(self, tournament: Tournament, by: User | None = None) -> None:
        self.tournament = tournament
        self.by = by
        self.state = self._before = log.state(tournament)
        self._listed = Listed.on(Board(tournament, self.state))
        self._entries: list[tuple[int, dict[str, Any]]] = []
        self._noted: set[str | int] = set()

    def append(self, event: events.Event) -> State:
        """Add an event of the engine; Refused if it is not allowed now."""
        self.state = log.append(self.tournament, event, self.state, self.by)
        self._entries.append((self.tournament.n, event.to_dict()))
        return self.state

    def note(self, kind: str, **what: Any) -> None:
        """Add a note: something to show that decides nothing. Its ``pairing`` or ``entrant`` looks different now."""
        log.note(self.tournament, kind, self.state, self.by, **what)
        self._entries.append((self.tournament.n, {"kind": kind, **what}))
        self._noted.update(what[key] for key in ("pairing", "entrant") if key in what)

    def announce(self, kind: Line.Kind, text: str, what: str, url: str = "") -> None:
        """Say in the chat what the last entry came to. ``what`` tells it from other lines about the same entry."""
        key = room_name(self.tournament.pk)
        lines.announce(key, kind, text, subject=f"{key}:{self.tournament.n}:{what}", url=url)

    def refold(self) -> None:
        """The format or its options are others: what the log comes to now. Refused if the format does not take it."""
        self.state = log.refold(self.tournament)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is written in the body stands or falls together: if it raises, it has not happened."""
        before = self.state, list(self._entries), set(self._noted), self.tournament.n, self.tournament.phase
        try:
            with transaction.atomic():
                yield
        except Exception:
            self.state, self._entries, self._noted, self.tournament.n, self.tournament.phase = before
            raise

    def tell(self) -> None:
        """On commit, publish the entries; the last one brings what they changed on the page."""
        if not self._entries:
            return
        board = Board(self.tournament, self.state)
        head = board.head()
        for n, event in self._entries:
            last = n == self.tournament.n
            message = {
                "type": "event",
                "n": n,
                "event": event,
                "fragments": self._fragments(board) if last else {},
                "tournament": {
                    "phase": head["phase"],
                    "entrants": head["entrants_count"],
                    "champion": self.state.champion,
                },
            }
            process.on_commit(rooms.publish, room_name(self.tournament.pk), n, message)

    def _fragments(self, board: Board) -> dict[str, str | None]:
        """What looks different now. Null: it is too large to be pushed to everybody, and is fetched."""
        changed = self._changed()
        if changed is None and len(board.shown) > MANY:
            return {**fragments(board, []), **dict.fromkeys(rendering.LARGE)}
        fetched: set[str] = set()
        if self.state.format.pairs_as_it_goes and self.state is not self._before and self._before.order:
            # Somebody is paired or has played all the time: the log is not kept waiting while all that is rendered.
            fetched = {"tournament-bracket", "tournament-standings"} if changed is None else {"tournament-standings"}
            changed = changed or []
        made: dict[str, str | None] = {**fragments(board, changed)}
        if changed is not None:
            made |= self._lists(board)
        if "finished" in (self._before.phase, self.state.phase):
            made["tournament-after"] = rendering.after(board)
        if changed is not None and board.state is not self._before and not fetched:
            made |= standings(Board(self.tournament, self._before), board)
        pushed = {id: html if len(html or "") <= LARGEST else None for id, html in made.items()}
        return {**pushed, **dict.fromkeys(fetched)}

    def _changed(self) -> list[str] | None:
        """The pairings that look different now; None: there are others than before, or there were none."""
        before, after = self._before.pairings, self.state.pairings
        if before.keys() != after.keys():
            return None
        if not before:
            return []
        called_off = self.state.cancelled and not self._before.cancelled
        return [
            id
            for id, pairing in after.items()
            if id in self._noted or before[id] != pairing or (called_off and pairing.verdict is None)
        ]

    def _lists(self, board: Board) -> dict[str, str | None]:
        """What looks different of the lists of who is in and who waits."""
        before, after = self._before, self.state
        others = {id for id, name in after.entrants.items() if before.entrants.get(id) != name}
        unlike = board.unlike(Board(self.tournament, before)) if after is not before else ()
        return lists(self._listed, board, others.union(unlike, self._noted))


def fragments(board: Board, pairings: list[str] | None = None) -> dict[str, str]:
    """The parts of the page, by element id: these pairings, or the whole bracket with its standings and entrants."""
    context = {
        "tournament": board.head(),
        "now": board.now(),
        "champion": board.champion(),
        "entry": entering.shown(board),
    }
    made = {
        "tournament-status": rendering.render("tournaments/_status.html", context),
        "tournament-now": rendering.render("tournaments/_now.html", context),
    }
    if pairings is None:
        made["tournament-entrants"] = rendering.entrants(board)
        made["tournament-bracket"] = rendering.bracket(board)
        if board.lines:
            made["tournament-standings"] = rendering.standings(board)
    for id in pairings or ():
        made[f"pairing-{id.replace('.', '-')}"] = rendering.pairing(board, board.state.pairings[id])
    return made


def standings(before: Board, after: Board) -> dict[str, str | None]:
    """The rows of the tables that changed, by element id; a whole table where the order of its rows did."""
    former = {table["id"]: table for table in before.tables()}
    if not former:
        return {"tournament-standings": rendering.standings(after)} if after.lines else {}
    made: dict[str, str | None] = {}
    for table in after.tables():
        rows = {row["entrant"]: row for row in former.get(table["id"], {"rows": []})["rows"]}
        if list(rows) != [row["entrant"] for row in table["rows"]]:
            made[table["id"]] = rendering.standings_table(table) if len(table["rows"]) <= LONG else None
            continue
        for row in table["rows"]:
            if row != rows[row["entrant"]]:
                made[f"standing-{row['entrant']}"] = rendering.standings_row(row)
    return made


@dataclass(frozen=True, slots=True)
class Listed:
    """Who stands on the lists of a page, in this order: those who are in and those who wait."""

    entrants: Sequence[int]
    waiting: Sequence[int]
    heading: tuple[Any, ...]  # what all rows, or what is said about them, depend on

    @classmethod
    def on(cls, board: Board) -> "Listed":
        tournament = board.tournament
        phase = tournament.phase if tournament.phase in BEFORE else None
        heading = phase, tournament.size, tournament.hot_seat
        return cls(board.order, [waiting["id"] for waiting in board.waiting], heading)


def lists(before: Listed, board: Board, changed: Set[str | int]) -> dict[str, str | None]:
    """The rows of who is in and of who waits that changed, by element id ("" of those who are gone), and the counts;
    both lists where their order changed, or much of them.
    """
    after = Listed.on(board)
    entrants, waiting = _rows(before.entrants, after.entrants, changed), _rows(before.waiting, after.waiting, changed)
    gone = {*before.entrants, *before.waiting} - {*after.entrants, *after.waiting}
    if entrants is None or waiting is None or before.heading != after.heading or len(entrants) + len(waiting) > MANY:
        is_long = len(after.entrants) + len(after.waiting) > MANY
        return {"tournament-entrants": None if is_long else rendering.entrants(board)}
    numbers = len(before.entrants), len(before.waiting)
    return {
        **(rendering.counts(board) if numbers != (len(after.entrants), len(after.waiting)) else {}),
        **{f"listed-{id}": rendering.entrants_row(board, id) for id in entrants},
        **{f"listed-{each['id']}": rendering.waitlist_row(each) for each in board.waiting if each["id"] in waiting},
        **dict.fromkeys((f"listed-{id}" for id in gone), ""),
    }


def _rows(before: Sequence[int], after: Sequence[int], changed: Set[str | int]) -> list[int] | None:
    """The rows of a list to be shown anew: those who have ``changed``, then who has come, at its end. None if the
    others stand in another order.
    """
    here = set(after)
    stays = [id for id in before if id in here]
    if stays != list(after[: len(stays)]):
        return None
    return [*(id for id in stays if id in changed), *after[len(stays) :]]
