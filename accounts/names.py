"""Names, as people read them: which of them would pass for one another."""

import unicodedata

from django.db.models import Q, QuerySet

from accounts.models import User

# They take no room, or say how the letter before them is drawn; beside all of the categories C.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10))))


def seen(name: str) -> str:
    """A name without what is not seen of it, its letters in their plain form: as it is stored with an account."""
    visible = (c for c in name if c.isspace() or (unicodedata.category(c)[0] != "C" and c not in _UNSEEN))
    return " ".join(unicodedata.normalize("NFKC", "".join(visible)).split())


def alike(name: str) -> str:
    """What is the same of two names that would pass for one another: `seen`, and in whatever case."""
    return seen(name).casefold()


def named(name: str) -> QuerySet[User]:
    """The accounts of this name, in whatever case. SQLite knows that of ASCII letters only: others are tried."""
    name = seen(name)
    return User.objects.filter(Q(username__iexact=name) | Q(username__in={name.lower(), name.upper(), name.title()}))
