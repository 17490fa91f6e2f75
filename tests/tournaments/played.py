"""Whole tournaments as rows: a log, and matches that were played by bots in no time."""

from collections.abc import Callable, Sequence

from accounts.models import User
from game.matches import Player
from game.models import Match
from game.pong.court import Choice, ruleset
from tests.game.stored import point, records, store
from tests.tournaments.formats.plays import better_seed, next_round
from tests.tournaments.running import fresh
from tournaments import registration
from tournaments.formats.events import Drawn, Entered, MatchEnded
from tournaments.formats.options import NO_OPTIONS, Options
from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Slot
from tournaments.models import Call, Entrant, Tournament
from tournaments.registration import Plan
from tournaments.writing import Writing, writing

POINTS = 3
SEEDS = (7, 8, 9)  # of the matches


def drawn(
    names: Sequence[str | User], format: str = "single_elimination", options: Options = NO_OPTIONS, name: str = "Cup"
) -> Tournament:
    """A tournament of these, seeded in this order. Who is no user is a name, as at one screen."""
    plan = Plan(format=format, options=options)
    made = registration.create(None, name, max(len(names), 4), Choice(POINTS), plan)
    with writing(made.pk) as pen:
        for one in names:
            user = one if isinstance(one, User) else None
            entrant = Entrant.objects.create(tournament=made, user=user, name=user.name if user else str(one))
            pen.append(Entered(entrant.pk, entrant.name))
        pen.append(Drawn(tuple(pen.state.entrants)))
    return fresh(made)


def play(made: Tournament, winner: Callable[[Pairing], Slot] = better_seed) -> Tournament:
    """Play it to its end: the better seed wins, or whoever ``winner`` says."""
    with writing(made.pk) as pen:
        while pen.state.phase == "running":
            playable = pen.state.playable()
            if not playable:
                pen.append(next_round(pen.state))
            for pairing in playable:
                won = winner(pairing)
                match = stored(pen, pairing, won)
                score = sorted((match.a, match.b), reverse=won == 1)
                pen.append(MatchEnded(pairing.id, won, (score[0], score[1]), match.pk))
    return fresh(made)


def stored(pen: Writing, pairing: Pairing, winner: Slot) -> Match:
    """The match of a pairing that the entrant in this slot has won; the next entry of the log is made of it."""
    names = [pen.state.entrants[entrant] for entrant in pairing.entrants]
    one, two = pairing.entrants
    seed = SEEDS[Call.objects.count() % len(SEEDS)]
    played = records(POINTS, seed)
    last = point(ruleset(POINTS), played[-1])
    turned = (last.b > last.a) != (winner == 2)  # they change sides, so that the right one wins
    players = [Player(name) for name in (reversed(names) if turned else names)]
    match = store(players, played, ruleset(POINTS), seed)
    left, right = (two, one) if turned else (one, two)
    entry = pen.tournament.n + 1
    Call.objects.create(
        tournament=pen.tournament, pairing=pairing.id, match=match, left=left, right=right, entered=entry
    )
    return match
