"""Copies chosen messages of the log, with their whole texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from ifcbgui.ui.models.log_lines import LineOf
from ifcbgui.ui.models.log_row import LogRow, RowFlag
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_index import Positions

_MAX_COPIED: Final = 10_000
_MAX_COPIED_CHARACTERS: Final = 32_000_000
_ROWS_READ_AT_ONCE: Final = 100
_SLICE_S: Final = 0.012

TextsOf = Callable[[Sequence[int]], Mapping[int, str]]


class LogCopier(QObject):
    """Puts messages onto the clipboard, in slices that let the window paint.

    Args:
        store: Where the rows are.
        texts_of: Returns the whole texts of many recorded rows, by ascending numbers.
        parent: Qt parent.

    Signals:
        limited: Not all were copied: what the operator must know.
    """

    limited = Signal(str)

    def __init__(self, store: LogStore, texts_of: TextsOf, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._texts_of = texts_of
        self._lines: Iterator[str] = iter(())
        self._copied: list[str] = []
        self._wanted = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._copy_on)

    def copy(self, positions: Positions, line_of: LineOf) -> None:
        """Copy the rows at some positions, a line each, in the place of what is being copied."""
        self.cancel()
        if len(positions):
            self._wanted = len(positions)
            self._lines = self._limited_lines(positions[:_MAX_COPIED], line_of)
            self._copied = []
            self._timer.start()
            self._copy_on()

    def cancel(self) -> None:
        """Leave the clipboard as it is."""
        self._timer.stop()
        self._lines = iter(())

    @Slot()
    def _copy_on(self) -> None:
        until = time.monotonic() + _SLICE_S
        for line in self._lines:
            self._copied.append(line)
            if time.monotonic() > until:
                return
        self._timer.stop()
        lines, self._copied = self._copied, []
        QGuiApplication.clipboard().setText("\n".join(lines))
        if len(lines) < self._wanted:
            self.limited.emit(
                f"Copied the first {len(lines):,} of {self._wanted:,} messages. "
                "Save the log to have all of them."
            )

    def _limited_lines(self, positions: Positions, line_of: LineOf) -> Iterator[str]:
        size = 0
        for row, text in self._whole_rows(positions):
            line = line_of(row, text)
            size += len(line) + 1
            if size > _MAX_COPIED_CHARACTERS and size > len(line) + 1:
                return
            yield line

    def _whole_rows(self, positions: Positions) -> Iterator[tuple[LogRow, str]]:
        """Yield the rows at some positions with their whole texts, reading on as far as asked."""
        for start in range(0, len(positions), _ROWS_READ_AT_ONCE):
            part = positions[start : start + _ROWS_READ_AT_ONCE].tolist()
            rows = [self._store.row(at) for at in part if at >= self._store.first]
            cut = [row.row_id for row in rows if row.flags & RowFlag.CUT]
            texts = self._texts_of(cut) if cut else {}
            for row in rows:
                yield row, texts.get(row.row_id, row.text)
