"""The rows of the message log in memory: columns in chunks, the oldest chunk going first."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ifcbgui.instrument.entry import Direction, Entry, JsonScalar
from ifcbgui.instrument.ticket import Ticket
from ifcbgui.session.filters import LINK_KIND, EntryFilter, FilterRow
from ifcbgui.session.store import SessionEvent
from ifcbgui.ui.models.log_chunk import Chunk, Names
from ifcbgui.ui.models.log_events import describe_event
from ifcbgui.ui.models.log_text import RowText, describe, describe_text, group_of, label_of
from ifcbgui.ui.models.row_index import Positions

CHUNK_ROWS: Final = 8192
MAX_ROWS: Final = 1_000_000
WHOLE_TEXT_LIMIT: Final = 2000
"""Characters up to which the whole text is kept; of longer ones the session has it."""

HEAD_LENGTH: Final = 300
"""Characters kept of a text longer than `WHOLE_TEXT_LIMIT`; the filter sees no more of it."""

_NO_SEQNO: Final = np.iinfo(np.int64).min

LogItem = tuple[int, Entry | SessionEvent]
"""What becomes a row: a message with its number, or an event, which has none (0)."""

_Columns = tuple[int, int, int, int, int, int, int]


class RowFlag(IntEnum):
    """A bit in the flags of a row; no IntFlag, whose arithmetic is too slow to paint with."""

    OUT = 1
    UNKNOWN = 2
    PROBLEM = 4
    CUT = 8
    EVENT = 16


class LogRow(NamedTuple):
    """One row as the store holds it.

    Attributes:
        row_id: The recorder's number; what ``text_of`` takes. 0 where the row is an event.
        time_ns: UTC, nanoseconds since 1970.
        group: Kind of message; ``command`` for what we sent, ``link`` for an event.
        flags: What stands out: bits of `RowFlag`.
        text: The whole text, or its head when ``flags`` has CUT.
        words: What the row shows: label and value.
        sender: ``sender_id`` of the envelope.
        source: ``smsgsrc`` of the envelope.
        seqno: The host's own number, or None.
        event: Kind of the event that the row is, or "" for a message.
        ticket: What became of a command of ours, or None where nothing is known of it.
    """

    row_id: int
    time_ns: int
    group: str
    flags: int
    text: str
    words: RowText
    sender: JsonScalar
    source: JsonScalar
    seqno: int | None
    event: str = ""
    ticket: Ticket | None = None

    @property
    def direction(self) -> Direction:
        """Which way the message went."""
        return Direction.OUT if self.flags & RowFlag.OUT else Direction.IN


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows are shown. What is hidden stays in the store.

    A gap must not hide behind a filter for something else: events are shown whatever the
    directions and the typed words, unless their kind is hidden or excluded by its name.

    Attributes:
        directions: Directions shown.
        hidden_groups: Kinds not shown.
        text: The typed filter, or None.
    """

    directions: frozenset[Direction] = frozenset(Direction)
    hidden_groups: frozenset[str] = frozenset()
    text: EntryFilter | None = None

    @property
    def shows_events(self) -> bool:
        """Whether events are shown, which are so all together or not at all."""
        excluded = self.text is not None and self.text.excludes(LINK_KIND)
        return LINK_KIND not in self.hidden_groups and not excluded


