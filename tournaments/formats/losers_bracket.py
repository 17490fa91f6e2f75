"""The bracket of a double elimination: winners' and losers' places and the finals, and how they feed each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .bracket import meet, seated
from .options import GrandFinal
from .place import Bye, LoserOf, Place, Source, WinnerOf, loser, winner
from .refused import Refused
from .seeding import inner_outer, size

SECTIONS = {"w": "winners", "l": "losers"}
DROPS: Mapping[int, tuple[int, ...]] = {
    0: (),
    1: (0,),
    2: (1, 0),
    3: (2, 0, 0),
    4: (2, 2, 0, 0),
    5: (8, 3, 3, 0, 0),
    6: (15, 8, 7, 0, 0, 0),
    7: (16, 12, 8, 6, 0, 1, 0),
    8: (64, 48, 28, 2, 2, 2, 0, 0),
    9: (128, 32, 48, 28, 6, 1, 2, 0, 0),
    10: (256, 64, 80, 48, 28, 6, 1, 2, 0, 0),
}
"""The masks of the winners' rounds that drop into a losers' bracket, by how many rounds do.

Number i of a round, from 0, drops to place i XOR mask. Without masks everybody meets whom they lost to in losers'
round 2; with these, in round 3, 4, 5, 7, 8 at the earliest for 8, 16, 32, 64, 128 entrants. From 256 on (7 rounds) the
masks are the best of a search, by the earliest possible rematch, then by the number of rematches to be expected among
equals: round 9, 11, 13 at the earliest for 256, 512, 1,024, and 0.37 rematches before the losers' final. (10 rounds
drop only where more than half of over 1,000 entrants start above.)
"""


def graph(
    upper: Sequence[Source],
    lower: Sequence[Source] = (),
    drops: tuple[int, ...] | None = None,
    grand_final: GrandFinal = "reset",
    group: int | None = None,
) -> tuple[Place, ...]:
    """Every place in calling order, for entrants who come from `upper`, in the order of their seeds.

    The losers' rounds of odd number are played among those who are there; in the others they meet who drops. `lower`
    are entrants who start in the losers' bracket, as if they had lost a winners' round before the first. Byes there
    are known now: who meets nobody in the winners' bracket leaves a bye in the losers'.
    """
    room = size(len(upper))
    if len(lower) > room:
        raise Refused("option", f"lower: at most {room} for {len(upper)} others", len(lower))
    rounds = room.bit_length() - 1
    dropping = _drops(drops, rounds if lower else rounds - 1, room // 2 if lower else room // 4)

    def drawn(letter: str, round: int, lines: Sequence[Source]) -> list[Place]:
        if group is None:
            return meet(letter, SECTIONS[letter], round, lines)
        return [
            replace(place, round=_stage(letter, round), group=group)
            for place in meet(f"g{group}{letter}", "group", round, lines)
        ]

    winners = drawn("w", 1, seated(upper, room))
    places = list(winners)
    waiting: list[Source]
    if lower:
        # As in a draw of twice the room: the line that meets seed s is the one of seed 2 * room + 1 - s.
        waiting = [lower[room - seed] if room - seed < len(lower) else Bye() for seed in inner_outer(room)]
    else:
        waiting = [loser(place) for place in winners]
    losers_round = 0
    for number, mask in enumerate(dropping, start=1 if lower else 2):
        losers_round += 1
        among = drawn("l", losers_round, waiting)
        waiting = [winner(place) for place in among]
        places += among
        if number > 1:
            winners = drawn("w", number, [winner(place) for place in winners])
            places += winners
        losers_round += 1
        meeting = [line for i, survivor in enumerate(waiting) for line in (loser(winners[i ^ mask]), survivor)]
        against = drawn("l", losers_round, meeting)
        waiting = [winner(place) for place in against]
        places += against
    return tuple(places) + _finals(winner(winners[0]), waiting[0], grand_final)


def letter(place: Place) -> str:
    """The bracket a place is in, in a group too: "w" for the winners', "l" for the losers', "f" for the finals."""
    return place.id.lstrip("g0123456789")[0]


def _stage(letter: str, round: int) -> int:
    """In a group the two brackets are one list of rounds: a losers' round stands beside what is played with it."""
    return round + 1 if letter == "l" else max(1, 2 * round - 2)


def _drops(drops: tuple[int, ...] | None, rounds: int, places: int) -> tuple[int, ...]:
    """The masks of the rounds that drop, the first of which has `places`."""
    if drops is None:
        return DROPS[rounds]
    sizes = [places >> i for i in range(rounds)]
    if len(drops) != rounds or any(mask >= size for mask, size in zip(drops, sizes, strict=True)):
        raise Refused("option", f"drops: a mask below each of {sizes}", list(drops))
    return drops


def _finals(champion: Source, challenger: Source, grand_final: GrandFinal) -> tuple[Place, ...]:
    if grand_final == "none":
        return ()
    final = Place("f1.1", "final", 1, 1, (champion, challenger))
    if grand_final == "single":
        return (final,)
    again = (LoserOf(final.id), WinnerOf(final.id))  # only if the lower one won: so both keep their slots
    return (final, Place("f2.1", "final", 2, 1, again, if_needed=True))
