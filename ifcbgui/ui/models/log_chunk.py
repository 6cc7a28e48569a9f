"""What the rows of the message log are kept in: columns, texts in one piece, names by number."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ifcbgui.instrument.ticket import Ticket
from ifcbgui.ui.models.log_text import RowText

SEPARATOR: Final = b"\xff"
"""Stands behind each text, and in none: no UTF-8 has it."""

_MAX_NAMES: Final = 65_535
_COLUMNS: Final = np.dtype(
    [
        ("row_id", np.int64),
        ("time_ns", np.int64),
        ("seqno", np.int64),
        ("end", np.uint32),
        ("origin", np.uint16),
        ("form", np.uint16),
        ("flags", np.uint8),
    ]
)

ColumnValues = tuple[int, int, int, int, int, int, int]
"""Values of the columns of a row, in their order."""

T = TypeVar("T", bound=Hashable)


class Chunk:
    """A stretch of rows: columns, texts, and by offset what only few rows have.

    Attributes:
        rows: Number of rows in it.
        cut_words: The words of those whose texts are not kept whole.
        events: The kinds of those that are events.
        tickets: What became of commands.
    """

    __slots__ = ("_columns", "_lower", "_texts", "cut_words", "events", "rows", "tickets")

    def __init__(self, capacity: int) -> None:
        self._columns = np.empty(capacity, _COLUMNS)
        self._texts: bytearray | bytes = bytearray()
        self._lower = False
        self.rows = 0
        self.cut_words: dict[int, RowText] = {}
        self.events: dict[int, str] = {}
        self.tickets: dict[int, Ticket] = {}

    @property
    def columns(self) -> NDArray[np.void]:
        """What every row has."""
        return self._columns[: self.rows]

    @property
    def end(self) -> int:
        """Number of bytes of all texts with their separators."""
        return len(self._texts)

    def append(self, rows: Sequence[ColumnValues], texts: bytes) -> None:
        """Add rows, each with the end of its text, and their texts with separators."""
        stop = self.rows + len(rows)
        self._columns[self.rows : stop] = rows
        self._texts += texts
        self.rows = stop
        if stop == len(self._columns):
            self._texts = bytes(self._texts)  # without the spare room of what still grows
            self._lower = self._texts == self._texts.lower()

    def text(self, offset: int) -> str:
        """Return the text of a row."""
        start = int(self._columns["end"][offset - 1]) if offset else 0
        text = self._texts[start : int(self._columns["end"][offset]) - 1]
        return text.decode("utf-8", "surrogatepass")

    def texts(self, start: int, stop: int) -> tuple[bytes | bytearray, NDArray[np.uint32]]:
        """Return the texts of rows in one piece, and where each ends in it, separator included."""
        begin = int(self._columns["end"][start - 1]) if start else 0
        ends = self._columns["end"][start:stop]
        last = int(ends[-1]) if len(ends) else begin
        return self._texts[begin:last], ends - np.uint32(begin)

    def lower_texts(self, start: int, stop: int) -> tuple[bytes | bytearray, NDArray[np.uint32]]:
        """Return the same with A to Z made small; most of what instruments say is so already."""
        texts, ends = self.texts(start, stop)
        return texts if self._lower else texts.lower(), ends


class Names(Generic[T]):
    """Values that repeat, numbered in order of first sight; 0 stands for all beyond the limit."""

    def __init__(self, other: T) -> None:
        self.values: list[T] = [other]
        self._numbers: dict[T, int] = {other: 0}

    def __getitem__(self, number: int) -> T:
        return self.values[number]

    def index(self, value: T) -> int:
        """Return the number of a value, giving it one while there are any left."""
        number = self._numbers.get(value)
        if number is None:
            if len(self.values) >= _MAX_NAMES:
                return 0
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number
