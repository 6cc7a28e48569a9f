"""A real file system that is full, goes away or cannot be written, where one can be mounted."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ifcbgui.session import DiskLevel, Recorder, RecorderLimits, SessionReader
from tests.helpers.recorded import entry, wait_for

MB = 1_000_000
TOLD_WITHIN_S = 1.0
RecordOn = Callable[..., Recorder]


def _mount(*arguments: str | Path) -> bool:
    return not subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode


def _unmount(place: Path) -> None:
    subprocess.run(["umount", "--lazy", place], capture_output=True, check=False)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() or not _mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", place):
        pytest.skip("Nothing can be mounted here.")
    yield place
    _unmount(place)


@pytest.fixture
def record_on(disk: Path) -> Iterator[RecordOn]:
    recorders = []

    def make(folder: Path = disk / "sessions", stop_free_bytes: int = 0) -> Recorder:
        limits = RecorderLimits(
            retry_s=0.1, max_rows=2000, warn_free_bytes=0, stop_free_bytes=stop_free_bytes
        )
        recorder = Recorder(folder, instrument="1", server="", limits=limits)
        recorder.start()
        recorders.append(recorder)
        return recorder

    yield make
    for recorder in recorders:
        recorder.close()


def record(recorder: Recorder, count: int) -> None:
    for _ in range(count):
        recorder.record(entry("x" * 200))


def ids_of(recorder: Recorder) -> list[int]:
    """Return the ids in all files, each of which must be sound."""
    ids = []
    for path in recorder.reader().paths:
        if path.exists():
            database = sqlite3.connect(path)
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            database.close()
            with SessionReader(path) as reader:
                ids += [row.id for row in reader.rows()]
    return ids


def test_a_full_disk_loses_nothing_that_memory_can_hold(disk: Path, record_on: RecordOn) -> None:
    recorder = record_on()
    record(recorder, 1000)
    assert recorder.flush()
    filler = disk / "filler"
    with filler.open("wb") as file:
        free = shutil.disk_usage(disk).free
        file.write(bytes(free))
    for _ in range(20):  # what SQLite has set aside lasts for a while
        record(recorder, 100)
        if not recorder.flush(timeout_s=0.2):
            break
    wait_for(lambda: recorder.status.problem, timeout_s=TOLD_WITHIN_S)
    assert "is full" in (recorder.status.problem or "")
    given = record_more_than_fits(recorder)
    lost = recorder.status.lost
    assert lost > 0

    filler.unlink()
    assert recorder.flush(timeout_s=5)
    recorder.close()
    assert len(recorder.reader().paths) > 1
    ids = ids_of(recorder)
    assert len(ids) == given - lost
    assert ids == list(range(1, len(ids) + 1))


def record_more_than_fits(recorder: Recorder) -> int:
    record(recorder, 2500)
    return recorder.record(entry())


def test_before_it_is_full_the_file_is_closed_cleanly(disk: Path, record_on: RecordOn) -> None:
    recorder = record_on(stop_free_bytes=2 * MB)
    record(recorder, 100)
    assert recorder.flush()
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free - MB))
    wait_for(lambda: recorder.status.problem, timeout_s=TOLD_WITHIN_S)
    assert recorder.status.level is DiskLevel.STOPPED
    [path] = recorder.reader().paths
    assert sorted(disk.rglob("*ifcbsession*")) == [path]  # no side file is left
    with SessionReader(path) as reader:
        assert reader.info().closed_ns is not None
    record(recorder, 100)

    filler.unlink()
    assert recorder.flush(timeout_s=3)
    recorder.close()
    assert ids_of(recorder) == list(range(1, 201))


def test_a_folder_that_is_removed_is_made_anew(disk: Path, record_on: RecordOn) -> None:
    recorder = record_on()
    record(recorder, 10)
    assert recorder.flush()
    told: list[str | None] = []
    recorder.add_status_listener(lambda status: told.append(status.problem))
    shutil.rmtree(disk / "sessions")
    wait_for(lambda: any(told), timeout_s=TOLD_WITHIN_S)
    record(recorder, 10)
    assert recorder.flush()
    recorder.close()

    assert "deleted or moved" in next(problem for problem in told if problem)
    assert ids_of(recorder) == list(range(11, 21))


def test_an_unplugged_disk_is_told_and_the_recording_goes_on(
    disk: Path, record_on: RecordOn
) -> None:
    recorder = record_on()
    record(recorder, 10)
    assert recorder.flush()
    told: list[str | None] = []
    recorder.add_status_listener(lambda status: told.append(status.problem))
    _unmount(disk)
    wait_for(lambda: any(told), timeout_s=TOLD_WITHIN_S)
    record(recorder, 10)
    assert recorder.flush()
    recorder.close()

    assert ids_of(recorder) == list(range(11, 21))  # where the disk was there is a folder still


def test_a_disk_that_cannot_be_written_is_waited_for(disk: Path, record_on: RecordOn) -> None:
    assert _mount("-o", "remount,ro", disk)
    recorder = record_on()
    record(recorder, 10)
    wait_for(lambda: recorder.status.problem, timeout_s=TOLD_WITHIN_S)
    assert "may not write" in (recorder.status.problem or "")
    assert recorder.status.pending == 10

    assert _mount("-o", "remount,rw", disk)
    assert recorder.flush(timeout_s=3)
    assert recorder.status.problem is None
    recorder.close()
    assert ids_of(recorder) == list(range(1, 11))
