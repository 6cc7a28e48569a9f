"""A plot with a line of words below it, and words in its place while it is empty."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from ifcbgui.ui.theme import SPACE_L, SPACE_S, SPACE_XS, scaled_font
from ifcbgui.ui.widgets.outcome_label import OutcomeLabel
from ifcbgui.ui.widgets.plots.style import FONT_SCALE, PlotCanvas
from ifcbgui.ui.widgets.words import Words


class PlotFrame(QWidget):
    """Holds a canvas.

    Args:
        canvas: The plot.
        name: What a screen reader calls it.
        parent: Qt parent.
    """

    def __init__(self, canvas: PlotCanvas, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = OutcomeLabel(self)
        self.line.setFont(scaled_font(FONT_SCALE))
        self._why = Words("muted", self)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._why.setMargin(SPACE_L)
        self._canvas = canvas
        self._said, self._read = ("", "muted"), ""
        canvas.setAccessibleName(name)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._why)
        self._pages.addWidget(canvas)
        words = QVBoxLayout()
        words.setContentsMargins(SPACE_S, 0, SPACE_S, SPACE_XS)
        words.addWidget(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._pages, 1)
        column.addLayout(words)

    @property
    def empty_text(self) -> str:
        """Why there is nothing to see, or ""."""
        return self._why.text() if self._pages.currentWidget() is self._why else ""

    def show_empty(self, why: str) -> None:
        """Say why there is nothing to see, or show the plot again."""
        if why:
            self._why.say(why)
        self._pages.setCurrentWidget(self._why if why else self._canvas)

    def say(self, text: str, token: str = "muted") -> None:
        """Say what all of it tells; words about a point go before that."""
        self._said = text, token
        self._canvas.setAccessibleDescription(text)
        self._show_line()

    def read(self, text: str) -> None:
        """Say what there is at the mouse; "" for nothing."""
        self._read = text
        self._show_line()

    def _show_line(self) -> None:
        self.line.show_text(*((self._read, "text") if self._read else self._said))
