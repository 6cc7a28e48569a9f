"""A frame of the camera, as sharp as it is: zoom, pan, regions of interest, scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from ifcbgui.ui.icons import draw_icon
from ifcbgui.ui.models.frame_loader import Frame
from ifcbgui.ui.models.frame_places import Box, Places
from ifcbgui.ui.theme import SPACE_L, SPACE_S, SPACE_XS, scaled_font, tokens
from ifcbgui.ui.widgets.frame_painter import FramePainter
from ifcbgui.ui.widgets.frame_picture import FramePicture
from ifcbgui.ui.widgets.frame_port import FramePort
from ifcbgui.ui.widgets.painting import draw_pill, pill_width

_NOTCH: Final = 120
_STEP: Final = 48
_ZOOM_KEYS: Final = {
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Equal: 1,
    Qt.Key.Key_Minus: -1,
}
_PAN_KEYS: Final = {
    Qt.Key.Key_Left: (-_STEP, 0),
    Qt.Key.Key_Right: (_STEP, 0),
    Qt.Key.Key_Up: (0, -_STEP),
    Qt.Key.Key_Down: (0, _STEP),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A pill on the view that says how what is seen is to be taken.

    Attributes:
        text: What it says.
        picture: Name of its icon.
        token: Name of the `Tokens` colour that fills it.
    """

    text: str
    picture: str
    token: str


@dataclass(frozen=True, slots=True)
class PixelReading:
    """The pixel under the mouse.

    Attributes:
        x: Camera pixels from the left.
        y: Camera pixels from above.
        grey: 0 to 255.
    """

    x: int
    y: int
    grey: int


