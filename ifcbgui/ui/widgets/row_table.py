"""A quiet table of rows: one line each, sorted by a click on a title, words where it is empty."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.models.sorted_model import CellRole, SortedModel
from ifcbgui.ui.theme import SPACE_L, SPACE_S, scaled_font, tokens

AnyIndex = QModelIndex | QPersistentModelIndex

_ARROWS: Final = {Qt.SortOrder.AscendingOrder: "▴", Qt.SortOrder.DescendingOrder: "▾"}
_TREND_MARGIN: Final = 3


class RowTable(QTableView):
    """Shows a `SortedModel`.

    Args:
        model: The rows.
        name: What a screen reader calls the table.
        parent: Qt parent.

    Signals:
        entered_row: Enter was pressed on a row.
    """

    entered_row = Signal(QModelIndex)

    def __init__(self, model: SortedModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._empty_text = ""
        self.setAccessibleName(name)
        self.setFont(scaled_font())
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setHorizontalHeader(TitleHeader(model, self))
        self._tune()
        self._set_widths()
        self.horizontalHeader().setSortIndicator(model.sort_column, model.order)
        self.setSortingEnabled(True)

    def _tune(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        height = QFontMetrics(self.font()).height() + SPACE_S // 2 + 2
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(height)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _set_widths(self) -> None:
        metrics = QFontMetrics(self.font())
        header = self.horizontalHeader()
        header.setMinimumSectionSize(metrics.averageCharWidth() * 4)
        for number, column in enumerate(self._rows.columns):
            if not column.sample:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            title = metrics.horizontalAdvance(f"{column.title} {_ARROWS[Qt.SortOrder(0)]}")
            width = max(title, metrics.horizontalAdvance(column.sample))
            self.setColumnWidth(number, width + 2 * SPACE_S + 2)  # widths are rounded

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what there is no room for."""
        width = event.size().width() // QFontMetrics(self.font()).averageCharWidth()
        for number, column in enumerate(self._rows.columns):
            self.setColumnHidden(number, width < column.from_width)
        super().resizeEvent(event)

    @property
    def empty_text(self) -> str:
        """What is said in place of rows."""
        return self._empty_text

    def set_empty_text(self, text: str) -> None:
        """Say something where there are no rows."""
        if text != self._empty_text:
            self._empty_text = text
            self.setAccessibleDescription(text)
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or say why there are none."""
        super().paintEvent(event)
        if self._rows.rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(tokens().muted)
        area = self.viewport().rect().adjusted(SPACE_L, SPACE_S, -SPACE_L, -SPACE_S)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, flags, self._empty_text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Enter, which not every platform does by itself."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.entered_row.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()


class TitleHeader(QHeaderView):
    """Flat titles in line with the cells below; a click sorts, and an arrow says how."""

    def __init__(self, model: SortedModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._table = model
        self.setHighlightSections(False)
        self.setSectionsClickable(True)

    def sizeHint(self) -> QSize:
        """As high as a row."""
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + SPACE_S)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one title and the line below it."""
        colours = tokens()
        painter.fillRect(rect, colours.raised)
        painter.setPen(colours.border)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        column = self._table.columns[section]
        sorted_by = section == self.sortIndicatorSection()
        arrow = f" {_ARROWS[self.sortIndicatorOrder()]}" if sorted_by else ""
        painter.setPen(colours.text if sorted_by else colours.muted)
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        room = rect.adjusted(SPACE_S, 0, -SPACE_S, 0)
        title = f"{column.title}{arrow}"
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)


class RowDelegate(QStyledItemDelegate):
    """Paints a cell: its ground, its text or its trend, and the frame of the chosen row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one cell."""
        colours, rect = tokens(), QRect(option.rect)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        ground = index.data(CellRole.GROUND)
        if selected:
            painter.fillRect(rect, colours.selection)
        elif ground:
            painter.fillRect(rect, getattr(colours, ground))
        if counts := index.data(CellRole.TREND):
            _draw_trend(painter, QRectF(rect), counts, colours.accent, colours.border)
        else:
            if (done := index.data(CellRole.PROGRESS)) is not None:
                bar, rect = QRect(rect), QRect(rect)
                words = option.fontMetrics.horizontalAdvance("100 %") + 2 * SPACE_S
                bar.setRight(rect.right() - words)
                rect.setLeft(bar.right())
                _draw_progress(painter, QRectF(bar), done, index.data(CellRole.COLOUR))
            self._draw_text(painter, option, rect, index)
        if selected and option.widget.hasFocus():
            painter.fillRect(rect.left(), rect.top(), rect.width(), 1, colours.accent)
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colours.accent)

    def _draw_text(
        self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, index: AnyIndex
    ) -> None:
        colour: QColor = getattr(tokens(), index.data(CellRole.COLOUR) or "text")
        room = rect.adjusted(SPACE_S, 0, -SPACE_S, 0)
        metrics: QFontMetrics = option.fontMetrics
        if name := index.data(CellRole.ICON):
            side = metrics.ascent()
            place = QRectF(room.left(), rect.center().y() - side / 2 + 1, side, side)
            draw_icon(painter, name, place, colour)
            room.setLeft(room.left() + side + SPACE_S // 2)
        painter.setPen(colour)
        text = metrics.elidedText(
            index.data() or "", index.data(CellRole.CUT), max(0, room.width())
        )
        painter.drawText(room, index.data(Qt.ItemDataRole.TextAlignmentRole), text)


def _draw_progress(painter: QPainter, rect: QRectF, done: float, token: str) -> None:
    """Draw a bar that is filled as far as something is done."""
    height = max(4.0, rect.height() / 3)
    box = QRectF(
        rect.left() + SPACE_S,
        rect.center().y() - height / 2,
        max(0.0, rect.width() - SPACE_S),
        height,
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens().border)
    painter.drawRoundedRect(box, height / 2, height / 2)
    if done > 0:
        box.setWidth(max(height, box.width() * min(done, 1.0)))
        painter.setBrush(getattr(tokens(), token))
        painter.drawRoundedRect(box, height / 2, height / 2)
    painter.restore()


def _draw_trend(
    painter: QPainter, rect: QRectF, counts: list[int], colour: QColor, line: QColor
) -> None:
    """Draw counts as bars over a line, the highest as high as the cell."""
    box = rect.adjusted(SPACE_S, _TREND_MARGIN, -SPACE_S, -_TREND_MARGIN)
    painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), line)
    most = max(counts)
    step = box.width() / len(counts)
    for at, count in enumerate(counts):
        if count:
            height = max(1.0, box.height() * count / most)
            bar = QRectF(
                box.left() + at * step, box.bottom() - height, max(1.0, step - 0.4), height
            )
            painter.fillRect(bar, colour)
