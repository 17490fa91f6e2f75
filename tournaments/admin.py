from django.contrib import admin

from tournaments.models import Entry, Tournament


class EntryInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Entry
    extra = 0
    fields = ("n", "kind", "event", "at_ms")
    readonly_fields = fields


@admin.register(Tournament)
class TournamentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("pk", "name", "phase", "size", "points", "organiser")
    list_filter = ("phase",)
    inlines = (EntryInline,)
