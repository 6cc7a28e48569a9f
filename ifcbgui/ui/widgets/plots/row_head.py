"""The line above a plot: what it shows, each quantity in its colour, with its value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from ifcbgui.ui.theme import SPACE_L, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import draw_text
from ifcbgui.ui.widgets.plots.style import FONT_SCALE


@dataclass(frozen=True, slots=True)
class Said:
    """What a head says of one quantity.

    Attributes:
        label: What it is called.
        value: Its value with the unit.
        age: How long before the moment it was said, or "".
        colour: Colour of its line.
    """

    label: str
    value: str
    age: str
    colour: QColor


class RowHead(QGraphicsWidget):
    """Shows what a row says; labels are cut where there is no room, values last."""

    def __init__(self) -> None:
        super().__init__()
        self._said: Sequence[Said] = ()
        self.restyle()

    def restyle(self) -> None:
        """Take the height of the font in force."""
        height = math.ceil(QFontMetricsF(scaled_font(FONT_SCALE)).height()) + 2
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)

    def say(self, said: Sequence[Said]) -> None:
        """Show values."""
        if said != self._said:
            self._said = said
            self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return " · ".join(" ".join((said.label, said.value)) for said in self._said)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Paint one beside the other; each gets the same room where it is scarce."""
        wanted = [self._width(said) for said in self._said]
        total = sum(wanted)
        left = self.rect().left()
        for said, width in zip(self._said, wanted, strict=True):
            if total > self.rect().width():
                width = self.rect().width() / len(wanted)
            _draw(painter, QRectF(left, 0, width - SPACE_L, self.rect().height()), said)
            left += width

    def _width(self, said: Said) -> float:
        plain, bold = _fonts()
        label, age = (plain.horizontalAdvance(text) for text in (said.label, said.age))
        return label + bold.horizontalAdvance(said.value) + age + 3 * SPACE_XS + SPACE_L


def _fonts() -> tuple[QFontMetricsF, QFontMetricsF]:
    return QFontMetricsF(scaled_font(FONT_SCALE)), QFontMetricsF(scaled_font(FONT_SCALE, bold=True))


def _draw(painter: QPainter, room: QRectF, said: Said) -> None:
    value_width = _fonts()[1].horizontalAdvance(said.value) + SPACE_XS
    label_room = room.adjusted(0, 0, -value_width, 0)
    bold = scaled_font(FONT_SCALE, bold=True)
    plain = scaled_font(FONT_SCALE)
    label_width = draw_text(painter, label_room, said.label, plain, said.colour)
    room = room.adjusted(label_width + SPACE_XS, 0, 0, 0)
    draw_text(painter, room, said.value, bold, said.colour)
    draw_text(painter, room.adjusted(value_width, 0, 0, 0), said.age, plain, tokens().muted)
