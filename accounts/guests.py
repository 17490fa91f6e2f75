"""Guests and bots: accounts made in one step."""

import random

from django.db import IntegrityError, transaction

from accounts.models import Token, User

ADJECTIVES = [
    "Brisk",
    "Calm",
    "Clever",
    "Bold",
    "Bright",
    "Swift",
    "Quiet",
    "Lucky",
    "Merry",
    "Nimble",
    "Patient",
    "Plucky",
    "Polite",
    "Quick",
    "Sharp",
    "Steady",
    "Sunny",
    "Tidy",
    "Witty",
    "Gentle",
    "Breezy",
    "Cosmic",
    "Curious",
    "Daring",
    "Dapper",
    "Eager",
    "Fearless",
    "Fleet",
    "Golden",
    "Humble",
    "Jolly",
    "Keen",
    "Lively",
    "Mellow",
    "Noble",
    "Proud",
    "Rapid",
    "Silver",
    "Spry",
    "Zesty",
]
ANIMALS = [
    "Otter",
    "Heron",
    "Lynx",
    "Badger",
    "Falcon",
    "Gecko",
    "Hare",
    "Ibis",
    "Jackal",
    "Kestrel",
    "Lemur",
    "Marten",
    "Newt",
    "Ocelot",
    "Panda",
    "Quail",
    "Raven",
    "Seal",
    "Tapir",
    "Viper",
    "Walrus",
    "Yak",
    "Zebra",
    "Beaver",
    "Crane",
    "Dingo",
    "Egret",
    "Ferret",
    "Gibbon",
    "Hedgehog",
    "Impala",
    "Jay",
    "Koala",
    "Llama",
    "Magpie",
    "Osprey",
    "Puffin",
    "Robin",
    "Stork",
    "Toucan",
]


def make_guest() -> User:
    """A new guest with a pleasant name that nobody has: "Brisk Otter", or "Brisk Otter 42" when those run out."""
    return _make(is_guest=True)


def make_bot(name: str = "") -> tuple[User, str]:
    """A new account for a program, and its token. A wanted name that is taken gets a number."""
    user = _make(is_bot=True, name=name)
    return user, Token.issue(user)


def _make(name: str = "", **flags: bool) -> User:
    draw = random.SystemRandom()
    for attempt in range(100):
        wanted = name or f"{draw.choice(ADJECTIVES)} {draw.choice(ANIMALS)}"
        if attempt >= (1 if name else 3):
            wanted = f"{wanted} {draw.randrange(2, 100 if attempt < 10 else 100_000)}"
        user = User(username=wanted, **flags)
        user.set_unusable_password()
        user.clean_fields(exclude=["password", "email", "first_name", "last_name"])
        if User.objects.filter(username__iexact=wanted).exists():
            continue  # "alice" is not to pass for "Alice"
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:
            continue
        return user
    raise RuntimeError("no free name after 100 draws")
