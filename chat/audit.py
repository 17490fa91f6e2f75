"""Audit of conversations: a conversation counts at least to the number of its last line, or the next one has none.

It may well count further: a person who deletes their account takes their lines along.
"""

from django.db import transaction
from django.db.models import F, Max

from chat.models import Conversation
from realtime.audit import Difference


def look(*, repair: bool) -> list[Difference]:
    """The differences in all conversations."""
    counted = Conversation.objects.annotate(last=Max("lines__n"))
    behind = counted.filter(last__gt=F("n")).values_list("key", flat=True)
    return [difference for key in list(behind) for difference in _look_again(key, repair)]


def _look_again(key: str, repair: bool) -> list[Difference]:
    """Under the lock of whoever adds a line."""
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(key=key)
        last = conversation.lines.aggregate(last=Max("n"))["last"] or 0
        if last <= conversation.n:
            return []
        if repair:
            Conversation.objects.filter(key=key).update(n=last)
        return [Difference(f"lines of conversation {key}", f"at least {last}", f"{conversation.n}", repair)]
