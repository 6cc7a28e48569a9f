"""Reads a session, finished or still being written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session import lock
from ifcbgui.session.columns import exact_values
from ifcbgui.session.errors import SessionError
from ifcbgui.session.info import SessionInfo, info_from
from ifcbgui.session.store import (
    APPLICATION_ID,
    Bookmark,
    EventKind,
    SessionEvent,
    SessionRow,
    Snapshot,
)

_COLUMNS = "id, time_ns, direction, sender, source, seqno, text, exact"
_PAGE = f"SELECT {_COLUMNS} FROM entries WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
_ENTRY_PAGE = """
SELECT id, time_ns, monotonic_ns, direction, sender, source, seqno, text, exact FROM entries
WHERE id >= ? AND id < ?{condition} ORDER BY id LIMIT ?
"""
_PICK = f"""
SELECT {_COLUMNS} FROM entries WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_FIRST_FROM = "SELECT id, time_ns FROM entries WHERE id >= ? ORDER BY id LIMIT 1"
_SNAPSHOT_BEFORE = """
SELECT message, time_ns, monotonic_ns, reason, state FROM snapshots
WHERE message <= ? ORDER BY id DESC LIMIT 1
"""
_END = 2**63 - 1
_DIRECTIONS = frozenset(map(str, Direction))
# Since then entries have a kind, and there are snapshots.
_SECOND_SCHEMA = 2
_NOT_OURS = "file is not a database"  # what SQLite says of a file that is none
_new_row = partial(tuple.__new__, SessionRow)  # half the price of SessionRow._make


