import random
from collections import Counter

import pytest

from tournaments.formats.engine import apply, fold
from tournaments.formats.events import DoubleForfeit, Dropped, Overridden, Replaced, Result
from tournaments.formats.format import Reason, RoundName
from tournaments.formats.groups import members, seating
from tournaments.formats.options import Options
from tournaments.formats.pairing import Nobody, Verdict
from tournaments.formats.place import RankOf, Seed
from tournaments.formats.refused import Refused

from .plays import after, drawn, opening, play_out, ranks

FORMAT = "groups"


@pytest.mark.parametrize(
    ("entrants", "groups", "dealt"),
    [
        (8, 2, [(1, 4, 5, 8), (2, 3, 6, 7)]),
        (10, 3, [(1, 6, 7), (2, 5, 8), (3, 4, 9, 10)]),
        (16, 4, [(1, 8, 9, 16), (2, 7, 10, 15), (3, 6, 11, 14), (4, 5, 12, 13)]),
    ],
)
def test_seeds_are_dealt_to_and_fro(entrants, groups, dealt):
    assert [members(entrants, groups, group) for group in range(1, groups + 1)] == dealt


@pytest.mark.parametrize("entrants", [*range(4, 34), 100])
@pytest.mark.parametrize("play_offs", ["single_elimination", "double_elimination"])
def test_better_seeds_come_through_and_everybody_is_ranked(entrants, play_offs):
    options = Options(play_offs=play_offs)
    tournament, results = play_out(drawn(entrants, FORMAT, options))
    assert (tournament.phase, tournament.champion) == ("finished", 1)
    assert fold(FORMAT, [*opening(entrants), *results], options) == tournament
    shared = Counter(ranks(tournament).values())
    for rank in shared:
        assert rank == 1 + sum(count for better, count in shared.items() if better < rank)
    groups = {p.place.group for p in tournament.pairings.values()} - {None}
    seeds = sorted(s for group in groups for s in members(entrants, len(groups), group))
    assert seeds == list(range(1, entrants + 1))


@pytest.mark.parametrize("group_format", ["round_robin", "double_elimination"])
@pytest.mark.parametrize("seed", range(4))
def test_play_offs_are_seated_when_their_groups_are_over(group_format, seed):
    toss = random.Random(seed)
    options = Options(groups=2, group_format=group_format)
    tournament = drawn(8, FORMAT, options)
    assert tournament.pairing("m1.1").occupants == (RankOf(1, 1), RankOf(2, 2))
    while of_group := [p for p in tournament.playable() if p.place.group == 1]:
        tournament = apply(tournament, Result(of_group[0].id, toss.choice((1, 2))))
    assert isinstance(tournament.pairing("m1.1").occupants[0], int)
    assert tournament.pairing("m1.1").state == "waiting"
    while of_group := [p for p in tournament.playable() if p.place.group == 2]:
        tournament = apply(tournament, Result(of_group[0].id, toss.choice((1, 2))))
    assert [p.id for p in tournament.playable()] == ["m1.1", "m1.2"]
    out = sorted(rank for rank in ranks(tournament).values() if rank is not None)
    assert out == [5, 5, 7, 7]


