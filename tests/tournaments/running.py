"""Tournaments over real sockets: one that runs, a socket that follows its log, people who play their matches."""

import asyncio
import re
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from accounts.models import User
from chat.models import Line
from game import matches
from game.models import Match, Seat
from game.pong import court
from game.pong.court import Choice, Ruleset
from realtime import database
from realtime.models import Lease
from realtime.wire import Refused
from tests.conftest import Client, LiveServer, Sockets
from tests.game.playing import quick, shows_live, soon
from tournaments import calling, log, registration
from tournaments.calling import Step
from tournaments.formats import engine, events
from tournaments.formats.options import Options
from tournaments.formats.tournament import Tournament as State
from tournaments.models import Call, Entrant, Entry, Tournament

__all__ = ("brief", "quick", "soon")

DECISIONS = ("result", "walkover", "double_forfeit")
PAIRING = re.compile(r'<li id="(pairing-[^"]+)".*?</ol>\s*</div>\s*</li>', re.DOTALL)
TABLE = re.compile(r'<div id="(standings-[0-9]+)".*?</div>', re.DOTALL)
LISTED = ("listed-", "entrants-count", "waitlist-count")
ROW = re.compile(r'<tr id="(standing-[0-9]+)".*?</tr>', re.DOTALL)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    """Matches of one point, in which only the first ball can be returned."""
    quickly = court.ruleset

    def briefly(points: int = 11, paddle: str = court.NORMAL, pace: str = court.AS_IN_1972) -> Ruleset:
        return replace(quickly(points, paddle, pace), id="brief", points=1, shrink_from=0, shrink_to=1)

    monkeypatch.setattr(court, "ruleset", briefly)


# -- as rows -------------------------------------------------------------------------------------------------------


def make(organiser: User | None, *users: User, size: int = 8, points: int = 3, bots: int = 0) -> Tournament:
    """An open tournament, with these entered in this order, and then bots."""
    tournament = registration.create(organiser, "Friday Cup", size, Choice(points))
    for user in users:
        registration.join(user, tournament.pk)
    if bots and organiser is not None:
        registration.fill(organiser, tournament.pk, "easy", bots)
    return fresh(tournament)


def fresh(tournament: Tournament) -> Tournament:
    return Tournament.objects.get(pk=tournament.pk)


def state(tournament: Tournament) -> State:
    """What the log as it is stored comes to."""
    stored = Entry.objects.filter(tournament=tournament).exclude(kind__in=log.NOTES).order_by("n")
    options = Options.from_dict(tournament.options or {})
    return engine.fold(tournament.format, [events.from_dict(entry.event) for entry in stored], options)


def kinds(tournament: Tournament) -> list[str]:
    return list(Entry.objects.filter(tournament=tournament).order_by("n").values_list("kind", flat=True))


def said(tournament: Tournament, kind: Line.Kind, person: User | None = None) -> list[str]:
    """The announcements of a kind, for everybody or for one."""
    lines = Line.objects.filter(conversation=f"tournament.{tournament.pk}", kind=kind, person=person)
    return list(lines.order_by("n").values_list("text", flat=True))


def everything(tournament: Tournament) -> list[Any]:
    """All the rows of a tournament."""
    return [
        list(rows.order_by("pk").values())
        for rows in (
            Tournament.objects.filter(pk=tournament.pk),
            Entry.objects.filter(tournament=tournament),
            Entrant.objects.filter(tournament=tournament),
            Call.objects.filter(tournament=tournament),
            Match.objects.filter(call__tournament=tournament),
            Line.objects.filter(conversation=f"tournament.{tournament.pk}"),
        )
    ]


def refused(tournament: Tournament, code: str) -> AbstractContextManager[None]:
    """What is done in the body is refused with this code, and not a row is another."""

    @contextmanager
    def refusing() -> Any:
        before = everything(tournament)
        with pytest.raises(Refused) as refusal:
            yield
        assert refusal.value.code == code
        assert refusal.value.expected
        assert everything(tournament) == before

    return refusing()


