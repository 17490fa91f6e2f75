"""Names that would pass for one another."""

import pytest

from accounts.models import User
from accounts.names import alike, named, seen


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Alice", "ALICE"),
        ("Alice", " Al\u00adi\u200bce "),
        ("Alice", "\u202eAlice\ufe0f"),
        ("Alice", "\uff21lice"),  # full width
        ("Ann Other", "Ann \n Other"),
        ("Ann Other", "Ann\u00a0Other"),
        ("Zo\u00eb", "Zoe\u0308"),
        ("Gro\u00df", "GROSS"),
    ],
)
def test_these_are_alike(name: str, same: str) -> None:
    assert alike(same) == alike(name)
    assert alike(seen(same)) == alike(same)


@pytest.mark.parametrize("other", ["Alicia", "Al ice", "Alice 2", "\u0930\u093e\u092e"])
def test_these_are_not(other: str) -> None:
    assert alike(other) != alike("Alice")


def test_signs_that_are_part_of_a_word_tell_names_apart() -> None:
    assert alike("\u0930\u093e\u092e") != alike("\u0930\u094b\u092e")


@pytest.mark.parametrize("name", ["Zo\u00eb", "zo\u00eb", "ZO\u00cb", "Zoe\u0308", " Zo\u00eb\u200b"])
def test_an_account_is_found_by_its_name_in_any_case(db: None, name: str) -> None:
    zoe = User.objects.create_user("Zo\u00eb")
    User.objects.create_user("Zoe")
    assert list(named(name)) == [zoe]


@pytest.mark.parametrize("name", ["", "\0", "%", "Zo_", "Somebody"])
def test_nobody_has_another_name(db: None, name: str) -> None:
    User.objects.create_user("Zoe")
    assert not named(name).exists()
