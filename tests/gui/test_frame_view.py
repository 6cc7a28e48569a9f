"""The frame is shown as it is: its own pixels, where they are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ifcbgui.simulator.png import encode_png
from ifcbgui.ui import theme
from ifcbgui.ui.models.frame_loader import Frame, decode
from ifcbgui.ui.models.frame_places import Box, Places
from ifcbgui.ui.models.frame_reel import FrameRow
from ifcbgui.ui.widgets.frame_painter import length_text, round_length
from ifcbgui.ui.widgets.frame_view import FrameView, Mark, PixelReading
from ifcbgui.ui.widgets.histogram import Histogram, clipping_text
from tests.helpers.frames import speckled

LEFT = Qt.MouseButton.LeftButton


def frame(width: int = 136, height: int = 102) -> Frame:
    return decode(FrameRow(0, 7, 0, 12), encode_png(speckled(width, height)))


@pytest.fixture
def view(qtbot, qapp) -> FrameView:
    theme.apply_theme(qapp, "light")
    view = FrameView()
    qtbot.addWidget(view)
    view.resize(272, 204)
    view.show_frame(frame())
    view.show()
    return view


def grey_at(image: QImage, x: int, y: int) -> int:
    colour = image.pixelColor(x, y)
    assert colour.red() == colour.green() == colour.blue()
    return colour.red()


def turn(view: FrameView, at: QPoint, angle: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_pixels_are_squares_of_their_own_grey(view: FrameView) -> None:
    assert view.port.scale == 2.0
    image = view.grab().toImage()
    grey = view.frame.grey
    for x, y in ((1, 1), (2, 2), (270, 202), (100, 77), (133, 8)):
        assert grey_at(image, x, y) == grey[y // 2, x // 2]


def test_each_pixel_is_where_it_is_when_only_a_part_is_seen(view: FrameView) -> None:
    view.zoom(2)
    view.port.pan(37, -21)
    image = view.grab().toImage()
    for x, y in ((1, 1), (2, 1), (270, 202), (100, 77), (135, 8)):
        column, row = view.port.pixel_at(x + 0.5, y + 0.5)
        assert grey_at(image, x, y) == view.frame.grey[row, column]


def test_a_smaller_picture_is_the_mean_of_the_pixels(view: FrameView) -> None:
    view.resize(68, 51)
    assert view.port.scale == 0.5
    image = view.grab().toImage()
    for x, y in ((1, 1), (66, 49), (30, 20)):
        mean = view.frame.grey[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].mean()
        assert grey_at(image, x, y) == pytest.approx(mean, abs=1.01)  # rounded twice


def test_a_dense_screen_is_followed(view: FrameView, monkeypatch) -> None:
    monkeypatch.setattr(FrameView, "devicePixelRatioF", lambda _self: 2.0)
    QApplication.sendEvent(view, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert view.port.scale == 4.0  # pixels of the screen, half as large as Qt's


def test_the_wheel_zooms_around_the_mouse(view: FrameView) -> None:
    at = QPoint(200, 60)
    before = view.port.pixel_at(200.5, 60.5)
    turn(view, at, 120)
    assert view.port.scale == 3.0
    after = view.port.pixel_at(200.5, 60.5)
    assert abs(after[0] - before[0]) <= 1
    assert abs(after[1] - before[1]) <= 1
    for _ in range(8):
        turn(view, at, 15)  # a touch pad
    assert view.port.scale == 4.0
    turn(view, at, -1200)
    assert view.port.fitted


def test_keys_zoom_and_move(view: FrameView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.port.scale == 3.0
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.port.scale == 2.0
    QTest.keyClick(view, Qt.Key.Key_1)
    assert (view.port.scale, view.port.fitted) == (1.0, False)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    left, top = view.port.left, view.port.top
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert (view.port.left, view.port.top) == (left - 48, top + 48)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.port.fitted


def test_dragging_moves_and_chooses_nothing(view: FrameView, qtbot) -> None:
    chosen = []
    view.roi_chosen.connect(chosen.append)
    view.set_places(Places((Box(5, 0, 0, 136, 102),)))
    view.zoom(2)
    left, top = view.port.left, view.port.top
    start = QPoint(150, 100)
    QTest.mouseMove(view, start)
    QTest.mousePress(view, LEFT, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(view, start + QPoint(10 * step, 5 * step))
    QTest.mouseRelease(view, LEFT, pos=start + QPoint(40, 20))
    assert (view.port.left, view.port.top) == (left + 40, top + 20)
    assert chosen == []
    QTest.mouseDClick(view, LEFT, pos=start)
    assert view.port.fitted


def test_a_click_in_a_box_chooses_its_region(view: FrameView) -> None:
    chosen = []
    view.roi_chosen.connect(chosen.append)
    view.set_places(Places((Box(5, 10, 10, 60, 60), Box(6, 20, 20, 10, 10))))
    for x, y in ((50, 50), (24, 24), (250, 150)):
        QTest.mouseMove(view, QPoint(x, y))
        QTest.mouseClick(view, LEFT, pos=QPoint(x, y))
    assert chosen == [6, 5]
    view.set_boxes_shown(False)
    QTest.mouseClick(view, LEFT, pos=QPoint(50, 50))
    assert chosen == [6, 5]


def test_the_pixel_under_the_mouse_is_read_of_each_frame(view: FrameView) -> None:
    read = []
    view.pixel_read.connect(read.append)
    QTest.mouseMove(view, QPoint(101, 50))
    grey = int(view.frame.grey[25, 50])
    assert read[-1] == PixelReading(50, 25, grey)
    other = decode(FrameRow(1, 8, 0, 13), encode_png(np.full((102, 136), 200, np.uint8)))
    view.show_frame(other)
    assert read[-1] == PixelReading(50, 25, 200)
    view.show_frame(None)
    assert read[-1] is None


def test_boxes_are_around_their_regions_and_hide_none_of_their_pixels(view: FrameView) -> None:
    plain = view.grab().toImage()
    view.set_places(Places((Box(5, 20, 30, 40, 20),)))
    boxed = view.grab().toImage()
    changed = {
        (x, y) for x in range(272) for y in range(204) if plain.pixel(x, y) != boxed.pixel(x, y)
    }
    assert (39, 80) in changed
    assert not {(x, y) for x, y in changed if 41 <= x < 119 and 61 <= y < 99}
    assert all(37 <= x <= 122 and 57 <= y <= 102 for x, y in changed)
    view.set_boxes_shown(False)
    assert view.grab().toImage() == plain


def test_what_lies_over_the_frame_can_be_seen(view: FrameView) -> None:
    seen = [view.grab().toImage()]
    view.set_places(Places((), (60, 40)))
    seen.append(view.grab().toImage())
    view.set_band(70.0, 80.0)
    view.set_band_shown(True)
    seen.append(view.grab().toImage())
    view.set_pixels_per_um(2.77)
    seen.append(view.grab().toImage())
    view.set_marks([Mark("Frozen", "pause", "info")])
    seen.append(view.grab().toImage())
    assert [one != other for one, other in pairwise(seen)] == [True] * 4
    view.set_band_shown(False)
    view.set_marks([])
    view.set_places(Places())
    view.set_pixels_per_um(3.4)
    assert view.grab().toImage() == seen[0]


def test_without_a_frame_the_reason_is_there(view: FrameView) -> None:
    view.show_frame(None)
    empty = view.grab().toImage()
    view.set_empty_text("View images is OFF.")
    assert view.grab().toImage() != empty


@pytest.mark.parametrize(
    ("most", "length", "text"),
    [(73.0, 50.0, "50 µm"), (2.0, 2.0, "2 µm"), (0.6, 0.5, "0.5 µm"), (1400.0, 1000.0, "1 mm")],
)
def test_the_scale_bar_has_a_round_length(most: float, length: float, text: str) -> None:
    assert round_length(most) == pytest.approx(length)
    assert length_text(length) == text


def test_what_is_clipped_is_said() -> None:
    counts = [0] * 256
    counts[120] = 9_900
    assert clipping_text(tuple(counts)) == "Nothing clipped"
    counts[255] = 75
    assert clipping_text(tuple(counts)) == "0.75 % saturated"
    counts[0] = 2_000
    assert clipping_text(tuple(counts)) == "0.63 % saturated, 17 % black"
    assert clipping_text(()) == ""


def test_the_histogram_marks_what_is_clipped(qtbot, qapp) -> None:
    theme.apply_theme(qapp, "light")
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(200, 100)
    counts = [10] * 256
    counts[0] = counts[255] = 0

    def warned() -> int:
        image = histogram.grab().toImage()
        pixels = (image.pixelColor(x, 40) for x in range(200))
        return sum(pixel.name() == theme.LIGHT.warn.name() for pixel in pixels)

    histogram.set_counts(tuple(counts))
    assert warned() == 0
    counts[255] = 10
    histogram.set_counts(tuple(counts))
    assert warned() == 3
    histogram.set_counts(())
    assert histogram.accessibleDescription() == ""
