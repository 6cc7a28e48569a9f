"""Which part of a frame is seen: whole steps, no gaps, and the point under the mouse stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifcbgui.ui.widgets.frame_port import FramePort


@pytest.fixture
def port() -> FramePort:
    port = FramePort()
    port.set_frame(1360, 1024)
    port.set_view(680, 600)
    return port


def test_the_whole_frame_is_in_the_middle(port: FramePort) -> None:
    assert (port.scale, port.left, port.top) == (0.5, 0, 44)
    port.set_view(1360, 1024)
    assert (port.scale, port.left, port.top) == (1.0, 0, 0)


def test_a_large_view_shows_each_pixel_equally_large(port: FramePort) -> None:
    port.set_view(4000, 2100)
    assert port.scale == 2.0
    assert (port.left, port.top) == (640, 26)


def test_the_pixel_under_the_mouse_stays_there(port: FramePort) -> None:
    before = port.pixel_at(400.5, 300.5)
    for scale in (2 / 3, 1, 2, 3):
        port.zoom(1, 400.5, 300.5)
        assert port.scale == scale
        after = port.pixel_at(400.5, 300.5)
        assert before is not None
        assert after is not None
        assert abs(after[0] - before[0]) <= 2
        assert abs(after[1] - before[1]) <= 2


def test_zooming_out_ends_at_the_whole_frame(port: FramePort) -> None:
    port.zoom(3)
    assert not port.fitted
    port.zoom(-2)
    port.zoom(-9)
    assert port.fitted
    port.zoom(-1)
    assert port.scale == 0.5
    port.zoom(99)
    assert port.scale == 32.0


def test_panning_ends_at_the_edges(port: FramePort) -> None:
    port.pan(50, 50)
    assert (port.left, port.top) == (0, 44)  # the whole frame is seen
    port.zoom_to(1.0)
    port.pan(-9999, -9999)
    assert (port.left, port.top) == (0, 0)
    assert port.pixel_at(0, 0) == (0, 0)
    port.pan(9999, 9999)
    assert port.pixel_at(679, 599) == (1359, 1023)
    port.pan(-10, -20)
    assert port.pixel_at(679, 599) == (1349, 1003)


def test_a_view_of_another_size_keeps_what_is_in_its_middle(port: FramePort) -> None:
    port.zoom_to(2.0)
    port.pan(100, 40)
    middle = port.pixel_at(340, 300)
    port.set_view(400, 300)
    assert port.pixel_at(200, 150) == middle


def test_beside_the_frame_is_no_pixel(port: FramePort) -> None:
    assert port.pixel_at(300, 43) is None
    assert port.pixel_at(300, 44) == (600, 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["zoom", "pan", "view", "frame", "to"]),
            st.integers(-900, 900),
            st.integers(-900, 900),
        ),
        max_size=12,
    )
)
def test_whatever_one_does_there_is_no_gap(steps: list[tuple[str, int, int]]) -> None:
    port = FramePort()
    port.set_frame(1360, 1024)
    across, down = 640, 480
    port.set_view(across, down)
    for what, x, y in steps:
        match what:
            case "zoom":
                port.zoom(x % 7 - 3, abs(x) % across, abs(y) % down)
            case "pan":
                port.pan(x, y)
            case "view":
                across, down = abs(x) + 1, abs(y) + 1
                port.set_view(across, down)
            case "frame":
                port.set_frame(abs(x) + 1, abs(y) + 1)
            case "to":
                port.zoom_to(1.0)
        for begin, length, room in (
            (port.left, round(port.width * port.scale), across),
            (port.top, round(port.height * port.scale), down),
        ):
            if length <= room:
                assert 0 <= begin <= room - length
            else:
                assert room - length <= begin <= 0
