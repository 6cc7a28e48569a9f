"""The session file: its schema, and writing to it.

A session is one SQLite database. ``application_id`` tells it from other databases and
``user_version`` is the version of the schema, which only ever grows. Other programs rely on
the view ``messages``; the tables behind it may change.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from ifcbgui.session import lock
from ifcbgui.session.columns import StoredRow, columns, shown
from ifcbgui.session.errors import SessionFileGone
from ifcbgui.session.names import session_path
from ifcbgui.session.records import BookmarkChange, Extras, SessionEvent

APPLICATION_ID = int.from_bytes(b"IFCB", "big")
SCHEMA_VERSION = 2

# A reader that hinders us for longer than this is reported, and the batch tried again.
_BUSY_TIMEOUT_S = 0.25
# Rows in one INSERT. Each step of a statement hands the GIL over, and a busy main thread
# gives it back only after 5 ms: one row a step would be 200 rows a second. Few statements, as the
# connection keeps each, with a copy of what it wrote last: a statement for any number took 100 MB.
_ROWS_PER_INSERT = (128, 64, 32, 16, 8, 4, 2, 1)

_PAGE_BYTES = 4096

# The time is that of the message, or of the one before it where it was not kept.
_PUT_BOOKMARK = """
INSERT OR REPLACE INTO bookmarks (id, message, time_ns, note) VALUES (:id, :message, coalesce(
    (SELECT time_ns FROM entries WHERE id <= :message ORDER BY id DESC LIMIT 1), :time_ns
), :note)
"""

BOOKMARKS = """
CREATE TABLE IF NOT EXISTS bookmarks (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    time_ns INTEGER NOT NULL,
    note TEXT NOT NULL
)"""

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
{BOOKMARKS};
CREATE VIEW messages AS
    SELECT id, time_ns, direction, sender, source, seqno, text FROM entries;
"""

Connect = Callable[[Path], sqlite3.Connection]


_NO_EXTRAS = Extras()


def connect(path: Path) -> sqlite3.Connection:
    """Open a database for writing; transactions are explicit."""
    return sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)


class SessionStore:
    """A session file open for writing, used by one thread alone."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock: BinaryIO | None = None
        self._messages = 0

    @classmethod
    def create(
        cls,
        folder: Path,
        meta: Mapping[str, str | int],
        rows: Sequence[StoredRow] = (),
        events: Sequence[SessionEvent] = (),
        extras: Extras = _NO_EXTRAS,
        *,
        taken: Collection[Path] = (),
        connect: Connect = connect,
    ) -> SessionStore:
        """Make a new session file that holds the given rows, or none at all.

        Args:
            folder: Where; made if it is not there.
            meta: What the session says of itself; ``serial`` and ``start_time_ns`` name the file.
            rows: The first rows.
            events: The first events.
            extras: What else is written at once.
            taken: Files whose names it must not have, be they gone.
            connect: Opens the database.

        Raises:
            OSError: If the folder or the file could not be made.
            sqlite3.Error: If the database could not be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = session_path(folder, str(meta["serial"]), int(meta["start_time_ns"]), taken)
        path.touch(exist_ok=False)
        try:
            store = cls(path, connect(path))
        except BaseException:
            _remove(path)
            raise
        try:
            store._begin({**meta, **extras.meta}, rows, events, extras)
        except BaseException:
            store._release()
            _remove(path)
            raise
        store._lock = lock.hold(path)
        return store

    def write(
        self,
        rows: Sequence[StoredRow],
        events: Sequence[SessionEvent],
        extras: Extras = _NO_EXTRAS,
    ) -> None:
        """Write all of this in one transaction, or nothing of it.

        Raises:
            SessionFileGone: If the file was deleted or moved underneath.
            sqlite3.Error: If the database could not be written.
        """
        if not self.path.exists():  # it would take the rows without a word
            raise SessionFileGone(self.path)
        if rows or events or extras:
            self._transaction(lambda: self._insert(rows, events, extras))
            self._messages += len(rows)

    def sync(self) -> None:
        """Have the disk itself hold what is written, which a failing power then cannot take.

        SQLite does so only now and then; every transaction would wear out the small disks of
        ships and buoys.
        """
        if self._lock is not None:
            with suppress(OSError):  # a disk that fails is noticed with the next batch
                os.fsync(self._lock.fileno())

    def length(self) -> int:
        """Return the bytes written so far, evenly growing, unlike the size on disk.

        Raises:
            sqlite3.Error: If the database could not be read.
        """
        [(pages,)] = self._connection.execute("PRAGMA page_count")
        return int(pages) * _PAGE_BYTES

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
        if closed_ns is not None:
            with suppress(sqlite3.Error):
                self.finish(closed_ns)
        self._release()

    def finish(self, closed_ns: int) -> None:
        """State a proper end, and make one plain file of it all, side file included.

        Raises:
            sqlite3.Error: If it could not be written, or others read the file; nothing is lost.
        """
        ending = {"messages": self._messages, "closed_time_ns": closed_ns}
        self._transaction(lambda: self._insert((), (), Extras(meta=ending)))
        # Readable from a write-protected folder, too.
        self._connection.execute("PRAGMA journal_mode = DELETE").fetchone()

    def _begin(
        self,
        meta: Mapping[str, str | int],
        rows: Sequence[StoredRow],
        events: Sequence[SessionEvent],
        extras: Extras,
    ) -> None:
        self._connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
        self._connection.execute("PRAGMA synchronous = NORMAL")

        def first() -> None:
            for statement in _SCHEMA.split(";"):
                self._connection.execute(statement)
            self._insert(rows, events, replace(extras, meta=meta))

        self._transaction(first)
        self._messages = len(rows)

    def _transaction(self, work: Callable[[], None]) -> None:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            work()

    def _insert(
        self, rows: Sequence[StoredRow], events: Sequence[SessionEvent], extras: Extras
    ) -> None:
        start = 0
        for count in _ROWS_PER_INSERT:
            while start + count <= len(rows):
                part = rows[start : start + count]
                values = tuple(chain.from_iterable(map(columns, part)))
                self._connection.execute(_insert_statement(count), values)
                start += count
        self._connection.executemany(
            "INSERT INTO events (kind, time_ns, monotonic_ns, text, message)"
            " VALUES (?, ?, ?, ?, ?)",
            (event._replace(text=shown(event.text)) for event in events),
        )
        self._connection.executemany(
            "INSERT INTO snapshots (message, time_ns, monotonic_ns, reason, state)"
            " VALUES (?, ?, ?, ?, ?)",
            extras.snapshots,
        )
        change_bookmarks(self._connection, extras.bookmarks)
        self._connection.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", extras.meta.items()
        )

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
        with suppress(sqlite3.Error):
            self._connection.close()


def change_bookmarks(connection: sqlite3.Connection, changes: Sequence[BookmarkChange]) -> None:
    """Put, replace and take away bookmarks of a session, inside a transaction.

    Raises:
        sqlite3.Error: If the database could not be written.
    """
    for change in changes:
        if isinstance(change, int):
            connection.execute("DELETE FROM bookmarks WHERE id = ?", (change,))
        else:
            connection.execute(_PUT_BOOKMARK, change._replace(note=shown(change.note))._asdict())


@cache
def _insert_statement(rows: int) -> str:
    return f"INSERT INTO entries VALUES {','.join(['(?,?,?,?,?,?,?,?,?,?)'] * rows)}"


def _remove(path: Path) -> None:
    for side in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{side}").unlink(missing_ok=True)
