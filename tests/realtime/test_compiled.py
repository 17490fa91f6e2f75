"""Queries that are made once."""

import pytest

from accounts.models import User
from realtime.compiled import First

by_name = First(lambda name: User.objects.filter(username=name, is_active=True), "probe")


def test_it_gives_what_the_query_gives(db: None, alice: User, bob: User) -> None:
    for _ in range(2):
        assert by_name(alice.username) == alice
        assert by_name(bob.username) == bob
        assert by_name("nobody") is None
        assert by_name("probe") is None
    found = by_name(alice.username)
    assert found is not None
    assert found.__dict__.keys() == User.objects.get(pk=alice.pk).__dict__.keys(), "no field is left for later"
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert by_name(alice.username) is None


def test_a_value_is_no_sql(db: None, alice: User) -> None:
    assert by_name("' or 1=1 --") is None
    assert by_name("%s") is None


def test_a_query_by_something_else_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="expected a query by 'probe', came"):
        First(lambda _: User.objects.filter(username="fixed"), "probe")("value")
