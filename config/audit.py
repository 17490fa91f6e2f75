"""All audits together: by the host of the lease "audit" every few minutes, by ``manage.py audit``, after every test."""

import logging

import chat.audit
import game.audit
import matchmaking.audit
import tournaments.audit
from realtime.audit import Difference
from realtime.clock import wall_ms

logger = logging.getLogger(__name__)

RECENT_MS = 900_000  # what has been over for longer was looked at several times


def run(*, repair: bool = True, all: bool = False) -> list[Difference]:
    """Look at what is not over, or not for long (or at ``all``), repair, and log each difference as an error.

    Results before what is counted from them: matches, then the tickets, ratings and logs that hang on them.
    """
    since_ms = 0 if all else wall_ms() - RECENT_MS
    found = [
        *game.audit.look(repair=repair, since_ms=since_ms),
        *matchmaking.audit.look(repair=repair),
        *tournaments.audit.look(repair=repair, since_ms=since_ms),
        *chat.audit.look(repair=repair),
    ]
    for difference in found:
        logger.error("%s", difference)
    return found
