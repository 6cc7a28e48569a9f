"""What can go wrong with a session, said in plain words."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path


class SessionError(Exception):
    """A session could not be read, or an export could not be written.

    Attributes:
        hint: What to try, one sentence, or "".
    """

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


class SessionFileGone(OSError):
    """The session file was deleted or moved while it was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The session file {path} was deleted or moved while it was written.")


_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def explain_write_error(error: Exception, folder: Path) -> tuple[str, str]:
    """Return what kept a file in ``folder`` from being written, and what to do, a sentence each.

    SQLite's errors are told apart by their text, which is the same in every version.
    """
    if isinstance(error, SessionFileGone):
        return str(error), "A new file is begun."
    number = error.errno if isinstance(error, OSError) else None
    text = str(error) if isinstance(error, sqlite3.Error) else ""
    if number in _FULL or "is full" in text:
        return f"The disk of {folder} is full.", "Free some space on it."
    if number in _FORBIDDEN or "readonly" in text or "unable to open" in text:
        return (
            f"The program may not write in {folder}.",
            "Allow it to write there, or choose another folder.",
        )
    if number == errno.ENAMETOOLONG:
        return "The name of the file is too long.", "Choose a shorter one."
    if number in (errno.ENOTDIR, errno.EEXIST):
        return f"{folder} is no folder, or lies inside a file.", "Choose another folder."
    if number == errno.ENOENT:
        return f"The folder {folder} is not there.", "Bring it back, or choose another folder."
    if is_locked(error):
        return "Another program holds the file locked.", "Close it in the other program."
    return (
        f"Writing in {folder} failed ({error}).",
        "Check that the disk is connected and sound, or choose another folder.",
    )


def is_locked(error: Exception) -> bool:
    """Return True if another program merely holds the database for a while."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
