"""The admin's pages of processes and leases."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models.functions import Now
from django.test import Client

from accounts.models import User
from realtime.models import Lease, Process

pytestmark = pytest.mark.usefixtures("_server")  # pages need the static files that it collects
PROCESSES = "/admin/realtime/process/"
LEASES = "/admin/realtime/lease/"


@pytest.fixture
def admin(db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("Root", password="root's secret"))
    return client


@pytest.fixture
def cluster(db: None) -> None:
    """Three processes, the first of which hosts most."""
    Process.objects.create(name="one", host="north", pid=11, channel="c.one", seen_at=Now())
    Process.objects.create(name="two", host="south", pid=22, channel="c.two", seen_at="2026-01-02T03:04:05Z")
    Process.objects.create(name="three", host="south", pid=33, channel="c.three", seen_at=Now(), leaving=True)
    for room, host in (
        ("match.7", "one"),
        ("match.8", "one"),
        ("queue.11", "one"),
        ("tournament.3", "two"),
        ("match.9", ""),
        ("match.10", "gone"),
    ):
        Lease.objects.create(room=room, host=host, epoch=4)


def listed(page: Any) -> list[tuple[Any, ...]]:
    """The list's rows, without when they were seen."""
    shown = page.context["cl"]
    admin = shown.model_admin
    columns = [name for name in admin.list_display if not name.endswith("_at")]
    return [
        tuple(getattr(admin, name)(row) if hasattr(admin, name) else getattr(row, name) for name in columns)
        for row in shown.result_list
    ]


def test_processes_are_shown_with_what_they_host(admin: Client, cluster: None) -> None:
    page = admin.get(PROCESSES)
    assert page.status_code == 200
    assert listed(page) == [
        ("one", "north", 11, "alive", 2, 1, 0),
        ("three", "south", 33, "leaving", 0, 0, 0),
        ("two", "south", 22, "silent", 0, 0, 1),
    ]


def test_a_process_lists_its_leases(admin: Client, cluster: None) -> None:
    page = admin.get(f"{PROCESSES}one/change/").content.decode()
    for room in ("match.7", "match.8", "queue.11"):
        assert f">{room}</a> (4)" in page
    assert "match.9" not in page
    assert "match.10" not in page
    assert "nothing" in admin.get(f"{PROCESSES}three/change/").content.decode()


def test_leases_are_shown_with_what_their_host_is(admin: Client, cluster: None) -> None:
    assert listed(admin.get(LEASES)) == [
        ("match.10", "gone", 4, "without a heartbeat"),
        ("match.7", "one", 4, "alive"),
        ("match.8", "one", 4, "alive"),
        ("match.9", "", 4, "nobody"),
        ("queue.11", "one", 4, "alive"),
        ("tournament.3", "two", 4, "silent"),
    ]
    assert [row[0] for row in listed(admin.get(f"{LEASES}?q=two"))] == ["tournament.3"]
    assert admin.get(f"{LEASES}match.7/change/").status_code == 200


@pytest.mark.parametrize("path", [PROCESSES, LEASES])
def test_a_list_needs_no_query_for_each_row(
    admin: Client, cluster: None, path: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        Process.objects.create(name=f"p{number}", host="h", pid=number)
        Lease.objects.create(room=f"match.{100 + number}", host=f"p{number}")
    with django_assert_max_num_queries(6):
        assert admin.get(path).status_code == 200


@pytest.mark.parametrize("path", [f"{PROCESSES}add/", f"{LEASES}add/", f"{LEASES}match.7/delete/"])
def test_nothing_is_changed_here(admin: Client, cluster: None, path: str) -> None:
    assert admin.get(path).status_code == 403
    assert admin.post(path, {"post": "yes"}).status_code == 403
    assert admin.post(f"{LEASES}match.7/change/", {"host": "me"}).status_code == 403
    assert Lease.objects.get(room="match.7").host == "one"


def test_only_who_may_look_looks(client: Client, cluster: None, alice: User) -> None:
    client.force_login(alice)
    assert client.get(PROCESSES).status_code == 302
    alice.is_staff = True
    alice.save()
    assert client.get(PROCESSES).status_code == 403
    alice.user_permissions.add(Permission.objects.get(codename="view_process"))
    assert client.get(PROCESSES).status_code == 200
