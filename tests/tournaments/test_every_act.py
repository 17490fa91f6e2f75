"""Every act at every moment by everybody: it is done, or refused with a code of docs/protocol.md and nothing has
changed. And what no act can be: twice at once, or about what does not exist.
"""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings as conf
from django.db import transaction

from accounts.models import User
from game.pong.court import Choice
from realtime import database
from realtime.clock import wall_ms
from realtime.wire import Refused
from tests.conftest import Sockets
from tests.tournaments.running import everything, fresh, look, make, play
from tournaments import organising, registration, starting
from tournaments.consumers import TournamentConsumer
from tournaments.descriptions import FORMATS
from tournaments.formats import swiss_draw
from tournaments.models import Entry, Tournament
from tournaments.organising import Override
from tournaments.registration import Plan
from tournaments.writing import writing

PLAIN = ["join", "leave", "drop_out", "check_in", "rest", "return", "publish", "start", "pause", "resume", "cancel"]
PHASES = ("draft", "open", "check_in", "running", "paused", "finished", "cancelled")
MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def _no_rest(settings: Any) -> None:
    settings.REST_S = 0


def documented() -> set[str]:
    """The codes that docs/protocol.md has for a tournament's socket."""
    page = (Path(conf.BASE_DIR) / "docs" / "protocol.md").read_text()
    rows = page.split("| refusal | of |\n", 1)[1].split("\n\n", 1)[0].splitlines()
    return {"sign_in_required", "bad_message"}.union(*(re.findall(r"`(\w+)`", row.split("|")[1]) for row in rows))


@pytest.fixture
def cast(alice: User, bob: User, charlie: User) -> dict[str, User | None]:
    """Who acts. Bob is in, with Eve and two bots, except in a draft, which nobody enters."""
    return {
        "organiser": alice,
        "co-organiser": User.objects.create_user("Dora"),
        "entrant": bob,
        "stranger": charlie,
        "anonymous": None,
    }


def at(phase: str, cast: dict[str, Any], format: str = "single_elimination") -> Tournament:
    """A tournament at a moment. Once it runs one match is decided, and the organiser has corrected its score."""
    alice = cast["organiser"]
    plan = Plan(format, draft=phase == "draft", starts_ms=wall_ms() + 30 * MINUTE_MS, check_in_min=20)
    made = registration.create(alice, "Friday Cup", 8, Choice(3), plan)
    organising.appoint(alice, made.pk, "Dora")
    if phase != "draft":
        for user in (cast["entrant"], User.objects.create_user("Eve")):
            registration.join(user, made.pk)
    registration.fill(alice, made.pk, "easy", 2)
    if phase == "check_in":
        with writing(made.pk) as pen:
            starting.open_check_in(pen)
    if phase in ("running", "paused", "finished", "cancelled"):
        run(made, alice, phase)
    assert fresh(made).phase == ("running" if phase == "paused" else phase)
    return fresh(made)


def run(made: Tournament, alice: User, phase: str) -> None:
    registration.start(alice, made.pk)
    if (due := look(made).round_due) is not None:
        with writing(made.pk) as pen:
            pen.append(swiss_draw.next_round(due))
        look(made)
    first = called(made)[0]
    play(made, first, a=0, b=0)
    organising.do(alice, made.pk, Override(first, "score", 1, (3, 0)))
    if phase == "paused":
        organising.pause(alice, made.pk)
    if phase == "finished":
        for pairing in ("m1.2", "m2.1"):
            play(made, pairing, a=0, b=0)
            look(made)
    if phase == "cancelled":
        organising.cancel(alice, made.pk)


def called(made: Tournament) -> list[str]:
    return list(made.calls.filter(entered=None).order_by("pk").values_list("pairing", flat=True))


