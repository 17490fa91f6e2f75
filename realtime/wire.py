"""Typed messages: decoding is validating, and an event is encoded and framed once, however many sockets get it."""

import struct
from typing import Any, Generic, TypeVar

import msgspec

MAX_MESSAGE_BYTES = 4096  # ours: a typed refusal. The server itself closes beyond 64 KiB.

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """What was asked cannot be had: nothing has changed. ``code`` is one of docs/protocol.md."""

    def __init__(self, code: str, expected: str, came: object) -> None:
        super().__init__(f"{code}: expected {expected}, came {came}")
        self.code = code
        self.expected = expected
        self.came = str(came)[:200]


class Frame:
    """One message, encoded: ``text`` for an ASGI server, ``wire`` (a whole unmasked WebSocket frame, RFC 6455 5.2)
    for ours.
    """

    __slots__ = ("payload", "wire")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        size = len(payload)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65536:
            head = struct.pack("!BBH", 0x81, 126, size)
        else:
            head = struct.pack("!BBQ", 0x81, 127, size)
        self.wire = head + payload

    @property
    def text(self) -> str:
        return self.payload.decode()


def frame(message: Any) -> Frame:
    """Encode ``message`` (anything msgspec can) as one frame."""
    return Frame(_encode(message))


class Decoder(Generic[T]):
    """Decodes the messages of one socket. ``messages`` is a tagged union of ``msgspec.Struct``."""

    def __init__(self, messages: Any) -> None:
        self._decode = msgspec.json.Decoder(messages).decode

    def __call__(self, data: str | bytes) -> T:
        """Give the message, or raise ``Refused`` that names the field, the type expected and what came."""
        if len(data) > MAX_MESSAGE_BYTES:
            raise Refused("too_long", f"at most {MAX_MESSAGE_BYTES} bytes", f"{len(data)} bytes")
        try:
            message: T = self._decode(data)
        except msgspec.ValidationError as error:
            raise Refused("bad_message", str(error), _shown(data)) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused("not_json", f"JSON ({error})", _shown(data)) from None
        return message


def _shown(data: str | bytes) -> str:
    text = data if isinstance(data, str) else data.decode(errors="replace")
    return text if len(text) <= 80 else text[:80] + "..."
