from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import SignupView
from config import home
from matchmaking.views import player

home_patterns: list[URLPattern | URLResolver] = [path("fragments/", home.fragments, name="fragments")]

urlpatterns = [
    path("", home.home, name="home"),
    path("home/", include((home_patterns, "home"))),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/signup/", SignupView.as_view(), name="account_signup"),
    path("accounts/", include("allauth.account.urls")),
    path("game/", include("game.urls")),
    path("matchmaking/", include("matchmaking.urls")),
    path("players/<int:user_id>/", player, name="player"),
    path("tournaments/", include("tournaments.urls")),
]