def hosted_rows() -> tuple[int, int]:
    """How many are held in a seat, and how many leases there are of tournaments and their matches."""
    leases = Lease.objects.exclude(room__startswith="queue.")
    return Seat.objects.filter(holder__isnull=False).count(), leases.count()


@pytest.fixture
def dora(db: None) -> User:
    return User.objects.create_user("Dora")


@pytest.fixture
def four(db: None, alice: User, bob: User, charlie: User, dora: User) -> Tournament:
    """Alice, who organises it, against Dora, and Bob against Charlie: both are called."""
    tournament = make(alice, alice, bob, charlie, dora)
    registration.start(alice, tournament.pk)
    look(tournament)
    return fresh(tournament)


def match(tournament: Tournament, pairing: str) -> Match:
    return Call.objects.filter(tournament=tournament, pairing=pairing).latest("pk").match


def play(tournament: Tournament, pairing: str, winner: int = 0, a: int = 3, b: int = 1) -> Match:
    """The last match of a pairing is played to its end; without points somebody gives up."""
    found = match(tournament, pairing)
    epoch = Lease.objects.get(room=matches.room_name(found.pk)).epoch
    matches.begin(found.pk, epoch)
    Match.objects.filter(pk=found.pk).update(a=a, b=b)
    reason = Match.Reason.POINTS if a or b else Match.Reason.RESIGNED
    return matches.finish(found.pk, epoch, winner=winner, reason=reason)


async def start(organiser: User | None, *users: User, **options: Any) -> Tournament:
    """A tournament that has begun."""
    tournament = await database.run(make, organiser, *users, **options)
    await database.run(registration.start, organiser, tournament.pk)
    return await database.run(fresh, tournament)


async def eventually(condition: Callable[..., Any], *args: Any, timeout_s: float = 10) -> Any:
    """Wait until rows fulfil a condition; give what it found."""
    async with asyncio.timeout(timeout_s):
        while not (found := await database.run(condition, *args)):
            await asyncio.sleep(0.02)
    return found


# -- over sockets --------------------------------------------------------------------------------------------------


async def page(server: LiveServer, tournament: Tournament) -> dict[str, Any]:
    """The live parts of the page, as somebody who comes now gets them."""

    def fetch() -> Any:
        with urllib.request.urlopen(f"{server.url}/tournaments/{tournament.pk}/fragments/", timeout=10) as answer:
            return msgspec.json.decode(answer.read())

    found: dict[str, Any] = await asyncio.to_thread(fetch)
    return found


def listed(entrants: str, fragments: dict[str, str | None]) -> str:
    """The lists of entrants and of who waits after rows and counts of them that were pushed, as page.js does it."""
    for id, html in fragments.items():
        if html is None or not id.startswith(LISTED):
            continue
        old = re.search(rf'<(li|span) id="{id}".*?</\1>\n', entrants, re.DOTALL)
        name = re.search(r'data-list="([^"]+)"', html)
        place = re.search(rf'<ol id="{name[1]}".*?(?=</ol>)', entrants, re.DOTALL) if name else None
        if old is not None and html and (place is None or place.start() < old.start() < place.end()):
            entrants = entrants.replace(old[0], html)
            continue
        if place is not None:
            entrants = entrants[: place.end()] + html + entrants[place.end() :]
        if old is not None:
            entrants = entrants.replace(old[0], "", 1)
    return entrants


def put_together(parts: dict[str, str]) -> dict[str, str]:
    """The page after fragments: those of single pairings in their places in the bracket."""
    bracket = PAIRING.sub(lambda found: parts.get(found[1], found[0]).strip(), parts["tournament-bracket"])
    tables = TABLE.sub(lambda found: parts.get(found[1], found[0]).strip(), parts["tournament-standings"])
    tables = ROW.sub(lambda found: parts.get(found[1], found[0]).strip(), tables)
    whole = {id: html for id, html in parts.items() if id.startswith("tournament-")}
    return {**whole, "tournament-bracket": bracket, "tournament-standings": tables}


