"""What a process does before it serves."""

from pathlib import Path

from config import boot


def test_a_data_directory_belongs_to_one_server(tmp_path: Path) -> None:
    held = boot.lock(tmp_path)
    assert held is not None
    assert boot.lock(tmp_path) is None
    held.close()
    again = boot.lock(tmp_path)
    assert again is not None
    again.close()
