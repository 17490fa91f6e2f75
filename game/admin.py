from django.contrib import admin

from game.models import Match, Rally, Seat


class SeatInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Seat
    extra = 0
    fields = ("side", "name", "user", "bot", "feel", "is_suspicious")
    readonly_fields = ("feel", "is_suspicious")


class RallyInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Rally
    extra = 0
    fields = ("number", "side", "a", "b", "at_ms")
    readonly_fields = fields


@admin.register(Match)
class MatchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("pk", "phase", "origin", "title", "a", "b", "winner", "reason")
    list_filter = ("phase", "origin", "reason", "seats__is_suspicious")
    inlines = (SeatInline, RallyInline)
