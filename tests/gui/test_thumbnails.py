"""Small pictures come from other threads, in the order in which they are needed."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ifcbgui.ui.models.thumbnail_work import make_thumbnail
from ifcbgui.ui.models.thumbnails import Thumbnails
from tests.helpers.roi_pictures import FakeRois


@pytest.fixture
def source() -> FakeRois:
    return FakeRois(30)


@pytest.fixture
def thumbnails(qapp: object, source: FakeRois) -> Thumbnails:
    thumbnails = Thumbnails(source)
    thumbnails.set_side(40)
    return thumbnails


@pytest.fixture
def want(thumbnails: Thumbnails, source: FakeRois) -> Callable[..., None]:
    def want(*numbers: int) -> None:
        wanted = np.array(numbers, np.int64)
        thumbnails.want(wanted, source.table.rows[wanted])

    return want


def working() -> bool:
    return any(thread.name == "thumbnails" for thread in threading.enumerate())


def test_a_picture_comes_and_its_number_is_told(
    qtbot: QtBot, thumbnails: Thumbnails, want: Callable[..., None]
) -> None:
    with qtbot.waitSignal(thumbnails.ready) as told:
        want(7)
    assert told.args == [[7]]
    found = thumbnails.find(7)
    assert found is not None
    assert found.image is not None
    assert found.image.width() <= 40
    assert found.image.height() <= 30
    assert found.ground == 8


def test_what_is_there_is_not_made_again(
    qtbot: QtBot, thumbnails: Thumbnails, want: Callable[..., None], source: FakeRois
) -> None:
    want(7)
    qtbot.waitUntil(lambda: thumbnails.find(7) is not None)
    want(7, 8)
    qtbot.waitUntil(lambda: thumbnails.find(8) is not None)
    assert source.asked == [8, 9]


def test_the_most_urgent_are_made_first_and_what_scrolled_away_is_not(
    qtbot: QtBot, thumbnails: Thumbnails, want: Callable[..., None], source: FakeRois
) -> None:
    source.gate.clear()
    want(*range(10))
    qtbot.waitUntil(lambda: len(source.asked) == 2)  # a thread each holds one
    want(25, 26, 27)
    source.gate.set()
    qtbot.waitUntil(lambda: thumbnails.find(27) is not None and not working())
    assert source.asked[:2] == [1, 2]
    assert sorted(source.asked[2:]) == [26, 27, 28]
    assert source.asked[2] in (26, 27)


def test_one_that_is_being_made_is_not_begun_twice(
    qtbot: QtBot, thumbnails: Thumbnails, want: Callable[..., None], source: FakeRois
) -> None:
    source.gate.clear()
    want(1)
    qtbot.waitUntil(lambda: source.asked == [2])
    want(1)
    source.gate.set()
    qtbot.waitUntil(lambda: thumbnails.find(1) is not None and not working())
    assert source.asked == [2]


def test_a_row_without_a_picture_is_asked_for_once(
    qtbot: QtBot, thumbnails: Thumbnails, want: Callable[..., None], source: FakeRois
) -> None:
    source.missing = [5]
    want(4)
    qtbot.waitUntil(lambda: thumbnails.find(4) is not None)
    found = thumbnails.find(4)
    assert found is not None
    assert found.image is None
    want(4, 6)
    qtbot.waitUntil(lambda: thumbnails.find(6) is not None)
    assert source.asked == [5, 7]


def test_another_size_is_made_while_the_old_one_is_still_there(
    qtbot: QtBot, thumbnails: Thumbnails, want: Callable[..., None]
) -> None:
    want(3)
    qtbot.waitUntil(lambda: thumbnails.find(3) is not None)
    thumbnails.set_side(80)
    old = thumbnails.find(3)
    assert old is not None
    assert old.side == 40
    want(3)
    qtbot.waitUntil(lambda: (found := thumbnails.find(3)) is not None and found.side == 80)


def test_memory_is_bounded_and_what_was_looked_at_last_stays(
    qtbot: QtBot, qapp: object, source: FakeRois
) -> None:
    most = 12_000
    thumbnails = Thumbnails(source, most_bytes=most)
    thumbnails.set_side(60)
    for number in range(20):
        wanted = np.array([number], np.int64)
        thumbnails.want(wanted, source.table.rows[wanted])
        qtbot.waitUntil(lambda number=number: thumbnails.find(number) is not None)  # type: ignore[misc]
        thumbnails.find(0)
    assert 0 < thumbnails.kept_bytes <= most
    assert thumbnails.find(0) is not None
    assert thumbnails.find(19) is not None
    assert thumbnails.find(1) is None


def test_rows_of_another_session_never_get_the_pictures_of_the_last(
    qtbot: QtBot, thumbnails: Thumbnails, want: Callable[..., None], source: FakeRois
) -> None:
    source.gate.clear()
    want(3)
    qtbot.waitUntil(lambda: source.asked == [4])
    thumbnails.clear()
    source.gate.set()
    want(5)
    qtbot.waitUntil(lambda: thumbnails.find(5) is not None and not working())
    assert thumbnails.find(3) is None


def test_threads_end_soon_when_the_window_goes_in_the_middle(
    qtbot: QtBot, source: FakeRois
) -> None:
    thumbnails = Thumbnails(source)
    source.gate.clear()
    wanted = np.arange(30)
    thumbnails.want(wanted, source.table.rows[wanted])
    qtbot.waitUntil(lambda: len(source.asked) == 2)
    with qtbot.waitSignal(thumbnails.destroyed):
        thumbnails.deleteLater()
    source.gate.set()
    qtbot.waitUntil(lambda: not working())
    assert len(source.asked) < 6


@pytest.mark.parametrize(
    ("shape", "size"),
    [((100, 400), (120, 30)), ((400, 100), (22, 90)), ((10, 10), (20, 20)), ((1, 900), (120, 1))],
)
def test_true_proportion_and_small_ones_not_blown_up(
    shape: tuple[int, int], size: tuple[int, int]
) -> None:
    image = make_thumbnail(np.full(shape, 80, np.uint8), 120).image
    assert image is not None
    assert (image.width(), image.height()) == size
    assert image.pixelColor(0, 0).red() == 80


def test_the_ground_is_the_grey_of_the_edge() -> None:
    grey = np.full((40, 60), 180, np.uint8)
    grey[8:32, 10:50] = 20
    assert make_thumbnail(grey, 120).ground == 180


def test_a_picture_without_pixels_is_none() -> None:
    assert make_thumbnail(np.empty((0, 5), np.uint8), 120).image is None
