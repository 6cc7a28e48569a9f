"""A frame as a file: byte for byte, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from ifcbgui.ui.models.frame_files import file_name, save_png
from ifcbgui.ui.models.frame_reel import FrameRow


def test_the_name_tells_moment_and_trigger() -> None:
    row = FrameRow(3, 17, 1_773_513_199_752_705_588, 346)
    assert file_name(row) == "frame_20260314T183319.752Z_346.png"


def test_the_bytes_are_those_that_came(tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    path.write_bytes(b"before")
    said = save_png(b"\x89PNG after", path)
    assert path.read_bytes() == b"\x89PNG after"
    assert str(path) in said
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_saved_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    said = save_png(b"x", tmp_path / "missing" / "frame.png")
    assert said.startswith("Not saved: ")
    (tmp_path / "folder.png").mkdir()
    assert save_png(b"x", tmp_path / "folder.png").startswith("Not saved: ")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]
