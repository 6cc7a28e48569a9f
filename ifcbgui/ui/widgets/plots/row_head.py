"""The line above a plot: what it shows, each quantity in its colour, with its value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from ifcbgui.ui.theme import SPACE_L, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import draw_text
from ifcbgui.ui.widgets.plots.style import FONT_SCALE

# Of the room of a quantity, what value and age may take from its label.
_MOST_BESIDE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Said:
    """What a head says of one quantity.

    Attributes:
        label: What it is called.
        value: Its value with the unit.
        age: How long ago, or before a moment, it was said, or "".
        colour: Colour of its line.
        old: True for a value that nobody vouches for any more.
    """

    label: str
    value: str
    age: str
    colour: QColor
    old: bool = False


class RowHead(QGraphicsWidget):
    """Shows what a row says; labels are cut where there is no room, values last.

    Attributes:
        said: What it says.
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: Sequence[Said] = ()
        self.restyle()

    def restyle(self) -> None:
        """Take the height of the font in force."""
        height = math.ceil(QFontMetricsF(scaled_font(FONT_SCALE)).height()) + 2
        self.setMinimumHeight(height)
        self.setMaximumHeight(height)

    def say(self, said: Sequence[Said]) -> None:
        """Show values."""
        if said != self.said:
            self.said = said
            self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return " · ".join(" ".join((said.label, said.value)) for said in self.said)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Paint one beside the other; each gets the same room where it is scarce."""
        wanted = [self._width(said) for said in self.said]
        total = sum(wanted)
        left = self.rect().left()
        for said, width in zip(self.said, wanted, strict=True):
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
    plain, bold = _fonts()
    value_width = bold.horizontalAdvance(said.value) + SPACE_XS
    others = value_width + (plain.horizontalAdvance(said.age) + SPACE_XS if said.age else 0)
    label_room = room.width() - min(others, _MOST_BESIDE * room.width())
    label = QRectF(room.left(), room.top(), label_room, room.height())
    label_width = draw_text(painter, label, said.label, scaled_font(FONT_SCALE), said.colour)
    room = room.adjusted(label_width + SPACE_XS, 0, 0, 0)
    colour = tokens().stale if said.old else said.colour
    draw_text(painter, room, said.value, scaled_font(FONT_SCALE, bold=True), colour)
    room = room.adjusted(value_width, 0, 0, 0)
    draw_text(painter, room, said.age, scaled_font(FONT_SCALE), tokens().muted)
