"""Lines as rows."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from chat import conversations, lines
from chat.models import Conversation, Line
from realtime.wire import Refused


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time somebody looks at the clock, an hour has passed."""
    now = iter(range(0, 10**12, 3_600_000))
    monkeypatch.setattr(lines, "wall_ms", lambda: next(now))


def test_old_lines_are_pruned_and_numbers_go_on(db: None, alice: User, moving: None) -> None:
    for n in range(1, 301):
        lines.say(alice, "lobby", f"line {n}")
    kept = list(Line.objects.order_by("n").values_list("n", flat=True))
    assert kept == list(range(151, 301))
    lines.say(alice, "lobby", "one more")
    assert Conversation.objects.get().n == 301
    assert len(lines.history("lobby", None)[1]) == 150


def test_another_conversation_is_not_pruned(db: None, alice: User, moving: None) -> None:
    Line.objects.create(
        conversation=Conversation.objects.create(key="match.1", n=1), n=1, author=alice, text="a", at_ms=0
    )
    for n in range(200):
        lines.say(alice, "lobby", f"line {n}")
    assert Line.objects.filter(conversation="match.1").count() == 1


def test_nobody_writes_where_there_is_no_conversation(db: None, alice: User) -> None:
    for key in ("kitchen", "match.1", "tournament.1", "match.", "match.x", "match.-1", "match.1.1", ""):
        with pytest.raises(Refused) as refused:
            lines.say(alice, key, "hello")
        assert refused.value.code == "not_allowed"
    assert (Line.objects.count(), Conversation.objects.count()) == (0, 0)


def test_a_conversation_may_be_closed_to_some(
    db: None, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(number: int) -> conversations.Policy | None:
        return conversations.Policy("club", lambda user: user == alice) if number == 7 else None

    monkeypatch.setitem(conversations._kinds, "club", find)
    assert lines.say(alice, "club.7", "hello").n == 1
    with pytest.raises(Refused):
        lines.say(bob, "club.7", "hello")
    assert [conversations.policy(key) is None for key in ("club.7", "club.8", "club.\u0667", "club." + "7" * 30)] == [
        False,
        True,
        True,
        True,
    ]


def test_one_fact_is_announced_once(db: None) -> None:
    for _ in range(2):
        lines.announce("lobby", Line.Kind.WINNER, "Ann has won", subject="tournament.1:9:winner")
    lines.announce("lobby", Line.Kind.WINNER, "x" * 500, subject="tournament.2:9:winner")
    assert [(line.n, len(line.text)) for line in Line.objects.order_by("n")] == [(1, 11), (2, 300)]


def test_an_announcement_falls_with_its_transaction(db: None) -> None:
    def fail() -> None:
        with transaction.atomic():
            lines.announce("lobby", Line.Kind.RESULT, "Ann beat Ben", subject="s")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert (Line.objects.count(), Conversation.objects.filter(n__gt=0).count()) == (0, 0)


@pytest.mark.parametrize(("kind", "has_author"), [("line", False), ("winner", True), ("call", True)])
def test_the_database_itself_refuses_a_forged_line(db: None, alice: User, kind: str, has_author: bool) -> None:
    conversation = Conversation.objects.create(key="lobby")
    fields: dict[str, Any] = {"author": alice} if has_author else {}
    with pytest.raises(IntegrityError, match="only_lines_have_authors"):
        Line.objects.create(conversation=conversation, n=1, kind=kind, text="x", at_ms=0, **fields)
