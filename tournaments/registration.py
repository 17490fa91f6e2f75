"""Before the start: create, change, enter, withdraw, check in, fill, seed, start. Use cases, each one transaction."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.guests import ANIMALS
from accounts.models import User
from accounts.names import alike, named
from chat import flood
from game.matches import POINTS
from game.models import Match
from game.pong.court import Choice
from matchmaking import ratings
from realtime.clock import wall_ms
from realtime.wire import Refused
from tournaments import director, entering, log, seeding, starting, waitlist
from tournaments.conditions import NONE, Conditions, Standing
from tournaments.formats import engine
from tournaments.formats.events import Entered, Left
from tournaments.formats.options import NO_OPTIONS, Options
from tournaments.models import BEFORE, ENTERING, Entrant, Tournament
from tournaments.starting import SMALLEST as SMALLEST
from tournaments.writing import Writing, writing

LARGEST = 10_000  # places; how many a format takes is the format's to say
NAME_LENGTH = 60
ALIAS_LENGTH = 24
MOST_NAMES = 64  # at one screen
MOST_CHECK_IN_MIN = 24 * 60
MOST_REPEAT_DAYS = 366
# "Bot Otter", ..., "Bot Otter 2", ...
BOT_NAMES = [f"Bot {animal}{number}" for number in ("", *(f" {n}" for n in range(2, 252))) for animal in ANIMALS]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tournament is to go, apart from its name, places and rules of play."""

    format: str = "single_elimination"
    options: Options = NO_OPTIONS
    seeding: str = Tournament.Seeding.RATING
    starts_ms: int | None = None  # wall time
    check_in_min: int = 0
    repeat_days: int = 0
    conditions: Conditions = NONE
    password: str | None = ""  # in clear: hashed when stored; empty: none; None: as it is
    by_invitation: bool = False
    aliases: bool = False
    hot_seat: bool = False
    draft: bool = False


def check(size: int, choice: Choice, plan: Plan, before: Tournament | None = None) -> None:
    """Refused if a value is out of its range: ``bad_message``, ``option``, ``past``. ``before`` is to be changed."""
    if choice.points not in POINTS:
        raise Refused("bad_message", f"points of {POINTS}", choice.points)
    with log.in_our_words():
        format = engine.begin(plan.format, plan.options).format
    sizes = format.sizes
    most = min(sizes[-1], MOST_NAMES if plan.hot_seat else LARGEST)
    if not sizes[0] <= size <= most:
        raise Refused("bad_message", f"a size of {sizes[0]} to {most}", size)
    with log.in_our_words():
        format.draw(size)  # refused if the options do not fit even a full field
    if plan.seeding not in Tournament.Seeding.values:
        raise Refused("bad_message", f"seeding of {', '.join(Tournament.Seeding.values)}", plan.seeding)
    if not 0 <= plan.check_in_min <= MOST_CHECK_IN_MIN:
        raise Refused("bad_message", f"a check-in of 0 to {MOST_CHECK_IN_MIN} minutes", plan.check_in_min)
    if not 0 <= plan.repeat_days <= MOST_REPEAT_DAYS:
        raise Refused("bad_message", f"a repeat after 0 to {MOST_REPEAT_DAYS} days", plan.repeat_days)
    if before is None or plan.starts_ms != before.starts_ms:
        _check_start(plan.starts_ms)


def create(organiser: User | None, name: str, size: int, choice: Choice, plan: Plan = Plan()) -> Tournament:
    """A new tournament, open to all or a draft. Refused if a value is out of its range (``bad_message``, ``option``,
    ``past``).
    """
    check(size, choice, plan)
    with transaction.atomic():
        tournament = Tournament(organiser=organiser, created_ms=wall_ms())
        _set(tournament, name, size, choice, plan)
        tournament.phase = Tournament.Phase.DRAFT if plan.draft else Tournament.Phase.OPEN
        tournament.save()
        director.direct(tournament)
    return tournament


