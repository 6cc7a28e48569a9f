"""The look that all plots share: ground, axes, grid, fonts and colours of the theme, live."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsSceneResizeEvent, QWidget

from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.plots.library import pg

Side = Literal["left", "right", "top", "bottom"]

FONT_SCALE: Final = 0.85
_TEXT_GAP: Final = 5
# Told apart by people who do not see red or green as well; the first is that of one line alone.
_LINES: Final = {
    "light": ("#00628a", "#b04a00", "#6b3fa0", "#3f6b00", "#a3195b", "#5c4a1e"),
    "dark": ("#5cbbe0", "#f2a65a", "#c3a3f5", "#a9cf5f", "#f58ab8", "#d9c48f"),
}


def line_colour(number: int) -> QColor:
    """Return the colour of a line by its number; as text it can be read on the plots' ground."""
    colours = _LINES[tokens().name]
    return QColor(colours[number % len(colours)])


def thin_pen(colour: QColor, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen one pixel wide at any zoom: wider ones take ten times as long to draw."""
    pen = QPen(colour, 1, style)
    pen.setCosmetic(True)
    return pen


class PlotAxis(pg.AxisItem):
    """An axis in the theme's colours. Only its main ticks are drawn, with a grid if wanted.

    Args:
        side: Where it stands.
        label: What it shows, with its unit, or "".
        grid: True for lines across the plot at its ticks.
    """

    def __init__(self, side: Side, label: str = "", *, grid: bool = True) -> None:
        super().__init__(side, maxTickLength=0)
        self._line: int | None = None
        self.enableAutoSIPrefix(False)
        self.setZValue(-1000)  # its grid stays behind what is plotted
        self.setStyle(maxTickLevel=0, maxTextLevel=0, tickTextOffset=_TEXT_GAP, tickAlpha=255)
        self.setGrid(255 if grid else False)
        self.setLabel(label)
        self.showLabel(bool(label))
        self.restyle()

    def set_line(self, number: int | None) -> None:
        """Take the colour of the line it belongs to, by its number; None for an own one."""
        self._line = number
        self.restyle()

    def restyle(self) -> None:
        """Take the colours and the font of the theme in force."""
        table = tokens()
        text = table.muted if self._line is None else line_colour(self._line)
        font = scaled_font(FONT_SCALE)
        self.setPen(thin_pen(table.border))
        self.setTickPen(thin_pen(table.border))
        self.setTextPen(QPen(text))
        self.setTickFont(font)
        self.label.setFont(font)
        self.label.setDefaultTextColor(text)
        self._updateLabel()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None = None) -> None:
        """Keep the label inside, where pyqtgraph lets it stand out by a few pixels."""
        super().resizeEvent(event)
        box = self.label.mapRectToParent(self.label.boundingRect())
        room = self.rect()
        self.label.moveBy(
            max(0.0, room.left() - box.left()) - max(0.0, box.right() - room.right()),
            max(0.0, room.top() - box.top()) - max(0.0, box.bottom() - room.bottom()),
        )


class PlotView(pg.ViewBox):
    """Where things are plotted: without pyqtgraph's menu, its range only as it is told."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.disableAutoRange()


class PlotCanvas(pg.GraphicsLayoutWidget):
    """A widget of one or more plots that follows the theme.

    Signals:
        restyled: The theme has changed: what is plotted needs its pens anew. The axes have theirs.
    """

    restyled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ci.layout.setContentsMargins(SPACE_XS, SPACE_S, SPACE_M, SPACE_XS)
        self.ci.layout.setSpacing(0)
        self.setBackground(tokens().surface)

    def add_plot(self, left: PlotAxis, bottom: PlotAxis, row: int = 0, column: int = 0) -> PlotView:
        """Add a plot between two axes, at a place among the plots, and return its view."""
        view = PlotView()
        self.addItem(left, 2 * row, 2 * column)
        self.addItem(view, 2 * row, 2 * column + 1)
        self.addItem(bottom, 2 * row + 1, 2 * column + 1)
        for axis in (left, bottom):
            axis.linkToView(view)
        return view

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        if self.scene() is None:  # its own making is told as a change, too
            return
        self.setBackground(tokens().surface)
        for item in self.scene().items():
            if isinstance(item, PlotAxis):
                item.restyle()
        self.restyled.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.restyle()
