"""The syringe and the rotary valve, drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ifcbgui.instrument.link import LinkStatus
from ifcbgui.instrument.state import InstrumentState
from ifcbgui.ui.concerns import concern
from ifcbgui.ui.freshness import Freshness, judge
from ifcbgui.ui.run_summary import SYRINGE_ML
from ifcbgui.ui.theme import SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_card, draw_text
from ifcbgui.ui.wording import last_said_text

# The ring, clockwise from the top: it fits all moves and their times in public traffic.
PORTS: Final = (
    *("needle", "debubble", "biocide", "bleach"),
    *("extra", "beads", "exhaust", "intake"),
)
_DIRECTIONS: Final = {"cw": "clockwise", "ccw": "anticlockwise"}
_HINT: Final = QSize(380, 240)


@dataclass(frozen=True, slots=True)
class FluidicsLook:
    """All that can be seen of syringe and valve.

    Attributes:
        volume_ml: Content of the syringe, or None when not known.
        volume_freshness: How far the content can be trusted.
        port: Where the valve stands or last stood, or None.
        target: Where it moves to, or None while it stands.
        direction: ``cw`` or ``ccw`` while it moves, or "".
        valve_freshness: How far the valve's position can be trusted.
        trouble: What is wrong with the valve, or "".
    """

    volume_ml: float | None = None
    volume_freshness: Freshness = Freshness.NEVER
    port: str | None = None
    target: str | None = None
    direction: str = ""
    valve_freshness: Freshness = Freshness.NEVER
    trouble: str = ""

    @property
    def volume_text(self) -> str:
        """The content in words."""
        if self.volume_ml is None:
            return str(Freshness.NEVER)
        return f"{self.volume_ml:.2f} mL"

    @property
    def valve_text(self) -> str:
        """Where the valve stands or goes, in words."""
        if self.target:
            turn = _DIRECTIONS.get(self.direction, self.direction)
            return f"moving to {self.target}, {turn}".rstrip(", ")
        return f"at {self.port}" if self.port else str(Freshness.NEVER)


def fluidics_look(state: InstrumentState, link: LinkStatus, now_ns: int) -> FluidicsLook:
    """Return what is to be seen of syringe and valve in a state, at ``now_ns``."""
    moving = state.value("valve_moving")
    trouble = concern("valve_moving", state, now_ns)
    return FluidicsLook(
        volume_ml=state.value("syringe_volume"),
        volume_freshness=judge("syringe_volume", state, link, now_ns),
        port=state.value("valve_port"),
        target=moving[1] if moving else None,
        direction=moving[0] if moving else "",
        valve_freshness=judge("valve_moving" if moving else "valve_port", state, link, now_ns),
        trouble=trouble.text if trouble else "",
    )


class FluidicsView(QWidget):
    """Syringe with plunger and scale, and the valve's ring of eight ports."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = FluidicsLook()
        self._state = InstrumentState()
        self._now_ns = 0
        self.setMinimumSize(220, 140)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Syringe and valve")
        self._describe()

    def show_state(self, state: InstrumentState, link: LinkStatus, now_ns: int) -> None:
        """Show syringe and valve as they stand in a state."""
        self._state, self._now_ns = state, now_ns
        look = fluidics_look(state, link, now_ns)
        if look != self.look:
            self.look = look
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        """A size at which everything is easy to read."""
        return _HINT

    def enterEvent(self, event: QEnterEvent) -> None:
        """Bring the tool-tip up to date before it can be asked for."""
        self._describe()
        super().enterEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint again in the new colours or font."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card, the syringe on the left third, the valve beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        draw_card(painter, rect, tokens().surface, tokens().border)
        box = rect.adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        scale = min(1.5, max(0.75, min(box.width() / 400, box.height() / 240)))
        split = box.left() + box.width() * 0.32
        _Syringe(painter, self.look, scale).paint(
            QRectF(box.topLeft(), QPointF(split, box.bottom()))
        )
        _Valve(painter, self.look, scale).paint(
            QRectF(QPointF(split, box.top()), box.bottomRight())
        )

    def _describe(self) -> None:
        look = self.look
        syringe = f"Syringe: {look.volume_text} {look.volume_freshness}".strip()
        valve = f"Valve: {look.valve_text} {look.valve_freshness}".strip()
        self.setAccessibleDescription(". ".join(filter(None, (syringe, valve, look.trouble))))
        name = "valve_moving" if look.target else "valve_port"
        lines = (
            syringe,
            last_said_text(self._state.reading("syringe_volume"), self._now_ns),
            look.volume_freshness.explanation if look.volume_freshness.stale else "",
            "Wire name: syringetrack",
            valve,
            last_said_text(self._state.reading(name), self._now_ns),
            look.valve_freshness.explanation if look.valve_freshness.stale else "",
            look.trouble,
            "Wire name: movevalvestarted, movevalvefinished",
        )
        self.setToolTip("\n".join(line for line in lines if line))


