from django.urls import path

from tournaments import console_views, views

app_name = "tournaments"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("exhibition/", views.exhibition, name="exhibition"),
    path("<int:tournament_id>/", views.detail, name="detail"),
    path("<int:tournament_id>/change/", views.change, name="change"),
    path("<int:tournament_id>/fragments/", views.fragments, name="fragments"),
    path("<int:tournament_id>/console/", console_views.console, name="console"),
    path("<int:tournament_id>/console/fragments/", console_views.fragments, name="console-fragments"),
    path("<int:tournament_id>/join/", views.join, name="join"),
]