def acts(made: Tournament) -> dict[str, dict[str, Any]]:
    """Each act as its message, about what is there if anything is."""
    first, *others = made.entrants.order_by("pk").values_list("pk", flat=True)
    corrected = Entry.objects.filter(tournament=made, kind="overridden").values_list("n", flat=True).first()
    decided = made.calls.exclude(entered=None).order_by("pk").values_list("pairing", flat=True).first() or "m1.1"
    waits = (called(made) or ["m1.2"])[0]
    previewed: dict[str, dict[str, Any]] = {
        "drop": {"entrant": first},
        "override": {"pairing": decided, "winner": 2, "score": [1, 3]},
        "reopen": {"pairing": decided},
        "replace": {"entrant": first, "name": "Gina"},
        "undo": {"entry": corrected or 1},
    }
    others_too: dict[str, dict[str, Any]] = {
        "fill": {"count": 1},
        "names": {"names": ["Mum"]},
        "remove": {"entrant": first},
        "move": {"entrant": first, "to": 2},
        "extend": {"pairing": waits},
        "announce": {"text": "Hello"},
        "appoint": {"name": "Gina"},
        "dismiss": {"user": made.co_organisers.get().pk},
    }
    told = {name: {"type": name, **fields} for name, fields in {**previewed, **others_too}.items()}
    told |= {name: {"type": name} for name in PLAIN}
    told["disqualify"] = {"type": "drop", "entrant": first, "reason": "shouts"}
    told["seed"] = {"type": "seed", "by": "random"}
    told["order"] = {"type": "seed", "order": [*others, first]}
    told |= {f"preview {name}": {"type": "preview", "act": told[name]} for name in (*previewed, "disqualify")}
    return told


class AtOnce(TournamentConsumer):
    """The consumer without its socket: what a message asks for is done where it is said."""

    def __init__(self, user: User | None, tournament: Tournament) -> None:
        super().__init__()
        self.scope = {"user": user}
        self._id = tournament.pk

    def _do(self, use_case: Callable[..., Any], user: User, *args: Any, **kwargs: Any) -> None:
        use_case(user, self._id, *args, **kwargs)

    def later(self, job: Callable[..., Any], *args: Any) -> None:
        user, act = args
        organising.preview(user, self._id, act)


def answer(user: User | None, tournament: Tournament, *messages: dict[str, Any]) -> str:
    """What comes of messages: "done", and then they are taken back; or the code of the refusal."""
    consumer = AtOnce(user, tournament)
    try:
        with transaction.atomic():
            for message in messages:
                consumer.hear(consumer.decode(msgspec.json.encode(message)))
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.code if refused.expected else "no word of what is expected"
    return "done"


ALWAYS = {"announce", "appoint", "dismiss"}
FIELD = {"fill", "remove", "move", "seed", "order", "cancel"}
CORRECTIONS = {f"{preview}{act}" for preview in ("", "preview ") for act in ("override", "reopen", "undo")}
EXCEPTIONS = {f"{preview}{act}" for preview in ("", "preview ") for act in ("drop", "disqualify", "replace")}
DURING = CORRECTIONS | EXCEPTIONS | {"extend", "cancel"}
# What is done, and nothing else.
ORGANISERS = {
    "draft": ALWAYS | FIELD | {"publish"},
    "open": ALWAYS | FIELD | {"start", "join"},
    "check_in": ALWAYS | FIELD | {"start", "join"},
    "running": ALWAYS | DURING | {"pause"},
    "paused": ALWAYS | DURING | {"resume"},
    "finished": ALWAYS | CORRECTIONS,
    "cancelled": ALWAYS | {"undo", "preview undo"},
}
ENTRANTS = {"open": {"leave"}, "check_in": {"leave", "check_in"}, "running": {"drop_out"}, "paused": {"drop_out"}}
STRANGERS = {"open": {"join"}, "check_in": {"join"}}
ALLOWED: dict[str, dict[str, set[str]]] = {
    "organiser": ORGANISERS,
    "co-organiser": ORGANISERS,
    "entrant": ENTRANTS,
    "stranger": STRANGERS,
    "anonymous": {},
}


@pytest.mark.parametrize("phase", PHASES)
def test_it_is_done_or_refused_and_nothing_has_changed(cast: dict[str, Any], phase: str) -> None:
    User.objects.create_user("Gina")
    made = at(phase, cast)
    told, codes, rows = acts(made), documented(), everything(made)
    for role, user in cast.items():
        found = {name: answer(user, made, message) for name, message in told.items()}
        assert {name for name, code in found.items() if code == "done"} == ALLOWED[role].get(phase, set()), role
        assert set(found.values()) <= codes | {"done"}, role
        if role == "anonymous":
            assert set(found.values()) == {"sign_in_required"}
        assert everything(made) == rows, role


