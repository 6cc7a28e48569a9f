"""How syringe and valve are drawn; the widget is in `fluidics`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from ifcbgui.ui.concerns import Concern
from ifcbgui.ui.freshness import Freshness
from ifcbgui.ui.run_summary import SYRINGE_ML
from ifcbgui.ui.theme import SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.painting import CENTRE, LEFT, RIGHT, draw_text

# The ring, clockwise from the top: it fits all moves and their times in public traffic.
PORTS: Final = (
    *("needle", "debubble", "biocide", "bleach"),
    *("extra", "beads", "exhaust", "intake"),
)
_DEGREES_PER_PORT: Final = 360 / len(PORTS)
# Below it the numbers of the ports would be too small to read.
_SCALE_WITH_NUMBERS: Final = 0.9
_DIRECTIONS: Final = {"cw": "clockwise", "ccw": "anticlockwise"}


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
        concern: What is wrong with the valve, or None.
    """

    volume_ml: float | None = None
    volume_freshness: Freshness = Freshness.NEVER
    port: str | None = None
    target: str | None = None
    direction: str = ""
    valve_freshness: Freshness = Freshness.NEVER
    concern: Concern | None = None

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
            return f"moving to {self.target}"
        return f"at {self.port}" if self.port else str(Freshness.NEVER)

    @property
    def turn_text(self) -> str:
        """Which way round it moves, in words, or ""."""
        return _DIRECTIONS.get(self.direction, self.direction)


class _Drawing:
    """What the two drawings share: room for a caption below, pens and colours by freshness."""

    def __init__(
        self,
        painter: QPainter,
        look: FluidicsLook,
        freshness: Freshness,
        box: QRectF,
        scale: float,
    ) -> None:
        self.painter = painter
        self.look = look
        self.freshness = freshness
        self.fresh = freshness is Freshness.FRESH
        self.scale = scale
        self.font = scaled_font(0.85 * scale)
        self.bold = scaled_font(1.15 * scale, bold=True)
        self.line = QFontMetricsF(self.font).height()
        self.caption_box = QRectF(box)
        self.caption_box.setTop(box.bottom() - self.line - QFontMetricsF(self.bold).height())
        self.box = QRectF(box.topLeft(), self.caption_box.topRight())

    def set_pen(self, width: float) -> None:
        """Set the pen of outlines, dashed for what is not vouched for."""
        style = Qt.PenStyle.SolidLine if self.fresh else Qt.PenStyle.DashLine
        self.painter.setPen(QPen(tokens().outline, width * max(1.0, self.scale), style))

    def paint_caption(self, text: str, what: str, busy: bool = False) -> None:
        """Write the value, and under it what it is, or why it is stale, or what is wrong."""
        table, concern = tokens(), self.look.concern if busy else None
        upper, lower = QRectF(self.caption_box), QRectF(self.caption_box)
        upper.setBottom(upper.bottom() - self.line)
        lower.setTop(upper.bottom())
        colour = table.stale
        if self.fresh:
            colour = table.info if busy else table.text
        draw_text(self.painter, upper, text, self.bold, colour, CENTRE)
        if concern is not None and self.fresh:
            draw_text(self.painter, lower, concern.text, self.font, table.warn, CENTRE)
        else:
            words = str(self.freshness) if self.freshness.stale else what
            draw_text(self.painter, lower, words, self.font, table.muted, CENTRE)


