"""The state of the link: a shape, a colour, a word, and the age of the last sign of life."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument import LinkState, LinkStatus
from ifcbgui.ui.theme import SPACE_S, Tokens, scaled_font, tokens

WIDEST = "Reconnecting · try 99, next in 99 s"
NARROWEST = "Reconnecting · try 99"


def link_words(status: LinkStatus, last_heard_ns: int | None, now_ns: int) -> str:
    """Say in a few words how the link stands, with ages and the next try."""
    words = status.state.capitalize()
    match status.state:
        case LinkState.ONLINE | LinkState.STALE if last_heard_ns is not None:
            age = max(0, now_ns - last_heard_ns) / 1e9
            return f"{words} · heard {age:.0f} s ago"
        case LinkState.CONNECTING | LinkState.RECONNECTING if status.error:
            words += f" · try {max(1, status.attempt)}"
            if status.retry_at_ns is not None:
                wait = max(0.0, (status.retry_at_ns - now_ns) / 1e9)
                words += f", next in {wait:.0f} s"
    return words


class LinkIndicator(QWidget):
    """Paints the link. The shape alone tells the state too: no colour vision is needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = LinkStatus()
        self._words = ""
        self.setFont(scaled_font(1.0, bold=True))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_link(self._status, None, 0)

    def show_link(self, status: LinkStatus, last_heard_ns: int | None, now_ns: int) -> None:
        """Show a link as it stands at a moment of the monotonic clock."""
        words = link_words(status, last_heard_ns, now_ns)
        if words == self._words and status == self._status:
            return
        self._status, self._words = status, words
        self.setAccessibleName(f"Link: {words}")
        tip = [words, status.error or "", status.hint or ""]
        self.setToolTip("\n".join(line for line in tip if line))
        self.update()

    @property
    def words(self) -> str:
        """What is shown."""
        return self._words

    def sizeHint(self) -> QSize:
        """Room for the longest text, so that nothing beside it ever moves."""
        return self._room_for(WIDEST)

    def minimumSizeHint(self) -> QSize:
        """Room for the words that matter, where the window is narrow."""
        return self._room_for(NARROWEST)

    def _room_for(self, words: str) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(words) + metrics.height() + 3 * SPACE_S
        return QSize(width, metrics.height() + SPACE_S)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shape and the words."""
        table = tokens()
        colour = _colour(self._status.state, table)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.fontMetrics().ascent()
        box = QRectF(SPACE_S, (self.height() - side) / 2, side, side)
        _draw_shape(painter, self._status.state, box, colour)
        painter.setPen(colour if self._status.state is not LinkState.OFF else table.muted)
        text = self.rect().adjusted(int(box.right()) + SPACE_S, 0, 0, 0)
        words = self.fontMetrics().elidedText(
            self._words, Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def _colour(state: LinkState, table: Tokens) -> QColor:
    return {
        LinkState.OFF: table.muted,
        LinkState.CONNECTING: table.info,
        LinkState.SIGNING_ON: table.info,
        LinkState.ONLINE: table.ok,
        LinkState.STALE: table.warn,
        LinkState.RECONNECTING: table.warn,
        LinkState.FAILED: table.alarm,
    }[state]


def _draw_shape(painter: QPainter, state: LinkState, box: QRectF, colour: QColor) -> None:
    pen = QPen(colour, 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = box.adjusted(1, 1, -1, -1)
    match state:
        case LinkState.ONLINE:
            painter.setBrush(colour)
            painter.drawEllipse(inner)
        case LinkState.STALE:
            top = QPointF(inner.center().x(), inner.top())
            painter.drawPolygon(QPolygonF([top, inner.bottomRight(), inner.bottomLeft()]))
        case LinkState.CONNECTING | LinkState.SIGNING_ON:
            painter.drawArc(inner, 40 * 16, 280 * 16)
        case LinkState.RECONNECTING:
            painter.drawArc(inner, 60 * 16, 250 * 16)
            painter.drawPoint(inner.center())
        case LinkState.FAILED:
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
        case LinkState.OFF:
            painter.drawEllipse(inner)
