from django.urls import path

from tournaments import console_views, screens, views

app_name = "tournaments"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("new/lengths/", views.lengths, name="lengths"),
    path("exhibition/", views.exhibition, name="exhibition"),
    path("<int:tournament_id>/", views.detail, name="detail"),
    path("<int:tournament_id>/change/", views.change, name="change"),
    path("<int:tournament_id>/fragments/", views.fragments, name="fragments"),
    path("<int:tournament_id>/console/", console_views.console, name="console"),
    path("<int:tournament_id>/console/fragments/", console_views.fragments, name="console-fragments"),
    path("<int:tournament_id>/join/", views.join, name="join"),
    path("<int:tournament_id>/tv/", screens.tv, name="tv"),
    path("<int:tournament_id>/overlay/", screens.overlay, name="overlay"),
    path("<int:tournament_id>/embed/", screens.embed, name="embed"),
    path("<int:tournament_id>/spotlight/", screens.spotlight, name="spotlight"),
    path("<int:tournament_id>/results/", views.results, name="results"),
    path("<int:tournament_id>/export.json", views.download, {"kind": "bracket"}, name="bracket"),
    path("<int:tournament_id>/ranks.csv", views.download, {"kind": "ranks"}, name="ranks"),
    path("<int:tournament_id>/matches.csv", views.download, {"kind": "matches"}, name="matches"),
    path("<int:tournament_id>/report.trf", views.download, {"kind": "report"}, name="report"),
    path("<int:tournament_id>/card.svg", views.card, name="card"),
]
