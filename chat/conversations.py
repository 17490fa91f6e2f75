"""Which conversations there are, and who may write in them. Upper floors register their kinds here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds in one conversation."""

    title: str
    may_write: Callable[[User], bool] = lambda user: True


# By kind: what the number of a conversation stands for, or None if there is no such thing. Runs in a database thread.
_kinds: dict[str, Callable[[int], Policy | None]] = {}


def register(kind: str, find: Callable[[int], Policy | None]) -> None:
    """``find`` knows the conversations ``kind.<number>``."""
    _kinds[kind] = find


def policy(key: str) -> Policy | None:
    """What holds in the conversation of this key, or None if there is none."""
    if key == "lobby":
        return Policy(_("Lobby"))
    kind, _dot, number = key.partition(".")
    if kind in _kinds and number.isascii() and number.isdigit() and len(number) <= 18:
        return _kinds[kind](int(number))
    return None
