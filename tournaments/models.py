from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from game.pong.court import AS_IN_1972, NORMAL, Choice
from tournaments.formats.pairing import Pairing


class Tournament(models.Model):
    """Its truth is its log (``Entry``): brackets and standings are folded from it. ``phase`` repeats what the fold
    says, for lists.
    """

    class Phase(models.TextChoices):
        DRAFT = "draft"  # only its organisers see it
        OPEN = "open"
        CHECK_IN = "check_in"  # the start is near: whoever does not say that they are there is not drawn
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    class Seeding(models.TextChoices):
        RATING = "rating"
        RANDOM = "random"
        ENTRY = "entry"  # who entered first
        HAND = "hand"  # as `Entrant.seed` has it

    name = models.CharField(max_length=60)
    format = models.CharField(max_length=30, default="single_elimination")
    options: Any = models.JSONField(null=True)  # the format's, as `Options.to_dict` has them; null: none chosen
    size = models.PositiveIntegerField()  # places: whoever comes later waits
    points = models.PositiveSmallIntegerField()
    paddle = models.CharField(max_length=8, default=NORMAL, db_default=NORMAL)
    pace = models.CharField(max_length=8, default=AS_IN_1972, db_default=AS_IN_1972)
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="organised"
    )
    phase = models.CharField(max_length=9, choices=Phase.choices, default=Phase.OPEN)
    n = models.PositiveIntegerField(default=0)  # the log's length, counted in the transaction that adds to it
    created_ms = models.BigIntegerField()
    co_organisers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="co_organised", blank=True)
    starts_ms = models.BigIntegerField(null=True)  # wall time; null: by hand
    check_in_min = models.PositiveSmallIntegerField(default=0, db_default=0)  # minutes before the start; 0: none
    repeat_days = models.PositiveSmallIntegerField(default=0, db_default=0)  # the next one starts so much later
    seeding = models.CharField(
        max_length=6, choices=Seeding.choices, default=Seeding.RATING, db_default=Seeding.RATING.value
    )
    conditions: Any = models.JSONField(null=True)  # who may enter, as `Conditions.to_dict` has it; null: everybody
    password = models.CharField(max_length=128, blank=True, default="", db_default="")  # hashed
    invitation = models.CharField(max_length=32, blank=True, default="", db_default="")  # in the link of who may enter
    aliases = models.BooleanField(default=False, db_default=False)  # may one enter under another name?
    hot_seat = models.BooleanField(default=False, db_default=False)  # names at one screen, which the organiser holds
    paused = models.BooleanField(default=False, db_default=False)  # no match is called

    class Meta:
        indexes = (models.Index(fields=("phase", "-id"), name="tournament_phase"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tournaments:detail", args=[self.pk])

    @property
    def folded_phase(self) -> str:
        """The phase as the engine has it, to which all that comes before the draw is one."""
        return Tournament.Phase.OPEN if self.phase in BEFORE else self.phase

    @property
    def choice(self) -> Choice:
        """What its matches are played by."""
        return Choice(self.points, self.paddle, self.pace)

    def waiting(self) -> "models.QuerySet[Entrant]":
        """The waitlist, the first one first."""
        return self.entrants.filter(waiting_since_ms__isnull=False).order_by("waiting_since_ms", "pk")

    def is_organised_by(self, user: Any) -> bool:
        """Whether this user has a say in it."""
        if user is None or not user.is_authenticated:
            return False
        return self.organiser_id == user.pk or user.is_staff or self.co_organisers.filter(pk=user.pk).exists()


ENTERING = (Tournament.Phase.OPEN, Tournament.Phase.CHECK_IN)  # is open to all
BEFORE = (Tournament.Phase.DRAFT, *ENTERING)  # the draw


class Entrant(models.Model):
    """Who may be entered: its number is the entrant's id in the log."""

    tournament = models.ForeignKey(Tournament, on_delete=models.CASCADE, related_name="entrants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="entries")
    bot = models.CharField(max_length=8, blank=True)  # a house bot's strength
    name = models.CharField(max_length=60)
    waiting_since_ms = models.BigIntegerField(null=True)  # on the waitlist, which moves up in this order; null: not
    checked_in = models.BooleanField(default=False, db_default=False)
    seed = models.PositiveIntegerField(null=True)  # by hand, before the draw

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tournament", "user"), name="entered_once"),)

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One entry of a tournament's log: an event of the engine, or a note (`log.NOTES`) that decides nothing."""

    tournament = models.ForeignKey(Tournament, on_delete=models.CASCADE, related_name="log")
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    event: Any = models.JSONField()
    at_ms = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("n",)
        constraints = (models.UniqueConstraint(fields=("tournament", "n"), name="entry_number"),)

    def __str__(self) -> str:
        return f"{self.tournament_id}:{self.n} {self.kind}"


class Call(models.Model):
    """A match in which a pairing is played: one of its series, or again after it was reopened."""

    tournament = models.ForeignKey(Tournament, on_delete=models.CASCADE, related_name="calls")
    pairing = models.CharField(max_length=20)
    match = models.OneToOneField("game.Match", on_delete=models.CASCADE, related_name="call")
    left = models.PositiveBigIntegerField(db_default=0)  # entrants
    right = models.PositiveBigIntegerField(db_default=0)
    # The entry of the log that was made of its end; null: it is not over, or nobody has looked at it since.
    entered = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("tournament", "pairing"), name="call_pairing"),)
        constraints = (
            models.UniqueConstraint(
                fields=("tournament", "pairing"), condition=models.Q(entered=None), name="pairing_called_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tournament_id} {self.pairing}"

    def is_turned(self, pairing: Pairing) -> bool:
        """Whether the pairing's upper slot plays on the right, as in every other match of a series."""
        return self.left == pairing.occupants[1]

    def by_slot(self, pairing: Pairing, a: int, b: int) -> tuple[int, int]:
        """A score of its match, left and right, in the order of the pairing's slots."""
        return (b, a) if self.is_turned(pairing) else (a, b)
