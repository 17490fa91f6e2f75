from django.urls import path

from game import views

app_name = "game"
urlpatterns = [
    path("<int:match_id>/", views.match, name="match"),
    path("bot/", views.bot, name="bot"),
    path("hotseat/", views.hotseat, name="hotseat"),
]
