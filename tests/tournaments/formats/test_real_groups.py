"""A real e-sports major, replayed through the public engine: four groups of four (opening matches, winners' match,
losers' match, decider), then sixteen in a double elimination in which eight start below. Every route and every score.
"""

import json
import os
import re
from pathlib import Path

import pytest

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import Drawn, Entered, MatchEnded
from tournaments.formats.options import Options
from tournaments.formats.place import LoserOf, WinnerOf

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "real_chongqing_major_2019.json"

GROUPS = "ABCD"
GROUP_IDS = {"UB1.2": "w1.1", "UB1.3": "w1.2", "UB0.1": "w2.1", "LB1.2": "l1.1", "LB0.1": "l2.1"}
# The event's names of its play-off matches: a column counted back from the end, and a position counted through.
UPPER, LOWER = {2: 1, 1: 2, 0: 3}, {5: 1, 4: 2, 3: 3, 2: 4, 1: 5, 0: 6}
FIRST = {("UB", 2): 4, ("UB", 1): 2, ("UB", 0): 1, ("LB", 5): 11, ("LB", 4): 7, ("LB", 3): 5, ("LB", 2): 3}
FIRST |= {("LB", 1): 2, ("LB", 0): 1}


def pairing_id(name):
    if name == "GF0.1":
        return "f1.1"
    bracket, column, position = re.fullmatch(r"(UB|LB)(\d+)\.(\d+)", name).groups()
    column, number = int(column), int(position) - FIRST[bracket, int(column)] + 1
    return f"w{UPPER[column]}.{number}" if bracket == "UB" else f"l{LOWER[column]}.{number}"


@pytest.fixture(scope="module")
def real():
    if not DATA.exists():
        absent = f"the real event is not at {DATA}"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    return json.loads(DATA.read_text(encoding="utf-8"))


def lines_of(real, first_round):
    """Who stood in the printed lines of a first round."""
    matches = sorted((pairing_id(m["match"]), m) for m in real["playoffs"] if m["match"].startswith(first_round))
    return [entrant for _, match in matches for entrant in (match["a"], match["b"])]


def options_of(real):
    """The event's options: its play-off seeding, as (group, rank) by seed, its routes and the lengths of its series."""
    rank_in_group = {}
    for group, matches in real["groups"].items():
        by_name = {match["match"]: match for match in matches}
        upper, decider, below = by_name["UB0.1"], by_name["LB0.1"], by_name["LB1.2"]
        last = {below["a"], below["b"]} - {below["winner"]}
        third = {decider["a"], decider["b"]} - {decider["winner"]}
        for rank, entrant in enumerate([upper["winner"], decider["winner"], *third, *last], start=1):
            rank_in_group[entrant] = (GROUPS.index(group) + 1, rank)
    # Seeds 1 to 8 in the order of the winners' lines, and 9 to 16 in that of the losers'.
    upper = dict(zip((1, 8, 4, 5, 2, 7, 3, 6), lines_of(real, "UB2"), strict=True))
    lower = dict(zip((16, 9, 13, 12, 15, 10, 14, 11), lines_of(real, "LB5"), strict=True))
    seeds = upper | lower
    return Options(
        groups=4,
        group_format="double_elimination",
        advance=4,
        play_offs="double_elimination",
        lower=8,
        drops=(3, 0, 0),
        grand_final="single",
        best_of=3,
        best_of_in=(("losers.1", 1), ("final", 5)),
        seating=tuple(rank_in_group[seeds[seed]] for seed in range(1, 17)),
    )


def opening(real):
    """The seeds 1, 8, 9, 16 are dealt to group A, and so on: first seed against last, the second against the third."""
    log = [Entered(entrant["id"], entrant["name"]) for entrant in real["entrants"]]
    seeds = {}
    for index, group in enumerate(GROUPS):
        by_name = {match["match"]: match for match in real["groups"][group]}
        first, second = by_name["UB1.2"], by_name["UB1.3"]
        dealt = (index + 1, 8 - index, 9 + index, 16 - index)
        seeds |= dict(zip(dealt, (first["a"], second["a"], second["b"], first["b"]), strict=True))
    return [*log, Drawn(tuple(seeds[seed] for seed in range(1, 17)))]


def replay(tournament, log, id, match):
    """Play the matches of a series one by one; only the last decides it. Its two are those of the real event."""
    pairing = tournament.pairing(id)
    assert pairing.state == "playable"
    # A loser who comes down stands above who waits for them; the event wrote some of its matches the other way.
    assert set(pairing.occupants) == {match["a"], match["b"]}
    assert tournament.best_of(id) == match["best_of"]
    score = dict(zip((match["a"], match["b"]), match["score"], strict=True))
    winner = pairing.occupants.index(match["winner"]) + 1
    won = [3 - winner] * score[pairing.occupants[2 - winner]] + [winner] * score[match["winner"]]
    for number, slot in enumerate(won, start=1):
        assert tournament.pairing(id).state == "playable"
        assert tournament.pairing(id).sides == ((1, 2) if number % 2 else (2, 1))
        log.append(MatchEnded(id, slot, (1, 0) if slot == 1 else (0, 1)))
        tournament = apply(tournament, log[-1])
    decided = tournament.pairing(id)
    assert (decided.winner, decided.verdict.score) == (match["winner"], tuple(score[o] for o in pairing.occupants))
    return tournament


def test_the_real_event_replays_by_every_route_to_its_real_champion(real):
    options, log = options_of(real), opening(real)
    tournament = fold("groups", log, options)
    for group, matches in real["groups"].items():
        for match in matches:
            id = f"g{GROUPS.index(group) + 1}{GROUP_IDS[match['match']]}"
            tournament = replay(tournament, log, id, match)
    for match in real["playoffs"]:
        tournament = replay(tournament, log, pairing_id(match["match"]), match)

    assert tournament.phase == "finished"
    assert tournament == fold("groups", log, options)
    assert tournament.entrants[tournament.champion] == "Team Secret"
    ranks = {standing.entrant: standing.rank for standing in tournament.standings()}
    assert ranks == {place["id"]: place["rank"] for place in real["final_ranking"]}


def test_every_route_of_the_draw_is_that_of_the_real_event(real):
    tournament = fold("groups", opening(real), options_of(real))
    winner_to, loser_to = {}, {}
    for pairing in tournament.pairings.values():
        if pairing.place.group is not None:
            continue
        for source in pairing.place.slots:
            if isinstance(source, WinnerOf):
                winner_to[source.place] = pairing.id
            elif isinstance(source, LoserOf):
                loser_to[source.place] = pairing.id
    matches = {pairing_id(match["match"]): match for match in real["playoffs"]}
    assert matches.keys() == {id for id, p in tournament.pairings.items() if p.place.group is None}
    for routes, name in ((winner_to, "winner_to"), (loser_to, "loser_to")):
        real_routes = {id: pairing_id(match[name]) for id, match in matches.items() if match.get(name)}
        assert routes == real_routes