class FrameView(QWidget):
    """Shows one frame at a time.

    Signals:
        pixel_read: A `PixelReading` of what is under the mouse, or None.
        zoomed: Another part of the frame is seen, or at another scale.
        roi_chosen: Somebody clicked on a region of interest; number of its row.
    """

    pixel_read = Signal(object)
    zoomed = Signal()
    roi_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Camera frame")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.frame: Frame | None = None
        self.port = FramePort()
        self._empty = ""
        self._marks: tuple[Mark, ...] = ()
        self._places = Places()
        self._with_boxes, self._band_shown = True, False
        self._band: tuple[float, float] | None = None
        self._pixels_per_um = 3.4
        self._picture = FramePicture()
        self._mouse: QPointF | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self._hovered: int | None = None
        self._turned = 0

    # What is shown -----------------------------------------------------------------------

    def show_frame(self, frame: Frame | None) -> None:
        """Show a frame, or none; zoom and place stay as they are."""
        self.frame = frame
        if frame is not None:
            height, width = frame.grey.shape
            self.port.set_frame(width, height)
        self.setAccessibleDescription("" if frame is None else f"Trigger {frame.row.trigger}")
        self._read_pixel()
        self.zoomed.emit()
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Say why there is no frame, where there is none."""
        if text != self._empty:
            self._empty = text
            self.update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show pills in the upper left corner."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.update()

    def set_places(self, places: Places) -> None:
        """Take where the regions of interest are."""
        if places != self._places:
            self._places = places
            self._follow_mouse()
            self.update()

    def set_boxes_shown(self, shown: bool) -> None:
        """Show the regions of interest, or not."""
        self._with_boxes = shown
        self._follow_mouse()
        self.update()

    def set_band(self, left: float, right: float) -> None:
        """Take the band in which regions are usually found, camera pixels from the left."""
        if (left, right) != self._band:
            self._band = (left, right)
            self.update()

    def clear_band(self) -> None:
        """Know of no band."""
        self._band = None
        self.update()

    def set_band_shown(self, shown: bool) -> None:
        """Show the band, if there is one, or not."""
        self._band_shown = shown
        self.update()

    def set_pixels_per_um(self, pixels_per_um: float) -> None:
        """Take how many pixels of the camera a micrometre has."""
        self._pixels_per_um = pixels_per_um
        self.update()

    # Zoom and place ----------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole frame."""
        self.port.fit()
        self._moved()

    def show_actual_size(self) -> None:
        """Show a pixel of the camera as one of the screen."""
        self.port.zoom_to(1.0)
        self._moved()

    def zoom(self, steps: int, at: QPointF | None = None) -> None:
        """Zoom in, or out below 0, around a point of the view."""
        ratio = self.devicePixelRatioF()
        if at is None:
            self.port.zoom(steps)
        else:
            self.port.zoom(steps, at.x() * ratio, at.y() * ratio)
        self._moved()

    def _pan(self, right: float, down: float) -> None:
        ratio = self.devicePixelRatioF()
        self.port.pan(right * ratio, down * ratio)
        self._moved()

    def _moved(self) -> None:
        self._follow_mouse()
        self.zoomed.emit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in the middle what is there."""
        super().resizeEvent(event)
        self._measure()

    def event(self, event: QEvent) -> bool:
        """Follow the window to a screen that is more or less dense."""
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._measure()
        return super().event(event)

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        self.port.set_view(round(self.width() * ratio), round(self.height() * ratio))
        self._moved()

    def sizeHint(self) -> QSize:
        """Large enough to see something, in the proportions of a frame."""
        return QSize(425, 320)

    def minimumSizeHint(self) -> QSize:
        """Let a narrow dock be narrow."""
        return QSize(160, 120)

    # Mouse and keys ----------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse; a touch pad's small turns add up."""
        self._turned += event.angleDelta().y()
        steps = int(self._turned / _NOTCH)
        self._turned -= steps * _NOTCH
        if steps and self.frame is not None:
            self.zoom(steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, or to click."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is down, else read the pixel."""
        before, self._mouse = self._mouse, event.position()
        if self._pressed is not None and before is not None:
            way = event.position() - self._pressed
            self._dragged |= way.manhattanLength() >= QApplication.startDragDistance()
            if self._dragged:
                step = before - event.position()
                self._pan(step.x(), step.y())
        self._follow_mouse()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the region that was clicked on."""
        clicked = self._pressed is not None and not self._dragged
        self._pressed = None
        self._follow_mouse()
        if clicked and event.button() is Qt.MouseButton.LeftButton and self._hovered is not None:
            self.roi_chosen.emit(self._hovered)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Show the whole frame."""
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Read no pixel."""
        self._mouse = None
        self._follow_mouse()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by +, -, 0 and 1; pan by the arrows."""
        key = Qt.Key(event.key())
        if key in _ZOOM_KEYS:
            self.zoom(_ZOOM_KEYS[key])
        elif key in _PAN_KEYS:
            self._pan(*_PAN_KEYS[key])
        elif key is Qt.Key.Key_0:
            self.fit()
        elif key is Qt.Key.Key_1:
            self.show_actual_size()
        else:
            super().keyPressEvent(event)

    def _follow_mouse(self) -> None:
        """Find out what is under the mouse."""
        hovered = self._box_at(self._pixel())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
        if hovered is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif self._pressed is not None and self._dragged:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)
        self._read_pixel()

    def _pixel(self) -> tuple[int, int] | None:
        if self._mouse is None or self.frame is None:
            return None
        ratio = self.devicePixelRatioF()
        return self.port.pixel_at(self._mouse.x() * ratio, self._mouse.y() * ratio)

    def _read_pixel(self) -> None:
        pixel = self._pixel()
        if pixel is None or self.frame is None:
            self.pixel_read.emit(None)
        else:
            x, y = pixel
            self.pixel_read.emit(PixelReading(x, y, int(self.frame.grey[y, x])))

    def _box_at(self, pixel: tuple[int, int] | None) -> int | None:
        """Return the number of the smallest region around a pixel."""
        if pixel is None or not self._with_boxes:
            return None
        x, y = pixel
        around = [
            box
            for box in self._places.boxes
            if box.left <= x < box.left + box.width and box.top <= y < box.top + box.height
        ]
        return min(around, key=_area).number if around else None

    # Painting ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, what lies over it, and the marks."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().raised)
        if self.frame is None:
            self._paint_empty(painter)
        else:
            painter.save()
            self._paint_frame(painter, self.frame)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(tokens().accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_frame(self, painter: QPainter, frame: Frame) -> None:
        ratio, port = self.devicePixelRatioF(), self.port
        painter.scale(1 / ratio, 1 / ratio)
        view = QRect(0, 0, round(self.width() * ratio), round(self.height() * ratio))
        self._picture.draw(painter, frame, port, view)
        over = FramePainter(painter, port, ratio)
        if self._band is not None and self._band_shown:
            over.draw_band(*self._band)
        if self._with_boxes:
            over.draw_boxes(self._places.boxes, self._hovered)
            if self._places.corner is not None:
                over.draw_corner(self._places.corner, QRectF(view))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        over.draw_scale_bar(self._pixels_per_um, QRectF(view))

    def _paint_marks(self, painter: QPainter) -> None:
        font = scaled_font(0.9, bold=True)
        corner, below = QPointF(SPACE_S, SPACE_S), QFontMetricsF(font).height() + 2 * SPACE_XS
        for mark in self._marks:
            width = pill_width(mark.text, font)
            if corner.x() > SPACE_S and corner.x() + width > self.width():
                corner = QPointF(SPACE_S, corner.y() + below)
            draw_pill(painter, corner, mark.text, mark.picture, font, getattr(tokens(), mark.token))
            corner.setX(corner.x() + width + SPACE_XS)

    def _paint_empty(self, painter: QPainter) -> None:
        table, font = tokens(), scaled_font()
        painter.setFont(font)
        side = 48
        wide = self.rect().adjusted(SPACE_L, 0, -SPACE_L, 0)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        words = painter.boundingRect(wide, flags, self._empty)
        top = (self.height() - side - SPACE_S - words.height()) // 2
        place = QRectF((self.width() - side) / 2, top, side, side)
        draw_icon(painter, "camera", place, table.outline)
        painter.setPen(table.muted)
        words.moveTop(top + side + SPACE_S)
        painter.drawText(words, flags, self._empty)


def _area(box: Box) -> int:
    return box.width * box.height