class SyringeDrawing(_Drawing):
    """A barrel with its outlet below, so that the level reads like a gauge."""

    def __init__(self, painter: QPainter, look: FluidicsLook, box: QRectF, scale: float) -> None:
        super().__init__(painter, look, look.volume_freshness, box, scale)
        self.outlet = 10 * scale
        self.cap = 9 * scale
        width = min(box.width() * 0.42, 64 * scale)
        left = box.center().x() - width * 0.72
        height = self.box.height() - self.outlet - self.cap
        self.barrel = QRectF(left, self.box.top() + self.cap, width, height)

    def paint(self) -> None:
        """Paint content and plunger, barrel, outlet, scale and caption."""
        if self.look.volume_ml is not None:
            self._paint_content(min(SYRINGE_ML, max(0.0, self.look.volume_ml)))
        painter, barrel = self.painter, self.barrel
        self.set_pen(2.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(barrel, 3, 3)
        painter.setPen(QPen(tokens().outline, 2.0 * max(1.0, self.scale)))
        half = barrel.width() * 0.09
        left = barrel.center().x() - half
        painter.drawRect(QRectF(left, barrel.bottom(), 2 * half, self.outlet * 0.8))
        self._paint_scale()
        self.paint_caption(self.look.volume_text, "in syringe")

    def _paint_content(self, volume_ml: float) -> None:
        table, painter, barrel = tokens(), self.painter, self.barrel
        level = barrel.bottom() - barrel.height() * volume_ml / SYRINGE_ML
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(table.liquid if self.fresh else table.raised)
        painter.drawRect(QRectF(barrel.left(), level, barrel.width(), barrel.bottom() - level))
        painter.setBrush(table.outline)
        top, middle = barrel.top() - self.cap, barrel.center().x()
        head = min(6 * self.scale, level - top)
        painter.drawRect(QRectF(barrel.left() + 2, level - head, barrel.width() - 4, head))
        rod, plate = barrel.width() * 0.07, barrel.width() * 0.3
        painter.drawRect(QRectF(middle - rod, top, 2 * rod, level - top))
        painter.drawRoundedRect(QRectF(middle - plate, top, 2 * plate, 3 * self.scale), 1, 1)

    def _paint_scale(self) -> None:
        table, painter, barrel = tokens(), self.painter, self.barrel
        left = barrel.right() + 3 * self.scale
        painter.setPen(QPen(table.outline, 1.0))
        for half_ml in range(11):
            y = barrel.bottom() - barrel.height() * half_ml / 10
            length = (4 if half_ml % 2 else 7) * self.scale
            painter.drawLine(QPointF(left, y), QPointF(left + length, y))
        for ml in range(6):
            y = barrel.bottom() - barrel.height() * ml / SYRINGE_ML
            place = QRectF(left + 10 * self.scale, y - self.line / 2, 40 * self.scale, self.line)
            text = f"{ml} mL" if ml == SYRINGE_ML else str(ml)
            draw_text(painter, place, text, self.font, table.muted, LEFT)


class ValveDrawing(_Drawing):
    """The ring of ports, the rotor, and while it moves where to and which way round."""

    def __init__(self, painter: QPainter, look: FluidicsLook, box: QRectF, scale: float) -> None:
        super().__init__(painter, look, look.valve_freshness, box, scale)
        self.moving = look.target is not None
        names = QFontMetricsF(self.font)
        self.name_width = max(names.horizontalAdvance(port) for port in PORTS) + 2
        self.dot = 8 * scale
        self.gap = self.dot + SPACE_XS
        self.centre = self.box.center()
        # The names beside the middle ports need the most room.
        room = self.box.width() / 2 - self.gap - self.name_width
        radius = min(room / math.sin(math.radians(_angle(1))), self.box.height() / 2 - self.dot)
        self.radius = max(16.0, radius)

    def paint(self) -> None:
        """Paint ring, rotor, ports, the way to go, and the caption."""
        painter = self.painter
        self.set_pen(1.5)
        painter.setBrush(tokens().window)
        painter.drawEllipse(self.centre, self.radius, self.radius)
        self._paint_rotor()
        for index, port in enumerate(PORTS):
            self._paint_port(index, port)
        if self.look.target in PORTS and self.fresh:
            self._paint_way(PORTS.index(self.look.target))
        what = self.look.turn_text or "rotary valve"
        self.paint_caption(self.look.valve_text, what, busy=self.moving)

    def _paint_rotor(self) -> None:
        table, painter, look = tokens(), self.painter, self.look
        if look.port in PORTS:
            settled = self.fresh and not self.moving
            colour = table.accent if settled else table.stale
            style = Qt.PenStyle.SolidLine if settled else Qt.PenStyle.DotLine
            painter.setPen(QPen(colour, 4 * self.scale, style, Qt.PenCapStyle.RoundCap))
            painter.drawLine(self.centre, self._at(PORTS.index(look.port)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(table.outline)
        painter.drawEllipse(self.centre, 5 * self.scale, 5 * self.scale)

    def _paint_port(self, index: int, port: str) -> None:
        table, painter = tokens(), self.painter
        here = port == self.look.port and not self.moving
        marked = here or port == self.look.target
        colour, text = table.outline, table.text if self.fresh else table.stale
        if marked and self.fresh:
            colour = text = table.accent if here else table.info
        place = self._at(index)
        painter.setPen(QPen(colour, (3 if marked else 1.5) * self.scale))
        filled = here and self.fresh
        painter.setBrush(colour if filled else table.surface)
        painter.drawEllipse(place, self.dot, self.dot)
        if self.scale >= _SCALE_WITH_NUMBERS:
            disc = QRectF(-self.dot, -self.dot, 2 * self.dot, 2 * self.dot).translated(place)
            ink = table.on_solid if filled else text
            draw_text(painter, disc, str(index + 1), scaled_font(0.75 * self.scale), ink, CENTRE)
        right = index < len(PORTS) / 2
        x = place.x() + (self.gap if right else -self.gap - self.name_width)
        label = QRectF(x, place.y() - self.line / 2, self.name_width, self.line)
        draw_text(painter, label, port, self.font, text, LEFT if right else RIGHT)

    def _paint_way(self, target: int) -> None:
        """Draw the way to go as an arc with a head; a short one where the start is not known."""
        clockwise = self.look.direction != "ccw"
        ports = 1.5
        if self.look.port in PORTS:
            start = PORTS.index(self.look.port)
            ports = ((target - start) if clockwise else (start - target)) % len(PORTS)
        radius, end = self.radius * 0.62, _angle(target)
        turn = _DEGREES_PER_PORT * ports * (1 if clockwise else -1)
        painter = self.painter
        width, style = 3 * self.scale, Qt.PenStyle.SolidLine
        painter.setPen(QPen(tokens().info, width, style, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        circle = QRectF(-radius, -radius, 2 * radius, 2 * radius).translated(self.centre)
        # Qt counts sixteenths of a degree anticlockwise from three o'clock.
        painter.drawArc(circle, round((90 - end) * 16), round(turn * 16))
        size = 7 * self.scale
        painter.save()
        painter.translate(_polar(self.centre, radius, end))
        painter.rotate(end if clockwise else end + 180)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens().info)
        corners = (QPointF(-0.4 * size, -size), QPointF(size, 0), QPointF(-0.4 * size, size))
        painter.drawPolygon(QPolygonF(corners))
        painter.restore()

    def _at(self, index: int) -> QPointF:
        return _polar(self.centre, self.radius, _angle(index))


def _angle(index: int) -> float:
    """Return where a port stands: degrees clockwise from the top, four ports to each side."""
    return _DEGREES_PER_PORT * (index + 0.5)


def _polar(centre: QPointF, radius: float, angle: float) -> QPointF:
    turn = math.radians(angle)
    return centre + QPointF(math.sin(turn), -math.cos(turn)) * radius