class LogStore:
    """Rows by position: 0 is the first row ever added, and positions are never used again.

    Not thread-safe: it belongs to the thread that paints.

    Args:
        max_rows: Rows kept. Beyond them whole chunks of the oldest are dropped and counted.
        chunk_rows: Rows in a chunk.
    """

    def __init__(self, max_rows: int = MAX_ROWS, chunk_rows: int = CHUNK_ROWS) -> None:
        self._max_rows = max_rows
        self._chunk_rows = chunk_rows
        self.clear()

    def clear(self) -> None:
        """Forget every row and start again at position 0."""
        self._chunks: deque[Chunk] = deque()
        self._first = 0
        self._stop = 0
        self._last_id = 0
        self._dropped_events = 0
        self._groups: Names[str] = Names("other")
        self._labels: Names[str] = Names("")
        self._origins: Names[tuple[type, JsonScalar, type, JsonScalar]] = Names(
            (type(None), None, type(None), None)
        )

    def __len__(self) -> int:
        return self._stop - self._first

    @property
    def events(self) -> int:
        """Number of rows kept that are events."""
        return sum(len(chunk.events) for chunk in self._chunks)

    @property
    def messages(self) -> int:
        """Number of rows kept that are messages."""
        return len(self) - self.events

    @property
    def dropped_messages(self) -> int:
        """Number of messages dropped so far."""
        return self._first - self._dropped_events

    @property
    def first(self) -> int:
        """Position of the oldest row kept; as many rows were dropped."""
        return self._first

    @property
    def stop(self) -> int:
        """Position the next row will have; as many rows were ever added."""
        return self._stop

    def append(self, entries: Sequence[LogItem]) -> None:
        """Add rows, oldest first."""
        done = 0
        while done < len(entries):
            room = self._stop % self._chunk_rows
            if room == 0:
                self._chunks.append(Chunk(self._chunk_rows))
            part = entries[done : done + self._chunk_rows - room]
            self._fill(self._chunks[-1], room, part)
            self._stop += len(part)
            done += len(part)

    def trim(self) -> int:
        """Drop the oldest chunks beyond the limit; return how many rows went."""
        before = self._first
        while len(self) > self._max_rows and len(self._chunks) > 1:
            self._dropped_events += len(self._chunks.popleft().events)
            self._first += self._chunk_rows
        return self._first - before

    def row(self, position: int) -> LogRow:
        """Return the row at a position between `first` and `stop`."""
        chunk, offset = self._locate(position)
        row_id, time_ns, seqno, _, origin, group, flags = chunk.columns[offset].item()
        text = chunk.texts[offset]
        words = chunk.cut_words.get(offset)
        if flags & RowFlag.EVENT:
            row_id, words = 0, describe_event(chunk.events[offset], text)
        elif words is None:
            words = describe_text(text, Direction.OUT if flags & RowFlag.OUT else Direction.IN)
        _, sender, _, source = self._origins[origin]
        return LogRow(
            row_id=row_id,
            time_ns=time_ns,
            group=self._groups[group],
            flags=flags,
            text=text,
            words=words,
            sender=sender,
            source=source,
            seqno=None if seqno == _NO_SEQNO else seqno,
            event=chunk.events.get(offset, ""),
            ticket=chunk.tickets.get(offset),
        )

    def row_ids(self, positions: Positions) -> NDArray[np.int64]:
        """Return the recorder's numbers of the messages at ascending positions."""
        ids = []
        for chunk, offsets in self._by_chunk(positions):
            found = chunk.columns["row_id"][offsets]
            if chunk.events:
                found = found[chunk.columns["flags"][offsets] & RowFlag.EVENT == 0]
            ids.append(found)
        return np.concatenate(ids) if ids else np.empty(0, np.int64)

    def set_ticket(self, ticket: Ticket) -> int | None:
        """Note what became of a command; return its row's position, or None if it is gone."""
        row_id, stop = ticket.row_id, self._stop
        if row_id is None:
            return None
        for number in range(len(self._chunks) - 1, -1, -1):
            start = self._first + number * self._chunk_rows
            chunk = self._chunks[number]
            ids = chunk.columns["row_id"][: stop - start]
            offset = int(np.searchsorted(ids, row_id))
            if offset < len(ids) and ids[offset] == row_id and offset not in chunk.events:
                chunk.tickets[offset] = ticket
                return start + offset
            if offset:
                break
            stop = start
        return None

    def position_of(self, row_id: int) -> int:
        """Return the position of a message, or of the last row before it (`first` - 1 if none).

        Numbers ascend, and an event has that of the message before it.
        """
        position, start = self._first - 1, self._first
        for chunk in self._chunks:
            ids = chunk.columns["row_id"][: self._stop - start]
            if ids[0] > row_id:
                break
            position = start + int(np.searchsorted(ids, row_id, side="right")) - 1
            start += self._chunk_rows
        return position

    def event_positions(self) -> list[int]:
        """Return the positions of all events, ascending."""
        starts = range(self._first, self._stop, self._chunk_rows)
        return [
            start + offset
            for start, chunk in zip(starts, self._chunks, strict=True)
            for offset in chunk.events
        ]

    def select(self, start: int, stop: int, row_filter: RowFilter) -> Positions:
        """Return the positions from start up to stop that a filter shows."""
        start = max(start, self._first)
        found = [np.empty(0, np.uint32)]
        while start < stop:
            chunk, offset = self._locate(start)
            end = min(offset + stop - start, self._chunk_rows)
            found.append(self._select_in(chunk, offset, end, row_filter) + np.uint32(start))
            start += end - offset
        return np.concatenate(found)

    def _select_in(self, chunk: Chunk, start: int, stop: int, row_filter: RowFilter) -> Positions:
        """Return the offsets, counted from start, of what a filter shows of a chunk."""
        columns = chunk.columns[start:stop]
        out = (columns["flags"] & RowFlag.OUT) != 0
        event = (columns["flags"] & RowFlag.EVENT) != 0
        directions = row_filter.directions
        shown = np.where(out, Direction.OUT in directions, Direction.IN in directions)
        for group in row_filter.hidden_groups:
            shown &= columns["group"] != self._groups.find(group)
        shown &= ~event
        if row_filter.text is not None and shown.any():
            offsets = np.flatnonzero(shown).astype(np.uint32)
            shown[offsets] = self._match_texts(chunk, offsets + np.uint32(start), row_filter.text)
        if row_filter.shows_events:
            shown |= event
        return np.flatnonzero(shown).astype(np.uint32)

    def _match_texts(
        self, chunk: Chunk, offsets: Positions, text_filter: EntryFilter
    ) -> NDArray[np.bool_]:
        """Return for each offset whether the typed filter shows it.

        People type what they see, so the label counts as part of the text.
        """
        now_ns = time.time_ns()
        rows = zip(offsets.tolist(), chunk.columns[offsets].tolist(), strict=True)
        found = (
            text_filter.matches_row(self._filter_row(chunk.texts[offset], columns, now_ns))
            for offset, columns in rows
        )
        return np.fromiter(found, np.bool_, len(offsets))

    def _filter_row(self, text: str, columns: _Columns, now_ns: int) -> FilterRow:
        row_id, time_ns, seqno, label, origin, group, flags = columns
        _, sender, _, source = self._origins[origin]
        return FilterRow(
            Direction.OUT if flags & RowFlag.OUT else Direction.IN,
            text,
            self._groups[group],
            self._labels[label],
            id=row_id,
            time_ns=time_ns,
            sender=sender,
            source=source,
            seqno=None if seqno == _NO_SEQNO else seqno,
            now_ns=now_ns,
        )

    def _fill(self, chunk: Chunk, start: int, entries: Sequence[LogItem]) -> None:
        """Write rows into a chunk behind those it has."""
        rows = [self._columns_of(row_id, entry) for row_id, entry in entries]
        chunk.columns[start : start + len(rows)] = rows
        for offset, (_, entry) in enumerate(entries, start):
            if isinstance(entry, SessionEvent):
                chunk.events[offset] = entry.kind
                chunk.texts.append(entry.text)
                continue
            text = entry.message.text
            if len(text) > WHOLE_TEXT_LIMIT:
                chunk.cut_words[offset] = describe(entry.message, entry.direction)
                text = text[:HEAD_LENGTH]
            chunk.texts.append(text)

    def _columns_of(self, row_id: int, entry: Entry | SessionEvent) -> _Columns:
        if isinstance(entry, SessionEvent):
            # The number of the message before it, that numbers ascend and one can be looked for.
            group = self._groups.index(LINK_KIND)
            return (self._last_id, entry.time_ns, _NO_SEQNO, 0, 0, group, RowFlag.EVENT.value)
        self._last_id = row_id
        message, seqno = entry.message, entry.seqno
        if seqno is None or not _NO_SEQNO < seqno < -_NO_SEQNO:
            seqno = _NO_SEQNO
        sender, source = entry.sender, entry.source
        return (
            row_id,
            entry.time_ns,
            seqno,
            self._labels.index(label_of(message, entry.direction)),
            # With the types, for True, 1 and 1.0 would count as the same sender.
            self._origins.index((type(sender), sender, type(source), source)),
            self._groups.index(group_of(entry)),
            _flags_of(entry),
        )

    def _locate(self, position: int) -> tuple[Chunk, int]:
        chunk, offset = divmod(position - self._first, self._chunk_rows)
        return self._chunks[chunk], offset

    def _by_chunk(self, positions: Positions) -> list[tuple[Chunk, Positions]]:
        """Split ascending positions into the chunks they lie in, as offsets in each."""
        edges = range(self._first + self._chunk_rows, self._stop, self._chunk_rows)
        parts = np.split(positions, np.searchsorted(positions, np.array(edges, np.int64)))
        return [
            (chunk, part - np.uint32(self._first + number * self._chunk_rows))
            for number, (chunk, part) in enumerate(zip(self._chunks, parts, strict=False))
            if len(part)
        ]


def _flags_of(entry: Entry) -> int:
    flags = RowFlag.CUT.value if len(entry.message.text) > WHOLE_TEXT_LIMIT else 0
    if entry.direction is Direction.OUT:
        return flags | RowFlag.OUT
    if not entry.message.known:
        return flags | RowFlag.UNKNOWN
    return flags | RowFlag.PROBLEM if entry.message.problem is not None else flags
