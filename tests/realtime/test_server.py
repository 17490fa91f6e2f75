"""What our server adds to Daphne."""

import asyncio

from tests.conftest import LiveServer, Sockets


async def test_a_page_and_a_socket_come_from_one_address(server: LiveServer, sockets: Sockets) -> None:
    import urllib.request

    def get() -> tuple[int, str]:
        with urllib.request.urlopen(server.url + "/", timeout=10) as response:
            return response.status, response.headers["Server"]

    assert await asyncio.to_thread(get) == (200, "Rallypoint")
    client = await sockets.open("/ws/matchmaking/")
    assert (await client.until("you"))["user"] is None
