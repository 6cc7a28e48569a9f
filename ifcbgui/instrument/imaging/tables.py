"""Rows of numbers that grow at the end, and what rows of triggers, ROIs and frames hold."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.void]

_SIGNALS: Final = [(name, "f4") for name in ("peak_a", "peak_b", "integrated_a", "integrated_b")]

ROI: Final = np.dtype(
    [
        ("message_id", "i8"),
        ("index", "i4"),
        ("time_ns", "i8"),
        ("trigger", "i8"),
        ("left", "i4"),
        ("top", "i4"),
        ("width", "i4"),
        ("height", "i4"),
        *_SIGNALS,
    ]
)
"""A region of interest: the message it came with and its place in it, UTC of arrival, number of
its trigger (0 where not known), place and size in the frame (pixels), photomultipliers' readings
(volts, NaN where nobody said them)."""

TRIGGER: Final = np.dtype(
    [
        ("message_id", "i8"),
        ("time_ns", "i8"),
        ("number", "i8"),
        ("rois", "i4"),
        ("left", "i4"),
        ("top", "i4"),
        ("f1", "f4"),
        ("f2", "f4"),
        ("f3", "f4"),
        ("f4", "f4"),
        *_SIGNALS,
    ]
)
"""A trigger: the first message about it, UTC of that, its number, how many ROIs (-1 where nobody
said), where ``graphchanged`` saw a ROI (-1 for nowhere), the four values of ``graphchanged``
(order not verified) and the photomultipliers' readings (volts, NaN where nobody said them)."""

FRAME: Final = np.dtype([("message_id", "i8"), ("time_ns", "i8"), ("trigger", "i8")])
"""A full frame: the message it is in, UTC of its arrival, number of its trigger (0: not known)."""

SAMPLE: Final = np.dtype([("time_ns", "i8"), ("value", "f8")])
"""A value at a time (UTC); NaN where a gap begins."""

_FIRST_ROOM: Final = 256


class Table:
    """Rows in the order in which they came, the newest of them.

    When there are too many, the oldest quarter goes at once. Each row has a number that it
    keeps: that of the first row ever is 0.

    Args:
        dtype: What a row holds.
        most: How many rows are kept.
    """

    def __init__(self, dtype: np.dtype[Any], most: int) -> None:
        self._most = most
        self._buffer: Rows = np.empty(min(_FIRST_ROOM, most), dtype)
        self._length = 0
        self._first = 0
        self._revision = 0
        self._epoch = 0

    def __len__(self) -> int:
        return self._length

    @property
    def rows(self) -> Rows:
        """The rows, oldest first. Only good until the table changes: copy what is to stay."""
        rows = self._buffer[: self._length]
        rows.flags.writeable = False
        return rows

    @property
    def first(self) -> int:
        """Number of the oldest row that is kept: how many have gone."""
        return self._first

    @property
    def stop(self) -> int:
        """Number that the next row will have."""
        return self._first + self._length

    @property
    def revision(self) -> int:
        """Grows with each change."""
        return self._revision

    @property
    def epoch(self) -> int:
        """Grows each time that numbers begin anew."""
        return self._epoch

    def append(self, row: tuple[Any, ...]) -> int:
        """Add a row, its values in the order of the dtype; return its number."""
        if self._length == len(self._buffer):
            self._make_room(1)
        self._buffer[self._length] = row
        self._length += 1
        self._revision += 1
        return self._first + self._length - 1

    def extend(self, rows: Rows) -> None:
        """Add rows; of more than are kept, the last."""
        skipped = max(0, len(rows) - self._most)
        if skipped:
            self.clear_rows(skipped)
            rows = rows[skipped:]
        self._make_room(len(rows))
        self._buffer[self._length : self._length + len(rows)] = rows
        self._length += len(rows)
        self._revision += 1

    def amend(self, number: int, **values: Any) -> None:
        """Change values of a row; one that has gone is left alone."""
        index = number - self._first
        if 0 <= index < self._length:
            for name, value in values.items():
                self._buffer[name][index] = value
            self._revision += 1

    def clear(self) -> None:
        """Forget all rows; numbers begin anew."""
        self._length = self._first = 0
        self._revision += 1
        self._epoch += 1

    def adopt(self, other: Table) -> None:
        """Take over the rows of another table and their numbers; it is then of no use."""
        self._buffer, self._most = other._buffer, other._most
        self._length, self._first = other._length, other._first
        self._revision += 1
        self._epoch += 1

    def clear_rows(self, skipped: int = 0) -> None:
        """Let all rows go, and so many that were never kept; numbers go on."""
        self._first += self._length + skipped
        self._length = 0
        self._revision += 1

    def _make_room(self, wanted: int) -> None:
        if self._length + wanted <= len(self._buffer):
            return
        if len(self._buffer) < self._most:
            room = min(max(2 * len(self._buffer), self._length + wanted), self._most)
            buffer = np.empty(room, self._buffer.dtype)
            buffer[: self._length] = self._buffer[: self._length]
            self._buffer = buffer
        if self._length + wanted > len(self._buffer):
            gone = min(max(self._most // 4, self._length + wanted - self._most), self._length)
            # A new buffer: somebody may still look at the rows of the old one.
            buffer = np.empty_like(self._buffer)
            buffer[: self._length - gone] = self._buffer[gone : self._length]
            self._buffer = buffer
            self._length -= gone
            self._first += gone