class Follower:
    """A socket of a tournament that was there before the draw, and knows only what it was told."""

    def __init__(self, client: Client, snapshot: dict[str, Any], parts: dict[str, Any], format: str) -> None:
        shown = snapshot["tournament"]
        assert (snapshot["n"], shown["phase"]) == (parts.pop("n"), "open")
        self.client = client
        self.n = int(snapshot["n"])
        self.messages: list[dict[str, Any]] = []
        self._early: dict[int, dict[str, Any]] = {}
        self.errors: list[dict[str, Any]] = []
        self.previews: list[dict[str, Any]] = []
        self.to_fetch: set[str] = set()
        self.scores: list[tuple[str, list[int]]] = []
        entered = [events.Entered(entrant["id"], entrant["name"]) for entrant in shown["entrants"]]
        self.state = engine.fold(shown["format"], entered, Options.from_dict(shown["options"]))
        self.calls: dict[str, int] = {}
        self.under_way: set[str] = set()
        self.begun: set[str] = set()
        self.parts: dict[str, str] = parts
        self._changed = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def enter(cls, sockets: Sockets, tournament: Tournament, user: User | None = None) -> "Follower":
        client = await sockets.open(f"/ws/tournaments/{tournament.pk}/", user)
        return cls(client, await client.receive(), await page(sockets.server, tournament), tournament.format)

    async def _read(self) -> None:
        import websockets

        try:
            while True:
                self._take(await self.client.receive(60))
                async with self._changed:
                    self._changed.notify_all()
        except websockets.ConnectionClosed:
            pass
        finally:
            async with self._changed:
                self._changed.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "error":
            self.errors.append(message)
        if message["type"] == "preview":
            self.previews.append(message)
        if message["type"] == "score":
            self.scores.append((message["pairing"], message["score"]))
        if message["type"] != "event":
            return
        assert message["n"] > self.n, f"after {self.n} came {message}"
        assert message["n"] not in self._early, f"twice came {message}"
        # Two threads commit in order, and may tell in another: what came early waits here for what came before it.
        self._early[message["n"]] = message
        while (following := self._early.pop(self.n + 1, None)) is not None:
            self._apply(following)

    def _apply(self, message: dict[str, Any]) -> None:
        self.n = message["n"]
        self.messages.append(message)
        event = message["event"]
        if event["kind"] == "called":
            self.calls[event["pairing"]] = event["match"]
            self.under_way.add(event["pairing"])
            self.begun.discard(event["pairing"])
        elif event["kind"] == "begun":
            self.begun.add(event["pairing"])
        elif event["kind"] == "set_aside":
            self.under_way.discard(event["pairing"])
        elif event["kind"] not in log.NOTES:
            self.under_way.discard(event.get("pairing", ""))
            self.state = engine.apply(self.state, events.from_dict(event))
        if "tournament-bracket" in message["fragments"]:
            self.parts = {id: html for id, html in self.parts.items() if not id.startswith("pairing-")}
        # A table that comes whole is newer than the rows that came before it.
        for id in [id for id in message["fragments"] if id.startswith(("standings-", "tournament-standings"))]:
            html = message["fragments"][id] or ""
            within = {*ROW.findall(html), *TABLE.findall(html)} - {id}
            self.parts = {id: html for id, html in self.parts.items() if id not in within}
        pushed = {id: html for id, html in message["fragments"].items() if html is not None}
        self.parts.update({id: html for id, html in pushed.items() if not id.startswith(LISTED)})
        self.parts["tournament-entrants"] = listed(self.parts["tournament-entrants"], pushed)
        self.to_fetch |= {id for id, html in message["fragments"].items() if html is None}

    async def until(self, condition: Callable[["Follower"], Any], timeout_s: float = 20) -> Any:
        """Wait until the condition holds of what is known."""
        async with asyncio.timeout(timeout_s), self._changed:
            while not (found := condition(self)):
                assert not self._reading.done(), self._reading.exception()
                await self._changed.wait()
        return found

    async def called(self, pairing: str) -> int:
        """The match in which a pairing is played, as soon as it is called."""
        return int(await self.until(lambda known: known.calls.get(pairing)))

    async def phase(self, phase: str, timeout_s: float = 20) -> None:
        await self.until(lambda known: known.state.phase == phase, timeout_s)

    async def refusal(self, message: Any) -> str:
        """Send what is refused; give the code."""
        before = len(self.errors)
        await self.client.send(message)
        return str((await self.until(lambda known: known.errors[before:]))[0]["code"])

    def pairings(self) -> dict[str, dict[str, Any]]:
        """The pairings as a snapshot has them."""
        return {
            id: {
                "id": id,
                "section": pairing.place.section,
                "group": pairing.place.group,
                "round": pairing.place.round,
                "number": pairing.place.number,
                "entrants": [o if isinstance(o, int) else None for o in pairing.occupants],
                "state": self._state(id),
                "winner": pairing.winner,
                "score": list(pairing.verdict.score) if pairing.verdict and pairing.verdict.score else None,
                "how": pairing.verdict.how if pairing.verdict else None,
                "matches": [
                    {"winner": played.winner, "score": list(played.score or ()), "match": played.match}
                    for played in pairing.matches
                ],
                "match": self.calls.get(id),
            }
            for id, pairing in self.state.pairings.items()
        }

    def _state(self, id: str) -> str:
        found: str = self.state.pairings[id].state
        if self.state.cancelled and found in ("waiting", "playable"):
            return "void"
        if found == "playable" and id in self.under_way:
            return "live" if id in self.begun else "called"
        return found