@pytest.mark.parametrize(("groups", "advance"), [(2, 2), (4, 2), (8, 2), (16, 2), (4, 4), (2, 4), (32, 2)])
def test_those_of_one_group_meet_again_as_late_as_can_be(groups, advance):
    """The two of a group stand in different halves, the four of a group in different quarters."""
    tournament = drawn(groups * advance, FORMAT, Options(groups=groups, advance=advance))
    lines = [s for p in tournament.pairings.values() if p.id.startswith("m1.") for s in p.place.slots]
    part = len(lines) // advance
    for group in range(1, groups + 1):
        at = [index for index, source in enumerate(lines) if source.group == group]
        assert len({index // part for index in at}) == advance


def test_firsts_are_seeded_above_seconds_and_a_seating_may_be_chosen():
    assert [rank for _, rank in seating(8, 2)] == [1] * 8 + [2] * 8
    assert sorted(seating(8, 2)) == sorted((group, rank) for group in range(1, 9) for rank in (1, 2))
    options = Options(groups=2, seating=((2, 1), (1, 1), (1, 2), (2, 2)))
    assert drawn(8, FORMAT, options).pairing("m1.1").place.slots == (RankOf(2, 1), RankOf(2, 2))


def test_who_drops_while_the_group_goes_on_stands_last_in_it():
    tournament = drawn(8, FORMAT, Options(groups=2))
    for id, winner in (("g1r1.1", 1), ("g1r1.2", 1), ("g1r2.2", 1)):
        tournament = apply(tournament, Result(id, winner))
    tournament = apply(tournament, Dropped(1))
    assert tournament.withdrawn == {1}
    tournament, _ = play_out(tournament)
    assert (ranks(tournament)[1], tournament.champion) == (7, 2)


def test_who_drops_after_the_group_forfeits_the_play_offs():
    tournament = drawn(8, FORMAT, Options(groups=2))
    while of_group := [p for p in tournament.playable() if p.place.group == 1]:
        tournament = apply(tournament, Result(of_group[0].id, 1 if of_group[0].occupants[0] == 1 else 2))
    first = tournament.pairing("m1.1").occupants[0]
    tournament, _ = play_out(apply(tournament, Dropped(first)))
    assert tournament.pairing("m1.1").verdict == Verdict("walkover", 2)
    assert tournament.withdrawn == frozenset()


def test_nobody_comes_out_of_a_group_of_brackets_that_nobody_won():
    options = Options(groups=2, group_format="double_elimination", advance=1)
    tournament = drawn(4, FORMAT, options)
    tournament = apply(tournament, DoubleForfeit("g1w1.1"))
    assert tournament.pairing("m1.1").occupants == (Nobody(), RankOf(2, 1))
    tournament = apply(tournament, Result("g2w1.1", 1))
    assert tournament.champion == 2


def test_an_override_in_a_group_seats_the_play_offs_anew():
    options = Options(groups=2, advance=1)
    tournament, _ = play_out(drawn(6, FORMAT, options))
    assert tournament.pairing("m1.1").occupants == (1, 2)
    # 1, 4 and 5 are a group; now 4 has beaten 1, and 5 as before.
    meeting = next(p for p in tournament.pairings.values() if set(p.entrants) == {1, 4})
    changed = apply(tournament, Overridden(meeting.id, "walkover", meeting.occupants.index(4) + 1))
    assert changed.pairing("m1.1").occupants == (4, 2)
    assert changed.pairing("m1.1").state == "playable"
    back = apply(changed, Overridden(meeting.id, "score", meeting.occupants.index(1) + 1))
    assert back == tournament


def test_somebody_new_comes_out_of_the_group_too():
    tournament, _ = play_out(drawn(8, FORMAT, Options(groups=2)))
    tournament = apply(after(FORMAT, 8, options=Options(groups=2)), Replaced(1, 99, "New"))
    tournament, _ = play_out(tournament)
    assert 99 in ranks(tournament)
    assert 1 not in ranks(tournament)


def test_it_names_rounds_and_says_why():
    tournament = drawn(16, FORMAT, Options(third_place=True))
    names = [(round.section, round.name) for round in tournament.rounds()]
    assert names == [
        ("group", RoundName("group_round", 1)),
        ("group", RoundName("group_round", 2)),
        ("group", RoundName("group_round", 3)),
        ("main", RoundName("quarter_finals", 8)),
        ("main", RoundName("semi_finals", 4)),
        ("third_place", RoundName("third_place", 2)),
        ("main", RoundName("final", 2)),
    ]
    assert tournament.why("m1.1") == Reason("ranks", ((1, 1), (2, 2)))
    assert tournament.why("g1r1.1") == Reason("all", (1, 16))
    assert tournament.pairing("g1r1.1").place.to_dict()["group"] == 1
    assert isinstance(tournament.pairing("g1r1.1").place.slots[0], Seed)


@pytest.mark.parametrize(
    ("entrants", "options", "message"),
    [
        (7, Options(groups=4), "expected groups: at most 3 for 7 entrants, came 4"),
        (130, Options(groups=2), "expected groups: at least 3 for 130 entrants, came 2"),
        (8, Options(groups=2, advance=5), "expected advance: 1 to 4 out of groups of 4, came 5"),
        (4, Options(groups=1, advance=1), "expected advance: 2 to 4 out of groups of 4, came 1"),
        (8, Options(lower=2), "expected no lower in round_robin groups into single_elimination, came lower"),
        (8, Options(third_place=True, play_offs="double_elimination"), "expected no third_place"),
        (8, Options(cycles=2, group_format="double_elimination"), "expected no cycles"),
        (
            8,
            Options(groups=2, advance=1, seating=((1, 1), (1, 2))),
            r"expected seating: each of \[\(1, 1\), \(2, 1\)\]",
        ),
        (8, Options(groups=2, play_offs="double_elimination", lower=3), "expected lower: at most 2 of 4, came 3"),
    ],
)
def test_options_that_do_not_fit_are_refused(entrants, options, message):
    with pytest.raises(Refused, match=f"option: {message}"):
        drawn(entrants, FORMAT, options)