class _Drawing:
    """What the two drawings share: pens, colours by freshness, the caption under them."""

    def __init__(self, painter: QPainter, look: FluidicsLook, scale: float) -> None:
        self.painter = painter
        self.look = look
        self.scale = scale
        self.font = scaled_font(0.85 * scale)
        self.line = QFontMetricsF(self.font).height()

    def pen(self, colour: QColor, width: float, freshness: Freshness) -> None:
        """Set a pen, dashed for what is not vouched for."""
        fresh = freshness is Freshness.FRESH
        style = Qt.PenStyle.SolidLine if fresh else Qt.PenStyle.DashLine
        cap = Qt.PenCapStyle.RoundCap if fresh else Qt.PenCapStyle.FlatCap
        pen = QPen(colour, width * max(1.0, self.scale), style, cap)
        self.painter.setPen(pen)

    def caption(self, rect: QRectF, text: str, mark: str, colour: QColor) -> None:
        """Write the value in bold, and under it why it is stale or what is wrong."""
        bold = scaled_font(1.15 * self.scale, bold=True)
        upper = QRectF(rect.left(), rect.top(), rect.width(), rect.height() * 0.58)
        draw_text(self.painter, upper, text, bold, colour, CENTRE)
        lower = QRectF(rect.left(), upper.bottom(), rect.width(), rect.bottom() - upper.bottom())
        draw_text(self.painter, lower, mark, self.font, tokens().stale, CENTRE)

    def caption_rect(self, box: QRectF) -> QRectF:
        """Return the room of the caption at the bottom of a box."""
        height = QFontMetricsF(scaled_font(1.15 * self.scale, bold=True)).height() + self.line
        return QRectF(box.left(), box.bottom() - height, box.width(), height)


class _Syringe(_Drawing):
    """A barrel with its outlet below, so that the level reads like a gauge."""

    def paint(self, box: QRectF) -> None:
        """Paint barrel, liquid, plunger, scale and the number."""
        table, look = tokens(), self.look
        fresh = look.volume_freshness
        caption = self.caption_rect(box)
        colour = table.text if fresh is Freshness.FRESH else table.stale
        mark = str(fresh) if fresh.stale else "in syringe"
        self.caption(caption, look.volume_text, mark, colour)
        nozzle, cap = 10 * self.scale, 9 * self.scale
        width = min(box.width() * 0.42, 64 * self.scale)
        left = box.center().x() - width * 0.72
        barrel = QRectF(left, box.top() + cap, width, caption.top() - nozzle - box.top() - cap)
        if look.volume_ml is not None:
            self._paint_content(barrel, min(SYRINGE_ML, max(0.0, look.volume_ml)), cap)
        self.pen(table.outline, 2.0, fresh)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(barrel, 3, 3)
        tip = barrel.width() * 0.09
        outlet = QRectF(barrel.center().x() - tip, barrel.bottom(), 2 * tip, nozzle * 0.8)
        self.painter.drawRect(outlet)
        self._paint_scale(barrel)

    def _paint_content(self, barrel: QRectF, volume: float, cap: float) -> None:
        table, painter = tokens(), self.painter
        fresh = self.look.volume_freshness is Freshness.FRESH
        level = barrel.bottom() - barrel.height() * volume / SYRINGE_ML
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(table.liquid if fresh else table.raised)
        painter.drawRect(QRectF(barrel.left(), level, barrel.width(), barrel.bottom() - level))
        painter.setBrush(table.outline)
        head = min(6 * self.scale, level - barrel.top() + cap)
        inner = barrel.adjusted(2, 0, -2, 0)
        painter.drawRect(QRectF(inner.left(), level - head, inner.width(), head))
        rod = barrel.width() * 0.07
        top = barrel.top() - cap
        painter.drawRect(QRectF(barrel.center().x() - rod, top, 2 * rod, level - top))
        plate = barrel.width() * 0.3
        painter.drawRoundedRect(
            QRectF(barrel.center().x() - plate, top, 2 * plate, 3 * self.scale), 1, 1
        )

    def _paint_scale(self, barrel: QRectF) -> None:
        table, painter = tokens(), self.painter
        right = barrel.right() + 3 * self.scale
        painter.setPen(QPen(table.outline, 1.0))
        for half in range(11):
            y = barrel.bottom() - barrel.height() * half / 10
            length = (7 if half % 2 == 0 else 4) * self.scale
            painter.drawLine(QPointF(right, y), QPointF(right + length, y))
        for number in range(6):
            y = barrel.bottom() - barrel.height() * number / SYRINGE_ML
            place = QRectF(right + 10 * self.scale, y - self.line / 2, 30 * self.scale, self.line)
            text = f"{number} mL" if number == SYRINGE_ML else str(number)
            draw_text(painter, place, text, self.font, table.muted, LEFT)