def change(user: User, tournament_id: int, name: str, size: int, choice: Choice, plan: Plan) -> None:
    """Change everything that is not locked by the draw. Refused as `create`, and ``not_organiser``, ``wrong_phase``,
    ``entered`` (more are in than places are wanted, or they entered otherwise).
    """
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_before(pen)
        check(size, choice, plan, pen.tournament)
        if len(pen.state.entrants) > size:
            raise Refused("entered", f"at least {len(pen.state.entrants)} places for those who are in", size)
        if plan.hot_seat != pen.tournament.hot_seat and pen.state.entrants:
            raise Refused("entered", "nobody in, to change between one screen and many", len(pen.state.entrants))
        _set(pen.tournament, name, size, choice, plan)
        if pen.tournament.phase == Tournament.Phase.CHECK_IN and pen.tournament.starts_ms is None:
            pen.tournament.phase = Tournament.Phase.OPEN
        pen.tournament.save()
        pen.refold()
        pen.note("changed")
        waitlist.move_up(pen)
        director.direct(pen.tournament)


def publish(user: User, tournament_id: int) -> None:
    """Open a draft to all. Refused: ``not_organiser``, ``wrong_phase``, ``past`` (its start)."""
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        if pen.tournament.phase != Tournament.Phase.DRAFT:
            raise Refused("wrong_phase", "a draft", pen.tournament.phase)
        _check_start(pen.tournament.starts_ms)
        pen.tournament.phase = Tournament.Phase.OPEN
        pen.tournament.save(update_fields=["phase"])
        pen.note("opened")
        director.direct(pen.tournament)


def join(user: User, tournament_id: int, *, password: str = "", invitation: str = "", alias: str = "") -> None:
    """Enter, or wait where all places are taken and it has not begun.

    Refused: ``wrong_phase``, ``already_entered``, ``full`` (it runs, or by the format), ``password``, ``invitation``,
    ``conditions``, ``alias``, ``hot_seat``.
    """
    with writing(tournament_id) as pen:
        _require_entry(pen)
        if _entrant(pen, user) is not None:
            raise Refused("already_entered", "somebody who is not entered", user.name)
        if pen.tournament.hot_seat:
            raise Refused("hot_seat", "names, which the organiser enters", user.name)
        _require_allowed(pen.tournament, user, password, invitation)
        name = _alias(pen, user, alias) if alias else user.name
        room = waitlist.has_room(pen)
        if not room and pen.state.phase == "running":
            raise Refused("full", f"at most {pen.tournament.size} entrants", "one more")  # nobody moves up any more
        # Who withdrew before comes back under the number they had.
        entrant, _made = Entrant.objects.update_or_create(
            tournament=pen.tournament,
            user=user,
            defaults={"name": name, "checked_in": False, "waiting_since_ms": None if room else wall_ms()},
        )
        if room:
            pen.append(Entered(entrant.pk, name))
            if pen.state.phase == "running":
                director.direct(pen.tournament)  # an arena pairs them at once
        else:
            pen.note("waiting", entrant=entrant.pk, name=name)


def leave(user: User, tournament_id: int) -> None:
    """Withdraw before the start, or from the waitlist. Refused: ``wrong_phase``, ``not_entered``."""
    with writing(tournament_id) as pen:
        _require_before(pen)
        entrant = _entrant(pen, user)
        if entrant is None:
            raise Refused("not_entered", "an entrant", user.name)
        _remove(pen, entrant)


def check_in(user: User, tournament_id: int) -> None:
    """Say that one is there, which who waits may as well. Twice is once. Refused: ``wrong_phase``, ``not_entered``."""
    with writing(tournament_id) as pen:
        if pen.tournament.phase != Tournament.Phase.CHECK_IN:
            raise Refused("wrong_phase", "a tournament whose check-in is open", pen.tournament.phase)
        entrant = _entrant(pen, user)
        if entrant is None:
            raise Refused("not_entered", "an entrant", user.name)
        if not entrant.checked_in:
            entrant.checked_in = True
            entrant.save(update_fields=["checked_in"])
            pen.note("checked_in", entrant=entrant.pk)


def add_names(user: User, tournament_id: int, names: Iterable[str]) -> None:
    """Enter people without accounts, who play at the organiser's screen.

    Refused: ``not_organiser``, ``wrong_phase``, ``hot_seat``, ``full``, ``alias`` (a name that cannot be read, or is
    taken).
    """
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_before(pen)
        if not pen.tournament.hot_seat:
            raise Refused("hot_seat", "a tournament at one screen", "one where everybody enters for themselves")
        for name in names:
            require_room(pen, 1)
            clean = own_name(pen, name)
            entrant = Entrant.objects.create(tournament=pen.tournament, name=clean)
            pen.append(Entered(entrant.pk, clean))


