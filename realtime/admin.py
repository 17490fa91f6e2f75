"""Which processes there are, and what each hosts. To be looked at only: rows that change by the second are nobody's to
edit.
"""

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from realtime import hosting
from realtime.models import Lease, Process

SHOWN = 500  # rooms on the page of a process


class _ToLookAt(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that is only looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Process)
class ProcessAdmin(_ToLookAt):
    """In a cluster. A process alone keeps no row: its leases are all there is."""

    list_display = ("name", "host", "pid", "state", "seen_at", "started_at", "matches", "queues", "tournaments")
    fields = ("name", "host", "pid", "state", "seen_at", "started_at", "channel", "leases")
    readonly_fields = ("state", "leases")
    ordering = ("host", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        alive = hosting.alive().filter(name=OuterRef("name"))
        found: QuerySet[Any] = super().get_queryset(request)
        found = found.annotate(alive=Exists(alive), **_counts())
        return found

    @admin.display(description="state")
    def state(self, process: Any) -> str:
        if not process.alive:
            return "silent"
        return "leaving" if process.leaving else "alive"

    @admin.display(ordering="match_count")
    def matches(self, process: Any) -> int:
        return int(process.match_count)

    @admin.display(ordering="queue_count")
    def queues(self, process: Any) -> int:
        return int(process.queue_count)

    @admin.display(ordering="tournament_count")
    def tournaments(self, process: Any) -> int:
        return int(process.tournament_count)

    @admin.display(description="hosts")
    def leases(self, process: Any) -> SafeString:
        """By kind, each with its epoch."""
        by_kind: dict[str, list[Lease]] = defaultdict(list)
        for lease in Lease.objects.filter(host=process.name).order_by("room")[:SHOWN]:
            by_kind[lease.room.partition(".")[0]].append(lease)
        return format_html_join(
            "",
            "<p>{}: {}</p>",
            (
                (kind, format_html_join(", ", "{}", ((_link(lease),) for lease in leases)))
                for kind, leases in by_kind.items()
            ),
        ) or SafeString("nothing")


def _link(lease: Lease) -> SafeString:
    url = reverse("admin:realtime_lease_change", args=[lease.room])
    return format_html('<a href="{}">{}</a> ({})', url, lease.room, lease.epoch)


def _counts() -> dict[str, Any]:
    """How much of each kind a process hosts: leases name it, and are no foreign keys."""

    def count(kind: str) -> Coalesce:
        leases = Lease.objects.filter(host=OuterRef("name"), room__startswith=f"{kind}.")
        return Coalesce(Subquery(leases.values("host").annotate(count=Count("pk")).values("count")), 0)

    return {f"{kind}_count": count(kind) for kind in ("match", "queue", "tournament")}


@admin.register(Lease)
class LeaseAdmin(_ToLookAt):
    list_display = ("room", "host", "epoch", "state")
    fields = ("room", "host", "epoch", "state")
    readonly_fields = ("state",)
    search_fields = ("room", "=host")
    ordering = ("room",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        process = Process.objects.filter(name=OuterRef("host"))
        alive = hosting.alive().filter(name=OuterRef("host"))
        found: QuerySet[Any] = super().get_queryset(request)
        found = found.annotate(known=Exists(process), alive=Exists(alive))
        return found

    @admin.display(description="host is")
    def state(self, lease: Any) -> str:
        """Alone, a process keeps no heartbeat: its name is not known, and that means nothing."""
        if not lease.host:
            return "nobody"
        if not lease.known:
            return "without a heartbeat"
        return "alive" if lease.alive else "silent"
