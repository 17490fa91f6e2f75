from django.conf import settings
from django.db import models

from matchmaking import glicko


class Ticket(models.Model):
    """One person's wait in a queue. While a match is offered it stays, so that who came is back in line if the other
    did not.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ticket")
    points = models.PositiveSmallIntegerField()  # the queue: one for each, always of the plain game
    rating = models.IntegerField()
    provisional = models.BooleanField()
    joined_ms = models.BigIntegerField()
    anyone_after_ms = models.PositiveIntegerField(null=True)
    ping_ms = models.PositiveIntegerField(null=True)  # measured last; None: not known (yet)
    max_ping_ms = models.PositiveSmallIntegerField(null=True)  # of the opponent
    match = models.ForeignKey("game.Match", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("points", "joined_ms"), name="ticket_queue"),)

    def __str__(self) -> str:
        return f"{self.user} waits for a match to {self.points}"


class Rating(models.Model):
    """A claimed account's Glicko-2 rating in the plain game to so many points."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ratings")
    points = models.PositiveSmallIntegerField()
    value = models.FloatField(default=1500)
    deviation = models.FloatField(default=350)
    volatility = models.FloatField(default=0.09)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "points"), name="rating_of_user"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.value:.0f}"

    @property
    def glicko(self) -> glicko.Rating:
        return glicko.Rating(self.value, self.deviation, self.volatility)
