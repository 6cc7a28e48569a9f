"""What a bin is, at a glance, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ifcbgui.ui.bin_text import GlanceLine
from ifcbgui.ui.theme import SPACE_M, SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.card import Card
from ifcbgui.ui.widgets.icon_mark import IconMark
from ifcbgui.ui.widgets.painting import draw_notice_ground
from ifcbgui.ui.widgets.words import Words


class BinOverview(Card):
    """Labels and values, a line each; what is doubtful stands in the colour of a warning.

    Args:
        lines: What to show.
        parent: Qt parent.
    """

    def __init__(self, lines: Iterable[GlanceLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The bin at a glance")
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(lines):
            label = Words("muted", self)
            label.say(line.label)
            value = Words("warn" if line.doubtful else "text", self)
            value.setFont(scaled_font(0.9, bold=line.doubtful))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleDescription(line.label)
            value.say(line.text)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)


class BinProblems(QWidget):
    """What is wrong with the files of a bin; out of sight when nothing is.

    Args:
        problems: A sentence each.
        parent: Qt parent.
    """

    def __init__(self, problems: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What is wrong with this bin")
        self.setAccessibleDescription(" ".join(problems))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(IconMark("warning", "warn", self), 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        for problem in problems:
            label = QLabel(problem, self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            lines.addWidget(label)
        row.addLayout(lines, 1)
        self.setVisible(bool(problems))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground of a warning."""
        draw_notice_ground(QPainter(self), self.rect(), "warn")