class SessionReader:
    """A session open for reading. Use it in the thread that made it.

    No read lasts longer than a page, so a recorder that writes the same file is not hindered.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        """Open a session.

        Raises:
            SessionError: If there is no such file, or it is no session.
        """
        self.path = path
        self._damage: list[tuple[int, int]] = []
        self._connection = _open(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def paths(self) -> Sequence[Path]:
        """The file, alone."""
        return (self.path,)

    @property
    def problem(self) -> str | None:
        """None, or one sentence: what of a damaged file could not be read so far."""
        if not self._damage:
            return None
        ranges = ", ".join(
            f"{first} to {last}" if last < _END else f"from {first} on"
            for first, last in self._damage
        )
        return f"The file is damaged: these messages could not be read: {ranges}."

    def info(self) -> SessionInfo:
        """Return what the session says of itself."""
        held = lock.is_held(self.path)  # first: it must not end between the two
        meta = dict(self._read("SELECT key, value FROM meta"))
        last = self._read("SELECT time_ns FROM entries ORDER BY id DESC LIMIT 1")
        return info_from(
            meta,
            schema=self._schema(),
            last_ns=last[0][0] if last else None,
            held=held,
            notes=self._notes(),
        )

    def count(self) -> int:
        """Return the number of messages that can be read."""
        try:
            [(count,)] = self._connection.execute("SELECT count(*) FROM entries")
        except sqlite3.DatabaseError:
            count = sum(1 for _ in self.rows())
        return int(count)

    def last_id(self) -> int:
        """Return the id of the newest message, or 0."""
        try:
            [(last,)] = self._connection.execute("SELECT max(id) FROM entries")
        except sqlite3.DatabaseError:
            last = max((row.id for row in self.rows()), default=0)
        return last or 0

    def rows(
        self,
        start_id: int = 1,
        stop_id: int | None = None,
        ids: Iterable[int] | None = None,
        batch: int = 2000,
    ) -> Iterator[SessionRow]:
        """Yield messages by id, page by page; what is damaged is left out, see `problem`.

        Args:
            start_id: The first id.
            stop_id: The id before which to stop; None: at the end, as it is when that is reached.
            ids: Ids in ascending order; only these messages, whatever the other two say.
            batch: Messages in a page.
        """
        if ids is None:
            pages = self._pages(_PAGE, start_id, stop_id, batch)
        else:
            pages = self._picked(ids, batch)
        for page in pages:
            yield from map(_row, page)

    def entries(
        self,
        start_id: int = 1,
        stop_id: int | None = None,
        *,
        only: Collection[str] = (),
        without: Collection[str] = (),
        batch: int = 2000,
    ) -> Iterator[tuple[int, Entry]]:
        """Yield messages by id as they came, parsed, with both clocks.

        Args:
            start_id: The first id.
            stop_id: The id before which to stop; None: at the end.
            only: Kinds to be content with; none for all of them.
            without: Kinds to leave out, unread.
            batch: Messages in a page.
        """
        condition = ""
        if self._schema() >= _SECOND_SCHEMA:  # before, nothing was known of a message unread
            condition = _kind_condition("IN", only) + _kind_condition("NOT IN", without)
        for page in self._pages(_ENTRY_PAGE.format(condition=condition), start_id, stop_id, batch):
            for row_id, entry in map(_entry, page):
                if entry.kind not in without and (not only or entry.kind in only):
                    yield row_id, entry

    def snapshot_before(self, message_id: int) -> Snapshot | None:
        """Return the newest snapshot of the state at or before a message.

        Returns:
            None if there is none, or it cannot be read: the messages from the first on tell it.
        """
        if self._schema() < _SECOND_SCHEMA:
            return None
        found = self._fetch(_SNAPSHOT_BEFORE, (message_id,))[0]
        return Snapshot._make(found[0]) if found else None

    def bookmarks(self) -> list[Bookmark]:
        """Return the bookmarks in the order of their messages."""
        sql = "SELECT id, message, time_ns, note FROM bookmarks ORDER BY message, id"
        return list(map(Bookmark._make, self._read(sql)))

    def id_at(self, time_ns: int) -> int:
        """Return the id of the newest message that had come by a time (UTC), or 0.

        Found by halving, for ids and times go up together, and times have no index.
        """
        low, high = 0, self.last_id()
        while low < high:
            middle = (low + high + 1) // 2
            found = self._fetch(_FIRST_FROM, (middle,))[0]
            if found and found[0][1] <= time_ns:
                low = found[0][0]
            else:
                high = middle - 1
        return low

    def id_before(self, message_id: int) -> int:
        """Return the id of the message before another one, or 0."""
        found = self._fetch("SELECT max(id) FROM entries WHERE id < ?", (message_id,))[0]
        return found[0][0] or 0 if found else 0

    def events(self) -> list[SessionEvent]:
        """Return the events in order."""
        columns = [column[1] for column in self._read("PRAGMA table_info(events)")]
        message = "message" if "message" in columns else "NULL"
        sql = f"SELECT kind, time_ns, monotonic_ns, text, {message} FROM events ORDER BY id"
        return list(map(SessionEvent._make, self._read(sql)))

    def _notes(self) -> list[str]:
        return [event.text for event in self.events() if event.kind == EventKind.REMARK]

    def _schema(self) -> int:
        [(schema,)] = self._read("PRAGMA user_version") or [(0,)]
        return int(schema)

    def _pages(self, sql: str, start: int, stop_id: int | None, batch: int) -> Iterator[list[Any]]:
        stop = _END if stop_id is None else stop_id
        while start < stop:
            page, damaged = self._fetch_rows(sql, (start, stop, batch))
            yield page
            if page:
                start = page[-1][0] + 1
            if damaged:
                # A cursor looks one row ahead, so the row before the damage went with it.
                last, damaged = self._fetch_rows(sql, (start, stop, 1))
                yield last
                sound = last and not damaged
                start = last[-1][0] + 1 if sound else self._after_damage(sql, start, stop)
            elif len(page) < batch:
                return

    def _picked(self, ids: Iterable[int], batch: int) -> Iterator[list[Any]]:
        ids = iter(ids)
        while wanted := [int(row_id) for row_id in islice(ids, batch)]:
            page, damaged = self._fetch_rows(_PICK, (json.dumps(wanted),))
            if not damaged:
                yield page
                continue
            for row_id in wanted:
                page, damaged = self._fetch_rows(_PAGE, (row_id, row_id + 1, 1))
                yield page
                if damaged:
                    self._note_damage(row_id, row_id)

    def _fetch(self, sql: str, values: tuple[Any, ...]) -> tuple[list[Any], bool]:
        """Return the rows up to the first that is damaged, and whether there is one."""
        page: list[Any] = []
        try:
            page.extend(self._connection.execute(sql, values))  # keeps what came before an error
        except sqlite3.DatabaseError:
            return page, True
        return page, False

    def _fetch_rows(self, sql: str, values: tuple[Any, ...]) -> tuple[list[Any], bool]:
        """Like `_fetch`; what looks like a row and cannot be one, as zeros do, counts as damage."""
        page, damaged = self._fetch(sql, values)
        # A damaged index leads to rows before the first that was asked for, and so round and round.
        previous = values[0] - 1 if isinstance(values[0], int) else 0
        for number, row in enumerate(page):
            if row[0] <= previous or not _is_sound(row):
                return page[:number], True
            previous = row[0]
        return page, damaged

    def _after_damage(self, sql: str, start: int, stop: int) -> int:
        """Return the next id after damage at ``start`` from which rows can be read again.

        Leaps double until one lands behind the damage; halving then finds its end.
        """
        unreadable, leap = start, 1
        while (readable := min(unreadable + leap, stop)) < stop and self._is_damaged(sql, readable):
            unreadable, leap = readable, leap * 2
        while readable - unreadable > 1:
            middle = (unreadable + readable) // 2
            if self._is_damaged(sql, middle):
                unreadable = middle
            else:
                readable = middle
        self._note_damage(start, _END if readable == stop else readable - 1)
        return readable

    def _is_damaged(self, sql: str, row_id: int) -> bool:
        return self._fetch_rows(sql, (row_id, _END, 1))[1]

    def _note_damage(self, first: int, last: int) -> None:
        if (first, last) not in self._damage:
            self._damage.append((first, last))

    def _read(self, sql: str) -> list[Any]:
        return self._fetch(sql, ())[0]


def _is_sound(row: tuple[Any, ...]) -> bool:
    """Return False if a damaged file has made something of a row that no program writes."""
    direction, seqno, text, exact = row[-6], row[-3], row[-2], row[-1]
    if direction not in _DIRECTIONS or text.__class__ is not str:
        return False
    if row[1].__class__ is not int or row[-7].__class__ is not int:  # the clocks
        return False
    if seqno.__class__ is not int and seqno is not None:
        return False
    if exact is None:
        return True
    try:
        return isinstance(exact_values(exact)[-1], str)
    except (ValueError, TypeError):
        return False


def _row(values: tuple[Any, ...]) -> SessionRow:
    if (exact := values[-1]) is None:
        return _new_row(values[:-1])
    row_id, time_ns, direction = values[:3]
    return SessionRow(row_id, time_ns, direction, *exact_values(exact))


def _kind_condition(operator: str, kinds: Collection[str]) -> str:
    names = ", ".join(f"'{kind}'" for kind in kinds if kind.isidentifier())
    return f" AND kind {operator} ({names})" if names else ""


def _entry(values: tuple[Any, ...]) -> tuple[int, Entry]:
    row_id, time_ns, monotonic_ns, direction, *rest, exact = values
    sender, source, seqno, text = rest if exact is None else exact_values(exact)
    message = parse_message(text)
    return row_id, Entry(
        message, Direction(direction), time_ns, monotonic_ns, sender, source, seqno
    )


def _open(path: Path) -> sqlite3.Connection:
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
        connection.execute(f"SELECT {_COLUMNS} FROM entries LIMIT 0")
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
