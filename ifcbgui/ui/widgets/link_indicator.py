"""The state of the link: a shape, a colour, a word, and the age of the last sign of life."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument import LinkState, LinkStatus
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, Tokens, scaled_font, tokens


def link_words(status: LinkStatus, *, past: bool = False) -> str:
    """Say in a word or two how the link stands, or stood at a moment of a replay."""
    return f"Was {status.state}" if past else status.state.capitalize()


def link_details(status: LinkStatus, last_heard_ns: int | None, now_ns: int) -> str:
    """Say more: the age of the last sign of life, or the next try."""
    match status.state:
        case LinkState.ONLINE | LinkState.STALE if last_heard_ns is not None:
            return f"heard {_age(last_heard_ns, now_ns)}"
        case LinkState.CONNECTING | LinkState.RECONNECTING if status.error:
            words = f"try {max(1, status.attempt)}"
            wait_s = round(((status.retry_at_ns or now_ns) - now_ns) / 1e9)
            return f"{words}, next in {wait_s} s" if wait_s > 0 else words
    return ""


def _age(last_heard_ns: int, now_ns: int) -> str:
    return f"{max(0, now_ns - last_heard_ns) / 1e9:.0f} s ago"


class LinkIndicator(QWidget):
    """Paints the link. The shape alone tells the state too: no colour vision is needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = LinkStatus()
        self._past = False
        self._words = self._details = self._missed = self._tip = ""
        self._small = scaled_font(0.85)
        self.setFont(scaled_font(1.0, bold=True))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_link(self._status, None, 0)

    def show_link(
        self,
        status: LinkStatus,
        last_heard_ns: int | None,
        now_ns: int,
        missing: int = 0,
        way: str = "",
        *,
        past: bool = False,
    ) -> None:
        """Show a link as it stands at a moment of the monotonic clock.

        Args:
            status: The link.
            last_heard_ns: Monotonic time of the last sign of life, or None.
            now_ns: The moment.
            missing: How many of the host's numbers never came.
            way: How the messages travel, for the tool-tip.
            past: True for a replay, whose link is not in force.
        """
        words, details = link_words(status, past=past), link_details(status, last_heard_ns, now_ns)
        tip = [f"{words} · {details}" if details else words, status.error or "", status.hint or ""]
        if last_heard_ns is not None:
            tip.append(f"Last sign of life {_age(last_heard_ns, now_ns)}.")
        if missing:
            tip.append(f"{missing:,} of the host's message numbers never came.")
        text = "\n".join(line for line in (*tip, way) if line)
        if (status, text) == (self._status, self._tip):
            return
        self._past = past
        self._status, self._words, self._details, self._tip = status, words, details, text
        self._missed = f"{missing:,} missed" if missing else ""
        self.setAccessibleName(f"Link: {self.words}")
        self.setToolTip(text)
        self.update()

    @property
    def words(self) -> str:
        """What is shown."""
        return " · ".join(text for text in (self._words, self._missed, self._details) if text)

    def sizeHint(self) -> QSize:
        """Room for the longest text, so that nothing beside it ever moves."""
        bold, small = self.fontMetrics(), QFontMetrics(self._small)
        longest = bold.horizontalAdvance("Reconnecting") + small.horizontalAdvance("9,999 missed")
        return self._room_for(longest + SPACE_S)

    def minimumSizeHint(self) -> QSize:
        """Room for what matters, where the window is narrow."""
        return self._room_for(QFontMetrics(self._small).horizontalAdvance("try 99, next in 30 s"))

    def _room_for(self, width: int) -> QSize:
        height = self.fontMetrics().height() + QFontMetrics(self._small).height()
        return QSize(width + self._side() + 2 * SPACE_S + SPACE_XS, height)

    def _side(self) -> int:
        return self.fontMetrics().ascent() + 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shape, the state beside it, and the details below that."""
        table = tokens()
        colour = table.replay if self._past else _colour(self._status.state, table)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._side()
        box = QRectF(SPACE_S, (self.height() - side) / 2, side, side)
        _draw_shape(painter, self._status.state, box, colour)
        text = self.rect().adjusted(int(box.right()) + SPACE_S, 0, 0, 0)
        left = Qt.AlignmentFlag.AlignLeft
        if not self._details and not self._missed:
            painter.setPen(colour)
            painter.drawText(text, left | Qt.AlignmentFlag.AlignVCenter, self._words)
            return
        upper = text.adjusted(0, 0, 0, -(text.height() // 2))
        lower = text.adjusted(0, text.height() // 2, 0, 0)
        painter.setPen(colour)
        painter.drawText(upper, left | Qt.AlignmentFlag.AlignBottom, self._words)
        upper.setLeft(upper.left() + self.fontMetrics().horizontalAdvance(self._words) + SPACE_S)
        painter.setFont(self._small)
        self._draw_missed(painter, upper)
        painter.setPen(table.muted)
        painter.drawText(lower, left | Qt.AlignmentFlag.AlignTop, self._details)

    def _draw_missed(self, painter: QPainter, room: QRect) -> None:
        """Say beside the state how much was missed; where there is no room the tool-tip does."""
        if painter.fontMetrics().horizontalAdvance(self._missed) <= room.width():
            painter.setPen(tokens().warn)
            where = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            painter.drawText(room, where, self._missed)


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
