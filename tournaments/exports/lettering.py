"""Lettering: a name as large as a line of a picture has room for, and shortened where even small letters have not.

A picture is drawn without knowing the reader's typeface. Widths are guessed, a little too large, for bold sans-serif.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

NARROW = frozenset("ijl!|.,:;'`ft()[]/I1 ")
WIDE = frozenset("mwMW@%&")
ELLIPSIS = "…"
JOINER = "\u200d"
# Marks that turn the direction of what follows, beyond the end of a name.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = ("Mn", "Me", "Cf")
NO_TEXT = ("Cc", "Cs", "Co", "Cn")  # some of which XML does not allow at all


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, the size of its letters in px, and the direction in which it is read."""

    text: str
    size: int
    direction: str  # "ltr" or "rtl"


def fitted(text: str, width: int, largest: int, least: int) -> Line:
    """The text on one line of this width (px): in letters of at most `largest` px, of at least `least`; if it does not
    fit then, without its end.
    """
    text = clean(text)
    size = min(largest, int(width / max(ems(text), 0.1)))
    if size < least:
        size = least
        text = _shortened(text, width / least)
    return Line(text, size, direction(text))


def clean(text: str) -> str:
    """The text on one line, without what is no text, or would turn what stands around it."""
    kept = (" " if unicodedata.category(c) in NO_TEXT else c for c in text if c not in TURNING)
    return " ".join("".join(kept).split())


def direction(text: str) -> str:
    """That of the first letter that has one."""
    first = next((d for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def ems(text: str) -> float:
    """How wide a text is, in sizes of its letters."""
    return sum(map(_em, text))


def _em(c: str) -> float:
    if unicodedata.category(c) in UNSEEN:
        return 0
    if unicodedata.east_asian_width(c) in "WF":
        return 1.4 if unicodedata.category(c) in ("So", "Sk") else 1.05
    if c in NARROW:
        return 0.42
    if c in WIDE:
        return 1.0
    return 0.78 if c.isupper() else 0.66


def _shortened(text: str, most_ems: float) -> str:
    kept, used = "", ems(ELLIPSIS)
    for cluster in clusters(text):
        used += ems(cluster)
        if used > most_ems:
            break
        kept += cluster
    return kept.rstrip() + ELLIPSIS


def clusters(text: str) -> Iterator[str]:
    """The text in what people take for letters: with their accents, and joined emoji whole."""
    cluster = ""
    for c in text:
        belongs = unicodedata.category(c) in UNSEEN or "\U0001f3fb" <= c <= "\U0001f3ff" or cluster.endswith(JOINER)
        if cluster and not belongs:
            yield cluster
            cluster = ""
        cluster += c
    if cluster:
        yield cluster
