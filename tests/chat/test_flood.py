import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.flood import Refused, Sent, admit, clean, edit_distance

NOW_MS = 1_000_000


def sent(*texts, every_ms=20_000):
    """Accepted lines, the newest first, the newest of them `every_ms` old."""
    return [Sent(text, NOW_MS - every_ms * number) for number, text in enumerate(texts, start=1)]


def refusal(text, recent=()):
    with pytest.raises(Refused) as refused:
        admit(text, NOW_MS, recent)
    return refused.value


# --- cleaning ---


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  good   game \n", "good game"),
        ("one\ntwo\tthree\u2028four\u00a0five", "one two three four five"),
        ("be\x07ll \x00 \x1b[31mred", "bell [31mred"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2066b\u2069c\u200bd\ufeff", "abcd"),
        ("e\u0301", "\u00e9"),
        ("e\x00\u0301", "\u00e9"),
        ("half \ud83d a smile", "half a smile"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ],
)
def test_a_line_is_cleaned(text, line):
    assert clean(text) == line


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00", "\u200b", "\u200d", "\u202e\u202c", "\u0301", "\ud800"])
def test_a_line_with_nothing_visible_is_refused(text):
    with pytest.raises(Refused, match="empty: expected something to read, came nothing visible"):
        clean(text)


def test_200_characters_are_a_line_and_201_are_not():
    assert clean(" " + "x" * 200 + "\n") == "x" * 200
    assert len(clean("e\u0301" * 200)) == 200
    with pytest.raises(Refused, match="too_long: expected at most 200 characters, came 201"):
        clean("x" * 201)


@given(st.text(max_size=250))
def test_a_clean_line_is_clean(text):
    try:
        line = clean(text)
    except Refused:
        return
    assert clean(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert line.encode()


# --- pace ---


def test_the_fifth_line_within_10_s_is_refused_and_says_when_to_come_back():
    recent = sent("alpha", "bravo", "charlie", "delta", every_ms=2_000)
    refused = refusal("something else", recent)
    assert str(refused) == "too_fast: expected at most 4 lines in 10 s, came line 5"
    assert (refused.code, refused.retry_ms) == ("too_fast", 2_000)
    assert admit("something else", NOW_MS + refused.retry_ms, recent) == "something else"
    with pytest.raises(Refused):
        admit("something else", NOW_MS + refused.retry_ms - 1, recent)


def test_four_lines_in_10_s_are_fine():
    assert admit("something else", NOW_MS, sent("alpha", "bravo", "charlie", every_ms=100)) == "something else"


# --- novelty ---


@pytest.mark.parametrize(
    ("line", "before", "similar"),
    [
        ("gg", "gg", True),
        ("gg", "GG", True),
        ("gg!", "gg", True),
        ("gg", "wp", False),
        ("ok!!", "ok", False),
        ("0123456789abcdef", "0123456789abcdeX", True),  # 16 characters: fewer than 2 edits
        ("0123456789abcdef", "0123456789abcdXY", False),
        ("0123456789abcdef01234567", "0123456789abcdef012345XY", True),  # 24 characters: fewer than 3 edits
        ("0123456789abcdef01234567", "0123456789abcdef01234XYZ", False),
        ("x" * 200, "x" * 176, True),  # 24 of 25
        ("x" * 200, "x" * 175, False),
    ],
)
def test_a_line_too_similar_to_one_of_the_last_two_is_refused(line, before, similar):
    for recent in (sent(before), sent("quite another thing", before)):
        if similar:
            assert refusal(line, recent).code == "too_similar"
        else:
            assert admit(line, NOW_MS, recent) == line


def test_the_refusal_says_how_different_a_line_must_be():
    refused = refusal("good game everybody!!!!!", sent("good game everybody!!!!"))
    assert str(refused) == (
        "too_similar: expected at least 3 edits from your last 2 lines, came good game everybody!!!!!"
    )
    assert refused.retry_ms == 40_000


def test_the_line_before_the_last_two_is_forgotten():
    assert admit("gg", NOW_MS, sent("hello", "well played", "gg")) == "gg"


def test_gg_can_be_said_again_after_the_next_match():
    recent = sent("gg", every_ms=60_000)
    assert admit("gg", NOW_MS, recent) == "gg"
    with pytest.raises(Refused, match="too_similar"):
        admit("gg", NOW_MS - 1, recent)


def test_the_line_that_is_judged_is_the_clean_one():
    assert refusal("g\u200bg \n", sent("gg")).code == "too_similar"


# --- edit distance ---


def by_table(a, b):
    """The textbook's table, to check against."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("ab", "ba", 2)],
)
def test_the_edit_distance_of_two_words(a, b, distance):
    assert edit_distance(a, b) == distance


words = st.text("abc", max_size=80)


@given(words, words)
def test_the_edit_distance_is_the_textbooks(a, b):
    assert edit_distance(a, b) == edit_distance(b, a) == by_table(a, b)
