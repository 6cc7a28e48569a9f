"""Whether a session is still being written: its writer holds a lock as long as it lives.

The operating system takes the lock away with the process, however that ends, so a session
without a proper end and without the lock was broken off. The lock lies on SQLite's side file
``-wal``, which is there while a session is written, and on which SQLite itself has none; a copy
of a session does not have it.

Windows has no such lock: there a session that is still being written looks as if broken off.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":

    def _lock(side: BinaryIO, *, alone: bool) -> None:
        raise OSError("Windows has no such lock.")

else:
    import fcntl

    def _lock(side: BinaryIO, *, alone: bool) -> None:
        """Take the lock: alone, as soon as it is free, or with others and now or never."""
        # Others have it for no longer than a look, so to wait for it does not take long.
        fcntl.flock(side, fcntl.LOCK_EX if alone else fcntl.LOCK_SH | fcntl.LOCK_NB)


def hold(path: Path) -> BinaryIO | None:
    """Say that this program writes a session, until what is returned is closed.

    Returns:
        None where there is nothing to lock; then nobody can tell that it is written.
    """
    with suppress(OSError):
        side = _side_file(path).open("rb")
        try:
            _lock(side, alone=True)
        except OSError:
            side.close()
            raise
        return side
    return None


def is_held(path: Path) -> bool:
    """Tell whether a program, be it this one, is writing a session."""
    try:
        with _side_file(path).open("rb") as side:
            _lock(side, alone=False)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _side_file(path: Path) -> Path:
    return Path(f"{path}-wal")
