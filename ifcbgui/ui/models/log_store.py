"""The rows of the message log in memory: columns in chunks, the oldest chunk going first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ifcbgui.instrument.entry import Direction, Entry, JsonScalar
from ifcbgui.instrument.ticket import Ticket
from ifcbgui.session.records import SessionEvent
from ifcbgui.ui.models.log_chunk import SEPARATOR, Chunk, ColumnValues, Names
from ifcbgui.ui.models.log_events import describe_event
from ifcbgui.ui.models.log_row import (
    EVENT_FORM,
    LogItem,
    LogRow,
    RowFlag,
    RowForm,
    flags_of,
    form_of,
    head_of,
)
from ifcbgui.ui.models.log_text import RowText, describe, describe_text
from ifcbgui.ui.models.row_index import Positions, RowIndex

CHUNK_ROWS: Final = 8192
MAX_ROWS: Final = 5_000_000
_MOST_WORDS: Final = 4096
NO_SEQNO: Final = np.iinfo(np.int64).min

Origin = tuple[type, JsonScalar, type, JsonScalar]
"""Sender and source with their types, for True, 1 and 1.0 would count as the same."""


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
        self._events = RowIndex()
        self._problems = RowIndex()
        self._words: dict[RowText, RowText] = {}
        self.forms: Names[RowForm] = Names(RowForm("other", "", ""))
        self.origins: Names[Origin] = Names((type(None), None, type(None), None))

    def __len__(self) -> int:
        return self._stop - self._first

    @property
    def messages(self) -> int:
        """Number of rows kept that are messages."""
        return len(self) - len(self._events)

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

    @property
    def event_positions(self) -> Positions:
        """Positions of all events, ascending; valid until the store next changes."""
        return self._events.positions

    @property
    def problem_positions(self) -> Positions:
        """Positions of all messages that are unknown or not as the catalogue describes them."""
        return self._problems.positions

    # --- adding and dropping ----------------------------------------------------------------

    def append(self, items: Sequence[LogItem]) -> None:
        """Add rows, oldest first."""
        done = 0
        while done < len(items):
            room = self._stop % self._chunk_rows
            if room == 0:
                self._chunks.append(Chunk(self._chunk_rows))
            part = items[done : done + self._chunk_rows - room]
            self._fill(self._chunks[-1], part)
            self._stop += len(part)
            done += len(part)

    def trim(self) -> int:
        """Drop the oldest chunks beyond the limit; return how many rows went."""
        before = self._first
        while len(self) > self._max_rows and len(self._chunks) > 1:
            self._dropped_events += len(self._chunks.popleft().events)
            self._first += self._chunk_rows
        for index in (self._events, self._problems):
            index.drop_first(index.rows_below(self._first))
        return self._first - before

    def _fill(self, chunk: Chunk, items: Sequence[LogItem]) -> None:
        """Write rows into a chunk behind those it has."""
        rows: list[ColumnValues] = []
        texts: list[bytes] = []
        end = chunk.end
        problems: list[int] = []
        events: list[int] = []
        for number, (row_id, item) in enumerate(items):
            offset, position = chunk.rows + number, self._stop + number
            if isinstance(item, SessionEvent):
                text, flags = item.text, RowFlag.EVENT.value
                chunk.events[offset] = item.kind
                events.append(position)
            else:
                text, flags = item.message.text, flags_of(item)
                if flags & RowFlag.CUT:
                    words = describe(item.message, item.direction)
                    chunk.cut_words[offset] = self._same_words(words)
                    text = head_of(item)
                if flags & (RowFlag.PROBLEM | RowFlag.UNKNOWN):
                    problems.append(position)
            texts.append(text.encode("utf-8", "surrogatepass"))
            end += len(texts[-1]) + 1
            rows.append(self._values(row_id, item, end, flags))
        texts.append(b"")
        chunk.append(rows, SEPARATOR.join(texts))
        self._problems.append(np.array(problems, np.uint32))
        self._events.append(np.array(events, np.uint32))

    def _values(
        self, row_id: int, item: Entry | SessionEvent, end: int, flags: int
    ) -> ColumnValues:
        if isinstance(item, SessionEvent):
            # The number of the message before it, that numbers ascend and one can be looked for.
            form = self.forms.index(EVENT_FORM)
            return (self._last_id, item.time_ns, NO_SEQNO, end, 0, form, flags)
        self._last_id = row_id
        seqno = item.seqno
        if seqno is None or not NO_SEQNO < seqno < -NO_SEQNO:
            seqno = NO_SEQNO
        sender, source = item.sender, item.source
        origin = self.origins.index((type(sender), sender, type(source), source))
        return (row_id, item.time_ns, seqno, end, origin, self.forms.index(form_of(item)), flags)

    def _same_words(self, words: RowText) -> RowText:
        """Return words that were said before in their place: those of images repeat."""
        if len(self._words) >= _MOST_WORDS:
            self._words.clear()
        return self._words.setdefault(words, words)

    def set_ticket(self, ticket: Ticket) -> int | None:
        """Note what became of a command; return its row's position, or None if it is gone."""
        position = None if ticket.row_id is None else self.message_position(ticket.row_id)
        if position is not None:
            chunk, offset = self._locate(position)
            chunk.tickets[offset] = ticket
        return position

    # --- reading ----------------------------------------------------------------------------

    def row(self, position: int) -> LogRow:
        """Return the row at a position between `first` and `stop`."""
        chunk, offset = self._locate(position)
        row_id, time_ns, seqno, _, origin, form, flags = chunk.columns[offset].item()
        text = chunk.text(offset)
        words = chunk.cut_words.get(offset)
        if flags & RowFlag.EVENT:
            row_id, words = 0, describe_event(chunk.events[offset], text)
        elif words is None:
            words = describe_text(text, Direction.OUT if flags & RowFlag.OUT else Direction.IN)
        _, sender, _, source = self.origins[origin]
        return LogRow(
            row_id=row_id,
            time_ns=time_ns,
            form=self.forms[form],
            flags=flags,
            text=text,
            words=words,
            sender=sender,
            source=source,
            seqno=None if seqno == NO_SEQNO else seqno,
            event=chunk.events.get(offset, ""),
            ticket=chunk.tickets.get(offset),
        )

    def time_ns(self, position: int) -> int:
        """Return when the row at a position was: UTC, nanoseconds since 1970."""
        chunk, offset = self._locate(position)
        return int(chunk.columns["time_ns"][offset])

    def row_ids(self, positions: Positions) -> NDArray[np.int64]:
        """Return the recorder's numbers of the messages at ascending positions."""
        ids = []
        for chunk, offsets in self._by_chunk(positions):
            found = chunk.columns["row_id"][offsets]
            if chunk.events:
                found = found[chunk.columns["flags"][offsets] & RowFlag.EVENT == 0]
            ids.append(found)
        return np.concatenate(ids) if ids else np.empty(0, np.int64)

    def position_of(self, row_id: int) -> int:
        """Return the position of a message, or of the last row before it (`first` - 1 if none).

        Numbers ascend, and an event has that of the message before it.
        """
        low, high = 0, len(self._chunks)
        while low < high:
            middle = (low + high) // 2
            if self._chunks[middle].columns["row_id"][0] <= row_id:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            return self._first - 1
        ids = self._chunks[low - 1].columns["row_id"]
        before = int(np.searchsorted(ids, row_id, side="right"))
        return self._first + (low - 1) * self._chunk_rows + before - 1

    def message_position(self, row_id: int) -> int | None:
        """Return the position of a message, or None if it is not here."""
        position = self.position_of(row_id)
        while position >= self._first:
            chunk, offset = self._locate(position)
            if chunk.columns["row_id"][offset] != row_id:
                return None
            if offset not in chunk.events:
                return position
            position -= 1
        return None

    def stretches(self, start: int, stop: int) -> Iterator[tuple[int, Chunk, int, int]]:
        """Yield the rows from start up to stop, chunk by chunk.

        Yields:
            Position of the first row, its chunk, and its offset there and that of the end.
        """
        start = max(start, self._first)
        while start < stop:
            chunk, offset = self._locate(start)
            end = min(offset + stop - start, self._chunk_rows)
            yield start, chunk, offset, end
            start += end - offset

    def _locate(self, position: int) -> tuple[Chunk, int]:
        chunk, offset = divmod(position - self._first, self._chunk_rows)
        return self._chunks[chunk], offset

    def _by_chunk(self, positions: Positions) -> Iterator[tuple[Chunk, Positions]]:
        """Split ascending positions into the chunks they lie in, as offsets in each."""
        starts = np.arange(self._first, self._stop, self._chunk_rows)
        places = np.searchsorted(positions, np.append(starts, self._stop))
        for chunk, start, low, high in zip(
            self._chunks, starts.tolist(), places[:-1], places[1:], strict=True
        ):
            if low < high:
                yield chunk, positions[low:high] - np.uint32(start)
