"""Guests and bots: accounts made in one step."""

import random
import re

import pytest
from django.core.exceptions import ValidationError

from accounts import guests
from accounts.guests import make_bot, make_guest
from accounts.models import NAME_LENGTH, Token, User


def test_a_guest_has_a_pleasant_name_and_no_password(db: None) -> None:
    guest = make_guest()
    assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", guest.name)
    assert (guest.is_guest, guest.is_bot, guest.is_claimed, guest.has_usable_password()) == (True, False, False, False)
    assert User.objects.get() == guest


def test_hundreds_of_guests_have_names_of_their_own(db: None) -> None:
    made = [make_guest() for _ in range(400)]
    names = {guest.name.lower() for guest in made}
    assert len(names) == 400
    for guest in made:
        guest.full_clean(exclude=["password"])


def test_when_names_run_out_they_get_a_number(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "ADJECTIVES", ["Brisk"])
    monkeypatch.setattr(guests, "ANIMALS", ["Otter"])
    names = [make_guest().name for _ in range(150)]
    assert names[0] == "Brisk Otter"
    assert len(set(names)) == 150
    assert all(re.fullmatch(r"Brisk Otter \d{1,5}", name) for name in names[1:])


def test_every_name_that_can_be_drawn_is_a_name() -> None:
    longest = max(guests.ADJECTIVES, key=len) + " " + max(guests.ANIMALS, key=len) + " 99999"
    assert len(longest) <= NAME_LENGTH
    assert len(set(guests.ADJECTIVES)) * len(set(guests.ANIMALS)) >= 1_600


def test_a_taken_name_is_not_given_again_in_another_case(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("BRISK otter")
    monkeypatch.setattr(guests, "ADJECTIVES", ["Brisk"])
    monkeypatch.setattr(guests, "ANIMALS", ["Otter"])
    assert re.fullmatch(r"Brisk Otter \d+", make_guest().name)


def test_a_bot_has_a_token_of_which_only_the_hash_is_kept(db: None) -> None:
    bot, token = make_bot("Deep Pong")
    assert (bot.name, bot.is_bot, bot.is_guest, bot.is_claimed) == ("Deep Pong", True, False, False)
    kept = Token.objects.get()
    assert token.startswith("rp_")
    assert len(token) > 40
    for field in Token._meta.fields:
        assert token not in str(getattr(kept, field.attname))
    assert kept.digest == Token.hash(token)


def test_a_token_finds_its_user_alone(db: None) -> None:
    bot, token = make_bot()
    other, other_token = make_bot()
    assert [Token.find_user(t) for t in (token, other_token, "rp_x", "")] == [bot, other, None, None]


def test_the_token_of_somebody_banned_finds_nobody(db: None) -> None:
    bot, token = make_bot()
    User.objects.filter(pk=bot.pk).update(is_active=False)
    assert Token.find_user(token) is None


def test_a_bot_whose_name_is_taken_gets_a_number(db: None) -> None:
    assert make_bot("Deep Pong")[0].name == "Deep Pong"
    assert re.fullmatch(r"Deep Pong \d+", make_bot("Deep Pong")[0].name)


def test_a_bot_does_not_take_the_name_of_a_person_in_another_case(db: None, alice: User) -> None:
    assert re.fullmatch(r"aLICE \d+", make_bot("aLICE")[0].name)


@pytest.mark.parametrize("name", ["<b>", "a", "x" * 25, "tab\there", "\u202eevil", "line\nbreak", " lead"])
def test_a_name_that_is_none_is_refused(db: None, name: str) -> None:
    with pytest.raises(ValidationError):
        make_bot(name)
    assert (User.objects.count(), Token.objects.count()) == (0, 0)


def test_the_draw_does_not_depend_on_a_seed(db: None) -> None:
    names = []
    for _ in range(4):
        random.seed(1)
        names.append(make_guest().name)
    assert len({name.split(" 1")[0] for name in names}) > 1
