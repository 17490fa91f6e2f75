"""Before the start: create, enter, withdraw, fill, start; and cancel. Use cases, each one transaction."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.guests import ANIMALS
from accounts.models import User
from chat import lines
from chat.models import Line
from game import referees
from game.matches import POINTS
from game.models import Match
from game.pong.court import Choice
from matchmaking import ratings
from realtime import hosting, process
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments import calling, director
from tournaments.formats.events import Cancelled, Drawn, Entered, Left
from tournaments.models import Entrant, Tournament
from tournaments.writing import Writing, room_name, writing

SMALLEST, LARGEST = 2, 256
NAME_LENGTH = 60
# "Bot Otter", ..., "Bot Otter 2", ...: more than the largest tournament has places.
BOT_NAMES = [f"Bot {animal}{number}" for number in ("", *(f" {n}" for n in range(2, 9))) for animal in ANIMALS]


def create(organiser: User | None, name: str, size: int, choice: Choice) -> Tournament:
    """A new tournament, open to all. Refused if a number is out of its range."""
    if not SMALLEST <= size <= LARGEST:
        raise Refused("bad_message", f"a size of {SMALLEST} to {LARGEST}", size)
    if choice.points not in POINTS:
        raise Refused("bad_message", f"points of {POINTS}", choice.points)
    return Tournament.objects.create(organiser=organiser, name=name, size=size, created_ms=wall_ms(), **asdict(choice))


def join(user: User, tournament_id: int) -> None:
    """Enter. Refused: ``wrong_phase``, ``already_entered``, ``full``."""
    with writing(tournament_id) as pen:
        _require_open(pen)
        if _entrant(pen, user) is not None:
            raise Refused("already_entered", "somebody who is not entered", user.name)
        _require_room(pen, 1)
        # Who withdrew before comes back under the number they had.
        entrant, _made = Entrant.objects.update_or_create(
            tournament=pen.tournament, user=user, defaults={"name": user.name}
        )
        pen.append(Entered(entrant.pk, user.name))


def leave(user: User, tournament_id: int) -> None:
    """Withdraw before the start. Refused: ``wrong_phase``, ``not_entered``."""
    with writing(tournament_id) as pen:
        _require_open(pen)
        entrant = _entrant(pen, user)
        if entrant is None:
            raise Refused("not_entered", "an entrant", user.name)
        pen.append(Left(entrant.pk))


def fill(user: User, tournament_id: int, strength: str, count: int | None = None) -> None:
    """Fill empty places with house bots. Refused: ``not_organiser``, ``wrong_phase``, ``full``."""
    with writing(tournament_id) as pen:
        _require_organiser(pen, user)
        _require_open(pen)
        free = pen.tournament.size - len(pen.state.entrants)
        wanted = free if count is None else count
        _require_room(pen, max(wanted, 1))
        add_bots(pen, [strength] * wanted)


def add_bots(pen: Writing, strengths: list[str]) -> None:
    """Enter a house bot for each strength, each with a name of its own."""
    taken = set(pen.state.entrants.values())
    free = (name for name in BOT_NAMES if name not in taken)
    for strength in strengths:
        name = next(free)
        entrant = Entrant.objects.create(tournament=pen.tournament, bot=strength, name=name)
        pen.append(Entered(entrant.pk, name))


def start(user: User | None, tournament_id: int) -> None:
    """Draw and begin: seeds by rating, equals in the order in which they entered.

    Refused: ``not_organiser``, ``wrong_phase``, ``too_few``.
    """
    with writing(tournament_id) as pen:
        if user is not None:
            _require_organiser(pen, user)
        _require_open(pen)
        if len(pen.state.entrants) < SMALLEST:
            raise Refused("too_few", f"at least {SMALLEST} entrants", len(pen.state.entrants))
        pen.append(Drawn(_seeds(pen)))
        text = _("%(name)s has begun: %(count)s entrants.") % {
            "name": pen.tournament.name,
            "count": len(pen.state.entrants),
        }
        subject = f"{room_name(tournament_id)}:{pen.tournament.n}:start"
        lines.announce(room_name(tournament_id), Line.Kind.NOTICE, text, subject=subject)
        epoch = hosting.claim(calling.lease(tournament_id))
        assert epoch is not None, "a new tournament has no host"
        process.on_commit(director.begin, tournament_id, epoch)


def cancel(user: User, tournament_id: int) -> None:
    """Call it off: matches under way end without a result. Refused: ``not_organiser``, ``wrong_phase``."""
    with writing(tournament_id) as pen:
        _require_organiser(pen, user)
        pen.append(Cancelled())
        text = _("%(name)s was cancelled by its organiser.") % {"name": pen.tournament.name}
        subject = f"{room_name(tournament_id)}:{pen.tournament.n}:cancelled"
        lines.announce(room_name(tournament_id), Line.Kind.NOTICE, text, subject=subject)
        for match_id in pen.tournament.calls.exclude(match__phase=Match.Phase.OVER).values_list("match_id", flat=True):
            process.on_commit(referees.abort, match_id)
        process.on_commit(director.nudge, tournament_id)


def exhibition() -> Tournament:
    """A tournament of eight house bots that starts at once: something to watch for somebody who is alone."""
    with transaction.atomic():
        tournament = create(None, _("Exhibition"), size=8, choice=Choice(3))
        with writing(tournament.pk) as pen:
            add_bots(pen, ["medium", "easy", "hard", "medium", "easy", "medium", "easy", "hard"])
        start(None, tournament.pk)
    return tournament


def _entrant(pen: Writing, user: User) -> Entrant | None:
    entrant = pen.tournament.entrants.filter(user=user).first()
    return entrant if entrant is not None and entrant.pk in pen.state.entrants else None


def _seeds(pen: Writing) -> tuple[int, ...]:
    users = {e.pk: e.user for e in pen.tournament.entrants.select_related("user")}

    def strength(entrant: int) -> float:
        user = users[entrant]
        return ratings.current(user, pen.tournament.points).value if user is not None and user.is_claimed else 1500.0

    return tuple(sorted(pen.state.entrants, key=strength, reverse=True))


def _require_open(pen: Writing) -> None:
    if pen.state.phase != "open":
        raise Refused("wrong_phase", "a tournament that has not started", pen.state.phase)


def _require_organiser(pen: Writing, user: User) -> None:
    if pen.tournament.organiser_id != user.pk and not user.is_staff:
        raise Refused("not_organiser", "the organiser", user.name)


def _require_room(pen: Writing, count: int) -> None:
    if len(pen.state.entrants) + count > pen.tournament.size:
        raise Refused("full", f"at most {pen.tournament.size} entrants", f"{len(pen.state.entrants) + count}")