async def snapshot(sockets: Sockets, tournament: Tournament) -> dict[str, Any]:
    """What a socket that comes now gets first."""
    client = await sockets.open(f"/ws/tournaments/{tournament.pk}/")
    first: dict[str, Any] = await client.receive()
    await client.close()
    return first


async def as_seen_now(sockets: Sockets, tournament: Tournament, follower: Follower) -> None:
    """Who was there all the time knows what one is told who comes now."""
    shown = await snapshot(sockets, tournament)
    await follower.until(lambda known: known.n >= shown["n"])
    assert follower.n == shown["n"]
    told = shown["tournament"]
    assert follower.pairings() == {pairing["id"]: pairing for pairing in told["pairings"]}
    state = follower.state
    assert (told["phase"], told["champion"]) == (state.phase, state.champion)
    names = {entrant["id"]: entrant["name"] for entrant in told["entrants"]}
    assert (names, tuple(names)) == (state.entrants, state.order or tuple(state.entrants))
    parts = await page(sockets.server, tournament)
    assert parts.pop("n") == follower.n
    follower.parts |= {id: parts[id] for id in follower.to_fetch}
    assert put_together(follower.parts) == put_together(parts)


async def sit(sockets: Sockets, match_id: int, user: User) -> Client:
    """A socket at the table."""
    client = await sockets.open(f"/ws/game/{match_id}/", user)
    await client.until(7)
    return client


async def decide(sockets: Sockets, match_id: int, winner: User, loser: User) -> None:
    """Both come; as soon as it has begun, one gives up."""
    winning = await sockets.open(f"/ws/game/{match_id}/", winner)
    losing = await sockets.open(f"/ws/game/{match_id}/", loser)
    await losing.until(shows_live)
    await losing.send([9])
    await winning.until(8)
    for client in (winning, losing):
        await client.close()


def said_twice(tournament: Tournament) -> list[str]:
    """Announcements that were made more than once."""
    lines = Line.objects.filter(conversation=f"tournament.{tournament.pk}").exclude(kind=Line.Kind.LINE)
    made = list(lines.values_list("kind", "text", "person"))
    return [text for kind, text, person in made if made.count((kind, text, person)) > 1]


def look(tournament: Tournament) -> Step:
    """One look of whoever holds the tournament's lease."""
    lease = Lease.objects.filter(room=calling.lease(tournament.pk)).first()
    return calling.step(tournament.pk, lease.epoch if lease is not None else 0)


async def restart(server: LiveServer) -> None:
    """Everything this process hosts is let go, and found again in its rows."""
    from config import boot

    async def again() -> None:
        await boot.let_go(0)
        await boot.adopt()

    await asyncio.to_thread(server.call, again())