def remove(user: User, tournament_id: int, entrant_id: int) -> None:
    """Take somebody out before the start. Refused: ``not_organiser``, ``wrong_phase``, ``not_entered``."""
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_before(pen)
        entrant = pen.tournament.entrants.filter(pk=entrant_id).first()
        if entrant is None or not _is_in(pen, entrant):
            raise Refused("not_entered", "an entrant", entrant_id)
        _remove(pen, entrant)


def seed(user: User, tournament_id: int, wanted: Iterable[int] | str) -> None:
    """Put the entrants in an order: theirs by number, all of them; or "rating", "random" or "entry" as it is now.

    Refused: ``not_organiser``, ``wrong_phase``, ``order`` (not each entrant once).
    """
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_before(pen)
        order = list(seeding.order(pen.tournament, pen.state, wanted) if isinstance(wanted, str) else wanted)
        if sorted(order) != sorted(pen.state.entrants):
            raise Refused("order", f"each of the {len(pen.state.entrants)} entrants once", f"{len(order)} numbers")
        _order(pen, order)


def move(user: User, tournament_id: int, entrant_id: int, to: int) -> None:
    """Make somebody seed ``to`` (from 1); those between move by one. Refused: ``not_organiser``, ``wrong_phase``,
    ``not_entered``, ``order``.
    """
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_before(pen)
        order = [entrant for entrant in seeding.shown_order(pen.tournament, pen.state) if entrant != entrant_id]
        if entrant_id not in pen.state.entrants:
            raise Refused("not_entered", "an entrant", entrant_id)
        if not 1 <= to <= len(pen.state.entrants):
            raise Refused("order", f"a seed of 1 to {len(pen.state.entrants)}", to)
        _order(pen, [*order[: to - 1], entrant_id, *order[to - 1 :]])


def fill(user: User, tournament_id: int, strength: str, count: int | None = None) -> None:
    """Fill empty places with house bots. Refused: ``not_organiser``, ``wrong_phase``, ``full``."""
    with writing(tournament_id, user) as pen:
        require_organiser(pen, user)
        _require_before(pen)
        free = pen.tournament.size - len(pen.state.entrants)
        wanted = free if count is None else count
        require_room(pen, max(wanted, 1))
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
    """Draw and begin. Refused: ``not_organiser``, ``wrong_phase``, ``too_few``, ``full``, ``option``."""
    with writing(tournament_id, user) as pen:
        if user is not None:
            require_organiser(pen, user)
        if pen.tournament.phase not in ENTERING:
            raise Refused("wrong_phase", "a tournament that is open and has not started", pen.tournament.phase)
        starting.begin(pen)
        director.direct(pen.tournament)


def exhibition() -> Tournament:
    """A tournament of eight house bots that starts at once: something to watch for somebody who is alone."""
    with transaction.atomic():
        tournament = create(None, _("Exhibition"), size=8, choice=Choice(3))
        with writing(tournament.pk) as pen:
            add_bots(pen, ["medium", "easy", "hard", "medium", "easy", "medium", "easy", "hard"])
        start(None, tournament.pk)
    return tournament


def missed(tournament: Tournament, user: User | None) -> str | None:
    """The condition for entering that somebody does not meet, in words; None if they meet all."""
    conditions = Conditions.from_dict(tournament.conditions)
    if conditions == NONE:
        return None
    return conditions.missed(standing(tournament, user))


def standing(tournament: Tournament, user: User | None) -> Standing:
    """What is known of somebody who wants to enter; a stranger would come as a guest."""
    if user is None:
        return Standing(False, round(seeding.UNRATED), 0)
    played = Match.objects.filter(phase=Match.Phase.OVER, started_ms__isnull=False, seats__user=user)
    rating = round(ratings.current(user, tournament.points).value)
    return Standing(user.is_claimed, rating, played.distinct().count())


def require_organiser(pen: Writing, user: User) -> None:
    if not pen.tournament.is_organised_by(user):
        raise Refused("not_organiser", "an organiser", user.name)


def require_room(pen: Writing, count: int) -> None:
    if len(pen.state.entrants) + count > pen.tournament.size:
        raise Refused("full", f"at most {pen.tournament.size} entrants", f"{len(pen.state.entrants) + count}")


