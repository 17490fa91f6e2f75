"""What the director does for an arena besides calling: puts together who is there and free, and closes it in time.

All of it from rows and its clock (`arena_clock`). Who has entered is there; whoever does not come to a match, or is
away from one for too long, takes a break from then on, until they say that they are back.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from chat.models import Line
from game.models import Match
from matchmaking.models import Rating
from realtime.clock import wall_ms
from tournaments import arena_clock, ending
from tournaments.formats import arena_draw
from tournaments.formats.events import Closed, Paired, Rested
from tournaments.free import Free
from tournaments.models import Call, Entrant, Tournament
from tournaments.writing import Writing

RECENT = 50  # matches by which one guesses how long the next one takes
EXPECTED_POINT_MS = 8_000  # before there was one: for each point that wins
AWAY = (Match.Reason.WALKOVER, Match.Reason.NO_SHOW, Match.Reason.LEFT)  # whoever has not won was not there


def look(pen: Writing) -> int | None:
    """Do what is due in an arena that runs. Gives the wall time of the next thing; None: it pairs no more."""
    if not pen.state.pairing_open:
        return None
    now_ms, closes = wall_ms(), closes_ms(pen)
    if now_ms >= closes:
        _close(pen)
        return now_ms
    free, soon, rested_ms = _free(pen)
    paired = arena_draw.pairs_now(pen.state, set(free), _ratings(pen.tournament, free.values()), soon)
    if paired is not None:
        pen.append(Paired(paired.pairs[:1]) if pen.tournament.hot_seat else paired)
    return min([closes, *rested_ms])


def closes_ms(pen: Writing) -> int:
    """The wall time from which nobody is put together any more."""
    clock, minutes = arena_clock.of(pen.tournament), pen.state.format.options.minutes
    return arena_draw.closes_ms(clock, minutes, *_lasting_ms(pen.tournament))


def after_match(pen: Writing, call: Call, match: Match) -> None:
    """A call's match is entered: whoever was not there takes a break, so that nobody waits for them again."""
    if match.reason not in AWAY or pen.tournament.hot_seat:
        return
    for side, entrant in enumerate((call.left, call.right)):
        if side != match.winner and pen.state.pairing_open and entrant not in pen.state.resting | pen.state.dropped:
            pen.append(Rested(entrant, absent=True))


def _close(pen: Writing) -> None:
    pen.append(Closed())
    text = _("%(name)s: nobody is paired any more. The matches under way are played to their end, and count.") % {
        "name": pen.tournament.name
    }
    pen.announce(Line.Kind.NOTICE, text, "closed")
    ending.announce(pen)


def _free(pen: Writing) -> tuple[dict[int, Entrant], int, list[int]]:
    """Who can be put together now, by id; how many others will be soon; and when those of them who rest have rested."""
    idle = [id for id in pen.state.order if pen.state.may_be_paired(id)]
    everybody = Free(pen.tournament, idle)
    if pen.tournament.hot_seat:
        return ({} if pen.state.undecided else everybody.entrants), 0, []
    free, rested_ms = {}, []
    for id in idle:
        wait = everybody.wait([id])
        if wait.elsewhere:
            continue  # the end of that match is a nudge
        if wait.rested_ms is not None:
            rested_ms.append(wait.rested_ms)
        else:
            free[id] = everybody.entrants[id]
    return free, len(idle) - len(free), rested_ms


def _ratings(tournament: Tournament, entrants: Iterable[Entrant]) -> dict[int, int]:
    ids = {entrant.user_id: entrant.pk for entrant in entrants if entrant.user_id is not None}
    rows = Rating.objects.filter(user__in=ids, points=tournament.points).values_list("user_id", "value")
    return {ids[user]: round(value) for user, value in rows}


def _lasting_ms(tournament: Tournament) -> tuple[list[int], int]:
    """How long the last matches took, and how long one might if there was none."""
    played = Match.objects.filter(call__tournament=tournament, started_ms__isnull=False, finished_ms__isnull=False)
    times = played.order_by("-finished_ms").values_list("started_ms", "finished_ms")[:RECENT]
    lasted = [finished - started for started, finished in times if started is not None and finished is not None]
    return lasted, tournament.points * EXPECTED_POINT_MS
