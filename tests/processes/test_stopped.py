"""Stopping, starting twice, starting on a port that is taken."""

import signal

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.processes.conftest import Make
from tests.processes.server import Server, command, environment, run
from tournaments.exhibition.site import Site

START_S = 30


async def open_socket(server: Server, path: str, token: str) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    return await connect(f"ws://{server.host}{path}", additional_headers=headers, compression=None, proxy=None)


async def close_code(socket: ClientConnection) -> int | None:
    """Wait for its end; gives the code with which it ended."""
    await socket.wait_closed()
    return socket.close_code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
async def test_a_stop_tells_every_socket_to_come_back(make_server: Make, number: signal.Signals) -> None:
    server = make_server()
    await server.start()
    token = Site(server.url).make_bot().token
    personal = await open_socket(server, "/ws/matchmaking/", token)
    await personal.send('{"type": "bot", "strength": "easy"}')
    match_id = 0
    while not match_id:
        message = msgspec.json.decode(await personal.recv())
        match_id = message["match"]["id"] if message.get("match") else 0
    game = await open_socket(server, f"/ws/game/{match_id}/", token)
    while msgspec.json.decode(await game.recv())[0] != 7:
        pass
    chat = await open_socket(server, "/ws/chat/lobby/", token)
    await chat.recv()

    assert await server.stop(number) == 0
    for socket in (personal, game, chat):
        assert await close_code(socket) == 1012
    assert server.log.rstrip().endswith("Rallypoint has stopped.")


async def test_a_second_server_on_the_same_data_refuses(make_server: Make) -> None:
    server = make_server()
    await server.start()
    code, printed = await run(command("serve", "--port", "0"), environment(server.data), START_S)
    assert code != 0
    assert "Another Rallypoint runs on" in printed
    assert str(server.data) in printed
    assert "Traceback" not in printed


async def test_a_port_that_is_taken_is_said_in_a_line(make_server: Make) -> None:
    server = make_server()
    await server.start()
    other = environment(server.data.with_name("other"))
    code, printed = await run(command("serve", "--prepare", "--port", str(server.port)), other, START_S)
    assert code != 0
    lines = [line for line in printed.splitlines() if str(server.port) in line]
    assert len(lines) == 1, printed
    assert "in use" in lines[0]
    assert "Traceback" not in printed
