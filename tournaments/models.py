from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from game.pong.court import AS_IN_1972, NORMAL, Choice


class Tournament(models.Model):
    """Its truth is its log (``Entry``): brackets and standings are folded from it. ``phase`` repeats what the fold
    says, for lists.
    """

    class Phase(models.TextChoices):
        OPEN = "open"
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    name = models.CharField(max_length=60)
    format = models.CharField(max_length=30, default="single_elimination")
    options: Any = models.JSONField(null=True)  # the format's, as `Options.to_dict` has them; null: none chosen
    size = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField()
    paddle = models.CharField(max_length=8, default=NORMAL, db_default=NORMAL)
    pace = models.CharField(max_length=8, default=AS_IN_1972, db_default=AS_IN_1972)
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="organised"
    )
    phase = models.CharField(max_length=9, choices=Phase.choices, default=Phase.OPEN)
    n = models.PositiveIntegerField(default=0)  # the log's length, counted in the transaction that adds to it
    created_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("phase", "-id"), name="tournament_phase"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tournaments:detail", args=[self.pk])

    @property
    def choice(self) -> Choice:
        """What its matches are played by."""
        return Choice(self.points, self.paddle, self.pace)


class Entrant(models.Model):
    """Who may be entered: its number is the entrant's id in the log."""

    tournament = models.ForeignKey(Tournament, on_delete=models.CASCADE, related_name="entrants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="entries")
    bot = models.CharField(max_length=8, blank=True)  # a house bot's strength
    name = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tournament", "user"), name="entered_once"),)

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One entry of a tournament's log: an event of the engine, or a note (``called``, ``begun``) that decides
    nothing.
    """

    tournament = models.ForeignKey(Tournament, on_delete=models.CASCADE, related_name="log")
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    event: Any = models.JSONField()
    at_ms = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("n",)
        constraints = (models.UniqueConstraint(fields=("tournament", "n"), name="entry_number"),)

    def __str__(self) -> str:
        return f"{self.tournament_id}:{self.n} {self.kind}"


class Call(models.Model):
    """The match in which a pairing is played."""

    tournament = models.ForeignKey(Tournament, on_delete=models.CASCADE, related_name="calls")
    pairing = models.CharField(max_length=20)
    match = models.OneToOneField("game.Match", on_delete=models.CASCADE, related_name="call")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tournament", "pairing"), name="pairing_called_once"),)

    def __str__(self) -> str:
        return f"{self.tournament_id} {self.pairing}"
