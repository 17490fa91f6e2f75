from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("guest/", views.guest, name="guest"),
    path("bot/", views.bot, name="bot"),
    path("settings/", views.settings, name="settings"),
    path("settings/opponents/", views.opponents, name="opponents"),
]
