import hashlib
import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from realtime.compiled import First

NAME_LENGTH = 24
LEAST_PING_MS, MOST_PING_MS = 20, 1000  # what makes sense as a limit


class User(AbstractUser):
    """A person, or a program that plays as one (``is_bot``).

    A guest is a real user with an unusable password, who keeps this row when they sign up. ``username`` is the name
    everybody sees.
    """

    username = models.CharField(
        _("name"),
        max_length=150,
        unique=True,
        validators=[
            RegexValidator(r"^[\w][\w .'\-]*[\w.]\Z", _("Letters, digits, spaces and .'-_ only, at least two.")),
            MaxLengthValidator(NAME_LENGTH),
        ],
        error_messages={"unique": _("Somebody has this name already.")},
    )
    is_guest = models.BooleanField(default=False)
    is_bot = models.BooleanField(default=False)
    # Opponents above it are avoided: see limits.
    max_ping_ms = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(LEAST_PING_MS), MaxValueValidator(MOST_PING_MS)]
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    signs_out = False  # while it is saved: see signed_out

    @property
    def name(self) -> str:
        return self.username

    @property
    def is_claimed(self) -> bool:
        """Whether somebody signed up for this account: only such play rated."""
        return not self.is_guest and not self.is_bot


class Token(models.Model):
    """A program's key to its account. Only a hash is kept: the token itself is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"token of {self.user}"

    @staticmethod
    def hash(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User) -> str:
        """Make a token for ``user`` and give it in clear, the only time."""
        token = "rp_" + secrets.token_urlsafe(32)
        cls.objects.create(user=user, digest=cls.hash(token))
        return token

    @classmethod
    def find_user(cls, token: str) -> User | None:
        """The active user whose token this is."""
        return _by_digest(cls.hash(token))


_by_digest = First(lambda digest: User.objects.filter(tokens__digest=digest, is_active=True), "probe")
