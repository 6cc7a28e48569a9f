"""The system's trash: files moved there, and had back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QFile

Moved = tuple[Path, Path]
"""Where a file was, and where it is in the trash."""


def discard(path: Path) -> Path:
    """Move a file to the trash and return where it is there.

    Raises:
        OSError: If it could not be moved.
    """
    file = QFile(str(path))
    if not file.moveToTrash():
        raise OSError(f"{path} cannot be moved to the trash: {file.errorString()}.")
    return Path(file.fileName())


def move_to_trash(paths: Sequence[Path], discard: Callable[[Path], Path] = discard) -> list[Moved]:
    """Move files to the trash, all of them or none.

    Args:
        paths: The files.
        discard: Moves one of them.

    Raises:
        OSError: If one could not be moved; those before it are back in their places.
    """
    moved: list[Moved] = []
    for path in paths:
        try:
            moved.append((path, discard(path)))
        except OSError:
            put_back(moved)
            raise
    return moved


def put_back(moved: Sequence[Moved]) -> None:
    """Put files back from the trash.

    Raises:
        OSError: If one is not in the trash any more, or its name has been taken.
    """
    for path, trashed in moved:
        if path.exists():
            raise FileExistsError(f"There is another file {path} by now.")
        trashed.rename(path)
        # What a desktop's trash knows of the file (freedesktop.org trash specification 1.0).
        with suppress(OSError):
            (trashed.parent.parent / "info" / f"{trashed.name}.trashinfo").unlink()
