"""Matches that were played by bots in no time, as rows."""

import json
from collections.abc import Sequence
from functools import lru_cache

from benchmarks import recorded
from game.matches import Player
from game.models import Match, Rally, Seat
from game.pong import court
from game.pong.court import Ruleset, ruleset
from game.pong.rally import Point
from game.pong.replay import Record, Told, replay
from realtime.clock import wall_ms


@lru_cache
def _played(points: int, seed: int, moves: tuple[int, ...]) -> str:
    return json.dumps(recorded.play(ruleset(points), seed, moves=moves))


def records(points: int, seed: int, moves: tuple[int, ...] = ()) -> list[Record]:
    """A match of two simulated people, which other hosts take over after the rallies ``moves``."""
    made: list[Record] = json.loads(_played(points, seed, moves))
    return made


def told(points: int, seed: int, moves: tuple[int, ...] = ()) -> list[Told]:
    """The same with what was told of each rally."""
    rules = ruleset(points)
    return [
        Told(record, made.side, made.a, made.b)
        for record in records(points, seed, moves)
        for made in (point(rules, record),)
    ]


def point(rules: Ruleset, record: Record) -> Point:
    found = replay(rules, record)[0][-1]
    assert isinstance(found, Point)
    return found


def store(
    players: Sequence[Player],
    played: Sequence[Record],
    rules: Ruleset,
    seed: int,
    *,
    reason: Match.Reason = Match.Reason.POINTS,
    winner: int | None = None,
    phase: Match.Phase = Match.Phase.OVER,
) -> Match:
    """The rows that a referee would have committed; ``winner`` is who has all the points unless it is said."""
    points = [point(rules, record) for record in played]
    a, b = (points[-1].a, points[-1].b) if points else (0, 0)
    if winner is None and reason == Match.Reason.POINTS and phase == Match.Phase.OVER:
        winner = int(b > a)
    now_ms = wall_ms()
    over = phase == Match.Phase.OVER
    match = Match.objects.create(
        phase=phase,
        origin=Match.Origin.QUEUE,
        ruleset=court.to_dict(rules),
        seed=seed,
        a=a,
        b=b,
        winner=winner,
        reason=reason if over else "",
        created_ms=now_ms - 400_000,
        ready_by_ms=now_ms - 380_000,
        started_ms=now_ms - 380_000,
        finished_ms=now_ms if over else None,
    )
    for side, player in enumerate(players):
        Seat.objects.create(
            match=match, side=side, name=player.name, user=player.user, bot=player.bot, rating=player.rating
        )
    Rally.objects.bulk_create(
        Rally(match=match, number=number, side=told.side, a=told.a, b=told.b, record=record, at_ms=now_ms)
        for number, (record, told) in enumerate(zip(played, points, strict=True), 1)
    )
    return match


def classic(players: Sequence[Player] = (), points: int = 3, seed: int = 7) -> Match:
    """A whole match of the classic game."""
    players = players or (Player("Ann"), Player("Ben"))
    return store(players, records(points, seed), ruleset(points), seed)
