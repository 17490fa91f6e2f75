"""The generated secret key."""

import multiprocessing
import stat
from pathlib import Path

from config.secret import secret_key


def _ask(path: Path, start: object, answers: object) -> None:
    start.wait(20)  # type: ignore[attr-defined]
    answers.put(secret_key(path))  # type: ignore[attr-defined]


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(3), context.Queue()
    path = tmp_path / "secret_key"
    processes = [context.Process(target=_ask, args=(path, start, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    keys = {answers.get(timeout=30) for _ in processes}
    for process in processes:
        process.join(30)
    assert keys == {path.read_text()}
    assert [found.name for found in tmp_path.iterdir()] == ["secret_key"]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    key = secret_key(path)
    assert len(key) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_stays_the_same(tmp_path: Path) -> None:
    assert secret_key(tmp_path / "secret_key") == secret_key(tmp_path / "secret_key")
    assert secret_key(tmp_path / "secret_key") != secret_key(tmp_path / "another")


def test_a_key_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("mine\n")
    assert secret_key(tmp_path / "secret_key") == "mine"
