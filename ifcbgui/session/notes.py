"""Bookmarks and notes of a session that is no longer being recorded.

The file is opened for writing no longer than that takes. While a session is recorded its
`Recorder` takes them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from ifcbgui.session.columns import shown
from ifcbgui.session.errors import SessionError, explain_write_error, is_locked
from ifcbgui.session.records import Bookmark, BookmarkChange, EventKind
from ifcbgui.session.store import APPLICATION_ID, BOOKMARKS, change_bookmarks

_BUSY_TIMEOUT_S = 2.0


def add_bookmark(path: Path, message_id: int, note: str = "") -> int:
    """Mark a message of a finished session; return the bookmark's id.

    Raises:
        SessionError: If it cannot be written into the file.
    """
    bookmark = Bookmark(time.time_ns(), message_id, time.time_ns(), note)
    change_bookmarks_of(path, [bookmark])
    return bookmark.id


def change_bookmark(path: Path, bookmark_id: int, note: str) -> None:
    """Give a bookmark of a finished session another note.

    Raises:
        SessionError: If it cannot be written into the file.
    """
    _write(
        path,
        lambda session: session.execute(
            "UPDATE bookmarks SET note = ? WHERE id = ?", (note, bookmark_id)
        ),
    )


def remove_bookmark(path: Path, bookmark_id: int) -> None:
    """Take a bookmark of a finished session away.

    Raises:
        SessionError: If it cannot be written into the file.
    """
    change_bookmarks_of(path, [bookmark_id])


def change_bookmarks_of(path: Path, changes: Sequence[BookmarkChange]) -> None:
    """Put, replace and take away bookmarks of a finished session, all of them or none.

    Raises:
        SessionError: If they cannot be written into the file.
    """
    _write(path, lambda session: change_bookmarks(session, changes))


def add_note(path: Path, text: str) -> None:
    """Write a note to the end of a finished session.

    Raises:
        SessionError: If it cannot be written into the file.
    """

    def insert(session: sqlite3.Connection) -> None:
        now_ns = time.time_ns()
        newest = session.execute(
            "SELECT id, monotonic_ns - time_ns FROM entries ORDER BY id DESC LIMIT 1"
        ).fetchone()
        message, offset_ns = newest or (0, 0)
        session.execute(
            "INSERT INTO events (kind, time_ns, monotonic_ns, text, message)"
            " VALUES (?, ?, ?, ?, ?)",
            (EventKind.REMARK, now_ns, now_ns + offset_ns, shown(text), message),
        )

    _write(path, insert)


def _write(path: Path, work: Callable[[sqlite3.Connection], object]) -> None:
    if not path.is_file():
        raise SessionError(f"There is no file {path}.", "Check the name.")
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(
            sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        ) as session:
            [(application,)] = session.execute("PRAGMA application_id")
            if application != APPLICATION_ID:
                raise SessionError(f"{path} is no session of this program.")
            with session:
                session.execute("BEGIN IMMEDIATE")
                _bring_up_to_date(session)
                work(session)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter of a damaged schema
        raise _refusal(path, error) from error


def _bring_up_to_date(session: sqlite3.Connection) -> None:
    """Give a session of an earlier version what notes need; its version stays what it is."""
    session.execute(BOOKMARKS)
    columns = [column[1] for column in session.execute("PRAGMA table_info(events)")]
    if "message" not in columns:
        session.execute("ALTER TABLE events ADD COLUMN message INTEGER")


def _refusal(path: Path, error: Exception) -> SessionError:
    if is_locked(error):
        return SessionError(
            f"Another program holds {path} locked.", "Close it there, then try again."
        )
    if "readonly" in str(error) or "unable to open" in str(error):
        return SessionError(
            f"{path} is write-protected, so nothing can be noted in it.",
            "Allow the program to write the file and its folder, or note it in a copy.",
        )
    what, hint = explain_write_error(error, path.parent)
    return SessionError(what, hint)