def own_name(pen: Writing, wanted: str) -> str:
    """A name as somebody wants it here, cleaned as a line of chat: nothing that hides or reorders text."""
    if not (pen.tournament.aliases or pen.tournament.hot_seat):
        raise Refused("alias", "your own name: there are no aliases in this tournament", wanted)
    try:
        name = flood.clean(wanted)
    except flood.Refused:
        raise Refused("alias", "a name that can be read", wanted) from None
    if len(name) > ALIAS_LENGTH:
        raise Refused("alias", f"a name of at most {ALIAS_LENGTH} letters", f"{len(name)}")
    taken = [*pen.state.entrants.values(), *pen.tournament.waiting().values_list("name", flat=True)]
    if alike(name) in map(alike, taken):
        raise Refused("alias", "a name that nobody has here", name)
    return name


# -- inside --------------------------------------------------------------------------------------------------------


def _check_start(starts_ms: int | None) -> None:
    if starts_ms is not None and starts_ms <= wall_ms():
        raise Refused("past", f"a start after {wall_ms()} (ms)", starts_ms)


def _set(tournament: Tournament, name: str, size: int, choice: Choice, plan: Plan) -> None:
    tournament.name, tournament.size = name, size
    for field, value in asdict(choice).items():
        setattr(tournament, field, value)
    for same in ("format", "seeding", "starts_ms", "check_in_min", "repeat_days", "aliases", "hot_seat"):
        setattr(tournament, same, getattr(plan, same))
    tournament.options = plan.options.to_dict() or None
    tournament.conditions = plan.conditions.to_dict() or None
    if plan.password is not None:
        tournament.password = make_password(plan.password) if plan.password else ""
    if not plan.by_invitation:
        tournament.invitation = ""
    elif not tournament.invitation:
        tournament.invitation = secrets.token_urlsafe(12)


def _order(pen: Writing, order: list[int]) -> None:
    entrants = {entrant.pk: entrant for entrant in pen.tournament.entrants.all()}
    for number, entrant_id in enumerate(order, start=1):
        entrants[entrant_id].seed = number
    Entrant.objects.bulk_update(entrants.values(), ["seed"], batch_size=500)
    pen.tournament.seeding = Tournament.Seeding.HAND
    pen.tournament.save(update_fields=["seeding"])
    pen.note("seeded")


def _entrant(pen: Writing, user: User) -> Entrant | None:
    """This user's entrant, if they are in or wait."""
    entrant = pen.tournament.entrants.filter(user=user).first()
    return entrant if entrant is not None and _is_in(pen, entrant) else None


def _alias(pen: Writing, user: User, wanted: str) -> str:
    """Another name than one's own: nobody else's, whether or not they are here."""
    name = own_name(pen, wanted)
    if named(name).exclude(pk=user.pk).exists():
        raise Refused("alias", "a name that is nobody else's on this site", name)
    return name


def _is_in(pen: Writing, entrant: Entrant) -> bool:
    return entrant.pk in pen.state.entrants or entrant.waiting_since_ms is not None


def _remove(pen: Writing, entrant: Entrant) -> None:
    if entrant.waiting_since_ms is not None:
        entrant.waiting_since_ms = None
        entrant.save(update_fields=["waiting_since_ms"])
        pen.note("given_up", entrant=entrant.pk, name=entrant.name)
        return
    pen.append(Left(entrant.pk))
    waitlist.move_up(pen)


def _require_before(pen: Writing) -> None:
    if pen.tournament.phase not in BEFORE:
        raise Refused("wrong_phase", "a tournament that has not started", pen.tournament.phase)


def _require_entry(pen: Writing) -> None:
    """Before the start, and later too where the format has late entry."""
    late = pen.state.phase == "running" and pen.state.format.late_entry
    if pen.tournament.phase not in ENTERING and not late:
        raise Refused("wrong_phase", "a tournament that is open and has not started", pen.tournament.phase)


def _require_allowed(tournament: Tournament, user: User, password: str, invitation: str) -> None:
    if tournament.is_organised_by(user):
        return
    if tournament.password and not check_password(password, tournament.password):
        raise Refused("password", "the tournament's password", "another one" if password else "none")
    if not entering.invited(tournament, invitation):
        raise Refused("invitation", "the link that the organiser gave you", "another one" if invitation else "none")
    if (condition := missed(tournament, user)) is not None:
        raise Refused("conditions", condition, user.name)
