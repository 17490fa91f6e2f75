"""How many matches a tournament takes: known from its format and the number of entrants, before anything is drawn."""

from .double_elimination import DoubleElimination
from .format import Format
from .groups import Groups, count
from .options import Options
from .refused import Refused
from .round_robin import RoundRobin
from .single_elimination import SingleElimination
from .swiss import Swiss


def matches(format: Format, entrants: int) -> tuple[int, int]:
    """The least and the most pairings that `entrants` play if nobody drops out; a series counts once, a bye does not.

    For Swiss with wins and losses the least is 0: it depends on who beats whom. Refused with "option" if the options
    do not fit so many, with "size" if the format does not take so many.
    """
    if entrants not in format.sizes:
        raise Refused("size", f"{format.sizes[0]} to {format.sizes[-1]} entrants", entrants)
    match format:
        case SingleElimination(options=options):
            return _single(entrants, options)
        case DoubleElimination(options=options):
            return _double(entrants, options)
        case RoundRobin(options=options):
            return _all_meet(entrants, options)
        case Swiss(options=options):
            format.draw(entrants)  # refuses more rounds than there are opponents
            most = format.rounds(entrants) * (entrants // 2)
            return (most if options.wins is None else 0), most
        case Groups(options=options):
            return _groups(entrants, options)
    raise Refused("format", "a format that is over after a number of matches", format.name)


def _single(entrants: int, options: Options) -> tuple[int, int]:
    # With three, one semi-final is a bye: it has no loser who could play for the third place.
    number = entrants - 1 + (options.third_place and entrants > 3)
    return number, number


def _double(entrants: int, options: Options) -> tuple[int, int]:
    """Everybody but the champion loses twice, those who start in the losers' bracket once."""
    number = 2 * entrants - 2 - options.lower
    match options.grand_final:
        case "none":
            return number - 1, number - 1
        case "single":
            return number, number
    return number, number + 1


def _all_meet(entrants: int, options: Options) -> tuple[int, int]:
    number = entrants * (entrants - 1) // 2 * options.cycles
    return number, number


def _groups(entrants: int, options: Options) -> tuple[int, int]:
    groups = count(entrants, options)
    small, larger = divmod(entrants, groups)
    if small < 2 or options.advance > small or groups * options.advance < 2:
        raise Refused("option", f"groups that {options.advance} of go on, for {entrants} entrants", groups)
    inside = larger * _group(small + 1, options) + (groups - larger) * _group(small, options)
    play_offs = _single if options.play_offs == "single_elimination" else _double
    least, most = play_offs(groups * options.advance, options)
    return inside + least, inside + most


def _group(entrants: int, options: Options) -> int:
    return _all_meet(entrants, options)[0] if options.group_format == "round_robin" else 2 * entrants - 3
