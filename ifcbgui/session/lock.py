"""Whether a session is still being written: its writer holds a lock as long as it lives.

The operating system takes the lock away with the process, however that ends, so a session
without a proper end and without the lock was broken off. The lock lies on SQLite's side file
``-wal``, which is there while a session is written, and on which SQLite itself has none; a copy
of a session does not have it.
"""

from __future__ import annotations

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


def hold(path: Path) -> BinaryIO | None:
    """Say that this program writes a session, until what is returned is closed.

    Returns:
        None where there is nothing to lock; then nobody can tell that it is written.
    """
    with suppress(OSError):
        side = _side_file(path).open("rb")
        try:
            fcntl.flock(side, fcntl.LOCK_EX)  # others have it for no longer than a look
        except OSError:
            side.close()
            raise
        return side
    return None


def is_held(path: Path) -> bool:
    """Tell whether a program, be it this one, is writing a session."""
    try:
        with _side_file(path).open("rb") as side:
            fcntl.flock(side, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _side_file(path: Path) -> Path:
    return Path(f"{path}-wal")
