"""Matches as rows: called, begun, a rally at a time, finished. Use cases, each one transaction."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from game.choices import POINTS as POINTS
from game.lag import Feel
from game.models import Match, Rally, Seat
from game.pong import court
from game.pong.court import Ruleset
from game.pong.rally import State, resume
from game.pong.replay import Record, replay
from game.signals import match_begun, match_called, match_finished, rally_added
from realtime import hosting, process, rooms
from realtime.clock import wall_ms
from realtime.compiled import First

logger = logging.getLogger(__name__)

BOT_NAMES = {"easy": "Rookie", "medium": "Regular", "hard": "Ace"}
MOST_SEED = 2**31 - 2
REMATCH_READY_MS = 15_000


class BusyError(Exception):
    """Somebody who was to play holds a seat in another match already."""


@dataclass(frozen=True, slots=True)
class Player:
    """Who is to sit down: a user, or a house bot of a strength."""

    name: str
    user: User | None = None
    bot: str = ""
    rating: int | None = None

    @classmethod
    def house(cls, strength: str, name: str = "") -> "Player":
        return cls(name or BOT_NAMES[strength], bot=strength)


@dataclass(frozen=True, slots=True)
class Hosting:
    """What a referee needs to host a match: its row, and the state from which it goes on."""

    match: Match
    seats: tuple[Seat, Seat]
    rules: Ruleset
    opening: State  # its serve leaves at 0, to be postponed


@dataclass(frozen=True, slots=True)
class Played:
    """A point to be committed: who scored, the score after it, its record, and how it felt (game/lag.py), by side."""

    side: int
    a: int
    b: int
    record: Record
    feel: Sequence[dict[str, int]] = ()


def room_name(match_id: int) -> str:
    return f"match.{match_id}"


def call(
    players: Sequence[Player], *, rules: Ruleset, origin: Match.Origin, ready_ms: int, title: str = "", url: str = ""
) -> Match:
    """Call two players to a match: rows, a lease of this process, and on commit a referee and the news.

    Runs in the caller's transaction if there is one. Raises BusyError, with nothing changed, if one of them is in
    another match.
    """
    now_ms = wall_ms()
    with transaction.atomic():
        match = Match.objects.create(
            origin=origin,
            title=title,
            url=url,
            ruleset=court.to_dict(rules),
            seed=random.SystemRandom().randint(1, MOST_SEED),
            created_ms=now_ms,
            ready_by_ms=now_ms + ready_ms,
        )
        held: set[int] = set()
        for side, player in enumerate(players):
            holder = player.user if player.user and player.user.pk not in held else None
            try:
                with transaction.atomic():
                    Seat.objects.create(
                        match=match,
                        side=side,
                        name=player.name,
                        user=player.user,
                        bot=player.bot,
                        rating=player.rating,
                        holder=holder,
                    )
            except IntegrityError:
                raise BusyError(player.name) from None
            if holder:
                held.add(holder.pk)
        epoch = hosting.claim(room_name(match.pk))
        assert epoch is not None, "a new match has no host"
        process.on_commit(match_called.send, sender=Match, match_id=match.pk, epoch=epoch)
        _tell(match)
    return match


def call_rematch(match_id: int) -> Match:
    """Call the two of a finished match again, sides changed, under the same rules. Raises BusyError."""
    with transaction.atomic():
        match = Match.objects.get(pk=match_id)
        seats = reversed(match.seats.select_related("user"))
        players = [Player(seat.name, seat.user, seat.bot, seat.rating) for seat in seats]
        origin = match.origin if match.origin in (Match.Origin.BOT, Match.Origin.HOTSEAT) else Match.Origin.REMATCH
        return call(
            players,
            rules=court.from_dict(match.ruleset),
            origin=Match.Origin(origin),
            ready_ms=REMATCH_READY_MS,
            title=match.title,
        )


def load(match_id: int) -> Hosting | None:
    """The match with the state after its last committed rally; None if there is none or it is over."""
    match = Match.objects.filter(pk=match_id).exclude(phase=Match.Phase.OVER).first()
    if match is None:
        return None
    left, right = match.seats.select_related("user")
    rules = court.from_dict(match.ruleset)
    seed = match.seed
    last = match.rallies.last()
    if last is not None:
        _, end = replay(rules, last.record)
        seed = end.seed
    return Hosting(match, (left, right), rules, resume(rules, match.a, match.b, seed, 0))


def adopt(match_id: int, only: bool) -> tuple[Hosting, int] | None:
    """Take an unfinished match over if its host is gone; whoever hosted it, if this is the ``only`` process."""
    room = room_name(match_id)
    with transaction.atomic():
        epoch = hosting.claim(room, take_over=True) if only else hosting.claim_orphan(room)
        if epoch is None:
            return None
        # Read under the lease: what its former host committed is all there.
        found = load(match_id)
        if found is None:
            hosting.forget(room)
            return None
        return found, epoch


def is_unfinished(match_id: int) -> bool:
    return Match.objects.filter(pk=match_id).exclude(phase=Match.Phase.OVER).exists()


def users(match_id: int) -> list[int | None]:
    """Who sits on which side."""
    return list(Seat.objects.filter(match=match_id).order_by("side").values_list("user_id", flat=True))


def unfinished() -> list[int]:
    return list(Match.objects.exclude(phase=Match.Phase.OVER).values_list("pk", flat=True))


def begin(match_id: int, epoch: int) -> None:
    """Both are there: the match is live."""
    with transaction.atomic():
        hosting.check(room_name(match_id), epoch)
        Match.objects.filter(pk=match_id, phase=Match.Phase.CALLED).update(phase=Match.Phase.LIVE, started_ms=wall_ms())
        match = Match.objects.get(pk=match_id)
        _tell(match)
        match_begun.send(sender=Match, match=match)


def add_rally(match_id: int, epoch: int, rally: Played) -> None:
    """Commit one point."""
    with transaction.atomic():
        hosting.check(room_name(match_id), epoch)
        _add_rally(match_id, rally)


def finish(
    match_id: int,
    epoch: int,
    *,
    winner: int | None,
    reason: Match.Reason,
    absent: Sequence[int] = (),
    rally: Played | None = None,
) -> Match:
    """Commit the end, with its last ``rally`` if that decided it, and all that hangs on it (match_finished)."""
    with transaction.atomic():
        hosting.check(room_name(match_id), epoch)
        if rally is not None:
            _add_rally(match_id, rally)
        match = Match.objects.select_for_update().get(pk=match_id)
        match.phase = Match.Phase.OVER
        match.winner = winner
        match.reason = reason
        match.finished_ms = wall_ms()
        match.save(update_fields=["phase", "winner", "reason", "finished_ms"])
        _tell(match)
        _sum_up(match)
        hosting.forget(room_name(match_id))
        match_finished.send(sender=Match, match=match, absent=tuple(absent))
    return match


def holding(user: User) -> Match | None:
    """The match this user is in now."""
    return _held_by(user.pk)


_held_by = First(lambda user_id: Match.objects.filter(seats__holder=user_id), -1)


def live() -> QuerySet[Match]:
    """Matches being played or about to be, the newest first."""
    return Match.objects.exclude(phase=Match.Phase.OVER).prefetch_related("seats").order_by("-pk")


def result(match: Match) -> dict[str, Any] | None:
    """The end as the wire has it, or None."""
    if match.phase != Match.Phase.OVER:
        return None
    return {"winner": match.winner, "score": [match.a, match.b], "reason": match.reason}


def _add_rally(match_id: int, rally: Played) -> None:
    number, a, b = rally.a + rally.b, rally.a, rally.b
    Rally.objects.create(
        match_id=match_id,
        number=number,
        side=rally.side,
        a=a,
        b=b,
        record=rally.record,
        feel=list(rally.feel),
        at_ms=wall_ms(),
    )
    Match.objects.filter(pk=match_id).update(a=a, b=b)
    rally_added.send(sender=Match, match_id=match_id, a=a, b=b)


def _sum_up(match: Match) -> None:
    """Free the seats, each with how the whole match felt from there."""
    feels = [feel for feel in match.rallies.values_list("feel", flat=True) if feel]
    for seat in match.seats.all():
        total = Feel.total(Feel(**feel[seat.side]) for feel in feels)
        seat.holder = None
        seat.feel = total.as_dict() if total.arrivals else None
        seat.is_suspicious = total.suspicious
        seat.save(update_fields=["holder", "feel", "is_suspicious"])
        if seat.is_suspicious:
            logger.warning(
                "match %d: %d of %d arrivals at %s turned by old commands", match.pk, total.turned, total.arrivals, seat
            )


def _tell(match: Match) -> None:
    """On commit, tell the players that what they are in has changed."""
    for user_id in match.seats.filter(holder__isnull=False).values_list("holder_id", flat=True):
        process.on_commit(rooms.ring, f"user.{user_id}", "personal")
