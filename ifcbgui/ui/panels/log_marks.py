"""What stands out in the log: bookmarks, marks on the scroll bar, colours by rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QInputDialog, QWidget

from ifcbgui.settings import Settings
from ifcbgui.ui.models.highlights import Highlights, Rule, filter_row
from ifcbgui.ui.models.log_columns import Column
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.log_row import LogRow
from ifcbgui.ui.models.row_index import Positions, rows_of
from ifcbgui.ui.panels.log_find import LogFind
from ifcbgui.ui.widgets.highlight_editor import HighlightEditor
from ifcbgui.ui.widgets.log_scroll_bar import LogScrollBar
from ifcbgui.ui.widgets.log_table import LogTable

_MARKS_PERIOD_MS: Final = 400
_FOUND: Final = "warn"


class LogMarks(QObject):
    """Bookmarks, and on the scroll bar where they, events, problems and finds are.

    Args:
        model: The rows of the log.
        table: The log.
        find: What is found in it.
        parent: Parent of dialogs.
    """

    def __init__(self, model: LogModel, table: LogTable, find: LogFind, parent: QWidget) -> None:
        super().__init__(parent)
        self._log, self._table, self._find, self._window = model, table, find, parent
        self._bar = LogScrollBar(table)
        table.set_scroll_bar(self._bar)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_MARKS_PERIOD_MS)
        self._timer.timeout.connect(self._show)
        for changed in (model.counts_changed, find.found_changed, model.bookmarks.changed):
            changed.connect(self._plan)
        model.bookmarks.changed.connect(table.viewport().update)

    @Slot()
    def toggle_bookmark(self) -> None:
        """Mark the current message, or no longer."""
        row = self._current()
        if row is None:
            return
        if self._log.bookmarks.note(row.row_id) is None:
            self._log.bookmarks.put(row.row_id, "")
        else:
            self._log.bookmarks.remove(row.row_id)

    def go_to_bookmark(self, step: int) -> None:
        """Choose the next bookmarked message behind the current one (1), or before it (-1)."""
        marked = self._bookmarked()
        current = self._table.chosen_position()
        start = self._log.store.stop if current is None else current
        place = int(np.searchsorted(marked, start, side="right" if step > 0 else "left"))
        place = place if step > 0 else place - 1
        if 0 <= place < len(marked):
            self._table.go_to(int(marked[place]))

    def menu_entries(self, row: LogRow) -> list[tuple[str, Callable[[], object]]]:
        """Return what the menu of a row offers of bookmarks."""
        marks = self._log.bookmarks
        going: list[tuple[str, Callable[[], object]]] = [
            ("Previous bookmark\tAlt+Shift+Up", partial(self.go_to_bookmark, -1)),
            ("Next bookmark\tAlt+Shift+Down", partial(self.go_to_bookmark, 1)),
        ]
        if row.event or not marks.kept:
            return going if len(marks) else []
        marked = marks.note(row.row_id) is not None
        words = "Remove &bookmark\tCtrl+B" if marked else "&Bookmark\tCtrl+B"
        return [
            (words, self.toggle_bookmark),
            ("Bookmark with a &note…", partial(self._ask_for_note, row.row_id)),
            *(going if len(marks) else []),
        ]

    def _ask_for_note(self, row_id: int) -> None:
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Bookmark")
        dialog.setLabelText(f"Note for message {row_id:,}")
        dialog.setTextValue(self._log.bookmarks.note(row_id) or "")
        dialog.setModal(False)
        dialog.textValueSelected.connect(partial(self._put_note, row_id))
        dialog.show()

    def _put_note(self, row_id: int, note: str) -> None:
        self._log.bookmarks.put(row_id, note.strip())
        if note.strip():
            self._table.header.set_shown(Column.NOTE, True)

    def _current(self) -> LogRow | None:
        position = self._table.chosen_position()
        row = None if position is None else self._log.store.row(position)
        return row if row is not None and not row.event else None

    def _bookmarked(self) -> Positions:
        """Return the positions of the bookmarked messages that are shown, ascending."""
        store, shown = self._log.store, self._log.positions
        ids = self._log.bookmarks.row_ids().tolist()
        positions = [store.message_position(row_id) for row_id in ids]
        known = np.array([place for place in positions if place is not None], np.uint32)
        return shown[rows_of(known, shown)]

    @Slot()
    def _plan(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show(self) -> None:
        store = self._log.store
        marks = {_FOUND: self._find.positions, "stale": store.problem_positions}
        marks |= {"info": store.event_positions, "accent": self._bookmarked()}
        self._bar.show_marks(self._log.positions, marks)


class LogColours(QObject):
    """Gives messages the colours of the rules in force, and what was found another.

    Args:
        settings: Where the rules are.
        table: The log.
        find: What is found in it.
        parent: Parent of the editor.
    """

    def __init__(self, settings: Settings, table: LogTable, find: LogFind, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._table, self._find, self._window = settings, table, find, parent
        self._highlights = Highlights()
        self._editor: HighlightEditor | None = None
        table.highlight_of = self._colour_of
        find.found_changed.connect(table.viewport().update)
        self._take_rules()

    @Slot()
    def edit(self) -> None:
        """Open the editor of the rules."""
        if self._editor is None:
            self._editor = HighlightEditor(self._settings, self._window)
            self._editor.changed.connect(self._take_rules)
        self._editor.show()
        self._editor.raise_()

    @Slot()
    def _take_rules(self) -> None:
        rules = self._settings.log_highlights.get(self._settings.log_highlight_set, [])
        self._highlights = Highlights([Rule(*rule) for rule in rules])
        self._table.viewport().update()

    def _colour_of(self, row: LogRow) -> str:
        wanted = self._find.wanted
        if wanted is not None and not row.event and wanted.matches_row(filter_row(row)):
            return _FOUND
        return self._highlights.colour_of(row)
