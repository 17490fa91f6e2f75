"""A real tennis major, 128 entrants and all 127 results, replayed through the public engine."""

import json
import os
from pathlib import Path

import pytest

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import Drawn, Entered, Result, Walkover
from tournaments.formats.seeding import inner_outer

from .plays import FORMAT

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "real_ausopen_2021_mens_singles.json"


@pytest.fixture(scope="module")
def real():
    if not DATA.exists():
        absent = f"the real draw is not at {DATA}"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    return json.loads(DATA.read_text(encoding="utf-8"))


def test_the_real_draw_replays_to_its_real_champion(real):
    by_line = [line + 1 for line in range(len(real["slots"]))]  # entrant ids count from 1, lines of the draw from 0
    by_seed = dict(zip(inner_outer(len(by_line)), by_line, strict=True))
    log = [Entered(id, slot["name"]) for id, slot in zip(by_line, real["slots"], strict=True)]
    log.append(Drawn(tuple(by_seed[seed] for seed in sorted(by_seed))))
    tournament = fold(FORMAT, log)

    for round, matches in enumerate(real["rounds"], start=1):
        for number, match in enumerate(matches, start=1):
            pairing = tournament.pairing(f"m{round}.{number}")
            assert pairing.occupants == (match["a"] + 1, match["b"] + 1)
            winner = "ab".index(match["winner"]) + 1
            if match.get("sets"):
                sets = (sum(a > b for a, b in match["sets"]), sum(b > a for a, b in match["sets"]))
                event = Result(pairing.id, winner, sets)
            else:
                event = Walkover(pairing.id, winner)
            log.append(event)
            tournament = apply(tournament, event)

    assert len(log) == 128 + 1 + 127
    assert tournament == fold(FORMAT, log)
    assert tournament.entrants[tournament.champion] == "N. Djokovic"
    assert [tournament.entrants[standing.entrant] for standing in tournament.standings()[:2]] == [
        "N. Djokovic",
        "D. Medvedev",
    ]
    how = [pairing.verdict.how for pairing in tournament.pairings.values()]
    assert (how.count("score"), how.count("walkover")) == (126, 1)
