from django.urls import path

from game import views

app_name = "game"
urlpatterns = [
    path("<int:match_id>/", views.match, name="match"),
    path("<int:match_id>/replay/", views.replay, name="replay"),
    path("<int:match_id>/replay.json", views.replay_document, name="replay_document"),
    path("<int:match_id>/statistics/", views.statistics_fragment, name="statistics"),
    path("bot/", views.bot, name="bot"),
    path("hotseat/", views.hotseat, name="hotseat"),
]
