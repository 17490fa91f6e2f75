from django.urls import path

from tournaments import views

app_name = "tournaments"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("new/lengths/", views.lengths, name="lengths"),
    path("exhibition/", views.exhibition, name="exhibition"),
    path("<int:tournament_id>/", views.detail, name="detail"),
    path("<int:tournament_id>/change/", views.change, name="change"),
    path("<int:tournament_id>/fragments/", views.fragments, name="fragments"),
    path("<int:tournament_id>/join/", views.join, name="join"),
]
