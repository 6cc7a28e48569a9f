"""The session file: its schema, and writing to it.

A session is one SQLite database. ``application_id`` tells it from other databases and
``user_version`` is the version of the schema, which only ever grows. Other programs rely on
the view ``messages``; the tables behind it may change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from ifcbgui.instrument.entry import JsonScalar
from ifcbgui.session.columns import StoredRow, columns, shown
from ifcbgui.session.errors import SessionFileGone
from ifcbgui.session.names import session_path

APPLICATION_ID = int.from_bytes(b"IFCB", "big")
SCHEMA_VERSION = 2

# A reader that hinders us for longer than this is reported, and the batch tried again.
_BUSY_TIMEOUT_S = 0.25
# Rows in one INSERT. Each step of a statement hands the GIL over, and a busy main thread
# gives it back only after 5 ms: one row a step would be 200 rows a second.
_ROWS_PER_INSERT = 200

_SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    time_ns INTEGER NOT NULL,
    monotonic_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    direction TEXT NOT NULL,
    sender,
    source,
    seqno INTEGER,
    text TEXT NOT NULL,
    exact TEXT
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    time_ns INTEGER NOT NULL,
    monotonic_ns INTEGER NOT NULL,
    text TEXT NOT NULL,
    message INTEGER
);
CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    monotonic_ns INTEGER NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE TABLE bookmarks (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    note TEXT NOT NULL
);
CREATE VIEW messages AS
    SELECT id, time_ns, direction, sender, source, seqno, text FROM entries;
"""

Connect = Callable[[Path], sqlite3.Connection]


class EventKind(StrEnum):
    """What an event of a session is."""

    CONNECTED = "connected"
    LOST = "lost"
    NOTE = "note"
    PROBLEM = "problem"
    GAP = "gap"
    COMMAND = "command"


class SessionRow(NamedTuple):
    """One message of a session, as the view ``messages`` has it.

    Attributes:
        id: 1, 2, 3, ... in order of arrival.
        time_ns: UTC, nanoseconds since 1970.
        direction: ``in`` or ``out``.
        sender: The sender as the host gave it.
        source: The source as the host gave it.
        seqno: The host's own number, or None.
        text: Exactly as on the wire.
    """

    id: int
    time_ns: int
    direction: str
    sender: JsonScalar
    source: JsonScalar
    seqno: int | None
    text: str


class SessionEvent(NamedTuple):
    """Something other than a message that a session has to tell.

    Attributes:
        kind: One of `EventKind`; a later program may have more.
        time_ns: UTC, nanoseconds since 1970.
        monotonic_ns: ``time.monotonic_ns()`` of the same moment.
        text: One or more sentences; of a command ``fate: detail``, the fate one of
            `ifcbgui.instrument.ticket.Fate`.
        message: Id of the message it is about, or None.
    """

    kind: str
    time_ns: int
    monotonic_ns: int
    text: str
    message: int | None = None


class Bookmark(NamedTuple):
    """A message that somebody wants to find again.

    Attributes:
        id: Number of the bookmark.
        message: Id of the message.
        time_ns: UTC of the message, nanoseconds since 1970.
        note: Why, in the operator's words; may be empty.
    """

    id: int
    message: int
    time_ns: int
    note: str


class Snapshot(NamedTuple):
    """The state of an instrument at some moment of a session.

    Attributes:
        message: Id of the newest message that the state has seen; 0 before the first.
        time_ns: UTC, nanoseconds since 1970.
        monotonic_ns: ``time.monotonic_ns()`` of the same moment.
        reason: Why it was taken.
        state: The state as `ifcbgui.session.snapshots` writes it.
    """

    message: int
    time_ns: int
    monotonic_ns: int
    reason: str
    state: str


def connect(path: Path) -> sqlite3.Connection:
    """Open a database for writing; transactions are explicit."""
    return sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)


class SessionStore:
    """A session file open for writing, used by one thread alone."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def create(
        cls,
        folder: Path,
        meta: Mapping[str, str | int],
        rows: Sequence[StoredRow] = (),
        events: Sequence[SessionEvent] = (),
        *,
        connect: Connect = connect,
    ) -> SessionStore:
        """Make a new session file that holds the given rows, or none at all.

        Args:
            folder: Where; made if it is not there.
            meta: What the session says of itself; ``serial`` and ``start_time_ns`` name the file.
            rows: The first rows.
            events: The first events.
            connect: Opens the database.

        Raises:
            OSError: If the folder or the file could not be made.
            sqlite3.Error: If the database could not be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = session_path(folder, str(meta["serial"]), int(meta["start_time_ns"]))
        path.touch(exist_ok=False)
        try:
            store = cls(path, connect(path))
        except BaseException:
            _remove(path)
            raise
        try:
            store._begin(meta, rows, events)
        except BaseException:
            store._release()
            _remove(path)
            raise
        return store

    def write(self, rows: Sequence[StoredRow], events: Sequence[SessionEvent]) -> None:
        """Write rows and events in one transaction: all of them, or none.

        Raises:
            SessionFileGone: If the file was deleted or moved underneath.
            sqlite3.Error: If the database could not be written.
        """
        if not self.path.exists():  # it would take the rows without a word
            raise SessionFileGone(self.path)
        if rows or events:
            self._transaction(lambda: self._insert(rows, events))

    def size(self) -> int:
        """Return the bytes on disk, side file included."""
        total = 0
        for name in (self.path, f"{self.path}-wal"):
            with suppress(OSError):
                total += Path(name).stat().st_size
        return total

    def close(self, closed_ns: int | None = None) -> None:
        """Close the file.

        Args:
            closed_ns: UTC of a proper end, which the session then states; None after trouble.
        """
        with suppress(sqlite3.Error):
            if closed_ns is not None:
                self._connection.execute(
                    "INSERT OR REPLACE INTO meta VALUES ('closed_time_ns', ?)", (closed_ns,)
                )
                # One plain file, readable from a write-protected folder; not while others read.
                self._connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        self._release()

    def _begin(
        self,
        meta: Mapping[str, str | int],
        rows: Sequence[StoredRow],
        events: Sequence[SessionEvent],
    ) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
        self._connection.execute("PRAGMA synchronous = NORMAL")

        def first() -> None:
            for statement in _SCHEMA.split(";"):
                self._connection.execute(statement)
            self._connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            self._insert(rows, events)

        self._transaction(first)

    def _transaction(self, work: Callable[[], None]) -> None:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            work()

    def _insert(self, rows: Sequence[StoredRow], events: Sequence[SessionEvent]) -> None:
        for start in range(0, len(rows), _ROWS_PER_INSERT):
            part = rows[start : start + _ROWS_PER_INSERT]
            values = tuple(chain.from_iterable(map(columns, part)))
            self._connection.execute(_insert_statement(len(part)), values)
        self._connection.executemany(
            "INSERT INTO events (kind, time_ns, monotonic_ns, text, message)"
            " VALUES (?, ?, ?, ?, ?)",
            (event._replace(text=shown(event.text)) for event in events),
        )

    def _release(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()


@lru_cache(maxsize=_ROWS_PER_INSERT)
def _insert_statement(rows: int) -> str:
    return f"INSERT INTO entries VALUES {','.join(['(?,?,?,?,?,?,?,?,?,?)'] * rows)}"


def _remove(path: Path) -> None:
    for side in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{side}").unlink(missing_ok=True)
