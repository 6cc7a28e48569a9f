"""The message log with its filter, its details and what can be done with chosen messages."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ifcbgui.instrument.ticket import Ticket
from ifcbgui.session.filters import Term
from ifcbgui.session.filters.terms import Not, OfKind
from ifcbgui.settings import Settings
from ifcbgui.ui.models.log_columns import Column
from ifcbgui.ui.models.log_lines import LineOf, bare_line, json_line, text_line, tsv_row
from ifcbgui.ui.models.log_model import LogModel
from ifcbgui.ui.models.log_narrowing import narrowings
from ifcbgui.ui.models.log_row import LogItem, LogRow, RowFlag
from ifcbgui.ui.models.log_store import LogStore
from ifcbgui.ui.panels.log_copy import LogCopier, TextsOf
from ifcbgui.ui.panels.log_find import LogFind
from ifcbgui.ui.panels.log_marks import LogColours, LogMarks
from ifcbgui.ui.widgets.log_detail import LogDetail
from ifcbgui.ui.widgets.log_filter_bar import LogFilterBar
from ifcbgui.ui.widgets.log_footer import LogFooter
from ifcbgui.ui.widgets.log_menu import LogMenu
from ifcbgui.ui.widgets.log_table import LogTable

_DETAIL_DELAY_MS: Final = 30
_SIDE_BY_SIDE_WIDTH: Final = 820

TextOf = Callable[[int], str | None]


class LogPanel(QWidget):
    """Shows every message, and nothing that was not recorded before.

    Args:
        text_of: Returns the whole text of a recorded row by its number, or None.
        texts_of: Returns those of many rows, by ascending numbers; one by one if None.
        utc: Show times in UTC; else in the machine's zone.
        now_ns: What a filter's ``-10m`` counts back from; UTC, nanoseconds since 1970.
        settings: Where columns, filters and colours are kept; its owner saves them.
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
        now_ns: Callable[[], int] = time.time_ns,
        settings: Settings | None = None,
        store: LogStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text_of = text_of
        self._texts_of = texts_of or self._one_by_one
        self.settings = Settings() if settings is None else settings
        store = LogStore() if store is None else store
        self.model = LogModel(store, utc=utc, now_ns=now_ns, parent=self)
        self.bookmarks = self.model.bookmarks
        self._copier = LogCopier(store, self._texts_of, self)
        self.table = LogTable(self.model, self)
        self.finder = LogFind(self.model, self.table, self)
        self.filter_bar = LogFilterBar(self.settings.log_filters, self)
        self.detail = LogDetail(self)
        self.footer = LogFooter(self)
        self._detail_timer = QTimer(self)
        self._detail_timer.setSingleShot(True)
        self._detail_timer.setInterval(_DETAIL_DELAY_MS)
        self.marks = LogMarks(self.model, self.table, self.finder, self)
        self._colours = LogColours(self.settings, self.table, self.finder, self)
        self._lay_out()
        self._connect()
        self._restore()
        self._show_counts()

    def _lay_out(self) -> None:
        lists = QSplitter(Qt.Orientation.Vertical, self)
        lists.setChildrenCollapsible(False)
        lists.addWidget(self.table)
        lists.addWidget(self.finder.results)
        lists.setStretchFactor(0, 3)
        lists.setStretchFactor(1, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(lists)
        self._splitter.addWidget(self.detail)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self.detail.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in (
            (self.filter_bar, 0),
            (self.finder.bar, 0),
            (self._splitter, 1),
            (self.footer, 0),
        ):
            column.addWidget(widget, stretch)

    def _restore(self) -> None:
        """Arrange everything as it was left."""
        self.table.header.restore(_blob(self.settings.log_columns))
        self._splitter.restoreState(QByteArray(_blob(self.settings.log_splitter)))
        self.footer.set_detail_shown(self.settings.log_details)
        self.table.header.arranged.connect(self._keep_columns)
        self._splitter.splitterMoved.connect(self._keep_splitter)

    @Slot()
    def _keep_columns(self) -> None:
        self.settings.log_columns = _text(self.table.header.arrangement())

    @Slot()
    def _keep_splitter(self) -> None:
        self.settings.log_splitter = _text(self._splitter.saveState().data())

    def _connect(self) -> None:
        self.model.counts_changed.connect(self._show_counts)
        self.filter_bar.filter_changed.connect(self.model.set_filter)
        self.filter_bar.problem_changed.connect(self.footer.show_problem)
        self.filter_bar.left.connect(self.table.setFocus)
        self.filter_bar.find_requested.connect(self.finder.bar.open_bar)
        self.filter_bar.highlights_requested.connect(self._colours.edit)
        self.bookmarks.failed.connect(self.notice)
        self._copier.limited.connect(self.notice)
        self.model.progress_changed.connect(self.footer.show_progress)
        for words, key, act in (
            ("Fin&d in the log", "Ctrl+Shift+F", self.finder.bar.open_bar),
            ("Find ne&xt", "F3", partial(self.finder.step, 1)),
            ("Find the one &before", "Shift+F3", partial(self.finder.step, -1)),
            ("Book&mark the message", "Ctrl+B", self.marks.toggle_bookmark),
            ("Previous boo&kmark", "Alt+Shift+Up", partial(self.marks.go_to_bookmark, -1)),
            ("Next b&ookmark", "Alt+Shift+Down", partial(self.marks.go_to_bookmark, 1)),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(act)
            self.addAction(action)
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
        self._copier.cancel()
        self.model.clear()
        self.detail.clear()
        self.table.set_following(True)

    @Slot(bool)
    def set_utc(self, utc: bool) -> None:
        """Show times in UTC, or in the machine's zone."""
        self.model.set_utc(utc)
        self.finder.set_utc(utc)

    @Slot()
    def focus_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.filter_bar.focus()

    @Slot(object)
    def narrow_filter(self, term: Term) -> None:
        """Show only those of the shown messages that satisfy a further term."""
        self.filter_bar.narrow(term)

    def set_cursor(self, row_id: int | None) -> None:
        """Mark the message at which a replay stands, and keep it in view; None for no mark.

        Where the message itself is not shown, the last shown before it is marked.
        """
        self.table.set_cursor(row_id)

    @Slot(int)
    def show_message(self, row_id: int) -> None:
        """Choose a message; where it is not shown, say why."""
        store = self.model.store
        position = store.message_position(row_id)
        if position is None:
            self.notice.emit(f"Message {row_id:,} is no longer in the log; the session has it.")
            return
        self.table.set_following(False)
        self.table.go_to(position)
        if self.table.chosen_position() != position:
            self.notice.emit(f"The filter hides message {row_id:,}; what is chosen stands by it.")

    @Slot()
    def follow(self) -> None:
        """Go to the newest message and follow."""
        self.table.set_following(True)

    def shown_ids(self) -> NDArray[np.int64]:
        """Return the row numbers of all messages that the filter shows, ascending."""
        return self.model.store.row_ids(self.model.positions)

    def selected_ids(self) -> NDArray[np.int64]:
        """Return the row numbers of the selected messages, ascending."""
        return self.model.store.row_ids(self.table.selected_positions())

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
        self._copier.copy(self.table.selected_positions(), line_of)

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
        # Noted now: the row may be dropped while the menu is open.
        row = self.model.store.row(position)
        copying = (
            ("&Copy\tCtrl+C", self.copy_text),
            ("Copy as &TSV", self.copy_tsv),
            ("Copy as &JSON", self.copy_json),
            ("Copy &message text", self.copy_messages),
        )
        going = (
            ("&Previous link event\tAlt+Up", self._previous_event),
            ("&Next link event\tAlt+Down", self._next_event),
            ("&Details", self._open_detail),
            ("Count time from &here", partial(self._set_zero, row.time_ns)),
        )
        moment = partial(self.moment_requested.emit, row.row_id, row.time_ns)
        replayed = (("Go to this &moment", moment),) if self.table.in_replay else ()
        groups = (copying, (self.marks.menu_entries(row), (*replayed, *going)))
        menu = LogMenu(narrowings(row), groups, self)
        menu.narrowed.connect(self._narrow)
        menu.popup(place)

    @Slot(object)
    def _narrow(self, term: Term) -> None:
        """Narrow the filter by what was chosen in a menu; kinds have a button that shows it."""
        match term:
            case OfKind(kinds=kinds):
                self.filter_bar.show_only_kind(*kinds)
            case Not(OfKind(kinds=kinds)):
                self.filter_bar.hide_kind(*kinds)
            case _:
                self.narrow_filter(term)

    def _set_zero(self, time_ns: int) -> None:
        """Count relative times from a moment, in a column that is shown from now on."""
        self.model.set_zero(time_ns)
        self.table.header.set_shown(Column.RELATIVE, True)

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
        self.settings.log_details = shown
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


def _blob(text: str) -> bytes:
    """Return what a text of base64 stands for, as far as it can be read."""
    return bytes(QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore"))).data())


def _text(blob: bytes | bytearray | memoryview[int]) -> str:
    return base64.b64encode(blob).decode("ascii")
