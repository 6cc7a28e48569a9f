"""Every kind of message of this connection: how many, how often, what the last one said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ifcbgui.instrument.entry import Entry
from ifcbgui.session.tally import Tally, term_for
from ifcbgui.ui.icons import icon
from ifcbgui.ui.models.kinds_model import UNKNOWN_MARK, KindRow, KindsModel, kind_rows
from ifcbgui.ui.theme import SPACE_S, SPACE_XS
from ifcbgui.ui.widgets.polling import PollingWidget
from ifcbgui.ui.widgets.row_table import RowTable

REFRESH_MS: Final = 500

_NOTHING: Final = "No messages yet. Every kind of message gets a row here once it comes."


class ExplorerPanel(PollingWidget):
    """Counts all the time, and shows it while somebody can see it.

    Args:
        now_ns: Returns the monotonic time that ages are counted to.
        parent: Qt parent.

    Signals:
        kind_chosen: A `Term` that only messages of the chosen kind satisfy.
    """

    kind_chosen = Signal(object)

    def __init__(self, now_ns: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(REFRESH_MS, parent)
        self._now_ns = now_ns
        self.tally = Tally()
        self.model = KindsModel(self)
        self.search = _SearchField(self)
        self.table = RowTable(self.model, "Kinds of messages", self)
        self.summary = QLabel(self)
        self._lay_out()
        self.search.textChanged.connect(self.refresh)
        self.search.left.connect(self.table.setFocus)
        self.table.clicked.connect(self._choose)
        self.table.entered_row.connect(self._choose)
        self.refresh()

    def _lay_out(self) -> None:
        self.setAccessibleName("Message explorer")
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self.search, 1)
        row.addWidget(self.summary)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.table, 1)

    def add_entries(self, entries: Iterable[Entry]) -> None:
        """Count messages, in the order in which they came."""
        self.tally.add(entries)

    @Slot()
    def clear(self) -> None:
        """Forget everything, for another connection; the search stays."""
        self.tally.clear()
        self.model.set_rows(())
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show how things are now. Under the mouse no row changes its place."""
        words = self.search.text().casefold().split()
        rows = kind_rows(self.tally, self._now_ns())
        found = [row for row in rows if row.has(words)]
        self.model.set_rows(found, keep_order=self.table.viewport().underMouse())
        self.summary.setText(_summary(rows, found))
        looked_for = self.search.text().strip()
        self.table.set_empty_text(
            f"No kind of message has “{looked_for}” in it." if rows else _NOTHING
        )

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        row: KindRow = self.model.rows[index.row()]
        term = term_for(row.kind)
        if term is not None:
            self.kind_chosen.emit(term)


class _SearchField(QLineEdit):
    """Signals: left: Esc in an empty field, or Down: the keyboard is wanted at the rows."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Find a kind of message")
        self.setAccessibleName("Find a kind of message")
        self.setToolTip("Words in the name, key, kind, mark or last value of a message.")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(120)
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear by Esc, and leave by Esc or Down."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _summary(rows: list[KindRow], found: list[KindRow]) -> str:
    """Say how many kinds there are, and how many of them nobody knows."""
    if not rows:
        return ""
    kinds = f"{len(found)} of {len(rows)} kinds" if len(found) < len(rows) else f"{len(rows)} kinds"
    unknown = sum(row.mark == UNKNOWN_MARK for row in rows)
    messages = sum(row.kind.count for row in rows)
    return f"{kinds} · {messages:,} messages" + (f" · {unknown} unknown" if unknown else "")
