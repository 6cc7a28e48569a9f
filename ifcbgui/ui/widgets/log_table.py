"""The message log as a table that follows the newest message until somebody reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QKeyCombination,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from ifcbgui.ui.models.log_model import AnyIndex, Column, LogModel
from ifcbgui.ui.models.row_index import Positions
from ifcbgui.ui.theme import SPACE_S, scaled_font, tokens
from ifcbgui.ui.widgets.log_header import LogHeader
from ifcbgui.ui.widgets.log_painter import LogPainter

_EVENT_STEPS: Final = {
    QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up): -1,
    QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down): 1,
}
_MAX_KEPT_RANGES: Final = 500
_MESSAGE_CHARACTERS: Final = (14, 30)
_MESSAGE_SHARE: Final = 0.28


@dataclass(frozen=True, slots=True)
class _Place:
    """What of a view has to survive a reset, by position in the store."""

    selected: Positions
    current: int | None
    anchor: int | None
    anchor_line: int


class LogTable(QTableView):
    """A `QTableView` that paints its rows by itself and keeps its place.

    It follows the newest row until somebody scrolls up or chooses another row, and again once
    the end is reached. Selection and place survive new rows, dropped rows and filters.

    Signals:
        following_changed: It follows the newest row, or no longer does.
        unseen_changed: Number of rows that came since it stopped following.
        row_chosen: Somebody made another row the current one.
        detail_requested: Enter or a double click: show the whole message.
        moment_requested: A double click on a message: its row number, and its time in ns.
        copy_requested: The copy keys.
        menu_requested: Where on the screen a menu for the selected rows is wanted.
    """

    following_changed = Signal(bool)
    unseen_changed = Signal(int)
    row_chosen = Signal()
    detail_requested = Signal()
    copy_requested = Signal()
    menu_requested = Signal(QPoint)
    moment_requested = Signal(object, object)

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = model
        self._following = True
        self._last_seen = -1
        self._unseen = 0
        self._own_moves = 0
        self._place: _Place | None = None
        self._cursor: int | None = None
        self._header = LogHeader(self)
        self._tune()
        self._apply_font()
        # Before the view's own connections, to see the selection before it goes.
        model.modelAboutToBeReset.connect(self._remember_place)
        self.setModel(model)
        model.needed_from = self._needed_from
        self._set_column_widths()
        self._connect()

    def _tune(self) -> None:
        self.setAccessibleName("Message log")
        self.setAccessibleDescription(
            "Messages to and from the instrument, the newest last. "
            "Alt+Up and Alt+Down go to what befell the link."
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalHeader(self._header)

    def _connect(self) -> None:
        # After the view's own connections, to have the last word.
        self._log.modelReset.connect(self._restore_place)
        self._log.rowsInserted.connect(self._on_rows_inserted)
        self._log.rowsRemoved.connect(self._on_rows_removed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.activated.connect(self._on_activated)
        self.doubleClicked.connect(self._on_double_clicked)

    def _apply_font(self) -> None:
        font = scaled_font()
        metrics = QFontMetrics(font)
        self._font = font
        self._painter = LogPainter(font)
        self._header.set_inset(Column.MESSAGE, self._painter.mark_width)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(metrics.height() + SPACE_S // 2 + 2)

    def _set_column_widths(self) -> None:
        """Give the columns the widths of the widest text they are likely to hold."""
        metrics = QFontMetrics(self._font)
        for column, text in (
            (Column.TIME, "00:00:00.000"),
            (Column.DIRECTION, "↑ out"),
            (Column.KIND, "environment"),
        ):
            title = self._log.headerData(column, Qt.Orientation.Horizontal)
            width = max(metrics.horizontalAdvance(text), metrics.horizontalAdvance(title))
            self.setColumnWidth(column, width + 2 * SPACE_S + 2)
        self._share_width()

    def _share_width(self) -> None:
        """Give the message's name its share of the width, within what names need."""
        least, most = (QFontMetrics(self._font).averageCharWidth() * n for n in _MESSAGE_CHARACTERS)
        share = int(self.viewport().width() * _MESSAGE_SHARE)
        self.setColumnWidth(Column.MESSAGE, min(max(share, least), most))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self._share_width()

    # --- following --------------------------------------------------------------------------

    @property
    def following(self) -> bool:
        """Whether the newest row is kept in view."""
        return self._following

    @property
    def unseen(self) -> int:
        """Number of shown rows that came since the table stopped following."""
        return self._unseen

    @Slot(bool)
    def set_following(self, following: bool) -> None:
        """Keep the newest row in view from now on, or stay where the view is."""
        if following:
            with self._own_move():
                self.scrollToBottom()
        if following is not self._following:
            self._following = following
            self._last_seen = self._log.store.stop - 1
            self.following_changed.emit(following)
        self._count_unseen()

    @Slot()
    def _count_unseen(self) -> None:
        unseen = 0
        if not self._following:
            unseen = self._log.rowCount() - self._log.row_near(self._last_seen + 1)
        if unseen != self._unseen:
            self._unseen = unseen
            self.unseen_changed.emit(unseen)

    def _needed_from(self) -> int:
        """Return the lowest position among what is read and what is chosen."""
        rows = [top for top, _ in self._selected_ranges()]
        if not self._following:
            rows.append(self.verticalScrollBar().value())
        known = [row for row in rows if row < self._log.rowCount()]
        return self._log.position(min(known)) if known else self._log.store.stop

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        if not self._own_moves:
            self.set_following(value >= self.verticalScrollBar().maximum())

    def updateGeometries(self) -> None:
        """Lay out again; while following, whatever changed, the newest row stays in view."""
        with self._own_move():
            super().updateGeometries()
            if self._following:
                bar = self.verticalScrollBar()
                bar.setValue(bar.maximum())

    # --- the rows somebody reads ------------------------------------------------------------

    def chosen_position(self) -> int | None:
        """Return the store's position of the current row, or None."""
        index = self.currentIndex()
        return self._log.position(index.row()) if index.isValid() else None

    def selected_positions(self) -> Positions:
        """Return the store's positions of the selected rows, ascending."""
        positions = self._log.positions
        parts = [positions[top : bottom + 1] for top, bottom in self._selected_ranges()]
        return np.concatenate(parts) if parts else np.empty(0, np.uint32)

    def _selected_ranges(self) -> list[tuple[int, int]]:
        selection = self.selectionModel().selection()
        parts = (selection.at(number) for number in range(selection.count()))
        return sorted((part.top(), part.bottom()) for part in parts)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Take the new current row; choosing one above the end stops following."""
        super().currentChanged(current, previous)
        if self._own_moves or not current.isValid():
            return
        if current.row() < self._log.rowCount() - 1:
            self.set_following(False)
        self.row_chosen.emit()

    def rowsAboutToBeRemoved(self, parent: AnyIndex, start: int, end: int) -> None:
        """Let rows go. Where the current one goes, no other takes its place."""
        with self._own_move():
            if start <= self.currentIndex().row() <= end:
                self.selectionModel().clearCurrentIndex()
            super().rowsAboutToBeRemoved(parent, start, end)

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        older = first == 0 and last < self._log.rowCount() - 1
        if older and not self._following:
            bar = self.verticalScrollBar()
            with self._own_move():
                self.updateGeometries()
                bar.setValue(bar.value() + last + 1)
        self._count_unseen()

    @Slot(QModelIndex, int, int)
    def _on_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        bar = self.verticalScrollBar()
        with self._own_move():
            bar.setValue(bar.value() - (last - first + 1))
        self._count_unseen()

    @Slot()
    def _remember_place(self) -> None:
        """Note what is selected, and the line of the row that must not jump."""
        bar, current = self.verticalScrollBar(), self.currentIndex()
        top, rows = bar.value(), self._log.rowCount()
        anchor = current.row() if top <= current.row() <= top + bar.pageStep() else top
        self._place = _Place(
            selected=self.selected_positions().copy(),
            current=self.chosen_position(),
            anchor=self._log.position(anchor) if anchor < rows else None,
            anchor_line=anchor - top,
        )

    @Slot()
    def _restore_place(self) -> None:
        """Select again what is still there, and put the view back into its place."""
        place, self._place = self._place, None
        if place is not None:
            with self._own_move():
                self._restore_selection(place)
                self.updateGeometries()
                if not self._following and place.anchor is not None:
                    row = self._log.row_near(place.anchor)
                    self.verticalScrollBar().setValue(row - place.anchor_line)
        self._count_unseen()

    def _restore_selection(self, place: _Place) -> None:
        rows = np.flatnonzero(np.isin(self._log.positions, place.selected, assume_unique=True))
        selection = QItemSelection()
        for top, bottom in _ranges(rows)[:_MAX_KEPT_RANGES]:
            selection.select(self._log.index(top, 0), self._log.index(bottom, Column.VALUE))
        chosen = self.selectionModel()
        chosen.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if place.current is not None:
            row = self._log.row_near(place.current)
            if row < self._log.rowCount() and self._log.position(row) == place.current:
                index = self._log.index(row, 0)
                chosen.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        """Mark moves of the view as the program's own, which say nothing of the reader's wish."""
        self._own_moves += 1
        try:
            yield
        finally:
            self._own_moves -= 1

    # --- keys and mouse ---------------------------------------------------------------------

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Return where a key leads: Home and End to the first and last row of all."""
        rows = self._log.rowCount()
        actions = QAbstractItemView.CursorAction
        if action is actions.MoveHome and rows:
            return self._log.index(0, 0)
        if action is actions.MoveEnd and rows:
            return self._log.index(rows - 1, 0)
        nothing_chosen = self._following and not self.selectionModel().hasSelection()
        if rows and (nothing_chosen or not self.currentIndex().isValid()):
            last_line = self.rowAt(self.viewport().height() - 1)
            return self._log.index(last_line if last_line >= 0 else rows - 1, 0)
        return super().moveCursor(action, modifiers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by our own rules, go to the link's events, and follow again at End."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
            return
        step = _EVENT_STEPS.get(event.keyCombination())
        if step is not None:
            self.go_to_event(step)
            return
        super().keyPressEvent(event)
        if event.key() == Qt.Key.Key_End:
            self.set_following(True)

    def go_to_event(self, step: int) -> None:
        """Choose the next event of the link behind the current row (1), or before it (-1)."""
        current = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
        start = current if current >= 0 else self._log.rowCount()
        row = self._log.event_row(start, step)
        if row is not None:
            self.setCurrentIndex(self._log.index(row, Column.MESSAGE))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the keyboard without that counting as choosing a row."""
        with self._own_move():
            super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu."""
        self.menu_requested.emit(event.globalPos())

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self.detail_requested.emit()

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        row = self._log.log_row(index.row())
        if not row.event:
            self.moment_requested.emit(row.row_id, row.time_ns)

    # --- the cursor of a replay -------------------------------------------------------------

    def set_cursor(self, row_id: int | None) -> None:
        """Mark the row of a message, or the last shown before it, and keep it in view."""
        self._cursor = row_id
        row = self._cursor_row()
        if row is not None:
            self.set_following(False)
            with self._own_move():
                self.scrollTo(self._log.index(row, Column.TIME))
        self.viewport().update()

    def _cursor_row(self) -> int | None:
        if self._cursor is None:
            return None
        position = self._log.store.position_of(self._cursor)
        row = self._log.row_near(position + 1) - 1
        return row if row >= 0 else None

    # --- painting ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in view."""
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        colours = tokens()
        painter.fillRect(event.rect(), colours.surface)
        rows = self._log.rowCount()
        if not rows:
            painter.setPen(colours.muted)
            area = self.viewport().rect().adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._empty_text())
            return
        first = max(self.rowAt(event.rect().top()), 0)
        height = self.rowHeight(first)
        top = self.rowViewportPosition(first)
        lines = (event.rect().bottom() - top) // height + 1
        cells = [(self.columnViewportPosition(c), self.columnWidth(c)) for c in Column]
        selected = self._selected_rows(first, first + lines)
        current = self.currentIndex().row() if self.hasFocus() and selected else -1
        cursor = self._cursor_row()
        for row in range(first, min(first + lines, rows)):
            self._painter.paint_row(
                painter,
                QRect(0, top + (row - first) * height, self.viewport().width(), height),
                cells,
                self._log.log_row(row),
                colours,
                utc=self._log.utc,
                selected=row in selected,
                current=row == current,
            )
            if row == cursor:
                self._painter.paint_cursor(painter, top + (row - first) * height, height, colours)
        if self.hasFocus() and current < 0:
            painter.setPen(colours.accent)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def _selected_rows(self, first: int, stop: int) -> set[int]:
        rows: set[int] = set()
        for top, bottom in self._selected_ranges():
            rows.update(range(max(top, first), min(bottom + 1, stop)))
        return rows

    def _empty_text(self) -> str:
        hidden = self._log.store.messages
        if hidden:
            return f"No message matches the filter — {hidden:,} hidden"
        return "No messages yet"

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._apply_font()
            self._set_column_widths()


def _ranges(rows: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Return ascending rows as (first, last) of each unbroken run."""
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) > 1)
    firsts = rows[np.concatenate(([0], breaks + 1))]
    lasts = rows[np.concatenate((breaks, [len(rows) - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
