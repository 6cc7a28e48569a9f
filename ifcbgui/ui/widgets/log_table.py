"""The message log as a table: columns, keys, mouse, painting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import (
    QEvent,
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
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QWidget

from ifcbgui.ui.models.filtered_rows import AnyIndex
from ifcbgui.ui.models.log_columns import WIDEST, Column
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.log_row import LogRow
from ifcbgui.ui.theme import SPACE_S, scaled_font, tokens
from ifcbgui.ui.widgets.following_table import FollowingTable
from ifcbgui.ui.widgets.log_header import LogHeader
from ifcbgui.ui.widgets.log_painter import LogPainter, ShownRow

_EVENT_STEPS: Final = {
    QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up): -1,
    QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down): 1,
}
_MESSAGE_CHARACTERS: Final = (14, 38)
_MESSAGE_SHARE: Final = 0.28


class LogTable(FollowingTable):
    """Paints its rows by itself.

    Signals:
        detail_requested: Enter or a double click: show the whole message.
        moment_requested: A double click on a message: its row number, and its time in ns.
        copy_requested: The copy keys.
        menu_requested: Where on the screen a menu for the selected rows is wanted.
    """

    detail_requested = Signal()
    copy_requested = Signal()
    menu_requested = Signal(QPoint)
    moment_requested = Signal(object, object)

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        self.header = LogHeader()
        super().__init__(model, self.header, parent)
        self._cursor: int | None = None
        self.highlight_of: Callable[[LogRow], str] = lambda _row: ""
        """Returns the colour that a rule gives to a row, by its token, or ""."""
        self._tune()
        self.header.set_up()
        self._apply_font()
        self._set_column_widths()
        self.activated.connect(self._on_activated)
        self.doubleClicked.connect(self._on_double_clicked)
        self.header.arranged.connect(self._on_arranged)

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

    def _apply_font(self) -> None:
        font = scaled_font()
        metrics = QFontMetrics(font)
        self._font = font
        self._painter = LogPainter(font)
        self.header.set_inset(Column.MESSAGE, self._painter.mark_width)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(metrics.height() + SPACE_S // 2 + 2)

    def _set_column_widths(self) -> None:
        """Give the columns the widths of the widest text they are likely to hold."""
        metrics = QFontMetrics(self._font)
        for column, text in WIDEST.items():
            title = self._log.headerData(column, Qt.Orientation.Horizontal)
            width = max(metrics.horizontalAdvance(text), metrics.horizontalAdvance(title))
            self.setColumnWidth(column, width + 2 * SPACE_S + 2)
        self._share_width()

    @Slot()
    def _on_arranged(self) -> None:
        """Give the columns their own widths again where no other was chosen.

        The usual columns are cut where there is little room; chosen ones must be in reach.
        """
        if not self.header.widths_chosen:
            self._set_column_widths()
        policies = Qt.ScrollBarPolicy
        usual = not self.header.arrangement()
        bar = policies.ScrollBarAlwaysOff if usual else policies.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(bar)
        self.viewport().update()

    def _share_width(self) -> None:
        """Give the message's name its share of the width, within what names need."""
        if self.header.widths_chosen:
            return
        least, most = (QFontMetrics(self._font).averageCharWidth() * n for n in _MESSAGE_CHARACTERS)
        share = int(self.viewport().width() * _MESSAGE_SHARE)
        self.setColumnWidth(Column.MESSAGE, min(max(share, least), most))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width, and keep in view where a replay stands."""
        super().resizeEvent(event)
        self._share_width()
        if self.in_replay:
            self._show_cursor()

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

    def scrollTo(
        self,
        index: AnyIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a row into view; to the side only the reader moves it."""
        bar = self.horizontalScrollBar()
        place = bar.value()
        super().scrollTo(index, hint)
        bar.setValue(place)

    def go_to(self, position: int) -> None:
        """Choose the row that shows a position, with some of what is around it."""
        row = self._log.row_near(position)
        if row >= self._log.rowCount():
            return
        index = self._log.index(row, Column.MESSAGE)
        self._bring_into_view(index)
        self.setCurrentIndex(index)

    def _bring_into_view(self, index: QModelIndex) -> None:
        """Show a row with what is around it, unless it is in view."""
        top = self.verticalScrollBar().value()
        if not top <= index.row() < top + self.verticalScrollBar().pageStep() - 1:
            with self._own_move():
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    # --- the cursor of a replay -------------------------------------------------------------

    @property
    def unseen(self) -> int:
        """Number of rows that came since it stopped following; a replay brings nothing new."""
        return 0 if self.in_replay else super().unseen

    @property
    def in_replay(self) -> bool:
        """Whether the rows are those of a replay, which stands at one of them."""
        return self._cursor is not None

    def set_cursor(self, row_id: int | None) -> None:
        """Mark the row of a message, or the last shown before it, and keep it in view."""
        self._cursor = row_id
        self._show_cursor()

    def _show_cursor(self) -> None:
        row = self._cursor_row()
        if row is not None:
            self.set_following(False)
            self._bring_into_view(self._log.index(row, Column.TIME))
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
            log_row = self._log.log_row(row)
            shown = ShownRow(
                log_row,
                self._log.times(row),
                note=self._log.note(log_row),
                highlight=self.highlight_of(log_row),
                selected=row in selected,
                current=row == current,
            )
            place = QRect(0, top + (row - first) * height, self.viewport().width(), height)
            self._painter.paint_row(painter, place, cells, shown, colours)
            if row == cursor:
                self._painter.paint_cursor(painter, place.top(), height, colours)
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
