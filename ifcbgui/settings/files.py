"""Writing a small file so that it is there whole, or as it was, whoever else writes it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt

    def _lock(mark: BinaryIO) -> None:
        msvcrt.locking(mark.fileno(), msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(mark: BinaryIO) -> None:
        fcntl.flock(mark, fcntl.LOCK_EX)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other programs from writing a file meanwhile, where the disk knows locks.

    Raises:
        OSError: If there is no place for the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("wb") as mark:
        with suppress(OSError):
            _lock(mark)  # gone with the open file
        yield


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file, making its folder if need be.

    Raises:
        OSError: If it could not be written; the file is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
