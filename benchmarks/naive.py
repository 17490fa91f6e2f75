"""The comparison: Pong as most projects of its kind serve it. Nothing here is used by the platform.

A tick of 60 Hz for each match, the whole state as a JSON dictionary with ``group_send`` to the match's group on each
tick, Channels' stock consumer, dispatch and in-memory layer, on stock Daphne. The court, the speeds and the score are
those of game/pong, so that the same simulated people can play it.

    player -> server   {"type": "key", "dir": -1 | 0 | 1}
    server -> player   {"type": "you", "side": 0}
                       {"type": "state", "ball": {...}, "paddles": [{...}, {...}], "score": [0, 0], "over": false}
"""

# ruff: noqa: E402 - Django is set up first, as manage.py does

import asyncio
import json
import os
import random
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.naive_settings")

import django

django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from game.pong.court import CLASSIC, PX, flight_ms

TICK_S = 1 / 60
WIDTH, HEIGHT, PLANE = CLASSIC.width / PX, CLASSIC.height / PX, CLASSIC.plane / PX
PADDLE, RADIUS = CLASSIC.paddle / PX, CLASSIC.ball / PX / 2
PADDLE_SPEED = CLASSIC.paddle_speed * 1000 / PX  # px/s
FLIGHT_PX = WIDTH - 2 * PLANE

games: dict[int, "Game"] = {}


class Game:
    """One match: two paddles, a ball, a score."""

    def __init__(self, match: int) -> None:
        self.match = match
        self.score = [0, 0]
        self.paddles = [{"y": HEIGHT / 2, "dir": 0} for _ in range(2)]
        self.players: list[GameConsumer | None] = [None, None]
        self.task: asyncio.Task[None] | None = None
        self.over = False
        self.serve()

    def serve(self) -> None:
        self.rally = 0
        self.pause_s = CLASSIC.serve_pause_ms / 1000
        speed = (WIDTH / 2 - PLANE) / CLASSIC.serve_flight_ms * 1000
        slope = CLASSIC.serve_deflection / PX / CLASSIC.serve_flight_ms * 1000
        vx, vy = random.choice((-speed, speed)), random.uniform(-slope, slope)
        self.ball = {"x": WIDTH / 2, "y": HEIGHT / 2, "vx": vx, "vy": vy}

    async def run(self) -> None:
        layer = get_channel_layer()
        before = time.monotonic()
        while not self.over and any(self.players):
            now = time.monotonic()
            self.update(now - before)
            before = now
            await layer.group_send(f"match_{self.match}", {"type": "game.state", "state": self.state()})
            await asyncio.sleep(TICK_S)
        games.pop(self.match, None)

    def update(self, dt: float) -> None:
        for paddle in self.paddles:
            y = paddle["y"] + paddle["dir"] * PADDLE_SPEED * dt
            paddle["y"] = min(max(y, PADDLE / 2), HEIGHT - PADDLE / 2)
        if self.pause_s > 0:
            self.pause_s -= dt
            return
        ball = self.ball
        ball["x"] += ball["vx"] * dt
        ball["y"] += ball["vy"] * dt
        if ball["y"] < RADIUS:
            ball["y"], ball["vy"] = 2 * RADIUS - ball["y"], -ball["vy"]
        elif ball["y"] > HEIGHT - RADIUS:
            ball["y"], ball["vy"] = 2 * (HEIGHT - RADIUS) - ball["y"], -ball["vy"]
        if ball["x"] <= PLANE and ball["vx"] < 0:
            self.arrive(0, PLANE)
        elif ball["x"] >= WIDTH - PLANE and ball["vx"] > 0:
            self.arrive(1, WIDTH - PLANE)

    def arrive(self, side: int, plane: float) -> None:
        off = self.ball["y"] - self.paddles[side]["y"]
        reach = (PADDLE / 2 + RADIUS) * min(max(CLASSIC.shrink_to - self.rally, 0), 34) / 34
        if abs(off) < reach:
            self.rally += 1
            flight_s = flight_ms(CLASSIC, self.rally) / 1000
            speed = FLIGHT_PX / flight_s
            slope = off / reach * CLASSIC.deflection / PX / flight_s
            self.ball.update(x=plane, vx=speed if side == 0 else -speed, vy=slope)
        else:
            self.score[1 - side] += 1
            self.over = max(self.score) >= CLASSIC.points
            self.serve()

    def state(self) -> dict[str, Any]:
        return {"ball": self.ball, "paddles": self.paddles, "score": self.score, "over": self.over}


class GameConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.match = self.scope["url_route"]["kwargs"]["match"]
        self.group = f"match_{self.match}"
        self.game = games.setdefault(self.match, Game(self.match))
        if None not in self.game.players:
            await self.close()
            return
        self.side = self.game.players.index(None)
        self.game.players[self.side] = self
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send(text_data=json.dumps({"type": "you", "side": self.side}))
        if None not in self.game.players and self.game.task is None:
            self.game.task = asyncio.create_task(self.game.run())

    async def disconnect(self, code: int) -> None:
        if getattr(self, "side", None) is not None:
            self.game.players[self.side] = None
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        data = json.loads(text_data or "{}")
        if data.get("type") == "key" and data.get("dir") in (-1, 0, 1):
            self.game.paddles[self.side]["dir"] = data["dir"]

    async def game_state(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"type": "state", **event["state"]}))


application = ProtocolTypeRouter({"websocket": URLRouter([path("match/<int:match>/", GameConsumer.as_asgi())])})