@pytest.mark.parametrize("phase", ["draft", "check_in", "running", "finished"])
def test_what_is_done_is_done_again_or_refused(cast: dict[str, Any], phase: str) -> None:
    """Twice, and whatever comes second after whatever came first."""
    User.objects.create_user("Gina")
    made = at(phase, cast)
    told, codes, rows = acts(made), documented(), everything(made)
    done = [told[name] for name in sorted(ORGANISERS[phase]) if not name.startswith("preview")]
    found = {answer(cast["organiser"], made, one, other) for one in done for other in done}
    assert found <= codes | {"done"}
    assert everything(made) == rows


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "single_elimination"])
def test_so_it_is_in_every_format(cast: dict[str, Any], format: str) -> None:
    User.objects.create_user("Gina")
    made = at("running", cast, format)
    told, codes, rows = acts(made), documented(), everything(made)
    told |= {f"undo {n}": {"type": "undo", "entry": n} for n in range(1, made.n + 2)}
    for role, user in cast.items():
        found = {name: answer(user, made, message) for name, message in told.items()}
        assert set(found.values()) <= codes | {"done"}, (role, found)
        assert (found["override"] == "done") is (role in ("organiser", "co-organiser"))
    assert everything(made) == rows


# -- over sockets: what does not exist -----------------------------------------------------------------------------

HUGE = 2**70
NOBODY = (0, -1, HUGE)
NO_PAIRING = ("", "\0", "m9.9", "m1.1\0")
NO_NAME = ("", "\0", "\u202e", "Nobody At All", "%", "x" * 1_000)
NONSENSE: list[dict[str, Any]] = [
    *({"type": name, "entrant": id} for name in ("drop", "remove") for id in NOBODY),
    *({"type": "move", "entrant": id, "to": 1} for id in NOBODY),
    *({"type": "replace", "entrant": id, "name": "Gina"} for id in NOBODY),
    *({"type": "replace", "entrant": 1, "name": name} for name in NO_NAME),
    *({"type": "appoint", "name": name} for name in NO_NAME),
    *({"type": "dismiss", "user": id} for id in NOBODY),
    *({"type": "undo", "entry": n} for n in NOBODY),
    *({"type": name, "pairing": id} for name in ("reopen", "extend") for id in NO_PAIRING),
    *({"type": "override", "pairing": id, "winner": 1} for id in NO_PAIRING),
    *({"type": "override", "pairing": "m1.1", "winner": 1, "score": score} for score in ([-1, 0], [999, HUGE])),
    *({"type": "announce", "text": text} for text in ("", "\0", "\u202e", "x" * 201)),
    *({"type": "seed", "order": order} for order in ([], [0], [HUGE])),
    {"type": "seed"},
    {"type": "names", "names": ["\0"]},
]


@pytest.mark.parametrize("phase", ["open", "running"])
async def test_what_is_about_nothing_is_refused(
    sockets: Sockets, alice: User, bob: User, charlie: User, phase: str
) -> None:
    def made() -> Tournament:
        User.objects.create_user("Gina")
        tournament = make(alice, bob, charlie)
        if phase == "running":
            registration.start(alice, tournament.pk)
            look(tournament)
            play(tournament, "m1.1", a=0, b=0)
        return tournament

    tournament = await database.run(made)
    rows, codes = await database.run(everything, tournament), documented()
    for first in range(0, len(NONSENSE), 10):  # a socket that is refused more often in a row is closed
        client = await sockets.open(f"/ws/tournaments/{tournament.pk}/", alice)
        for message in NONSENSE[first : first + 10]:
            for sent in (message, {"type": "preview", "act": message}):
                await client.send(sent)
                said = await client.until("error")
                assert said["code"] in codes, (sent, said)
        await client.close()
    assert await database.run(everything, tournament) == rows


# -- by two at once ------------------------------------------------------------------------------------------------

ONCE: dict[str, tuple[str, Callable[..., None], set[str]]] = {
    "publish": ("draft", registration.publish, {"wrong_phase"}),
    "start": ("open", registration.start, {"wrong_phase"}),
    "pause": ("running", organising.pause, {"paused"}),
    "resume": ("paused", organising.resume, {"not_paused"}),
    "cancel": ("running", organising.cancel, {"wrong_phase"}),
    "appoint": ("running", partial(organising.appoint, name="Gina"), {"already_organiser"}),
}


@pytest.mark.parametrize("name", ONCE)
async def test_of_two_who_do_the_same_at_once_one_does_it(sockets: Sockets, cast: dict[str, Any], name: str) -> None:
    phase, act, codes = ONCE[name]
    made = await database.run(at, phase, cast)
    await database.run(User.objects.create_user, "Gina")
    acting = [database.run(act, cast[role], made.pk) for role in ("organiser", "co-organiser") for _ in range(2)]
    found = await asyncio.gather(*acting, return_exceptions=True)
    assert found.count(None) == 1
    refusals = [refused for refused in found if refused is not None]
    assert {refused.code for refused in refusals if isinstance(refused, Refused)} == codes
    assert len(refusals) == 3
