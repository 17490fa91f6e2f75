"""Frames as RFC 6455 has them, and what the decoder refuses."""

import struct
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.wire import Decoder, Frame, Refused, frame


class Say(msgspec.Struct, tag="say", tag_field="type", forbid_unknown_fields=True):
    text: str
    times: int = 1


class Since(msgspec.Struct, tag="since", tag_field="type", forbid_unknown_fields=True):
    n: int


decode: Decoder[Say | Since] = Decoder(Say | Since)


def read(wire: bytes) -> tuple[int, bytes]:
    """The first byte and the payload of one unmasked frame, read as RFC 6455 5.2 says; nothing may be left."""
    first, second = wire[:2]
    assert second & 0x80 == 0, "a server does not mask"
    size, rest = second & 0x7F, wire[2:]
    if size == 126:
        (size,), rest = struct.unpack("!H", rest[:2]), rest[2:]
        assert size >= 126, "the shortest form"
    elif size == 127:
        (size,), rest = struct.unpack("!Q", rest[:8]), rest[8:]
        assert size >= 65_536, "the shortest form"
    assert len(rest) == size
    return first, rest


@pytest.mark.parametrize("size", [0, 1, 124, 125, 126, 127, 128, 65_534, 65_535, 65_536, 65_537, 70_000])
def test_a_frame_has_the_header_of_its_length(size: int) -> None:
    assert read(Frame(b"x" * size).wire) == (0x81, b"x" * size)


@given(st.integers(0, 70_000))
def test_any_length_can_be_read_back(size: int) -> None:
    assert read(Frame(bytes(size)).wire) == (0x81, bytes(size))


def test_an_independent_reader_understands_a_frame() -> None:
    from websockets.frames import Frame as Theirs
    from websockets.frames import Opcode

    text = '["ü",1,null]'
    theirs = Theirs(Opcode.TEXT, text.encode()).serialize(mask=False)
    made = frame(["ü", 1, None])
    assert (made.wire, made.text, made.payload) == (theirs, text, text.encode())


def test_a_message_is_decoded_to_its_type() -> None:
    assert decode(b'{"type":"say","text":"hi"}') == Say("hi", 1)
    assert decode('{"type":"since","n":7}') == Since(7)


@pytest.mark.parametrize(
    ("data", "code", "expected"),
    [
        (b"", "not_json", "JSON ("),
        (b"{", "not_json", "JSON ("),
        (b"nan", "not_json", "JSON ("),
        (b'{"type":"since","n":NaN}', "not_json", "JSON ("),
        (b'{"type":"since","n":1} x', "not_json", "JSON ("),
        (b'{"type":"say","text":"\xff"}', "not_json", "JSON ("),
        (b"[]", "bad_message", "Expected `object`, got `array`"),
        (b"{}", "bad_message", "missing required field `type`"),
        (b'{"type":"shout"}', "bad_message", "Invalid value 'shout' - at `$.type`"),
        (b'{"type":"say"}', "bad_message", "missing required field `text`"),
        (b'{"type":"say","text":1}', "bad_message", "Expected `str`, got `int` - at `$.text`"),
        (b'{"type":"since","n":"1"}', "bad_message", "Expected `int`, got `str` - at `$.n`"),
        (b'{"type":"since","n":1.5}', "bad_message", "Expected `int`, got `float` - at `$.n`"),
        (b'{"type":"since","n":1,"kind":"call"}', "bad_message", "unknown field `kind`"),
    ],
)
def test_what_is_no_message_is_refused_by_name(data: bytes, code: str, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        decode(data)
    assert refused.value.code == code
    assert expected in refused.value.expected
    assert refused.value.came == data.decode(errors="replace")


def test_the_limit_is_4_kib_to_the_byte() -> None:
    def message(size: int) -> bytes:
        text = "x" * (size - len('{"type":"say","text":""}'))
        return b'{"type":"say","text":"' + text.encode() + b'"}'

    assert len(message(4096)) == 4096
    assert isinstance(decode(message(4096)), Say)
    with pytest.raises(Refused) as refused:
        decode(message(4097))
    assert (refused.value.code, refused.value.expected, refused.value.came) == (
        "too_long",
        "at most 4096 bytes",
        "4097 bytes",
    )


def test_a_refusal_shows_only_the_beginning_of_what_came() -> None:
    with pytest.raises(Refused) as refused:
        decode("y" * 200)
    assert refused.value.came == "y" * 80 + "..."


def test_a_refusal_shows_at_most_200_characters_of_anything() -> None:
    came: Any = ["z" * 500]
    assert len(Refused("code", "less", came).came) == 200
