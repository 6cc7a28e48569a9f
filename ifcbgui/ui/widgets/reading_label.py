"""A value on one line: what it is called, what it is, how old it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.ui.freshness import Freshness
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import RIGHT, draw_text
from ifcbgui.ui.widgets.readout import Readout

_SMALL = 0.85
# In line heights: long enough for the labels there are.
_LABEL_WIDTH = 6.0


class ReadingLabel(Readout):
    """Label, value with unit, age; the value is greyed and marked when it is stale."""

    def __init__(self, name: str, parent: QWidget, *, label: str = "") -> None:
        super().__init__(name, parent, label=label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One line, wide enough for most values."""
        height = QFontMetricsF(scaled_font()).height()
        return QSize(round(height * 20), round(height + SPACE_XS))

    def mark(self) -> str:
        """Return what stands at the end: the age, and whether the value is stale."""
        return f"stale, {self.look.age}" if self.look.freshness.stale else self.look.age

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint label, value and mark on one line, cut with dots where there is no room."""
        painter = QPainter(self)
        table, look = tokens(), self.look
        rect = QRectF(self.rect())
        label = QRectF(rect)
        label.setWidth(QFontMetricsF(scaled_font()).height() * _LABEL_WIDTH)
        draw_text(painter, label, self.label, scaled_font(), table.muted)
        rest = rect.adjusted(label.width() + SPACE_XS, 0, -SPACE_XS, 0)
        width = draw_text(painter, rest, self.mark(), scaled_font(_SMALL), table.muted, RIGHT)
        rest.setRight(rest.right() - width - SPACE_S)
        colour = table.text if look.freshness is Freshness.FRESH else table.stale
        unknown = look.freshness is Freshness.NEVER
        value = str(Freshness.NEVER) if unknown else f"{look.value} {self.unit}".strip()
        # The ends of a path or a bin name tell more than its middle.
        middle = Qt.TextElideMode.ElideMiddle
        draw_text(painter, rest, value, scaled_font(), colour, cut=middle)
