"""The messages of a match, client to server: compact arrays, tagged by their first element. See docs/protocol.md."""

from typing import Annotated

import msgspec

from realtime.wire import Decoder

NAMES_SHOWN = 20  # of those who watch

# No match lasts 24 days; beyond that a number is no time.
Ms = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31)]
Side = Annotated[int, msgspec.Meta(ge=0, le=1)]
Sequence = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Flag = Annotated[int, msgspec.Meta(ge=0, le=1)]


class Resync(msgspec.Struct, array_like=True, tag=0, forbid_unknown_fields=True):
    last_n: Sequence


class Command(msgspec.Struct, array_like=True, tag=1, forbid_unknown_fields=True):
    side: Side
    seq: Sequence
    stamp: Ms
    cmd: Annotated[int, msgspec.Meta(ge=-1, le=9_999)]


class Frontier(msgspec.Struct, array_like=True, tag=2, forbid_unknown_fields=True):
    side: Side
    t1: Ms
    hit: Flag


class Clock(msgspec.Struct, array_like=True, tag=3, forbid_unknown_fields=True):
    c: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Resign(msgspec.Struct, array_like=True, tag=9, forbid_unknown_fields=True):
    pass


class Rematch(msgspec.Struct, array_like=True, tag=10, forbid_unknown_fields=True):
    yes: Flag


Act = Command | Frontier | Resign | Rematch  # what only a player may do
Message = Resync | Command | Frontier | Clock | Resign | Rematch

decode = Decoder[Message](Message)


def encode(message: Message) -> str:
    """A message as it came, for the process that hosts the match."""
    return msgspec.json.encode(message).decode()
