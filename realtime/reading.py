"""Since when what is read from the sockets now may have lain there unread: how late the loop is, exactly.

What one turn of the loop reads came after the turn before it looked; and if this turn had to wait for it, it came just
now. So a loop that was held up knows by how much, and a player need not pay for the server's own delay.
"""

import asyncio
from time import monotonic

WAITED_S = 0.0002  # a look at the sockets that takes longer had nothing to find at first

_since_s: float | None = None


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Keep an eye on how ``loop`` looks at its sockets. Any loop on a selector; on others ``late_ms`` stays 0."""
    selector = getattr(loop, "_selector", None)
    if selector is None:
        return
    look = selector.select
    looked_s = monotonic()

    def select(timeout: float | None = None) -> object:
        global _since_s
        nonlocal looked_s
        began_s = monotonic()
        ready = look(timeout)
        ended_s = monotonic()
        _since_s = ended_s if ended_s - began_s > WAITED_S else looked_s
        looked_s = ended_s
        return ready

    selector.select = select


def late_ms() -> int:
    """At most so long ago came what is being read now, ms. In the loop."""
    return int((monotonic() - _since_s) * 1000) if _since_s is not None else 0
