"""How far away an opponent may be: a person's own limit on the other one's ping."""

from django.db import transaction
from django.dispatch import Signal

from accounts.models import LEAST_PING_MS, MOST_PING_MS, User

# Sent in the transaction of the change, with ``user`` and ``max_ping_ms``: who waits for an opponent waits by it at
# once.
max_ping_changed = Signal()


def set_max_ping(user: User, max_ping_ms: int | None) -> None:
    """Avoid opponents above so many ms of ping; None: play anybody. Raises ValueError for what makes no sense."""
    if max_ping_ms is not None and not (type(max_ping_ms) is int and LEAST_PING_MS <= max_ping_ms <= MOST_PING_MS):
        raise ValueError(f"max_ping_ms: expected {LEAST_PING_MS}..{MOST_PING_MS} or none, came {max_ping_ms!r}")
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(max_ping_ms=max_ping_ms)
        user.max_ping_ms = max_ping_ms
        max_ping_changed.send(sender=User, user=user, max_ping_ms=max_ping_ms)
