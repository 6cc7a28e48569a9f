"""Pictures as files: names for any system, whole or not at all, and never one over another."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from ifcbgui.instrument.imaging.pictures import Grey, read_grey
from ifcbgui.instrument.imaging.tables import ROI
from ifcbgui.ui.models.roi_files import encode, file_name, save_all
from tests.helpers.roi_pictures import FakeRois, roi_row

NAME = "IFCB207_20261122T162500.000Z_1_0.png"


@pytest.fixture
def source() -> FakeRois:
    return FakeRois(3)


def save(source: FakeRois, folder: Path, cancelled: threading.Event | None = None):
    rows = source.table.rows.copy()
    return save_all(source, rows, folder, "IFCB207", cancelled or threading.Event())


def test_a_name_tells_instrument_time_trigger_and_place() -> None:
    row = np.array([roi_row(0, trigger=42, index=3, time_ns=1_795_364_700_987_654_321)], ROI)[0]
    assert file_name(row, "IFCB207") == "IFCB207_20261122T162500.987Z_42_3.png"


@pytest.mark.parametrize("origin", ["../../etc/x", "a:b*c?", "", ".", "ä" * 300, "con\n"])
def test_no_origin_makes_a_name_that_is_none(origin: str) -> None:
    name = file_name(np.array([roi_row(0)], ROI)[0], origin)
    assert Path(name).name == name
    assert name.isascii()
    assert len(name) < 120


def test_pictures_are_saved_with_their_very_pixels(source: FakeRois, tmp_path: Path) -> None:
    saved = save(source, tmp_path)
    assert saved.paths[0].name == NAME
    assert sorted(tmp_path.iterdir()) == sorted(saved.paths)
    for roi, path in zip(source.table.rows, saved.paths, strict=True):
        np.testing.assert_array_equal(read_grey(path.read_bytes()), source.pixels(roi))


def test_a_file_that_is_there_is_left_alone(source: FakeRois, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"somebody else's")
    saved = save(source, tmp_path)
    assert saved.paths[0].name == NAME.replace("_1_0", "_1_0-2")
    assert (tmp_path / NAME).read_bytes() == b"somebody else's"


def test_one_without_a_picture_is_counted(source: FakeRois, tmp_path: Path) -> None:
    source.missing = [2]
    saved = save(source, tmp_path)
    assert (len(saved.paths), saved.missing, saved.problem) == (2, 1, "")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_is_not_there(source: FakeRois, tmp_path: Path) -> None:
    saved = save(source, tmp_path / "gone")
    assert saved.paths == ()
    assert "not there" in saved.problem


def test_a_disk_that_fills_leaves_nothing_torn(tmp_path: Path) -> None:
    class Full(FakeRois):
        def pixels(self, roi: np.void) -> Grey:
            if roi["trigger"] == 2:
                # Its name can be taken; what is written beside it cannot.
                name = file_name(roi, "IFCB207")
                (tmp_path / f".{name}.{os.getpid()}.part").mkdir()
            return super().pixels(roi)

    saved = save(Full(3), tmp_path)
    assert len(saved.paths) == 1
    assert saved.problem
    assert [path for path in tmp_path.iterdir() if path.is_file()] == list(saved.paths)


def test_given_up_it_keeps_what_is_whole(source: FakeRois, tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    assert save(source, tmp_path, cancelled).paths == ()


def test_a_picture_as_a_png_file() -> None:
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(read_grey(encode(grey)), grey)
