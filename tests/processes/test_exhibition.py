"""``manage.py exhibition``, as an operator runs it."""

from pathlib import Path

import pytest

from tests.processes.conftest import Make
from tests.processes.server import command, environment, free_port, run


async def test_bots_play_to_a_champion(make_server: Make, tmp_path: Path) -> None:
    server = make_server()
    await server.start()
    arguments = command(
        "exhibition", "--format", "swiss", "--rounds", "2", "--players", "4", "--url", server.url, "--timeout", "40"
    )
    code, printed = await run(arguments, environment(tmp_path / "elsewhere"), 150)
    assert code == 0, printed
    assert "Champion: " in printed
    assert "4 matches of 4 players" in printed
    assert "Traceback" not in printed
    names = {name for (name,) in server.rows("select name from tournaments_entrant")}
    assert printed.split("Champion: ")[1].splitlines()[0] in names
    # A client and no more: nothing was made in its own data directory.
    assert not (tmp_path / "elsewhere" / "rallypoint.sqlite3").exists()
    assert await server.stop() == 0


async def test_no_server_is_said_with_what_to_do(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    code, printed = await run(command("exhibition", "--players", "2", "--url", url), environment(tmp_path), 30)
    assert code != 0
    assert f"No server answers at {url}" in printed
    assert "make run" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    "wrong",
    [
        ["--players", "1"],
        ["--players", "1025"],
        ["--url", "localhost"],
        ["--timeout", "0"],
        ["--minutes", "0", "--format", "arena"],
        ["--minutes", "10"],
        ["--players", "3", "--format", "groups"],
    ],
)
async def test_wrong_options_are_refused(tmp_path: Path, wrong: list[str]) -> None:
    code, printed = await run(command("exhibition", *wrong), environment(tmp_path), 30)
    assert code != 0
    assert "expected" in printed
    assert wrong[1] in printed or wrong[0].strip("-") in printed
    assert "Traceback" not in printed
