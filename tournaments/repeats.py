"""Repeats: when a tournament that repeats has begun, the next one is open."""

from typing import Any

from django.utils.translation import gettext as _

from chat import lines
from chat.models import Line
from realtime.clock import wall_ms
from tournaments import director
from tournaments.models import Tournament
from tournaments.writing import room_name

DAY_MS = 24 * 3_600_000
PLAY = ("format", "options", "size", "points", "paddle", "pace")
ENTRY = ("conditions", "password", "invitation", "aliases", "hot_seat")
KEPT = ("name", "organiser", "check_in_min", "repeat_days", *PLAY, *ENTRY)


def on_begun(tournament: Tournament, **_: Any) -> None:
    """Inside the transaction of the draw: the same again, so many days later. It is seeded anew."""
    if not tournament.repeat_days:
        return
    now_ms = wall_ms()
    starts_ms = tournament.starts_ms or now_ms
    while starts_ms <= now_ms:  # it may have been started long after its time
        starts_ms += tournament.repeat_days * DAY_MS
    seeding = tournament.seeding if tournament.seeding != Tournament.Seeding.HAND else Tournament.Seeding.RATING
    following = Tournament(
        **{name: getattr(tournament, name) for name in KEPT}, starts_ms=starts_ms, seeding=seeding, created_ms=now_ms
    )
    following.save()
    following.co_organisers.set(tournament.co_organisers.all())
    director.direct(following)
    _say(tournament, following)


def _say(tournament: Tournament, following: Tournament) -> None:
    key = room_name(tournament.pk)
    text = _("The next one is open: %(name)s.") % {"name": following.name}
    lines.announce(key, Line.Kind.NOTICE, text, subject=f"{key}:next", url=following.get_absolute_url())
