"""What the rows of the message log are kept in: fixed-size columns, and names by number."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

import numpy as np

from ifcbgui.instrument.ticket import Ticket
from ifcbgui.ui.models.log_text import RowText

_MAX_NAMES: Final = 65_535
_COLUMNS: Final = np.dtype(
    [
        ("row_id", np.int64),
        ("time_ns", np.int64),
        ("seqno", np.int64),
        ("label", np.uint16),
        ("origin", np.uint16),
        ("group", np.uint16),
        ("flags", np.uint8),
    ]
)

T = TypeVar("T", bound=Hashable)


class Chunk:
    """A stretch of rows: fixed-size columns, texts, and by offset what only few rows have.

    Attributes:
        columns: What every row has.
        texts: Their texts.
        cut_words: The words of those whose texts are not kept whole.
        events: The kinds of those that are events.
        tickets: What became of commands.
    """

    __slots__ = ("columns", "cut_words", "events", "texts", "tickets")

    def __init__(self, rows: int) -> None:
        self.columns = np.empty(rows, _COLUMNS)
        self.texts: list[str] = []
        self.cut_words: dict[int, RowText] = {}
        self.events: dict[int, str] = {}
        self.tickets: dict[int, Ticket] = {}


class Names(Generic[T]):
    """Values that repeat, numbered in order of first sight; 0 stands for all beyond the limit."""

    def __init__(self, other: T) -> None:
        self.values: list[T] = [other]
        self._numbers: dict[T, int] = {other: 0}

    def __getitem__(self, number: int) -> T:
        return self.values[number]

    def find(self, value: T) -> int:
        """Return the number of a value, or one that no row has."""
        return self._numbers.get(value, _MAX_NAMES)

    def index(self, value: T) -> int:
        """Return the number of a value, giving it one while there are any left."""
        number = self._numbers.get(value)
        if number is None:
            if len(self.values) >= _MAX_NAMES:
                return 0
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number
