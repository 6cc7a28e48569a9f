"""The message log with its filter, its details and what can be done with chosen messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from ifcbgui.instrument.ticket import Ticket
from ifcbgui.session.filters import Term
from ifcbgui.ui.models.log_lines import LineOf, bare_line, json_line, text_line, tsv_row
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.log_row import LogItem, LogRow, RowFlag
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.models.row_index import Positions
from ifcbgui.ui.widgets.log_detail import LogDetail
from ifcbgui.ui.widgets.log_filter_bar import LogFilterBar
from ifcbgui.ui.widgets.log_footer import LogFooter
from ifcbgui.ui.widgets.log_table import LogTable

_MAX_COPIED: Final = 10_000
_MAX_COPIED_CHARACTERS: Final = 32_000_000
_ROWS_READ_AT_ONCE: Final = 100
_DETAIL_DELAY_MS: Final = 30
_SIDE_BY_SIDE_WIDTH: Final = 820

TextOf = Callable[[int], str | None]
TextsOf = Callable[[Sequence[int]], Mapping[int, str]]


class LogPanel(QWidget):
    """Shows every message, and nothing that was not recorded before.

    Args:
        text_of: Returns the whole text of a recorded row by its number, or None.
        texts_of: Returns those of many rows, by ascending numbers; one by one if None.
        utc: Show times in UTC; else in the machine's zone.
        store: Holds the rows; of its own kind for tests.
        parent: Qt parent.

    Signals:
        notice: One sentence for the operator.
        moment_requested: A double click on a message: its row number, and when it was (UTC,
            nanoseconds since 1970; as an object, since Qt's numbers are too small).
    """

    notice = Signal(str)
    moment_requested = Signal(object, object)

    def __init__(
        self,
        text_of: TextOf,
        *,
        texts_of: TextsOf | None = None,
        utc: bool = True,
        store: LogStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text_of = text_of
        self._texts_of = texts_of or self._one_by_one
        self._menu_kind = ""
        store = LogStore() if store is None else store
        self.model = LogModel(store, utc=utc, parent=self)
        self.table = LogTable(self.model, self)
        self.filter_bar = LogFilterBar(self)
        self.detail = LogDetail(self)
        self.footer = LogFooter(self)
        self._detail_timer = QTimer(self)
        self._detail_timer.setSingleShot(True)
        self._detail_timer.setInterval(_DETAIL_DELAY_MS)
        self._lay_out()
        self._connect()
        self._show_counts()

    def _lay_out(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(self.detail)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self.detail.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filter_bar)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self.model.counts_changed.connect(self._show_counts)
        self.filter_bar.filter_changed.connect(self.model.set_filter)
        self.filter_bar.problem_changed.connect(self.footer.show_problem)
        self.filter_bar.left.connect(self.table.setFocus)
        self.table.following_changed.connect(self._show_following)
        self.table.unseen_changed.connect(self._show_following)
        self.table.row_chosen.connect(self._detail_timer.start)
        self.table.detail_requested.connect(self._open_detail)
        self.table.copy_requested.connect(self.copy_text)
        self.table.moment_requested.connect(self.moment_requested)
        self.table.menu_requested.connect(self._show_menu)
        self.footer.follow_requested.connect(self.table.set_following)
        self.footer.detail_toggled.connect(self._on_detail_toggled)
        self._detail_timer.timeout.connect(self._show_detail)

    # --- for the window ---------------------------------------------------------------------

    @Slot(list)
    def add_rows(self, items: Sequence[LogItem]) -> None:
        """Show new messages, each with its row number, and events (number 0), oldest first."""
        self.model.add_rows(items)

    @Slot(list)
    def show_tickets(self, tickets: Sequence[Ticket]) -> None:
        """Show what became of commands, in their rows and in the details."""
        self.model.set_tickets(tickets)
        position = self.table.chosen_position()
        if position is not None and self.model.store.row(position).ticket in tickets:
            self._detail_timer.start()

    @Slot()
    def clear(self) -> None:
        """Forget every message, for another session; the filter stays."""
        self.model.clear()
        self.detail.clear()
        self.table.set_following(True)

    @Slot(bool)
    def set_utc(self, utc: bool) -> None:
        """Show times in UTC, or in the machine's zone."""
        self.model.set_utc(utc)

    @Slot()
    def focus_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.filter_bar.focus()

    def narrow_filter(self, term: Term) -> None:
        """Show only those of the shown messages that satisfy a further term."""
        self.filter_bar.narrow(term)

    def set_cursor(self, row_id: int | None) -> None:
        """Mark the message at which a replay stands, and keep it in view; None for no mark.

        Where the message itself is not shown, the last shown before it is marked.
        """
        self.table.set_cursor(row_id)

    @Slot()
    def follow(self) -> None:
        """Go to the newest message and follow."""
        self.table.set_following(True)

    def shown_ids(self) -> NDArray[np.int64]:
        """Return the row numbers of all messages that the filter shows, ascending."""
        return self.model.store.row_ids(self.model.positions)

    def selected_ids(self) -> list[int]:
        """Return the row numbers of the selected messages, ascending."""
        ids: list[int] = self.model.store.row_ids(self.table.selected_positions()).tolist()
        return ids

    # --- copying ----------------------------------------------------------------------------

    @Slot()
    def copy_text(self) -> None:
        """Copy the selected messages as lines of time, direction and text."""
        self._copy(text_line)

    @Slot()
    def copy_tsv(self) -> None:
        """Copy the selected messages as tab-separated cells, for a spreadsheet."""
        self._copy(tsv_row)

    @Slot()
    def copy_json(self) -> None:
        """Copy the selected messages as JSON, one object a line."""
        self._copy(json_line)

    @Slot()
    def copy_messages(self) -> None:
        """Copy the bare texts of the selected messages, as they were on the wire."""
        self._copy(bare_line)

    def _copy(self, line_of: LineOf) -> None:
        positions = self.table.selected_positions()
        if not len(positions):
            return
        lines: list[str] = []
        size = 0
        for row, text in self._whole_rows(positions[:_MAX_COPIED]):
            line = line_of(row, text)
            size += len(line) + 1
            if lines and size > _MAX_COPIED_CHARACTERS:
                break
            lines.append(line)
        QGuiApplication.clipboard().setText("\n".join(lines))
        if len(lines) < len(positions):
            self.notice.emit(
                f"Copied the first {len(lines):,} of {len(positions):,} messages. "
                "Save the log to have all of them."
            )

    def _whole_rows(self, positions: Positions) -> Iterator[tuple[LogRow, str]]:
        """Yield the rows at some positions with their whole texts, reading on as far as asked."""
        for start in range(0, len(positions), _ROWS_READ_AT_ONCE):
            part = positions[start : start + _ROWS_READ_AT_ONCE].tolist()
            rows = list(map(self.model.store.row, part))
            cut = [row.row_id for row in rows if row.flags & RowFlag.CUT]
            texts = self._texts_of(cut) if cut else {}
            for row in rows:
                yield row, texts.get(row.row_id, row.text)

    def _one_by_one(self, ids: Sequence[int]) -> Mapping[int, str]:
        texts = ((row_id, self._text_of(row_id)) for row_id in ids)
        return {row_id: text for row_id, text in texts if text is not None}

    def _whole_text(self, row: LogRow) -> str | None:
        return self._text_of(row.row_id) if row.flags & RowFlag.CUT else row.text

    # --- menu -------------------------------------------------------------------------------

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        position = self.table.chosen_position()
        if position is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Copy", QKeySequence(QKeySequence.StandardKey.Copy), self.copy_text)
        menu.addAction("Copy as &TSV", self.copy_tsv)
        menu.addAction("Copy as &JSON", self.copy_json)
        menu.addAction("Copy &message text", self.copy_messages)
        menu.addSeparator()
        # Noted now: the row may be dropped while the menu is open.
        self._menu_kind = kind = self.model.store.row(position).group
        menu.addAction(f"Show &only kind “{kind}”", self._show_only_kind)
        menu.addAction(f"&Hide kind “{kind}”", self._hide_kind)
        menu.addSeparator()
        menu.addAction("&Previous link event\tAlt+Up", self._previous_event)
        menu.addAction("&Next link event\tAlt+Down", self._next_event)
        menu.addSeparator()
        menu.addAction("&Details", self._open_detail)
        menu.popup(place)

    @Slot()
    def _show_only_kind(self) -> None:
        self.filter_bar.show_only_kind(self._menu_kind)

    @Slot()
    def _hide_kind(self) -> None:
        self.filter_bar.hide_kind(self._menu_kind)

    @Slot()
    def _previous_event(self) -> None:
        self.table.go_to_event(-1)

    @Slot()
    def _next_event(self) -> None:
        self.table.go_to_event(1)

    # --- details and footer -----------------------------------------------------------------

    @Slot()
    def _open_detail(self) -> None:
        self.footer.set_detail_shown(True)
        self._show_detail()

    @Slot(bool)
    def _on_detail_toggled(self, shown: bool) -> None:
        self.detail.setVisible(shown)
        self._show_detail()

    @Slot()
    def _show_detail(self) -> None:
        position = self.table.chosen_position()
        if self.footer.detail_shown and position is not None:
            row = self.model.store.row(position)
            self.detail.show_row(row, self._whole_text(row), utc=self.model.utc)

    @Slot()
    def _show_counts(self) -> None:
        store = self.model.store
        self.footer.show_counts(self.model.messages, store.messages, store.dropped_messages)

    @Slot()
    def _show_following(self) -> None:
        self.footer.show_following(self.table.following, self.table.unseen)

    # --- Qt ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the filter by the usual key."""
        if event.matches(QKeySequence.StandardKey.Find):
            self.focus_filter()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details beside the messages where there is room, else below them."""
        super().resizeEvent(event)
        wide = self.width() >= _SIDE_BY_SIDE_WIDTH
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if orientation is not self._splitter.orientation():
            self._splitter.setOrientation(orientation)
            self._splitter.setSizes([self.width(), self.width() * 2 // 3])
