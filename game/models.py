from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from game import choices
from game.pong.court import Choice


class Match(models.Model):
    """One contest of two seats to so many points under a ruleset. Its truth is its rallies and, at the end, its
    result.
    """

    class Phase(models.TextChoices):
        CALLED = "called"  # waiting for both to be there
        LIVE = "live"
        OVER = "over"

    class Origin(models.TextChoices):
        QUEUE = "queue"
        BOT = "bot"
        HOTSEAT = "hotseat"
        REMATCH = "rematch"
        TOURNAMENT = "tournament"

    class Reason(models.TextChoices):
        POINTS = "points"
        RESIGNED = "resigned"
        LEFT = "left"  # away for longer than the budget
        WALKOVER = "walkover"  # one did not come
        NO_SHOW = "no_show"  # neither came
        ABORTED = "aborted"  # without a result

    phase = models.CharField(max_length=8, choices=Phase.choices, default=Phase.CALLED)
    origin = models.CharField(max_length=12, choices=Origin.choices)
    title = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=120, blank=True)  # of what it belongs to
    ruleset = models.JSONField()
    seed = models.PositiveIntegerField()
    a = models.PositiveSmallIntegerField(default=0)
    b = models.PositiveSmallIntegerField(default=0)
    winner = models.PositiveSmallIntegerField(null=True)  # side
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)
    created_ms = models.BigIntegerField()
    ready_by_ms = models.BigIntegerField()
    started_ms = models.BigIntegerField(null=True)
    finished_ms = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "matches"
        indexes = (models.Index(fields=("phase", "-id"), name="match_phase"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(phase="over", finished_ms__isnull=False)
                | (~models.Q(phase="over") & models.Q(reason="")),
                name="only_what_is_over_has_a_result",
            ),
        )

    def __str__(self) -> str:
        return f"match {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("game:match", args=[self.pk])

    @property
    def points(self) -> int:
        return int(self.ruleset["points"])

    @property
    def choice(self) -> Choice | None:
        """What was chosen for it; None for rules that nobody can choose (any more)."""
        return choices.of(self.ruleset["id"])


class Seat(models.Model):
    """One side of a match: a person, a program, or (``bot``) the house's."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="seats")
    side = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="seats")
    bot = models.CharField(max_length=8, blank=True)  # strength
    rating = models.IntegerField(null=True)  # as it was when the match was called
    feel: Any = models.JSONField(null=True)  # how it felt from here, once it is over: game/lag.py, Feel
    is_suspicious = models.BooleanField(
        default=False, db_default=False
    )  # more verdicts turned by old commands than any link explains
    # Set while the match is not over. Unique: nobody is in two matches at once, whatever two requests try.
    holder = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="holding"
    )

    class Meta:
        ordering = ("side",)
        constraints = (models.UniqueConstraint(fields=("match", "side"), name="seat_side"),)

    def __str__(self) -> str:
        return f"{self.name} in match {self.match_id}"


class Rally(models.Model):
    """One point, from serve to goal, with all that is needed to play it again (game/pong/replay.py)."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="rallies")
    number = models.PositiveSmallIntegerField()  # from 1: a + b after it
    side = models.PositiveSmallIntegerField()  # who scored
    a = models.PositiveSmallIntegerField()
    b = models.PositiveSmallIntegerField()
    record: Any = models.JSONField()
    feel: Any = models.JSONField(default=list, db_default=[])  # by side: game/lag.py, Feel
    at_ms = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "rallies"
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("match", "number"), name="rally_number"),)

    def __str__(self) -> str:
        return f"rally {self.number} of match {self.match_id}"
