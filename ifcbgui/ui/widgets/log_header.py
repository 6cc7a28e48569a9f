"""The titles above the columns of the message log."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from ifcbgui.ui.models.log_columns import OPTIONAL, TITLES, Column
from ifcbgui.ui.theme import SPACE_S, tokens

_ALWAYS = frozenset((Column.MESSAGE, Column.VALUE))
_LEAST_WIDTH = 32


class LogHeader(QHeaderView):
    """Flat, its titles in line with the text below them.

    Columns are moved and widened with the mouse, and chosen in its menu. The column of values
    takes what room is left.

    Signals:
        arranged: Somebody chose, moved or widened columns.
    """

    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._insets: dict[int, int] = {}
        self._widths_chosen = False
        self._pressed_widths: list[int] = []
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setSectionsMovable(True)
        self.setMinimumSectionSize(_LEAST_WIDTH)
        self.sectionMoved.connect(self.arranged)

    @property
    def widths_chosen(self) -> bool:
        """Whether somebody gave columns the widths they have."""
        return self._widths_chosen

    def set_up(self) -> None:
        """Show the usual columns in the usual order; the model must be set."""
        for column in Column:
            self.setSectionResizeMode(
                column,
                self.ResizeMode.Stretch if column is Column.VALUE else self.ResizeMode.Interactive,
            )
            self.setSectionHidden(column, column in OPTIONAL)

    def arrangement(self) -> bytes:
        """Return order, widths and choice of the columns; nothing where they are the usual."""
        if not (self._widths_chosen or self._arranged()):
            return b""
        return bytes(self.saveState().data())

    def restore(self, state: bytes) -> None:
        """Arrange the columns as `arrangement` says; what cannot be read changes nothing."""
        if state and self.restoreState(QByteArray(state)) and self.count() == len(Column):
            self._widths_chosen = True
            self.arranged.emit()

    def set_shown(self, column: Column, shown: bool) -> None:
        """Show a column, or hide it."""
        self.setSectionHidden(column, not shown)
        self.arranged.emit()

    def set_inset(self, section: int, inset: int) -> None:
        """Move a title to the right.

        Args:
            section: Number of the column.
            inset: Pixels.
        """
        self._insets[section] = inset

    def _arranged(self) -> bool:
        usual = all(self.visualIndex(column) == column for column in Column)
        return not usual or any(
            self.isSectionHidden(column) != (column in OPTIONAL) for column in Column
        )

    def sizeHint(self) -> QSize:
        """As high as a row."""
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + SPACE_S)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Note that a width was chosen."""
        widths = [self.sectionSize(column) for column in Column]
        super().mouseReleaseEvent(event)
        if self._pressed_widths and widths != self._pressed_widths:
            self._widths_chosen = True
            self.arranged.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember the widths before one may be dragged."""
        self._pressed_widths = [self.sectionSize(column) for column in Column]
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the columns."""
        self.columns_menu().popup(event.globalPos())

    def columns_menu(self) -> QMenu:
        """Return a menu in which columns are chosen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in Column:
            choice = menu.addAction(TITLES[column])
            choice.setCheckable(True)
            choice.setChecked(not self.isSectionHidden(column))
            choice.setEnabled(column not in _ALWAYS)
            choice.toggled.connect(partial(self.set_shown, column))
        menu.addSeparator()
        menu.addAction("Usual columns", self._reset)
        return menu

    @Slot()
    def _reset(self) -> None:
        for column in Column:
            self.moveSection(self.visualIndex(column), column)
            self.setSectionHidden(column, column in OPTIONAL)
        self._widths_chosen = False
        self.arranged.emit()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one title and the line below it."""
        colours = tokens()
        painter.fillRect(rect, colours.raised)
        painter.setPen(colours.border)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(colours.muted)
        title = self.model().headerData(section, Qt.Orientation.Horizontal)
        room = rect.adjusted(SPACE_S + self._insets.get(section, 0), 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
