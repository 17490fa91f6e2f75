"""The audit of conversations."""

import pytest

from accounts.models import User
from chat import audit, lines
from chat.models import Conversation, Line
from realtime.audit import Difference


@pytest.fixture(autouse=True)
def _nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.process._loop", None)


def announce(count: int) -> None:
    for number in range(count):
        lines.announce("lobby", Line.Kind.NOTICE, "News.", subject=f"news:{number}")


def test_a_conversation_counts_its_lines(db: None, alice: User) -> None:
    assert audit.look(repair=True) == []
    announce(3)
    lines.say(alice, "lobby", "hello")
    Conversation.objects.create(key="match.1")
    assert audit.look(repair=True) == []


def test_one_that_counts_too_low_has_no_number_for_the_next_line(db: None) -> None:
    announce(3)
    Conversation.objects.update(n=1)
    named = ("lines of conversation lobby", "at least 3", "1")
    assert audit.look(repair=False) == [Difference(*named)]
    assert audit.look(repair=True) == [Difference(*named, repaired=True)]
    assert audit.look(repair=True) == []
    announce(4)
    assert list(Line.objects.values_list("n", flat=True)) == [1, 2, 3, 4]


def test_who_goes_takes_their_lines_along(db: None, alice: User) -> None:
    announce(1)
    lines.say(alice, "lobby", "goodbye")
    alice.delete()
    assert audit.look(repair=True) == []
    assert Conversation.objects.get().n == 2


def test_what_was_right_by_the_time_it_was_looked_at_again_is_no_difference(db: None) -> None:
    announce(1)
    assert audit._look_again("lobby", True) == []
