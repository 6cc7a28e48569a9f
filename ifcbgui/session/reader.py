"""Reads a session, finished or still being written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ifcbgui.instrument.entry import Direction, Entry
from ifcbgui.instrument.parser import parse_message
from ifcbgui.session import lock
from ifcbgui.session.columns import exact_values
from ifcbgui.session.info import SessionInfo, info_from
from ifcbgui.session.opening import MESSAGE_COLUMNS, open_to_read
from ifcbgui.session.records import Bookmark, EventKind, SessionEvent, SessionRow, Snapshot
from ifcbgui.session.soundness import is_message, sound

_PAGE = f"SELECT {MESSAGE_COLUMNS} FROM entries WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
_ENTRY_PAGE = """
SELECT id, time_ns, monotonic_ns, direction, sender, source, seqno, text, exact FROM entries
WHERE id >= ? AND id < ?{condition} ORDER BY id LIMIT ?
"""
_PICK = f"""
SELECT {MESSAGE_COLUMNS} FROM entries WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_ENTRY_PICK = """
SELECT id, time_ns, monotonic_ns, direction, sender, source, seqno, text, exact FROM entries
WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_NEWEST_IDS = """
SELECT id FROM entries WHERE id >= ? AND id < ?{condition} ORDER BY id DESC LIMIT ?
"""
_NEWEST_BEFORE = f"SELECT {MESSAGE_COLUMNS} FROM entries WHERE id < ? ORDER BY id DESC LIMIT 1"
_SNAPSHOT_BEFORE = """
SELECT message, time_ns, monotonic_ns, reason, state FROM snapshots
WHERE message <= ? ORDER BY id DESC LIMIT 1
"""
_END = 2**63 - 1
# Since then entries have a kind, and there are snapshots.
_SECOND_SCHEMA = 2
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
        self._damage: set[tuple[int, int]] = set()
        self._connection = open_to_read(path)

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
        ranges = ", ".join(_words(first, last) for first, last in _joined(self._damage))
        return f"The file is damaged: these messages could not be read: {ranges}."

    @property
    def has_kinds(self) -> bool:
        """Whether the kind of a message is known before it is read: not in the first version."""
        return self._schema() >= _SECOND_SCHEMA

    def info(self) -> SessionInfo:
        """Return what the session says of itself."""
        held = lock.is_held(self.path)  # first: it must not end between the two
        meta = dict(self._read("SELECT key, value FROM meta"))
        last = next(self.rows(self.last_id()), None)
        return info_from(
            meta,
            schema=self._schema(),
            last_ns=last.time_ns if last else None,
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
        """Return the id of the newest message that can be read, or 0."""
        return self.id_before(_END)

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
            pages = self._picked(_PICK, _PAGE, ids, batch)
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
        if self.has_kinds:
            condition = _kind_condition("IN", only) + _kind_condition("NOT IN", without)
        for page in self._pages(_ENTRY_PAGE.format(condition=condition), start_id, stop_id, batch):
            for row_id, entry in map(_entry, page):
                if entry.kind not in without and (not only or entry.kind in only):
                    yield row_id, entry

    def entries_of(self, ids: Iterable[int], batch: int = 500) -> Iterator[tuple[int, Entry]]:
        """Yield messages as `entries` does, by their ids in ascending order."""
        for page in self._picked(_ENTRY_PICK, _ENTRY_PAGE.format(condition=""), ids, batch):
            yield from map(_entry, page)

    def newest_ids(
        self, stop_id: int, kinds: Collection[str], *, most: int, within: int
    ) -> list[int]:
        """Return ids of the newest messages of some kinds, the newest first.

        Args:
            stop_id: The id before which they are.
            kinds: Their kinds; where the session does not know them (`has_kinds`) all are of any.
            most: How many are enough.
            within: How many ids back to look.
        """
        condition = _kind_condition("IN", kinds) if self.has_kinds else ""
        sql = _NEWEST_IDS.format(condition=condition)
        return [row[0] for row in self._fetch(sql, (stop_id - within, stop_id, most))[0]]

    def beginning(self, message_id: int, length: int) -> str:
        """Return how the text of a message begins, without reading all of it; "" for none.

        Args:
            message_id: The message.
            length: How many bytes of it.
        """
        try:
            with self._connection.blobopen("entries", "text", message_id, readonly=True) as text:
                return text.read(length).decode(errors="replace")
        except sqlite3.Error:
            return ""

    def snapshot_before(self, message_id: int) -> Snapshot | None:
        """Return the newest snapshot of the state at or before a message.

        Returns:
            None if there is none, or it cannot be read: the messages from the first on tell it.
        """
        if self._schema() < _SECOND_SCHEMA:
            return None
        found = sound(Snapshot, self._fetch(_SNAPSHOT_BEFORE, (message_id,))[0])
        return found[0] if found else None

    def bookmarks(self) -> list[Bookmark]:
        """Return the bookmarks in the order of their messages."""
        sql = "SELECT id, message, time_ns, note FROM bookmarks ORDER BY message, id"
        return sound(Bookmark, self._read(sql))

    def id_at(self, time_ns: int) -> int:
        """Return the id of the newest message that had come by a time (UTC), or 0.

        Found by halving, for ids and times go up together, and times have no index.
        """
        return self._newest(self.last_id() + 1, lambda row: row.time_ns <= time_ns)

    def id_before(self, message_id: int) -> int:
        """Return the id of the message before another one, of those that can be read, or 0."""
        page, damaged = self._fetch(_NEWEST_BEFORE, (message_id,))
        newest = page[0][0] if page else 0
        if newest < message_id and not damaged and all(map(is_message, page)):
            # In a damaged file the way up can lead further than the way down.
            more = next(self.rows(newest + 1, message_id, batch=1), None)
            if more is None:
                return newest
        return self._newest(message_id, lambda _: True)

    def _newest(self, stop_id: int, fits: Callable[[SessionRow], bool]) -> int:
        """Return the id of the newest readable message that fits, as all those before it do."""
        low, high = 0, stop_id - 1
        while low < high:
            middle = (low + high + 1) // 2
            row = next(self.rows(middle, stop_id, batch=1), None)
            if row is not None and fits(row):
                low = row.id
            else:
                high = middle - 1
        return low

    def events(self) -> list[SessionEvent]:
        """Return the events in order."""
        columns = [column[1] for column in self._read("PRAGMA table_info(events)")]
        message = "message" if "message" in columns else "NULL"
        sql = f"SELECT kind, time_ns, monotonic_ns, text, {message} FROM events ORDER BY id"
        return sound(SessionEvent, self._read(sql))

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

    def _picked(self, pick: str, one: str, ids: Iterable[int], batch: int) -> Iterator[list[Any]]:
        ids = iter(ids)
        while wanted := [int(row_id) for row_id in islice(ids, batch)]:
            page, damaged = self._fetch_rows(pick, (json.dumps(wanted),))
            if not damaged:
                yield page
                continue
            for row_id in wanted:
                page, damaged = self._fetch_rows(one, (row_id, row_id + 1, 1))
                yield page
                if damaged:
                    self._damage.add((row_id, row_id))

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
            if row[0] <= previous or not is_message(row):
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
        self._damage.add((start, readable - 1))
        return readable

    def _is_damaged(self, sql: str, row_id: int) -> bool:
        return self._fetch_rows(sql, (row_id, _END, 1))[1]

    def _read(self, sql: str) -> list[Any]:
        return self._fetch(sql, ())[0]


def _words(first: int, last: int) -> str:
    if last >= _END - 1:
        return f"from {first} on"
    return f"{first} to {last}" if first < last else str(first)


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges of ids in order, those that touch each other as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            first, last = joined[-1][0], max(last, joined.pop()[1])
        joined.append((first, last))
    return joined


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
