from django.contrib import admin

from chat.models import Line


@admin.register(Line)
class LineAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("conversation", "n", "kind", "author", "text")
    list_filter = ("kind",)
    search_fields = ("text", "author__username")
