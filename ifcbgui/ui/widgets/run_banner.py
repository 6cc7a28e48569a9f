"""The headline of the instrument: what runs, in which phase, how far, since when."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument.link import LinkState, LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.ui.run_summary import RunSummary, summarise
from ifcbgui.ui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import RIGHT, draw_card, draw_pill, draw_text, pill_width
from ifcbgui.ui.wording import clock_text, last_said_text

_TITLE = 2.0
_DETAIL = 1.1
_SMALL = 0.95
_BAR = 6.0
_STRIPE = 6.0


class RunBanner(QWidget):
    """Shows a `RunSummary`; always the same height, so that nothing below it moves."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.summary: RunSummary = summarise(InstrumentState(), LinkStatus(LinkState.OFF), 0)
        self._now_ns = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the instrument does")
        self._describe()

    def show_state(self, state: InstrumentState, link: LinkStatus, now_ns: int) -> None:
        """Show what the instrument does by a state and the link, at ``now_ns``."""
        self._now_ns = now_ns
        summary = summarise(state, link, now_ns)
        if summary != self.summary:
            self.summary = summary
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        """Title, detail, small line and bar."""
        heights = (
            QFontMetricsF(scaled_font(scale)).height() for scale in (_TITLE, _DETAIL, _SMALL)
        )
        return QSize(480, round(sum(heights) + 2 * SPACE_M + 3 * SPACE_XS + _BAR))

    def minimumSizeHint(self) -> QSize:
        """Same height; what does not fit in the width is cut with dots."""
        return QSize(320, self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Bring the tool-tip up to date before it can be asked for."""
        self._describe()
        super().enterEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again in the new colours or font."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, its lines from the top, and the bar at the bottom."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter)
        box = QRectF(self.rect()).adjusted(SPACE_L + _STRIPE, SPACE_M, -SPACE_L, -SPACE_M)
        top = self._paint_title(painter, box)
        top = self._paint_detail(painter, box.adjusted(0, top - box.top(), 0, 0))
        self._paint_progress(painter, box.adjusted(0, top - box.top(), 0, 0))

    def _paint_card(self, painter: QPainter) -> None:
        table, tone, rect = tokens(), self.summary.tone, QRectF(self.rect())
        if tone == "warn":
            draw_card(painter, rect, table.warn_ground, table.warn)
        else:
            draw_card(painter, rect, table.surface, table.border, dashed=tone == "stale")
        stripe = QRectF(rect.left() + SPACE_S, rect.top() + SPACE_M, _STRIPE, 0)
        stripe.setBottom(rect.bottom() - SPACE_M)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._tone())
        painter.drawRoundedRect(stripe, _STRIPE / 2, _STRIPE / 2)

    def _paint_title(self, painter: QPainter, box: QRectF) -> float:
        """Paint title, pill and clock, and return where the next line starts."""
        summary, table = self.summary, tokens()
        font, pill_font = scaled_font(_TITLE, bold=True), scaled_font(1.1, bold=True)
        line = QRectF(box.left(), box.top(), box.width(), QFontMetricsF(font).height())
        faded = table.stale if summary.tone == "stale" else table.text
        clock = "" if summary.elapsed_s is None else clock_text(summary.elapsed_s)
        label = summary.elapsed_label if clock else ""
        clock_width = draw_text(painter, line, clock, font, faded, RIGHT)
        line.setRight(line.right() - clock_width - SPACE_S)
        muted = scaled_font(_SMALL)
        label_width = draw_text(painter, line, label, muted, table.muted, RIGHT)
        pill = pill_width(summary.chip, pill_font)
        line.setRight(line.right() - label_width - pill - 2 * SPACE_M)
        title_width = draw_text(painter, line, summary.title, font, faded)
        pill_height = QFontMetricsF(pill_font).height() + SPACE_XS
        corner = QPointF(line.left() + title_width + SPACE_M, line.center().y() - pill_height / 2)
        draw_pill(painter, corner, summary.chip, summary.icon, pill_font, self._tone())
        return line.bottom() + SPACE_XS

    def _paint_detail(self, painter: QPainter, box: QRectF) -> float:
        """Paint what the phase rests on, and return where the next line starts."""
        font = scaled_font(_DETAIL)
        line = QRectF(box.left(), box.top(), box.width(), QFontMetricsF(font).height())
        draw_text(painter, line, self.summary.detail, font, tokens().text)
        return line.bottom() + SPACE_XS

    def _paint_progress(self, painter: QPainter, box: QRectF) -> None:
        """Paint step and bin, the time left, and the bar of a long drive."""
        summary, table, font = self.summary, tokens(), scaled_font(_SMALL)
        line = QRectF(box.left(), box.top(), box.width(), QFontMetricsF(font).height())
        if summary.drive is not None:
            bar = QRectF(box.left(), line.bottom() + SPACE_XS, box.width(), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(table.border)
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
            bar.setWidth(max(_BAR, bar.width() * summary.drive.percent / 100))
            painter.setBrush(self._tone())
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
            text = f"{summary.drive.percent} % · {summary.drive.text}"
            width = draw_text(painter, line, text, font, table.text, RIGHT)
            line.setRight(line.right() - width - SPACE_M)
        bin_text = f"bin {summary.bin}" if summary.bin else ""
        words = " · ".join(part for part in (summary.step, bin_text) if part)
        draw_text(painter, line, words, font, table.muted)

    def _tone(self) -> QColor:
        colour: QColor = getattr(tokens(), self.summary.tone)
        return colour

    def _describe(self) -> None:
        summary = self.summary
        parts = (
            f"{summary.title}: {summary.chip}",
            summary.detail,
            summary.step,
            summary.drive.text if summary.drive else "",
            f"Bin {summary.bin}" if summary.bin else "",
        )
        words = "\n".join(part for part in parts if part)
        self.setAccessibleDescription(words)
        self.setToolTip(f"{words}\n{last_said_text(summary.said, self._now_ns)}")