class _Valve(_Drawing):
    """The ring of ports, the rotor, and while it moves where to and which way round."""

    def paint(self, box: QRectF) -> None:
        """Paint ring, ports, rotor, arrow and caption."""
        table, look = tokens(), self.look
        fresh = look.valve_freshness
        caption = self.caption_rect(box)
        colour = table.text if fresh is Freshness.FRESH else table.stale
        if look.target and fresh is Freshness.FRESH:
            colour = table.info
        mark = look.trouble or (str(fresh) if fresh.stale else "rotary valve")
        self.caption(caption, look.valve_text, mark, colour)
        ring = QRectF(box.left(), box.top(), box.width(), caption.top() - box.top())
        names = QFontMetricsF(scaled_font(0.85 * self.scale, bold=True))
        label_width = max(names.horizontalAdvance(f"8 {port}") for port in PORTS)
        room = (ring.width() - 2 * label_width - 4 * SPACE_XS) / 2
        self.centre = ring.center()
        self.dot = 5.5 * self.scale
        self.radius = max(20.0, min(room, ring.height() / 2) - self.dot - 2)
        self._paint_ring()
        for index, port in enumerate(PORTS):
            self._paint_port(index, port, label_width)
        if look.target in PORTS and fresh is Freshness.FRESH:
            self._paint_arrow(PORTS.index(look.target))

    def _paint_ring(self) -> None:
        table, painter, look = tokens(), self.painter, self.look
        self.pen(table.outline, 1.5, look.valve_freshness)
        painter.setBrush(table.window)
        painter.drawEllipse(self.centre, self.radius, self.radius)
        if look.port in PORTS:
            moving = look.target is not None
            fresh = look.valve_freshness is Freshness.FRESH
            colour = table.accent if fresh and not moving else table.stale
            style = Qt.PenStyle.DotLine if moving or not fresh else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, 4 * self.scale, style, Qt.PenCapStyle.RoundCap))
            painter.drawLine(self.centre, self._at(PORTS.index(look.port), self.radius))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(table.outline)
        painter.drawEllipse(self.centre, self.dot, self.dot)

    def _paint_port(self, index: int, port: str, label_width: float) -> None:
        table, painter, look = tokens(), self.painter, self.look
        fresh = look.valve_freshness is Freshness.FRESH
        here = port == look.port and look.target is None
        there = port == look.target
        colour = table.outline
        if fresh and (here or there):
            colour = table.accent if here else table.info
        place = self._at(index, self.radius)
        painter.setPen(QPen(colour, 2 * self.scale))
        painter.setBrush(colour if here else table.surface)
        side = self.dot * (1.35 if here or there else 1.0)
        painter.drawEllipse(place, side, side)
        font = scaled_font(0.85 * self.scale, bold=here or there)
        text = table.muted if not fresh else (colour if here or there else table.text)
        gap = self.dot + SPACE_XS * 1.5
        right = index < 4
        x = place.x() + gap if right else place.x() - gap - label_width
        label = QRectF(x, place.y() - self.line / 2, label_width + 2, self.line)
        words = f"{index + 1} {port}" if right else f"{port} {index + 1}"
        draw_text(painter, label, words, font, text, LEFT if right else RIGHT)

    def _paint_arrow(self, target: int) -> None:
        """Draw the way to go as an arc with a head; a short one where the start is not known."""
        painter, look = self.painter, self.look
        clockwise = look.direction != "ccw"
        ports = 1.5
        if look.port in PORTS:
            start = PORTS.index(look.port)
            ports = ((target - start) if clockwise else (start - target)) % len(PORTS)
        radius, step = self.radius * 0.66, 45.0 if clockwise else -45.0
        end_angle = _angle(target)
        colour = tokens().info
        painter.setPen(
            QPen(colour, 3 * self.scale, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        arc = QRectF(-radius, -radius, 2 * radius, 2 * radius).translated(self.centre)
        # Qt counts sixteenths of a degree anticlockwise from three o'clock.
        painter.drawArc(arc, round((90 - end_angle) * 16), round(ports * step * 16))
        self._paint_head(end_angle, radius, clockwise, colour)

    def _paint_head(self, angle: float, radius: float, clockwise: bool, colour: QColor) -> None:
        size = 7 * self.scale
        head = QPolygonF(
            [QPointF(-size * 0.4, -size), QPointF(size, 0), QPointF(-size * 0.4, size)]
        )
        painter = self.painter
        painter.save()
        painter.translate(_polar(self.centre, radius, angle))
        painter.rotate(angle if clockwise else angle + 180)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(head)
        painter.restore()

    def _at(self, index: int, radius: float) -> QPointF:
        return _polar(self.centre, radius, _angle(index))


def _angle(index: int) -> float:
    """Return where a port stands: degrees clockwise from the top, four ports to each side."""
    return 22.5 + 45.0 * index


def _polar(centre: QPointF, radius: float, angle: float) -> QPointF:
    turn = math.radians(angle)
    return centre + QPointF(math.sin(turn), -math.cos(turn)) * radius
