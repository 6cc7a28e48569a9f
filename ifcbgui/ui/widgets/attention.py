"""One line that says all that deserves a second look; gone when nothing does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.ui.concerns import Concern, Level
from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.theme import SPACE_M, SPACE_S, scaled_font, tokens
from ifcbgui.ui.widgets.painting import draw_card, draw_text


class AttentionLine(QWidget):
    """Lists what is wrong, the gravest first; hidden while nothing is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self.level = Level.WARN
        self.stale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Needs attention")
        self.setToolTip("Nothing needs attention.")
        self.hide()

    def show_concerns(self, concerns: Sequence[tuple[str, Concern]], *, stale: bool) -> None:
        """Show concerns, each with the label of the value it is about.

        Args:
            concerns: Label and concern; the same words are said once, of all they are about.
            stale: True when the link no longer vouches for any of them.
        """
        labels: dict[Concern, list[str]] = {}
        for label, concern in concerns:
            labels.setdefault(concern, []).append(label)
        ranked = sorted(labels, key=_rank)
        text = "  ·  ".join(f"{', '.join(labels[it])}: {it.text}" for it in ranked)
        if stale and text:
            text = f"When last heard: {text}"
        if text == self.text:
            return
        self.text, self.stale = text, stale
        if ranked:
            self.level = ranked[0].level
        self.setAccessibleDescription(text)
        self.setToolTip(text.replace("  ·  ", "\n"))
        self.setVisible(bool(text))
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(320, round(QFontMetricsF(scaled_font(bold=True)).height() + 2 * SPACE_S))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line in the colour of the gravest."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        table = tokens()
        ground: QColor = table.surface if self.stale else getattr(table, f"{self.level}_ground")
        colour: QColor = table.stale if self.stale else getattr(table, self.level)
        draw_card(painter, QRectF(self.rect()), ground, colour, dashed=self.stale)
        box = QRectF(self.rect()).adjusted(SPACE_M, SPACE_S, -SPACE_M, -SPACE_S)
        side = round(box.height())
        draw_icon(painter, "warning", QRectF(box.left(), box.top(), side, side), colour)
        box.setLeft(box.left() + side + SPACE_S)
        draw_text(painter, box, self.text, scaled_font(bold=True), colour)


def _rank(concern: Concern) -> int:
    return 0 if concern.level is Level.ALARM else 1
