"""A recording of several files, read as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ifcbgui.session import SessionError, SessionRow
from ifcbgui.session.library import Shelf, WholeRecording, recordings
from ifcbgui.session.store import SessionStore
from tests.helpers.recorded import message, stored


def make(folder: Path, rows: list[SessionRow], **meta: str | int) -> Path:
    store = SessionStore.create(folder, {"serial": "1", "start_time_ns": 1_000_000_000, **meta})
    store.write(list(map(stored, rows)), [])
    store.close(closed_ns=1)
    return store.path


def whole(folder: Path) -> WholeRecording:
    shelf = Shelf(folder)
    [recording] = recordings(shelf.read(file) for file in shelf.files())
    return WholeRecording(recording)


def test_the_messages_of_all_files_come_in_order(tmp_path: Path) -> None:
    first = make(tmp_path, [message(1), message(2)])
    make(tmp_path, [message(3), message(5)], continues=first.name, start_time_ns=2_000_000_000)
    recording = whole(tmp_path)
    assert [row.id for row in recording.reader().rows()] == [1, 2, 3, 5]
    assert recording.status.lost == 1
    assert recording.texts([2, 3]) == {2: message(2).text, 3: message(3).text}


def test_a_file_that_cannot_be_read_does_not_keep_the_others_back(tmp_path: Path) -> None:
    first = make(tmp_path, [message(1)])
    make(tmp_path, [message(2)], continues=first.name, start_time_ns=2_000_000_000)
    shelf = Shelf(tmp_path)
    [recording] = recordings(shelf.read(file) for file in shelf.files())
    first.write_bytes(b"")
    assert [row.id for row in WholeRecording(recording).reader().rows()] == [2]


def test_without_messages_there_is_nothing_to_read(tmp_path: Path) -> None:
    make(tmp_path, [])
    with pytest.raises(SessionError, match="no messages"):
        whole(tmp_path)
