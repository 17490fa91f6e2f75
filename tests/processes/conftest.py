from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.processes.server import Server


class Make(Protocol):
    def __call__(self, name: str = "data", **settings: Any) -> Server: ...


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Make]:
    """Servers of this test, not started yet. At the end they are gone, and none has logged an error."""
    made: list[Server] = []

    def make(name: str = "data", **settings: Any) -> Server:
        server = Server(tmp_path / name, **{key: str(value) for key, value in settings.items()})
        made.append(server)
        return server

    yield make
    for server in made:
        server.reap()
    for server in made:
        assert "Traceback" not in server.log, server.log
        assert " ERROR " not in server.log, server.log
