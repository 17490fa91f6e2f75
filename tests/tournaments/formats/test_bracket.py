import pytest

from tournaments.formats.bracket import graph
from tournaments.formats.place import Bye, LoserOf, Place, Seed, WinnerOf


def test_the_draw_of_five_is_printed_with_its_byes():
    assert graph(5) == (
        Place("m1.1", "main", 1, 1, (Seed(1), Bye())),
        Place("m1.2", "main", 1, 2, (Seed(4), Seed(5))),
        Place("m1.3", "main", 1, 3, (Seed(2), Bye())),
        Place("m1.4", "main", 1, 4, (Seed(3), Bye())),
        Place("m2.1", "main", 2, 1, (WinnerOf("m1.1"), WinnerOf("m1.2"))),
        Place("m2.2", "main", 2, 2, (WinnerOf("m1.3"), WinnerOf("m1.4"))),
        Place("m3.1", "main", 3, 1, (WinnerOf("m2.1"), WinnerOf("m2.2"))),
    )


@pytest.mark.parametrize("entrants", [*range(2, 257), 1000, 1024])
def test_every_seed_stands_once_every_winner_goes_on_once_and_no_place_is_empty(entrants):
    places = graph(entrants)
    sources = [source for place in places for source in place.slots]
    assert sorted(s.number for s in sources if isinstance(s, Seed)) == list(range(1, entrants + 1))
    assert sorted(s.place for s in sources if isinstance(s, WinnerOf)) == sorted(p.id for p in places[:-1])
    byes = [place for place in places if Bye() in place.slots]
    assert all(place.round == 1 and isinstance(place.slots[0], Seed) for place in byes)
    assert len(places) - len(byes) == entrants - 1


def test_a_place_says_itself_as_json():
    assert [place.to_dict() for place in graph(3)] == [
        {"id": "m1.1", "section": "main", "round": 1, "number": 1, "slots": [{"seed": 1}, {"bye": True}]},
        {"id": "m1.2", "section": "main", "round": 1, "number": 2, "slots": [{"seed": 2}, {"seed": 3}]},
        {
            "id": "m2.1",
            "section": "main",
            "round": 2,
            "number": 1,
            "slots": [{"winner_of": "m1.1"}, {"winner_of": "m1.2"}],
        },
    ]


def test_one_entrant_is_no_draw():
    with pytest.raises(ValueError, match="expected at least 2 entrants, came 1"):
        graph(1)


def test_the_third_place_is_played_before_the_final_by_the_losers_of_the_semi_finals():
    places = graph(8, third_place=True)
    assert [place.id for place in places[-4:]] == ["m2.1", "m2.2", "t1.1", "m3.1"]
    assert places[-2] == Place("t1.1", "third_place", 1, 1, (LoserOf("m2.1"), LoserOf("m2.2")))


@pytest.mark.parametrize(
    ("entrants", "slots"), [(2, None), (3, (Bye(), LoserOf("m1.2"))), (4, (LoserOf("m1.1"), LoserOf("m1.2")))]
)
def test_the_third_place_of_a_small_field(entrants, slots):
    places = {place.id: place for place in graph(entrants, third_place=True)}
    assert ("t1.1" in places) == (slots is not None)
    assert slots is None or places["t1.1"].slots == slots
