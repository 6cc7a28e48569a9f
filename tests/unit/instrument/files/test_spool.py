"""What is on the disk while a file comes, and when it has come: never a half file with its name."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from ifcbgui.instrument.files.checks import oddities
from ifcbgui.instrument.files.spool import Spool, SpoolError, open_new
from tests.helpers.bin_files import write_new_bin
from tests.helpers.file_bench import plain_name

NAME = "x.roi"


def names(folder: Path) -> list[str]:
    return sorted(map(plain_name, folder.iterdir()))


def finish(spool: Spool) -> Path:
    spool.settle()
    return spool.finish()


def spooled(folder: Path, *chunks: tuple[int, bytes]) -> Spool:
    spool = Spool(folder, NAME)
    for index, data in chunks:
        spool.write(index, data)
    return spool


def test_the_name_comes_last(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    spool = spooled(folder, (0, b"one"), (1, b"two"))
    assert names(folder) == ["x.roi.part"]
    assert finish(spool) == folder / NAME
    assert names(folder) == [NAME]
    assert (folder / NAME).read_bytes() == b"onetwo"
    assert spool.remarks == ()


def test_chunks_in_any_order(tmp_path: Path) -> None:
    finish(spooled(tmp_path, (2, b"three"), (0, b"one"), (3, b""), (1, b"two")))
    assert names(tmp_path) == [NAME]
    assert (tmp_path / NAME).read_bytes() == b"onetwothree"


def test_an_empty_file(tmp_path: Path) -> None:
    assert finish(Spool(tmp_path, NAME)).read_bytes() == b""


def test_the_same_file_is_there_already(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"one")
    spool = spooled(tmp_path, (0, b"one"))
    assert finish(spool) == tmp_path / NAME
    assert names(tmp_path) == [NAME]
    assert "already" in spool.remarks[0]


def test_another_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"mine")
    (tmp_path / "x (2).roi").mkdir()
    spool = spooled(tmp_path, (0, b"one"))
    assert finish(spool) == tmp_path / "x (3).roi"
    assert (tmp_path / NAME).read_bytes() == b"mine"
    assert "x (3).roi" in spool.remarks[0]


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / NAME).symlink_to(outside)
    assert finish(spooled(folder, (0, b"one"))) == folder / "x (2).roi"
    assert outside.read_bytes() == b"mine"


def test_what_a_crash_has_left_goes_when_it_is_old(tmp_path: Path) -> None:
    left = [spooled(tmp_path, (0, b"left")) for _ in range(2)]
    for spool in left:
        spool.pause()
    old, young = sorted(tmp_path.iterdir())
    others = [tmp_path / name for name in ("x.roi.part", f"y{old.name}", f"{old.name}.roi")]
    for path in (old, *others):
        path.touch()
        os.utime(path, (0, 0))
    assert finish(spooled(tmp_path, (0, b"one"))) == tmp_path / NAME
    assert sorted(tmp_path.iterdir()) == sorted((young, *others, tmp_path / NAME))
    assert sorted(spool.intact for spool in left) == [False, True]


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    (tmp_path / NAME).write_bytes(b"mine")
    assert finish(spooled(tmp_path, (0, b"one"))).read_bytes() == b"one"
    assert names(tmp_path) == ["x (2).roi", NAME]


def test_what_is_not_wanted_leaves_nothing(tmp_path: Path) -> None:
    spool = spooled(tmp_path, (0, b"one"))
    spool.clear()
    assert names(tmp_path) == []
    spool.write(0, b"again")
    assert finish(spool).read_bytes() == b"again"


class FullDisk:
    """Opens files that take so many bytes and no more; ``room`` may be changed."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __call__(self, path: Path) -> BinaryIO:
        disk = self

        class File(io.FileIO):
            def write(self, data: bytes) -> int:  # type: ignore[override]
                fits = min(len(data), disk.room - self.tell())
                super().write(data[:fits])
                if fits < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return fits

        return File(path, "x+b")  # type: ignore[return-value]


def test_a_full_disk_is_said_to_be_that_and_what_was_written_stays_good(tmp_path: Path) -> None:
    disk = FullDisk(5)
    spool = Spool(tmp_path, NAME, disk)
    spool.write(0, b"one")
    with pytest.raises(SpoolError, match=r"disk .* is full"):
        spool.write(1, b"two")
    assert names(tmp_path) == ["x.roi.part"]
    disk.room = 6
    spool.write(1, b"two")
    assert finish(spool).read_bytes() == b"onetwo"


def test_a_disk_that_fills_while_the_chunks_are_put_in_order(tmp_path: Path) -> None:
    ordered = FullDisk(2)

    def open_file(path: Path) -> BinaryIO:
        return ordered(path) if names(tmp_path) else open_new(path)

    spool = Spool(tmp_path, NAME, open_file)
    spool.write(1, b"two")
    spool.write(0, b"one")
    with pytest.raises(SpoolError, match="full"):
        spool.settle()
    assert names(tmp_path) == ["x.roi.part"]
    ordered.room = 100
    assert finish(spool).read_bytes() == b"onetwo"


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    with pytest.raises(SpoolError, match="no folder"):
        Spool(tmp_path / "folder", NAME).write(0, b"x")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_unfinished_file_that_was_cut_off_gets_no_name(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    spool = spooled(tmp_path, *((index, b"one") for index in order))
    (unfinished,) = tmp_path.iterdir()
    os.truncate(unfinished, 2)
    assert not spool.intact
    with pytest.raises(SpoolError, match="cut off"):
        spool.settle()
    spool.pause()
    assert names(tmp_path) == ["x.roi.part"]


# --- what is odd about a whole file ----------------------------------------------------------


def test_a_header_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.hdr.part"
    path.write_bytes(b"\x00\xff\xd8")
    assert "no text" in oddities("x.hdr", path, 3)[0]
    path.write_text("humidity: 41")
    assert oddities("x.hdr", path, 12) == ()


def test_images_that_are_shorter_than_the_records_say(tmp_path: Path) -> None:
    base = write_new_bin(tmp_path)
    name = base.name + ".roi"
    path = base.with_suffix(".roi")
    size = path.stat().st_size
    assert oddities(name, path, size) == ()
    assert "tells of images up to byte" in oddities(name, path, size - 1)[0]
    base.with_suffix(".adc").unlink()
    assert oddities(name, path, size - 1) == ()


def test_an_empty_file_is_odd(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.touch()
    assert "empty" in oddities("x", path, 0)[0]
