"""Copies chosen messages of the log, with their whole texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from PySide6.QtGui import QGuiApplication

from ifcbgui.ui.models.log_lines import LineOf
from ifcbgui.ui.models.log_row import LogRow, RowFlag
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_index import Positions

_MAX_COPIED: Final = 10_000
_MAX_COPIED_CHARACTERS: Final = 32_000_000
_ROWS_READ_AT_ONCE: Final = 100

TextsOf = Callable[[Sequence[int]], Mapping[int, str]]


class LogCopier:
    """Puts messages onto the clipboard.

    Args:
        store: Where the rows are.
        texts_of: Returns the whole texts of many recorded rows, by ascending numbers.
    """

    def __init__(self, store: LogStore, texts_of: TextsOf) -> None:
        self._store = store
        self._texts_of = texts_of

    def copy(self, positions: Positions, line_of: LineOf) -> str:
        """Copy the rows at some positions, a line each; return what the operator must know."""
        if not len(positions):
            return ""
        lines: list[str] = []
        size = 0
        for row, text in self._whole_rows(positions[:_MAX_COPIED]):
            line = line_of(row, text)
            size += len(line) + 1
            if lines and size > _MAX_COPIED_CHARACTERS:
                break
            lines.append(line)
        QGuiApplication.clipboard().setText("\n".join(lines))
        if len(lines) == len(positions):
            return ""
        return (
            f"Copied the first {len(lines):,} of {len(positions):,} messages. "
            "Save the log to have all of them."
        )

    def _whole_rows(self, positions: Positions) -> Iterator[tuple[LogRow, str]]:
        """Yield the rows at some positions with their whole texts, reading on as far as asked."""
        for start in range(0, len(positions), _ROWS_READ_AT_ONCE):
            part = positions[start : start + _ROWS_READ_AT_ONCE].tolist()
            rows = list(map(self._store.row, part))
            cut = [row.row_id for row in rows if row.flags & RowFlag.CUT]
            texts = self._texts_of(cut) if cut else {}
            for row in rows:
                yield row, texts.get(row.row_id, row.text)
