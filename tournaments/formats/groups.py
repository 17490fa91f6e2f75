"""Groups into play-offs: groups of equals by seed, and the best of each go on to a knock-out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from . import bracket, double_elimination, losers_bracket, round_robin, single_elimination, table
from .berger import SIZES
from .format import SERIES, Awaited, Bracket, Line, Progress, Reason, RoundName, reason
from .options import Options
from .pairing import Pairing
from .place import Place, RankOf, Seed
from .refused import Refused
from .seeding import inner_outer, size


@dataclass(frozen=True, slots=True)
class Groups(Bracket):
    """Groups play a round robin, or a double elimination without a final (of four entrants: opening matches, winners'
    match, losers' match, decider).
    """

    @property
    def name(self) -> str:
        return "groups"

    @property
    def takes(self) -> frozenset[str]:
        return SERIES | {
            "groups", "group_format", "advance", "play_offs", "seating", "cycles", "tie_breaks",
            "third_place", "grand_final", "lower", "drops",
        }  # fmt: skip

    @property
    def series_in(self) -> frozenset[str]:
        if self.options.play_offs == "single_elimination":
            return single_elimination.SERIES_IN | {"group"}
        return double_elimination.SERIES_IN | {"group"}

    @property
    def sizes(self) -> range:
        return range(4, 1025)

    def draw(self, entrants: int) -> tuple[Place, ...]:
        return draw(entrants, self.options)

    def group_order(self, group: int, pairings: Sequence[Pairing], progress: Progress) -> tuple[int | None, ...]:
        """By rank, then by seed; who withdrew while it went on stands last."""
        seeds = {entrant: seed for seed, entrant in enumerate(progress.order)}
        gone = progress.withdrawn

        def key(ranked: tuple[int, int]) -> tuple[bool, int, int]:
            entrant, rank = ranked
            return entrant in gone, rank, seeds[entrant]

        if self.options.group_format == "round_robin":
            ranks = table.by_rank(self._lines(pairings))
            return tuple(entrant for entrant, _ in sorted(ranks.items(), key=key))
        order: list[int | None] = []
        ranked = double_elimination.ranks(pairings)
        for entrant, rank in sorted(ranked.items(), key=lambda item: (item[1], seeds[item[0]])):
            order += [None] * (rank - 1 - len(order))  # a rank that a double forfeit left vacant
            order.append(entrant)
        return tuple(order)

    def _lines(self, pairings: Sequence[Pairing]) -> dict[int, Line]:
        entrants = dict.fromkeys(entrant for pairing in pairings for entrant in pairing.entrants)
        rounds = max(pairing.place.round for pairing in pairings)
        tie_breaks = round_robin.TIE_BREAKS if self.options.tie_breaks is None else self.options.tie_breaks
        return table.lines(entrants, pairings, rounds, tie_breaks, predetermined=True)

    def awaited(self, progress: Progress, late: int) -> Mapping[int, Awaited]:
        """The end of a group, for all but those who are out for certain."""
        waiting: dict[int, Awaited] = {}
        for pairings in _by_group(progress).values():
            if all(pairing.verdict is not None for pairing in pairings):
                continue  # who goes on stands in the play-offs
            ranks = double_elimination.ranks(pairings) if self.options.group_format == "double_elimination" else {}
            for entrant in {entrant for pairing in pairings for entrant in pairing.entrants}:
                if ranks.get(entrant, 1) <= self.options.advance:
                    waiting[entrant] = "group"
        return waiting

    def round_name(self, section: str, round: int, entrants: int) -> RoundName:
        if section == "group":
            return RoundName("group_round", round)
        going_on = count(entrants, self.options) * self.options.advance
        if self.options.play_offs == "single_elimination":
            return single_elimination.round_name(section, round, going_on)
        return double_elimination.round_name(section, round, going_on, self.options.lower)

    def why(self, place: Place) -> Reason:
        if place.section == "group" and self.options.group_format == "round_robin":
            upper, lower = (slot.number for slot in place.slots if isinstance(slot, Seed))
            return Reason("all", (upper, lower))
        return reason(place)

    def table(self, progress: Progress) -> Mapping[int, Line]:
        """Every line is of its entrant's own group."""
        if self.options.group_format != "round_robin":
            return {}
        return {e: line for pairings in _by_group(progress).values() for e, line in self._lines(pairings).items()}

    def ranks(self, progress: Progress, lines: Mapping[int, Line]) -> Mapping[int, int]:
        """Those of the play-offs, then by rank in the group: all who were third in theirs are equal."""
        play_offs = [pairing for pairing in progress.pairings.values() if pairing.place.group is None]
        if self.options.play_offs == "single_elimination":
            ranks = single_elimination.ranks(play_offs)
        else:
            ranks = double_elimination.ranks(play_offs)
        groups = _by_group(progress)
        if not groups:
            return ranks
        members_of = [members(len(progress.order), len(groups), group) for group in groups]
        for group, pairings in groups.items():
            if any(pairing.verdict is None for pairing in pairings):
                continue
            order = self.group_order(group, pairings, progress)
            for rank, entrant in enumerate(order[self.options.advance :], start=self.options.advance + 1):
                better = sum(min(len(others), rank - 1) for others in members_of)
                if entrant is not None:
                    ranks[entrant] = better + 1
        return ranks


def count(entrants: int, options: Options) -> int:
    """How many groups there are: unless it was chosen, so many that most are of four."""
    return options.groups or max(1, (entrants + 2) // 4)


def members(entrants: int, groups: int, group: int) -> tuple[int, ...]:
    """The seeds of a group: they are dealt to and fro, so that no group is the better for coming first."""
    rows = range(0, entrants, groups)
    seeds = (row + (group if number % 2 == 0 else groups + 1 - group) for number, row in enumerate(rows))
    return tuple(seed for seed in seeds if seed <= entrants)


@lru_cache(maxsize=32)  # a running tournament asks for the same draw at every replay
def draw(entrants: int, options: Options) -> tuple[Place, ...]:
    groups = count(entrants, options)
    table.check(options.tie_breaks)
    least, most = entrants // groups, -(-entrants // groups)
    if least < 2:
        raise Refused("option", f"groups: at most {entrants // 2} for {entrants} entrants", groups)
    if options.group_format == "round_robin" and most > SIZES[-1]:
        needed = -(-entrants // SIZES[-1])
        raise Refused("option", f"groups: at least {needed} for {entrants} entrants", groups)
    if not options.advance <= least or groups * options.advance < 2:
        expected = f"advance: {'2' if groups == 1 else '1'} to {least} out of groups of {least}"
        raise Refused("option", expected, options.advance)
    foreign = {"third_place"} if options.play_offs == "double_elimination" else {"grand_final", "lower", "drops"}
    if options.group_format == "double_elimination":
        foreign |= {"cycles", "tie_breaks"}
    unused = [name for name in options.chosen() if name in foreign]
    if unused:
        raise Refused("option", f"no {unused[0]} in {options.group_format} groups into {options.play_offs}", unused[0])
    in_groups = [
        place
        for group in range(1, groups + 1)
        for place in _group(tuple(members(entrants, groups, group)), group, options)
    ]
    in_groups.sort(key=lambda place: place.round)  # stable: a round is played in all groups, then the next
    going_on = [RankOf(group, rank) for group, rank in _seating(groups, options)]
    if options.play_offs == "single_elimination":
        play_offs = bracket.knock_out(going_on, options.third_place)
    else:
        upper = len(going_on) - options.lower
        if upper < 2:
            raise Refused("option", f"lower: at most {len(going_on) - 2} of {len(going_on)}", options.lower)
        play_offs = losers_bracket.graph(going_on[:upper], going_on[upper:], options.drops, options.grand_final)
    return (*in_groups, *play_offs)


def _group(seeds: tuple[int, ...], group: int, options: Options) -> tuple[Place, ...]:
    if options.group_format == "round_robin":
        return round_robin.places(seeds, options.cycles, group)
    return losers_bracket.graph([Seed(seed) for seed in seeds], grand_final="none", group=group)


def _seating(groups: int, options: Options) -> tuple[tuple[int, int], ...]:
    every = [(group, rank) for rank in range(1, options.advance + 1) for group in range(1, groups + 1)]
    if options.seating is None:
        return seating(groups, options.advance)
    if sorted(options.seating) != sorted(every):
        raise Refused("option", f"seating: each of {every} once", list(options.seating))
    return options.seating


@lru_cache(maxsize=64)
def seating(groups: int, advance: int) -> tuple[tuple[int, int], ...]:
    """The seeds of the play-offs: the firsts in the order of their groups, then the seconds, and so on.

    The groups of each rank are turned round (and about) so that those who come from one group meet again as late as
    can be: of all ways to turn them, one with the fewest early meetings.
    """
    line = {seed: index for index, seed in enumerate(inner_outer(size(groups * advance)))}
    seats: list[tuple[int, int]] = []
    lines_of: dict[int, list[int]] = {group: [] for group in range(1, groups + 1)}
    for rank in range(1, advance + 1):
        in_order = list(range(1, groups + 1))
        ways = [in_order] if rank == 1 else [
            way[turn:] + way[:turn] for way in (in_order, in_order[::-1]) for turn in range(groups)
        ]  # fmt: skip
        first = len(seats) + 1
        best = min(ways, key=lambda way: _meetings(way, first, line, lines_of))
        for seed, group in enumerate(best, start=first):
            lines_of[group].append(line[seed])
        seats += [(group, rank) for group in best]
    return tuple(seats)


def _meetings(
    way: Sequence[int], first: int, line: Mapping[int, int], lines_of: Mapping[int, Sequence[int]]
) -> list[int]:
    """How many of a group could meet in each round of the play-offs, the first round first."""
    rounds = [0] * len(line).bit_length()
    for seed, group in enumerate(way, start=first):
        for other in lines_of[group]:
            rounds[(line[seed] ^ other).bit_length() - 1] += 1
    return rounds


def _by_group(progress: Progress) -> dict[int, list[Pairing]]:
    groups: dict[int, list[Pairing]] = {}
    for pairing in progress.pairings.values():
        if pairing.place.group is not None:
            groups.setdefault(pairing.place.group, []).append(pairing)
    return groups
