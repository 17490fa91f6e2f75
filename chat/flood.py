"""The flood rule: which lines a conversation takes, and why it refuses the others.

Pure: the caller brings the sender's last accepted lines and the time. Refused lines do not count as sent.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

LINE_LENGTH_MOST = 200  # characters, after cleaning
BURST_LINES = 4  # a fifth within BURST_MS is refused
BURST_MS = 10_000
LINES_COMPARED = 2
# "gg" must be possible after every match: a line is not compared for ever, a short match takes longer than this.
COMPARED_MS = 60_000

Code = Literal["empty", "too_long", "too_fast", "too_similar"]


class Refused(Exception):  # noqa: N818 - the word of the rules: an answer, not a fault
    """A line that is not taken. `retry_ms`: how long until the same line would be; None: never as it is."""

    def __init__(self, code: Code, expected: str, came: str, retry_ms: int | None = None) -> None:
        super().__init__(code, expected, came, retry_ms)
        self.code: Code = code
        self.expected = expected
        self.came = came
        self.retry_ms = retry_ms

    def __str__(self) -> str:
        return f"{self.code}: expected {self.expected}, came {self.came}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A line of the sender that was taken."""

    text: str
    at_ms: int


def admit(text: str, now_ms: int, recent: Sequence[Sent]) -> str:
    """The cleaned line if it may be sent now, or Refused.

    `recent` are the sender's lines in this conversation, the newest first; the last four are enough.
    """
    line = clean(text)
    _check_pace(now_ms, recent)
    _check_novelty(line, now_ms, recent)
    return line


def clean(text: str) -> str:
    """The line as it is stored and shown: NFC, one space for any white space, nothing that hides or reorders text.

    Refused with "empty" if nothing visible is left, with "too_long" above LINE_LENGTH_MOST characters.
    """
    words = " ".join(text.split())  # line breaks and tabs are control characters too: they become spaces first
    line = unicodedata.normalize("NFC", "".join(filter(_is_harmless, words)))
    line = " ".join(line.split())  # what stood between two spaces may be gone
    if not any(_is_visible(character) for character in line):
        raise Refused("empty", "something to read", "nothing visible")
    if len(line) > LINE_LENGTH_MOST:
        raise Refused("too_long", f"at most {LINE_LENGTH_MOST} characters", str(len(line)))
    return line


# Embeddings, overrides and isolates turn the rest of a line round, names beside it included; the others take no room
# and would let one line pass for another. Joiners stay: Persian and emoji are written with them.
_HIDING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")


def _is_harmless(character: str) -> bool:
    # Cc: control characters; Cs: halves of surrogate pairs, which no database can encode
    return character not in _HIDING and unicodedata.category(character) not in ("Cc", "Cs")


def _is_visible(character: str) -> bool:
    # C: unassigned and formatting characters; Z: separators; M: marks, which need a letter to stand on
    return unicodedata.category(character)[0] not in "CZM"


def _check_pace(now_ms: int, recent: Sequence[Sent]) -> None:
    burst = [sent.at_ms for sent in islice(recent, BURST_LINES) if now_ms - sent.at_ms < BURST_MS]
    if len(burst) == BURST_LINES:
        raise Refused(
            "too_fast",
            f"at most {BURST_LINES} lines in {BURST_MS // 1000} s",
            f"line {BURST_LINES + 1}",
            retry_ms=burst[-1] + BURST_MS - now_ms,
        )


def _check_novelty(line: str, now_ms: int, recent: Sequence[Sent]) -> None:
    least_edits = max(2, len(line) / 8)
    for sent in islice(recent, LINES_COMPARED):
        age_ms = now_ms - sent.at_ms
        if age_ms < COMPARED_MS and edit_distance(line.casefold(), sent.text.casefold()) < least_edits:
            raise Refused(
                "too_similar",
                f"at least {least_edits:g} edits from your last {LINES_COMPARED} lines",
                line,
                retry_ms=COMPARED_MS - age_ms,
            )


def edit_distance(a: str, b: str) -> int:
    """The fewest characters to insert, delete or replace (Levenshtein) to turn `a` into `b`.

    A column of the usual table is kept as two bit sets, where it steps up and where it steps down, and all of it
    advances at once in the arithmetic of one long integer: 200 characters against 200 take 200 steps, not 40,000.
    Source: H. Hyyro, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003).
    """
    if not a:
        return len(b)
    places: dict[str, int] = {}
    for place, character in enumerate(a):
        places[character] = places.get(character, 0) | 1 << place
    everywhere = (1 << len(a)) - 1
    foot = 1 << (len(a) - 1)  # the bottom of the column, where the distance stands
    up, down, distance = everywhere, 0, len(a)
    for character in b:
        equal = places.get(character, 0)
        level = (((equal & up) + up) ^ up) | equal | down  # the diagonals that cost nothing
        right_up = down | (everywhere & ~(level | up))
        right_down = up & level
        distance += bool(right_up & foot) - bool(right_down & foot)
        right_up = right_up << 1 | 1  # the top row is the length of `b` so far: it always steps up
        right_down <<= 1
        up = everywhere & (right_down | ~(level | right_up))
        down = everywhere & right_up & level
    return distance
