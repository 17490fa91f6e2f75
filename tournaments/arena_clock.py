"""The clock of an arena, read off its log: it runs from the draw on, and stands while the arena is paused."""

from tournaments.formats import arena_draw
from tournaments.formats.arena_draw import Clock
from tournaments.formats.events import Drawn
from tournaments.models import Tournament


def of(tournament: Tournament) -> Clock:
    """The clock of an arena that was drawn, in wall time."""
    turns = tournament.log.filter(kind__in=(Drawn.kind, "paused", "resumed")).values_list("kind", "at_ms")
    (_, drawn_ms), *since = turns
    return arena_draw.clock(drawn_ms, [(kind == "paused", at_ms) for kind, at_ms in since])
