"""What the rules will not do, and why, in parts that can be translated."""

from typing import Literal

Code = Literal[
    "event",  # not an event of the log at all: a field is missing, unknown or of the wrong kind
    "format",  # no format of that name
    "phase",  # not now: entering after the draw, a result after the end
    "size",  # too few or too many entrants
    "entrant",  # an entrant that is unknown, already entered or already dropped
    "order",  # a draw that does not name every entrant exactly once
    "pairing",  # no pairing of that id
    "not_playable",  # a result for a pairing that waits, is decided or is void
    "level",  # a level score decides nothing
    "option",  # an option that is wrong in itself, not of this format, or not for this field
    "round",  # a round that is not due, or does not pair who is there
    "pairs",  # to put somebody together who is not there, or plays
    "rest",  # a break of somebody who has one, or the end of none
    "decision",  # an override or a reopening of what two entrants have not decided
    "undo",  # nothing of that number that can be undone
]


class Refused(Exception):  # noqa: N818 - the word of the rules: an answer, not a fault
    """An event the rules do not allow; the state it was meant for is unchanged."""

    def __init__(self, code: Code, expected: str, came: object) -> None:
        super().__init__(code, expected, came)
        self.code: Code = code
        self.expected = expected
        self.came = came

    def __str__(self) -> str:
        return f"{self.code}: expected {self.expected}, came {self.came}"
