"""The generated secret key of a server that was given none."""

import os
import secrets
from pathlib import Path


def secret_key(path: Path) -> str:
    """Read the key kept at ``path``, or make one there that only the owner can read.

    Two processes that start at once agree: the file is linked into place whole, and the one that comes second reads
    the first one's.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
