"""A tile with one big number, to be read from across the room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument.state import InstrumentState
from ifcbgui.ui.freshness import Freshness
from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import RIGHT, draw_card, draw_text
from ifcbgui.ui.widgets.readout import Readout

_SMALL = 0.85
_BIG = 2.1
_BIGGEST = 4.0


class StatTile(Readout):
    """One big number with its unit, its age, and a line for what is wrong with it."""

    def __init__(
        self,
        name: str,
        parent: QWidget,
        *,
        label: str = "",
        note: Callable[[InstrumentState], str] | None = None,
    ) -> None:
        super().__init__(name, parent, label=label, note=note)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Three lines: label, number, note."""
        small = QFontMetricsF(scaled_font(_SMALL)).height()
        big = QFontMetricsF(scaled_font(_BIG, bold=True)).height()
        return QSize(round(small * 11), round(2 * small + big + 2 * SPACE_S))

    def minimumSizeHint(self) -> QSize:
        """Same as the hint in height; narrow enough for three in a small panel."""
        hint = self.sizeHint()
        return QSize(round(hint.width() * 0.75), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, then label and age, the number, the note."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter)
        box = QRectF(self.rect()).adjusted(SPACE_S + 2, SPACE_S, -SPACE_S, -SPACE_S)
        small = self._small_font()
        line = QFontMetricsF(small).height()
        top = QRectF(box.left(), box.top(), box.width(), line)
        bottom = QRectF(box.left(), box.bottom() - line, box.width(), line)
        muted = tokens().muted
        age = draw_text(painter, top, self.look.age, small, muted, RIGHT)
        top.setWidth(top.width() - age - SPACE_XS)
        draw_text(painter, top, self.label, small, muted)
        middle = QRectF(box.left(), top.bottom(), box.width(), bottom.top() - top.bottom())
        self._paint_number(painter, middle)
        self._paint_note(painter, bottom)

    def _paint_card(self, painter: QPainter) -> None:
        table, rect = tokens(), QRectF(self.rect())
        concern, stale = self.look.concern, self.look.freshness is not Freshness.FRESH
        if concern is None or stale:
            draw_card(painter, rect, table.surface, table.border, dashed=stale)
            return
        ground: QColor = getattr(table, f"{concern.level}_ground")
        draw_card(painter, rect, ground, getattr(table, concern.level))

    def _paint_number(self, painter: QPainter, rect: QRectF) -> None:
        table = tokens()
        colour = table.text if self.look.freshness is Freshness.FRESH else table.stale
        unit_width = QFontMetricsF(scaled_font()).horizontalAdvance(self.unit) + SPACE_XS
        big = self._number_font(QSizeF(rect.width() - unit_width, rect.height()))
        width = draw_text(painter, rect, self.look.value, big, colour)
        if self.look.freshness is not Freshness.NEVER:
            metrics = QFontMetricsF(big)
            base = rect.center().y() + metrics.height() / 2 - metrics.descent()
            painter.setFont(scaled_font())
            painter.setPen(table.muted)
            painter.drawText(QPointF(rect.left() + width + SPACE_XS, base), self.unit)

    def _small_font(self, *, bold: bool = False) -> QFont:
        """Return the font of label and note, larger in a large tile."""
        hint = self.sizeHint()
        growth = min(0.7 * self.height() / hint.height(), self.width() / hint.width())
        return scaled_font(_SMALL * min(1.35, max(1.0, growth)), bold=bold)

    def _number_font(self, room: QSizeF) -> QFont:
        """Return the largest font the number fits in; short numbers count as four digits."""
        metrics = QFontMetricsF(scaled_font(_BIG, bold=True))
        width = max(metrics.horizontalAdvance(text) for text in (self.look.value, "0000"))
        fit = min(room.width() / width, room.height() * 0.7 / metrics.height())
        return scaled_font(min(_BIGGEST, max(_BIG * 0.6, _BIG * fit)), bold=True)

    def _paint_note(self, painter: QPainter, rect: QRectF) -> None:
        table, look, small = tokens(), self.look, self._small_font()
        if look.concern is not None and not look.freshness.stale:
            colour: QColor = getattr(table, look.concern.level)
            side = round(rect.height())
            draw_icon(painter, "warning", QRectF(rect.left(), rect.top(), side, side), colour)
            rect = rect.adjusted(side + SPACE_XS, 0, 0, 0)
            bold = self._small_font(bold=True)
            draw_text(painter, rect, look.concern.text, bold, colour)
        elif look.freshness is Freshness.FRESH:
            draw_text(painter, rect, look.note, small, table.muted)
        else:
            trouble = look.concern.text if look.concern else ""
            words = " · ".join(part for part in (look.freshness, trouble) if part)
            draw_text(painter, rect, words, small, table.stale)
