"""The routes of the sockets, and who opens them."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from accounts.handshake import HandshakeMiddleware
from chat.consumers import ChatConsumer
from game.consumers import GameConsumer
from matchmaking.consumers import MatchmakingConsumer
from realtime.consumer import NowhereConsumer
from tournaments.consumers import TournamentConsumer

application: Any = HandshakeMiddleware(
    URLRouter(
        [
            path("ws/matchmaking/", MatchmakingConsumer.as_asgi()),
            path("ws/game/<int:match>/", GameConsumer.as_asgi()),
            path("ws/tournaments/<int:tournament>/", TournamentConsumer.as_asgi()),
            re_path(r"^ws/chat/(?P<conversation>[a-z]+(\.\d+)?)/$", ChatConsumer.as_asgi()),
            re_path(r"^", NowhereConsumer.as_asgi()),
        ]
    )
)
