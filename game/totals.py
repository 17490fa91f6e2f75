"""The numbers of many matches at once, counted by the database. A match's own are in ``statistics``."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Max, QuerySet, Sum

from game.models import Match, Rally
from game.pong.court import Ruleset, flight_ms


@dataclass(frozen=True, slots=True)
class Totals:
    """The points of a match, the returns in all of them, and in the longest of them."""

    rallies: int
    hits: int
    longest: int


class Arrivals(Func):
    """How often the ball arrived in a rally: a record has a hold for each (game/pong/replay.py), the last of them the
    point's. So its returns are known without playing it again.
    """

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSON_ARRAY_LENGTH(%(expressions)s, '$.holds')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="JSONB_ARRAY_LENGTH(%(expressions)s -> 'holds')", **context)


def of(matches: QuerySet[Match]) -> dict[int, Totals]:
    """The totals of these matches by id, in one query; a match without a point is not among them."""
    counted = (
        Rally.objects.filter(match__in=matches)
        .order_by()
        .values("match_id")
        .annotate(
            points=Count("pk"),
            arrivals=Sum(Arrivals(F("record"))),
            most=Max(Arrivals(F("record"))),
        )
    )
    return {
        row["match_id"]: Totals(
            row["points"], max((row["arrivals"] or 0) - row["points"], 0), max((row["most"] or 0) - 1, 0)
        )
        for row in counted
    }


def fastest_px_s(rules: Ruleset, hits: int) -> int | None:
    """How fast the ball flew along the court after so many returns in one rally, px/s; None if there was none. It
    never becomes slower, so the longest rally had the fastest ball.
    """
    if hits == 0:
        return None
    return (rules.width - 2 * rules.plane) // flight_ms(rules, hits)  # mpx/ms is px/s
