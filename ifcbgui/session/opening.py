"""Opens a session file for reading, and says in plain words what is none."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ifcbgui.session.errors import SessionError
from ifcbgui.session.store import APPLICATION_ID

MESSAGE_COLUMNS = "id, time_ns, direction, sender, source, seqno, text, exact"
_NOT_OURS = "file is not a database"  # what SQLite says of a file that is none


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a session for reading alone.

    Raises:
        SessionError: If there is no such file, or it is no session.
    """
    if not path.is_file():
        raise SessionError(f"There is no file {path}.", "Check the name.")
    try:
        try:
            return _connect(path, "mode=ro")
        except sqlite3.OperationalError as error:
            if "unable to open" not in str(error):
                raise
            # In a write-protected folder SQLite cannot make the side files it wants.
            return _connect(path, "mode=ro&immutable=1")
    except sqlite3.Error as error:
        raise _unreadable(path, str(error)) from error


def _connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, timeout=2)
    try:
        # Nothing can be written; this makes SQLite read a file that was cut short.
        connection.execute("PRAGMA writable_schema = ON")
        [(application,)] = connection.execute("PRAGMA application_id")
        if application != APPLICATION_ID:
            raise sqlite3.DatabaseError(_NOT_OURS)
        connection.execute(f"SELECT {MESSAGE_COLUMNS} FROM entries LIMIT 0")
    except BaseException:
        connection.close()
        raise
    return connection


def _unreadable(path: Path, reason: str) -> SessionError:
    if path.stat().st_size == 0:
        return SessionError(f"{path} is empty: no session was written into it.")
    if reason == _NOT_OURS:
        return SessionError(f"{path} is no session of this program.", "Choose a .ifcbsession file.")
    if "no such table" in reason:
        return SessionError(
            f"{path} holds no messages.",
            f"If it was copied while it was written, copy {path.name}-wal beside it.",
        )
    if "malformed" in reason:
        return SessionError(f"{path} is damaged so badly that nothing of it can be read.")
    return SessionError(f"{path} cannot be read ({reason}).", "Check that you may read it.")
