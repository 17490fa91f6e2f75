"""Lines: said by people, announced by the house, read by all. Use cases, each one transaction."""

from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from chat import flood
from chat.conversations import policy
from chat.models import Conversation, Line
from realtime import process, rooms
from realtime.clock import wall_ms
from realtime.wire import Refused

KEPT = 150  # the last lines of a conversation, kept and shown
PRUNE_EVERY = 50


def room_name(key: str) -> str:
    return f"chat.{key}"


def say(user: User, key: str, text: str) -> Line:
    """Add what ``user`` says. Refused by the flood rule, an empty or overlong text, or the conversation's policy."""
    found = policy(key)
    if found is None or not found.may_write(user):
        raise Refused("not_allowed", "a conversation you may write in", key)
    with transaction.atomic():
        conversation = _next(key)
        recent = conversation.lines.filter(author=user).order_by("-n")[: flood.BURST_LINES]
        try:
            text = flood.admit(text, wall_ms(), [flood.Sent(line.text, line.at_ms) for line in recent])
        except flood.Refused as refused:
            raise Refused(refused.code, refused.expected, refused.came) from None
        return _add(conversation, author=user, text=text)


def announce(key: str, kind: Line.Kind, text: str, *, subject: str, url: str = "", person: User | None = None) -> None:
    """Add an announcement in the caller's transaction. The same ``subject`` again is not announced again."""
    if not Line.objects.filter(subject=subject).exists():
        _add(_next(key), kind=kind, text=text[:300], subject=subject, url=url, person=person)


def history(key: str, reader: User | None, since: int = 0) -> tuple[int, list[dict[str, Any]]]:
    """The conversation's version, and its last lines after ``since`` that are for this reader's eyes."""
    conversation = Conversation.objects.filter(key=key).first()
    if conversation is None:
        return 0, []
    since = max(since, conversation.n - KEPT)
    mine = Q(person__isnull=True) | Q(person=reader) if reader else Q(person__isnull=True)
    lines = conversation.lines.filter(mine, n__gt=since, n__lte=conversation.n).select_related("author")
    return conversation.n, [show(line) for line in lines]


def private(key: str, n: int, reader: User) -> dict[str, Any] | None:
    """Line ``n``, if it is for this reader's eyes only."""
    line = Line.objects.filter(conversation=key, n=n, person=reader).first()
    return show(line) if line else None


def show(line: Line) -> dict[str, Any]:
    """A line as the wire and the page have it."""
    return {
        "n": line.n,
        "kind": line.kind,
        "author": {"id": line.author.pk, "name": line.author.name} if line.author else None,
        "text": line.text,
        "url": line.url or None,
        "at_ms": line.at_ms,
    }


def panel(key: str, reader: User | None, title: str) -> dict[str, Any]:
    """The context of chat/_panel.html."""
    n, lines = history(key, reader)
    return {"key": key, "title": title, "lines": lines, "n": n, "can_write": reader is not None}


def _next(key: str) -> Conversation:
    """Count one more line: the UPDATE locks the row, so numbers have no gap and no double."""
    Conversation.objects.get_or_create(key=key)
    Conversation.objects.filter(key=key).update(n=F("n") + 1)
    return Conversation.objects.get(key=key)


def _add(conversation: Conversation, **fields: Any) -> Line:
    line = Line.objects.create(conversation=conversation, n=conversation.n, at_ms=wall_ms(), **fields)
    if conversation.n % PRUNE_EVERY == 0:
        conversation.lines.filter(n__lte=conversation.n - KEPT).delete()
    # A private line is a number to the others; the one it is for is rung, and fetches it (see ChatConsumer).
    shown = None if line.person_id else show(line)
    event = {"type": "line", "n": line.n, "line": shown}
    process.on_commit(rooms.publish, room_name(conversation.key), line.n, event)
    if line.person_id:
        process.on_commit(rooms.ring, f"user.{line.person_id}", f"line:{conversation.key}:{line.n}")
    return line
