"""What is still to come for the entrants of a tournament."""

from collections.abc import Mapping
from typing import Literal

from .format import Awaited
from .tournament import Tournament

Outlook = (
    Awaited
    | Literal[
        "match",  # the pairing they are in, and what follows from it
        "nothing",  # they have played all their matches
    ]
)


def to_come(tournament: Tournament, late: int = 0) -> Mapping[int, Outlook]:
    """What is to come for each entrant of the draw, as long as no organiser takes anything back.

    What a format has in store for them besides their pairing goes first: who plays in a Swiss round awaits the next
    "round", unless this match is their last by its result. So many may still enter ``late``. Who has dropped, or is
    out, has nothing to come, and is in no match again.
    """
    if tournament.phase != "running":
        return dict.fromkeys(tournament.order, "nothing")
    found: dict[int, Outlook] = dict.fromkeys(tournament.order, "nothing")
    found |= dict.fromkeys(tournament.playing, "match")
    found |= tournament.format.awaited(tournament, late)
    found |= dict.fromkeys(tournament.dropped & found.keys(), "nothing")
    return found
