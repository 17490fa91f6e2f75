"""Rooms full of people: what the pages look like when they are in use. Each is a use case for a thread."""

from django.conf import settings as conf
from django.db import transaction

from accounts.models import User
from chat import lines
from game import matches
from game.matches import Player
from game.models import Match, Seat
from game.pong import court
from matchmaking.models import Rating
from realtime import hosting, process
from realtime.clock import wall_ms
from tournaments import calling, director, registration, results, seeding
from tournaments.board import Board, round_name
from tournaments.formats import swiss_draw
from tournaments.formats.events import Drawn, Result
from tournaments.models import Call, Tournament
from tournaments.writing import writing

MINUTE_MS = 60_000


def people(*names: str) -> list[User]:
    return [User.objects.create_user(name, password=f"{name}'s secret") for name in names]


def rated(user: User, value: int, points: int = 11) -> None:
    Rating.objects.create(user=user, points=points, value=value, deviation=60, at_ms=wall_ms())


def talk(key: str, *said: tuple[User, str]) -> None:
    for user, text in said:
        lines.say(user, key, text)


def tournament(organiser: User | None, name: str, *entrants: User, size: int = 8, points: int = 5) -> Tournament:
    made = registration.create(organiser, name, size, court.Choice(points))
    for user in entrants:
        registration.join(user, made.pk)
    return made


def with_bots(made: Tournament, *strengths: str) -> None:
    with writing(made.pk) as pen:
        registration.add_bots(pen, list(strengths))


def draw(made: Tournament) -> None:
    with writing(made.pk) as pen:
        pen.append(Drawn(seeding.order(pen.tournament, pen.state)))


def field(organiser: User | None, name: str, count: int, format: str, **options: object) -> Tournament:
    """A tournament of so many bots, drawn."""
    made = Tournament.objects.create(
        organiser=organiser,
        name=name,
        format=format,
        options=options or None,
        size=count,
        points=5,
        created_ms=wall_ms(),
    )
    with_bots(made, *["hard"] * count)
    draw(made)
    return Tournament.objects.get(pk=made.pk)


def play(made: Tournament, most: int) -> None:
    """So many of the next pairings have a result, without a match of their own: the better seed wins most of them."""
    with writing(made.pk) as pen:
        for number in range(most):
            if pen.state.round_due is not None:
                pen.append(swiss_draw.next_round(pen.state))
            pairing = next(iter(pen.state.playable()), None)
            if pairing is None:
                return
            upset = number % 5 == 3
            seeds = [pen.state.order.index(entrant) for entrant in pairing.entrants]
            won = 1 if (seeds[0] < seeds[1]) != upset else 2
            score = (5, number % 5)
            pen.append(Result.by_score(pairing.id, score if won == 1 else (score[1], score[0]), None))


def decide(made: Tournament, *scores: tuple[int, int]) -> None:
    """The next matches of a drawn tournament, played some minutes ago."""
    for score in scores:
        with writing(made.pk) as pen:
            board = Board(pen.tournament, pen.state)
            pairing = next(pairing for pairing in pen.state.playable() if pairing.id not in board.calls)
            of = [board.entrants[id] for id in pairing.entrants]
            round = next(round for round in pen.state.rounds() if pairing in round.pairings)
            match = over(
                [Player(entrant.name, entrant.user, entrant.bot) for entrant in of],
                score,
                made.points,
                title=f"{made.name} · {round_name(round)}",
                url=made.get_absolute_url(),
            )
            pen.append(Result.by_score(pairing.id, score, match.pk))
            left, right = (entrant.pk for entrant in of)
            Call.objects.create(
                tournament=made, pairing=pairing.id, match=match, left=left, right=right, entered=pen.tournament.n
            )
            results._announce_result(pen, pairing.id, match)


def under_way(made: Tournament, score: tuple[int, int], strength: str = "hard") -> Match:
    """The next match of a drawn tournament, live at a score; house bots play it under the entrants' names."""
    with writing(made.pk) as pen:
        board = Board(pen.tournament, pen.state)
        pairing = next(pairing for pairing in pen.state.playable() if pairing.id not in board.calls)
        one, two = (Player.house(strength, board.entrants[id].name) for id in pairing.entrants)
        round = next(round for round in pen.state.rounds() if pairing in round.pairings)
        match = call(one, two, made.points, score)
        match.title, match.url = f"{made.name} · {round_name(round)}", made.get_absolute_url()
        match.save(update_fields=["title", "url"])
        left, right = pairing.entrants
        Call.objects.create(tournament=made, pairing=pairing.id, match=match, left=left, right=right)
        pen.note("called", pairing=pairing.id, match=match.pk)
    return match


def go_on(made: Tournament) -> None:
    """The director takes it from here."""
    epoch = hosting.claim(calling.lease(made.pk))
    assert epoch is not None
    process.on_commit(director.begin, made.pk, epoch)


def over(
    players: list[Player], score: tuple[int, int], points: int = 11, *, ago: int = 5, title: str = "", url: str = ""
) -> Match:
    """A match that ended some minutes ago."""
    now_ms = wall_ms() - ago * MINUTE_MS
    match = Match.objects.create(
        phase=Match.Phase.OVER,
        origin=Match.Origin.TOURNAMENT if url else Match.Origin.QUEUE,
        title=title,
        url=url,
        ruleset=court.to_dict(court.ruleset(points)),
        seed=1,
        a=score[0],
        b=score[1],
        winner=int(score[1] > score[0]),
        reason=Match.Reason.POINTS,
        created_ms=now_ms - 3 * MINUTE_MS,
        ready_by_ms=now_ms - 2 * MINUTE_MS,
        started_ms=now_ms - 2 * MINUTE_MS,
        finished_ms=now_ms,
    )
    for side, player in enumerate(players):
        Seat.objects.create(match=match, side=side, name=player.name, user=player.user, bot=player.bot)
    return match


def call(one: Player, two: Player, points: int = 11, score: tuple[int, int] = (0, 0)) -> Match:
    """Two are called to a match, which stands at a score already. House bots begin at once."""
    with transaction.atomic():
        match = matches.call(
            [one, two], rules=court.ruleset(points), origin=Match.Origin.QUEUE, ready_ms=conf.READY_TOURNAMENT_S * 1000
        )
        Match.objects.filter(pk=match.pk).update(a=score[0], b=score[1])
    return match
