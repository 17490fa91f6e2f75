from django.conf import settings
from django.db import models


class Conversation(models.Model):
    """Who talks where: "lobby", "match.12", "tournament.3". ``n`` counts its lines, in the transaction that makes
    one.
    """

    key = models.CharField(max_length=64, primary_key=True)
    n = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Line(models.Model):
    """One line: somebody's words, or an announcement of the house (another kind, no author, never made from user
    input).
    """

    class Kind(models.TextChoices):
        LINE = "line"
        ROUND = "round"
        CALL = "call"
        RESULT = "result"
        WINNER = "winner"
        NOTICE = "notice"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="lines")
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LINE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="lines")
    # Whose eyes it is for; nobody's in particular: everybody's.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    at_ms = models.BigIntegerField()
    # What an announcement is about ("tournament.3:17:call:42"): one fact is announced once.
    subject = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        ordering = ("n",)
        constraints = (
            models.UniqueConstraint(fields=("conversation", "n"), name="line_number"),
            models.CheckConstraint(
                condition=models.Q(kind="line", author__isnull=False)
                | (~models.Q(kind="line") & models.Q(author__isnull=True)),
                name="only_lines_have_authors",
            ),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.n}: {self.text}"
