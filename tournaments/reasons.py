"""Why a pairing was made: the one sentence that its place on the page says, in the reader's language."""

from collections import Counter
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tournaments.formats.pairing import Pairing
from tournaments.formats.place import Bye, LoserOf, RankOf, Seed, Source, WinnerOf
from tournaments.formats.tournament import Tournament as State


class Reasons:
    """The sentences of one tournament. ``numbers`` are those of the matches, by pairing."""

    def __init__(self, state: State, numbers: Mapping[str, int]) -> None:
        self._state = state
        self._numbers = numbers
        self._before: dict[int, Counter[int]] = {}  # by round of a Swiss: what each had won before it

    def why(self, pairing: Pairing) -> str:
        """One sentence."""
        reason = self._state.why(pairing.id)
        place = pairing.place
        upper, lower = place.slots
        match reason.kind:
            case "seeds" if place.group is not None:
                values = {"upper": seed_number(upper), "lower": seed_number(lower), "group": group_name(place.group)}
                return _("Group %(group)s as it was drawn: seed %(upper)s meets seed %(lower)s.") % values
            case "seeds":
                return _("The draw: seed %(upper)s meets seed %(lower)s.") % {
                    "upper": seed_number(upper),
                    "lower": seed_number(lower),
                }
            case "bye" if self._state.format.name == "swiss":
                return _(
                    "Round %(round)s: an odd number of entrants, so somebody low in the table who had no bye has one."
                ) % {"round": place.round}
            case "bye":
                there = next(slot for slot in place.slots if not isinstance(slot, Bye))
                return _("A bye: %(entrant)s has nobody to meet, the draw has more places than entrants.") % {
                    "entrant": self.source(there)
                }
            case "nobody":
                return _("Nobody is ever here: the draw has more places than entrants.")
            case "drop":
                text = _("%(upper)s, now in the losers' bracket, meets %(lower)s.")
            case "losers" if place.section == "third_place":
                text = _("For the third place: %(upper)s meets %(lower)s.")
            case "again":
                return self._again(upper)
            case "all" if place.group is not None:
                values = {"group": group_name(place.group), "round": place.round}
                return _("Group %(group)s: everybody meets everybody, this is round %(round)s of its Berger table.") % (
                    values
                )
            case "all":
                return _("Everybody meets everybody: this is round %(round)s of the Berger table.") % {
                    "round": place.round
                }
            case "swiss":
                return self._swiss(pairing)
            case "arena":
                return _("Both were there and free, and near each other in the table.")
            case _:
                text = _("%(upper)s meets %(lower)s.")
        return capital(text % {"upper": self.source(upper), "lower": self.source(lower)})

    def source(self, slot: Source) -> str:
        """Where the entrant of a slot comes from, as it stands inside a sentence."""
        match slot:
            case Seed(number=seed):
                return _("seed %(seed)s") % {"seed": seed}
            case RankOf(group=group, rank=rank):
                return _("number %(rank)s of group %(group)s") % {"rank": rank, "group": group_name(group)}
            case LoserOf(place=id) if id in self._numbers:
                return _("loser of match %(number)s") % {"number": self._numbers[id]}
            case WinnerOf(place=id) if id in self._numbers:
                return _("winner of match %(number)s") % {"number": self._numbers[id]}
            case WinnerOf(place=id):  # there was a bye: whoever came there comes here
                slots = self._state.pairings[id].place.slots
                return self.source(next(slot for slot in slots if not isinstance(slot, Bye)))
        return _("nobody")

    def _again(self, loser: Source) -> str:
        assert isinstance(loser, LoserOf)
        first = self._state.pairings[loser.place]
        if first.verdict is not None and first.verdict.winner == 2:
            return _("The losers' champion won the first final: both have lost once now, so this one decides.")
        return _("Played only if the first final is won from the losers' bracket.")

    def _swiss(self, pairing: Pairing) -> str:
        """Those meet who had done equally well before the round, or nearly so."""
        round = pairing.place.round
        if round == 1:
            return _("Round 1: nobody has played, so the upper half by seed meets the lower half.")
        upper, lower = (self._wins(entrant, round) for entrant in pairing.entrants)
        values = {"round": round, "upper": upper, "lower": lower}
        if upper == lower:
            text = ngettext(
                "Round %(round)s: both had %(upper)s win.", "Round %(round)s: both had %(upper)s wins.", upper
            )
        else:
            text = _("Round %(round)s: %(upper)s to %(lower)s wins, nobody nearer in the table was left to meet.")
        return text % values

    def _wins(self, entrant: int, round: int) -> int:
        """What an entrant had won before a round of a Swiss."""
        if round not in self._before:
            pairings = self._state.pairings.values()
            self._before[round] = Counter(p.winner for p in pairings if p.winner is not None and p.place.round < round)
        return self._before[round][entrant]


def seed_number(slot: Source) -> int:
    """The seed of a slot that is drawn by seed."""
    assert isinstance(slot, Seed)
    return slot.number


def group_name(group: int) -> str:
    """A for the first group, Z for the 26th, AA for the next."""
    name = ""
    while group:
        group, letter = divmod(group - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]
