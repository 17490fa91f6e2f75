"""The graph of a double elimination: who drops where, and how late two may meet again."""

from collections import Counter

import pytest

from tournaments.formats.bracket import seeds
from tournaments.formats.losers_bracket import graph
from tournaments.formats.place import Bye, LoserOf, Place, Seed, WinnerOf
from tournaments.formats.refused import Refused


def draw(entrants, **options):
    return graph(seeds(entrants), **options)


def test_the_draw_of_five_is_printed_with_its_byes():
    assert draw(5) == (
        Place("w1.1", "winners", 1, 1, (Seed(1), Bye())),
        Place("w1.2", "winners", 1, 2, (Seed(4), Seed(5))),
        Place("w1.3", "winners", 1, 3, (Seed(2), Bye())),
        Place("w1.4", "winners", 1, 4, (Seed(3), Bye())),
        Place("l1.1", "losers", 1, 1, (Bye(), LoserOf("w1.2"))),
        Place("l1.2", "losers", 1, 2, (Bye(), Bye())),
        Place("w2.1", "winners", 2, 1, (WinnerOf("w1.1"), WinnerOf("w1.2"))),
        Place("w2.2", "winners", 2, 2, (WinnerOf("w1.3"), WinnerOf("w1.4"))),
        Place("l2.1", "losers", 2, 1, (LoserOf("w2.2"), WinnerOf("l1.1"))),
        Place("l2.2", "losers", 2, 2, (LoserOf("w2.1"), Bye())),
        Place("l3.1", "losers", 3, 1, (WinnerOf("l2.1"), WinnerOf("l2.2"))),
        Place("w3.1", "winners", 3, 1, (WinnerOf("w2.1"), WinnerOf("w2.2"))),
        Place("l4.1", "losers", 4, 1, (LoserOf("w3.1"), WinnerOf("l3.1"))),
        Place("f1.1", "final", 1, 1, (WinnerOf("w3.1"), WinnerOf("l4.1"))),
        Place("f2.1", "final", 2, 1, (LoserOf("f1.1"), WinnerOf("f1.1")), if_needed=True),
    )


@pytest.mark.parametrize("entrants", [*range(2, 129), 255, 256, 257, 1000, 1024])
def test_everybody_stands_once_drops_once_and_goes_on_once(entrants):
    places = draw(entrants, grand_final="single")
    assert len({place.id for place in places}) == len(places)
    sources = [source for place in places for source in place.slots]
    assert sorted(s.number for s in sources if isinstance(s, Seed)) == list(range(1, entrants + 1))
    contested = [place for place in places if Bye() not in place.slots]
    assert len(contested) == 2 * entrants - 2
    came = Counter(source for source in sources if isinstance(source, WinnerOf | LoserOf))
    assert set(came.values()) == {1}
    assert {s.place for s in came if isinstance(s, LoserOf)} == {p.id for p in contested if p.section == "winners"}
    assert {s.place for s in came if isinstance(s, WinnerOf)} == {
        place.id for place in places[:-1] if place.slots != (Bye(), Bye())
    }
    known = set()
    for place in places:
        assert all(not isinstance(s, WinnerOf | LoserOf) or s.place in known for s in place.slots)
        known.add(place.id)


def earliest_rematch(places):
    """The first losers' round in which two could meet who have met among the winners, by the graph alone."""
    winner_to = {s.place: place for place in places for s in place.slots if isinstance(s, WinnerOf)}
    loser_to = {s.place: place for place in places for s in place.slots if isinstance(s, LoserOf)}

    def way(place):
        """Whoever enters the losers' bracket here goes through these places, while they win."""
        while place is not None and place.section == "losers":
            yield place
            place = winner_to.get(place.id)

    met = []
    for place in places:
        if place.section != "winners":
            continue
        loses_now = list(way(loser_to[place.id]))
        later = winner_to[place.id]
        while later.section == "winners":  # the winner of this place loses there
            loses_later = {other.id for other in way(loser_to[later.id])}
            met += [next((other.round for other in loses_now if other.id in loses_later), None)]
            later = winner_to[later.id]
    return min(round for round in met if round is not None)


@pytest.mark.parametrize(
    ("entrants", "round"),
    [(8, 3), (16, 4), (32, 5), (64, 7), (128, 8), (256, 9), (512, 11), (1024, 13)],
)
def test_nobody_meets_again_before_this_losers_round(entrants, round):
    assert earliest_rematch(draw(entrants)) == round


@pytest.mark.parametrize(("entrants", "drops"), [(8, (0, 0)), (32, (0, 0, 0, 0))])
def test_without_masks_they_meet_again_at_once(entrants, drops):
    assert earliest_rematch(draw(entrants, drops=drops)) == 2


def test_there_is_no_final_if_none_is_wanted():
    assert draw(4, grand_final="none")[-1].id == "l2.1"
    assert [place.id for place in draw(2, grand_final="none")] == ["w1.1"]
    assert [place.id for place in draw(2)] == ["w1.1", "f1.1", "f2.1"]


@pytest.mark.parametrize(("upper", "lower"), [(8, 8), (8, 5), (6, 3), (2, 1), (2, 2), (100, 100)])
def test_who_starts_below_has_one_life(upper, lower):
    sources = seeds(upper + lower)
    places = graph(sources[:upper], sources[upper:], grand_final="single")
    assert {s.number for p in places if p.section == "winners" for s in p.slots if isinstance(s, Seed)} == set(
        range(1, upper + 1)
    )
    in_losers = [p for p in places if p.section == "losers" for s in p.slots if isinstance(s, Seed)]
    assert (len(in_losers), {p.round for p in in_losers}) == (lower, {1})
    contested = [place for place in places if Bye() not in place.slots]
    assert len(contested) == 2 * upper + lower - 2  # everybody but the champion leaves all their lives, one by one


def test_more_below_than_places_and_masks_that_do_not_fit_are_refused():
    with pytest.raises(Refused, match="option: expected lower: at most 4 for 4 others, came 5"):
        graph(seeds(9)[:4], seeds(9)[4:])
    for drops in ((1,), (2, 0), (1, 0, 0)):
        with pytest.raises(Refused, match=r"option: expected drops: a mask below each of \[2, 1\], came"):
            draw(8, drops=drops)
